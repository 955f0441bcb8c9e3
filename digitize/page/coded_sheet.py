"""Find the table of a sheet that digitize printed: its code says where it is."""

from dataclasses import dataclass, replace
from itertools import pairwise

from digitize.errors import UnusablePage
from digitize.form.definition import Form, FormColumn
from digitize.form.sheet_code import (
    MARK_MM,
    PAGE_MM,
    QR_MM,
    TABLE_LEFT_MM,
    SheetCode,
    code_corners_mm,
    mark_corners_mm,
)
from digitize.geometry import Box
from digitize.images import Page, Scan
from digitize.load.sheet_marks import read_sheet_marks
from digitize.ocr.engines import Reader
from digitize.page.check_rows import CheckedTable, check_rows
from digitize.page.detect_tables import BLURRED, CUT_OFF, FoundTables
from digitize.records import Column, Note, NoteCode, PageKind, Table
from digitize.table.flatten import Grid, flatten
from digitize.table.grid import cut_sides
from digitize.table.known_grid import KnownGrid, trace_known_grid
from digitize.table.sharpness import measure_sharpness
from digitize.table.straighten.rectify import rectify

MARGIN_MM = 4.0  # around the page, so that rules at its edge can be traced
HIDDEN_MM = 2.0  # around a code: paper bends
MIN_SEEN_SHARE = 0.3  # of all rules; where fewer are seen, only printed numbers confirm the rows


@dataclass(frozen=True, slots=True)
class CodedRows:
    """The flattened page with the rows that its code describes."""

    code: SheetCode
    page: Page
    tables: tuple[CheckedTable, ...]
    notes: tuple[Note, ...]


def find_coded_rows(scan: Scan, reader: Reader) -> CodedRows | None:
    """Return the rows that the code of a page describes.

    None if there is no code, or if the printed numbers are others: then the code is not that of the table.
    Raises UnusablePage if the table is blurred or runs out of the picture.
    """
    marks = read_sheet_marks(scan)
    if marks is None:
        return None
    code = marks.code
    draft, scan = rectify(scan, marks.to_scan, PAGE_MM, MARGIN_MM)
    px = draft.px_per_mm
    grid = trace_known_grid(
        draft,
        [(x + MARGIN_MM) * px for x in code.column_edges_mm],
        [(y + MARGIN_MM) * px for y in code.row_edges_mm],
    )
    flat = flatten(scan, draft, [grid.lattice])
    table = _table(code, flat.grids[0])
    sharpness = measure_sharpness(flat.page, table)
    if sharpness is not None and sharpness.too_blurred:
        raise UnusablePage(BLURRED)
    if sides := cut_sides(scan, draft, grid.lattice):
        raise UnusablePage(CUT_OFF.format(sides=", ".join(sides)))
    found = FoundTables(flat.page, (table,), (True,), (False,))
    (checked, *_), notes = check_rows(found, form_of_code(code), reader)
    if checked.numbering.printed and checked.numbering.numbers[0] != code.first_row:
        return None
    kind = PageKind.LETTER if code.page < code.pages else PageKind.LIST
    numbers = tuple(range(code.first_row, code.last_row + 1))
    numbering = replace(checked.numbering, numbers=numbers, kind=kind, read=True)
    doubts = checked.doubts if _is_confirmed(grid, checked) else (*checked.doubts, Note(NoteCode.FAINT_RULES))
    checked = replace(checked, numbering=numbering, doubts=doubts)
    if code.batch:
        notes = (*notes, Note.of(NoteCode.SHEET_BATCH, form=code.form.lower(), batch=code.batch))
    return CodedRows(code, flat.page, (checked,), notes)


def hide_codes(page: Page, table: Table, code: SheetCode) -> Page:
    """Return the page without its codes and marks, which look like large print to what reads titles."""
    pixels = page.pixels.copy()
    sides = [(at, QR_MM) for at in code_corners_mm()] + [(at, MARK_MM) for at in mark_corners_mm()]
    for (left, top), side in sides:
        x = table.left_px + page.px(left - TABLE_LEFT_MM - HIDDEN_MM)
        y = table.header_top_px + page.px(top - code.top_mm - HIDDEN_MM)
        size = page.px(side + 2 * HIDDEN_MM)
        rows, columns = Box(x, y, x + size, y + size).clipped(page.width_px, page.height_px).slices()
        pixels[rows, columns] = 255
    return replace(page, pixels=pixels)


def _is_confirmed(grid: KnownGrid, checked: CheckedTable) -> bool:
    """Return whether rules or printed numbers are where the code says, and no row lacks both its rules."""
    if grid.lost_rows():
        return False
    return grid.seen_share >= MIN_SEEN_SHARE or checked.numbering.printed


def _table(code: SheetCode, grid: Grid) -> Table:
    edges = grid.column_edges_px
    roles = (role for role, _ in code.columns)
    columns = tuple(Column(role, *span) for role, span in zip(roles, pairwise(edges), strict=True))
    return Table(columns, grid.row_edges_px[1:], grid.row_edges_px[0])


def form_of_code(code: SheetCode) -> Form:
    """Return the form that a code describes, with the rows of its page."""
    kinds = (PageKind.LETTER, PageKind.LIST)
    return Form(
        name=code.form.lower(),
        columns=tuple(FormColumn(role) for role, _ in code.columns),
        first_row=tuple((kind, code.first_row) for kind in kinds),
        last_row=tuple((kind, code.last_row) for kind in kinds),
        deadline=code.deadline,
    )
