"""Rows continue as far as the vertical rules where row rules are worn away."""

import pytest

from digitize.form.definition import AUTO, Form
from digitize.images import Scan
from digitize.page.detect_tables import find_tables
from samples.synthetic import (
    ACAT,
    DESIGNS,
    Design,
    SyntheticPage,
    make_page,
    random_fill,
    random_paper,
    restyled,
)
from tests.table.grid.test_grid import LOOSE_MM, lattice_error_mm, lattice_of
from tests.table.tables import LOW, print_reader, synthetic, with_boxes, with_strokes

ACAT_LIST = ACAT[1]
Boxes = list[tuple[float, float, float, float]]


def boxes_over_rules(page: SyntheticPage, rules: range) -> Boxes:
    """Return boxes over whole row rules; the vertical rules between them remain."""
    (left, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    return [(left - 1, ys[i] - 0.6, right + 1, ys[i] + 0.6) for i in rules]


@pytest.mark.parametrize("design", [ACAT_LIST, DESIGNS["it-plain"][0]], ids=lambda design: design.form)
def test_rows_between_missing_rules_are_kept(design: Design) -> None:
    page = synthetic(design, LOW, 0.6)
    last = len(page.layout.y_mm) - 1
    pixels = with_boxes(page, *boxes_over_rules(page, range(last - 8, last - 2)))
    assert lattice_error_mm(page, lattice_of(page, pixels)) < LOOSE_MM


def test_rows_at_the_end_are_kept_without_any_row_rule() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.6)
    last = len(page.layout.y_mm) - 1
    pixels = with_boxes(page, *boxes_over_rules(page, range(last - 9, last + 1)))
    assert lattice_error_mm(page, lattice_of(page, pixels)) < LOOSE_MM


def test_folds_and_sheet_edges_below_the_table_add_no_rows() -> None:
    page = synthetic(DESIGNS["it-plain"][0], LOW, 0.6)
    (left, *_, right), low = page.layout.x_mm, page.layout.y_mm[-1]
    lines = [((x, low - 60), (x, low + 40)) for x in (left + 58, right + 6, left + 120)]
    more = [((x, low + 0.5), (x, low + 40)) for x in (left, right)]
    lattice = lattice_of(page, with_strokes(page, *lines, *more))
    assert lattice is not None and len(lattice.rows) == len(page.layout.y_mm)


def test_rows_with_only_vertical_rules_left_are_kept() -> None:
    """Dotted rules scanned in black and white: those of rows 13 to 22 are gone."""
    design = restyled(DESIGNS["en-tabloid"][0], 725)
    page = make_page(design, random_fill(design, 51025, 0.7), random_paper(62025, "hard"), 25)
    scan = Scan("a.png", 1, page.pixels, page.mapping.scale * 25.4, True)
    (table,) = find_tables(scan, Form(AUTO), print_reader()).tables
    assert len(table.row_edges_px) - 1 == len(page.truth.rows) == 30
    assert tuple(column.role for column in table.columns) == page.truth.roles
