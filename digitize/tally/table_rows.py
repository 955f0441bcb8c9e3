"""One line per row and per page, as the tables show them; plain values, no pandas."""

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from digitize.campaign.collate import PageState
from digitize.campaign.decisions import Field, RowNote, question, region_of
from digitize.messages import sentence, sentences
from digitize.records import (
    Failure,
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

ROW_COLUMNS = (
    *("file", "page", "row", "status", "signed", "name", "address", "postcode", "locality", "canton"),
    *("region", "received", "flags", "remarks", "review", "decided", "decided_by"),
    *("name_confidence", "address_confidence", "canton_confidence"),
)
PAGE_COLUMNS = (
    *(
        "file",
        "page",
        "sheet",
        "received",
        "kind",
        "rows",
        "signed",
        "doubtful",
        "incomplete",
        "struck",
        "blank",
    ),
    *(
        "form",
        "title",
        "deadline",
        "deadline_from",
        "rotation_deg",
        "skew_deg",
        "duplicate_of",
        "reason",
        "note",
    ),
)
CANTONS = (
    *("ZH", "BE", "LU", "UR", "SZ", "OW", "NW", "GL", "ZG", "FR", "SO", "BS", "BL"),
    *("SH", "AR", "AI", "SG", "GR", "AG", "TG", "TI", "VD", "VS", "NE", "GE", "JU"),
)
"""The 26 cantons in the order of the Federal Constitution, article 1."""

IN_CANTON = "canton"  # what column `region` says where the address lies in a canton
DUPLICATE = "duplicate"  # kind of a page whose file is counted under another name
WAITING = "waiting"  # kind of a page that no run has reached yet

FLAG_SEPARATOR = "; "
ALONE = PageState()  # of a page of which nothing is known
UNDECIDED = RowNote()  # of a row on which nobody decided anything

Outcome = SheetPage | Failure
PageStates = Mapping[PageId, PageState]
Notes = Mapping[tuple[PageId, int], RowNote]  # by page and index of the row


def row_lines(
    outcome: Outcome, file: ScanFile, standing: PageState = ALONE, notes: Notes = MappingProxyType({})
) -> Iterator[dict[str, Any]]:
    """The rows of a page, as people decided them; `notes` say what they decided."""
    if isinstance(outcome, Failure):
        return
    for row in sorted(outcome.rows, key=lambda row: (row.number, row.index)):
        note = notes.get((outcome.id, row.index), UNDECIDED)
        told = list(_told(row, standing, note))
        codes = [*(flag.code.value for flag in row.flags), *(flag.value for flag in (*told, *note.flags))]
        yield dict.fromkeys(ROW_COLUMNS, "") | {
            "file": file.label,
            "page": outcome.id.page,
            "row": row.number,
            "status": row.status.value,
            "signed": _yes_no(row.signed or row.status is Status.SIGNED),
            **_texts(row),
            "received": _day(file),
            "flags": FLAG_SEPARATOR.join(codes),
            "remarks": sentences((*row.flags, *told, *note.flags)),
            "review": _yes_no(_to_review(row, standing, note)),
            "decided": FLAG_SEPARATOR.join(field.value for field in note.decided),
            "decided_by": FLAG_SEPARATOR.join(note.by),
        }


def _told(row: Row, standing: PageState, note: RowNote) -> Iterator[PageFlag]:
    """What the row is told because of where its page belongs."""
    if standing.duplicate_of is not None:
        yield PageFlag.DUPLICATE_PAGE
    elif standing.likely and row.status is not Status.BLANK:
        yield PageFlag.POSSIBLE_DUPLICATE_PAGE
    if _differs(row, standing, note):
        yield PageFlag.SCANS_DIFFER
    if standing.late and row.status is not Status.BLANK:
        yield PageFlag.LATE


def _differs(row: Row, standing: PageState, note: RowNote) -> bool:
    """Whether another scan says something else, and nobody has looked yet."""
    return row.index in standing.differing and Field.STATUS not in note.decided


def _to_review(row: Row, standing: PageState, note: RowNote) -> bool:
    if standing.duplicate_of is not None or not note.counts:
        return False  # the other scan, or the other row of the same person, is looked at
    likely = bool(standing.likely) and row.status is not Status.BLANK
    return question(row) is not None or note.look or likely or _differs(row, standing, note)


def is_counted(flags: str) -> bool:
    """Whether a row with these flags (as in rows.csv) is counted.

    Rows of second scans, and second rows of the same person, are not.
    """
    return not {PageFlag.DUPLICATE_PAGE, RowFlag.DUPLICATE_PERSON} & set(flags.split(FLAG_SEPARATOR))


def is_on_counted_page(flags: str) -> bool:
    """Whether a row with these flags lies on a page that counts."""
    return PageFlag.DUPLICATE_PAGE not in flags.split(FLAG_SEPARATOR)


def is_late(flags: str) -> bool:
    """Whether a row with these flags came after the deadline."""
    return PageFlag.LATE in flags.split(FLAG_SEPARATOR)


def _texts(row: Row) -> dict[str, Any]:
    if row.status is Status.BLANK:
        # What little was read there (a speck, a rule) is not a name.
        return {}
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
    """Two letters where there are any, and which kind of outcome it is."""
    region = region_of(row)
    if region in CANTONS:
        return {"canton": region, "region": IN_CANTON}
    return {"canton": region if region == Region.LIECHTENSTEIN else "", "region": region}


def page_lines(
    file: ScanFile, by_page: Mapping[PageId, Outcome], standings: PageStates, labels: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """`labels` name the files by their paths."""
    numbers = range(1, file.pages + 1) if file.pages is not None else range(1)
    for number in numbers:
        line = dict.fromkeys(PAGE_COLUMNS, "") | {"file": file.label, "page": number}
        page_id = PageId(file.path, number)
        outcome, standing = by_page.get(page_id), standings.get(page_id, ALONE)
        found = Counter(row.status for row in outcome.rows) if isinstance(outcome, SheetPage) else Counter()
        line |= {"rows": found.total(), **{status.value: found[status] for status in Status}}
        line |= {"sheet": standing.sheet or "", "received": _day(file)}
        yield line | _page_texts(file, number, outcome, standing, labels)


def _page_texts(
    file: ScanFile, number: int, outcome: Outcome | None, standing: PageState, labels: Mapping[str, str]
) -> dict[str, Any]:
    if file.same_as:
        note = sentence(Note.of(NoteCode.DUPLICATE_FILE, file=file.same_as))
        return {"kind": DUPLICATE, "duplicate_of": f"{file.same_as}, page {number}", "note": note}
    if outcome is None:
        return {"kind": WAITING, "note": sentence(Note(NoteCode.NOT_PROCESSED))}
    if isinstance(outcome, Failure):
        return {"kind": "failed", "reason": outcome.kind, "note": outcome.sentence}
    first = standing.duplicate_of
    return {
        "kind": outcome.kind.value,
        "form": standing.form or outcome.form,
        "title": outcome.title,
        "deadline": standing.deadline.isoformat() if standing.deadline else "",
        "deadline_from": standing.deadline_from,
        "rotation_deg": outcome.rotation_deg,
        "skew_deg": round(outcome.skew_deg, 2) + 0.0,  # never "-0.0"
        "duplicate_of": _named(first, labels) if first else "",
        "note": sentences((*outcome.notes, *_notes(standing, labels))),
    }


def _named(page: PageId, labels: Mapping[str, str]) -> str:
    return f"{labels[page.file]}, page {page.page}"


def _notes(standing: PageState, labels: Mapping[str, str]) -> Iterator[Note]:
    """What the other pages of the campaign say about a page."""
    if standing.duplicate_of is not None:
        yield _about(NoteCode.SECOND_SCAN, standing.duplicate_of, labels)
    for again in standing.again:
        yield _about(NoteCode.SCANNED_AGAIN, again, labels)
    for other in standing.likely:
        yield _about(NoteCode.POSSIBLE_DUPLICATE, other, labels)
    if standing.loose:
        yield Note(NoteCode.IN_STACKS)
    if standing.not_of:
        yield Note.of(NoteCode.OTHER_FORM, form=standing.not_of)
    for first, last in standing.missing:
        yield Note.of(NoteCode.MISSING_PAGE, first=first, last=last)


def _about(code: NoteCode, page: PageId, labels: Mapping[str, str]) -> Note:
    return Note.of(code, file=labels[page.file], page=page.page)


def _day(file: ScanFile) -> str:
    return file.received.isoformat() if file.received else ""


def _one_line(reading: Reading | None) -> str:
    return ", ".join(reading.text.split("\n")) if reading else ""


def _confidence(reading: Reading | None) -> float | str:
    return round(reading.confidence, 3) if reading else ""


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"
