"""The lattice has the printed rows and columns, and each crossing lies where it was printed."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from digitize.geometry import Lattice
from digitize.images import Page, Pixels
from digitize.table.grid import find_lattices
from samples.synthetic import (
    ACAT,
    DESIGNS,
    LOOK_ALIKES,
    NO_TABLE,
    Design,
    Mode,
    Paper,
    Photo,
    Rules,
    SyntheticPage,
)
from tests.table.tables import (
    LOW,
    exact_page,
    found_table,
    synthetic,
    table_error_mm,
    with_boxes,
    with_strokes,
    without_rule,
)

FLAT_MM = 0.5
LOOSE_MM = 0.8  # if only header words give the columns, or there is no frame
PHOTO_MM = 1.0
ACAT_LETTER, ACAT_LIST = ACAT


def lattice_of(page: SyntheticPage, pixels: Pixels | None = None) -> Lattice | None:
    """Return the lattice of a straight page, without tracing again on a flattened copy."""
    return next(iter(find_lattices(exact_page(page, pixels))), None)


def lattice_error_mm(page: SyntheticPage, lattice: Lattice | None) -> float:
    """Return the error of the worst crossing; fail if rows or columns are missing or too many."""
    assert lattice is not None, "no table was found"
    assert len(lattice.columns) == len(page.layout.x_mm), "columns are missing or too many"
    assert len(lattice.rows) == len(page.layout.y_mm), "rows are missing or too many"
    seen = np.array(lattice.points()) / page.mapping.scale
    xs, ys = np.meshgrid(page.layout.x_mm, page.layout.y_mm)
    return float(np.hypot(seen[..., 0] - xs, seen[..., 1] - ys).max())


GREY, BITONAL = Paper(dpi=150.0, skew_deg=1.1), Paper(mode=Mode.BITONAL, skew_deg=-0.8)


@pytest.mark.parametrize(
    ("design", "paper"),
    [
        *((design, GREY) for design in (*ACAT, *LOOK_ALIKES)),
        *(
            (DESIGNS[form][-1], BITONAL)
            for form in ("acat", "de-wide", "fr-inner", "it-dotted", "en-tabloid")
        ),
    ],
    ids=lambda value: f"{value.form} {value.kind}" if isinstance(value, Design) else value.mode,
)
def test_rows_columns_and_corners_of_every_design(design: Design, paper: Paper) -> None:
    page, result = found_table(design, paper)
    loose = design.rules in (Rules.HORIZONTAL, Rules.INNER, Rules.DOTTED)
    assert table_error_mm(page, result) < (LOOSE_MM if loose else FLAT_MM)


@pytest.mark.parametrize("design", [ACAT_LIST, DESIGNS["it-dotted"][0]], ids=lambda d: d.form)
def test_high_resolution_gives_the_same_lattice(design: Design) -> None:
    page, result = found_table(design, Paper(dpi=300.0, mode=Mode.BITONAL, skew_deg=0.6))
    assert table_error_mm(page, result) < LOOSE_MM


@pytest.mark.parametrize(
    "paper",
    [
        Paper(dpi=150.0, skew_deg=2.0, photo=Photo(0.07, 0.0)),
        Paper(dpi=150.0, skew_deg=-3.0, photo=Photo(0.05, 3.5), mode=Mode.COLOUR),
    ],
    ids=["perspective", "curl"],
)
@pytest.mark.parametrize("form", ["acat", "de-wide"])
def test_photos_are_flattened(form: str, paper: Paper) -> None:
    page, result = found_table(DESIGNS[form][-1], paper)
    assert table_error_mm(page, result) < PHOTO_MM


def test_empty_table_keeps_all_its_rows() -> None:
    for design in (ACAT_LETTER, ACAT_LIST, DESIGNS["fr-plain"][0]):
        page = synthetic(design, LOW, 0.0)
        assert lattice_error_mm(page, lattice_of(page)) < FLAT_MM


def with_rows_struck_through(page: SyntheticPage) -> Pixels:
    """Two rows struck through by hand over the whole width, one with two lines."""
    (left, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    middle = (ys[6] + ys[7]) / 2
    single = ((left + 3, middle - 0.4), (left + 60, middle + 0.3), (right - 4, middle - 0.2))
    low = (ys[9] + ys[10]) / 2
    double = [((left + 2, low + d), (right - 2, low + d + 0.5)) for d in (-0.8, 0.8)]
    return with_strokes(page, single, *double, width_mm=0.5)


def with_folds(page: SyntheticPage) -> Pixels:
    """Creases from edge to edge through the middle of a column and of a row."""
    xs, ys = page.layout.x_mm, page.layout.y_mm
    x, y = (xs[1] + xs[2]) / 2, (ys[12] + ys[13]) / 2
    return with_strokes(page, ((x, 0), (x + 0.5, 297)), ((0, y), (210, y + 0.4)), width_mm=0.3, grey=214)


def with_streaks(page: SyntheticPage) -> Pixels:
    """Dust on the scanner glass draws vertical lines as dark as print over the whole page."""
    xs = page.layout.x_mm
    middles = [(xs[2] + xs[3]) / 2, xs[3] + 15.0, xs[0] - 9.0]
    return with_strokes(page, *(((x, 0), (x, 297)) for x in middles), width_mm=0.2, grey=90)


def with_shadow(page: SyntheticPage) -> Pixels:
    """The scanner bed is visible along three edges of the sheet."""
    return with_boxes(page, (0, 0, 210, 3), (0, 0, 4, 297), (207, 0, 210, 297), grey=60)


def with_lines_outside(page: SyntheticPage) -> Pixels:
    """Lines as long as the table is wide, one above and one below it."""
    (left, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    return with_strokes(
        page, ((left, ys[0] - 5), (right, ys[0] - 5)), ((left, ys[-1] + 13), (right, ys[-1] + 13))
    )


def with_line_at_the_pitch(page: SyntheticPage) -> Pixels:
    """A line below the last column rule that happens to keep the row pitch."""
    (left, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    below = 2 * ys[-1] - ys[-2]
    return with_strokes(page, ((left, below), (right, below)))


@pytest.mark.parametrize(
    "spoil",
    [
        with_rows_struck_through,
        with_folds,
        with_streaks,
        with_shadow,
        with_lines_outside,
        with_line_at_the_pitch,
    ],
)
def test_other_lines_do_not_become_rules(spoil: Callable[[SyntheticPage], Pixels]) -> None:
    page = synthetic(ACAT_LIST, LOW, 0.6)
    assert lattice_error_mm(page, lattice_of(page, spoil(page))) < FLAT_MM


def test_a_long_stroke_on_a_noisy_scan_is_no_column() -> None:
    """Extended over the whole table, it seems to be seen everywhere, as every line does there."""
    page = synthetic(ACAT_LIST, replace(LOW, noise=8.0), 0.0)
    (*_, left, right), ys = page.layout.x_mm, page.layout.y_mm
    x = (left + right) / 2 - 6.0
    pixels = with_strokes(page, ((x, ys[21]), (x - 1.2, ys[21] + 22.0)), width_mm=0.5)
    assert lattice_error_mm(page, lattice_of(page, pixels)) < FLAT_MM


@pytest.mark.parametrize("struck", [(1,), (2,), (3,), (1, 2)])
def test_line_through_a_row_of_few_does_not_halve_the_others(struck: tuple[int, ...]) -> None:
    """Three rows, and a line from the number on through the middle of one or two."""
    page = synthetic(ACAT_LETTER, LOW, 0.6)
    (_, name, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    middles = [(ys[row] + ys[row + 1]) / 2 for row in struck]
    lines = [((name, y), (name + 60, y + 0.2), (right - 5, y - 0.4)) for y in middles]
    pixels = with_strokes(page, *lines, width_mm=0.4)
    assert lattice_error_mm(page, lattice_of(page, pixels)) < FLAT_MM


def test_rule_that_extends_past_the_edge_adds_no_column() -> None:
    """Like the grain of a table top next to a photographed sheet."""
    narrow = tuple(replace(column, width_mm=column.width_mm * 0.7) for column in ACAT_LETTER.columns)
    page = synthetic(replace(ACAT_LETTER, columns=narrow), LOW, 0.6)
    right, top = page.layout.x_mm[-1], page.layout.y_mm[0]
    assert (
        lattice_error_mm(page, lattice_of(page, with_strokes(page, ((right, top), (205, top + 0.3)))))
        < FLAT_MM
    )


def test_narrower_box_below_is_not_part_of_the_table() -> None:
    page = synthetic(replace(DESIGNS["de-lines"][0], second_box=False), LOW, 0.6)
    (left, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    box = 3 * ys[-1] - 2 * ys[-2]
    lattice = lattice_of(page, with_strokes(page, ((left, box), (left + 0.64 * (right - left), box))))
    assert lattice is not None
    assert len(lattice.rows) == len(ys)


@pytest.mark.parametrize("lost", [2, 7, 14, 26], ids=lambda i: f"rule {i}")
def test_missing_rule_is_interpolated(lost: int) -> None:
    page = synthetic(ACAT_LIST, LOW, 0.0)
    assert lattice_error_mm(page, lattice_of(page, without_rule(page, row=lost))) < FLAT_MM


def test_missing_rules_in_several_places_are_interpolated() -> None:
    page = synthetic(DESIGNS["fr-plain"][0], LOW, 0.0)
    xs, ys = page.layout.x_mm, page.layout.y_mm
    gone = [(xs[0] + 1, ys[i] - 0.6, xs[-1] - 1, ys[i] + 0.6) for i in (4, 5, 11)]
    assert lattice_error_mm(page, lattice_of(page, with_boxes(page, *gone))) < FLAT_MM


def test_worn_and_interrupted_rules_are_complete() -> None:
    paper = Paper(dpi=150.0, toner=0.5, faint_patches=True, gaps=40, noise=6.0, jpeg_quality=60)
    page = synthetic(DESIGNS["it-plain"][0], paper, 0.7)
    assert lattice_error_mm(page, lattice_of(page)) < FLAT_MM


def test_writing_across_the_rules_does_not_move_them() -> None:
    page = synthetic(replace(ACAT_LIST, row_height_mm=6.6), LOW, 1.0)
    assert lattice_error_mm(page, lattice_of(page)) < FLAT_MM


@pytest.mark.parametrize("dpi", [150.0, 300.0])
def test_text_alone_is_not_a_table(dpi: float) -> None:
    assert lattice_of(synthetic(NO_TABLE, Paper(dpi=dpi), 0.0)) is None


def test_too_few_rules_are_not_a_table() -> None:
    page = synthetic(NO_TABLE, LOW, 0.0)
    two = with_strokes(page, ((20, 120), (190, 120)), ((20, 130), (190, 130)))
    assert lattice_of(page, two) is None
    white = Page(
        "synthetic", 1, np.full((1754, 1240), 255, np.uint8), page.mapping.scale, exact_page(page).to_scan
    )
    assert find_lattices(white) == ()


def test_lattice_says_whether_columns_are_ruled() -> None:
    for design in (ACAT_LETTER, DESIGNS["fr-inner"][0], DESIGNS["de-plain"][0]):
        lattice = lattice_of(synthetic(design, LOW, 0.0))
        assert lattice is not None and lattice.ruled, design.form
    for form in ("de-lines", "it-dotted"):
        lattice = lattice_of(synthetic(DESIGNS[form][0], LOW, 0.0))
        assert lattice is not None and not lattice.ruled, form


@pytest.mark.parametrize("first_row", [1, 2])
def test_an_arrow_through_the_rows_of_a_letter_is_no_column(first_row: int) -> None:
    page = synthetic(ACAT_LETTER, LOW, 0.0)
    xs, ys = page.layout.x_mm, page.layout.y_mm
    middle = (xs[2] + xs[3]) / 2
    arrow = np.array([(middle, ys[first_row] + 0.5), (middle, ys[-1] - 0.5)])
    assert lattice_error_mm(page, lattice_of(page, with_strokes(page, arrow))) <= FLAT_MM


def test_uprights_of_signatures_below_a_letter_of_the_header_are_no_column() -> None:
    page = synthetic(ACAT_LETTER, LOW, 0.0)
    xs, ys = page.layout.x_mm, page.layout.y_mm
    x = xs[3] + 0.6 * (xs[4] - xs[3])
    heights = [(0.3, 0.7), *[(0.05, 0.9)] * (len(ys) - 2)]  # shares of the header's and the rows' height
    uprights = [
        np.array([(x, top + start * (bottom - top)), (x, top + end * (bottom - top))])
        for (top, bottom), (start, end) in zip(pairwise(ys), heights, strict=True)
    ]
    assert lattice_error_mm(page, lattice_of(page, with_strokes(page, *uprights))) <= FLAT_MM
