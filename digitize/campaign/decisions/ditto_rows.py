"""Let rows with ditto marks follow the row whose address they repeat, when a person corrects that."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from digitize.campaign.decisions.apply_decisions import PERSON, DecidedRow
from digitize.campaign.decisions.decision import Field
from digitize.campaign.decisions.open_questions import Kind, question
from digitize.records import (
    REGION_FLAGS,
    Flag,
    FlagCode,
    Region,
    Row,
    RowFlag,
    Status,
)

_SETTLED: Final = REGION_FLAGS | {FlagCode.WEAK_ADDRESS, FlagCode.ABROAD}
_OWN: Final = frozenset({Field.ADDRESS, Field.PLACE})
_OF_ADDRESS: Final = frozenset({Kind.REGION, Kind.ADDRESS})


def is_ditto(row: Row) -> bool:
    """Return whether a recognised row repeats the value of the row above."""
    return any(flag.code is FlagCode.DITTO for flag in row.flags)


def follow(recognised: Sequence[Row], decided: Sequence[DecidedRow]) -> list[DecidedRow]:
    """Return the decided rows of a page, with the ditto rows as the rows above them were decided.

    Both sequences have the same rows in the order of the page.  A row on whose address or place a
    person decided keeps what was decided.  One whose address or canton is in question is not asked
    about while the row above is: the answer holds for both.
    """
    result = list(decided)
    waiting: set[int] = set()
    above: int | None = None
    for at, row in enumerate(recognised):
        if above is not None and is_ditto(row) and _same_address(row, recognised[above]):
            result[at] = _followed(result[at], result[above], recognised[above])
            if _waits(result[at], result[above], above_waits=above in waiting):
                waiting.add(at)
                result[at] = replace(result[at], question=None)
        if row.status is not Status.BLANK:
            above = at
    return result


def _waits(own: DecidedRow, above: DecidedRow, *, above_waits: bool) -> bool:
    """Return whether what is asked about a row will be settled by the answer about the row above."""
    asked = own.question is not None and own.question.kind in _OF_ADDRESS
    codes = {flag.code for flag in above.row.flags}
    above_asked = above.question is not None and (
        above.question.kind in _OF_ADDRESS or bool(codes & _SETTLED)
    )
    own_decided = any(each.decision.field in _OWN for each in own.effective)
    return asked and not own_decided and (above_asked or above_waits)


def _same_address(row: Row, above: Row) -> bool:
    return row.address is not None and above.address is not None and row.address.text == above.address.text


def _followed(own: DecidedRow, above: DecidedRow, above_recognised: Row) -> DecidedRow:
    if any(each.decision.field in _OWN for each in own.effective):
        return own
    by_person = above.row.address is not None and above.row.address.reader == PERSON
    address = above.row.address if by_person else own.row.address
    place = above.row.place
    if not by_person and place == above_recognised.place:
        return own
    abroad = [Flag(FlagCode.ABROAD)] if place is not None and place.region == Region.ABROAD else []
    kept = (flag for flag in own.row.flags if flag.code not in _SETTLED)
    row = replace(own.row, address=address, place=place, flags=(*kept, *abroad))
    left = question(replace(row, review=False))
    flags = (*own.flags, RowFlag.FOLLOWS)
    asks = any(flag not in (RowFlag.FOLLOWS, RowFlag.TYPED) for flag in flags)
    return replace(own, row=replace(row, review=left is not None or asks), question=left, flags=flags)
