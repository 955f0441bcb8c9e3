"""The lattice has the rows and columns that were printed, and each crossing lies where it was printed."""

from collections.abc import Callable
from dataclasses import replace

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
LOOSE_MM = 0.8  # where only words tell the columns, or the frame is left away
PHOTO_MM = 1.0
ACAT_LETTER, ACAT_LIST = ACAT


def lattice_of(page: SyntheticPage, pixels: Pixels | None = None) -> Lattice | None:
    """Of a straight page, as it is: no second look at a flattened copy."""
    return next(iter(find_lattices(exact_page(page, pixels))), None)


def lattice_error_mm(page: SyntheticPage, lattice: Lattice | None) -> float:
    """The worst crossing; AssertionError where rows or columns are missing or too many."""
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
def test_every_design_comes_out_with_its_rows_columns_and_corners(design: Design, paper: Paper) -> None:
    page, result = found_table(design, paper)
    loose = design.rules in (Rules.HORIZONTAL, Rules.INNER, Rules.DOTTED)
    assert table_error_mm(page, result) < (LOOSE_MM if loose else FLAT_MM)


@pytest.mark.parametrize("design", [ACAT_LIST, DESIGNS["it-dotted"][0]], ids=lambda d: d.form)
def test_a_fine_scan_comes_out_like_a_coarse_one(design: Design) -> None:
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
def test_photos_come_out_flat(form: str, paper: Paper) -> None:
    page, result = found_table(DESIGNS[form][-1], paper)
    assert table_error_mm(page, result) < PHOTO_MM


def test_an_empty_table_keeps_all_its_rows() -> None:
    for design in (ACAT_LETTER, ACAT_LIST, DESIGNS["fr-plain"][0]):
        page = synthetic(design, LOW, 0.0)
        assert lattice_error_mm(page, lattice_of(page)) < FLAT_MM


def pen_strokes(page: SyntheticPage) -> Pixels:
    """Two rows struck through by hand, one with two lines, over the whole width."""
    (left, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    middle = (ys[6] + ys[7]) / 2
    single = ((left + 3, middle - 0.4), (left + 60, middle + 0.3), (right - 4, middle - 0.2))
    low = (ys[9] + ys[10]) / 2
    double = [((left + 2, low + d), (right - 2, low + d + 0.5)) for d in (-0.8, 0.8)]
    return with_strokes(page, single, *double, width_mm=0.5)


def fold(page: SyntheticPage) -> Pixels:
    """A crease from edge to edge through the middle of a column, and one through the middle of a row."""
    xs, ys = page.layout.x_mm, page.layout.y_mm
    x, y = (xs[1] + xs[2]) / 2, (ys[12] + ys[13]) / 2
    return with_strokes(page, ((x, 0), (x + 0.5, 297)), ((0, y), (210, y + 0.4)), width_mm=0.3, grey=214)


def streak(page: SyntheticPage) -> Pixels:
    """Dust on the feeder's glass draws lines from top to bottom, dark as print."""
    xs = page.layout.x_mm
    middles = [(xs[2] + xs[3]) / 2, xs[3] + 15.0, xs[0] - 9.0]
    return with_strokes(page, *(((x, 0), (x, 297)) for x in middles), width_mm=0.2, grey=90)


def shadow(page: SyntheticPage) -> Pixels:
    """The bed shows along three edges of the sheet."""
    return with_boxes(page, (0, 0, 210, 3), (0, 0, 4, 297), (207, 0, 210, 297), grey=60)


def notes(page: SyntheticPage) -> Pixels:
    """A line under the title and one below the table, as long as the table is wide."""
    (left, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    return with_strokes(
        page, ((left, ys[0] - 5), (right, ys[0] - 5)), ((left, ys[-1] + 13), (right, ys[-1] + 13))
    )


def paragraph(page: SyntheticPage) -> Pixels:
    """A line of text or a rule that happens to keep the rows' pitch, below the last column rule."""
    (left, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    below = 2 * ys[-1] - ys[-2]
    return with_strokes(page, ((left, below), (right, below)))


@pytest.mark.parametrize("spoil", [pen_strokes, fold, streak, shadow, notes, paragraph])
def test_what_is_no_rule_of_the_table_becomes_none(spoil: Callable[[SyntheticPage], Pixels]) -> None:
    page = synthetic(ACAT_LIST, LOW, 0.6)
    assert lattice_error_mm(page, lattice_of(page, spoil(page))) < FLAT_MM


def test_a_rule_that_runs_on_over_the_edge_adds_no_column() -> None:
    """As the grain of a table top beside a photographed sheet."""
    narrow = tuple(replace(column, width_mm=column.width_mm * 0.7) for column in ACAT_LETTER.columns)
    page = synthetic(replace(ACAT_LETTER, columns=narrow), LOW, 0.6)
    right, top = page.layout.x_mm[-1], page.layout.y_mm[0]
    assert (
        lattice_error_mm(page, lattice_of(page, with_strokes(page, ((right, top), (205, top + 0.3)))))
        < FLAT_MM
    )


def test_a_narrower_box_below_is_not_part_of_the_table() -> None:
    page = synthetic(replace(DESIGNS["de-lines"][0], second_box=False), LOW, 0.6)
    (left, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    box = 3 * ys[-1] - 2 * ys[-2]
    lattice = lattice_of(page, with_strokes(page, ((left, box), (left + 0.64 * (right - left), box))))
    assert lattice is not None
    assert len(lattice.rows) == len(ys)


@pytest.mark.parametrize("lost", [2, 7, 14, 26], ids=lambda i: f"rule {i}")
def test_a_lost_rule_is_put_back(lost: int) -> None:
    page = synthetic(ACAT_LIST, LOW, 0.0)
    assert lattice_error_mm(page, lattice_of(page, without_rule(page, row=lost))) < FLAT_MM


def test_lost_rules_in_several_places_are_put_back() -> None:
    page = synthetic(DESIGNS["fr-plain"][0], LOW, 0.0)
    xs, ys = page.layout.x_mm, page.layout.y_mm
    gone = [(xs[0] + 1, ys[i] - 0.6, xs[-1] - 1, ys[i] + 0.6) for i in (4, 5, 11)]
    assert lattice_error_mm(page, lattice_of(page, with_boxes(page, *gone))) < FLAT_MM


def test_worn_and_interrupted_rules_are_whole() -> None:
    paper = Paper(dpi=150.0, toner=0.5, faint_patches=True, gaps=40, noise=6.0, jpeg_quality=60)
    page = synthetic(DESIGNS["it-plain"][0], paper, 0.7)
    assert lattice_error_mm(page, lattice_of(page)) < FLAT_MM


def test_writing_across_the_rules_does_not_move_them() -> None:
    page = synthetic(replace(ACAT_LIST, row_height_mm=6.6), LOW, 1.0)
    assert lattice_error_mm(page, lattice_of(page)) < FLAT_MM


@pytest.mark.parametrize("dpi", [150.0, 300.0])
def test_text_alone_is_no_table(dpi: float) -> None:
    assert lattice_of(synthetic(NO_TABLE, Paper(dpi=dpi), 0.0)) is None


def test_ruled_paper_without_enough_rules_is_no_table() -> None:
    page = synthetic(NO_TABLE, LOW, 0.0)
    two = with_strokes(page, ((20, 120), (190, 120)), ((20, 130), (190, 130)))
    assert lattice_of(page, two) is None
    white = Page(
        "synthetic", 1, np.full((1754, 1240), 255, np.uint8), page.mapping.scale, exact_page(page).to_scan
    )
    assert find_lattices(white) == ()


def test_whether_columns_are_ruled_is_told() -> None:
    for design in (ACAT_LETTER, DESIGNS["fr-inner"][0], DESIGNS["de-plain"][0]):
        lattice = lattice_of(synthetic(design, LOW, 0.0))
        assert lattice is not None and lattice.ruled, design.form
    for form in ("de-lines", "it-dotted"):
        lattice = lattice_of(synthetic(DESIGNS[form][0], LOW, 0.0))
        assert lattice is not None and not lattice.ruled, form
