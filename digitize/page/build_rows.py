"""From measured ink to finished rows: read the inked cells, find the place, judge.

Rows of one page are evidence for each other: ditto marks take the value of
the row above, and where most signers of a sheet live is a prior for the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from digitize.address.directory import Directory, canton_on
from digitize.address.locate import ParsedAddress, is_ditto, is_perhaps_ditto, locate, neighbour_shares
from digitize.form.definition import Form
from digitize.images import Page
from digitize.ink.measure_ink import CellInk, RowInk
from digitize.ocr.engines import Reader
from digitize.ocr.handwriting import CellText, confidence_of, read_cell
from digitize.ocr.language import LanguageModel
from digitize.page.judge import USUAL, Limits, judge
from digitize.records import (
    ADDRESS_ROLES,
    NAME_ROLES,
    Cell,
    Flag,
    FlagCode,
    Ink,
    InkMeasure,
    Mark,
    Place,
    Reading,
    Role,
    Row,
    Table,
)
from digitize.table.numbering import Numbering

PLACE_ROLES = (*ADDRESS_ROLES, Role.CANTON, Role.COUNTRY)
READ_ROLES = (*NAME_ROLES, *PLACE_ROLES)
GUESS_CONFIDENCE = 0.05  # of a text taken from above though the ditto marks were hard to read: for review
SETTLED = 0.98  # confidence of a place at which neighbours cannot change it


@dataclass(frozen=True)
class Tools:
    """What is loaded once per process."""

    form: Form
    reader: Reader  # of the handwriting
    print_reader: Reader  # of titles, headers and row numbers
    language: LanguageModel
    directory: Directory
    limits: Limits = USUAL


@dataclass(frozen=True)
class _Texts:
    """What a row says: texts per role, ditto marks already replaced (then `ditto` is true).

    `guessed` is true where marks that could not be read for sure were taken for ditto marks.
    """

    cells: tuple[Cell, ...]
    texts: dict[Role, CellText]
    ditto: bool
    guessed: bool = False


def build_rows(
    page: Page, table: Table, numbering: Numbering, inks: Sequence[RowInk], tools: Tools
) -> tuple[Row, ...]:
    """The finished rows of a table, top to bottom."""
    read: list[_Texts] = []
    above: dict[Role, CellText] = {}
    for r, ink in enumerate(inks):
        read.append(_read_row(page, table, r, ink, above, tools))
        above = read[-1].texts if any(role in read[-1].texts for role in ADDRESS_ROLES) else above
    places = _locate_all([row.texts for row in read], tools.directory)
    joint = {i for r, ink in enumerate(inks) if ink.joint_with is not None for i in (r, ink.joint_with)}
    return tuple(
        _row(r, table, numbering, inks[r], read[r], places[r], tools, joint=r in joint)
        for r in range(len(inks))
    )


def with_rows_lost(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows of a table beside which others may be lost: the last one asks to look at the page."""
    *before, last = rows
    flags = (*last.flags, Flag(FlagCode.ROWS_LOST))
    return (*before, replace(last, flags=flags, review=True))


def with_cantons_of(rows: tuple[Row, ...], day: date | None) -> tuple[Row, ...]:
    """The rows with their places in the cantons of that day, today's where it is None."""
    return rows if day is None else tuple(_with_canton_of(row, day) for row in rows)


def _with_canton_of(row: Row, day: date) -> Row:
    place = row.place
    if place is None:
        return row
    canton = canton_on(day, place.region, place.postcode, place.locality)
    return row if canton == place.region else replace(row, place=replace(place, region=canton))


def _read_row(
    page: Page, table: Table, r: int, ink: RowInk, above: dict[Role, CellText], tools: Tools
) -> _Texts:
    """Read the inked cells of a row; ditto marks and words take what stands `above`."""
    measures = _with_sure_dittos(table, ink, above)
    cells: list[Cell] = []
    texts: dict[Role, CellText] = {}
    ditto = guessed = False
    for column, measured in zip(table.columns, measures, strict=True):
        role = column.role
        text = _read_cell(page, role, measured, tools)
        if _is_as_above(measured.measure, text) and role in PLACE_ROLES and role in above:
            text, ditto = above[role], True
        elif text and role in above and _is_perhaps_as_above(role, measured.measure, text):
            text, ditto, guessed = _guessed(above[role]), True, True
        if text is not None:
            texts[role] = text
        box = table.cell_box(r, column)
        cells.append(Cell(role, box, measured.measure, text.reading if text else None))
    return _Texts(tuple(cells), texts, ditto, guessed)


def _is_as_above(measure: InkMeasure, text: CellText | None) -> bool:
    """Whether a cell holds ditto marks or words."""
    return measure.mark is Mark.DITTO or (text is not None and is_ditto(text.reading.text))


def _is_perhaps_as_above(role: Role, measure: InkMeasure, text: CellText) -> bool:
    """Whether what was read may be ditto marks, an arrow or a bracket."""
    ditto = role is Role.ADDRESS and is_perhaps_ditto(text.reading.text)
    return ditto or (role in PLACE_ROLES and measure.mark is Mark.ARROW)


def _guessed(above: CellText) -> CellText:
    """What stands above, for marks that could not be read for sure: a person is to look."""
    confidence = min(above.reading.confidence, GUESS_CONFIDENCE)
    return replace(above, reading=replace(above.reading, confidence=confidence))


def _with_sure_dittos(table: Table, ink: RowInk, above: dict[Role, CellText]) -> list[CellInk]:
    """The cells of a row, a lone small mark taken for a ditto mark where the row leaves no other sense.

    That is where name and signature are inked and there is an address above,
    or where several cells have such a mark.
    """
    by_role = {column.role: cell for column, cell in zip(table.columns, ink.cells, strict=True)}
    inked = {role for role, cell in by_role.items() if cell.measure.verdict is Ink.INKED}
    complete = Role.SIGNATURE in inked and any(role in inked for role in NAME_ROLES)
    marks = [cell for cell in ink.cells if cell.measure.mark is Mark.DITTO]
    sure = (complete and bool(above)) or len(marks) >= 2
    return [
        replace(cell, measure=replace(cell.measure, verdict=Ink.INKED)) if sure and cell in marks else cell
        for cell in ink.cells
    ]


def _read_cell(page: Page, role: Role, ink: CellInk, tools: Tools) -> CellText | None:
    if role not in READ_ROLES or ink.writing is None or ink.measure.mark not in (Mark.WRITING, Mark.ARROW):
        return None
    return read_cell(ink.writing, role, page.px_per_mm, tools.reader, tools.language, ink.whole)


def _locate_all(texts: Sequence[dict[Role, CellText]], directory: Directory) -> list[ParsedAddress | None]:
    """The places of all rows, the uncertain ones again in the light of the others."""
    found = [_locate(row, directory, {}) for row in texts]
    places = [parsed.place if parsed else None for parsed in found]
    return [
        _locate(row, directory, _shares_of_others(places, r))
        if parsed is not None and parsed.place.confidence < SETTLED
        else parsed
        for r, (row, parsed) in enumerate(zip(texts, found, strict=True))
    ]


def _shares_of_others(places: Sequence[Place | None], r: int) -> dict[str, float]:
    return neighbour_shares([place for i, place in enumerate(places) if place is not None and i != r])


def _locate(
    texts: dict[Role, CellText], directory: Directory, neighbours: dict[str, float]
) -> ParsedAddress | None:
    lines = [(line, role) for role in PLACE_ROLES if role in texts for line in texts[role].lines]
    if not lines:
        return None
    return locate([line for line, _ in lines], directory, [role for _, role in lines], neighbours)


def _row(
    r: int,
    table: Table,
    numbering: Numbering,
    ink: RowInk,
    read: _Texts,
    parsed: ParsedAddress | None,
    tools: Tools,
    *,
    joint: bool,
) -> Row:
    """One finished row."""
    name = _joined([read.texts[role].reading for role in _name_order(read.texts)], " ")
    address = _address(read, parsed, tools.language)
    place = parsed.place if parsed else None
    judgement = judge(
        read.cells,
        struck_share=ink.struck_share,
        joint=joint,
        stamped=ink.stamped,
        ditto=read.ditto,
        number_inferred=not numbering.read,
        name=name,
        address=address,
        place=place,
        limits=tools.limits,
    )
    return Row(
        number=numbering.numbers[r],
        index=r,
        box=table.row_box(r),
        cells=read.cells,
        status=judgement.status,
        flags=judgement.flags,
        review=judgement.review,
        name=name,
        address=address,
        place=place,
    )


def _address(read: _Texts, parsed: ParsedAddress | None, language: LanguageModel) -> Reading | None:
    """The address with what the directory mended, as sure as the parts that it does not know."""
    address = _joined([read.texts[role].reading for role in ADDRESS_ROLES if role in read.texts], "\n")
    if address is None or parsed is None:
        return address
    confidence = address.confidence
    if parsed.confirmed_share and not read.guessed:
        rest = confidence_of(parsed.unconfirmed, Role.ADDRESS, language) if parsed.unconfirmed else 1.0
        confidence = max(confidence, min(parsed.confirmed_share, rest))
    return replace(address, text=parsed.corrected, confidence=round(confidence, 3))


def _name_order(texts: dict[Role, CellText]) -> list[Role]:
    return [role for role in (Role.NAME, Role.GIVEN_NAME, Role.FAMILY_NAME) if role in texts]


def _joined(readings: Sequence[Reading], separator: str) -> Reading | None:
    """Several cells' readings as one, as sure as the least sure of them."""
    if not readings:
        return None
    text = separator.join(reading.text for reading in readings if reading.text)
    return Reading(text, min(reading.confidence for reading in readings), readings[0].reader)
