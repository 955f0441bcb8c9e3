"""What speaks against the rows found on a page is said, and no row is counted twice."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.form.definition import AUTO, Form
from digitize.images import Pixels
from digitize.page.check_rows import CheckedTable, check_rows
from digitize.page.detect_tables import find_tables
from digitize.records import Note, NoteCode, Role
from samples.synthetic import ACAT, DESIGNS, Design, SyntheticPage
from tests.table.grid.test_apart import with_slip
from tests.table.tables import LOW, print_reader, scan_of, synthetic, with_boxes

ACAT_LETTER, ACAT_LIST = ACAT
PLAIN = DESIGNS["de-plain"][0]
UNNUMBERED = replace(
    PLAIN, columns=tuple(column for column in PLAIN.columns if column.role is not Role.NUMBER)
)


def checked(page: SyntheticPage, pixels: Pixels) -> tuple[list[CheckedTable], list[NoteCode]]:
    """Return the tables that count and the codes of all notes."""
    found = find_tables(scan_of(page, pixels), Form(AUTO), print_reader())
    tables, notes = check_rows(found, Form(AUTO), print_reader())
    codes = [note.code for note in (*notes, *(doubt for one in tables for doubt in one.doubts))]
    return list(tables), codes


def numbers_of(tables: list[CheckedTable]) -> list[int]:
    return [number for one in tables for number in one.numbering.numbers]


def with_sheet_below(page: SyntheticPage, rows: int) -> Pixels:
    """The page with the end of another sheet, from some rows before its last row, below its lower edge."""
    start = round((page.layout.y_mm[-1 - rows] - 3) * page.mapping.scale)
    return np.concatenate([page.pixels, page.pixels[start:]])


def test_a_complete_page_has_no_notes() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.6)
    tables, codes = checked(page, page.pixels)
    assert (numbers_of(tables), codes) == (list(range(4, 31)), [])


def test_rows_of_a_second_sheet_are_not_counted_but_reported() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.6)
    tables, codes = checked(page, with_sheet_below(page, 4))
    assert (numbers_of(tables), codes) == (list(range(4, 31)), [NoteCode.SECOND_SHEET])


def test_a_table_that_the_feeder_tore_apart_keeps_each_row_once_and_is_a_question() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.6)
    tables, codes = checked(page, with_slip(page, 12))
    assert (numbers_of(tables), codes) == (list(range(4, 31)), [NoteCode.TABLE_IN_PIECES])
    assert any(Note.of(NoteCode.TABLE_IN_PIECES, row=15) in one.doubts for one in tables)


def test_numbers_that_cannot_be_read_are_a_question() -> None:
    page = synthetic(DESIGNS["fr-plain"][0], LOW, 0.6)
    (left, right, *_), ys = page.layout.x_mm, page.layout.y_mm
    hidden = with_boxes(page, *((left + 0.6, top + 0.6, right - 0.6, top + 8) for top in ys[1:-1]))
    assert checked(page, hidden)[1] == [NoteCode.NUMBERS_UNREAD]


@pytest.mark.parametrize("lost", [1, 9])
@pytest.mark.parametrize(("design", "asked"), [(UNNUMBERED, True), (ACAT_LIST, False)])
def test_a_row_twice_as_high_as_the_others_is_a_question_where_no_numbers_are_printed(
    design: Design, asked: bool, lost: int
) -> None:
    page = synthetic(design, LOW, 0.6)
    found = find_tables(scan_of(page), Form(AUTO), print_reader())
    (table,) = found.tables
    for edges in (table.row_edges_px, table.row_edges_px[:lost] + table.row_edges_px[lost + 1 :]):
        fewer = replace(found, tables=(replace(table, row_edges_px=edges),))
        ((one,), _) = check_rows(fewer, Form(AUTO), print_reader())
        lacks = len(edges) < len(table.row_edges_px)
        assert (Note(NoteCode.FAINT_RULES) in one.doubts) is (lacks and asked)


@pytest.mark.parametrize(("share", "asked"), [(0.5, True), (0.8, False), (1.3, False), (1.6, True)])
@pytest.mark.parametrize("row", [0, 9])
def test_a_row_much_lower_or_higher_than_the_others_is_a_question(
    share: float, asked: bool, row: int
) -> None:
    page = synthetic(ACAT_LIST, LOW, 0.6)
    found = find_tables(scan_of(page), Form(AUTO), print_reader())
    (table,) = found.tables
    edges = list(table.row_edges_px)
    edges[row] = edges[row + 1] - share * (edges[row + 1] - edges[row])
    struck = replace(found, tables=(replace(table, row_edges_px=tuple(edges)),))
    ((one,), _) = check_rows(struck, Form(AUTO), print_reader())
    assert (Note(NoteCode.FAINT_RULES) in one.doubts) is asked
