"""Decisions and rows for review, made by hand."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from digitize.campaign.decisions import Decision, Field
from digitize.records import Flag, FlagCode, Ink, Place, Row, RowKey, Status
from tests.outcomes import row, signature

PAGE = 7
ZURICH = Place("ZH", "8001", "Zürich", "CH", 0.999)
_ids = count(1)


def key_of(line: Row) -> RowKey:
    return RowKey(PAGE, line.index, line.number)


def said(line: Row, field: Field, value: str, by: str = "ann", **other: object) -> Decision:
    """Return a decision on this row, later than all made before."""
    made = Decision(next(_ids), key_of(line), field, value, "", by, datetime(2025, 1, 20, tzinfo=UTC))
    return replace(made, **other)  # type: ignore[arg-type]


def undone(line: Decision) -> Decision:
    return replace(line, id=next(_ids), undoes=line.id)


def asked(number: int, *codes: FlagCode, status: Status = Status.SIGNED, place: Place | None = ZURICH) -> Row:
    """Return a row for review with these flags."""
    made = row(number, status, "Ada Muster", "Weg 1\n8001 Zürich", place, (signature(Ink.INKED),))
    return replace(made, flags=tuple(Flag(code) for code in codes), review=True)
