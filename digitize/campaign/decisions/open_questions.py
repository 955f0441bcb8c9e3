"""Find the question that is still open about a row, and how close the call is."""

from dataclasses import dataclass
from enum import StrEnum

from digitize.records import (
    ADDRESS_ROLES,
    COUNT_FLAGS,
    NAME_ROLES,
    REGION_FLAGS,
    FlagCode,
    Ink,
    Region,
    Role,
    Row,
    Status,
)

CLEAR_DOUBT = 0.5  # closeness of a tick, a line or a shared signature, which are not measured
STAMPED = 0.9  # closeness of a stamp: the row counts, and a stamp seldom hides a missing signature
NO_COUNT = 1.0  # added to the closeness of rows that do not count whatever is read: they come last


class Kind(StrEnum):
    """The questions, those with the greatest effect on the tally first."""

    COUNT = "count"
    REGION = "region"
    NAME = "name"
    ADDRESS = "address"
    PERSON = "person"  # about pairs of rows
    PAGE = "page"  # about pairs of pages


@dataclass(frozen=True, slots=True)
class Question:
    """An open question.

    `closeness` sorts the questions of a kind: 0 for a decision that could go either way, up to
    1 for one that is nearly certain; rows that do not count have `NO_COUNT` more.
    """

    kind: Kind
    closeness: float


def question(row: Row) -> Question | None:
    """Return the first open question about a row with its decisions applied, None if there is none."""
    codes = {flag.code for flag in row.flags}
    if row.status is Status.DOUBTFUL:
        return Question(Kind.COUNT, _ink_closeness(row))
    offset = 0.0 if row.status is Status.SIGNED else NO_COUNT
    if codes & COUNT_FLAGS:
        return Question(Kind.COUNT, STAMPED + offset)
    if codes & REGION_FLAGS or (row.status is Status.SIGNED and not _has_region(row)):
        return Question(Kind.REGION, _place_closeness(row) + offset)
    if FlagCode.WEAK_NAME in codes:
        return Question(Kind.NAME, (row.name.confidence if row.name else 0.0) + offset)
    if FlagCode.WEAK_ADDRESS in codes:
        return Question(Kind.ADDRESS, (row.address.confidence if row.address else 0.0) + offset)
    # Whether rows are missing is asked once for the page, not for its last row.
    asked = row.review and FlagCode.ROWS_LOST not in codes
    return Question(Kind.COUNT, STAMPED + offset) if asked else None


def _has_region(row: Row) -> bool:
    """Return whether the row has a region; a person's answer "unknown" is one, too."""
    if row.place is None:
        return False
    return row.place.confidence == 1.0 or row.place.region not in (Region.AMBIGUOUS, Region.UNKNOWN)


def _ink_closeness(row: Row) -> float:
    """Return how far the least certain cell is from the limit between blank and inked, relative to it."""
    roles = (*NAME_ROLES, *ADDRESS_ROLES, Role.SIGNATURE)
    unsure = [cell.ink for cell in row.cells if cell.role in roles and cell.ink.state is Ink.UNSURE]
    ratios = [ink.stroke_mm / ink.blank_limit_mm for ink in unsure if ink.blank_limit_mm > 0]
    return min((min(abs(ratio - 1.0), 1.0) for ratio in ratios), default=CLEAR_DOUBT)


def _place_closeness(row: Row) -> float:
    """Return how much more probable the best candidate is than the second, 0 if there is none."""
    if row.place is None:
        return 0.0
    shares = sorted((candidate.probability for candidate in row.place.candidates), reverse=True)
    if len(shares) >= 2:
        return min(1.0, max(0.0, shares[0] - shares[1]))
    return min(1.0, row.place.confidence)
