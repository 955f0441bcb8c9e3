"""Cells in storeys: where they lie, which rules part them, and whose the ink in them is."""

import pytest

from digitize.ink.assign_strokes import assign_strokes
from digitize.ink.cell_map import (
    build_cell_map,
    columns_beside,
    inner_level_rules,
    levels,
    partial_uprights,
    upright_edges,
    upright_rules,
)
from digitize.ink.measure_ink import measure_ink
from digitize.records import Column, Ink, Role, Table
from samples.synthetic import Design, Paper, SyntheticPage
from samples.synthetic.foreign import IT_STOREYS, US_STACKED, US_UNEVEN
from tests.table.tables import exact_page, synthetic

# number | signature over name | town beside postcode under an address
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
ONE_STOREY = Table((Column(Role.NAME, 0.0, 40.0), Column(Role.SIGNATURE, 40.0, 90.0)), (100.0, 120.0), 90.0)


def printed_table(page: SyntheticPage) -> Table:
    """The table exactly as the make printed it."""
    scale, plan = page.mapping.scale, page.layout
    columns = tuple(
        Column(role, at.left_mm * scale, at.right_mm * scale, "", at.top_share, at.bottom_share)
        for role, at in zip(page.truth.roles, plan.cells, strict=True)
    )
    top, *rows = (y * scale for y in plan.y_mm)
    return Table(columns, tuple(rows), top)


def test_cells_have_their_share_of_the_row() -> None:
    assert TABLE.has_storeys
    assert not ONE_STOREY.has_storeys
    signature, name, postcode = (TABLE.columns[i] for i in (1, 2, 5))
    assert TABLE.cell_box(1, signature).bottom == TABLE.cell_box(1, name).top == 132.0
    assert TABLE.cell_box(1, name).bottom == 140.0
    assert TABLE.row_box(0).right == TABLE.box.right == postcode.right_px == 90.0


def test_every_place_of_a_row_has_its_cell() -> None:
    assert upright_edges(TABLE) == [0.0, 10.0, 50.0, 70.0, 90.0]
    assert levels(TABLE) == [0.0, 0.6, 1.0]
    assert build_cell_map(TABLE).tolist() == [[0, 1, 3, 3], [0, 2, 4, 5]]
    assert build_cell_map(ONE_STOREY).tolist() == [[0, 1]]
    assert [columns_beside(TABLE, c) for c in (0, 1, 3, 5)] == [[0], [1, 2], [3, 4, 5], [3, 5]]


def test_rules_that_do_not_run_through_are_known() -> None:
    assert partial_uprights(TABLE) == [3]
    assert list(upright_rules(TABLE)) == [(70.0, 112.0, 120.0), (70.0, 132.0, 140.0)]
    levels_of_first_row = list(inner_level_rules(TABLE))[:2]
    assert levels_of_first_row == [(112.0, 10.0, 50.0), (112.0, 50.0, 90.0)]
    assert not list(inner_level_rules(ONE_STOREY))
    assert not list(upright_rules(ONE_STOREY))


@pytest.mark.parametrize("design", [US_STACKED, US_UNEVEN, IT_STOREYS], ids=lambda d: d.form)
def test_ink_belongs_to_its_storey(design: Design) -> None:
    page = synthetic(design, Paper(dpi=200.0), 0.6, 11)
    table = printed_table(page)
    rows = measure_ink(exact_page(page), table, ruled=True)
    for row, truth in zip(rows, page.truth.rows, strict=True):
        for cell, expected in zip(row.cells, truth.cells, strict=True):
            if expected.role in (Role.NAME, Role.STREET, Role.SIGNATURE) and not truth.ambiguous:
                assert (cell.measure.verdict is Ink.INKED) == expected.inked, (truth.number, expected.role)


def test_blank_rows_hold_no_rule() -> None:
    page = synthetic(US_UNEVEN, Paper(dpi=200.0), 0.0, 2)
    table = printed_table(page)
    ownership = assign_strokes(exact_page(page), table, ruled=True)
    written = [i for i, column in enumerate(table.columns) if column.role is not Role.NUMBER]
    assert ownership.own[:, :, written].sum() / ownership.px_per_mm < 1.0
