"""Flatten a scan and find the signature tables on it.

A page may have several tables, and ruled boxes that are none.  A table is recognised by a
header that can be understood, or by having the columns of a table with such a header, on the
same page or on a neighbouring page of the file.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from digitize.errors import TruncatedTable, UnusablePage
from digitize.form.definition import Form
from digitize.geometry import Lattice
from digitize.images import Page, Scan
from digitize.ocr.engines import Reader
from digitize.records import Note, NoteCode, Table
from digitize.table.blank_page import is_blank
from digitize.table.flatten import Flat, Grid, cut_plain, flatten, flatten_draft, is_bent
from digitize.table.grid import cut_sides, find_lattices
from digitize.table.header import may_lack_row, missing_columns, read_header
from digitize.table.negative import as_positive, is_negative
from digitize.table.sharpness import measure_sharpness
from digitize.table.split_tables import as_continuation, split_tables
from digitize.table.straighten import straighten

BLURRED = "The picture is too blurred to tell who signed: scan the sheet again, or take a sharper picture."
CUT_OFF = "Part of the table is outside the picture ({sides}): scan the whole sheet again."

Tables = list[tuple[Table, Grid]]
"""Tables with the grid in which each was found."""


@dataclass(frozen=True, slots=True)
class KnownTable:
    """A table of a neighbouring page of the same file; `page` counts from 1."""

    page: int
    table: Table
    px_per_mm: float


Neighbours = Callable[[], Iterable[KnownTable]]


@dataclass(frozen=True, slots=True)
class FoundTables:
    """The flattened page and its signature tables, from top to bottom, then left to right.

    `ruled` tells for each table whether printed rules separate its columns, `pieces` whether it
    has the columns of another table of the page instead of a header; `blank` whether the page is
    an empty side.
    """

    page: Page
    tables: tuple[Table, ...] = ()
    ruled: tuple[bool, ...] = ()
    pieces: tuple[bool, ...] = ()
    blank: bool = False
    notes: tuple[Note, ...] = ()


def no_neighbours() -> Iterable[KnownTable]:
    """Return no tables, for a page without known neighbours."""
    return ()


def find_tables(
    scan: Scan, form: Form, reader: Reader, neighbours: Neighbours = no_neighbours
) -> FoundTables:
    """Straighten the page, flatten it and find its signature tables, like `tables_on`."""
    if is_negative(scan):
        found = find_tables(as_positive(scan), form, reader, neighbours)
        return replace(found, notes=(Note(NoteCode.NEGATIVE), *found.notes))
    return tables_on(scan, *trace_tables(straighten(scan, reader)), form, reader, neighbours)


def tables_on(
    scan: Scan,
    draft: Page,
    lattices: Sequence[Lattice],
    form: Form,
    reader: Reader,
    neighbours: Neighbours = no_neighbours,
) -> FoundTables:
    """Flatten the page by the lattices traced on its working copy, and find its signature tables.

    `neighbours` is only called for a page without a header.  Raises UnusablePage if a
    signature table is blurred, and TruncatedTable if it runs out of the picture.
    """
    if not lattices:
        blank = is_blank(draft)
        page = cut_plain(scan, draft)
        return FoundTables(page, blank=blank, notes=() if blank else (Note(NoteCode.NO_TABLE),))
    flat = flatten(scan, draft, lattices)
    read = [
        (read_header(flat.page, g.column_edges_px, g.row_edges_px, form, reader, undivided=g.undivided), g)
        for g in flat.grids
    ]
    tables = _signature_tables(flat, read, form)
    notes: tuple[Note, ...] = ()
    if any(may_lack_row(table) for table, _ in tables):
        notes = (Note(NoteCode.HEADER_UNREAD),)
    if any(_is_blurred(flat.page, table) for table, _ in tables):
        raise UnusablePage(BLURRED)
    if not tables:
        tables, notes = _tables_without_header(flat, read, form, neighbours)
    used = [grid for _, grid in tables] or flat.grids[:1]
    for lattice, grid in zip(lattices, flat.grids, strict=True):
        if grid in used and (sides := cut_sides(scan, draft, lattice)):
            raise TruncatedTable(CUT_OFF.format(sides=", ".join(sides)))
    headed = [grid for table, grid in read if table is not None]
    return FoundTables(flat.page, *_split_in_order(flat.page, tables, headed), notes=notes)


def trace_tables(draft: Page) -> tuple[Page, tuple[Lattice, ...]]:
    """Trace the rules of all tables, the heaviest table first; return the draft they were traced on.

    The rules of a bent page are traced a second time on a flattened copy.
    """
    lattices = find_lattices(draft)
    if lattices and is_bent(lattices[0], draft.px_per_mm):
        flat = flatten_draft(draft, lattices)
        again = find_lattices(flat)
        # Flattening may go wrong; that shows in rows that are no longer found.
        if again and len(again[0].rows) >= len(lattices[0].rows) - 1:
            return flat, again
    return draft, lattices


def _is_blurred(page: Page, table: Table) -> bool:
    sharpness = measure_sharpness(page, table)
    return sharpness is not None and sharpness.too_blurred


def _signature_tables(flat: Flat, read: list[tuple[Table | None, Grid]], form: Form) -> Tables:
    """Return the tables with a complete header, and those with the same columns whose header says nothing.

    The columns of the latter may come from the form.  If those of all tables do, the one with the most
    rows stands for the form: a box with as many columns is no signature table.
    """
    complete = [(table, grid) for table, grid in read if table and not missing_columns(table, form)]
    named = [(table, grid) for table, grid in complete if any(column.header for column in table.columns)]
    known = named or sorted(complete, key=lambda pair: len(pair[0].row_edges_px), reverse=True)[:1]
    result: Tables = []
    for table, grid in read:
        if any(grid is other for _, other in known):
            result += [pair for pair in known if pair[1] is grid]
        elif table is None or any(table is other for other, _ in complete):
            alike = (as_continuation(flat.page, grid, one) for one, _ in known)
            more = next((found for found in alike if found is not None), None)
            result += [] if more is None else [(table or more, grid)]
    return result


def _tables_without_header(
    flat: Flat, read: list[tuple[Table | None, Grid]], form: Form, neighbours: Neighbours
) -> tuple[Tables, tuple[Note, ...]]:
    """Return a table with the columns of a neighbouring page's, or none; and a note that says so."""
    missing = next((missing_columns(table, form) for table, _ in read if table is not None), ())
    if missing:
        return [], (Note.of(NoteCode.MISSING_COLUMNS, columns=" ".join(missing)),)
    for known in neighbours():
        if table := as_continuation(flat.page, flat.grids[0], known.table, known.px_per_mm):
            return [(table, flat.grids[0])], (Note.of(NoteCode.BORROWED_COLUMNS, page=known.page),)
    return [], (Note(NoteCode.NO_HEADER),)


def _split_in_order(
    page: Page, tables: Tables, headed: Sequence[Grid]
) -> tuple[tuple[Table, ...], tuple[bool, ...], tuple[bool, ...]]:
    """Split tables that stand side by side; return all in reading order.

    Also return which have ruled columns, and which lie in line with another without a header of their own.
    """
    parts = [(part, grid) for table, grid in tables for part in split_tables(page, table)]
    ordered = sorted(parts, key=lambda part: (part[0].header_top_px, part[0].left_px))
    found = tuple(table for table, _ in ordered)
    pieces = tuple(
        grid not in headed and any(_is_in_line(table, other) for other in found if other != table)
        for table, grid in ordered
    )
    return found, tuple(grid.ruled for _, grid in ordered), pieces


def _is_in_line(one: Table, other: Table) -> bool:
    """Return whether a table lies above or below another."""
    return (
        min(one.right_px, other.right_px) - max(one.left_px, other.left_px) > (one.right_px - one.left_px) / 2
    )
