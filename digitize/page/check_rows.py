"""Number the rows of all tables of a page, and hear what speaks against them.

The rules say where rows are; printed numbers, the other tables and writing
outside must agree.  What does not becomes a note, so that no row is lost
or counted twice in silence.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from digitize.form.definition import Form
from digitize.geometry import BoolArray, FloatArray
from digitize.ocr.engines import Reader
from digitize.page.detect_tables import FoundTables
from digitize.records import Note, NoteCode, Role, Table
from digitize.table.missed_rows import writing_outside_rows
from digitize.table.numbering import Numbering, number_rows

FEW_ROWS = 3  # up to here the lowest row tells how high a row is, as two may have become one
MULTIPLE_TOLERANCE = 0.12  # of a row's height, by which a row of two or three may deviate
MIN_HEIGHT_SHARE = 0.65  # of the others' height; on curled paper, rows change slowly
MAX_HEIGHT_SHARE = 1.4


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """A table with the numbers of its rows and what speaks against these; mostly nothing.

    `ruled` tells whether printed rules separate its columns, `doubts` where rows may be missing.
    """

    table: Table
    ruled: bool
    numbering: Numbering
    doubts: tuple[Note, ...] = ()


def check_rows(
    found: FoundTables, form: Form, reader: Reader, printed: Sequence[int] = ()
) -> tuple[tuple[CheckedTable, ...], tuple[Note, ...]]:
    """Return the tables that count, and notes about those that do not.

    `printed` are the numbers by which the rows were found, if they were.
    """
    page, tables = found.page, found.tables
    numberings = [number_rows(page, table, form, reader, tables, printed) for table in tables]
    headed = zip(numberings, found.pieces, strict=True)
    taken = {number for numbering, is_piece in headed if not is_piece for number in numbering.numbers}
    checked: list[CheckedTable] = []
    notes: list[Note] = []
    for table, ruled, is_piece, read in zip(tables, found.ruled, found.pieces, numberings, strict=True):
        if is_piece and _has_numbers(table) and _mostly_in(read.numbers, taken):
            notes.append(Note.of(NoteCode.SECOND_SHEET, first=read.numbers[0], last=read.numbers[-1]))
            continue
        numbering = _continue_numbers(table, read, [one.numbering for one in checked])
        rows = slice(numbering.above, numbering.above + len(numbering.numbers) + 1)
        numbered = replace(table, row_edges_px=table.row_edges_px[rows])
        doubts = [numbering.doubt, writing_outside_rows(page, numbered, tables)]
        if _has_uneven_row(numbered) or (not numbering.printed and _lacks_rule(numbered)):
            doubts.append(Note(NoteCode.FAINT_RULES))
        if is_piece:
            doubts.append(Note.of(NoteCode.TABLE_IN_PIECES, row=numbering.numbers[0]))
        heard = tuple(doubt for doubt in doubts if doubt is not None)
        checked.append(CheckedTable(numbered, ruled, numbering, heard))
    return tuple(checked), tuple(notes)


def _lacks_rule(table: Table) -> bool:
    """Return whether a row is a multiple of the others' height, as if rules between several were missing."""
    heights = np.diff(table.row_edges_px)
    usual = float(np.median(heights)) if len(heights) > FEW_ROWS else float(heights.min())
    return bool(_are_multiples(heights / usual).any())


def _are_multiples(heights: FloatArray) -> BoolArray:
    """Mark the heights, as shares of the usual one, that are close to several rows."""
    multiple = np.rint(heights)
    return np.asarray((multiple > 1) & (np.abs(heights - multiple) <= MULTIPLE_TOLERANCE))


def _has_uneven_row(table: Table) -> bool:
    """Return whether a row is much lower or higher than the others, as if a line through one were a rule.

    One that is as high as several is another matter: their numbers tell.
    """
    heights = np.diff(table.row_edges_px)
    shares = heights / np.median(heights)
    uneven = (shares < MIN_HEIGHT_SHARE) | ((shares > MAX_HEIGHT_SHARE) & ~_are_multiples(shares))
    return len(heights) > FEW_ROWS and bool(uneven.any())


def _has_numbers(table: Table) -> bool:
    return any(column.role is Role.NUMBER for column in table.columns)


def _mostly_in(numbers: Sequence[int], taken: Set[int]) -> bool:
    return 2 * len(taken & set(numbers)) > len(numbers)


def _continue_numbers(table: Table, numbering: Numbering, before: Sequence[Numbering]) -> Numbering:
    """Number the rows of a table without a number column after those of the tables before it."""
    if not before or _has_numbers(table):
        return numbering
    return numbering.starting_at(max(number for known in before for number in known.numbers) + 1)
