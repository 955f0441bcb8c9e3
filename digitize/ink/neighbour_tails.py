"""Give the ends of strokes back to the row they run in from.

A large signature or a long descender ends in the row above or below.  It may be a stroke of its own there:
removing the printed rule between the rows cuts it in two.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.ink.cell_map import signature_column, stacked_columns, writable_columns
from digitize.ink.initials import are_initials
from digitize.ink.pens import are_of_one_pen
from digitize.ink.strokes import Strokes
from digitize.records import Table

Lengths = NDArray[np.float64]
Labels = NDArray[np.intp]
Points = NDArray[np.float64]


@dataclass(frozen=True)
class TailSettings:
    """What makes ink the end of a neighbour's stroke.  Lengths are of pen stroke unless noted."""

    touch_mm: float = 0.6  # gap between strokes that belong together, about a pen's width
    # Where a rule was removed there is a gap, the longer the flatter the stroke crossed it: the ends on
    # either side lie close to the border but may lie apart along it.
    border_mm: float = 1.3  # from the border: the thickest rule, and as much for its course
    along_mm: float = 2.0  # along the border
    max_share: float = 0.5  # of the neighbour's ink; more is writing of this row
    max_depth_share: float = 0.5  # of the row's height, from the border to the middle of the ink
    # Ink this long that reaches this far into the row, from the border to its far end, is writing.
    deep_mm: float = 20.0
    deep_share: float = 0.65  # of the row's height
    min_written_mm: float = 8.0  # in a cell: the row was filled in
    max_dust_mm: float = 1.0  # in another cell of the row
    max_tails_mm: float = 40.0  # of all tails in a row; more, in several columns, is what the row holds
    # In the signature cell of a row that is filled in.
    max_signature_mm: float = 8.0  # initials have more
    max_signature_share: float = 0.25  # of the neighbour's ink
    max_signature_depth_share: float = 0.35  # as above
    # The only ink of a row that may be a neighbour's although nothing connects the two.
    max_near_mm: float = 28.0  # more is a signature of this row
    near_mm: float = 1.5  # between the boxes around them
    near_depth_share: float = 0.35  # of the row's height, from the border to the middle of the ink
    underline_mm: float = 3.0  # below the signature above
    max_flat_share: float = 0.2  # height over width of an underline, with a flourish at its end
    max_flat_pen_factor: float = 1.3  # times its width: an underline may be longer than `max_near_mm`
    # Letters of a neighbour's signature that was written over the border, in any row.  The lowest signatures
    # reach over 0.55 of the row's height.
    max_over_height_share: float = 0.5  # of the row's height, from the border to the far end of the ink
    max_over_depth_share: float = 0.25  # the same to the middle of the ink
    max_over_ink_share: float = 0.5  # of the neighbour's ink
    max_in_cell_mm: float = 10.0  # with what the neighbour's strokes have in the cell; more is a question


SETTINGS = TailSettings()


def owner_of_tail(
    owned: Lengths,
    strokes: Strokes,
    table: Table,
    r: int,
    c: int,
    px_per_mm: float,
    max_depth_share: float = SETTINGS.max_depth_share,
) -> int | None:
    """Return the neighbouring row that all the ink of cell (r, c) runs in from, None if there is none."""
    ids, edges_px, columns = np.flatnonzero(owned[:, r, c]), table.row_edges_px, stacked_columns(table, c)
    depth_px = max_depth_share * (edges_px[r + 1] - edges_px[r])
    middle = (strokes.boxes[ids, 1] + strokes.boxes[ids, 3]) / 2
    for owner, border in ((r - 1, edges_px[r]), (r + 1, edges_px[r + 1])):
        if not 0 <= owner < owned.shape[1] or np.abs(middle - border).max(initial=0.0) > depth_px:
            continue
        theirs_px = owned[:, owner, columns].sum(axis=1)
        if owned[ids, r, c].sum() > SETTINGS.max_share * theirs_px.sum():
            continue
        far_px = max(abs(border - y) for y in (strokes.boxes[ids, 1].min(), strokes.boxes[ids, 3].max()))
        deep = far_px >= SETTINGS.deep_share * (edges_px[r + 1] - edges_px[r])
        if deep and owned[ids, r, c].sum() >= SETTINGS.deep_mm * px_per_mm:
            continue
        if not are_of_one_pen(strokes.tints, strokes.area_px, ids, np.flatnonzero(theirs_px)):
            continue
        by_turns = c == signature_column(table)
        if _all_continue(strokes, ids, np.flatnonzero(theirs_px), border, px_per_mm, by_turns):
            return owner
    return None


def return_tails(owned: Lengths, strokes: Strokes, table: Table, px_per_mm: float) -> None:
    """Assign, in place, the ink of rows that hold only ends of neighbours' strokes to these neighbours."""
    for r in range(owned.shape[1]):
        lengths_mm = owned[:, r].sum(axis=0) / px_per_mm
        inked = [c for c in writable_columns(table) if lengths_mm[c] > SETTINGS.max_dust_mm]
        written = [c for c in inked if lengths_mm[c] >= SETTINGS.min_written_mm]
        if len(written) > 1 and lengths_mm[inked].sum() > SETTINGS.max_tails_mm:
            continue
        owners = [owner_of_tail(owned, strokes, table, r, c, px_per_mm) for c in inked]
        for c, owner in zip(inked, owners, strict=True):
            if owner is not None and None not in owners:
                _give(owned, table, r, c, owner)


def return_signature_tails(
    owned: Lengths, in_cell: Lengths, strokes: Strokes, table: Table, px_per_mm: float
) -> None:
    """Assign, in place, the little ink of a signature cell that a neighbour's signature ends in to that."""
    c = signature_column(table)
    if c is None or stacked_columns(table, c) != [c]:  # other cells lie between the signatures of two rows
        return
    for r in range(owned.shape[1]):
        ids = np.flatnonzero(owned[:, r, c])
        length = owned[:, r, c].sum()
        if not 0 < length < SETTINGS.max_signature_mm * px_per_mm or are_initials(strokes, ids, px_per_mm):
            continue
        depth = SETTINGS.max_signature_depth_share
        owner = owner_of_tail(owned, strokes, table, r, c, px_per_mm, depth)
        if owner is None or length > SETTINGS.max_signature_share * owned[:, owner, c].sum():
            continue
        both = (owned[:, r, c] > 0) | (owned[:, owner, c] > 0)
        if in_cell[both, r, c].sum() < SETTINGS.max_in_cell_mm * px_per_mm:
            _give(owned, table, r, c, owner)


def _give(owned: Lengths, table: Table, r: int, c: int, owner: int) -> None:
    column = _facing_column(table, c, upwards=owner < r)
    owned[:, owner, column] += owned[:, r, c]
    owned[:, r, c] = 0.0


def _all_continue(
    strokes: Strokes, mine: Labels, theirs: Labels, border_px: float, px_per_mm: float, by_turns: bool
) -> bool:
    """Return whether all strokes of `mine` continue strokes of `theirs`.

    With `by_turns`, it is enough if one of them does and the others continue that: small letters stand as
    close to each other, but a signature is mostly one body of ink.
    """
    if not len(mine) or not len(theirs):
        return False
    reach = SETTINGS.touch_mm * px_per_mm
    window = _window(strokes, mine, reach + SETTINGS.along_mm * px_per_mm)
    rows, columns = window.slices()
    labels = strokes.labels_in(rows, columns)
    ours, others = np.isin(labels, mine), np.isin(labels, theirs)
    near = cv2.distanceTransform(np.where(others, np.uint8(0), np.uint8(255)), cv2.DIST_L2, 5) <= reach + 1
    attached = set(np.unique(labels[ours & near]).tolist())
    attached |= _across(ours, others, labels, border_px - rows.start, px_per_mm)
    if not by_turns:
        return attached >= set(mine.tolist())
    side = 2 * max(1, round(reach / 2)) + 1
    grown = cv2.dilate(ours.astype(np.uint8), np.ones((side, side), np.uint8))
    _, group = cv2.connectedComponents(grown, connectivity=8)
    groups = {int(i): set(np.unique(group[labels == i]).tolist()) for i in mine.tolist()}
    held = set().union(*(groups[i] for i in attached if i in groups))
    return all(groups[i] & held for i in groups)


def _window(strokes: Strokes, ids: Labels, margin_px: float) -> Box:
    left, top = np.floor(strokes.boxes[ids, :2].min(axis=0) - margin_px - 1)
    right, bottom = np.ceil(strokes.boxes[ids, 2:].max(axis=0) + margin_px + 1)
    return Box(max(left, strokes.left), max(top, strokes.top), right, bottom)


def _across(
    ours: NDArray[np.bool_],
    others: NDArray[np.bool_],
    labels: NDArray[np.int32],
    border_px: float,
    px_per_mm: float,
) -> set[int]:
    """Return which of our strokes end at the border where another one goes on beyond it."""
    reach, along = SETTINGS.border_mm * px_per_mm, round(SETTINGS.along_mm * px_per_mm)
    band = slice(max(0, round(border_px - reach)), max(0, round(border_px + reach) + 1))
    beyond = np.asarray(others[band].any(axis=0), dtype=np.uint8)
    if not beyond.any():
        return set()
    beside = np.convolve(beyond, np.ones(2 * along + 1))[along : along + len(beyond)] > 0
    return set(np.unique(labels[band][ours[band] & beside]).tolist())


def _facing_column(table: Table, c: int, upwards: bool) -> int:
    """Return the column whose cells in the row above or below adjoin those of column `c`."""
    stacked, columns = stacked_columns(table, c), table.columns
    if upwards:
        return max(stacked, key=lambda i: columns[i].bottom_share)
    return min(stacked, key=lambda i: columns[i].top_share)


def may_be_neighbours_ink(
    owned: Lengths, in_cell: Lengths, strokes: Strokes, table: Table, r: int, c: int, px_per_mm: float
) -> bool:
    """Return whether the ink of cell (r, c) lies as the end or the underline of a neighbour's would.

    It stands by itself, but close to ink of that row and at the border to it, or flat below it.
    """
    ids, edges = np.flatnonzero(owned[:, r, c]), table.row_edges_px
    boxes, lengths, height = strokes.boxes[ids], owned[ids, r, c], edges[r + 1] - edges[r]
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    flat = high[1] - low[1] <= SETTINGS.max_flat_share * (high[0] - low[0])
    once = lengths.sum() <= SETTINGS.max_flat_pen_factor * (high[0] - low[0])
    if in_cell[ids, r, c].sum() > SETTINGS.max_near_mm * px_per_mm and not (flat and once):
        return False
    middle = float(np.average((boxes[:, 1] + boxes[:, 3]) / 2, weights=lengths))
    for owner, border in ((r - 1, edges[r]), (r + 1, edges[r + 1])):
        if not 0 <= owner < owned.shape[1]:
            continue
        gap_mm = _gap_px(boxes, strokes.boxes[np.flatnonzero(owned[:, owner, c])]) / px_per_mm
        at_border = abs(middle - border) <= SETTINGS.near_depth_share * height
        if gap_mm <= SETTINGS.near_mm and at_border:
            return True
        if owner < r and flat and gap_mm <= SETTINGS.underline_mm:
            return True
    return False


def may_be_written_over_border(
    owned: Lengths, strokes: Strokes, table: Table, r: int, c: int, px_per_mm: float
) -> bool:
    """Return whether the ink of cell (r, c) may be letters that a neighbour wrote over the border of the row.

    All of it lies low at the border, close to a longer signature by the same pen on the other side.
    """
    ids, edges = np.flatnonzero(owned[:, r, c]), table.row_edges_px
    boxes, lengths, height = strokes.boxes[ids], owned[ids, r, c], edges[r + 1] - edges[r]
    if not len(ids) or stacked_columns(table, c) != [c]:
        return False
    middle = float(np.average((boxes[:, 1] + boxes[:, 3]) / 2, weights=lengths))
    for owner, border in ((r - 1, edges[r]), (r + 1, edges[r + 1])):
        if not 0 <= owner < owned.shape[1]:
            continue
        theirs = np.flatnonzero(owned[:, owner, c])
        if lengths.sum() > SETTINGS.max_over_ink_share * owned[theirs, owner, c].sum():
            continue
        reach = max(border - boxes[:, 1].min(), boxes[:, 3].max() - border)
        low = reach <= SETTINGS.max_over_height_share * height
        low &= abs(middle - border) <= SETTINGS.max_over_depth_share * height
        near = _gap_px(boxes, strokes.boxes[theirs]) <= SETTINGS.near_mm * px_per_mm
        if low and near and are_of_one_pen(strokes.tints, strokes.area_px, ids, theirs):
            return True
    return False


def _gap_px(boxes: Points, others: Points) -> float:
    """Return the least gap between two groups of boxes; less than 0 if they overlap."""
    gaps = np.maximum(boxes[:, None, :2] - others[None, :, 2:], others[None, :, :2] - boxes[:, None, 2:])
    return float(gaps.max(axis=2).min(initial=np.inf))
