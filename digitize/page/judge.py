"""Decide whether a row counts, and what a person should look at.

All rules of the count are in this file.  A row counts if its signature is there, its name and address
are there as far as the form asks for them, and it is not struck out; that follows from the ink alone.
What was read of it adds flags but never changes whether it counts.  (When a cell counts as inked is
decided in `digitize.ink.ink_state`.)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from digitize.ink.ink_state import COUNTED_ROLES, with_foreign_ink
from digitize.ink.strikethrough import STRUCK_SHARE
from digitize.records import (
    ADDRESS_ROLES,
    COUNT_FLAGS,
    NAME_ROLES,
    READING_FLAGS,
    Cell,
    Flag,
    FlagCode,
    Ink,
    Mark,
    Place,
    Reading,
    Region,
    Role,
    Status,
)

STRUCK_UNSURE_SHARE = 0.36  # of a row's width; from here to STRUCK_SHARE a person decides

# Strokes of neighbours in the signature cell of a row that is blank otherwise.  Ends of a neighbour's
# signature are shorter; more may be a whole signature that touches the neighbour's.
WHOLE_SIGNATURE_MM = 30.0

# Strokes in the signature cell of a row that is blank otherwise.  People sign with more; a hair has less.
LONE_SIGNATURE_MM = 20.0

WEAK_SIGNATURE_MM = 10.0  # the same of a signature that is weak, as is all else in its row; specks are less

COUNTING: Final = frozenset({Status.SIGNED, Status.DOUBTFUL})
"""Statuses of rows that count or may count."""

REVIEWED_FLAGS: Final = COUNT_FLAGS | READING_FLAGS
"""Flags that put a row up for review; the others only inform."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Probabilities of a mistake, 0 to 1, above which a reading is reviewed.

    The limit for cantons is strict because a wrong canton makes the tally wrong, whereas a name
    with a wrong letter is still the name of somebody who signed.  With the usual limits a fifth of the
    filled rows is reviewed, on synthetic sheets with half of the writing by real hands.
    """

    canton_risk: float = 0.01
    text_risk: float = 0.97


USUAL: Final = Limits()


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
    both rows that seem to share one signature.
    """
    status, codes = _count(tuple(cells), struck_share, joint)
    if status not in (Status.BLANK, Status.STRUCK):
        codes += _reading_codes(name, address, place, limits)
        codes += [FlagCode.DITTO] if ditto else []
    codes += [FlagCode.STAMP] if stamped else []
    codes += [FlagCode.NUMBER_INFERRED] if number_inferred else []
    flags = tuple(Flag(code) for code in dict.fromkeys(codes))
    review = status is Status.DOUBTFUL or not REVIEWED_FLAGS.isdisjoint(codes)
    return Judgement(status, flags, review)


def _count(cells: tuple[Cell, ...], struck_share: float, joint: bool) -> tuple[Status, list[FlagCode]]:
    """Return the status of a row with its reasons; doubtful if unsure cells decide whether it counts."""
    least, codes = _status(cells, struck_share, joint, unsure_is_ink=False)
    most, codes_of_most = _status(cells, struck_share, joint, unsure_is_ink=True)
    status = least
    if least is not most:
        codes = [*codes_of_most, *_reasons_unsure(cells)]
        # A row that does not count either way needs no decision.
        status = Status.DOUBTFUL if least in COUNTING or most in COUNTING else least
    if status is Status.INCOMPLETE:
        # Better one more row to look at than a signature lost to the neighbouring row.
        generous, _ = _status(tuple(map(with_foreign_ink, cells)), struck_share, joint, unsure_is_ink=True)
        if generous in COUNTING:
            return Status.DOUBTFUL, [*codes, FlagCode.FOREIGN_INK]
    if status is Status.INCOMPLETE and _may_lack_weak_ink(cells):
        codes = [*codes, *_reasons_unsure(cells)]
    if status is Status.INCOMPLETE and _may_be_a_hair(cells):
        codes = [*codes, FlagCode.UNSURE_INK]
    if status is Status.BLANK and struck_share < STRUCK_SHARE and _is_weak_throughout(cells):
        return Status.DOUBTFUL, codes
    if status is Status.BLANK and not codes and _may_be_signed(cells):
        codes = [FlagCode.FOREIGN_INK]
    return status, codes


def _may_lack_weak_ink(cells: Iterable[Cell]) -> bool:
    """Return whether a row is signed and holds weak ink besides: all that it lacks may be as weak."""
    cells = tuple(cells)
    signed = any(cell.role is Role.SIGNATURE and cell.ink.state is Ink.INKED for cell in cells)
    others = (cell for cell in cells if cell.role in COUNTED_ROLES and cell.role is not Role.SIGNATURE)
    states = [cell.ink.state for cell in others]
    return signed and Ink.UNSURE in states and Ink.INKED not in states


def _may_be_a_hair(cells: Iterable[Cell]) -> bool:
    """Return whether the only ink of a row is so little of a signature that it may be something else."""
    inked = [cell for cell in cells if cell.role in COUNTED_ROLES and cell.ink.state is not Ink.BLANK]
    return (
        [cell.role for cell in inked] == [Role.SIGNATURE]
        and inked[0].ink.mark is Mark.WRITING
        and inked[0].ink.stroke_mm < LONE_SIGNATURE_MM
    )


def _is_weak_throughout(cells: Iterable[Cell]) -> bool:
    """Return whether there is weak ink in the signature cell and in another one: somebody may have signed."""
    unsure = [cell for cell in cells if cell.role in COUNTED_ROLES and cell.ink.state is Ink.UNSURE]
    signatures = [cell.ink.stroke_mm for cell in unsure if cell.role is Role.SIGNATURE]
    return len(unsure) > 1 and bool(signatures) and max(signatures) >= WEAK_SIGNATURE_MM


def _may_be_signed(cells: Iterable[Cell]) -> bool:
    """Return whether a neighbour is said to have written as much into the signature cell as one signs."""
    signatures = [cell.ink for cell in cells if cell.role is Role.SIGNATURE]
    return any(ink.foreign_stroke_mm >= WHOLE_SIGNATURE_MM for ink in signatures)


def _reasons_unsure(cells: tuple[Cell, ...]) -> list[FlagCode]:
    """Return why it is not sure which cells are inked: something covers one, or there is little ink."""
    unsure = [c for c in cells if c.ink.state is Ink.UNSURE and c.role in COUNTED_ROLES]
    marks = {cell.ink.mark for cell in unsure}
    codes = [FlagCode.COVERED] if Mark.COVERED in marks else []
    return [*codes, FlagCode.UNSURE_INK] if marks - {Mark.COVERED} else codes


def _status(
    cells: tuple[Cell, ...], struck_share: float, joint: bool, *, unsure_is_ink: bool
) -> tuple[Status, list[FlagCode]]:
    """Return the status of a row with its reasons, taking unsure cells for inked or for blank."""
    inked = [c for c in cells if c.ink.state is Ink.INKED or (unsure_is_ink and c.ink.state is Ink.UNSURE)]
    if not any(cell.role in COUNTED_ROLES for cell in inked):
        return Status.BLANK, []
    if struck_share >= STRUCK_SHARE:
        return Status.STRUCK, [FlagCode.STRUCK]
    missing = [FlagCode.MISSING_NAME] if _is_missing(NAME_ROLES, cells, inked) else []
    missing += [FlagCode.MISSING_ADDRESS] if _is_missing(ADDRESS_ROLES, cells, inked) else []
    signed = next((cell for cell in cells if cell.role is Role.SIGNATURE), None)
    signature = signed.ink.mark if signed is not None and signed in inked else Mark.NONE
    # A joint signature may be written on the other row, and this cell be empty or hold its end.
    if not joint and signature is Mark.DASH:
        return Status.INCOMPLETE, [*missing, FlagCode.DASH_SIGNATURE]
    if not joint and signature is Mark.NONE:
        return Status.INCOMPLETE, [*missing, FlagCode.MISSING_SIGNATURE]
    doubts = [FlagCode.TICK_SIGNATURE] if signature is Mark.TICK else []
    doubts += [FlagCode.JOINT_SIGNATURE] if joint else []
    if missing:  # the row cannot count, but whoever made a mark or signed for two should not go unseen
        return Status.INCOMPLETE, [*missing, *doubts]
    doubts += [FlagCode.UNSURE_STRUCK] if struck_share >= STRUCK_UNSURE_SHARE else []
    return (Status.DOUBTFUL, doubts) if doubts else (Status.SIGNED, [])


def _is_missing(roles: Iterable[Role], cells: Iterable[Cell], inked: Iterable[Cell]) -> bool:
    """Return whether the row has cells of these roles and none holds more than a dash.

    A dash stands for nothing.  A form that does not ask for an address has no such cells.
    """
    asked = any(cell.role in roles for cell in cells)
    return asked and not any(cell.role in roles and cell.ink.mark is not Mark.DASH for cell in inked)


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
