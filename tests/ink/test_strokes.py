"""Rules and dirt are removed; pen strokes stay, with the length and width they were drawn with."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitize.images import Pixels
from digitize.ink.lines import fit_line
from digitize.ink.strokes import Strokes, find_strokes
from samples.synthetic import DESIGNS, Mode, Paper, SyntheticPage, make_page
from samples.synthetic.form_design import Rules
from tests.ink.inks import (
    COLUMN_EDGES_MM,
    PENCIL,
    PITCH_MM,
    PLAIN,
    TOP_MM,
    draw_lines,
    empty_strip,
    flat_page,
    has_ruled_columns,
    row_y,
    signers,
    synthetic,
)
from tests.table.tables import exact_edges_px

MM = tuple[float, float]
NAME_X = 40.0


def strokes_of(page: SyntheticPage, pixels: Pixels | None = None, has_columns: bool = True) -> Strokes:
    columns, rows = exact_edges_px(page)
    return find_strokes(flat_page(page, pixels), columns, rows, has_columns)


def total_mm(page: SyntheticPage, strokes: Strokes) -> float:
    return float(strokes.length_px.sum()) / page.mapping.scale


def label_at(page: SyntheticPage, strokes: Strokes, x_mm: float, y_mm: float) -> int:
    """Return the stroke at a point of the sheet (mm), 0 for paper."""
    x, y = (round(v * page.mapping.scale) for v in (x_mm, y_mm))
    return int(strokes.labels[y - strokes.top, x - strokes.left])


def test_the_strip_lies_where_the_tests_draw() -> None:
    layout = empty_strip().layout
    assert layout.x_mm == pytest.approx(COLUMN_EDGES_MM)
    assert layout.y_mm[1:3] == pytest.approx((TOP_MM, TOP_MM + PITCH_MM))


@pytest.mark.parametrize("dpi", [150.0, 300.0])
@pytest.mark.parametrize("mode", Mode)
def test_a_blank_form_has_strokes_only_in_its_print(dpi: float, mode: Mode) -> None:
    """The header and the row numbers lie outside the cells that people write in."""
    page = empty_strip(dpi, mode)
    boxes = strokes_of(page).boxes[1:] / page.mapping.scale
    in_rows = (
        (boxes[:, 3] > TOP_MM + 0.5) & (boxes[:, 0] > COLUMN_EDGES_MM[1] + 0.5) & (boxes[:, 3] < row_y(7.4))
    )
    assert not in_rows.any()


@pytest.mark.parametrize("name", ["de-lines", "fr-inner", "it-dotted", "en-tabloid"])
def test_every_kind_of_rule_is_removed(name: str) -> None:
    design = replace(DESIGNS[name][0], before=(), after=(), second_box=False, row_count=6)
    page = make_page(design, (), Paper(dpi=150.0))
    strokes = strokes_of(page, has_columns=has_ruled_columns(design))
    columns, rows = exact_edges_px(page)
    first = 1 if design.columns[0].header == "" else 0
    inside = (strokes.boxes[:, 3] > rows[1] + 4) & (strokes.boxes[:, 0] > columns[first] + 4)
    assert total_mm(page, strokes) > 0, "the words of the header are strokes"
    assert not inside[1:].any()
    assert design.rules is not Rules.FULL


def test_a_line_that_is_not_a_known_rule_stays() -> None:
    """This shows that the tests above would notice a rule that is not removed."""
    page = empty_strip()
    columns, rows = exact_edges_px(page)
    strokes = find_strokes(flat_page(page), columns, (*rows[:4], *rows[5:]))
    # The numbers that touch the line are one stroke with it.
    assert total_mm(page, strokes) == pytest.approx(
        print_mm(page) + COLUMN_EDGES_MM[4] - COLUMN_EDGES_MM[0], rel=0.12
    )


@pytest.mark.parametrize("slant_mm", [0.0, 2.0, 6.0])
def test_a_stroke_across_a_rule_stays_in_one_piece(slant_mm: float) -> None:
    page = empty_strip()
    line: tuple[MM, ...] = ((NAME_X, row_y(1)), (NAME_X + slant_mm, row_y(2)))
    strokes = strokes_of(page, draw_lines(page, line))
    i = label_at(page, strokes, NAME_X + slant_mm / 2, row_y(1.5))
    assert i == label_at(page, strokes, NAME_X + slant_mm / 8, row_y(1.125))
    assert strokes.length_px[i] / page.mapping.scale == pytest.approx(
        np.hypot(slant_mm, PITCH_MM) + 1.1, rel=0.06
    )
    box = strokes.box(i)
    assert box.height / page.mapping.scale == pytest.approx(PITCH_MM + 0.6, abs=0.3)


@pytest.mark.parametrize("dpi", [150.0, 300.0])
@pytest.mark.parametrize("width_mm", [0.32, 0.5, 0.75])
@pytest.mark.parametrize("turn_deg", [-75.0, -30.0, 0.0, 45.0, 88.0])
def test_length_and_width_are_those_of_the_pen(dpi: float, width_mm: float, turn_deg: float) -> None:
    page = empty_strip(dpi)
    clear = replace(page, pixels=np.full_like(page.pixels, 250))
    turn = np.deg2rad(turn_deg)
    reach = 12 * np.array([np.cos(turn), np.sin(turn)])
    ends = np.array([100.0, 40.0]) + np.array([-reach, reach])
    flat = flat_page(page, draw_lines(clear, ends, width_mm=width_mm))
    # No rule is near, so only length and width are tested.
    strokes = find_strokes(flat, (0, flat.width_px), (0, flat.height_px), False)
    i = int(strokes.length_px.argmax())
    # The blur of the scanner and the low threshold widen a stroke by about 0.3 mm and lengthen it a little.
    assert strokes.width_px[i] / page.mapping.scale == pytest.approx(width_mm + 0.3, abs=0.15)
    assert strokes.length_px[i] / page.mapping.scale == pytest.approx(24 + 0.9, rel=0.12)


@pytest.mark.parametrize("pen", ["blue ballpoint", "pencil", "felt pen"])
@pytest.mark.parametrize("mode", [Mode.GREY, Mode.BITONAL])
def test_the_ink_of_signers_is_found(pen: str, mode: Mode) -> None:
    """Nearly every px of writing is in a stroke, and few others are."""
    page = synthetic(signers(2, pen=pen), replace(PLAIN, mode=mode))
    strokes = strokes_of(page)
    height, width = strokes.labels.shape
    truth = page.owner[strokes.top : strokes.top + height, strokes.left : strokes.left + width] > 0
    found = strokes.labels > 0
    found[: round((TOP_MM + 0.3) * page.mapping.scale) - strokes.top] = False  # the header
    found[:, : round((COLUMN_EDGES_MM[1] + 0.3) * page.mapping.scale) - strokes.left] = False  # the numbers
    near = cv2.dilate(truth.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    least = 0.7 if pen == "pencil" and mode is Mode.BITONAL else 0.86  # ink on a rule is removed with it
    assert (found & truth).sum() / truth.sum() >= least
    assert (found & near).sum() / found.sum() >= 0.98


def spots(page: SyntheticPage, size_mm: float, count: int = 40, seed: int = 0) -> Pixels:
    """Return the page with round specks of this size."""
    rng = np.random.default_rng(seed)
    pixels = page.pixels.copy()
    for _ in range(count):
        x, y = (
            rng.uniform(COLUMN_EDGES_MM[1] + 2, COLUMN_EDGES_MM[4] - 2),
            row_y(int(rng.integers(8))) + rng.uniform(-2, 2),
        )
        at = tuple(round(v * page.mapping.scale) for v in (x, y))
        cv2.circle(pixels, at, max(1, round(size_mm / 2 * page.mapping.scale)), (60,), -1, cv2.LINE_AA)
    return pixels


def print_mm(page: SyntheticPage) -> float:
    return total_mm(page, strokes_of(page))


def test_dust_is_not_ink_but_larger_spots_are() -> None:
    page = empty_strip(300.0)
    assert total_mm(page, strokes_of(page, spots(page, 0.3))) == pytest.approx(print_mm(page), abs=1.5)
    assert total_mm(page, strokes_of(page, spots(page, 1.2))) > print_mm(page) + 10


def test_punch_holes_are_not_ink() -> None:
    page = empty_strip()
    assert total_mm(page, strokes_of(page, spots(page, 6.0, 3))) == pytest.approx(print_mm(page), abs=1.5)


@pytest.mark.parametrize("mode", [Mode.GREY, Mode.COLOUR])
def test_bleed_through_is_not_ink_but_pencil_is(mode: Mode) -> None:
    """Writing on the back shows through fainter than the faintest pen."""
    bleeding = synthetic((), replace(PLAIN, mode=mode, bleed=0.1))
    assert total_mm(bleeding, strokes_of(bleeding)) == pytest.approx(print_mm(empty_strip()), abs=4)
    rows = tuple(replace(row, hand=replace(row.hand, pen=PENCIL)) for row in signers(3))
    written = synthetic(rows, replace(PLAIN, mode=mode, toner=0.8))
    assert total_mm(written, strokes_of(written)) > 8 * 80  # in 8 rows


@pytest.mark.parametrize("noise", [6.0, 11.0])
def test_grain_of_the_paper_is_not_ink(noise: float) -> None:
    page = synthetic((), replace(PLAIN, noise=noise, jpeg_quality=50))
    assert total_mm(page, strokes_of(page)) == pytest.approx(print_mm(empty_strip()), abs=5)


def test_a_streak_through_the_rows_is_removed_and_a_long_letter_stays() -> None:
    page = empty_strip()
    streak: tuple[MM, ...] = ((NAME_X, row_y(-2)), (NAME_X, row_y(8)))
    letter: tuple[MM, ...] = ((NAME_X + 20, row_y(2.55)), (NAME_X + 20, row_y(3.4)))
    strokes = strokes_of(page, draw_lines(page, streak, letter, width_mm=0.3))
    middles = (strokes.boxes[:, 0] + strokes.boxes[:, 2]) / 2 / page.mapping.scale
    heights = (strokes.boxes[:, 3] - strokes.boxes[:, 1]) / page.mapping.scale
    vertical = heights > 4
    assert not (vertical & (abs(middles - NAME_X) < 1)).any()
    assert (vertical & (abs(middles - NAME_X - 20) < 1)).sum() == 1


def test_points_of_a_stroke_are_its_px() -> None:
    page = empty_strip()
    strokes = strokes_of(page, draw_lines(page, ((NAME_X, row_y(1)), (NAME_X + 12, row_y(1.2)))))
    i = label_at(page, strokes, NAME_X + 6, row_y(1.1))
    points = strokes.points(i)
    assert len(points) == strokes.area_px[i]
    assert points.min(axis=0).tolist() == [0, 0]
    assert (points.max(axis=0) + 1).tolist() == [strokes.box(i).width, strokes.box(i).height]


def test_the_ink_of_all_strokes_is_that_of_their_labels() -> None:
    page = synthetic(signers(3), Paper(dpi=150.0), 3)
    strokes = strokes_of(page)
    ys, xs = np.nonzero(strokes.labels)
    for found, expected in zip(strokes.ink_px, (ys, xs, strokes.labels[ys, xs]), strict=True):
        np.testing.assert_array_equal(found, expected)
    assert replace(strokes, labels=np.zeros_like(strokes.labels)).ink_px[0].size == 0


def test_the_line_through_a_stroke_is_fitted_to_its_px_in_mm() -> None:
    strokes = strokes_of(synthetic(signers(2), Paper(dpi=150.0), 2))
    for label in range(1, min(20, len(strokes.area_px))):
        fit = fit_line(strokes.points(label) / 6.0)
        assert strokes.line(label, 6.0) == strokes.line(label, 6.0) == fit
        assert strokes.line(label, 12.0).length == pytest.approx(fit.length / 2)
