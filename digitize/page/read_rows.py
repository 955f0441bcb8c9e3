"""Read the written cells of a table, row by row; ditto marks repeat what stands above."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from digitize.address.locate import is_ditto, is_ditto_word, is_perhaps_ditto
from digitize.images import Page
from digitize.ink.ink_state import (
    confirm_ditto_marks,
    doubt_lone_ink,
    doubt_specks,
    is_beside_neighbours,
)
from digitize.ink.measure_ink import CellInk, RowInk
from digitize.ocr.engines import Reader
from digitize.ocr.handwriting import CellText, CellWriting, read_cells
from digitize.ocr.language import LanguageModel
from digitize.page.signed_names import is_beside_name, is_name_of_signer
from digitize.records import ADDRESS_ROLES, NAME_ROLES, Cell, Ink, InkMeasure, Mark, Role, Table

PLACE_ROLES = (*ADDRESS_ROLES, Role.CANTON, Role.COUNTRY)
READ_ROLES = (*NAME_ROLES, *PLACE_ROLES)

# Confidence of a text repeated from above because of marks that are only perhaps ditto marks: low enough
# for a person to be asked.
PERHAPS_DITTO_CONFIDENCE = 0.05


@dataclass(frozen=True)
class RowTexts:
    """The cells of a row and its texts by role, ditto marks replaced by the text they repeat.

    `ditto` tells that some were replaced, `perhaps_ditto` that some may be something else.
    """

    cells: tuple[Cell, ...]
    texts: dict[Role, CellText]
    ditto: bool
    perhaps_ditto: bool = False


def read_rows(
    page: Page, table: Table, inks: Sequence[RowInk], reader: Reader, language: LanguageModel
) -> list[RowTexts]:
    """Return the cells and texts of every row, top to bottom.

    `inks` holds one entry per row.  Raises ReaderFailed if the recogniser breaks down.
    """
    rows: list[RowTexts] = []
    above: dict[Role, CellText] = {}  # texts of the last row with an address
    unread = False  # whether a row after it may have one, too
    texts = _read_cells(page, table, inks, reader, language)
    for r, ink in enumerate(inks):
        beside = [_name_in(table, texts[k]) for k in (r - 1, r + 1) if 0 <= k < len(texts)]
        doubted = {role: _with_low_confidence(text) for role, text in above.items()} if unread else above
        row = _read_row(table, r, ink, texts[r], doubted, beside)
        row = replace(row, perhaps_ditto=row.perhaps_ditto or (row.ditto and unread))
        rows.append(row)
        if any(role in row.texts for role in ADDRESS_ROLES):
            above = row.texts
            unread = unread and row.ditto
        else:
            unread = unread or _may_hold_address(row)
    return rows


def _may_hold_address(row: RowTexts) -> bool:
    """Return whether a row may have an address that is too weak to be read: a ditto mark below repeats it."""
    return any(cell.role in ADDRESS_ROLES and cell.ink.state is not Ink.BLANK for cell in row.cells)


def _read_cells(
    page: Page, table: Table, inks: Sequence[RowInk], reader: Reader, language: LanguageModel
) -> list[list[CellText | None]]:
    """Return for each row what was read in each of its cells, None for cells that are not read."""
    places: list[tuple[int, int]] = []
    cells: list[CellWriting] = []
    for r, row in enumerate(inks):
        for c, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
            if cell.writing is None:
                continue
            if is_read(column.role, cell):
                places.append((r, c))
                cells.append(CellWriting(cell.writing, column.role, cell.whole))
            elif column.role is Role.SIGNATURE and not is_beside_name(table, c):
                places.append((r, c))
                cells.append(CellWriting(cell.writing, Role.NAME))
    texts: list[list[CellText | None]] = [[None] * len(row.cells) for row in inks]
    if cells:
        found = read_cells(cells, page.px_per_mm, reader, language)
        for (r, c), text in zip(places, found, strict=True):
            texts[r][c] = text
    return texts


def _read_row(
    table: Table,
    r: int,
    ink: RowInk,
    read: list[CellText | None],
    above: dict[Role, CellText],
    beside: Sequence[str],
) -> RowTexts:
    """Return the texts of row `r`, of which `read` was read; ditto marks and words repeat that of `above`.

    `beside` are the names in the rows before and after it.
    """
    roles, name = [column.role for column in table.columns], _name_in(table, read)
    measures = [
        cell.measure if text is None else _confirmed(role, cell.measure, text, name, beside)
        for role, cell, text in zip(roles, ink.cells, read, strict=True)
    ]
    confirmed = confirm_ditto_marks(measures, roles, address_above=bool(above))
    judged = doubt_specks(doubt_lone_ink(confirmed, roles), roles, address_above=bool(above))
    cells: list[Cell] = []
    texts: dict[Role, CellText] = {}
    ditto = perhaps = False
    for column, found, measure in zip(table.columns, read, judged, strict=True):
        role, text = column.role, found if column.role is not Role.SIGNATURE else None
        if role in PLACE_ROLES and role in above and _is_ditto(measure, text):
            text, ditto = above[role], True
        elif text and role in above and _is_perhaps_ditto(role, measure, text):
            text, ditto, perhaps = _with_low_confidence(above[role]), True, True
        if text is not None:
            texts[role] = text
        box = table.cell_box(r, column)
        cells.append(Cell(role, box, measure, text.reading if text else None))
    return RowTexts(tuple(cells), texts, ditto, perhaps)


def _name_in(table: Table, read: Sequence[CellText | None]) -> str:
    """Return the name that was read in a row."""
    cells = zip(table.columns, read, strict=True)
    return " ".join(text.reading.text for column, text in cells if column.role in NAME_ROLES and text)


def _confirmed(
    role: Role, measure: InkMeasure, text: CellText, name: str, beside: Sequence[str]
) -> InkMeasure:
    """Return the measure of a cell, inked if what is read in it can be no dust."""
    if role is Role.SIGNATURE:
        return _with_signed_name(measure, text.reading.text, name, beside)
    if measure.state is Ink.UNSURE and role in PLACE_ROLES and is_ditto_word(text.reading.text):
        return replace(measure, state=Ink.INKED)
    return measure


def _with_signed_name(signature: InkMeasure, text: str, name: str, beside: Sequence[str]) -> InkMeasure:
    """Return the measure of a signature, inked if its text is the name of the signer and nobody else's."""
    others = beside if is_beside_neighbours(signature) else ()
    is_name = is_name_of_signer(text, name, others, is_mark=signature.mark is Mark.TICK)
    return replace(signature, state=Ink.INKED, mark=Mark.WRITING) if is_name else signature


def _is_ditto(measure: InkMeasure, text: CellText | None) -> bool:
    """Return whether a cell holds ditto marks or a word for them."""
    return measure.mark is Mark.DITTO or (text is not None and is_ditto(text.reading.text))


def _is_perhaps_ditto(role: Role, measure: InkMeasure, text: CellText) -> bool:
    """Return whether what was read as text may be ditto marks, an arrow or a bracket."""
    ditto = role is Role.ADDRESS and is_perhaps_ditto(text.reading.text)
    return ditto or (role in PLACE_ROLES and measure.mark is Mark.ARROW)


def _with_low_confidence(above: CellText) -> CellText:
    confidence = min(above.reading.confidence, PERHAPS_DITTO_CONFIDENCE)
    return replace(above, reading=replace(above.reading, confidence=confidence))


def is_read(role: Role, ink: CellInk) -> bool:
    """Return whether a cell is in a column that is read, and holds writing."""
    return role in READ_ROLES and ink.writing is not None and ink.measure.mark in (Mark.WRITING, Mark.ARROW)
