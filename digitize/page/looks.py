"""Look at a page for its rows in several ways.

Plainly, without perspective, with its rules redrawn, by its printed numbers, below its header words, and all
of these denoised.  What is found in each way is compared in `find_rows`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from digitize.form.definition import Form
from digitize.form.sheet_code import SheetCode
from digitize.geometry import Box, Lattice
from digitize.images import Page, Scan, as_one_sheet, resample, with_sheet_scale
from digitize.ocr.engines import Reader
from digitize.page.check_rows import CheckedTable, check_rows
from digitize.page.detect_tables import Neighbours, tables_on, trace_tables
from digitize.records import Note, NoteCode
from digitize.table.denoise import denoised
from digitize.table.grid.number_column import NumberColumn, find_number_column
from digitize.table.grid.numbered_rows import below_header, lattice_to_the_end
from digitize.table.grid.redraw import redraw_rules
from digitize.table.grid.rows_below import lattice_below
from digitize.table.header.header_line import find_header_line
from digitize.table.straighten import straighten
from digitize.table.straighten.sheet_outline import straighten_by_outline
from digitize.table.straighten.upright import legibility

# Mean confidence, 0 to 1: print has 0.84 and more, print that shines through from the back at most 0.65.
MIN_LEGIBILITY = 0.75


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


@dataclass(frozen=True)
class View:
    """A scan as it is looked at; it is straightened once for all looks.

    `original` is the scan before it was denoised, None if it was not; `rectified` the working copy without
    perspective, None if it is straightened by its text.
    """

    scan: Scan
    form: Form
    reader: Reader
    neighbours: Neighbours
    original: Scan | None = None
    rectified: Page | None = None

    @cached_property
    def draft(self) -> Page:
        """The upright working copy."""
        return straighten(self.scan, self.reader) if self.rectified is None else self.rectified

    @cached_property
    def header(self) -> Box | None:
        """A line of header words, None if there is none."""
        return find_header_line(self.draft, self.form, self.reader)

    @cached_property
    def numbers(self) -> NumberColumn | None:
        """The printed row numbers, whatever is seen of the rules around them; None if there are none."""
        return find_number_column(self.draft, self.reader, self.header)

    @cached_property
    def by_outline(self) -> "View | None":
        """The view without perspective, None if it shows no outline of a sheet."""
        found = straighten_by_outline(self.scan, self.reader)
        return None if found is None else replace(self, scan=found[1], rectified=found[0])

    @cached_property
    def denoised(self) -> "View | None":
        """The view without grain and with dark print, None if it has neither grain nor pale print."""
        scan = denoised(self.scan)
        return None if scan is None else replace(self, scan=scan, original=self.scan, rectified=None)

    def found(self, draft: Page, lattices: Sequence[Lattice], printed: Sequence[int] = ()) -> FoundRows:
        """Return the rows of the tables with these lattices, of which `printed` are the numbers if known.

        A denoised scan only serves to find the rows: the page has the px of the original, as faint ink may be
        gone with the grain, and it is not called blank for what has gone.
        """
        found = tables_on(self.scan, draft, lattices, self.form, self.reader, self.neighbours)
        tables, notes = check_rows(found, self.form, self.reader, printed)
        page = found.page
        if self.original is None:
            return FoundRows(page, tables, (*found.notes, *notes), found.blank)
        pixels = resample(self.original.pixels, page.to_scan, page.width_px, page.height_px)
        return confirmed(FoundRows(replace(page, pixels=pixels), tables, (*found.notes, *notes)))


Look = Callable[[View], FoundRows]


def further_looks(view: View, *, only_denoised: bool = False) -> Iterator[tuple[Look, View]]:
    """Yield further ways of looking at a page, the likeliest to help first."""
    # A photo of unknown resolution shows the desk as well: its scale is taken from the outline of the sheet.
    scan = view.scan
    scaled = with_sheet_scale(scan) if scan.dpi is None else as_one_sheet(scan)
    views = [view] if scaled is None else [view, replace(view, scan=scaled)]
    if not only_denoised:
        yield from ((plainly, way) for way in views[1:])
        ways = views
        if view.by_outline is not None:
            ways = [*views, view.by_outline]
            yield plainly, view.by_outline
        for look in (with_rules_redrawn, by_numbers, by_header):
            yield from ((look, way) for way in ways)
    clean = views[-1].denoised
    if clean is not None:
        yield from ((look, clean) for look in (plainly, with_rules_redrawn, by_numbers, by_header))


def shows_pale_print(view: View) -> bool:
    """Return whether a page that looks blank shows print that can be read once it is denoised."""
    return view.denoised is not None and legibility(view.denoised.draft, view.reader) >= MIN_LEGIBILITY


def plainly(view: View) -> FoundRows:
    """Return the rows between the rules that can be traced."""
    return view.found(*trace_tables(view.draft))


def with_rules_redrawn(view: View) -> FoundRows:
    """Return the rows between rules that are pale or broken."""
    return confirmed(view.found(*trace_tables(redraw_rules(view.draft))))


def by_numbers(view: View) -> FoundRows:
    """Return the rows that have printed numbers, whatever is seen of their rules."""
    found = None if view.numbers is None else lattice_to_the_end(view.draft, view.numbers)
    if found is None:
        return view.found(view.draft, ())
    lattice, every = found
    if view.header is not None:
        lattice = below_header(view.draft, lattice, view.header)
    return view.found(view.draft, (lattice,), every)


def by_header(view: View) -> FoundRows:
    """Return the rows below a line of header words, whatever is seen of their rules."""
    lattice = None if view.header is None else lattice_below(view.draft, view.header)
    return confirmed(view.found(view.draft, () if lattice is None else (lattice,)))


def confirmed(found: FoundRows) -> FoundRows:
    """Return the rows with a doubt in each table whose rows no printed numbers confirm."""
    pairs = zip(found.tables, with_faint_rules(found).tables, strict=True)
    return replace(found, tables=tuple(one if one.numbering.printed else other for one, other in pairs))


def with_faint_rules(found: FoundRows) -> FoundRows:
    """Return the rows with the doubt that their rules, and so perhaps what is written, are hardly visible."""
    note = Note(NoteCode.FAINT_RULES)
    return replace(found, tables=tuple(replace(one, doubts=(*one.doubts, note)) for one in found.tables))
