"""Apply the decisions on a row to what was recognised."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import eq
from typing import Final

from digitize.address.directory import canton_on
from digitize.campaign.decisions.decided_address import place_in, text_of
from digitize.campaign.decisions.decision import Decision, Field
from digitize.campaign.decisions.effective import (
    EffectiveDecision,
    effective_decisions,
    invalid_decisions,
)
from digitize.campaign.decisions.open_questions import (
    Kind,
    Question,
    asked_together,
    question,
    question_of_count,
)
from digitize.campaign.decisions.page_decisions import FIRST_TYPED, page_decision
from digitize.campaign.decisions.value_text import place_of
from digitize.records import (
    COUNT_FLAGS,
    READING_FLAGS,
    REGION_FLAGS,
    Flag,
    FlagCode,
    Place,
    Reading,
    Region,
    Row,
    RowFlag,
    Status,
)

PERSON: Final = "person"  # `Reading.reader` of a text that a person typed

KINDS: Final = {
    Field.STATUS: Kind.COUNT,
    Field.PLACE: Kind.REGION,
    Field.NAME: Kind.NAME,
    Field.ADDRESS: Kind.ADDRESS,
}
"""The question that a decision on each field answers."""

_ORDER: Final = (Field.STATUS, Field.ADDRESS, Field.PLACE, Field.NAME)
"""Order in which decisions are applied: one on the place overrides the place of a decided address."""

_STATUS_OF_REASON: Final = {
    FlagCode.MISSING_NAME: Status.INCOMPLETE,
    FlagCode.MISSING_ADDRESS: Status.INCOMPLETE,
    FlagCode.MISSING_SIGNATURE: Status.INCOMPLETE,
    FlagCode.DASH_SIGNATURE: Status.INCOMPLETE,
    FlagCode.STRUCK: Status.STRUCK,
}
"""Flags that give the reason for a status and are wrong with any other."""


_INFORMING: Final = (RowFlag.DUPLICATE_PERSON, RowFlag.TYPED, RowFlag.FOLLOWS)
"""Flags that leave nothing to look at."""


@dataclass(frozen=True, slots=True)
class RowNote:
    """What a line of the tables says about the decisions on its row."""

    decided: tuple[Field, ...] = ()
    by: tuple[str, ...] = ()
    flags: tuple[RowFlag, ...] = ()
    comment: str = ""

    @property
    def counts(self) -> bool:
        """Whether the row counts, as far as other rows of the same person are concerned."""
        return RowFlag.DUPLICATE_PERSON not in self.flags

    @property
    def needs_review(self) -> bool:
        """Whether the decisions themselves leave a question open."""
        return any(flag not in _INFORMING for flag in self.flags)


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """A row with its decisions applied.

    `question` is what is still open, `effective` are the decisions in effect, `flags` tell what
    they leave open.
    """

    row: Row
    question: Question | None
    effective: Sequence[EffectiveDecision] = ()
    flags: tuple[RowFlag, ...] = ()

    @property
    def note(self) -> RowNote:
        fields = tuple(each.decision.field for each in self.effective if each.contested is None)
        by = tuple(dict.fromkeys(each.decision.by for each in self.effective))
        return RowNote(fields, by, self.flags)


def apply(row: Row, decisions: Iterable[Decision], deadline: date | None = None) -> Row:
    """Return a row as people decided it; decisions on other rows are ignored."""
    if _is_untouched(row, decisions := tuple(decisions)):  # as most rows are
        return with_canton_on(deadline, row)
    return resolve(row, decisions, deadline=deadline).row


def _is_untouched(row: Row, decisions: Sequence[Decision]) -> bool:
    """Return whether nothing that people decided can change a row."""
    if any(flag.code is FlagCode.ROWS_LOST for flag in row.flags):  # a decision on the page settles it
        return False
    return all(each.row is None or (each.row.index, each.row.number) != _position(row) for each in decisions)


def resolve(
    row: Row,
    decisions: Iterable[Decision],
    lost: Iterable[Decision] = (),
    deadline: date | None = None,
) -> DecidedRow:
    """Return a row with its decisions applied, and what is still open.

    Decisions on other rows are ignored.  `lost` are decisions on a row that was in this place
    before the page was recognised again: their questions are asked again, as are those of
    invalid decisions.  `deadline` is the day whose cantons are used, except for a place that a
    person decided on; None uses those of today.
    """
    decisions = tuple(decisions)
    row = _without_settled(with_canton_on(deadline, row), decisions)
    own = [each for each in decisions if each.row and (each.row.index, each.row.number) == _position(row)]
    by_field = effective_decisions(own)
    effective = [by_field[field] for field in KINDS if field in by_field]
    decided = row
    for field in _ORDER:
        decided = _apply_one(decided, by_field[field], deadline) if field in by_field else decided

    contested = [each.decision.field for each in effective if each.contested]
    again = [field for field in _open_fields(lost) if field not in by_field]
    again += [each.field for each in invalid_decisions(own) if _is_last(each, by_field)]
    flags: tuple[RowFlag, ...] = (RowFlag.CONTESTED,) if contested else ()
    flags += (RowFlag.DECISION_LOST,) if again else ()

    if effective or flags:
        # Review follows from status and flags; a review without either is about the status.
        without_reason = question(replace(row, review=False)) is None
        decided = replace(decided, review=row.review and without_reason and Field.STATUS not in by_field)
    left = question(decided)
    if effective or flags:
        decided = replace(decided, review=left is not None or bool(flags))
    if row.index >= FIRST_TYPED:
        flags += (RowFlag.TYPED,)
    if Field.STATUS in again:
        left = question_of_count(decided)
    return DecidedRow(decided, _with_again(left, [*contested, *again]), effective, flags)


def _without_settled(row: Row, decisions: Iterable[Decision]) -> Row:
    """Return the row without the doubt that rows are missing, if a person has settled its page."""
    if not any(flag.code is FlagCode.ROWS_LOST for flag in row.flags):
        return row
    settled = page_decision(decisions).content is not None
    if not settled:
        return row
    row = replace(row, flags=_without(row, {FlagCode.ROWS_LOST}), review=False)
    return replace(row, review=question(row) is not None)


def with_canton_on(day: date | None, row: Row) -> Row:
    """Return a row with its place in the canton it belonged to on that day; None means today."""
    if day is None or row.place is None:
        return row
    place = _place_on(day, row.place)
    return row if place is row.place else replace(row, place=place)


def _place_on(day: date, place: Place) -> Place:
    """Return a place in the canton of that day; mostly the place itself."""
    region = canton_on(day, place.region, place.postcode, place.locality)
    regions = [canton_on(day, each.region, each.postcode, each.locality) for each in place.candidates]
    if region == place.region and all(map(eq, regions, (each.region for each in place.candidates))):
        return place
    candidates = (replace(each, region=at) for each, at in zip(place.candidates, regions, strict=True))
    return replace(place, region=region, candidates=tuple(candidates))


def _position(row: Row) -> tuple[int, int]:
    return row.index, row.number


def _open_fields(lost: Iterable[Decision]) -> list[Field]:
    return [field for field in effective_decisions(lost) if field in KINDS]


def _is_last(decision: Decision, by_field: Mapping[Field, EffectiveDecision]) -> bool:
    """Return whether no later decision is in effect for the field of this one."""
    if decision.field not in KINDS:
        return False
    effective = by_field.get(decision.field)
    return effective is None or effective.decision.id < decision.id


def _with_again(left: Question | None, again: Iterable[Field]) -> Question | None:
    """Return the question about what a row leaves open and what is asked again."""
    kinds = {KINDS[field] for field in again}
    if not kinds:
        return left
    if left is None:
        return asked_together(kinds, 0.0)
    return asked_together(kinds | left.asks, min(left.closeness, 0.0))


def _apply_one(row: Row, effective: EffectiveDecision, deadline: date | None) -> Row:
    field, value = effective.decision.field, effective.decision.value
    if field is Field.STATUS:
        return _with_status(row, Status.DOUBTFUL if effective.contested else Status(value))
    if field is Field.PLACE:
        return _with_place(row, place_of(value))
    reading = Reading(value, 1.0, PERSON)
    if field is Field.NAME:
        return replace(row, name=reading, flags=_without(row, {FlagCode.WEAK_NAME}))
    place = place_in(value, deadline)
    row = row if place is None else _with_place(row, place)
    reading = replace(reading, text=text_of(value))
    return replace(row, address=reading, flags=_without(row, {FlagCode.WEAK_ADDRESS, FlagCode.DITTO}))


def _with_place(row: Row, place: Place) -> Row:
    abroad = [Flag(FlagCode.ABROAD)] if place.region == Region.ABROAD else []
    return replace(row, place=place, flags=(*_without(row, REGION_FLAGS | {FlagCode.ABROAD}), *abroad))


def _with_status(row: Row, status: Status) -> Row:
    """Return the row with a decided status and without the flags that this settles.

    Doubts about whether the row counts are gone; in a row that does not count, so are those
    about what was read.
    """
    settled = COUNT_FLAGS | {code for code, of in _STATUS_OF_REASON.items() if of is not status}
    if status not in (Status.SIGNED, Status.DOUBTFUL):
        settled |= READING_FLAGS
    return replace(row, status=status, flags=_without(row, settled))


def _without(row: Row, codes: Iterable[FlagCode]) -> tuple[Flag, ...]:
    removed = set(codes)
    return tuple(flag for flag in row.flags if flag.code not in removed)
