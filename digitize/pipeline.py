"""One page in, one result out: the path of a page in the order in which it happens.

This is the file to read first.  `digitize_page` calls the stages one after the
other; `digitize_file` is the one place where exceptions turn into a Failure.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from digitize import images
from digitize.errors import DigitizeError
from digitize.form import AUTO, Form, load_form
from digitize.geometry import Box, Lattice
from digitize.images import Page, Scan
from digitize.readers import Reader, open_reader
from digitize.readers.language import LanguageModel, load_language_model
from digitize.records import (
    ADDRESS_ROLES,
    NAME_ROLES,
    Cell,
    Digitized,
    Failure,
    Ink,
    Mark,
    PageId,
    PageKind,
    Place,
    Reading,
    Role,
    Row,
    SheetPage,
    Table,
)
from digitize.regions import Directory, load_directory
from digitize.stages.blank import is_blank
from digitize.stages.flags import judge
from digitize.stages.flatten import cut_plain, flatten, flatten_draft, is_bent
from digitize.stages.grid import find_lattice
from digitize.stages.handwriting import CellText, read_cell
from digitize.stages.header import read_header
from digitize.stages.ink import CellInk, RowInk, measure_ink
from digitize.stages.load import load_page
from digitize.stages.places import ParsedAddress, is_ditto, locate
from digitize.stages.rows import Numbering, number_rows
from digitize.stages.straighten import straighten

PICTURE_QUALITY = 70  # of the stored page: handwriting stays crisp, a page takes about 300 kB
NO_TABLE = "No signature table was found on this page; if there is one, scan the page again."
NO_HEADER = "A table was found but its header could not be read; name the form with --form or scan again."


@dataclass(frozen=True, slots=True)
class Settings:
    """What influences the result of a page."""

    form: str = AUTO
    reader: str = "rapid"
    crops: bool = False

    def key(self) -> str:
        """Stored with every page: a page is done again when its key has changed."""
        return f"form={self.form} reader={self.reader}"


@dataclass(frozen=True)
class Tools:
    """What is loaded once per process."""

    form: Form
    reader: Reader
    language: LanguageModel
    directory: Directory


@cache
def tools(settings: Settings) -> Tools:
    """Form, recogniser, language model and directory for these settings; raises DigitizeError."""
    return Tools(
        load_form(settings.form), open_reader(settings.reader), load_language_model(), load_directory()
    )


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
    """The path of a page: straighten, grid, flatten, header, numbers, ink, reading, place, verdict."""
    start_s = time.perf_counter()
    draft = straighten(scan, tools.reader)
    draft, lattice = _traced(draft)
    if lattice is None:
        page = cut_plain(scan, draft)
        kind, note = (PageKind.BLANK, "") if is_blank(draft) else (PageKind.NO_TABLE, NO_TABLE)
        return page, _result(page, page_id, kind, tools.form, start_s, note=note)
    flat = flatten(scan, draft, lattice)
    page = flat.page
    table = read_header(page, flat.column_edges_px, flat.row_edges_px, tools.form, tools.reader)
    if table is None:
        return page, _result(page, page_id, PageKind.NO_TABLE, tools.form, start_s, note=NO_HEADER)
    numbering = number_rows(page, table, tools.form, tools.reader)
    inks = measure_ink(page, table, lattice.ruled)
    rows = _rows(page, table, numbering, inks, tools)
    return page, _result(page, page_id, numbering.kind, tools.form, start_s, table, rows)


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
    table: Table | None = None,
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
        table=table,
        rows=rows,
        note=note,
        seconds=time.perf_counter() - start_s,
    )


@dataclass(frozen=True)
class _Read:
    """What was read in one row."""

    cells: tuple[Cell, ...]
    name: Reading | None
    address: Reading | None
    place: Place | None
    ditto: bool = False


def _rows(
    page: Page, table: Table, numbering: Numbering, inks: Sequence[RowInk], tools: Tools
) -> tuple[Row, ...]:
    joint = {i for r, ink in enumerate(inks) if ink.joint_with is not None for i in (r, ink.joint_with)}
    rows: list[Row] = []
    above: _Read | None = None
    for r, ink in enumerate(inks):
        box = Box(
            table.columns[0].left_px,
            table.row_edges_px[r],
            table.columns[-1].right_px,
            table.row_edges_px[r + 1],
        )
        read = _inherited(_read_row(page, table, r, ink, tools), above)
        verdict = judge(
            read.cells,
            struck_share=ink.struck_share,
            joint=r in joint,
            stamped=ink.stamped,
            ditto=read.ditto,
            number_inferred=not numbering.read,
            name=read.name,
            address=read.address,
            place=read.place,
        )
        if read.address is not None:
            above = read
        rows.append(
            Row(
                number=numbering.numbers[r],
                index=r,
                box=box,
                cells=read.cells,
                status=verdict.status,
                flags=verdict.flags,
                review=verdict.review,
                name=read.name,
                address=read.address,
                place=read.place,
            )
        )
    return tuple(rows)


def _read_row(page: Page, table: Table, r: int, ink: RowInk, tools: Tools) -> _Read:
    """Read the inked cells of a row and find its place."""
    cells: list[Cell] = []
    texts: dict[Role, CellText] = {}
    for column, measured in zip(table.columns, ink.cells, strict=True):
        text = _read_cell(page, column.role, measured, tools)
        if text is not None:
            texts[column.role] = text
        box = Box(column.left_px, table.row_edges_px[r], column.right_px, table.row_edges_px[r + 1])
        cells.append(Cell(column.role, box, measured.measure, text.reading if text else None))
    parsed = _locate(texts, tools)
    address = _joined([texts[role].reading for role in ADDRESS_ROLES if role in texts], "\n")
    if address is not None and parsed is not None:
        address = replace(address, text=parsed.corrected)
    names = [texts[role].reading for role in (Role.NAME, Role.GIVEN_NAME, Role.FAMILY_NAME) if role in texts]
    return _Read(tuple(cells), _joined(names, " "), address, parsed.place if parsed else None)


def _read_cell(page: Page, role: Role, ink: CellInk, tools: Tools) -> CellText | None:
    wanted = role in NAME_ROLES or role in ADDRESS_ROLES or role in (Role.CANTON, Role.COUNTRY)
    if not wanted or ink.writing is None or ink.measure.verdict is Ink.BLANK:
        return None
    if ink.measure.mark is not Mark.WRITING:
        return None
    return read_cell(ink.writing, role, page.px_per_mm, tools.reader, tools.language)


def _locate(texts: dict[Role, CellText], tools: Tools) -> ParsedAddress | None:
    roles = [role for role in (*ADDRESS_ROLES, Role.CANTON, Role.COUNTRY) if role in texts]
    lines = [(line, role) for role in roles for line in texts[role].lines]
    if not lines:
        return None
    return locate([line for line, _ in lines], tools.directory, [role for _, role in lines])


def _joined(readings: Sequence[Reading], separator: str) -> Reading | None:
    """Several cells' readings as one, as sure as the least sure of them."""
    if not readings:
        return None
    text = separator.join(reading.text for reading in readings if reading.text)
    return Reading(text, min(reading.confidence for reading in readings), readings[0].reader)


def _inherited(read: _Read, above: _Read | None) -> _Read:
    """A row whose address is ditto marks takes the address above."""
    marks = any(c.role in ADDRESS_ROLES and c.ink.mark is Mark.DITTO for c in read.cells)
    words = read.address is not None and is_ditto(read.address.text)
    if above is None or not (marks or words):
        return read
    if read.address is not None and not words:
        return read
    return replace(read, address=above.address, place=above.place, ditto=True)


def _crops(page: Page, outcome: SheetPage) -> tuple[tuple[int, bytes], ...]:
    """A picture of every row, with the writing that overhangs it."""
    cut: list[tuple[int, bytes]] = []
    for row in outcome.rows:
        box = row.box.expanded(page.px(1.0), page.px(2.0)).clipped(page.width_px, page.height_px)
        rows, columns = box.slices()
        cut.append((row.number, images.encode(page.pixels[rows, columns], ".jpg")))
    return tuple(cut)
