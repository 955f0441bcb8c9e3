"""A page is looked at again where something speaks against the rows, and only there."""

from dataclasses import replace

import pytest

from digitize.errors import UnusablePage
from digitize.form.definition import AUTO, Form
from digitize.page import find_rows as module
from digitize.page.find_rows import FoundRows, find_rows
from digitize.records import NoteCode, Role
from digitize.table.negative import as_positive
from samples.synthetic import ACAT, DESIGNS, SyntheticPage, blank_back
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


@pytest.mark.parametrize("page", [synthetic(LETTER), blank_back(LOW, 3)], ids=["letter", "blank"])
def test_one_look_is_enough_where_nothing_speaks_against_it(
    page: SyntheticPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "redraw_rules", pytest.fail)
    find_rows(scan_of(page), Form(AUTO), print_reader())


def test_another_look_that_fails_leaves_the_first_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise UnusablePage("cut off")

    monkeypatch.setattr(module, "redraw_rules", refuse)
    monkeypatch.setattr(module, "find_number_column", refuse)
    page = synthetic(LIST, LOW, 0.0)
    found = find_rows(scan_of(page, with_holes(page, HOLES, only_rules=True)), Form(AUTO), print_reader())
    assert (rows_of(found), codes_of(found)) == ([], [NoteCode.NO_TABLE])
