"""Decide the ink state of a cell: blank, inked or unsure.

Every rule about the state stands here, from the least context to the most: the cell's own
strokes (`blank_limit_mm`, `is_blank`, `state_of_strokes`), what covers it (`with_cover`), faint
spots on its paper (`with_faint_ink`), the other cells of its row (`confirm_ditto_marks`,
`doubt_lone_ink` and `doubt_specks`), and, where that decides whether a row counts, strokes that were
assigned to a neighbour (`with_foreign_ink`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from digitize.records import ADDRESS_ROLES, NAME_ROLES, Cell, Ink, InkMeasure, Mark, Role

COUNTED_ROLES: Final = (*NAME_ROLES, *ADDRESS_ROLES, Role.SIGNATURE)  # of cells that a row needs to count


@dataclass(frozen=True, slots=True)
class InkStateSettings:
    """Amounts of ink at which the state changes; lengths are lengths of pen stroke."""

    blank_mm: float = 3.0  # less is a dot, dust or the end of a rule
    speck_factor: float = 3.0  # times the specks in this page's emptiest cells, added to `blank_mm`
    inked_mm: float = 8.0  # more is writing: initials have 17 mm, the shortest name 22 mm
    # The same for a single stroke (a hair on the glass) and for a signature (ends of neighbours' strokes).
    lone_mm: float = 11.0
    # Beside a dash, a tick or a cross in the signature cell: a hair, or the end of a neighbour's stroke.
    beside_mark_mm: float = 11.0
    # What a scanner's threshold may leave of ditto marks.  In 82 of 95 rows that lacked only the address its
    # cell held less; 2 of the 13 others had ditto marks.
    ditto_specks_mm: float = 0.7
    lone_cell_mm: float = 15.0  # in the only cell of a row with ink: initials have 17 mm
    # In a name or address cell with more of neighbours' strokes.  Of some 12,000 rows two were like that: one
    # held an address, the other the edge of a stamp.
    little_text_mm: float = 20.0
    inked_mm2: float = 4.5  # of ink: small letters of a broad pen run together; a hair is thin
    signature_mm2: float = 6.0  # the same for a signature, where ends of neighbours' strokes are common
    beside_foreign_mm: float = 5.0  # of neighbours' strokes beside a signature: little ink may be theirs
    # In a blank cell.  Of 50 rows that lacked only their signature, ends of neighbours' strokes of this
    # length reached into 6, and 2 of these were signed together with the neighbour; of the 44 others only
    # one was (see `page.households`).
    foreign_mm: float = 4.0
    # The same in a cell with a dash: it may underline a signature for both rows, but mostly stands for none.
    foreign_with_dash_mm: float = 10.0


SETTINGS: Final = InkStateSettings()


@dataclass(frozen=True, slots=True)
class StrokeEvidence:
    """What is known of the strokes of a cell from its own geometry.

    `length_mm` and `area_mm2` are those of the strokes that count for the cell, `inner_mm` the
    length of those away from the borders of the row.  `ditto_marks` is the number of strokes
    that look like ditto marks.  `only_foreign` tells that all strokes belong to letters of a
    neighbouring cell; `may_be_neighbours` that they may be the end of a neighbour's writing;
    `foreign_mm` is the length of neighbours' strokes in the cell; `continues_line` tells that they are the
    end of the line in the cell before, or the start of a signature that begins before its column;
    `is_long_arrow` that they are an arrow through most of the row;
    `may_be_hair` that they are so thin that they may be hairs or scratches on the glass.
    `beside_mark_mm` is the length of the strokes beside a dash, a tick or a cross, None without one;
    `may_be_print` tells that all strokes may be the print of a stamp.
    """

    role: Role
    stroke_count: int
    length_mm: float
    area_mm2: float
    inner_mm: float
    mark: Mark = Mark.WRITING
    blank_limit_mm: float = SETTINGS.blank_mm
    ditto_marks: int = 0
    are_initials: bool = False
    only_foreign: bool = False
    may_be_neighbours: bool = False
    foreign_mm: float = 0.0
    continues_line: bool = False
    is_long_arrow: bool = False
    may_be_hair: bool = False
    beside_mark_mm: float | None = None
    may_be_print: bool = False


def blank_limit_mm(lengths_mm: NDArray[np.float64]) -> float:
    """Return the length of stroke below which a cell is blank, from the lengths in all cells of a table.

    On paper with many specks the limit is higher.
    """
    specks = lengths_mm[lengths_mm < SETTINGS.blank_mm]
    return SETTINGS.blank_mm + SETTINGS.speck_factor * (float(np.median(specks)) if len(specks) else 0.0)


def is_blank(stroke_count: int, length_mm: float, blank_limit_mm: float, ditto_marks: int) -> bool:
    """Return whether a cell is blank; `length_mm` is the length of all its strokes.

    Ditto marks are shorter than the limit of any other writing.
    """
    return stroke_count == 0 or (length_mm < blank_limit_mm and not ditto_marks)


def state_of_strokes(evidence: StrokeEvidence) -> Ink:
    """Return the state of a cell that is not blank, inked or unsure."""
    is_hair = evidence.may_be_hair and not (evidence.ditto_marks or evidence.are_initials)
    if is_hair or evidence.continues_line:
        return Ink.UNSURE
    if evidence.mark in (Mark.DASH, Mark.TICK) and evidence.length_mm >= evidence.blank_limit_mm:
        return Ink.INKED
    if evidence.ditto_marks >= 2 and evidence.inner_mm >= SETTINGS.blank_mm:
        return Ink.INKED
    may_be_neighbours = evidence.may_be_neighbours and not evidence.is_long_arrow
    if evidence.ditto_marks or evidence.only_foreign or may_be_neighbours or evidence.may_be_print:
        return Ink.UNSURE
    beside_mm = (
        None if evidence.are_initials else evidence.beside_mark_mm
    )  # an A may have the shape of a cross
    if beside_mm is not None and beside_mm < SETTINGS.beside_mark_mm:
        return Ink.UNSURE
    return Ink.INKED if _is_enough(evidence) else Ink.UNSURE


def _is_enough(evidence: StrokeEvidence) -> bool:
    """Return whether there is enough ink for writing."""
    is_signature = evidence.role is Role.SIGNATURE
    if is_signature and evidence.are_initials:
        return True
    inked_mm = SETTINGS.lone_mm if evidence.stroke_count == 1 or is_signature else SETTINGS.inked_mm
    # The limit of a page with many specks is higher than `blank_mm`; that of writing rises with it.
    if evidence.length_mm - evidence.blank_limit_mm >= inked_mm - SETTINGS.blank_mm:
        return True
    if is_signature and evidence.foreign_mm >= SETTINGS.beside_foreign_mm:
        return False
    return evidence.area_mm2 >= (SETTINGS.signature_mm2 if is_signature else SETTINGS.inked_mm2)


def may_be_signed_name(evidence: StrokeEvidence) -> bool:
    """Return whether it can be told by reading whether a cell holds a signature: its ink is its own."""
    others = evidence.only_foreign or evidence.may_be_neighbours or evidence.may_be_print
    return not others and evidence.role is Role.SIGNATURE and evidence.mark in (Mark.WRITING, Mark.TICK)


def is_beside_neighbours(signature: InkMeasure) -> bool:
    """Return whether so much of a neighbour's signature lies in a cell that its own ink may be, too."""
    return signature.foreign_stroke_mm >= SETTINGS.beside_foreign_mm


def with_cover(measure: InkMeasure) -> InkMeasure:
    """Return the measure of a cell that something covers: whether it is blank cannot be seen."""
    if measure.state is Ink.INKED:
        return measure
    return replace(measure, state=Ink.UNSURE, mark=Mark.COVERED)


def with_faint_ink(measure: InkMeasure) -> InkMeasure:
    """Return the measure of a cell in which no stroke was found, but a spot of faint ink was."""
    return replace(measure, state=Ink.UNSURE, mark=Mark.WRITING)


def confirm_ditto_marks(
    measures: Sequence[InkMeasure], roles: Sequence[Role], *, address_above: bool
) -> tuple[InkMeasure, ...]:
    """Return the measures of a row, its ditto marks inked if the rest of the row confirms them.

    A small mark may be dust.  It is taken for a ditto mark if name and signature are inked and
    there is an address above to repeat, or if several cells of the row have such marks.
    """
    complete = _has_name_and_signature(measures, roles)
    count = sum(measure.mark is Mark.DITTO for measure in measures)
    if not (complete and address_above) and count < 2:
        return tuple(measures)
    return tuple(
        replace(measure, state=Ink.INKED) if measure.mark is Mark.DITTO else measure for measure in measures
    )


def _has_name_and_signature(measures: Sequence[InkMeasure], roles: Sequence[Role]) -> bool:
    by_role = dict(zip(roles, measures, strict=True))
    inked = {role for role, measure in by_role.items() if measure.state is Ink.INKED}
    return Role.SIGNATURE in inked and not inked.isdisjoint(NAME_ROLES)


def doubt_lone_ink(measures: Sequence[InkMeasure], roles: Sequence[Role]) -> tuple[InkMeasure, ...]:
    """Return the measures of a row, its only ink unsure if there is little of it: a hair, a stain or dust.

    The same holds for any ink in an address cell: nobody begins there; it is a stamp's, or the neighbour's
    second line, or a scribble with the shape of a tick.  A dash, and a tick in any other cell, is what
    somebody made of a row that was to stay empty.
    """
    alone = [i for i, role in enumerate(roles) if role in COUNTED_ROLES and measures[i].state is Ink.INKED]
    if len(alone) != 1:
        return tuple(measures)
    (i,) = alone
    is_address = roles[i] in ADDRESS_ROLES
    strange = measures[i].stroke_mm < SETTINGS.lone_cell_mm or is_address
    strange &= measures[i].mark in (Mark.WRITING, Mark.DITTO, *((Mark.TICK,) if is_address else ()))
    lone = replace(measures[i], state=Ink.UNSURE) if strange else measures[i]
    return (*measures[:i], lone, *measures[i + 1 :])


def doubt_specks(
    measures: Sequence[InkMeasure], roles: Sequence[Role], *, address_above: bool
) -> tuple[InkMeasure, ...]:
    """Return the measures of a row, the address unsure if specks in it may be what is left of ditto marks.

    They are asked about if only the address is missing and there is one above to repeat.
    """
    address = [i for i, role in enumerate(roles) if role in ADDRESS_ROLES]
    if (
        not address_above
        or not address
        or not _has_name_and_signature(measures, roles)
        or any(measures[i].state is not Ink.BLANK for i in address)
    ):
        return tuple(measures)
    i = max(address, key=lambda i: measures[i].stroke_mm)
    if measures[i].stroke_mm < SETTINGS.ditto_specks_mm:
        return tuple(measures)
    return (*measures[:i], with_faint_ink(measures[i]), *measures[i + 1 :])


def is_mostly_foreign(cell: Cell) -> bool:
    """Return whether a cell for text holds a little writing, and more of strokes assigned to neighbours.

    A piece of a stamp that the rule cut off may be all of its own.
    """
    ink = cell.ink
    little = ink.mark is Mark.WRITING and ink.stroke_mm < min(SETTINGS.little_text_mm, ink.foreign_stroke_mm)
    return little and cell.role in (*NAME_ROLES, *ADDRESS_ROLES)


def with_foreign_ink(cell: Cell) -> Cell:
    """Return the cell as unsure if it is blank only because much ink in it was assigned to a neighbour."""
    is_empty, is_dash = cell.ink.state is Ink.BLANK, cell.ink.mark is Mark.DASH
    least_mm = SETTINGS.foreign_with_dash_mm if is_dash else SETTINGS.foreign_mm
    if (is_empty or is_dash) and cell.ink.foreign_stroke_mm >= least_mm:
        return replace(cell, ink=replace(cell.ink, state=Ink.UNSURE, mark=Mark.WRITING))
    return cell
