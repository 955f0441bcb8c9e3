"""One page in, one result out: the path of a page in the order in which it happens.

This is the file to read first.  `digitize_page` calls the stages one after the
other; `digitize_file` is the one place where exceptions turn into a Failure.
"""

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from digitize import images
from digitize.assembly import Tools, assemble_rows
from digitize.errors import DigitizeError, UnusablePage
from digitize.form import AUTO, Form, load_form
from digitize.geometry import Lattice
from digitize.images import Page, Scan
from digitize.readers import model_mark, open_reader
from digitize.readers.language import load_language_model
from digitize.records import Digitized, Failure, PageId, PageKind, Row, SheetPage, Table
from digitize.regions import load_directory
from digitize.stages.blank import is_blank
from digitize.stages.flatten import cut_plain, flatten, flatten_draft, is_bent
from digitize.stages.grid import cut_sides, find_lattice
from digitize.stages.header import read_header
from digitize.stages.ink import measure_ink
from digitize.stages.load import load_page
from digitize.stages.rows import number_rows
from digitize.stages.straighten import straighten

PRINT_READER = "rapid"
PICTURE_QUALITY = 70  # of the stored page: handwriting stays crisp, a page takes about 300 kB
NO_TABLE = "No signature table was found on this page; if there is one, scan the page again."
CUT_OFF = "The table runs out of the picture ({sides}): scan the whole sheet again."
NO_HEADER = "A table was found but its header could not be read; name the form with --form or scan again."


@dataclass(frozen=True, slots=True)
class Settings:
    """What influences the result of a page."""

    form: str = AUTO
    reader: str = "rapid"
    crops: bool = False
    model: str = ""  # path of an ONNX file in place of the recogniser that ships with digitize

    def key(self) -> str:
        """Stored with every page: a page is done again when its key has changed.

        Raises ReaderFailed where the model cannot be read.
        """
        model = f" model={model_mark(Path(self.model))}" if self.model else ""
        return f"form={self.form} reader={self.reader}{model}"


@cache
def tools(settings: Settings) -> Tools:
    """Form, recogniser, language model and directory for these settings; raises DigitizeError."""
    model = Path(settings.model) if settings.model else None
    reader = open_reader(settings.reader, model)
    # On print the shipped recogniser is right more often than tesseract and forty times as fast.
    print_reader = reader if settings.reader == PRINT_READER and model is None else open_reader(PRINT_READER)
    return Tools(load_form(settings.form), reader, print_reader, load_language_model(), load_directory())


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
        straightened, outcome = digitize_page(scan, page_id, tools(settings))
    except DigitizeError as error:
        return None, Digitized(Failure(page_id, stage, error.kind, str(error)))
    except Exception as error:  # one page's fault must not cost the batch
        return None, Digitized(Failure(page_id, stage, "unexpected", _sentence(error)))
    picture = images.encode(straightened.pixels, ".jpg", PICTURE_QUALITY)
    crops = _crops(straightened, outcome) if settings.crops else ()
    return straightened, Digitized(outcome, picture, crops)


def _sentence(error: Exception) -> str:
    """Type and place of an unexpected error, never its message: that may quote what was read."""
    trace, where = error.__traceback__, "unknown place"
    while trace is not None:
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return (
        f"digitize could not process this page ({type(error).__name__} in {where}); please report this scan."
    )


def digitize_page(scan: Scan, page_id: PageId, tools: Tools) -> tuple[Page, SheetPage]:
    """The path of a page, stage by stage; raises UnusablePage where it would be counted by half."""
    start_s = time.perf_counter()
    draft = straighten(scan, tools.print_reader)
    draft, lattice = _traced(draft)
    if lattice is None:
        page = cut_plain(scan, draft)
        kind, note = (PageKind.BLANK, "") if is_blank(draft) else (PageKind.NO_TABLE, NO_TABLE)
        return page, _result(page, page_id, kind, tools.form, start_s, note=note)
    if sides := cut_sides(scan, draft, lattice):
        raise UnusablePage(CUT_OFF.format(sides=", ".join(sides)))
    flat = flatten(scan, draft, lattice)
    page = flat.page
    table = read_header(page, flat.column_edges_px, flat.row_edges_px, tools.form, tools.print_reader)
    if table is None:
        return page, _result(page, page_id, PageKind.NO_TABLE, tools.form, start_s, note=NO_HEADER)
    numbering = number_rows(page, table, tools.form, tools.print_reader)
    inks = measure_ink(page, table, lattice.ruled)
    rows = assemble_rows(page, table, numbering, inks, tools)
    return page, _result(page, page_id, numbering.kind, tools.form, start_s, (table,), rows)


def _traced(draft: Page) -> tuple[Page, Lattice | None]:
    """The lattice and the draft it lies on: on a bent page it is traced again on a flat copy."""
    lattice = find_lattice(draft)
    if lattice is not None and is_bent(lattice, draft.px_per_mm):
        flat = flatten_draft(draft, lattice)
        again = find_lattice(flat)
        if again is not None and len(again.rows) >= len(lattice.rows) - 1:
            return flat, again
    return draft, lattice


def _result(
    page: Page,
    page_id: PageId,
    kind: PageKind,
    form: Form,
    start_s: float,
    tables: tuple[Table, ...] = (),
    rows: tuple[Row, ...] = (),
    note: str = "",
) -> SheetPage:
    return SheetPage(
        id=page_id,
        kind=kind,
        form=form.name,
        rotation_deg=page.rotation_deg,
        skew_deg=page.skew_deg,
        px_per_mm=page.px_per_mm,
        to_scan=page.to_scan,
        tables=tables,
        rows=rows,
        note=note,
        seconds=time.perf_counter() - start_s,
    )


def _crops(page: Page, outcome: SheetPage) -> tuple[tuple[int, bytes], ...]:
    """A picture of every row, with the writing that overhangs it."""
    cut: list[tuple[int, bytes]] = []
    for row in outcome.rows:
        box = row.box.expanded(page.px(1.0), page.px(2.0)).clipped(page.width_px, page.height_px)
        rows, columns = box.slices()
        cut.append((row.number, images.encode(page.pixels[rows, columns], ".jpg")))
    return tuple(cut)
