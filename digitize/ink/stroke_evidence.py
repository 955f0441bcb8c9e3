"""Gather what the geometry of a cell's strokes tells about its ink state."""

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.ink.address_overflow import is_overflow, overflow_letters, start_of_signature
from digitize.ink.assign_strokes import Ownership, lies_over_border
from digitize.ink.cell_map import writable_columns
from digitize.ink.initials import are_initials
from digitize.ink.ink_state import SETTINGS, StrokeEvidence
from digitize.ink.lines import fit_line
from digitize.ink.lone_frame_pieces import is_arc_of_frame, is_side_of_frame
from digitize.ink.marks import beside_mark_px, is_dash, is_mark, straight_line_mm
from digitize.ink.neighbour_tails import may_be_neighbours_ink, may_be_written_over_border
from digitize.ink.pens import are_of_one_pen
from digitize.ink.strokes import Strokes
from digitize.records import ADDRESS_ROLES, Role

MAX_OVERFLOW_MM = 30.0  # of a name in the address cell: a whole line of an address is longer
MAX_INTO_SIGNATURE_MM = 45.0  # of an address in the signature cell: more is a signature right behind it
MAX_BY_INITIALS_MM = 5.0  # of neighbours' strokes in a cell that holds initials
STAMP_PRINT_SHARE = 0.9  # of the stroke inside the frame; the rest is dust
# A letter beside a mark that may belong to a signed row above or below.
NEIGHBOURS_SHARE = 0.25  # of the letter beyond the border
NEIGHBOURS_LETTER_MM = 15.0  # of its stroke in this row; more is a word that a neighbour's stroke runs into
NEIGHBOURS_MAIN_SHARE = 0.75  # of the ink in the cell; the rest is dust
STREAK_SLOPE = 8.0  # rise over run of a line that stands upright
STREAK_WIDTH_MM = 1.5  # with what is left of rules that it crosses
# A letter beside a tick or cross in a signature cell.
LETTER_BESIDE_MM = 6.0  # of pen stroke
LETTER_BESIDE_PEN_SHARE = 0.7  # of the mark's pen; hairs are thinner
# The same of a broad pen, which may have the shape of a mark itself.
LETTER_BESIDE_MM2 = 5.5  # of ink; marks of usual pens have 4 mm2
LETTER_BESIDE_DEPTH_SHARE = 0.2  # of the row's height, from a border to its middle
LETTER_BESIDE_INSET_MM = 0.5  # from the borders of the row, where ends of neighbours' strokes are cut


def stroke_evidence(
    ownership: Ownership, r: int, c: int, ids: NDArray[np.intp], inner: NDArray[np.intp]
) -> StrokeEvidence:
    """Return what the geometry of the strokes `ids` of a cell tells about its state.

    `inner` are those of them that do not lie at the borders of the row.
    """
    strokes, owned, px_per_mm = ownership.strokes, ownership.owned_px[:, r, c], ownership.px_per_mm
    role, row = ownership.table.columns[c].role, ownership.table.row_box(r)
    is_signature = role is Role.SIGNATURE
    overflow = overflow_letters(ownership, r, c) if role in (Role.SIGNATURE, *ADDRESS_ROLES) else []
    beside_px = None
    if is_signature:
        own = np.setdiff1d(ids, overflow)
        beside_px = beside_mark_px(strokes, own, _surely_own_px(ownership, r, c)[own], px_per_mm)
        if beside_px is not None and _has_letter_beside(strokes, own, row, px_per_mm):
            beside_px = None
    # Pieces of a neighbour's signature stand side by side as initials do.
    alone = ownership.foreign_px(r, c).sum() < MAX_BY_INITIALS_MM * px_per_mm and len(inner) == len(ids)
    initials = is_signature and alone and are_initials(strokes, ids, px_per_mm)
    return StrokeEvidence(
        role=role,
        stroke_count=len(ids),
        length_mm=float(owned[ids].sum()) / px_per_mm,
        area_mm2=float((owned * strokes.width_px)[ids].sum()) / px_per_mm**2,
        inner_mm=float(owned[inner].sum()) / px_per_mm,
        are_initials=initials,
        beside_mark_mm=None if beside_px is None else beside_px / px_per_mm,
        foreign_mm=float(ownership.foreign_px(r, c).sum()) / px_per_mm,
        continues_line=_continues_line(ownership, r, c, overflow),
        may_be_print=_may_be_print_of_stamp(ownership, ids)
        or is_arc_of_frame(strokes, ids, px_per_mm)
        or (not is_signature and is_side_of_frame(strokes, ids, px_per_mm)),
        may_be_neighbours=_may_be_strange(ownership, r, c, ids)
        if is_signature
        else lies_over_border(ownership, r, c),
    )


def _surely_own_px(ownership: Ownership, r: int, c: int) -> NDArray[np.float64]:
    """Return the length of each stroke of a cell, 0 for those that reach far into a row beside with ink."""
    owned = ownership.owned_px[:, r, c].copy()
    letter = ownership.in_cell_px[:, r, c] < NEIGHBOURS_LETTER_MM * ownership.px_per_mm
    for beyond_px in ownership.beyond_px(r, c):
        owned[letter & (beyond_px >= NEIGHBOURS_SHARE * ownership.strokes.length_px)] = 0.0
    return np.asarray(owned)


def _may_be_strange(ownership: Ownership, r: int, c: int, ids: NDArray[np.intp]) -> bool:
    """Return whether a signature may be a neighbour's, or none.

    It may be letters written over the border.  In a row that holds nothing else it is enough that it comes
    close to a neighbour's, or is a plain vertical line: a streak, or a piece of a rule.
    """
    others = [i for i in writable_columns(ownership.table) if i != c]
    scale, where = ownership.px_per_mm, (ownership.strokes, ownership.table, r, c)
    if may_be_written_over_border(ownership.owned_px, *where, scale) or _joins_neighbour(
        ownership, r, c, ids
    ):
        return True
    if not len(ids) or any(ownership.owned_mm(r, i) >= SETTINGS.blank_mm for i in others):
        return False
    if len(ids) == 1 and fit_line(ownership.strokes.points(int(ids[0]))).slope >= STREAK_SLOPE:
        narrow = ownership.strokes.box(int(ids[0])).width <= STREAK_WIDTH_MM * scale
        return narrow or straight_line_mm(ownership.strokes, int(ids[0]), scale) is not None
    return may_be_neighbours_ink(ownership.owned_px, ownership.in_cell_px, *where, scale)


def _joins_neighbour(ownership: Ownership, r: int, c: int, ids: NDArray[np.intp]) -> bool:
    """Return whether a signature is one short stroke that goes on into a row beside that is signed, too.

    It may be a cross or a tick on which a letter of the neighbour's signature ends.
    """
    in_cell = ownership.in_cell_px[:, r, c]
    if not len(ids):
        return False
    main = int(ids[int(in_cell[ids].argmax())])
    if in_cell[main] >= NEIGHBOURS_LETTER_MM * ownership.px_per_mm:
        return False
    return bool(in_cell[main] >= NEIGHBOURS_MAIN_SHARE * in_cell[ids].sum()) and any(
        beyond_px[main] >= NEIGHBOURS_SHARE * ownership.strokes.length_px[main]
        and beyond_px.sum() - beyond_px[main] >= SETTINGS.lone_mm * ownership.px_per_mm
        for beyond_px in ownership.beyond_px(r, c)
    )


def _may_be_print_of_stamp(ownership: Ownership, ids: NDArray[np.intp]) -> bool:
    """Return whether all strokes of a cell lie inside the frame of a stamp and may be of its colour.

    A frame of which little shows is enough: its pieces are taken for print as well.
    """
    strokes, stamps = ownership.strokes, ownership.stamps
    lengths = strokes.length_px[ids]
    for frame, inside in (
        (stamps.frame, stamps.in_stamp),
        (stamps.likely_frame, stamps.likely_frame | stamps.in_likely_stamp),
    ):
        frames = np.flatnonzero(frame)
        if len(frames) and lengths[inside[ids]].sum() >= STAMP_PRINT_SHARE * lengths.sum():
            return are_of_one_pen(strokes.tints, strokes.area_px, ids, frames)
    return False


def _has_letter_beside(strokes: Strokes, ids: NDArray[np.intp], row: Box, px_per_mm: float) -> bool:
    """Return whether there is a letter beside a tick or a cross: both may then be letters of a signature.

    It is of the same pen, inside the row, which the end of a neighbour's stroke is not, and no mark itself
    unless it is as heavy as letters of a broad pen.
    """
    marks = [i for i in ids.tolist() if is_mark(strokes, i, px_per_mm)]
    if not marks or any(is_dash(strokes, i, px_per_mm) for i in marks):
        return False
    boxes, pen_px = strokes.boxes[ids], strokes.width_px[marks].min()
    letters = strokes.length_px[ids] >= LETTER_BESIDE_MM * px_per_mm
    letters &= strokes.width_px[ids] >= LETTER_BESIDE_PEN_SHARE * pen_px
    inset_px, middle = LETTER_BESIDE_INSET_MM * px_per_mm, (boxes[:, 1] + boxes[:, 3]) / 2
    plain = (
        (boxes[:, 1] >= row.top + inset_px) & (boxes[:, 3] <= row.bottom - inset_px) & ~np.isin(ids, marks)
    )
    # Letters of a broad pen run together into the shape of marks; but nobody makes two of these.
    heavy = strokes.area_px[ids] >= LETTER_BESIDE_MM2 * px_per_mm**2
    heavy &= np.minimum(middle - row.top, row.bottom - middle) >= LETTER_BESIDE_DEPTH_SHARE * row.height
    heavy &= ids != marks[int(strokes.length_px[marks].argmax())]
    return bool((letters & (plain | heavy)).any())


def _continues_line(ownership: Ownership, r: int, c: int, overflow: list[int]) -> bool:
    """Return whether the ink is the end of the line in the cell before, or a signature's start, or both."""
    role, length_mm = ownership.table.columns[c].role, ownership.owned_mm(r, c)
    if role is Role.SIGNATURE:
        return length_mm < MAX_INTO_SIGNATURE_MM and is_overflow(ownership, r, c, overflow)
    if role not in ADDRESS_ROLES:
        return False
    start = start_of_signature(ownership, r, c)
    if length_mm >= MAX_OVERFLOW_MM and not start:
        return False
    return is_overflow(ownership, r, c, sorted({*overflow, *start}))
