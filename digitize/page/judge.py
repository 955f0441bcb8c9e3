"""Whether a row counts, and what somebody should look at: the rules of the count in one place."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from digitize.ink.strikethrough import STRUCK_SHARE
from digitize.records import (
    ADDRESS_ROLES,
    NAME_ROLES,
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

STRUCK_UNSURE_SHARE = 0.36
FOREIGN_DOUBT_MM = 10.0  # a neighbour's tail is shorter; as much could be a signature that ran together
FOREIGN_BY_DASH_MM = 30.0  # the same beside a dash, which has an underline of its neighbour's more often

_LOOK_AT = {
    FlagCode.TICK_SIGNATURE,
    FlagCode.JOINT_SIGNATURE,
    FlagCode.UNSURE_INK,
    FlagCode.FOREIGN_INK,
    FlagCode.UNSURE_STRUCK,
    FlagCode.STAMP,
    FlagCode.WEAK_NAME,
    FlagCode.WEAK_ADDRESS,
    FlagCode.REGION_AMBIGUOUS,
    FlagCode.REGION_UNKNOWN,
    FlagCode.REGION_WEAK,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Chances of a mistake, 0..1, above which a reading is shown to a person.

    A wrong canton makes the tally wrong; a name with a wrong letter is still
    the name of somebody who signed.
    """

    canton_risk: float = 0.01
    text_risk: float = 0.7


USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Judgement:
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
    """The status of one row with its reasons.

    `joint` is true for both rows over which one signature lies.  Reading
    never decides whether a row counts, it only adds flags.
    """
    cells = tuple(cells)
    least, codes = _status(cells, struck_share, joint, unsure_is_ink=False)
    most, more = _status(cells, struck_share, joint, unsure_is_ink=True)
    status = least
    counts = {Status.SIGNED, Status.DOUBTFUL}
    if least is not most:
        codes = [*more, FlagCode.UNSURE_INK]
        # What cannot count either way needs nobody's decision.
        status = Status.DOUBTFUL if least in counts or most in counts else least
    if status is Status.INCOMPLETE:
        # Better one row more to look at than a signature lost to the row beside it.
        generous, _ = _status(_with_foreign_ink(cells), struck_share, joint, unsure_is_ink=True)
        if generous in counts:
            status, codes = Status.DOUBTFUL, [*codes, FlagCode.FOREIGN_INK]
    if status not in (Status.BLANK, Status.STRUCK):
        codes += _reading_codes(name, address, place, limits)
        codes += [FlagCode.DITTO] if ditto else []
    codes += [FlagCode.STAMP] if stamped else []
    codes += [FlagCode.NUMBER_INFERRED] if number_inferred else []
    flags = tuple(Flag(code) for code in dict.fromkeys(codes))
    review = status is Status.DOUBTFUL or any(flag.code in _LOOK_AT for flag in flags)
    return Judgement(status, flags, review)


def _with_foreign_ink(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The cells with those taken for unsure that are blank but for much ink that belongs elsewhere."""

    def perhaps(cell: Cell) -> Cell:
        empty, dash = cell.ink.verdict is Ink.BLANK, cell.ink.mark is Mark.DASH
        least_mm = FOREIGN_DOUBT_MM if empty else FOREIGN_BY_DASH_MM
        if (empty or dash) and cell.ink.foreign_stroke_mm >= least_mm:
            return replace(cell, ink=replace(cell.ink, verdict=Ink.UNSURE, mark=Mark.WRITING))
        return cell

    return tuple(perhaps(cell) for cell in cells)


def _status(
    cells: tuple[Cell, ...], struck_share: float, joint: bool, *, unsure_is_ink: bool
) -> tuple[Status, list[FlagCode]]:
    """Status and reasons if unsure cells are taken for inked, or for blank."""
    inked = {Ink.INKED, Ink.UNSURE} if unsure_is_ink else {Ink.INKED}

    def written(roles: Iterable[Role]) -> bool:
        found = (cell for cell in cells if cell.role in roles and cell.ink.verdict in inked)
        return any(cell.ink.mark is not Mark.DASH for cell in found)

    roles_of_interest = (*NAME_ROLES, *ADDRESS_ROLES, Role.SIGNATURE)
    if not any(cell.ink.verdict in inked for cell in cells if cell.role in roles_of_interest):
        return Status.BLANK, []
    if struck_share >= STRUCK_SHARE:
        return Status.STRUCK, [FlagCode.STRUCK]
    signature = next((cell.ink for cell in cells if cell.role is Role.SIGNATURE), None)
    mark = signature.mark if signature and signature.verdict in inked else Mark.NONE
    codes = [] if written(NAME_ROLES) else [FlagCode.MISSING_NAME]
    codes += [] if written(ADDRESS_ROLES) else [FlagCode.MISSING_ADDRESS]
    complete = not codes
    if mark is Mark.DASH and not joint:
        return Status.INCOMPLETE, [*codes, FlagCode.DASH_SIGNATURE]
    doubts = [FlagCode.TICK_SIGNATURE] if mark is Mark.TICK else []
    doubts += [FlagCode.JOINT_SIGNATURE] if joint else []
    doubts += [FlagCode.UNSURE_STRUCK] if struck_share >= STRUCK_UNSURE_SHARE else []
    if mark is Mark.NONE and not joint:
        return Status.INCOMPLETE, [*codes, FlagCode.MISSING_SIGNATURE]
    if not complete:  # it cannot count, so nobody need settle the doubts
        return Status.INCOMPLETE, codes
    return (Status.DOUBTFUL, doubts) if doubts else (Status.SIGNED, [])


def _reading_codes(
    name: Reading | None, address: Reading | None, place: Place | None, limits: Limits
) -> list[FlagCode]:
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
