"""Rules are traced where they were drawn: straight, slanted, bent, interrupted or dotted."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitize.geometry import Rule
from digitize.images import Pixels
from digitize.rule_lines import SETTINGS, _strip_means, trace_horizontal, trace_vertical
from samples.synthetic import NO_TABLE
from tests.table.tables import LOW, synthetic

PX_PER_MM = 6.0
WIDTH_MM, HEIGHT_MM = 200.0, 60.0
ERROR_MM = 0.12

Curve = Callable[[np.ndarray], np.ndarray]


def blank_sheet() -> Pixels:
    return np.full((round(HEIGHT_MM * PX_PER_MM), round(WIDTH_MM * PX_PER_MM)), 255, np.uint8)


def sheet_with_rule(
    curve: Curve, start_mm: float, end_mm: float, width_mm: float = 0.25, grey: int = 60
) -> Pixels:
    """Return a sheet with one horizontal rule y = curve(x), in mm, drawn with sub-pixel accuracy."""
    pixels = blank_sheet()
    draw_rule(pixels, curve, start_mm, end_mm, width_mm, grey)
    return pixels


def draw_rule(
    pixels: Pixels, curve: Curve, start_mm: float, end_mm: float, width_mm: float = 0.25, grey: int = 60
) -> None:
    xs = np.arange(round(start_mm * PX_PER_MM), round(end_mm * PX_PER_MM))
    ys = np.arange(pixels.shape[0])[:, None]
    middle = curve((xs + 0.5) / PX_PER_MM)[None] * PX_PER_MM
    half = width_mm * PX_PER_MM / 2
    cover = np.clip(np.minimum(ys + 1, middle + half) - np.maximum(ys, middle - half), 0, 1)
    pixels[:, xs] = np.minimum(pixels[:, xs], (255 - (255 - grey) * cover).astype(np.uint8))


def max_error_mm(rule: Rule, curve: Curve, start_mm: float, end_mm: float) -> float:
    """Return the largest distance between the rule and the curve, or of the ends."""
    xs = np.linspace(start_mm, end_mm, 60)
    found = np.array([rule.at(float(x) * PX_PER_MM) for x in xs]) / PX_PER_MM
    ends = abs(rule.start_px / PX_PER_MM - start_mm), abs(rule.end_px / PX_PER_MM - end_mm)
    return float(max(np.abs(found - curve(xs)).max(), *ends))


def single_rule(rules: tuple[Rule, ...]) -> Rule:
    assert len(rules) == 1, f"{len(rules)} rules were traced instead of one"
    return rules[0]


@settings(max_examples=25, deadline=None)
@given(
    slope=st.floats(-0.12, 0.12),
    start=st.floats(2, 60),
    length=st.floats(30, 130),
    width=st.floats(0.15, 0.8),
    grey=st.integers(0, 190),
)
def test_straight_rule_is_traced_where_it_was_drawn(
    slope: float, start: float, length: float, width: float, grey: int
) -> None:
    def curve(x: np.ndarray) -> np.ndarray:
        return 30 + slope * (x - 100)

    rule = single_rule(
        trace_horizontal(sheet_with_rule(curve, start, start + length, width, grey), PX_PER_MM)
    )
    assert max_error_mm(rule, curve, start, start + length) < 0.35
    assert rule.coverage_share > 0.85


@pytest.mark.parametrize("bow_mm", [-4.0, 1.5, 4.0])
def test_bent_rule_is_followed(bow_mm: float) -> None:
    """A curve with two bends, as on curled paper."""

    def curve(x: np.ndarray) -> np.ndarray:
        t = x / 210
        return 30 + bow_mm * (np.sin(np.pi * t) + 0.35 * np.sin(2.6 * np.pi * t))

    rule = single_rule(trace_horizontal(sheet_with_rule(curve, 10, 190), PX_PER_MM))
    assert max_error_mm(rule, curve, 10, 190) < 0.3


def test_vertical_tracing_equals_horizontal_tracing_of_the_transposed_image() -> None:
    pixels = sheet_with_rule(lambda x: 30 + 0.03 * x, 10, 190)
    assert trace_vertical(np.ascontiguousarray(pixels.T), PX_PER_MM) == trace_horizontal(pixels, PX_PER_MM)


def test_ends_are_located_to_the_pixel() -> None:
    def curve(x: np.ndarray) -> np.ndarray:
        return 30 + 0 * x

    for start, end in ((10.0, 171.0), (11.1, 172.3), (12.7, 173.9)):
        rule = single_rule(trace_horizontal(sheet_with_rule(curve, start, end), PX_PER_MM))
        assert (rule.start_px / PX_PER_MM, rule.end_px / PX_PER_MM) == pytest.approx((start, end), abs=0.4)


@pytest.mark.parametrize(("pitch_mm", "dot_mm"), [(0.9, 0.38), (1.2, 0.4), (1.4, 0.5)])
def test_dotted_rule_is_traced_as_one_rule(pitch_mm: float, dot_mm: float) -> None:
    pixels = blank_sheet()
    for x in np.arange(10, 190, pitch_mm):
        at = (round(x * PX_PER_MM * 16), round(30 * PX_PER_MM * 16))
        cv2.circle(pixels, at, round(dot_mm / 2 * PX_PER_MM * 16), (40,), -1, cv2.LINE_AA, 4)
    rule = single_rule(trace_horizontal(pixels, PX_PER_MM))
    assert max_error_mm(rule, lambda x: 30.08 + 0 * x, 10, 190) < 1.3
    assert abs(rule.at(600.0) / PX_PER_MM - 30.08) < ERROR_MM


def test_noise_neither_creates_nor_extends_rules() -> None:
    grain = np.random.default_rng(3).normal(0, 14, blank_sheet().shape)
    blank = np.clip(240 + grain, 0, 255).astype(np.uint8)
    assert trace_horizontal(blank, PX_PER_MM) == ()
    noisy = np.clip(sheet_with_rule(lambda x: 30 + 0 * x, 40, 150) - 15 + grain, 0, 255).astype(np.uint8)
    assert max_error_mm(single_rule(trace_horizontal(noisy, PX_PER_MM)), lambda x: 30 + 0 * x, 40, 150) < 0.7


def test_halftone_screen_is_not_a_rule() -> None:
    pixels = blank_sheet()
    for y, x in ((0, 0), (0, 1), (1, 0), (1, 1)):
        pixels[100 + y : 160 : 5, 60 + x : 1000 : 5] = 60
    assert trace_horizontal(pixels, PX_PER_MM) == ()


def test_interrupted_rule_is_traced_as_one_rule() -> None:
    pixels = blank_sheet()
    for start, end in ((10, 62), (80, 121), (128, 190)):
        draw_rule(pixels, lambda x: 30 + 0.01 * x, start, end)
    rule = single_rule(trace_horizontal(pixels, PX_PER_MM))
    assert max_error_mm(rule, lambda x: 30 + 0.01 * x, 10, 190) < ERROR_MM + 0.3
    assert 0.75 < rule.coverage_share < 0.95


@pytest.mark.parametrize("length_mm", [4.0, 9.0, SETTINGS.min_length_mm - 4])
def test_short_strokes_are_ignored(length_mm: float) -> None:
    assert trace_horizontal(sheet_with_rule(lambda x: 30 + 0 * x, 50, 50 + length_mm), PX_PER_MM) == ()


def test_thick_steep_and_faint_lines_are_ignored() -> None:
    def level(x: np.ndarray) -> np.ndarray:
        return 30 + 0 * x

    assert trace_horizontal(sheet_with_rule(level, 10, 190, width_mm=2.5), PX_PER_MM) == ()
    assert trace_horizontal(sheet_with_rule(lambda x: 10 + 0.25 * x, 10, 180), PX_PER_MM) == ()
    assert trace_horizontal(sheet_with_rule(level, 10, 190, grey=240), PX_PER_MM) == ()
    assert trace_horizontal(blank_sheet(), PX_PER_MM) == ()


def test_lines_of_text_yield_few_long_rules() -> None:
    page = synthetic(NO_TABLE, LOW, 0.0)
    rules = trace_horizontal(page.pixels, page.mapping.scale)
    assert sum(rule.length_px > 80 * page.mapping.scale for rule in rules) <= 4


def test_adjacent_rules_stay_separate() -> None:
    pixels = sheet_with_rule(lambda x: 30 + 0 * x, 10, 190)
    draw_rule(pixels, lambda x: 32 + 0 * x, 10, 190)
    heights = sorted(rule.at(600.0) / PX_PER_MM for rule in trace_horizontal(pixels, PX_PER_MM))
    assert heights == pytest.approx([30, 32], abs=ERROR_MM)


@pytest.mark.parametrize("width", [3, 18, 200])
def test_means_of_strips_are_exact(width: int) -> None:
    part = np.random.default_rng(width).integers(0, 256, (40, width), dtype=np.uint8)
    count = width // 18
    expected = part[:, : count * 18].reshape(40, count, 18).mean(axis=2, dtype=np.float32)
    np.testing.assert_array_equal(_strip_means(part, count, 18), expected)
