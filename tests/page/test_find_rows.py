"""A page is looked at again where something speaks against the rows, and only there."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from digitize.errors import TruncatedTable, UnusablePage
from digitize.form.definition import AUTO, Form
from digitize.page import check_rows, looks
from digitize.page import find_rows as module
from digitize.page.check_rows import CheckedTable
from digitize.page.detect_tables import find_tables
from digitize.page.find_rows import find_rows
from digitize.page.looks import FoundRows
from digitize.records import Note, NoteCode, Role
from digitize.table.negative import as_positive
from digitize.table.numbering import Numbering, number_rows
from samples.synthetic import ACAT, DESIGNS, Design, SyntheticPage, blank_back
from tests.page.broken_rules import with_holes
from tests.table.tables import LOW, print_reader, scan_of, synthetic

LETTER, LIST = ACAT
HOLES = 0.7  # share of the rules that is lost: none is traced any more
ALL = 1.0


def rows_of(found: FoundRows) -> list[tuple[int, ...]]:
    return [one.numbering.numbers for one in found.tables]


def codes_of(found: FoundRows) -> list[NoteCode]:
    doubts = [doubt for one in found.tables for doubt in one.doubts]
    return [note.code for note in (*found.notes, *doubts)]


def test_rows_between_broken_rules_are_found_and_confirmed_by_their_numbers() -> None:
    page = synthetic(LIST, LOW, 0.0)
    found = find_rows(scan_of(page, with_holes(page, HOLES, only_rules=True)), Form(AUTO), print_reader())
    assert rows_of(found) == [tuple(range(4, 31))]
    assert codes_of(found) == []


def test_rows_without_rules_are_found_by_their_numbers_and_remain_a_question() -> None:
    page = synthetic(LIST, LOW, 0.0)
    found = find_rows(scan_of(page, with_holes(page, ALL, only_rules=True)), Form(AUTO), print_reader())
    assert rows_of(found) == [tuple(range(4, 31))]
    assert codes_of(found) == [NoteCode.FAINT_RULES]


@pytest.mark.parametrize("seed", [5, 6])
def test_a_line_of_text_above_the_header_of_rows_without_rules_is_no_part_of_it(seed: int) -> None:
    page = synthetic(LETTER, LOW, 0.6, seed)
    found = find_rows(scan_of(page, with_holes(page, ALL, only_rules=True)), Form(AUTO), print_reader())
    assert rows_of(found) == [(1, 2, 3)]
    table = found.tables[0].table
    assert [column.header for column in table.columns] == ["", "Full Name", "Address", "Signature"]
    edges_mm = [y / found.page.px_per_mm for y in (table.header_top_px, *table.row_edges_px)]
    assert edges_mm == pytest.approx(page.layout.y_mm, abs=1.5)


def test_a_negative_with_broken_rules_is_still_told_as_one() -> None:
    page = synthetic(LIST, LOW, 0.0)
    negative = as_positive(scan_of(page, with_holes(page, HOLES, only_rules=True)))
    found = find_rows(negative, Form(AUTO), print_reader())
    assert (rows_of(found), codes_of(found)) == ([tuple(range(4, 31))], [NoteCode.NEGATIVE])


def test_rows_between_broken_rules_that_no_number_confirms_are_a_question() -> None:
    plain = DESIGNS["de-plain"][0]
    unnumbered = tuple(column for column in plain.columns if column.role is not Role.NUMBER)
    page = synthetic(replace(plain, columns=unnumbered), LOW, 0.0)
    found = find_rows(scan_of(page, with_holes(page, HOLES, only_rules=True)), Form(AUTO), print_reader())
    assert [len(numbers) for numbers in rows_of(found)] == [plain.row_count]
    assert NoteCode.FAINT_RULES in codes_of(found)


@pytest.mark.parametrize(("design", "found"), [(LIST, True), (replace(LIST, row_count=25), False)])
def test_a_table_that_seems_cut_off_is_taken_if_another_way_finds_all_rows_of_the_form(
    design: Design, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(_: object) -> None:
        raise TruncatedTable("cut off")

    monkeypatch.setattr(module, "plainly", cut_off)
    scan = scan_of(synthetic(design, LOW, 0.0))
    if not found:
        with pytest.raises(TruncatedTable):
            find_rows(scan, Form(AUTO), print_reader())
        return
    complete = find_rows(scan, Form(AUTO), print_reader())
    assert rows_of(complete) == [tuple(range(4, 31))]
    assert codes_of(complete) == [NoteCode.FAINT_RULES]


@pytest.mark.parametrize("page", [synthetic(LETTER), blank_back(LOW, 3)], ids=["letter", "blank"])
def test_one_look_is_enough_where_nothing_speaks_against_it(
    page: SyntheticPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "redraw_rules", pytest.fail)
    find_rows(scan_of(page), Form(AUTO), print_reader())


def test_another_look_that_fails_leaves_the_first_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise UnusablePage("cut off")

    monkeypatch.setattr(looks, "redraw_rules", refuse)
    monkeypatch.setattr(looks, "find_number_column", refuse)
    monkeypatch.setattr(looks, "find_header_line", refuse)
    page = synthetic(LIST, LOW, 0.0)
    found = find_rows(scan_of(page, with_holes(page, HOLES, only_rules=True)), Form(AUTO), print_reader())
    assert (rows_of(found), codes_of(found)) == ([], [NoteCode.NO_TABLE])


@pytest.mark.parametrize(("printed", "tables"), [(True, 1), (False, 2)])
def test_pieces_become_one_table_if_their_numbers_show_it(
    printed: bool, tables: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = scan_of(synthetic(LIST, LOW, 0.6))
    whole = find_rows(scan, Form(AUTO), print_reader())
    doubt = (Note.of(NoteCode.TABLE_IN_PIECES, row=9),)
    pieces = [part_of(whole.tables[0], first, last, printed) for first, last in ((0, 3), (5, 27))]
    found = replace(whole, tables=(pieces[0], replace(pieces[1], doubts=doubt)))
    monkeypatch.setattr(module, "plainly", lambda _: found)
    assert len(find_rows(scan, Form(AUTO), print_reader()).tables) == tables


def test_numbers_that_jump_are_replaced_by_those_that_follow_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scan = scan_of(synthetic(LIST, LOW, 0.6))
    whole = find_rows(scan, Form(AUTO), print_reader())
    doubt = Note(NoteCode.NUMBERS_JUMP)
    misread = replace(whole.tables[0].numbering.starting_at(40), doubt=doubt)
    table = replace(whole.tables[0], numbering=misread, doubts=(doubt,))
    monkeypatch.setattr(module, "plainly", lambda _: replace(whole, tables=(table,)))
    assert rows_of(find_rows(scan, Form(AUTO), print_reader())) == [tuple(range(4, 31))]


def part_of(one: CheckedTable, first: int, last: int, printed: bool) -> CheckedTable:
    """Return the table with its rows from index `first` up to `last`."""
    numbering = replace(one.numbering, numbers=one.numbering.numbers[first:last], printed=printed)
    edges = one.table.row_edges_px[first : last + 1]
    return replace(one, table=replace(one.table, row_edges_px=edges), numbering=numbering)


def test_numbers_that_only_another_look_reads_confirm_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unread(*args: Any) -> Numbering:
        numbering = number_rows(*args)
        printed = args[5]
        return (
            numbering if printed else replace(numbering, printed=False, doubt=Note(NoteCode.NUMBERS_UNREAD))
        )

    page = synthetic(LIST, LOW, 0.6)
    first = find_tables(scan_of(page), Form(AUTO), print_reader()).tables[0]
    monkeypatch.setattr(check_rows, "number_rows", unread)
    found = find_rows(scan_of(page), Form(AUTO), print_reader())
    assert (rows_of(found), codes_of(found)) == ([tuple(range(4, 31))], [])
    assert found.tables[0].table == first  # as the rules show it


def halved(one: CheckedTable, printed: bool) -> CheckedTable:
    """Return the table with two rows in place of each, as if a line ran through all of them."""
    edges = one.table.row_edges_px
    between = [(upper + lower) / 2 for upper, lower in pairwise(edges)]
    numbers = tuple(range(1, 2 * len(between) + 1))
    doubts = (Note(NoteCode.NUMBERS_UNREAD),)
    return replace(
        one,
        table=replace(one.table, row_edges_px=tuple(sorted((*edges, *between)))),
        numbering=replace(one.numbering, numbers=numbers, printed=printed, doubt=doubts[0]),
        doubts=doubts,
    )


@pytest.mark.parametrize(("printed", "rows"), [(False, 3), (True, 6)])
def test_printed_numbers_overrule_lines_through_rows(
    printed: bool, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = scan_of(synthetic(LETTER, LOW, 0.6))
    whole = find_rows(scan, Form(AUTO), print_reader())
    found = replace(whole, tables=(halved(whole.tables[0], printed),))
    monkeypatch.setattr(module, "plainly", lambda _: found)
    assert len(find_rows(scan, Form(AUTO), print_reader()).tables[0].numbering.numbers) == rows


@pytest.mark.parametrize("printed", [True, False])
def test_rows_are_not_sure_where_other_rows_are_numbered(
    printed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even if nothing else speaks against them."""
    scan = scan_of(synthetic(DESIGNS["fr-plain"][0], LOW, 0.6))
    whole = find_rows(scan, Form(AUTO), print_reader())
    other = replace(whole, tables=(replace(part_of(whole.tables[0], 0, 12, printed), doubts=()),))
    nothing = replace(whole, tables=(), notes=(Note(NoteCode.NO_TABLE),))
    monkeypatch.setattr(module, "plainly", lambda _: nothing)
    monkeypatch.setattr(looks, "with_rules_redrawn", lambda _: other)
    assert rows_of(find_rows(scan, Form(AUTO), print_reader())) == rows_of(whole)
