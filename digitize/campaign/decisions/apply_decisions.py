"""The decisions on a row laid over its reading."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from digitize.campaign.decisions.decided_address import place_in, text_of
from digitize.campaign.decisions.decision import Decision, Field
from digitize.campaign.decisions.effective import EffectiveDecision, effective_decisions, invalid
from digitize.campaign.decisions.open_questions import COUNT_CODES, REGION_CODES, Kind, Question, question
from digitize.campaign.decisions.value_text import place_of
from digitize.records import Flag, FlagCode, Place, Reading, Region, Row, RowFlag, Status

PERSON: Final = "person"  # reader of what a person decided

KINDS: Final = {
    Field.STATUS: Kind.COUNT,
    Field.PLACE: Kind.REGION,
    Field.NAME: Kind.NAME,
    Field.ADDRESS: Kind.ADDRESS,
}
_APPLIED: Final = (Field.STATUS, Field.ADDRESS, Field.PLACE, Field.NAME)
"""In this order: what a person said of the place itself goes before what the address names."""
_REASONS: Final = {  # flags that go with a status, and are wrong with another
    FlagCode.MISSING_NAME: Status.INCOMPLETE,
    FlagCode.MISSING_ADDRESS: Status.INCOMPLETE,
    FlagCode.MISSING_SIGNATURE: Status.INCOMPLETE,
    FlagCode.DASH_SIGNATURE: Status.INCOMPLETE,
    FlagCode.STRUCK: Status.STRUCK,
}
_READING: Final = REGION_CODES | {FlagCode.WEAK_NAME, FlagCode.WEAK_ADDRESS}


@dataclass(frozen=True, slots=True)
class RowNote:
    """What a line of the tables says of the decisions on its row."""

    decided: tuple[Field, ...] = ()
    by: tuple[str, ...] = ()
    flags: tuple[RowFlag, ...] = ()

    @property
    def counts(self) -> bool:
        return RowFlag.DUPLICATE_PERSON not in self.flags

    @property
    def look(self) -> bool:
        """Whether the decisions themselves leave something to look at."""
        return any(flag is not RowFlag.DUPLICATE_PERSON for flag in self.flags)


@dataclass(frozen=True, slots=True)
class Settled:
    """A row as decided; `question` is the first that is still open.

    `rulings` are the decisions that hold, `flags` what they leave to look at.
    """

    row: Row
    question: Question | None
    rulings: Sequence[EffectiveDecision] = ()
    flags: tuple[RowFlag, ...] = ()

    @property
    def note(self) -> RowNote:
        fields = tuple(ruling.decision.field for ruling in self.rulings if ruling.contested is None)
        by = tuple(dict.fromkeys(ruling.decision.by for ruling in self.rulings))
        return RowNote(fields, by, self.flags)


def apply(row: Row, decisions: Iterable[Decision]) -> Row:
    """The row as people decided it; decisions on other rows are left out."""
    return settle(row, decisions).row


def settle(row: Row, decisions: Iterable[Decision], lost: Iterable[Decision] = ()) -> Settled:
    """The row with the decisions that are about it, and what is still open.

    `lost` are decisions on the row that was here before the page was recognised
    anew: they are asked again, as are those that are none.
    """
    here = [line for line in decisions if line.row and (line.row.index, line.row.number) == _place(row)]
    found = effective_decisions(here)
    rulings = [found[field] for field in KINDS if field in found]
    decided = row
    for field in _APPLIED:
        decided = _ruled(decided, found[field]) if field in found else decided
    open_again = [ruling.decision.field for ruling in rulings if ruling.contested]
    flags: tuple[RowFlag, ...] = (RowFlag.CONTESTED,) if open_again else ()
    again = [field for field in _open(lost) if field not in found]
    again += [line.field for line in invalid(here) if _is_last(line, found)]
    flags += (RowFlag.DECISION_LOST,) if again else ()
    if rulings or flags:
        # What is open follows from status and flags; a doubt without a flag is about the status.
        unexplained = (
            row.review and question(replace(row, review=False)) is None and Field.STATUS not in found
        )
        decided = replace(decided, review=unexplained)
    left = question(decided)
    if rulings or flags:
        decided = replace(decided, review=left is not None or bool(flags))
    return Settled(decided, _first(left, [*open_again, *again]), rulings, flags)


def _place(row: Row) -> tuple[int, int]:
    return row.index, row.number


def _open(lost: Iterable[Decision]) -> list[Field]:
    return [field for field in effective_decisions(lost) if field in KINDS]


def _is_last(line: Decision, found: Mapping[Field, EffectiveDecision]) -> bool:
    """Whether nothing was decided after this line that holds in its field."""
    if line.field not in KINDS:
        return False
    held = found.get(line.field)
    return held is None or held.decision.id < line.id


def _first(left: Question | None, again: Iterable[Field]) -> Question | None:
    """The first of the questions that a row leaves and those that must be asked again."""
    order = list(Kind)
    asked = [Question(KINDS[field], 0.0) for field in again] + ([left] if left else [])
    return min(asked, key=lambda each: order.index(each.kind), default=None)


def _ruled(row: Row, ruling: EffectiveDecision) -> Row:
    field, value = ruling.decision.field, ruling.decision.value
    if field is Field.STATUS:
        return _with_status(row, Status.DOUBTFUL if ruling.contested else Status(value))
    if field is Field.PLACE:
        return _with_place(row, place_of(value))
    reading = Reading(value, 1.0, PERSON)
    if field is Field.NAME:
        return replace(row, name=reading, flags=_without(row, {FlagCode.WEAK_NAME}))
    place = place_in(value)
    row = row if place is None else _with_place(row, place)
    reading = replace(reading, text=text_of(value))
    return replace(row, address=reading, flags=_without(row, {FlagCode.WEAK_ADDRESS, FlagCode.DITTO}))


def _with_place(row: Row, place: Place) -> Row:
    abroad = [Flag(FlagCode.ABROAD)] if place.region == Region.ABROAD else []
    return replace(row, place=place, flags=(*_without(row, REGION_CODES | {FlagCode.ABROAD}), *abroad))


def _with_status(row: Row, status: Status) -> Row:
    """Doubts about whether it counts are settled; of a row that does not count no text need be known."""
    gone = set(COUNT_CODES) | {code for code, of in _REASONS.items() if of is not status}
    if status not in (Status.SIGNED, Status.DOUBTFUL):
        gone |= _READING
    return replace(row, status=status, flags=_without(row, gone))


def _without(row: Row, codes: Iterable[FlagCode]) -> tuple[Flag, ...]:
    gone = set(codes)
    return tuple(flag for flag in row.flags if flag.code not in gone)
