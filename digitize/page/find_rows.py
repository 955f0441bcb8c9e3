"""Find the rows of a page: look at it in one way after the other until nothing speaks against the rows.

Mostly the rules are plain to see, and the first look is the only one.  Where no
table is found, or printed numbers, other tables or a known form disagree with
the rows, the page is looked at again: at another scale, with its rules redrawn.
The rows are taken with which the least disagrees.  Those from rules
that are hardly visible must be confirmed by their printed numbers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from digitize.errors import UnusablePage
from digitize.form.definition import Form
from digitize.form.identify_form import form_of, lost_rows
from digitize.form.sheet_code import SheetCode
from digitize.images import Page, Scan, as_one_sheet, with_sheet_scale
from digitize.ocr.engines import Reader
from digitize.page.check_rows import CheckedTable, check_rows
from digitize.page.coded_sheet import find_coded_rows
from digitize.page.detect_tables import (
    FoundTables,
    Neighbours,
    find_tables,
    no_neighbours,
    tables_on,
    trace_tables,
)
from digitize.records import Flag, FlagCode, Note, NoteCode, PageId, Row, SheetPage, Status
from digitize.table.grid.redraw import redraw_rules
from digitize.table.negative import as_positive, is_negative
from digitize.table.straighten import straighten

NO_TABLE_RANK = 100  # a page without a table: any table is better


@dataclass(frozen=True, slots=True)
class FoundRows:
    """The flattened page with its tables and their numbered rows; `blank` if it is an empty side.

    `code` is that of a sheet which digitize printed.
    """

    page: Page
    tables: tuple[CheckedTable, ...]
    notes: tuple[Note, ...]
    blank: bool = False
    code: SheetCode | None = None


def find_rows(scan: Scan, form: Form, reader: Reader, neighbours: Neighbours = no_neighbours) -> FoundRows:
    """Return the tables and rows with which the least disagrees.

    Raises UnusablePage if at first look a signature table is blurred or runs out of the picture:
    another look does not bring back what is not there.
    """
    if (coded := find_coded_rows(scan, reader)) is not None:
        return FoundRows(coded.page, coded.tables, coded.notes, code=coded.code)
    best = _plainly(scan, form, reader, neighbours)
    fewest = _disagreements(best, form)
    looks = iter(()) if not fewest else _further_looks(scan, form, reader, neighbours)
    for look in looks:
        try:
            found = look()
        except UnusablePage:
            continue
        disagreements = _disagreements(found, form)
        if disagreements < fewest and not _loses(found, best):
            best, fewest = found, disagreements
        if not fewest:
            break
    return best


def _loses(found: FoundRows, best: FoundRows) -> bool:
    """Return whether tables or rows of the best look so far would be lost."""
    rows, rows_before = (sum(len(one.numbering.numbers) for one in each.tables) for each in (found, best))
    return len(found.tables) < len(best.tables) or rows < rows_before


def _further_looks(
    scan: Scan, form: Form, reader: Reader, neighbours: Neighbours
) -> Iterator[Callable[[], FoundRows]]:
    """Yield further ways of looking at a page, the likeliest to help first."""
    # A photo of unknown resolution shows the desk as well: its scale is taken from the outline of the sheet.
    scaled = with_sheet_scale(scan) if scan.dpi is None else as_one_sheet(scan)
    if scaled is not None:
        yield partial(_plainly, scaled, form, reader, neighbours)
    for view in (scan, scaled):
        if view is not None:
            yield partial(_with_rules_redrawn, view, form, reader)


def _plainly(scan: Scan, form: Form, reader: Reader, neighbours: Neighbours) -> FoundRows:
    return _checked(find_tables(scan, form, reader, neighbours), form, reader)


def _with_rules_redrawn(scan: Scan, form: Form, reader: Reader) -> FoundRows:
    if is_negative(scan):
        found = _with_rules_redrawn(as_positive(scan), form, reader)
        return replace(found, notes=(Note(NoteCode.NEGATIVE), *found.notes))
    traced = trace_tables(redraw_rules(straighten(scan, reader)))
    return _confirmed(_checked(tables_on(scan, *traced, form, reader), form, reader))


def _checked(found: FoundTables, form: Form, reader: Reader) -> FoundRows:
    tables, notes = check_rows(found, form, reader)
    return FoundRows(found.page, tables, (*found.notes, *notes), found.blank)


def _confirmed(found: FoundRows) -> FoundRows:
    """Return the rows with a doubt in each table whose rows no printed numbers confirm."""
    tables = tuple(
        one if one.numbering.printed else replace(one, doubts=(*one.doubts, Note(NoteCode.FAINT_RULES)))
        for one in found.tables
    )
    return replace(found, tables=tables)


def _disagreements(found: FoundRows, form: Form) -> int:
    """Return how much speaks against the rows found; 0 if nothing does, or the page is blank."""
    if not found.tables:
        return 0 if found.blank else NO_TABLE_RANK
    count = sum(len(one.doubts) + _lacks_rows(found.page, one, form) for one in found.tables)
    return count + any(note.code is NoteCode.SECOND_SHEET for note in found.notes)


def _lacks_rows(page: Page, checked: CheckedTable, form: Form) -> bool:
    """Return whether rows of the form, named or shipped, are missing at one end of the table."""
    numbering = checked.numbering
    flags = () if numbering.read else (Flag(FlagCode.NUMBER_INFERRED),)
    rows = tuple(
        Row(number, i, checked.table.row_box(i), (), Status.BLANK, flags)
        for i, number in enumerate(numbering.numbers)
    )
    outline = SheetPage(
        PageId(page.file, page.page),
        numbering.kind,
        form.name,
        0,
        0.0,
        page.px_per_mm,
        page.to_scan,
        tables=(checked.table,),
        rows=rows,
    )
    return lost_rows(outline, form_of(outline, {})) is not None
