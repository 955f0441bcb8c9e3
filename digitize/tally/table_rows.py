"""Build the lines of rows.csv and pages.csv as plain values, without pandas."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from digitize.campaign.collate import PageState
from digitize.campaign.decisions import Content, Field, RowNote, SettledPage, question, region_of
from digitize.messages import Translate, failure_sentence, sentence, sentences
from digitize.records import (
    Failure,
    Flag,
    FlagCode,
    Note,
    NoteCode,
    PageFlag,
    PageId,
    Reading,
    Region,
    Row,
    RowFlag,
    ScanFile,
    SheetPage,
    Status,
)
from digitize.tally.flag_texts import FLAG_SEPARATOR

ROW_COLUMNS = (
    *("file", "page", "row", "status", "signature", "name", "address", "postcode", "locality", "canton"),
    *("region", "received", "flags", "remarks", "review", "decided", "decided_by", "comment"),
    *("name_confidence", "address_confidence", "canton_confidence"),
)
PAGE_COLUMNS = (
    *("file", "page", "sheet", "received", "kind", "rows", "signed", "doubtful", "incomplete", "struck"),
    *("blank", "form", "title", "petition", "deadline", "deadline_from", "rotation_deg", "skew_deg"),
    *("duplicate_of", "reason", "note", "settled", "settled_by", "comment"),
)
CANTONS = (
    *("ZH", "BE", "LU", "UR", "SZ", "OW", "NW", "GL", "ZG", "FR", "SO", "BS", "BL"),
    *("SH", "AR", "AI", "SG", "GR", "AG", "TG", "TI", "VD", "VS", "NE", "GE", "JU"),
)
"""The 26 cantons in the order of the Federal Constitution, article 1."""

IN_CANTON = "canton"  # value of the column `region` for an address in a canton
DUPLICATE = "duplicate"  # kind of a page whose file is counted under another name
WAITING = "waiting"  # kind of a page that has not been processed yet


UNKNOWN_STATE = PageState()
NO_NOTE = RowNote()

TRASHED = "trashed"  # value of the column `settled` of a page in the trash
SETTLED_NOTES = {
    Content.AS_READ.value: NoteCode.SETTLED_AS_READ,
    Content.TYPED.value: NoteCode.SETTLED_TYPED,
    Content.OTHER.value: NoteCode.SETTLED_OTHER,
    Content.BLANK.value: NoteCode.SETTLED_BLANK,
    Content.AGAIN.value: NoteCode.SETTLED_AGAIN,
    Content.ARRIVED.value: NoteCode.SETTLED_ARRIVED,
    TRASHED: NoteCode.TRASHED,
}
"""The sentence for each value of the column `settled`."""

Outcome = SheetPage | Failure
SettledPages = Mapping[PageId, SettledPage]
PageStates = Mapping[PageId, PageState]
Notes = Mapping[tuple[PageId, int], RowNote]  # by page and index of the row


def row_lines(
    outcome: Outcome,
    file: ScanFile,
    state: PageState = UNKNOWN_STATE,
    notes: Notes = MappingProxyType({}),
    told: Translate | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield the lines of the rows of a page.

    The rows are as people decided them; `notes` tell what they decided.  `told` translates remarks.
    """
    received = _day(file)
    for row in sorted(outcome.rows, key=lambda row: (row.number, row.index)):
        note = notes.get((outcome.id, row.index), NO_NOTE)
        page_flags = list(_page_flags(row, state, note))
        codes = [
            *(flag.code.value for flag in row.flags),
            *(flag.value for flag in (*page_flags, *note.flags)),
        ]
        yield {
            "file": file.label,
            "page": outcome.id.page,
            "row": row.number,
            "status": row.status.value,
            "signature": _signature(row),
            **_texts(row),
            "received": received,
            "flags": FLAG_SEPARATOR.join(codes),
            "remarks": _remarks((*row.flags, *page_flags, *note.flags), told or str),
            "review": _yes_no(_needs_review(row, state, note)),
            "decided": FLAG_SEPARATOR.join(field.value for field in note.decided),
            "decided_by": FLAG_SEPARATOR.join(note.by),
            "comment": _in_one_line(note.comment),
        }


@lru_cache(maxsize=4096)
def _remarks(flags: tuple[Flag | PageFlag | RowFlag, ...], told: Translate) -> str:
    return sentences(flags, told)


def _page_flags(row: Row, state: PageState, note: RowNote) -> Iterator[PageFlag]:
    """Yield the flags that follow from the state of the page."""
    if state.duplicate_of is not None:
        yield PageFlag.DUPLICATE_PAGE
    elif state.possible_duplicates and row.status is not Status.BLANK:
        yield PageFlag.POSSIBLE_DUPLICATE_PAGE
    if _differs(row, state, note):
        yield PageFlag.SCANS_DIFFER
    if state.late and row.status is not Status.BLANK:
        yield PageFlag.LATE


def _differs(row: Row, state: PageState, note: RowNote) -> bool:
    """Return whether the row counts on one scan and not on another, and nobody has decided yet."""
    return row.index in state.differing and Field.STATUS not in note.decided


def _needs_review(row: Row, state: PageState, note: RowNote) -> bool:
    if state.duplicate_of is not None or not note.counts:
        return False  # the other scan, or the other row of the same person, is reviewed
    may_be_duplicate = bool(state.possible_duplicates) and row.status is not Status.BLANK
    lost = any(flag.code is FlagCode.ROWS_LOST for flag in row.flags)
    asked = question(row) is not None or note.needs_review or may_be_duplicate or lost
    return asked or _differs(row, state, note)


_TEXT_COLUMNS = (
    *("name", "address", "postcode", "locality", "canton", "region"),
    *("name_confidence", "address_confidence", "canton_confidence"),
)
_NO_TEXTS = dict.fromkeys(_TEXT_COLUMNS, "")


def _texts(row: Row) -> dict[str, Any]:
    if row.status is Status.BLANK:
        return _NO_TEXTS  # what was read there is a speck or a rule
    place = row.place
    return {
        "name": _one_line(row.name),
        "address": _one_line(row.address),
        "postcode": place.postcode if place else "",
        "locality": place.locality if place else "",
        **_region(row),
        "name_confidence": _confidence(row.name),
        "address_confidence": _confidence(row.address),
        "canton_confidence": round(place.confidence, 3) if place else "",
    }


def _region(row: Row) -> dict[str, str]:
    """Return the columns `canton` (two letters or empty) and `region`."""
    region = region_of(row)
    if region in CANTONS:
        return {"canton": region, "region": IN_CANTON}
    return {"canton": region if region == Region.LIECHTENSTEIN else "", "region": region}


def page_line(
    file: ScanFile,
    number: int,
    outcome: Outcome | None,
    state: PageState,
    labels: Mapping[str, str],
    said: SettledPage | None = None,
    told: Translate | None = None,
) -> dict[str, Any]:
    """Return the line of a page; `outcome` is None for one without a result.

    `labels` has the label of each file by its path, `said` is what people said about the page.  `told`
    translates notes.
    """
    line = dict.fromkeys(PAGE_COLUMNS, "") | {"file": file.label, "page": number}
    found = Counter(row.status for row in outcome.rows) if outcome is not None else Counter()
    line |= {"rows": found.total(), **{status.value: found[status] for status in Status}}
    line |= {"sheet": state.sheet or "", "received": _day(file)}
    line |= _page_texts(file, number, outcome, state, labels, told)
    line |= {"petition": (said.said.petition if said else "") or state.petition}
    return line | _settled_texts(str(line["note"]), said, told)


def _page_texts(
    file: ScanFile,
    number: int,
    outcome: Outcome | None,
    state: PageState,
    labels: Mapping[str, str],
    told: Translate | None,
) -> dict[str, Any]:
    if file.same_as:
        note = sentence(Note.of(NoteCode.DUPLICATE_FILE, file=file.same_as), told or str)
        return {"kind": DUPLICATE, "duplicate_of": f"{file.same_as}, page {number}", "note": note}
    if outcome is None:
        return {"kind": WAITING, "note": sentence(Note(NoteCode.NOT_PROCESSED), told or str)}
    if isinstance(outcome, Failure):
        note = outcome.sentence if told is None else failure_sentence(outcome.kind, told)
        return {"kind": "failed", "reason": outcome.kind, "note": note}
    first = state.duplicate_of
    return {
        "kind": outcome.kind.value,
        "form": state.form or outcome.form,
        "title": outcome.title,
        "deadline": state.deadline.isoformat() if state.deadline else "",
        "deadline_from": state.deadline_from,
        "rotation_deg": outcome.rotation_deg,
        "skew_deg": round(outcome.skew_deg, 2) + 0.0,  # never "-0.0"
        "duplicate_of": _page_name(first, labels) if first else "",
        "note": sentences((*outcome.notes, *_notes(state, labels)), told or str),
    }


def _settled_texts(note: str, settled: SettledPage | None, told: Translate | None) -> dict[str, str]:
    """Return what people said about the page, and the note with it."""
    if settled is None:
        return {}
    said = settled.said
    code = TRASHED if said.trashed else said.content.value if said.content else ""
    sentences_of = [sentence(Note(SETTLED_NOTES[code]), told or str)] if code else []
    return {
        "settled": code,
        "settled_by": FLAG_SEPARATOR.join(said.by),
        "comment": _in_one_line(said.comment),
        "note": " ".join([*sentences_of, *([note] if note else [])]),
    }


def _page_name(page: PageId, labels: Mapping[str, str]) -> str:
    return f"{labels[page.file]}, page {page.page}"


def _notes(state: PageState, labels: Mapping[str, str]) -> Iterator[Note]:
    """Yield the notes that follow from the state of the page."""
    if state.duplicate_of is not None:
        yield _about(NoteCode.SECOND_SCAN, state.duplicate_of, labels)
    for other in state.other_scans:
        yield _about(NoteCode.SCANNED_AGAIN, other, labels)
    for other in state.possible_duplicates:
        yield _about(NoteCode.POSSIBLE_DUPLICATE, other, labels)
    if state.in_stacks:
        yield Note(NoteCode.IN_STACKS)
    if state.expected_form:
        yield Note.of(NoteCode.OTHER_FORM, form=state.expected_form)
    for first, last in state.missing:
        yield Note.of(NoteCode.MISSING_PAGE, first=first, last=last)


def _about(code: NoteCode, page: PageId, labels: Mapping[str, str]) -> Note:
    return Note.of(code, file=labels[page.file], page=page.page)


def _day(file: ScanFile) -> str:
    return file.received.isoformat() if file.received else ""


def _one_line(reading: Reading | None) -> str:
    return _in_one_line(reading.text) if reading else ""


def _in_one_line(text: str) -> str:
    return ", ".join(text.split("\n"))


def _confidence(reading: Reading | None) -> float | str:
    return round(reading.confidence, 3) if reading else ""


def _signature(row: Row) -> str:
    """Return whether the row has a signature; empty while somebody has yet to tell."""
    signed = row.signed
    if signed is None and row.status is Status.DOUBTFUL:
        return ""
    return _yes_no(bool(signed) or row.status is Status.SIGNED)


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"
