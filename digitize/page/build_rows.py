"""Build the rows of a table from its measured ink: read the cells, find the places, judge the rows.

The rows of a page inform each other: ditto marks repeat the value above, and where most
signers of a sheet live is a prior for the place of the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from digitize.address.directory import Directory
from digitize.address.locate import ParsedAddress, locate, neighbour_shares
from digitize.form.definition import Form
from digitize.images import Page
from digitize.ink.measure_ink import RowInk
from digitize.limits import USUAL, Limits
from digitize.ocr.engines import Reader
from digitize.ocr.handwriting import (
    CellText,
    confidence_of,
    confidence_of_whole_address,
)
from digitize.ocr.language import LanguageModel
from digitize.page.households import beside_signed_relatives
from digitize.page.judge import judge
from digitize.page.read_rows import PLACE_ROLES, RowTexts, read_rows
from digitize.records import (
    ADDRESS_ROLES,
    Flag,
    FlagCode,
    Note,
    NoteCode,
    Place,
    Reading,
    Role,
    Row,
    Status,
    Table,
)
from digitize.table.numbering import Numbering

UNSURE_INK = Flag(FlagCode.UNSURE_INK)
MISSING = (FlagCode.MISSING_NAME, FlagCode.MISSING_ADDRESS, FlagCode.MISSING_SIGNATURE)

# A place at least this certain is not changed by where the other signers live, and not located again.
CERTAIN_PLACE = 0.98

# Rows with hardly any ink, and their share of the rows written, from which on others may have lost all of it.
# Of 800 pages of office scans and bad ones, three have so many.
MIN_WEAK_ROWS, MIN_WEAK_SHARE = 3, 0.2
# Struck rows, and their share of the rows written, from which on they may be struck by printed rules.
MIN_STRUCK_ROWS, MIN_STRUCK_SHARE = 2, 0.3


@dataclass(frozen=True)
class Tools:
    """Form, recognisers, language model and directory; loaded once per process."""

    form: Form
    reader: Reader  # of handwriting
    print_reader: Reader  # of titles, headers and row numbers
    language: LanguageModel
    directory: Directory
    limits: Limits = USUAL


def build_rows(
    page: Page, table: Table, numbering: Numbering, inks: Sequence[RowInk], tools: Tools
) -> tuple[Row, ...]:
    """Return the rows of a table, top to bottom.

    `inks` holds one entry per row.  Raises ReaderFailed if the recogniser breaks down.
    """
    read = read_rows(page, table, inks, tools.reader, tools.language)
    addresses = _locate_all([row.texts for row in read], tools.directory)
    joint = {i for r, ink in enumerate(inks) if ink.joint_with is not None for i in (r, ink.joint_with)}
    names = [_name_words(row.texts) for row in read]
    homes = [_address_words(row.texts) for row in read]
    households = beside_signed_relatives(names, [_is_signed(row) for row in read], homes)
    return tuple(
        _build_row(
            r,
            table,
            numbering,
            inks[r],
            read[r],
            addresses[r],
            tools,
            joint=r in joint,
            household=r in households,
        )
        for r in range(len(inks))
    )


def _name_words(texts: dict[Role, CellText]) -> str:
    """Return the name of a row among whose words its family name is."""
    return " ".join(texts[role].reading.text for role in (Role.FAMILY_NAME, Role.NAME) if role in texts)


def _address_words(texts: dict[Role, CellText]) -> str:
    """Return the address of a row as it was read."""
    return " ".join(texts[role].reading.text for role in ADDRESS_ROLES if role in texts)


def _is_signed(row: RowTexts) -> bool:
    return any(cell.role is Role.SIGNATURE and cell.is_written for cell in row.cells)


def doubt_rows(rows: tuple[Row, ...], doubts: Sequence[Note], *, is_pale: bool) -> tuple[Row, ...]:
    """Return the rows of a table with the questions that follow from what is doubtful about it as a whole."""
    has_faint_rules = any(doubt.code is NoteCode.FAINT_RULES for doubt in doubts)
    if is_pale or has_faint_rules:
        rows = doubt_incomplete_rows(rows)
    if has_faint_rules:
        rows = doubt_struck_rows(rows)
    return _flag_missing_rows(rows) if doubts else rows


def _flag_missing_rows(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Flag the last row for review, in a table near which other rows may have been missed."""
    *before, last = rows
    return (*before, replace(last, flags=(*last.flags, Flag(FlagCode.ROWS_LOST)), review=True))


def are_weakly_written(rows: Sequence[Row]) -> bool:
    """Return whether so many rows hold hardly any ink that others may have lost all of theirs."""
    weak = [row for row in rows if row.status is Status.DOUBTFUL and UNSURE_INK in row.flags]
    written = sum(row.status is not Status.BLANK for row in rows)
    return len(weak) >= max(MIN_WEAK_ROWS, MIN_WEAK_SHARE * written)


def doubt_incomplete_rows(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Ask about rows that lack something, on a page so pale that its rules are lost: it may be lost, too."""
    return tuple(
        _as_question(row, *row.flags, UNSURE_INK)
        if row.status is Status.INCOMPLETE and any(flag.code in MISSING for flag in row.flags)
        else row
        for row in rows
    )


def doubt_struck_rows(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Ask about struck rows where rules are hardly visible and many are struck: by rules, it seems."""
    struck = sum(row.status is Status.STRUCK for row in rows)
    written = sum(row.status is not Status.BLANK for row in rows)
    if struck < max(MIN_STRUCK_ROWS, MIN_STRUCK_SHARE * written):
        return rows
    return tuple(
        _as_question(
            row, Flag(FlagCode.UNSURE_STRUCK), *(f for f in row.flags if f.code is not FlagCode.STRUCK)
        )
        if row.status is Status.STRUCK
        else row
        for row in rows
    )


def _as_question(row: Row, *flags: Flag) -> Row:
    """Return the row as one that a person must decide, with these flags."""
    return replace(row, status=Status.DOUBTFUL, flags=tuple(dict.fromkeys(flags)), review=True)


def _locate_all(texts: Sequence[dict[Role, CellText]], directory: Directory) -> list[ParsedAddress | None]:
    """Locate the addresses of all rows, then the uncertain ones again with the others as a prior."""
    found = [_locate(row, directory, {}) for row in texts]
    places = [parsed.place if parsed else None for parsed in found]
    return [
        _locate(row, directory, _shares_of_others(places, r))
        if parsed is not None and parsed.place.confidence < CERTAIN_PLACE
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


def _build_row(
    r: int,
    table: Table,
    numbering: Numbering,
    ink: RowInk,
    read: RowTexts,
    parsed: ParsedAddress | None,
    tools: Tools,
    *,
    joint: bool,
    household: bool,
) -> Row:
    name = _joined([read.texts[role].reading for role in _name_order(read.texts)], " ")
    address = _address(read, parsed, tools.language)
    place = parsed.place if parsed else None
    judgement = judge(
        read.cells,
        struck_share=ink.struck_share,
        joint=joint,
        household=household,
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


def _address(read: RowTexts, parsed: ParsedAddress | None, language: LanguageModel) -> Reading | None:
    """Return the address with the corrections of the directory.

    Parts found in the directory are as certain as that match; the confidence of the whole follows
    from that of its weakest part, but at least from that of the text as it was read.
    """
    address = _joined([read.texts[role].reading for role in ADDRESS_ROLES if role in read.texts], "\n")
    if address is None:
        return None
    confidence = address.confidence
    if parsed is None:
        return replace(address, confidence=round(confidence_of_whole_address(confidence), 3))
    if parsed.confirmed_share and not read.perhaps_ditto:
        rest = confidence_of(parsed.unconfirmed, Role.ADDRESS, language) if parsed.unconfirmed else 1.0
        confidence = max(confidence, min(parsed.confirmed_share, rest))
    confidence = round(confidence_of_whole_address(confidence), 3)
    return replace(address, text=parsed.corrected, confidence=confidence)


def _name_order(texts: dict[Role, CellText]) -> list[Role]:
    return [role for role in (Role.NAME, Role.GIVEN_NAME, Role.FAMILY_NAME) if role in texts]


def _joined(readings: Sequence[Reading], separator: str) -> Reading | None:
    """Join the readings of several cells; the confidence is the lowest of theirs."""
    if not readings:
        return None
    text = separator.join(reading.text for reading in readings if reading.text)
    return Reading(text, min(reading.confidence for reading in readings), readings[0].reader)
