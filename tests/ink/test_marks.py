"""Dashes, ticks and ditto marks are told from writing by their shape."""

from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digitize.images import Pixels
from digitize.ink.marks import ditto_strokes, is_dash, mark_of
from digitize.ink.strokes import Strokes, find_strokes
from digitize.records import Mark, Role
from samples.synthetic import SyntheticPage, strokes
from samples.synthetic.hands import random_hand, write
from tests.ink.inks import empty_strip, flat_page, penned

AT = (95.0, 42.0)  # in the address column, where the page is wiped clean first
SEEDS = st.integers(0, 100_000)
EXAMPLES = settings(max_examples=15, deadline=None)
PENS_MM = st.sampled_from([0.32, 0.42, 0.5])


@cache
def clear(dpi: float) -> SyntheticPage:
    page = empty_strip(dpi)
    page.pixels[:] = 250
    return page


def seen(pixels: Pixels, dpi: float) -> tuple[Strokes, float]:
    """All strokes of a page without any print, and its px per mm."""
    page = flat_page(clear(dpi), pixels)
    return find_strokes(page, (0, page.width_px), (0, page.height_px), False), page.px_per_mm


def drawn(lines: list[strokes.Points], width_mm: float = 0.4, dpi: float = 200.0) -> tuple[Strokes, float]:
    """Pen strokes given in mm around the middle of an empty page."""
    moved = [shifted(stroke, *AT) for stroke in lines]
    return seen(penned(clear(dpi), *moved, width_mm=width_mm), dpi)


def every(found: Strokes) -> np.ndarray:
    return np.arange(1, len(found.area_px))


def mark(lines: list[strokes.Points], width_mm: float = 0.4, dpi: float = 200.0) -> Mark:
    found, scale = drawn(lines, width_mm, dpi)
    return mark_of(found, every(found), scale)


def line(length_mm: float, slope: float = 0.0, bow_mm: float = 0.0) -> strokes.Points:
    t = np.linspace(-1, 1, 21)
    return np.column_stack([t * length_mm / 2, t * length_mm / 2 * slope + bow_mm * (1 - t**2)])


def shifted(stroke: strokes.Points, x_mm: float, y_mm: float = 0.0) -> strokes.Points:
    return stroke + np.array([x_mm, y_mm])


@given(SEEDS, PENS_MM, st.sampled_from([150.0, 300.0]))
@EXAMPLES
def test_dashes_by_hand_are_dashes(seed: int, width_mm: float, dpi: float) -> None:
    assert mark(strokes.dash(np.random.default_rng(seed)), width_mm, dpi) is Mark.DASH


@given(st.floats(3, 40), st.floats(-0.3, 0.3))
@example(2.5, 0.0)
@EXAMPLES
def test_any_straight_level_line_is_a_dash(length_mm: float, slope: float) -> None:
    assert mark([line(length_mm, slope)]) is Mark.DASH


@pytest.mark.parametrize("shape", [line(12, 0.8), line(12, 3.0), line(14, bow_mm=2.5)])
def test_steep_or_bent_lines_are_no_dashes(shape: strokes.Points) -> None:
    assert mark([shape]) is Mark.WRITING


def test_two_dashes_are_a_dash_and_a_dash_through_letters_is_not() -> None:
    assert mark([line(6), shifted(line(6), 9, 0.3)]) is Mark.DASH
    letters = [shifted(line(3, 5.0), x) for x in (-4, -1, 2, 5)]
    assert mark([line(12), *letters]) is Mark.WRITING


@given(SEEDS, PENS_MM, st.sampled_from([150.0, 300.0]))
@EXAMPLES
def test_ticks_by_hand_are_ticks(seed: int, width_mm: float, dpi: float) -> None:
    assert mark(strokes.tick(np.random.default_rng(seed)), width_mm, dpi) is Mark.TICK


@given(SEEDS, st.floats(16, 34), st.floats(4, 9))
@EXAMPLES
def test_signatures_are_writing(seed: int, length_mm: float, height_mm: float) -> None:
    lines = strokes.signature(np.random.default_rng(seed), length_mm, height_mm)
    assert mark(lines) is Mark.WRITING


@given(SEEDS, st.sampled_from(["Li", "Ivo", "A.M.", "Meier", "Jean-Luc", "lllll"]))
@EXAMPLES
def test_words_are_writing(seed: int, text: str) -> None:
    rng = np.random.default_rng(seed)
    page = clear(200.0)
    patch = write(text, random_hand(rng), page.mapping.scale, rng, 40.0)
    pixels = page.pixels.copy()
    y, x = 300 + patch.top_px, 500 + patch.left_px
    height, width = patch.cover.shape
    pixels[y : y + height, x : x + width] = 250 - patch.cover // 5 * 4
    found, scale = seen(pixels, 200.0)
    assert mark_of(found, every(found), scale) is Mark.WRITING
    assert not any(is_dash(found, i, scale) and found.length_px[i] > 8 * scale for i in every(found))


def dittos(count: int, pitch_mm: float = 6.0, tall_mm: float = 2.0) -> list[strokes.Points]:
    """Pairs of short strokes side by side."""
    pair = [shifted(line(tall_mm)[:, ::-1], x) for x in (-0.6, 0.6)]
    return [shifted(stroke, i * pitch_mm) for i in range(count) for stroke in pair]


def ditto(lines: list[strokes.Points], role: Role, dpi: float = 200.0) -> int:
    found, scale = drawn(lines, dpi=dpi)
    return ditto_strokes(found, every(found), role, scale)


@pytest.mark.parametrize("dpi", [150.0, 300.0])
def test_ditto_marks_are_counted(dpi: float) -> None:
    assert ditto(dittos(1), Role.ADDRESS, dpi) in (1, 2)  # a pair may run together
    assert ditto(dittos(3), Role.ADDRESS, dpi) in (3, 6)
    assert ditto(dittos(1), Role.TOWN, dpi) in (1, 2)


@given(SEEDS)
@EXAMPLES
def test_ditto_marks_by_hand_are_ditto_marks(seed: int) -> None:
    assert ditto(strokes.ditto(np.random.default_rng(seed)), Role.ADDRESS) in (1, 2)


@pytest.mark.parametrize(
    ("lines", "role"),
    [
        (dittos(1), Role.SIGNATURE),  # nobody signs as above
        (dittos(3), Role.POSTCODE),  # six short strokes in a narrow cell are digits: 11 11
        (dittos(1, tall_mm=6.0), Role.ADDRESS),  # as tall as letters
        ([line(2.0)[:, ::-1], shifted(line(2.0)[:, ::-1], 5, 3)], Role.ADDRESS),  # not at one height
        ([line(0.7)], Role.ADDRESS),  # a speck
        ([line(9)], Role.ADDRESS),  # a dash
        ([], Role.ADDRESS),
    ],
)
def test_what_are_no_ditto_marks(lines: list[strokes.Points], role: Role) -> None:
    assert ditto(lines, role) == 0
