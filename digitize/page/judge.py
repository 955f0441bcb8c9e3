"""Judge a row: whether it counts, why or why not, and what a person should look at.

Whether it counts follows from its ink alone (`digitize.page.row_status`).  What was read of it adds flags and
may ask about a row, but never makes one count, with one exception: an unsure signature in which the signer's
name is read (`digitize.page.signed_names`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from digitize.limits import USUAL, Limits
from digitize.page.row_status import Evidence, count_by_ink, is_strange
from digitize.records import (
    COUNT_FLAGS,
    READING_FLAGS,
    Cell,
    Flag,
    FlagCode,
    Place,
    Reading,
    Region,
    Status,
)

REVIEWED_FLAGS: Final = COUNT_FLAGS | READING_FLAGS
"""Flags that put a row up for review; the others only inform."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a row counts, why or why not, and whether a person should look at it."""

    status: Status
    flags: tuple[Flag, ...]
    review: bool


def judge(
    cells: Iterable[Cell],
    *,
    struck_share: float,
    joint: bool,
    household: bool = False,
    stamped: bool,
    ditto: bool,
    number_inferred: bool,
    name: Reading | None,
    address: Reading | None,
    place: Place | None,
    limits: Limits = USUAL,
) -> Judgement:
    """Judge one row.

    `struck_share` is the share of the row's width that is struck through; `joint` is true for
    both rows that seem to share one signature, `household` for one beside a signed row of the same
    family name.
    """
    evidence = Evidence(tuple(cells), struck_share, joint, household)
    status, codes = count_by_ink(evidence)
    if status not in (Status.BLANK, Status.STRUCK):
        codes += _reading_codes(name, address, place, limits)
        codes += [FlagCode.DITTO] if ditto else []
    codes += [FlagCode.STAMP] if stamped else []
    codes += [FlagCode.NUMBER_INFERRED] if number_inferred else []
    flags = tuple(Flag(code) for code in dict.fromkeys(codes))
    strange = status is Status.INCOMPLETE and is_strange(evidence)
    review = status is Status.DOUBTFUL or strange or not REVIEWED_FLAGS.isdisjoint(codes)
    return Judgement(status, flags, review)


def _reading_codes(
    name: Reading | None, address: Reading | None, place: Place | None, limits: Limits
) -> list[FlagCode]:
    """Return the flags that follow from what was read."""
    codes: list[FlagCode] = []
    if name is not None and name.confidence < 1 - limits.text_risk:
        codes.append(FlagCode.WEAK_NAME)
    if address is not None and address.confidence < 1 - limits.text_risk:
        codes.append(FlagCode.WEAK_ADDRESS)
    if place is None:
        return codes
    if place.region == Region.AMBIGUOUS:
        codes.append(FlagCode.REGION_AMBIGUOUS)
    elif place.region == Region.UNKNOWN:
        codes.append(FlagCode.REGION_UNKNOWN)
    elif place.confidence < 1 - limits.canton_risk:
        codes.append(FlagCode.REGION_WEAK)
    if place.region == Region.ABROAD:
        codes.append(FlagCode.ABROAD)
    return codes
