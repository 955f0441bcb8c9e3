"""Decide from its ink whether a row counts.

All rules of the count are in this file.  A row counts if its signature is there, its name and address are
there as far as the form asks for them, and it is not struck out.  (When a cell counts as inked is decided in
`digitize.ink.ink_state`.)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from digitize.ink.ink_state import COUNTED_ROLES, is_mostly_foreign, with_foreign_ink
from digitize.ink.strikethrough import STRUCK_SHARE, STRUCK_UNSURE_SHARE
from digitize.records import ADDRESS_ROLES, NAME_ROLES, Cell, FlagCode, Ink, Mark, Role, Status

# Strokes in the signature cell of a row that is blank otherwise.  Of neighbours: ends of their signatures are
# shorter; more may be a whole signature that touches theirs.  Of its own: people sign with more; a hair has
# less.  The same where the rest of the row is weak, too: specks are less.
WHOLE_SIGNATURE_MM, LONE_SIGNATURE_MM, WEAK_SIGNATURE_MM = 30.0, 20.0, 10.0

# Specks that a scanner's threshold may leave of writing: in a cell, and in all cells that are blank of a row
# in which another cell is unsure with so much.  Dust leaves less.
SPECKS_MM, ALL_SPECKS_MM, UNSURE_WRITING_MM = 0.6, 2.5, 3.0
PALE_TEXT_MM = 2.0  # of the ink of a name or an address too weak to be read, which a speck is not

COUNTING: Final = frozenset({Status.SIGNED, Status.DOUBTFUL})
"""Statuses of rows that count or may count."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a row before anything of it is read."""

    cells: tuple[Cell, ...]
    struck_share: float
    joint: bool
    household: bool = False

    @property
    def counted(self) -> tuple[Cell, ...]:
        """The cells whose ink decides whether the row counts."""
        return tuple(cell for cell in self.cells if cell.role in COUNTED_ROLES)

    @property
    def signatures(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.role is Role.SIGNATURE)

    @property
    def is_signed(self) -> bool:
        """Whether a signature cell holds ink for certain."""
        return any(cell.ink.state is Ink.INKED for cell in self.signatures)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A reason to show a row that the ink alone would not count."""

    status: Status  # of rows that may be doubted
    arises: Callable[[Evidence], bool]
    flags: Callable[[Evidence], list[FlagCode]]
    becomes: Status


def count_by_ink(evidence: Evidence) -> tuple[Status, list[FlagCode]]:
    """Return the status of a row with its reasons; the first doubt that arises decides."""
    status, codes = _by_ink(evidence)
    for doubt in _DOUBTS:
        if doubt.status is status and doubt.arises(evidence):
            return doubt.becomes, [*codes, *doubt.flags(evidence)]
    return status, codes


def _by_ink(evidence: Evidence) -> tuple[Status, list[FlagCode]]:
    """Return the status of a row with its reasons; doubtful if unsure cells decide whether it counts."""
    least, codes = _status(evidence, unsure_is_ink=False)
    most, codes_of_most = _status(evidence, unsure_is_ink=True)
    if least is most:
        return least, codes
    # A row that does not count either way needs no decision.
    status = Status.DOUBTFUL if least in COUNTING or most in COUNTING else least
    return status, [*codes_of_most, *_reasons_unsure(evidence)]


def _counts_with_foreign_ink(evidence: Evidence) -> bool:
    """Return whether a row would count if the strokes that neighbours seem to have written were its own."""
    cells = tuple(map(with_foreign_ink, evidence.cells))
    status, _ = _status(replace(evidence, cells=cells), unsure_is_ink=True)
    return status in COUNTING


def _lacks_text_of_its_own(evidence: Evidence) -> bool:
    """Return whether a row would not count without cells in which neighbours wrote more than the signer."""
    own = [cell for cell in evidence.counted if not is_mostly_foreign(cell)]
    inked = [cell for cell in own if cell.ink.state is Ink.INKED]
    return any(_is_missing(roles, evidence.cells, inked) for roles in (NAME_ROLES, ADDRESS_ROLES))


def _may_be_signed_for(evidence: Evidence) -> bool:
    """Return whether only its signature is missing in a row beside a signed one of the same family."""
    return evidence.household and _status(evidence, unsure_is_ink=False)[1] == [FlagCode.MISSING_SIGNATURE]


def _may_lack_weak_ink(evidence: Evidence) -> bool:
    """Return whether a row is signed and holds weak ink besides: all that it lacks may be as weak."""
    others = [cell.ink.state for cell in evidence.counted if cell.role is not Role.SIGNATURE]
    return evidence.is_signed and Ink.UNSURE in others and Ink.INKED not in others


def _may_be_a_pale_signature(evidence: Evidence) -> bool:
    """Return whether only a dash speaks against a row whose other ink is weak.

    The dash may be what can be seen of a signature.
    """
    weak = any(
        cell.ink.state is Ink.UNSURE and cell.ink.stroke_mm >= PALE_TEXT_MM
        for cell in evidence.counted
        if cell.role is not Role.SIGNATURE
    )
    return weak and _status(evidence, unsure_is_ink=True)[1] == [FlagCode.DASH_SIGNATURE]


def is_strange(evidence: Evidence) -> bool:
    """Return whether a row holds only a dash, or only something in its signature cell.

    That may be a signature, or mark an empty row, but also be a stamp, a crease, a scratch or a ring.
    """
    inked = [cell for cell in evidence.counted if cell.ink.state is not Ink.BLANK]
    if len(inked) != 1:
        return False
    mark, is_signature = inked[0].ink.mark, inked[0].role is Role.SIGNATURE
    return mark is Mark.DASH or (is_signature and mark is Mark.WRITING)


def _has_only_signature(evidence: Evidence) -> bool:
    """Return whether all that a row holds is something like a signature."""
    return is_strange(evidence) and any(cell.ink.mark is Mark.WRITING for cell in evidence.signatures)


def _may_be_a_hair(evidence: Evidence) -> bool:
    """Return whether the only ink of a row is so little of a signature that it may be something else."""
    written = [cell.ink for cell in evidence.signatures if cell.ink.mark is Mark.WRITING]
    return is_strange(evidence) and any(ink.stroke_mm < LONE_SIGNATURE_MM for ink in written)


def _may_be_signed_weakly(evidence: Evidence) -> bool:
    """Return whether a row may be filled in with weak ink: in its signature cell and at least one other."""
    weak = [cell for cell in evidence.counted if cell.ink.state is Ink.UNSURE]
    if evidence.struck_share >= STRUCK_SHARE or len(weak) < 2:
        return False
    return any(cell.role is Role.SIGNATURE and cell.ink.stroke_mm >= WEAK_SIGNATURE_MM for cell in weak)


def _may_be_filled_in_weakly(evidence: Evidence) -> bool:
    """Return whether a row that is looked at anyway holds specks, or more, of name, address and signature."""
    groups = [
        [cell.ink for cell in evidence.cells if cell.role in roles]
        for roles in (NAME_ROLES, ADDRESS_ROLES, (Role.SIGNATURE,))
    ]
    lengths = [sum(ink.stroke_mm for ink in group) for group in groups if group]
    blank = [all(ink.state is Ink.BLANK for ink in group) for group in groups if group]
    specks_mm = sum(length for length, is_blank in zip(lengths, blank, strict=True) if is_blank)
    unsure = [cell.ink.stroke_mm for cell in evidence.counted if cell.ink.state is Ink.UNSURE]
    least_mm = 0.0 if evidence.is_signed else UNSURE_WRITING_MM
    is_looked_at = any(length >= least_mm for length in unsure) or _has_only_signature(evidence)
    enough = specks_mm >= ALL_SPECKS_MM or sum(blank) == 1
    all_hold_some = min(lengths, default=0.0) >= SPECKS_MM and enough
    return evidence.struck_share < STRUCK_SHARE and any(blank) and is_looked_at and all_hold_some


def _may_hold_a_foreign_signature(evidence: Evidence) -> bool:
    """Return whether a neighbour is said to have written as much into an empty row as one signs with."""
    empty = all(cell.ink.state is Ink.BLANK for cell in evidence.counted)
    return empty and any(cell.ink.foreign_stroke_mm >= WHOLE_SIGNATURE_MM for cell in evidence.signatures)


def _reasons_unsure(evidence: Evidence) -> list[FlagCode]:
    """Return why it is not sure which cells are inked: something covers one, or there is little ink."""
    marks = {cell.ink.mark for cell in evidence.counted if cell.ink.state is Ink.UNSURE}
    codes = [FlagCode.COVERED] if Mark.COVERED in marks else []
    return [*codes, FlagCode.UNSURE_INK] if marks - {Mark.COVERED} else codes


def _just(*codes: FlagCode) -> Callable[[Evidence], list[FlagCode]]:
    return lambda _: list(codes)


_DOUBTS: Final = (
    # Better one more row to look at than a signature lost to the neighbouring row.
    _Doubt(Status.SIGNED, _lacks_text_of_its_own, _just(FlagCode.FOREIGN_INK), Status.DOUBTFUL),
    _Doubt(Status.INCOMPLETE, _counts_with_foreign_ink, _just(FlagCode.FOREIGN_INK), Status.DOUBTFUL),
    _Doubt(Status.INCOMPLETE, _may_be_signed_for, _just(FlagCode.HOUSEHOLD_SIGNATURE), Status.DOUBTFUL),
    _Doubt(Status.INCOMPLETE, _may_be_filled_in_weakly, _just(FlagCode.UNSURE_INK), Status.DOUBTFUL),
    _Doubt(Status.INCOMPLETE, _may_be_a_pale_signature, _just(FlagCode.UNSURE_INK), Status.DOUBTFUL),
    _Doubt(Status.INCOMPLETE, _may_lack_weak_ink, _reasons_unsure, Status.INCOMPLETE),
    _Doubt(Status.INCOMPLETE, _may_be_a_hair, _just(FlagCode.UNSURE_INK), Status.INCOMPLETE),
    # Somebody may have filled in the row with a pen that hardly writes; why it is unsure is said already.
    _Doubt(Status.BLANK, _may_be_signed_weakly, _just(), Status.DOUBTFUL),
    _Doubt(Status.BLANK, _may_be_filled_in_weakly, _just(), Status.DOUBTFUL),
    _Doubt(Status.BLANK, _may_hold_a_foreign_signature, _just(FlagCode.FOREIGN_INK), Status.BLANK),
)
"""Read from top to bottom: where the ink gives this status and the doubt arises, the row gets these flags
and the last status."""


def _status(evidence: Evidence, *, unsure_is_ink: bool) -> tuple[Status, list[FlagCode]]:
    """Return the status of a row with its reasons, taking unsure cells for inked or for blank."""
    cells, struck_share, joint = evidence.cells, evidence.struck_share, evidence.joint
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
