"""Tables with stacked cells: their layout, the rules between them, and the ink in them."""

import pytest

from digitize.ink.assign_strokes import assign_strokes
from digitize.ink.cell_map import (
    build_cell_map,
    horizontal_edges,
    inner_horizontal_rules,
    partial_vertical_edges,
    partial_vertical_rules,
    stacked_columns,
    vertical_edges,
)
from digitize.ink.measure_ink import measure_ink
from digitize.records import Column, Ink, Role, Table
from samples.synthetic import Design, Paper, SyntheticPage
from samples.synthetic.foreign import IT_STOREYS, US_STACKED, US_UNEVEN
from tests.table.tables import exact_page, synthetic

# number | signature above name | street above town and postcode
TABLE = Table(
    (
        Column(Role.NUMBER, 0.0, 10.0),
        Column(Role.SIGNATURE, 10.0, 50.0, "", 0.0, 0.6),
        Column(Role.NAME, 10.0, 50.0, "", 0.6, 1.0),
        Column(Role.STREET, 50.0, 90.0, "", 0.0, 0.6),
        Column(Role.TOWN, 50.0, 70.0, "", 0.6, 1.0),
        Column(Role.POSTCODE, 70.0, 90.0, "", 0.6, 1.0),
    ),
    (100.0, 120.0, 140.0),
    90.0,
)
UNSTACKED = Table((Column(Role.NAME, 0.0, 40.0), Column(Role.SIGNATURE, 40.0, 90.0)), (100.0, 120.0), 90.0)


def printed_table(page: SyntheticPage) -> Table:
    """Return the table exactly as it was printed."""
    scale, plan = page.mapping.scale, page.layout
    columns = tuple(
        Column(role, at.left_mm * scale, at.right_mm * scale, "", at.top_share, at.bottom_share)
        for role, at in zip(page.truth.roles, plan.cells, strict=True)
    )
    top, *rows = (y * scale for y in plan.y_mm)
    return Table(columns, tuple(rows), top)


def test_stacked_cells_divide_the_height_of_the_row() -> None:
    assert TABLE.has_storeys
    assert not UNSTACKED.has_storeys
    signature, name, postcode = (TABLE.columns[i] for i in (1, 2, 5))
    assert TABLE.cell_box(1, signature).bottom == TABLE.cell_box(1, name).top == 132.0
    assert TABLE.cell_box(1, name).bottom == 140.0
    assert TABLE.row_box(0).right == TABLE.box.right == postcode.right_px == 90.0


def test_the_cell_map_tells_the_column_between_any_two_edges() -> None:
    assert vertical_edges(TABLE) == [0.0, 10.0, 50.0, 70.0, 90.0]
    assert horizontal_edges(TABLE) == [0.0, 0.6, 1.0]
    assert build_cell_map(TABLE).tolist() == [[0, 1, 3, 3], [0, 2, 4, 5]]
    assert build_cell_map(UNSTACKED).tolist() == [[0, 1]]
    assert [stacked_columns(TABLE, c) for c in (0, 1, 3, 5)] == [[0], [1, 2], [3, 4, 5], [3, 5]]


def test_rules_that_do_not_run_through_are_found() -> None:
    assert partial_vertical_edges(TABLE) == [3]
    assert list(partial_vertical_rules(TABLE)) == [(70.0, 112.0, 120.0), (70.0, 132.0, 140.0)]
    assert list(inner_horizontal_rules(TABLE))[:2] == [(112.0, 10.0, 50.0), (112.0, 50.0, 90.0)]
    assert not list(inner_horizontal_rules(UNSTACKED))
    assert not list(partial_vertical_rules(UNSTACKED))


@pytest.mark.parametrize("design", [US_STACKED, US_UNEVEN, IT_STOREYS], ids=lambda d: d.form)
def test_ink_belongs_to_its_stacked_cell(design: Design) -> None:
    page = synthetic(design, Paper(dpi=200.0), 0.6, 11)
    table = printed_table(page)
    rows = measure_ink(exact_page(page), table, ruled=True).rows
    for row, truth in zip(rows, page.truth.rows, strict=True):
        for cell, expected in zip(row.cells, truth.cells, strict=True):
            if expected.role in (Role.NAME, Role.STREET, Role.SIGNATURE) and not truth.ambiguous:
                assert (cell.measure.state is Ink.INKED) == expected.inked, (truth.number, expected.role)


def test_blank_rows_hold_no_remnants_of_rules() -> None:
    page = synthetic(US_UNEVEN, Paper(dpi=200.0), 0.0, 2)
    table = printed_table(page)
    ownership = assign_strokes(exact_page(page), table, ruled=True)
    written = [i for i, column in enumerate(table.columns) if column.role is not Role.NUMBER]
    assert ownership.owned_px[:, :, written].sum() / ownership.px_per_mm < 1.0
