"""One page in, one result out: the path of a page in the order in which it happens.

This is the file to read first.  `digitize_page` calls the stages one after the
other; `digitize_file` is the one place where exceptions turn into a Failure.
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
from digitize.form.definition import AUTO, Form, load_form
from digitize.form.identify_form import form_of, lost_rows
from digitize.images import Page, Scan, with_sheet_scale
from digitize.ink.measure_ink import measure_ink
from digitize.load import load_page
from digitize.ocr.engines import PRINT, model_mark, open_reader
from digitize.ocr.language import load_language_model
from digitize.page.build_rows import Tools, build_rows, with_cantons_of, with_rows_lost
from digitize.page.detect_tables import Found, Known, Neighbours, find_tables, nobody
from digitize.page.judge import USUAL, Limits
from digitize.records import Digitized, Failure, PageId, PageKind, Role, Row, SheetPage, Table
from digitize.table.missed_rows import writing_outside_rows
from digitize.table.numbering import Numbering, number_rows
from digitize.table.title_deadline import TitleDeadline, read_title_deadline

_log = logging.getLogger(__name__)

ROWS_LOST = "Rows {}-{} of the form are not on the picture: the sheet is torn or folded; scan it again whole."
CROP_STEP = 1000  # no table has as many rows
PICTURE_QUALITY = 70  # of the stored page: handwriting stays crisp, a page takes about 300 kB
NEIGHBOURS_BACK = 9  # pages that are looked through for a header, the nearest first
NEIGHBOURS_AHEAD = 2  # and then these: a sheet may lie upside down in the feeder, with a blank back between


@dataclass(frozen=True, slots=True)
class Settings:
    """What influences the result of a page."""

    form: str = AUTO
    reader: str = "rapid"
    crops: bool = False
    model: str = ""  # path of an ONNX file in place of the recogniser that ships with digitize
    counts_only: bool = False  # nothing that can be read or looked at leaves the worker
    limits: Limits = USUAL

    def key(self) -> str:
        """Stored with every page: a page is done again when its key has changed.

        Raises ReaderFailed where the model cannot be read.
        """
        model = f" model={model_mark(Path(self.model))}" if self.model else ""
        counts = " counts-only" if self.counts_only else ""
        limits = "" if self.limits == USUAL else f" {self.limits}"
        return f"form={self.form} reader={self.reader}{model}{counts}{limits}"


@cache
def tools(settings: Settings) -> Tools:
    """Form, recogniser, language model and directory for these settings; raises DigitizeError."""
    model = Path(settings.model) if settings.model else None
    reader = open_reader(settings.reader, model)
    # On print the shipped recogniser is right more often than tesseract and forty times as fast.
    print_reader = open_reader(PRINT)
    form, language, directory = load_form(settings.form), load_language_model(), load_directory()
    return Tools(form, reader, print_reader, language, directory, settings.limits)


def digitize_file(file: str, page: int, settings: Settings) -> Digitized:
    """The result of one page of a file, whatever happens."""
    return digitize_with_page(file, page, settings)[1]


def digitize_with_page(file: str, page: int, settings: Settings) -> tuple[Page | None, Digitized]:
    """The same with the straightened page, None where it did not come so far."""
    stage = "load"
    page_id = PageId(file, page)
    try:
        scan = load_page(Path(file), page)
        stage = "digitize"
        neighbours = partial(_neighbours, page_id, settings)
        straightened, outcome = digitize_page(scan, page_id, tools(settings), neighbours)
    except DigitizeError as error:
        _log.info("%s, page %d: %s", Path(file).name, page, describe(error))
        return None, Digitized(Failure(page_id, stage, error.kind, str(error)))
    except Exception as error:  # one page's fault must not cost the batch
        _log.error("%s, page %d: %s", Path(file).name, page, describe(error))
        return None, Digitized(Failure(page_id, stage, "unexpected", _sentence(error)))
    picture = images.encode(straightened.pixels, ".jpg", PICTURE_QUALITY)
    crops = _crops(straightened, outcome) if settings.crops else ()
    return straightened, Digitized(outcome, picture, crops)


def _neighbours(page: PageId, settings: Settings) -> Iterator[Known]:
    """The tables of the pages before a page of its file and of those behind it, the nearest first."""
    before = range(page.page - 1, max(0, page.page - 1 - NEIGHBOURS_BACK), -1)
    for number in (*before, *range(page.page + 1, page.page + 1 + NEIGHBOURS_AHEAD)):
        with suppress(DigitizeError):
            yield from _known(PageId(page.file, number), settings)


@lru_cache(maxsize=NEIGHBOURS_BACK + 1)
def _known(page: PageId, settings: Settings) -> tuple[Known, ...]:
    """The tables with a header on a page: what a page says of its neighbours depends on the file alone."""
    scan = load_page(Path(page.file), page.page)
    used = tools(settings)
    found = find_tables(scan, used.form, used.print_reader)
    return tuple(Known(page.page, table, found.page.px_per_mm) for table in found.tables)


def _sentence(error: Exception) -> str:
    """Type and place of an unexpected error, never its message: that may quote what was read."""
    trace, where = error.__traceback__, "unknown place"
    while trace is not None:
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return (
        f"digitize could not process this page ({type(error).__name__} in {where}); please report this scan."
    )


def digitize_page(
    scan: Scan, page_id: PageId, tools: Tools, neighbours: Neighbours = nobody
) -> tuple[Page, SheetPage]:
    """The path of a page, stage by stage; raises UnusablePage where it would be counted by half.

    `neighbours` are asked for the columns of a table without a header.
    """
    start_s = time.perf_counter()
    found = find_tables(scan, tools.form, tools.print_reader, neighbours)
    if not found.tables and (scaled := with_sheet_scale(scan)) is not None:
        found = find_tables(scaled, tools.form, tools.print_reader, neighbours)
    page, kinds, rows, said = found.page, set[PageKind](), list[Row](), [found.note]
    for table, ruled in zip(found.tables, found.ruled, strict=True):
        numbering = number_rows(page, table, tools.form, tools.print_reader)
        numbering = _continued(table, numbering, rows)
        inks = measure_ink(page, table, ruled)
        fresh = build_rows(page, table, numbering, inks, tools)
        doubt = " ".join(filter(None, (numbering.doubt, writing_outside_rows(page, table, found.tables))))
        fresh = with_rows_lost(fresh) if doubt else fresh
        rows += [replace(row, index=len(rows) + row.index) for row in fresh]
        kinds.add(numbering.kind)
        said.append(doubt)
    kind = PageKind.BLANK if found.blank else max(kinds, default=PageKind.NO_TABLE, key=_ORDER.index)
    found = replace(found, note=" ".join(filter(None, said)))
    imprint = TitleDeadline()
    if found.tables:
        imprint = read_title_deadline(page, found.tables[0], found.tables[-1], tools.print_reader)
    outcome = _result(found, page_id, kind, tools.form, start_s, tuple(rows), imprint)
    known = form_of(outcome, {})
    if lost := lost_rows(outcome, known):  # of a form that was named, the note tells
        raise UnusablePage(ROWS_LOST.format(*lost))
    last_day = imprint.deadline or tools.form.deadline or (known.deadline if known else None)
    return page, replace(outcome, rows=with_cantons_of(outcome.rows, last_day))


_ORDER = (PageKind.LETTER, PageKind.LIST)  # a page with several tables is a list where one of them is


def _continued(table: Table, numbering: Numbering, before: Sequence[Row]) -> Numbering:
    """Rows without printed numbers counted on from those of the tables before."""
    if not before or any(column.role is Role.NUMBER for column in table.columns):
        return numbering
    last = max(row.number for row in before)
    return replace(numbering, numbers=tuple(last + 1 + i for i in range(len(numbering.numbers))))


def _result(
    found: Found,
    page_id: PageId,
    kind: PageKind,
    form: Form,
    start_s: float,
    rows: tuple[Row, ...],
    imprint: TitleDeadline,
) -> SheetPage:
    page = found.page
    return SheetPage(
        id=page_id,
        kind=kind,
        form=form.name,
        rotation_deg=page.rotation_deg,
        skew_deg=page.skew_deg,
        px_per_mm=page.px_per_mm,
        to_scan=page.to_scan,
        tables=found.tables,
        rows=rows,
        note=found.note,
        seconds=time.perf_counter() - start_s,
        title=imprint.title,
        deadline=imprint.deadline,
    )


def _crops(page: Page, outcome: SheetPage) -> tuple[tuple[int, bytes], ...]:
    """A picture of every row, with the writing that overhangs it.

    Where a second table has the numbers of the first, its rows go by 1000 more.
    """
    cut: dict[int, bytes] = {}
    for row in outcome.rows:
        box = row.box.expanded(page.px(1.0), page.px(2.0)).clipped(page.width_px, page.height_px)
        rows, columns = box.slices()
        number = next(n for n in count(row.number, CROP_STEP) if n not in cut)
        cut[number] = images.encode(page.pixels[rows, columns], ".jpg")
    return tuple(cut.items())
