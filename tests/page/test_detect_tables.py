"""Which ruled tables are signature tables, and what is noted if none is."""

from dataclasses import replace

import pytest

from digitize.form.definition import AUTO, Form, FormColumn
from digitize.page.detect_tables import KnownTable, find_tables
from digitize.records import ADDRESS_ROLES, NAME_ROLES, Note, NoteCode, Role
from samples.synthetic import DESIGNS, TIDY, Design, SyntheticPage, make_tables, random_fill
from samples.synthetic.several_tables import headless, info_table
from tests.doubles import MuteReader
from tests.table.tables import LOW, print_reader, scan_of, synthetic

PLAIN = replace(DESIGNS["fr-plain"][0], row_count=6)


def without(design: Design, *roles: Role) -> SyntheticPage:
    """Return a page of the design that has no columns of these roles."""
    columns = tuple(column for column in design.columns if column.role not in roles)
    return synthetic(replace(design, columns=columns), LOW, 0.0)


def test_a_table_is_found_with_its_columns_and_rows() -> None:
    found = find_tables(scan_of(synthetic(PLAIN, LOW, 0.0)), Form(AUTO), print_reader())
    (table,) = found.tables
    assert [column.role for column in table.columns] == [column.role for column in PLAIN.columns]
    assert len(table.row_edges_px) == PLAIN.row_count + 1
    assert (found.ruled, found.blank, found.notes) == ((True,), False, ())


@pytest.mark.parametrize(
    ("roles", "word"),
    [((Role.SIGNATURE,), "signature"), (NAME_ROLES, "name"), (ADDRESS_ROLES, "address")],
)
def test_a_table_without_a_required_column_is_noted_and_left_out(roles: tuple[Role, ...], word: str) -> None:
    found = find_tables(scan_of(without(PLAIN, *roles)), Form(AUTO), print_reader())
    assert found.tables == ()
    assert found.notes == (Note.of(NoteCode.MISSING_COLUMNS, columns=word),)


def test_neighbours_are_asked_only_for_a_table_without_a_legible_header() -> None:
    page = synthetic(PLAIN, LOW, 0.0)
    whole = find_tables(scan_of(page), Form(AUTO), print_reader())
    known = KnownTable(4, whole.tables[0], whole.page.px_per_mm)
    asked = []

    def neighbours() -> list[KnownTable]:
        asked.append(True)
        return [known]

    find_tables(scan_of(page), Form(AUTO), print_reader(), neighbours)
    find_tables(scan_of(without(PLAIN, Role.SIGNATURE)), Form(AUTO), print_reader(), neighbours)
    assert not asked
    borrowed = find_tables(scan_of(page), Form(AUTO), MuteReader(), neighbours)
    assert asked
    assert [column.role for column in borrowed.tables[0].columns] == [c.role for c in PLAIN.columns]
    assert borrowed.notes == (Note.of(NoteCode.BORROWED_COLUMNS, page=4),)


def test_a_table_without_a_legible_header_and_neighbours_is_noted() -> None:
    found = find_tables(scan_of(synthetic(PLAIN, LOW, 0.0)), Form(AUTO), MuteReader())
    assert (found.tables, found.notes) == ((), (Note(NoteCode.NO_HEADER),))


def test_a_box_with_as_many_columns_as_the_form_is_no_table() -> None:
    """The header of the table is in the form's own words, or it cannot be read: the form has columns only."""
    design = replace(DESIGNS["de-plain"][0], row_count=6, before=(), margin_mm=(20.0, 70.0))
    box = info_table(design, 20.0)
    filled = random_fill(design, 3, 0.8, TIDY)
    (_, page) = make_tables(((box, ()), (design, filled)), LOW, 3)
    for reader in (print_reader(), MuteReader()):
        form = Form("own", columns=tuple(FormColumn(c.role, (c.header,)) for c in design.columns))
        (table,) = find_tables(scan_of(page), form, reader).tables
        assert len(table.row_edges_px) - 1 == design.row_count
        assert table.header_top_px > 60.0 * page.mapping.scale


def test_a_header_that_may_be_a_row_is_noted() -> None:
    design = replace(DESIGNS["de-plain"][0], columns=DESIGNS["de-plain"][0].columns[1:])
    form = Form("own", columns=tuple(FormColumn(column.role) for column in design.columns))
    found = find_tables(scan_of(synthetic(headless(design), LOW, 1.0)), form, MuteReader())
    assert found.notes == (Note(NoteCode.HEADER_UNREAD),)
