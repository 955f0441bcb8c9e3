"""Find the rows of a page: look at it in one way after the other until nothing speaks against the rows.

Mostly the rules are plain to see, and the first look is the only one.  Where no
table is found, or printed numbers, other tables or a known form disagree with
the rows, the page is looked at again: at another scale, with its rules redrawn, denoised.
The rows are taken with which the least disagrees.  Those from rules
that are hardly visible must be confirmed by their printed numbers.
"""

from collections import Counter
from dataclasses import replace

import numpy as np

from digitize.errors import TruncatedTable, UnusablePage
from digitize.form.definition import Form
from digitize.form.identify_form import form_of, lost_rows, span_of, spans_of
from digitize.geometry import FloatArray
from digitize.images import Page, Scan
from digitize.ocr.engines import Reader
from digitize.page.check_rows import CheckedTable
from digitize.page.coded_sheet import find_coded_rows
from digitize.page.continue_rows import continue_rows
from digitize.page.detect_tables import Neighbours, no_neighbours
from digitize.page.looks import (
    FoundRows,
    View,
    by_numbers,
    further_looks,
    plainly,
    shows_pale_print,
    with_faint_rules,
)
from digitize.records import Flag, FlagCode, Note, NoteCode, PageId, Row, SheetPage, Status
from digitize.table.blank_page import has_pale_marks
from digitize.table.negative import as_positive, is_negative

NO_TABLE_DISAGREEMENTS = 100  # of a page without a table: any table is better
SAME_ROW_SHARE = 0.4  # of a row's height by which the ends of an edge that was found twice may differ


def find_rows(scan: Scan, form: Form, reader: Reader, neighbours: Neighbours = no_neighbours) -> FoundRows:
    """Return the tables and rows with which the least disagrees.

    Raises UnusablePage if at first look a signature table is blurred or runs out of the picture: another
    look does not bring back what is not there, unless it finds all rows of a known form inside it.
    """
    if (coded := find_coded_rows(scan, reader)) is not None:
        return FoundRows(coded.page, coded.tables, coded.notes, code=coded.code)
    if is_negative(scan):
        found = find_rows(as_positive(scan), form, reader, neighbours)
        return replace(found, notes=(Note(NoteCode.NEGATIVE), *found.notes))
    view = View(scan, form, reader, neighbours)
    try:
        first = plainly(view)
    except TruncatedTable:
        complete = _complete_page(view, form)
        if complete is None:
            raise
        return complete
    best = _least_disputed(first, view, form)
    page = best.page
    tables = continue_rows(best.tables, page.px_per_mm, page.page, form, neighbours)
    return replace(best, tables=tables)


def _least_disputed(best: FoundRows, view: View, form: Form) -> FoundRows:
    """Return the rows with which the least disagrees; `best` are those of the first look."""
    fewest = _disagreements(best, form)
    if best.blank and has_pale_marks(view.draft) and shows_pale_print(view):
        fewest = NO_TABLE_DISAGREEMENTS
    looks = further_looks(view, only_denoised=best.blank) if fewest else ()
    for look, way in looks:
        try:
            found = look(way)
        except UnusablePage:
            continue
        if not found.tables:
            continue  # the first look decides whether the page is blank: others leave out what is no line
        same_rows = look is by_numbers and _are_same_rows(found, best)
        if same_rows:
            found = _with_numbers_of(best, found)
        disagreements = _disagreements(found, form) + _lacks_numbers(found, way)
        if disagreements < fewest and not _loses(found, best):
            best, fewest = found, disagreements
            if look is by_numbers and not same_rows:
                best = with_faint_rules(best)
        if not fewest:
            break
    if best.tables and not fewest:
        best = _numbered(best, view, form)
    if best.blank and fewest:
        best = replace(best, blank=False, notes=(*best.notes, Note(NoteCode.NO_TABLE)))
    return best


def _complete_page(view: View, form: Form) -> FoundRows | None:
    """Return the rows found in another way if they are those of a page of a known form, with a doubt.

    Scratches, a dark border or the grain of a desk can look like rules that continue to the border.
    """
    for look, way in further_looks(view):
        try:
            found = look(way)
        except UnusablePage:
            continue
        if len(found.tables) == 1 and _has_all_rows(found.page, found.tables[0], form):
            return found if found.tables[0].doubts else with_faint_rules(found)
    return None


def _has_all_rows(page: Page, checked: CheckedTable, form: Form) -> bool:
    """Return whether the rows are those of a whole page of the form, named or shipped."""
    outline = _outline(page, checked, form)
    known = form_of(outline, {form.name: form})
    return known is not None and span_of(outline, known) in spans_of(known)


def _numbered(best: FoundRows, view: View, form: Form) -> FoundRows:
    """Return as many rows with their printed numbers, if the numbers can only be read without grain."""
    if all(one.numbering.printed for one in best.tables) or view.denoised is None:
        return best
    try:
        found = plainly(view.denoised)
    except UnusablePage:
        return best
    rows = [[len(one.numbering.numbers) for one in each.tables] for each in (found, best)]
    printed = all(one.numbering.printed for one in found.tables)
    return found if rows[0] == rows[1] and printed and not _disagreements(found, form) else best


def _loses(found: FoundRows, best: FoundRows) -> bool:
    """Return whether tables or rows of the best look so far would be lost.

    Pieces of a table may become one table again if it has the printed numbers of all of them, and those
    that are missing between them but no others.  Numbers that jump are not sure.
    """
    sure = Counter(
        number
        for one in best.tables
        if one.numbering.printed and not _jumps(one)
        for number in one.numbering.numbers
    )
    numbers = Counter(number for one in found.tables for number in one.numbering.numbers)
    pieces = all(one.numbering.printed for one in best.tables) and _fills_gaps(numbers - sure, sure)
    fewer_tables = len(found.tables) < len(best.tables) and not pieces
    fewer_rows = _count(found) < _count(best) and not _are_confirmed_rows_of(found, best)
    return fewer_tables or fewer_rows or bool(sure - numbers)


def _jumps(checked: CheckedTable) -> bool:
    """Return whether the printed numbers of a table do not follow each other."""
    doubt = checked.numbering.doubt
    return doubt is not None and doubt.code is NoteCode.NUMBERS_JUMP


def _are_confirmed_rows_of(found: FoundRows, best: FoundRows) -> bool:
    """Return whether printed numbers confirm the rows of a table, where the best look read no numbers.

    A line through a row, drawn as straight as a rule, makes two rows of each; a header that is not
    understood is taken for the first row.
    """
    if len(found.tables) != 1 or len(best.tables) != 1 or found.tables[0].doubts:
        return False
    if not found.tables[0].numbering.printed or best.tables[0].numbering.printed:
        return False
    (one, pitch), (other, _) = (_row_ends_on_scan(each) for each in (found, best))
    took_header_for_row = any(note.code is NoteCode.BORROWED_COLUMNS for note in best.notes)
    tops = other[: 2 if took_header_for_row else 1]
    off = np.linalg.norm(tops - one[0], axis=1).min(), np.linalg.norm(other[-1] - one[-1])
    return bool(max(off) < SAME_ROW_SHARE * pitch)


def _fills_gaps(added: Counter[int], sure: Counter[int]) -> bool:
    """Return whether rows were added, all with numbers between those that were found before."""
    return bool(sure) and bool(added) and min(sure) < min(added) and max(added) < max(sure)


def _are_same_rows(found: FoundRows, best: FoundRows) -> bool:
    """Return whether two looks found a single table with the same rows at the same places of the scan."""
    if len(found.tables) != 1 or len(best.tables) != 1:
        return False
    (one, pitch), (other, _) = (_row_ends_on_scan(each) for each in (found, best))
    return one.shape == other.shape and bool(
        (np.linalg.norm(one - other, axis=1) < SAME_ROW_SHARE * pitch).all()
    )


def _row_ends_on_scan(found: FoundRows) -> tuple[FloatArray, float]:
    """Return where the row edges of the only table begin on the scan (rows + 1, 2), and their pitch."""
    table = found.tables[0].table
    points = [(table.left_px, y) for y in table.row_edges_px]
    at = np.array(found.page.to_scan.to_scan(points))
    return at, float(np.median(np.linalg.norm(np.diff(at, axis=0), axis=1)))


def _with_numbers_of(best: FoundRows, found: FoundRows) -> FoundRows:
    """Return the rows of the best look, which follow the paper more closely, with their numbers."""
    (one,), (other,) = best.tables, found.tables
    doubts = [doubt for doubt in one.doubts if doubt != one.numbering.doubt]
    if other.numbering.doubt is not None:
        doubts.insert(0, other.numbering.doubt)
    return replace(best, tables=(replace(one, numbering=other.numbering, doubts=tuple(doubts)),))


def _count(found: FoundRows) -> int:
    return sum(len(one.numbering.numbers) for one in found.tables)


def _disagreements(found: FoundRows, form: Form) -> int:
    """Return how much speaks against the rows found; 0 if nothing does, or the page is blank."""
    if not found.tables:
        return 0 if found.blank else NO_TABLE_DISAGREEMENTS
    count = sum(len(one.doubts) + _lacks_rows(found.page, one, form) for one in found.tables)
    return count + any(note.code is NoteCode.SECOND_SHEET for note in found.notes)


def _lacks_numbers(found: FoundRows, view: View) -> bool:
    """Return whether other rows are numbered than those found: as many as there are numbers are right."""
    if view.numbers is None:
        return False
    if any(one.numbering.printed for one in found.tables):
        known = {number for one in found.tables for number in one.numbering.numbers}
        return not known.issuperset(view.numbers.numbers)
    return _count(found) != len(view.numbers.numbers)


def _lacks_rows(page: Page, checked: CheckedTable, form: Form) -> bool:
    """Return whether rows of the form, named or shipped, are missing at one end of the table."""
    outline = _outline(page, checked, form)
    return lost_rows(outline, form_of(outline, {form.name: form})) is not None


def _outline(page: Page, checked: CheckedTable, form: Form) -> SheetPage:
    """Return the page with the numbers and places of its rows, without what is written in them."""
    numbering = checked.numbering
    flags = () if numbering.read else (Flag(FlagCode.NUMBER_INFERRED),)
    rows = tuple(
        Row(number, i, checked.table.row_box(i), (), Status.BLANK, flags)
        for i, number in enumerate(numbering.numbers)
    )
    return SheetPage(
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
