"""Entries of the audit log as lines of a table."""

from datetime import date

from digitize.address.directory import CANTONS
from digitize.campaign.decisions.decided_address import region_only
from digitize.campaign.decisions.decision import (
    ADDED,
    ADDED_AGAIN,
    DIFFERENT,
    KEPT,
    REMOVED,
    SAME,
    Content,
    Decision,
    Field,
)
from digitize.campaign.decisions.value_text import split_place_text
from digitize.records import Region, Status

AUDIT_COLUMNS = ("id", "at", "by", "file", "page", "row", "field", "before", "value", "undoes", "second")
WITHHELD = "(text)"  # stands for a value that may quote what is written on a sheet

_FIELDS_WITHOUT_TEXT = (
    *(Field.STATUS, Field.PERSON, Field.PAGE, Field.CONTENT, Field.TRASH, Field.ROW, Field.READING),
)
_KNOWN_VALUES = frozenset(
    (
        *(SAME, DIFFERENT, ADDED, ADDED_AGAIN, REMOVED, KEPT),
        *(status.value for status in Status),
        *(content.value for content in Content),
    )
)


def audit_line(decision: Decision, texts: bool = True) -> tuple[str | int, ...]:
    """Return the values of `AUDIT_COLUMNS`; without `texts`, values that may quote a sheet are withheld."""
    texts = texts or decision.field in _FIELDS_WITHOUT_TEXT
    before, value = (_shown(text, texts) for text in (decision.before, decision.value))
    row = decision.row.number if decision.row and decision.row.index >= 0 else ""
    return (
        *(decision.id, decision.at.isoformat(timespec="seconds"), decision.by),
        *(decision.file, decision.page, row, decision.field.value, before, value),
        *(decision.undoes or "", "yes" if decision.second else ""),
    )


def without_text(field: Field, value: str, deadline: date | None = None) -> str:
    """Return what is kept of a value when everything written on sheets is erased.

    Of an address, that is the canton on the day `deadline` (None: today).
    """
    if field in _FIELDS_WITHOUT_TEXT:
        return value if value in _KNOWN_VALUES else ""
    if field is Field.PLACE:
        region = split_place_text(value)[0]
        return region if region in CANTONS or region in set(Region) else ""
    return region_only(value, deadline) if field is Field.ADDRESS else ""


def _shown(text: str, texts: bool) -> str:
    return ", ".join(text.split("\n")) if texts else WITHHELD if text else ""
