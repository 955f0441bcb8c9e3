"""Headings of the tables as people call them, and words for their codes; translated where they are shown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from digitize.messages import Translate
from digitize.tally.flag_texts import FLAG_SEPARATOR

Cell = str | int | float | date | datetime | None

HEADINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "rows": {
        "file": "File",
        "page": "Page",
        "row": "Row",
        "status": "Result",
        "signature": "Signature",
        "name": "Name",
        "address": "Address",
        "postcode": "Postcode",
        "locality": "Town",
        "canton": "Canton",
        "region": "Region",
        "received": "Received on",
        "flags": "Codes",
        "remarks": "Remarks",
        "review": "To check",
        "decided": "Decided",
        "decided_by": "Decided by",
        "comment": "Note",
        "name_confidence": "Certainty of the name",
        "address_confidence": "Certainty of the address",
        "canton_confidence": "Certainty of the canton",
    },
    "tally": {
        "region": "Canton",
        "signed": "Signatures that count",
        "late": "of these late",
        "doubtful": "To be decided",
        "incomplete": "Incomplete",
        "struck": "Struck out",
        "decided": "Decided by hand",
    },
    "pages": {
        "file": "File",
        "page": "Page",
        "sheet": "Sheet",
        "received": "Received on",
        "kind": "Kind",
        "rows": "Rows",
        "signed": "Signatures that count",
        "doubtful": "To be decided",
        "incomplete": "Incomplete",
        "struck": "Struck out",
        "blank": "Blank",
        "form": "Form",
        "title": "Title",
        "petition": "Petition",
        "deadline": "Last day",
        "deadline_from": "Last day from",
        "rotation_deg": "Turned by (°)",
        "skew_deg": "Skew (°)",
        "duplicate_of": "Second scan of",
        "reason": "Reason of failure",
        "note": "Remarks",
        "settled": "Settled as",
        "settled_by": "Settled by",
        "comment": "Note",
    },
}
"""For each table its columns, in the order of the CSV file."""

LOG_HEADINGS: Final[Mapping[str, str]] = {
    "id": "No.",
    "at": "When",
    "by": "Who",
    "file": "File",
    "page": "Page",
    "row": "Row",
    "field": "What",
    "before": "Before",
    "value": "After",
    "undoes": "Undoes no.",
    "second": "Second look",
}
"""The columns of the log, `campaign.decisions.AUDIT_COLUMNS`."""

_STATUS = {
    "signed": "signed",
    "doubtful": "doubtful",
    "incomplete": "incomplete",
    "struck": "struck out",
    "blank": "blank",
}
_SETTLED = {
    "as-read": "rows complete",
    "typed": "typed in",
    "other": "not a petition sheet",
    "blank": "blank page",
    "scan-again": "to scan again",
    "scanned-again": "scanned again",
    "trashed": "in the trash",
}
_CHANGED = {"removed": "removed", "kept": "put back", "added": "added", "added-again": "added"}
_DECIDED = {"status": "counts?", "canton": "canton", "name": "name", "address": "address"}
_YES_NO = {"yes": "yes", "no": "no"}
_REGION = {
    "canton": "canton",
    "abroad": "abroad",
    "ambiguous": "several possible",
    "unknown": "unknown",
    "total": "Total",
}

VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "status": _STATUS,
    "signature": _YES_NO,
    "review": _YES_NO,
    "region": _REGION,
    "decided": _DECIDED,
    "second": _YES_NO,
    "field": _DECIDED
    | {
        "person": "same person?",
        "page": "same sheet?",
        "content": "page",
        "trash": "trash",
        "reading": "read again",
        "row": "row",
        "comment": "note",
        "petition": "petition",
    },
    "kind": {
        "letter": "letter",
        "list": "list",
        "blank": "blank page",
        "no-table": "no signature table",
        "failed": "not read",
        "duplicate": "duplicate",
        "waiting": "not processed yet",
    },
    "deadline_from": {"campaign": "settings", "form": "form", "sheet": "sheet"},
    "settled": _SETTLED,
}
"""For columns with codes a word for each code; a cell may hold several, parted by a semicolon."""

LOG_VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "status": _STATUS,
    "content": _SETTLED,
    "trash": _CHANGED,
    "row": _CHANGED,
    "person": {"same": "same person", "different": "different people"},
    "page": {"same": "same sheet", "different": "different sheets"},
}
"""For what is decided by codes a word for each code."""

WORDS: Final = (
    *(heading for headings in (*HEADINGS.values(), LOG_HEADINGS) for heading in headings.values()),
    *(word for words in (*VALUES.values(), *LOG_VALUES.values()) for word in words.values()),
)


def in_words(
    lines: Iterable[Sequence[Cell]], columns: Iterable[str], told: Translate
) -> Iterator[list[Cell]]:
    """Yield the lines of a table with words in place of codes."""
    words = [
        {code: told(word) for code, word in VALUES[name].items()} if name in VALUES else None
        for name in columns
    ]
    for line in lines:
        yield [
            _word(cell, known) if known and isinstance(cell, str) else cell
            for cell, known in zip(line, words, strict=True)
        ]


def word(code: str, name: str, told: Translate) -> str:
    """Return the word for a code in the column `name`, or decided of that field; as it is if it has none."""
    words = LOG_VALUES.get(name) or VALUES[name]
    return told(words[code]) if code in words else code


def _word(cell: str, words: Mapping[str, str]) -> str:
    return FLAG_SEPARATOR.join(words.get(code, code) for code in cell.split(FLAG_SEPARATOR))
