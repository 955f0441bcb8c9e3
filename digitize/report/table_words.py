"""Headings of the tables as people call them, and words for their codes; translated where they are shown."""

from collections.abc import Mapping
from typing import Final

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

_STATUS = {
    "signed": "signed",
    "doubtful": "doubtful",
    "incomplete": "incomplete",
    "struck": "struck out",
    "blank": "blank",
}
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
    "decided": {"status": "counts?", "canton": "canton", "name": "name", "address": "address"},
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
    "settled": {
        "as-read": "rows complete",
        "typed": "typed in",
        "other": "not a petition sheet",
        "blank": "blank page",
        "scan-again": "to scan again",
        "scanned-again": "scanned again",
        "trashed": "in the trash",
    },
}
"""For columns with codes a word for each code; a cell may hold several, parted by a semicolon."""

WORDS: Final = (
    *(heading for headings in HEADINGS.values() for heading in headings.values()),
    *(word for words in VALUES.values() for word in words.values()),
)
