"""What is still open on a row, what changes the tally first."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from digitize.records import ADDRESS_ROLES, NAME_ROLES, FlagCode, Ink, Region, Role, Row, Status

READING_CODES: Final = frozenset(
    {FlagCode.REGION_AMBIGUOUS, FlagCode.REGION_UNKNOWN, FlagCode.REGION_WEAK}
    | {FlagCode.WEAK_NAME, FlagCode.WEAK_ADDRESS}
)
COUNT_CODES: Final = frozenset(
    {FlagCode.TICK_SIGNATURE, FlagCode.JOINT_SIGNATURE, FlagCode.UNSURE_INK, FlagCode.FOREIGN_INK}
    | {FlagCode.UNSURE_STRUCK, FlagCode.STAMP}
)
REGION_CODES: Final = READING_CODES - {FlagCode.WEAK_NAME, FlagCode.WEAK_ADDRESS}

CLEAR_DOUBT = 0.5  # a tick, a line, a shared signature: not nearer to either side
STAMPED = 0.9  # it counts as it stands; a stamp seldom hides a missing signature
NO_COUNT = 1.0  # added where the row does not count whatever is read: those come last


class Kind(StrEnum):
    """The questions, in the order of what they change in the tally."""

    COUNT = "count"
    REGION = "region"
    NAME = "name"
    ADDRESS = "address"
    PERSON = "person"  # asked of pairs of rows
    PAGE = "page"  # asked of pairs of pages


@dataclass(frozen=True, slots=True)
class Question:
    """`closeness` sorts questions of a kind: 0 is on the line, from `NO_COUNT` on the row does not count."""

    kind: Kind
    closeness: float


def question(row: Row) -> Question | None:
    """The first that is open on a row with the decisions applied; None where all is settled."""
    codes = {flag.code for flag in row.flags}
    if row.status is Status.DOUBTFUL:
        return Question(Kind.COUNT, _closeness_of_ink(row))
    last = 0.0 if row.status is Status.SIGNED else NO_COUNT
    if codes & COUNT_CODES:
        return Question(Kind.COUNT, STAMPED + last)
    if codes & REGION_CODES or (row.status is Status.SIGNED and not _has_region(row)):
        return Question(Kind.REGION, _closeness_of_place(row) + last)
    if FlagCode.WEAK_NAME in codes:
        return Question(Kind.NAME, (row.name.confidence if row.name else 0.0) + last)
    if FlagCode.WEAK_ADDRESS in codes:
        return Question(Kind.ADDRESS, (row.address.confidence if row.address else 0.0) + last)
    return Question(Kind.COUNT, STAMPED + last) if row.review else None


def _has_region(row: Row) -> bool:
    settled = row.place is not None and row.place.confidence == 1.0  # a person may say "unknown"
    return settled or (row.place is not None and row.place.region not in (Region.AMBIGUOUS, Region.UNKNOWN))


def _closeness_of_ink(row: Row) -> float:
    """How far the least certain cell is from the limit between blank and written."""
    asked = (*NAME_ROLES, *ADDRESS_ROLES, Role.SIGNATURE)
    unsure = [cell.ink for cell in row.cells if cell.role in asked and cell.ink.state is Ink.UNSURE]
    ratios = [ink.stroke_mm / ink.blank_limit_mm for ink in unsure if ink.blank_limit_mm > 0]
    return min((min(abs(ratio - 1.0), 1.0) for ratio in ratios), default=CLEAR_DOUBT)


def _closeness_of_place(row: Row) -> float:
    """How far the best candidate is ahead of the next, 0 where none was found."""
    shares = sorted((c.probability for c in row.place.candidates), reverse=True) if row.place else []
    if len(shares) >= 2:
        return min(1.0, max(0.0, shares[0] - shares[1]))
    return min(1.0, row.place.confidence) if row.place else 0.0
