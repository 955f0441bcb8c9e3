"""From a scan to its flat page and the signature tables on it.

A page may bear several tables, and ruled boxes that are none: a table is
what has a header that is understood, or the columns of a table that has one,
on this page or on a neighbouring page of the same file.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from digitize.errors import UnusablePage
from digitize.form.definition import Form
from digitize.geometry import Lattice
from digitize.images import Page, Scan
from digitize.ocr.engines import Reader
from digitize.records import Note, NoteCode, Table
from digitize.table.blank_page import is_blank
from digitize.table.flatten import Flat, Grid, cut_plain, flatten, flatten_draft, is_bent
from digitize.table.grid import cut_sides, find_lattices
from digitize.table.header import missing_columns, read_header
from digitize.table.sharpness import measure_sharpness
from digitize.table.split_tables import as_continuation, split_tables
from digitize.table.straighten import straighten

BLURRED = "The picture is too blurred to tell who signed: scan the sheet again, or take a sharper picture."
CUT_OFF = "The table runs out of the picture ({sides}): scan the whole sheet again."


@dataclass(frozen=True, slots=True)
class Known:
    """A table of a neighbouring page (counted from 1) of the same file."""

    page: int
    table: Table
    px_per_mm: float


Neighbours = Callable[[], Iterable[Known]]


@dataclass(frozen=True, slots=True)
class Found:
    """A flat page, the tables on it, top to bottom, and for each whether its columns are rules.

    `blank` is true for an empty side; `notes` are about the page.
    """

    page: Page
    tables: tuple[Table, ...] = ()
    ruled: tuple[bool, ...] = ()
    blank: bool = False
    notes: tuple[Note, ...] = ()


def nobody() -> Iterable[Known]:
    """The neighbours of a page of which nothing else is known."""
    return ()


def find_tables(scan: Scan, form: Form, reader: Reader, neighbours: Neighbours = nobody) -> Found:
    """The flat page and its signature tables; raises UnusablePage where one is cut off or blurred."""
    draft, lattices = traced(straighten(scan, reader))
    if not lattices:
        blank = is_blank(draft)
        return Found(cut_plain(scan, draft), blank=blank, notes=() if blank else (Note(NoteCode.NO_TABLE),))
    flat = flatten(scan, draft, lattices)
    read = [(read_header(flat.page, g.column_edges_px, g.row_edges_px, form, reader), g) for g in flat.grids]
    tables = _signature_tables(flat, read, form)
    if any(_is_blurred(flat.page, table) for table, _ in tables):
        raise UnusablePage(BLURRED)
    notes: tuple[Note, ...] = ()
    lacking = next((missing_columns(table, form) for table, _ in read if table is not None), ())
    if not tables and lacking:
        notes = (Note.of(NoteCode.MISSING_COLUMNS, columns=" ".join(lacking)),)
    elif not tables:
        notes = (Note(NoteCode.NO_HEADER),)
        for known in neighbours():
            if table := as_continuation(flat.page, flat.grids[0], known.table, known.px_per_mm):
                tables = [(table, flat.grids[0])]
                notes = (Note.of(NoteCode.BORROWED_COLUMNS, page=known.page),)
                break
    ours = [grid for _, grid in tables] or flat.grids[:1]
    for lattice in (lattice for lattice, grid in zip(lattices, flat.grids, strict=True) if grid in ours):
        if sides := cut_sides(scan, draft, lattice):
            raise UnusablePage(CUT_OFF.format(sides=", ".join(sides)))
    return Found(flat.page, *_in_order(flat.page, tables), notes=notes)


def _is_blurred(page: Page, table: Table) -> bool:
    sharpness = measure_sharpness(page, table)
    return sharpness is not None and sharpness.too_blurred


def traced(draft: Page) -> tuple[Page, tuple[Lattice, ...]]:
    """The lattices, the heaviest first, and the draft they lie on.

    On a bent page they are traced again on a flat copy.
    """
    lattices = find_lattices(draft)
    if lattices and is_bent(lattices[0], draft.px_per_mm):
        flat = flatten_draft(draft, lattices)
        again = find_lattices(flat)
        if again and len(again[0].rows) >= len(lattices[0].rows) - 1:
            return flat, again
    return draft, lattices


def _signature_tables(
    flat: Flat, read: list[tuple[Table | None, Grid]], form: Form
) -> list[tuple[Table, Grid]]:
    """The tables whose header is understood, then those without one that have the columns of such a table."""
    chosen = [(table, grid) for table, grid in read if table is not None and not missing_columns(table, form)]
    result = list(chosen)
    for table, grid in read:
        if table is None:
            alike = (as_continuation(flat.page, grid, known) for known, _ in chosen)
            result += [(more, grid) for more in alike if more is not None][:1]
    return result


def _in_order(page: Page, tables: list[tuple[Table, Grid]]) -> tuple[tuple[Table, ...], tuple[bool, ...]]:
    """The tables parted where they stand side by side, in reading order."""
    parts = [(part, grid.ruled) for table, grid in tables for part in split_tables(page, table)]
    ordered = sorted(parts, key=lambda part: (part[0].header_top_px, part[0].left_px))
    return tuple(table for table, _ in ordered), tuple(ruled for _, ruled in ordered)
