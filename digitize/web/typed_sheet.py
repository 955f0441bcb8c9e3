"""Rows that a person typed in beside the picture of a page, as sent by the browser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from digitize.campaign.decisions import Field, checked_value
from digitize.campaign.store import NUMBER_MAX, ROWS_MAX, TypedRow
from digitize.errors import BadDecision
from digitize.records import Status
from digitize.web.place_entry import UnknownPlace, typed_place

STATUSES = (Status.SIGNED, Status.INCOMPLETE, Status.STRUCK, Status.BLANK)


@dataclass
class WrongField(Exception):
    """A field that cannot be stored: in row `at` (from 0), for the reason `code`.

    `code` is "number", "taken", "text", "place" or "places"; `cantons` are those that a place may
    be in.
    """

    at: int
    field: str
    code: str
    cantons: Sequence[str] = ()

    @property
    def values(self) -> dict[str, Any]:
        """What the browser is told."""
        return {"at": self.at, "field": self.field, "code": self.code, "cantons": ", ".join(self.cantons)}


def typed_rows(sent: Any, day: date | None) -> list[TypedRow]:
    """Return the rows sent; `day` is the one whose cantons are used.

    Raises WrongField, or ValueError if what was sent are no rows.
    """
    if not isinstance(sent, list) or not 0 < len(sent) <= ROWS_MAX:
        raise ValueError
    return [_row(at, line, day) for at, line in enumerate(sent)]


def counted_rows(sent: Any, day: date | None, first: int) -> list[TypedRow]:
    """Return a row for each signature of counts per canton; they are numbered from `first`.

    Raises WrongField, or ValueError if what was sent are no counts.
    """
    if not isinstance(sent, list) or not 0 < len(sent) <= ROWS_MAX:
        raise ValueError
    places: list[str] = []
    for at, line in enumerate(sent):
        count = _text(line, "count")
        if not count.isdecimal() or len(count) > 3 or not 1 <= int(count) <= ROWS_MAX - len(places):
            raise WrongField(at, "count", "number")
        places += [_place(at, _text(line, "canton") or "unknown", day)] * int(count)
    return [TypedRow(first + at, Status.SIGNED, place=place) for at, place in enumerate(places)]


def _row(at: int, line: Any, day: date | None) -> TypedRow:
    number = _text(line, "number")
    if not number.isdecimal() or len(number) > 6 or not 1 <= int(number) <= NUMBER_MAX:
        raise WrongField(at, "number", "number")
    status = _text(line, "status")
    if status not in set(STATUSES):
        raise ValueError
    return TypedRow(
        number=int(number),
        status=Status(status),
        name=checked_text(at, Field.NAME, _text(line, "name")),
        address=checked_text(at, Field.ADDRESS, _text(line, "address")),
        place=_place(at, _text(line, "canton"), day),
        again=isinstance(line, dict) and line.get("again") is True,
    )


def checked_text(at: int, field: Field, text: str) -> str:
    """Return a text as it is stored; raises WrongField."""
    try:
        return checked_value(field, text)
    except BadDecision as error:
        raise WrongField(at, field.value, "text") from error


def _place(at: int, text: str, day: date | None) -> str:
    try:
        return typed_place(text, day)
    except UnknownPlace as error:
        raise WrongField(at, "canton", "places" if error.cantons else "place", error.cantons) from error


def _text(line: Any, name: str) -> str:
    if not isinstance(line, Mapping):
        raise ValueError
    value = line.get(name, "")
    if not isinstance(value, str):
        raise ValueError
    return value.strip()
