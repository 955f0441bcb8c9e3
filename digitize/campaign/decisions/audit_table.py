"""The trail as lines of a table."""

from digitize.campaign.decisions.decided_address import region_only
from digitize.campaign.decisions.decision import Decision, Field
from digitize.campaign.decisions.value_text import parted

AUDIT_COLUMNS = ("id", "at", "by", "file", "page", "row", "field", "before", "value", "undoes", "second")
WITHHELD = "(text)"

_HARMLESS = (Field.STATUS, Field.PERSON, Field.PAGE)  # their values quote nothing from a sheet


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
        return value
    if field is Field.PLACE:
        return parted(value)[0]
    return region_only(value) if field is Field.ADDRESS else ""


def _shown(text: str, told: bool) -> str:
    return ", ".join(text.split("\n")) if told else WITHHELD if text else ""
