"""Columns taken from the form where the header says nothing, and whether the first interval is a row."""

from dataclasses import replace

import pytest

from digitize.form.definition import Form, FormColumn
from digitize.records import Role, Table
from digitize.table.header import may_lack_row, read_header
from samples.synthetic import DESIGNS, Design, SyntheticPage
from samples.synthetic.several_tables import headless
from tests.doubles import MuteReader
from tests.table.tables import LOW, exact_edges_px, exact_page, print_reader, roles_of, synthetic

PLAIN = DESIGNS["de-plain"][0]
UNNUMBERED = replace(PLAIN, columns=PLAIN.columns[1:])
# Words of a language that digitize does not know.
POLISH = {Role.NUMBER: "Lp.", Role.NAME: "Nazwisko", Role.ADDRESS: "Zamieszkały", Role.SIGNATURE: "Podpis"}


def form_for(design: Design, *, with_words: bool = False) -> Form:
    words = {column.role: (column.header,) if with_words else () for column in design.columns}
    return Form("own", columns=tuple(FormColumn(role, found) for role, found in words.items()))


def in_polish(design: Design) -> Design:
    return replace(design, columns=tuple(replace(c, header=POLISH[c.role]) for c in design.columns))


def read(page: SyntheticPage, form: Form, *, mute: bool = False) -> Table:
    columns, rows = exact_edges_px(page)
    if page.layout.y_mm[0] == page.layout.y_mm[1]:  # a design without a header
        rows = rows[1:]
    reader = MuteReader() if mute else print_reader()
    table = read_header(exact_page(page), columns, rows, form, reader)
    assert table is not None
    return table


def row_count(table: Table) -> int:
    return len(table.row_edges_px) - 1


@pytest.mark.parametrize("with_words", [True, False])
def test_a_header_in_an_unknown_language_is_no_row(with_words: bool) -> None:
    design = in_polish(PLAIN)
    table = read(synthetic(design), form_for(design, with_words=with_words))
    assert (roles_of(table), row_count(table)) == (tuple(POLISH), PLAIN.row_count)
    assert any(column.header for column in table.columns) == with_words


def test_a_table_without_a_header_begins_with_the_row_of_the_first_number() -> None:
    design = headless(PLAIN)
    table = read(synthetic(design, LOW, 1.0), form_for(PLAIN))
    assert (roles_of(table), row_count(table)) == (tuple(POLISH), PLAIN.row_count)
    assert not may_lack_row(table), "its numbers tell"


def test_a_blank_first_interval_as_high_as_a_row_is_a_row() -> None:
    table = read(synthetic(headless(UNNUMBERED), LOW, 0.0), form_for(UNNUMBERED), mute=True)
    assert row_count(table) == PLAIN.row_count


def test_a_first_interval_that_may_be_header_or_row_is_a_question() -> None:
    """Without numbers nothing tells a row from a header of the same height that cannot be read."""
    page = synthetic(headless(UNNUMBERED), LOW, 1.0)
    table = read(page, form_for(UNNUMBERED), mute=True)
    assert row_count(table) == PLAIN.row_count - 1
    assert may_lack_row(table)


def test_a_header_of_its_own_height_leaves_no_question() -> None:
    low = replace(UNNUMBERED, header_height_mm=0.7 * UNNUMBERED.row_height_mm)
    table = read(synthetic(low, LOW, 1.0), form_for(low), mute=True)
    assert row_count(table) == PLAIN.row_count
    assert not may_lack_row(table)
