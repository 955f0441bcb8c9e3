"""The path of a page: one scan in, one result out.

This is the file to read first.  `digitize_page` takes the steps one after the other and is
short enough to show what happens to a page; each step lives in a package of its own (`load`,
`table`, `ink`, `ocr`, `address`).  `digitize_with_page` is the only place where exceptions
become a `Failure`, so that a page that goes wrong never stops a batch.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from itertools import count
from pathlib import Path

from digitize import images
from digitize.address.directory import load_directory
from digitize.debug_log import describe
from digitize.errors import DigitizeError, UnusablePage
from digitize.form.definition import AUTO, form_mark, load_form
from digitize.form.identify_form import form_of, lost_rows
from digitize.images import Page, Pixels, Scan, without_wrong_resolution
from digitize.ink.measure_ink import RowInk, measure_ink
from digitize.limits import USUAL, Limits
from digitize.load import load_page
from digitize.ocr.engines import model_mark
from digitize.ocr.language import load_language_model
from digitize.ocr.open_reader import PRINT, open_reader
from digitize.page.build_rows import (
    Tools,
    are_weakly_written,
    build_rows,
    doubt_incomplete_rows,
    doubt_rows,
)
from digitize.page.check_rows import CheckedTable
from digitize.page.coded_sheet import hide_codes
from digitize.page.detect_tables import KnownTable, Neighbours, find_tables, no_neighbours
from digitize.page.find_rows import find_rows
from digitize.page.hints import apply_hints, map_back
from digitize.page.looks import FoundRows
from digitize.page.read_rows import is_read
from digitize.records import (
    Digitized,
    Failure,
    Note,
    NoteCode,
    PageHints,
    PageId,
    PageKind,
    Role,
    Row,
    SheetPage,
)
from digitize.table.title_deadline import TitleDeadline, read_title_deadline
from digitize.table.visibility import is_lost_in_grain

_log = logging.getLogger(__name__)

ROWS_LOST = "Rows {}-{} of the form are not on the picture: the sheet is torn or folded; scan it again whole."

CROP_NUMBER_STEP = 1000  # no table has as many rows
PICTURE_QUALITY = 70  # JPEG quality of the stored page: handwriting stays crisp at about 300 kB a page

# Pages of the same file in which a table without a header looks for its columns, the nearest first.
PAGES_BACK = 9
PAGES_AHEAD = 2  # a sheet may lie upside down in the feeder, with a blank back in between


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that influences the result of a page, apart from the page."""

    form: str = AUTO
    reader: str = "rapid"
    crops: bool = False
    model: str = ""  # path of an ONNX file to use instead of the recogniser that ships with digitize
    counts_only: bool = False  # neither texts nor pictures leave the worker
    limits: Limits = USUAL
    hints: PageHints | None = None  # of a person about one page; stored apart from the key

    def key(self) -> str:
        """Return a text that changes whenever results may; it is stored with every page.

        Raises ReaderFailed if the model cannot be read, and what `form_mark` raises.
        """
        model = f" model={model_mark(Path(self.model))}" if self.model else ""
        counts = " counts-only" if self.counts_only else ""
        limits = "" if self.limits == USUAL else f" {self.limits}"
        return f"form={form_mark(self.form)} reader={self.reader}{model}{counts}{limits}"


@dataclass(frozen=True, slots=True)
class WrittenCell:
    """A cell with writing as the recogniser gets it; see `ocr.handwriting.read_cell`."""

    row_index: int
    number: int
    role: Role
    writing: Pixels
    whole: Pixels | None
    px_per_mm: float


@cache
def load_tools(settings: Settings) -> Tools:
    """Load form, recognisers, language model and directory, once per process.

    Raises DigitizeError if one of them cannot be used.
    """
    return Tools(
        form=load_form(settings.form),
        reader=open_reader(settings.reader, Path(settings.model) if settings.model else None),
        # The shipped recogniser reads print more accurately than tesseract, and forty times as fast.
        print_reader=open_reader(PRINT),
        language=load_language_model(),
        directory=load_directory(),
        limits=settings.limits,
    )


def digitize_file(file: str, page: int, settings: Settings) -> Digitized:
    """Return the result of page `page` (from 1) of a file; never raises."""
    return digitize_with_page(file, page, settings)[1]


def digitize_with_page(file: str, page: int, settings: Settings) -> tuple[Page | None, Digitized]:
    """Return the flattened page as well as its result; the page is None if that is a failure."""
    page_id = PageId(file, page)
    stage = "load"
    try:
        scan = load_page(Path(file), page)
        stage = "digitize"
        flat, outcome = _with_hints(scan, page_id, settings)
        stage = "encode"
        picture = images.encode(flat.pixels, ".jpg", PICTURE_QUALITY)
        crops = _row_crops(flat, outcome) if settings.crops else ()
    except DigitizeError as error:
        _log.info("%s, page %d: %s", Path(file).name, page, describe(error))
        return None, Digitized(Failure(page_id, stage, error.kind, str(error)))
    except Exception as error:
        _log.error("%s, page %d: %s", Path(file).name, page, describe(error))
        return None, Digitized(Failure(page_id, stage, "unexpected", _describe(error)))
    return flat, Digitized(outcome, picture, crops)


def _with_hints(scan: Scan, page_id: PageId, settings: Settings) -> tuple[Page, SheetPage]:
    """Digitize a page as a person says, if anybody has said anything."""
    hints, usual = settings.hints, replace(settings, hints=None)
    neighbours = partial(_neighbour_tables, page_id, usual)
    if hints is None:
        return digitize_page(scan, page_id, load_tools(usual), neighbours)
    usual = replace(usual, form=hints.form or usual.form)
    prepared, to_scan = apply_hints(scan, hints)
    return map_back(*digitize_page(prepared, page_id, load_tools(usual), neighbours), to_scan)


def digitize_page(
    scan: Scan, page_id: PageId, tools: Tools, neighbours: Neighbours = no_neighbours
) -> tuple[Page, SheetPage]:
    """Take a scan through all steps; return the flattened page and its result.

    `neighbours` provide the columns of a table without a header.  Raises UnusablePage if
    signatures would be missed: the page is blurred, cut off, or lacks rows of its form.
    """
    start_s = time.perf_counter()
    found = find_rows(without_wrong_resolution(scan), tools.form, tools.print_reader, neighbours)
    tables = tuple(one.table for one in found.tables)
    inks = [measure_ink(found.page, one.table, one.ruled) for one in found.tables]
    is_pale = any(is_lost_in_grain(found.page, table) for table in tables) or any(
        ink.broken_up for ink in inks
    )
    rows: list[Row] = []
    for one, ink in zip(found.tables, inks, strict=True):
        rows += _read_rows(found.page, one, ink.rows, len(rows), tools, is_pale=is_pale)
    if not is_pale and are_weakly_written(rows):
        is_pale, rows = True, list(doubt_incomplete_rows(tuple(rows)))

    printed = TitleDeadline()
    if tables:
        page = hide_codes(found.page, tables[0], found.code) if found.code else found.page
        printed = read_title_deadline(page, tables[0], tables[-1], tools.print_reader)

    outcome = SheetPage(
        id=page_id,
        kind=_page_kind(found, {one.numbering.kind for one in found.tables}),
        form=found.code.form.lower() if found.code else tools.form.name,
        rotation_deg=found.page.rotation_deg,
        skew_deg=found.page.skew_deg,
        px_per_mm=found.page.px_per_mm,
        to_scan=found.page.to_scan,
        tables=tables,
        rows=tuple(rows),
        notes=(
            *found.notes,
            *(doubt for one in found.tables for doubt in one.doubts),
            *([Note(NoteCode.PALE_PAGE)] if is_pale else []),
        ),
        seconds=time.perf_counter() - start_s,
        title=printed.title,
        deadline=(found.code and found.code.deadline) or printed.deadline,
    )
    # Only a shipped form is looked for here: numbering has compared the rows with a form named by the user.
    if lost := lost_rows(outcome, form_of(outcome, {})):
        raise UnusablePage(ROWS_LOST.format(*lost))
    return found.page, outcome


def _read_rows(
    page: Page, checked: CheckedTable, inks: Sequence[RowInk], first: int, tools: Tools, *, is_pale: bool
) -> tuple[Row, ...]:
    """Read the rows of a table; `first` is the index of its first row on the page."""
    rows = build_rows(page, checked.table, checked.numbering, inks, tools)
    rows = doubt_rows(rows, checked.doubts, is_pale=is_pale)
    return tuple(replace(row, index=first + row.index) for row in rows)


def written_cells(file: str, page: int, settings: Settings) -> Iterator[WrittenCell]:
    """Yield the cells with writing of a page, found as `digitize_page` finds them; raises DigitizeError."""
    scan = load_page(Path(file), page)
    if settings.hints is not None:
        scan, _ = apply_hints(scan, settings.hints)
    usual = replace(settings, hints=None)
    tools, neighbours = load_tools(usual), partial(_neighbour_tables, PageId(file, page), usual)
    found = find_rows(without_wrong_resolution(scan), tools.form, tools.print_reader, neighbours)
    first = 0
    for one in found.tables:
        inks = measure_ink(found.page, one.table, one.ruled).rows
        for r, ink in enumerate(inks):
            for column, cell in zip(one.table.columns, ink.cells, strict=True):
                if is_read(column.role, cell) and cell.writing is not None:
                    place = first + r, one.numbering.numbers[r], column.role
                    yield WrittenCell(*place, cell.writing, cell.whole, found.page.px_per_mm)
        first += len(inks)


def _page_kind(found: FoundRows, kinds: set[PageKind]) -> PageKind:
    """Return the kind of a page from the kinds of its tables: one list makes it a list."""
    if found.blank:
        return PageKind.BLANK
    if not kinds:
        return PageKind.NO_TABLE
    return PageKind.LIST if PageKind.LIST in kinds else PageKind.LETTER


def _neighbour_tables(page: PageId, settings: Settings) -> Iterator[KnownTable]:
    """Yield the tables of the pages before this page and of those after it, the nearest first."""
    before = range(page.page - 1, max(0, page.page - 1 - PAGES_BACK), -1)
    after = range(page.page + 1, page.page + 1 + PAGES_AHEAD)
    for number in (*before, *after):
        with suppress(DigitizeError):  # a page that does not exist or cannot be read has no tables
            yield from _known_tables(PageId(page.file, number), settings)


@lru_cache(maxsize=PAGES_BACK + 1)
def _known_tables(page: PageId, settings: Settings) -> tuple[KnownTable, ...]:
    """Return the tables of a page that have a header of their own.

    The page is loaded again, so that the result depends on the file alone and not on which
    pages this process has seen before.
    """
    scan = without_wrong_resolution(load_page(Path(page.file), page.page))
    tools = load_tools(settings)
    found = find_tables(scan, tools.form, tools.print_reader)
    return tuple(KnownTable(page.page, table, found.page.px_per_mm) for table in found.tables)


def _describe(error: Exception) -> str:
    """Return a sentence with the type and place of an unexpected error.

    Its message is left out: it may quote what was read on the sheet.
    """
    trace, where = error.__traceback__, "unknown place"
    while trace is not None:
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return (
        f"digitize could not process this page ({type(error).__name__} in {where}); please report this scan."
    )


def _row_crops(page: Page, outcome: SheetPage) -> tuple[tuple[int, bytes], ...]:
    """Return a picture of every row with the writing that overhangs it, by row number.

    If two tables have rows of the same number, those of the second are counted from 1000 on.
    """
    crops: dict[int, bytes] = {}
    for row in outcome.rows:
        box = row.box.expanded(page.px(1.0), page.px(2.0)).clipped(page.width_px, page.height_px)
        rows, columns = box.slices()
        number = next(n for n in count(row.number, CROP_NUMBER_STEP) if n not in crops)
        crops[number] = images.encode(page.pixels[rows, columns], ".jpg")
    return tuple(crops.items())
