"""What goes on across rows: stamps, one signature for two rows."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitize.ink.assign_strokes import Lengths, Ownership, tail_of
from digitize.ink.cell_map import columns_beside
from digitize.ink.marks import are_initials, mark_of, straight_line
from digitize.records import Mark, Role

JOINT_MM = 6.0  # of a neighbour's signature in an empty signature cell may be one signature for two
JOINT_SHARE = 0.2  # and is so much of that signature
WEAK_SIGNATURE_MM = 12.0  # less than this may be no signature but the end of a neighbour's
TAIL_SIGNATURE_MM = 25.0  # the same where all of it hangs on a neighbour's signature
BORDER_BAND_MM = 1.2  # ink is averaged over so much of the height to tell dense from thin
BLOCK_ROWS = 1.25  # one signature for two rows is at most so many rows high
BLOCK_BORDER_SHARE = 0.75  # of its densest part is found at the border
BLOCK_VALLEY_SHARE = 0.5  # and it nowhere thins out below this near the border
BLOCK_ACROSS_SHARE = 0.5  # of its ink is in strokes that lie on both sides of the border
ACROSS_SHARE = 0.2  # of such a stroke at least lies on either side
REJOIN_MM = 1.2  # a gap where a stroke crosses a rule
LINE_END_SHARE = 0.35  # of the row's height: a line further from the border is a dash in its own right
STAMP_OVERLAP_SHARE = 0.3  # of a row's height under a stamp's frame


def is_stamped(ownership: Ownership, r: int) -> bool:
    """Whether the frame of a stamp lies over the row."""
    boxes, row = ownership.strokes.boxes[ownership.stamps], ownership.table.row_box(r)
    over = np.minimum(boxes[:, 3], row.bottom) - np.maximum(boxes[:, 1], row.top)
    beside = np.minimum(boxes[:, 2], row.right) - np.maximum(boxes[:, 0], row.left)
    return bool(((over > STAMP_OVERLAP_SHARE * row.height) & (beside > 0)).any())


def joint_with(ownership: Ownership, struck: Sequence[bool], r: int, limit_mm: float) -> int | None:
    """The row with which this row seems to share one signature, None where it has its own or none.

    Either this row, though written in, has next to no signature of its own
    and a good part of a neighbour's lies in it; or the ink of this row and the
    next is one block across their border.  `limit_mm` is what makes a cell inked.
    Rows that are `struck` share nothing.
    """
    o, c = ownership, ownership.signature
    if c is None or struck[r] or not _is_written(o, r, limit_mm):
        return None
    owner = _owner_of_signature(o, r, c) if _lacks_signature(o, r, c) else _owner_of_tail(o, r, c)
    if owner is not None and not struck[owner] and _is_written(o, owner, limit_mm):
        return owner
    below = r + 1 < o.row_count and not struck[r + 1] and _is_written(o, r + 1, limit_mm)
    return r + 1 if below and _is_one_block(o, r, c) else None


def _lacks_signature(o: Ownership, r: int, c: int) -> bool:
    """Whether a row has next to no signature, or a line that may be the end of a neighbour's flourish."""
    own = np.flatnonzero(o.own[:, r, c])
    if len(own) == 0 or mark_of(o.strokes, own, o.px_per_mm) is not Mark.DASH:
        return o.own_mm(r, c) < WEAK_SIGNATURE_MM
    row = o.table.row_box(r)
    middle = float((o.strokes.boxes[own, 1].min() + o.strokes.boxes[own, 3].max()) / 2)
    return min(middle - row.top, row.bottom - middle) <= LINE_END_SHARE * row.height


def _owner_of_signature(o: Ownership, r: int, c: int) -> int | None:
    """The row of which a good part of the signature lies in this row's signature cell."""
    foreign = o.foreign(r, c)
    large = (foreign >= JOINT_MM * o.px_per_mm) & (foreign >= JOINT_SHARE * o.own.sum(axis=(1, 2)))
    large &= o.own.any(axis=(1, 2))
    for i in np.flatnonzero(large).tolist():
        large[i] = straight_line(o.strokes, i, o.px_per_mm) is None  # an underline is nobody's signature
    if large.any():
        stroke = int(np.where(large, foreign, 0.0).argmax())
        owner = int(o.own[stroke].sum(axis=1).argmax())
        return owner if owner != r else None
    return _owner_of_tail(o, r, c)


def _owner_of_tail(o: Ownership, r: int, c: int) -> int | None:
    """The row on whose signature all the little ink of this row's signature cell hangs."""
    own = np.flatnonzero(o.own[:, r, c])
    if len(own) == 0 or o.own_mm(r, c) >= TAIL_SIGNATURE_MM or are_initials(o.strokes, own, o.px_per_mm):
        return None
    return tail_of(o.own, o.strokes, o.table, r, c, o.px_per_mm)


def _is_written(ownership: Ownership, r: int, limit_mm: float) -> bool:
    """Whether any cell of the row but number and signature is inked."""
    others = [i for i, c in enumerate(ownership.table.columns) if c.role not in (Role.NUMBER, Role.SIGNATURE)]
    return any(ownership.own_mm(r, i) >= limit_mm for i in others)


def _rejoined(o: Ownership, ids: NDArray[np.intp], r: int, c: int) -> Lengths:
    """Length in rows r and r + 1 (n, 2) of what was one stroke before the rule between them was taken out.

    A flat stroke loses so much where it crosses the rule that it falls in two.
    """
    boxes, border = o.strokes.boxes[ids], o.table.row_edges_px[r + 1]
    reach = REJOIN_MM * o.px_per_mm
    above = np.flatnonzero((boxes[:, 3] <= border + reach) & (boxes[:, 3] >= border - reach))
    below = np.flatnonzero((boxes[:, 1] >= border - reach) & (boxes[:, 1] <= border + reach))
    group = np.arange(len(ids))
    for i in above.tolist():
        x = _ends_px(o, int(ids[i]), lower=True)
        for k in below.tolist():
            apart = np.abs(x[:, None] - _ends_px(o, int(ids[k]), lower=False)[None])
            # Two signatures that were parted have no gap between them.
            gap_px = boxes[k, 1] - boxes[i, 3]
            if i != k and gap_px >= 1 and apart.min() <= reach:
                group[group == group[k]] = group[i]
    parts = o.shares[ids, r : r + 2, c]
    return np.stack([parts[group == g].sum(axis=0) for g in np.unique(group)])


def _ends_px(o: Ownership, label: int, lower: bool) -> Lengths:
    """Where along the page (px) the lowest, or uppermost, px of a stroke lie."""
    points = o.strokes.points(label)
    extreme = points[:, 1].max() if lower else points[:, 1].min()
    return np.asarray(points[np.abs(points[:, 1] - extreme) <= 1, 0] + o.strokes.boxes[label, 0])


def _is_one_block(ownership: Ownership, r: int, c: int) -> bool:
    """Whether the signature ink of rows r and r + 1 is one low block, densest at their border.

    Two signatures, even touching ones, thin out where they meet.
    """
    o = ownership
    if columns_beside(o.table, c) != [c]:
        return False  # something stands between the signatures of two rows
    ids = np.flatnonzero(o.own[:, r, c] + o.own[:, r + 1, c])
    if len(ids) == 0 or min(o.shares[ids, k, c].sum() for k in (r, r + 1)) < JOINT_MM * o.px_per_mm:
        return False
    parts = _rejoined(o, ids, r, c)
    across = parts.min(axis=1) >= ACROSS_SHARE * parts.sum(axis=1)
    if parts[across].sum() < BLOCK_ACROSS_SHARE * parts.sum():
        return False  # two signatures side by side
    upper, border, lower = o.table.row_edges_px[r : r + 3]
    column, strokes = o.table.columns[c], o.strokes
    top = max(0, round(upper - (border - upper) / 2) - strokes.top)
    rows = slice(top, round(lower + (lower - border) / 2) - strokes.top)
    columns = slice(round(column.left_px) - strokes.left, round(column.right_px) - strokes.left)
    ink: Lengths = np.isin(strokes.labels[rows, columns], ids).sum(axis=1).astype(np.float64)
    if not ink.any():
        return False
    window = max(1, round(BORDER_BAND_MM * o.px_per_mm))
    profile = np.convolve(ink, np.ones(window) / window, "same")
    reached = np.cumsum(ink) / ink.sum()
    height = int(np.searchsorted(reached, 0.97)) - int(np.searchsorted(reached, 0.03))
    at = min(max(round(border) - strokes.top - top, 1), len(profile) - 1)
    quarter = max(1, round((lower - border) / 4))
    valley = profile[max(0, at - quarter) : at + quarter].min()
    sides = min(profile[:at].max(), profile[at:].max())
    low = height <= BLOCK_ROWS * (lower - upper) / 2
    dense = profile[at] >= BLOCK_BORDER_SHARE * profile.max() and valley >= BLOCK_VALLEY_SHARE * sides
    return bool(low and dense)
