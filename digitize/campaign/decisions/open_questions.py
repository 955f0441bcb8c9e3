"""Find what is still open about a row, where it is asked, and how close the call is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

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
NOT_COUNTED_YET = -1.0  # added for doubtful rows that are asked about with their canton: they come first


class Kind(StrEnum):
    """The questions, those with the greatest effect on the tally first."""

    COUNT = "count"
    REGION = "region"
    NAME = "name"
    ADDRESS = "address"
    PERSON = "person"  # about pairs of rows
    PAGE = "page"  # about pairs of pages


_ORDER: Final = tuple(Kind)


@dataclass(frozen=True, slots=True)
class Question:
    """What is open about a row, which a person is asked about once.

    `kind` tells where it is asked, `asks` everything that is asked there.  `closeness` sorts the
    questions of a kind: 0 for a decision that could go either way, up to 1 for one that is nearly
    certain; rows that do not count have `NO_COUNT` more.
    """

    kind: Kind
    closeness: float
    asks: frozenset[Kind]


def asked_together(kinds: Iterable[Kind], closeness: float) -> Question:
    """Return the one question about everything that is open about a row.

    Only a row about which nothing else is open is asked about together with other rows; whether
    another counts is asked with its canton, where name and address can be asked, too.
    """
    asks = frozenset(kinds)
    first = min(asks, key=_ORDER.index)
    return Question(Kind.REGION if first is Kind.COUNT and len(asks) > 1 else first, closeness, asks)


def question(row: Row) -> Question | None:
    """Return what is open about a row with its decisions applied, None if nothing is.

    What will be open once the row is said to count, is open with the doubt about that.
    """
    codes = {flag.code for flag in row.flags}
    found: dict[Kind, float] = {}
    if codes & REGION_FLAGS or (row.status is Status.SIGNED and not _has_region(row)):
        found[Kind.REGION] = _place_closeness(row)
    if FlagCode.WEAK_NAME in codes:
        found[Kind.NAME] = row.name.confidence if row.name else 0.0
    if FlagCode.WEAK_ADDRESS in codes:
        found[Kind.ADDRESS] = row.address.confidence if row.address else 0.0
    # Whether rows are missing is asked once for the page, not for its last row.
    without_reason = row.review and not found and FlagCode.ROWS_LOST not in codes
    if row.status is Status.DOUBTFUL:
        found[Kind.COUNT] = _ink_closeness(row)
    elif codes & COUNT_FLAGS or without_reason:
        found[Kind.COUNT] = STAMPED
    if Kind.COUNT in found and not _has_region(row):
        found[Kind.REGION] = _place_closeness(row)
    return asked_together(found, _closeness(row, found)) if found else None


def question_of_count(row: Row) -> Question:
    """Return the question about a row of which it is open whether it counts, whatever its status."""
    found = question(replace(row, status=Status.DOUBTFUL))
    assert found is not None
    return found


def _closeness(row: Row, found: Mapping[Kind, float]) -> float:
    """Return the closeness of everything that is open together."""
    if Kind.COUNT not in found:
        closest = found[min(found, key=_ORDER.index)]
    else:
        closest = min(found.values())
        if row.status is Status.DOUBTFUL:
            return closest + (NOT_COUNTED_YET if len(found) > 1 else 0.0)
    return closest + (0.0 if row.status is Status.SIGNED else NO_COUNT)


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
