"""The trail as lines of a table."""

from digitize.address.directory import CANTONS
from digitize.campaign.decisions.decided_address import region_only
from digitize.campaign.decisions.decision import DIFFERENT, SAME, Decision, Field
from digitize.campaign.decisions.value_text import parted
from digitize.records import Region, Status

AUDIT_COLUMNS = ("id", "at", "by", "file", "page", "row", "field", "before", "value", "undoes", "second")
WITHHELD = "(text)"

_HARMLESS = (Field.STATUS, Field.PERSON, Field.PAGE)  # their values quote nothing from a sheet
_CLOSED = frozenset((SAME, DIFFERENT, *(status.value for status in Status)))


def audit_line(decision: Decision, texts: bool = True) -> tuple[str | int, ...]:
    """The values of `AUDIT_COLUMNS`; without `texts` nothing that was written on a sheet."""
    told = texts or decision.field in _HARMLESS
    before, value = (_shown(text, told) for text in (decision.before, decision.value))
    row = decision.row.number if decision.row and decision.row.index >= 0 else ""
    return (
        *(decision.id, decision.at.isoformat(timespec="seconds"), decision.by),
        *(decision.file, decision.page, row, decision.field.value, before, value),
        *(decision.undoes or "", "yes" if decision.second else ""),
    )


def without_text(field: Field, value: str) -> str:
    """What is kept of a value where everything that was written on a sheet must go."""
    if field in _HARMLESS:
        return value if value in _CLOSED else ""
    if field is Field.PLACE:
        region = parted(value)[0]
        return region if region in CANTONS or region in set(Region) else ""
    return region_only(value) if field is Field.ADDRESS else ""


def _shown(text: str, told: bool) -> str:
    return ", ".join(text.split("\n")) if told else WITHHELD if text else ""
