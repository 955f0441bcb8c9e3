"""The rows and columns of a table are where its numbers and the remains of its rules show them."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.geometry import Box, Lattice, Rule
from digitize.table.flatten import flatten
from digitize.table.grid.number_column import find_number_column
from digitize.table.grid.numbered_rows import SETTINGS, below_header, lattice_of, lattice_to_the_end
from digitize.table.straighten import straighten
from samples.synthetic import ACAT, Design
from tests.page.broken_rules import with_holes
from tests.table.tables import LOW, corner_errors_mm, print_reader, scan_of, synthetic

LETTER, LIST = ACAT
LOST = 1.0  # share of the rules that is missing
TOLERANCE_MM = 0.8


def lattice_and_error(
    design: Design, lost_share: float, filled_share: float = 0.0, moved_mm: float = 0.0
) -> tuple[Lattice, float]:
    """Return the lattice found by numbers, and the error of its worst corner; the header has any height.

    `moved_mm` is how much lower the numbers stand in their rows.
    """
    page = synthetic(design, LOW, filled_share)
    scan = scan_of(page, with_holes(page, lost_share, only_rules=True))
    draft = straighten(scan, print_reader())
    numbers = find_number_column(draft, print_reader())
    assert numbers is not None
    moved = numbers.centres_px + np.array((0.0, draft.px(moved_mm)))
    lattice = lattice_of(draft, replace(numbers, centres_px=moved))
    flat = flatten(scan, draft, [lattice])
    grid = flat.grids[0]
    true_px = tuple(x * page.mapping.scale for x in page.layout.x_mm)
    columns = grid.column_edges_px if len(grid.column_edges_px) == len(true_px) else true_px
    errors = corner_errors_mm(page, flat.page, columns, grid.row_edges_px)
    return lattice, float(errors[1:].max())


# The more rows show a column rule, the less of it need be left.
@pytest.mark.parametrize(("design", "lost_share"), [(LETTER, 0.7), (LIST, 0.8)], ids=["letter", "list"])
def test_rows_and_columns_lie_on_the_remains_of_broken_rules(design: Design, lost_share: float) -> None:
    lattice, error_mm = lattice_and_error(design, lost_share)
    assert lattice.ruled
    assert len(lattice.columns) == len(design.columns) + 1
    assert error_mm <= TOLERANCE_MM


@pytest.mark.parametrize("design", ACAT, ids=["letter", "list"])
def test_columns_are_left_to_the_header_if_no_rule_is_seen(design: Design) -> None:
    lattice, _ = lattice_and_error(design, LOST)
    assert not lattice.ruled
    assert len(lattice.rows) == design.row_count + 2


@pytest.mark.parametrize("moved_mm", [-1.2, 0.0, 2.5])
def test_rows_without_a_visible_rule_lie_where_people_wrote(moved_mm: float) -> None:
    _, error_mm = lattice_and_error(LIST, LOST, filled_share=0.9, moved_mm=moved_mm)
    assert error_mm <= TOLERANCE_MM


def test_numbers_at_the_edge_of_the_page_end_no_program() -> None:
    page = synthetic(LIST, LOW, 0.0)
    draft = straighten(scan_of(page), print_reader())
    numbers = find_number_column(draft, print_reader())
    assert numbers is not None
    right_px = draft.width_px - float(numbers.centres_px[:, 0].max()) - 1
    shifted = replace(numbers, centres_px=numbers.centres_px + np.array((right_px, 0.0)))
    lattice = lattice_of(draft, shifted)
    assert len(lattice.rows) == LIST.row_count + 2


def test_numbers_with_nothing_beside_them_are_no_table() -> None:
    page = synthetic(LIST, LOW, 0.0)
    draft = straighten(scan_of(page), print_reader())
    numbers = find_number_column(draft, print_reader())
    assert numbers is not None
    alone = draft.pixels.copy()
    alone[:, round(float(numbers.centres_px[:, 0].max()) + 30) :] = 255
    assert lattice_to_the_end(replace(draft, pixels=alone), numbers) is None
    assert lattice_to_the_end(draft, numbers) is not None


@pytest.mark.parametrize(("lost_share", "last"), [(0.2, 30), (LOST, 20)])
def test_rows_go_on_below_the_last_legible_number_as_far_as_rules_do(lost_share: float, last: int) -> None:
    page = synthetic(LIST, LOW, 0.0)
    pixels = with_holes(page, lost_share, only_rules=True)
    (left, right), top = page.layout.x_mm[:2], page.layout.y_mm[18]
    scale = page.mapping.scale
    pixels[round((top + 0.5) * scale) :, round((left + 0.5) * scale) : round((right - 0.5) * scale)] = 255
    draft = straighten(scan_of(page, pixels), print_reader())
    numbers = find_number_column(draft, print_reader())
    assert numbers is not None
    assert numbers.numbers == tuple(range(4, 21))
    found = lattice_to_the_end(draft, numbers)
    assert found is not None
    lattice, every = found
    assert every == tuple(range(4, last + 1))
    assert len(lattice.rows) == len(every) + 2


@pytest.mark.parametrize(("into_share", "shift_share"), [(0.1, 0.0), (0.4, 0.4), (0.8, 0.0)])
@pytest.mark.parametrize("seen", [False, True])
def test_rows_without_rules_move_only_far_enough_below_the_header_words(
    into_share: float, shift_share: float, seen: bool
) -> None:
    page = synthetic(LIST, LOW, 0.0)
    draft = straighten(scan_of(page), print_reader())
    pitch, coverage = 60.0, float(seen)
    rows = tuple(Rule(100.0, 900.0, (200.0 + pitch * i, 0.0), 0.0) for i in range(4))
    rows = (*rows[:3], replace(rows[3], coverage_share=coverage))
    margin = draft.px(SETTINGS.header_margin_mm)
    header = Box(200.0, 230.0, 600.0, rows[1].at(400.0) + into_share * pitch - margin)
    moved = below_header(draft, Lattice(rows, (), False), header).rows
    shift = 0.0 if seen else shift_share * pitch
    assert [rule.at(400.0) for rule in moved[1:]] == pytest.approx([260 + shift, 320 + shift, 380 + shift])
    assert moved[0].at(400.0) == pytest.approx(200.0 if into_share > 0.6 else 230.0 - margin)
