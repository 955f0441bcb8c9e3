"""Find ink that runs across rows: stamps, and single signatures for two rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ink.assign_strokes import Lengths, Ownership
from digitize.ink.cell_map import stacked_columns
from digitize.ink.initials import are_initials
from digitize.ink.marks import classify_signature, straight_line_mm
from digitize.ink.neighbour_tails import owner_of_tail
from digitize.ink.pens import are_of_one_pen
from digitize.ink.signature_bodies import has_body_each, hold_two_lines, is_cut_body, is_one_body
from digitize.records import Mark, Role


@dataclass(frozen=True)
class SharedSignatureSettings:
    """When a signature counts as one for two rows.  Lengths are of pen stroke unless noted."""

    min_stamp_overlap_share: float = 0.3  # of a row's height: a stamp's frame lies over the row
    # A row without a signature of its own, but with a good part of a neighbour's.
    min_foreign_mm: float = 6.0
    min_foreign_share: float = 0.2  # of the neighbour's stroke
    weak_mm: float = 12.0  # a row's own ink below this may be no signature
    weak_tail_mm: float = 25.0  # the same if all of it touches the neighbour's signature
    # Of the neighbour's signature: who signs for two rows writes across their border, while the loops of a
    # large signature lie in the next row with less of it.
    min_shared_share: float = 0.2
    max_line_end_share: float = 0.35  # of the row's height to its border: a line farther inside is a dash
    # One body of ink across the border of two rows.
    min_side_share: float = 0.2  # of a stroke on either side: it lies on both
    rejoin_mm: float = 1.2  # gap that a removed rule leaves in a flat stroke


SETTINGS = SharedSignatureSettings()


def is_stamped(ownership: Ownership, r: int) -> bool:
    """Return whether the frame of a stamp lies over the row."""
    boxes, row = ownership.strokes.boxes[ownership.stamps.frame], ownership.table.row_box(r)
    overlap_y = np.minimum(boxes[:, 3], row.bottom) - np.maximum(boxes[:, 1], row.top)
    overlap_x = np.minimum(boxes[:, 2], row.right) - np.maximum(boxes[:, 0], row.left)
    return bool(((overlap_y > SETTINGS.min_stamp_overlap_share * row.height) & (overlap_x > 0)).any())


def joint_with(ownership: Ownership, struck: Sequence[bool], r: int, limit_mm: float) -> int | None:
    """Return the row with which row `r` seems to share one signature, None if it has its own or none.

    Either the row is filled in but has next to no signature, and a good part of a neighbour's signature
    lies in it; or the signatures of this row and the next are one body of ink across their border.  Rows
    with a body of ink each share nothing, whatever touches or crosses the rule between them.  `limit_mm` is
    the length of stroke from which a cell is inked.  Rows that are `struck` out share no signature.
    """
    c = ownership.signature_column
    if c is None or struck[r] or not _is_filled_in(ownership, r, limit_mm):
        return None
    stacked = stacked_columns(ownership.table, c) != [c]  # other cells lie between the signatures of two rows
    lacking = _lacks_signature(ownership, r, c)
    owner = _owner_of_signature(ownership, r, c) if lacking else _owner_of_signature_tail(ownership, r, c)
    if owner is not None and not struck[owner] and _is_filled_in(ownership, owner, limit_mm):
        shared = stacked or _share_in(ownership, owner, r, c) >= SETTINGS.min_shared_share
        return owner if shared and (stacked or not has_body_each(ownership, min(r, owner), c)) else None
    if stacked or r + 1 >= ownership.row_count:
        return None
    if struck[r + 1] or not _is_filled_in(ownership, r + 1, limit_mm):
        return None
    return r + 1 if _is_one_block(ownership, r, c) else None


def _is_filled_in(ownership: Ownership, r: int, limit_mm: float) -> bool:
    """Return whether any cell of the row is inked, number and signature aside."""
    others = [i for i, c in enumerate(ownership.table.columns) if c.role not in (Role.NUMBER, Role.SIGNATURE)]
    return any(ownership.owned_mm(r, i) >= limit_mm for i in others)


def _lacks_signature(ownership: Ownership, r: int, c: int) -> bool:
    """Return whether a row has next to no signature, or a line that may be the end of a neighbour's.

    A tick or a cross is the row's own, though no signature.
    """
    ids = np.flatnonzero(ownership.owned_px[:, r, c])
    strokes = ownership.strokes
    mark = classify_signature(strokes, ids, ownership.px_per_mm) if len(ids) else Mark.NONE
    if mark is Mark.TICK:
        return False
    if mark is not Mark.DASH:
        return ownership.owned_mm(r, c) < SETTINGS.weak_mm
    row = ownership.table.row_box(r)
    middle = float((strokes.boxes[ids, 1].min() + strokes.boxes[ids, 3].max()) / 2)
    return min(middle - row.top, row.bottom - middle) <= SETTINGS.max_line_end_share * row.height


def _share_in(ownership: Ownership, owner: int, r: int, c: int) -> float:
    """Return the share of the signature ink of row `owner` and of row `r` that lies in row `r`."""
    ids = np.flatnonzero(ownership.owned_px[:, owner, c] + ownership.owned_px[:, r, c])
    lengths = ownership.in_cell_px[ids][:, (owner, r), c].sum(axis=0)
    return float(lengths[1] / max(lengths.sum(), 1e-9))


def _owner_of_signature(ownership: Ownership, r: int, c: int) -> int | None:
    """Return the row whose signature lies to a good part in this row's signature cell."""
    owned, foreign = ownership.owned_px, ownership.foreign_px(r, c)
    large = foreign >= SETTINGS.min_foreign_mm * ownership.px_per_mm
    large &= foreign >= SETTINGS.min_foreign_share * owned.sum(axis=(1, 2))
    large &= owned.any(axis=(1, 2))
    for i in np.flatnonzero(large).tolist():  # an underline is no signature
        large[i] = straight_line_mm(ownership.strokes, i, ownership.px_per_mm) is None
    if large.any():
        stroke = int(np.where(large, foreign, 0.0).argmax())
        owner = int(owned[stroke].sum(axis=1).argmax())
        return owner if owner != r else None
    return _owner_of_signature_tail(ownership, r, c)


def _owner_of_signature_tail(ownership: Ownership, r: int, c: int) -> int | None:
    """Return the row whose signature the little ink in this row's signature cell runs in from."""
    ids, scale = np.flatnonzero(ownership.owned_px[:, r, c]), ownership.px_per_mm
    if len(ids) == 0 or ownership.owned_mm(r, c) >= SETTINGS.weak_tail_mm:
        return None
    if are_initials(ownership.strokes, ids, scale):
        return None
    return owner_of_tail(ownership.owned_px, ownership.strokes, ownership.table, r, c, scale)


def _is_one_block(ownership: Ownership, r: int, c: int) -> bool:
    """Return whether the signature ink of rows r and r + 1 is one body across their border."""
    ids = np.flatnonzero(ownership.owned_px[:, r, c] + ownership.owned_px[:, r + 1, c])
    both_px = [ownership.in_cell_px[ids, k, c].sum() for k in (r, r + 1)]
    if len(ids) == 0 or min(both_px) < SETTINGS.min_foreign_mm * ownership.px_per_mm:
        return False
    above, below = (np.flatnonzero(ownership.owned_px[:, k, c]) for k in (r, r + 1))
    if not are_of_one_pen(ownership.strokes.tints, ownership.strokes.area_px, above, below):
        return False
    parts = _rejoined_lengths(ownership, ids, r, c)
    across = parts.min(axis=1) >= SETTINGS.min_side_share * parts.sum(axis=1)
    across_share = float(parts[across].sum() / parts.sum())
    is_one = is_one_body(ownership, r, c, across_share) or is_cut_body(ownership, r, c)
    return is_one and not hold_two_lines(ownership, r, c)


def _rejoined_lengths(ownership: Ownership, ids: NDArray[np.intp], r: int, c: int) -> Lengths:
    """Return the lengths in rows r and r + 1 (n, 2), pieces of one stroke that a rule cut taken together.

    Removing the rule between the rows cuts a flat stroke in two.
    """
    boxes, border = ownership.strokes.boxes[ids], ownership.table.row_edges_px[r + 1]
    reach = SETTINGS.rejoin_mm * ownership.px_per_mm
    above = np.flatnonzero((boxes[:, 3] <= border + reach) & (boxes[:, 3] >= border - reach))
    below = np.flatnonzero((boxes[:, 1] >= border - reach) & (boxes[:, 1] <= border + reach))
    group = np.arange(len(ids))
    uppermost = {k: _end_xs(ownership, int(ids[k]), lower=False) for k in below.tolist()}
    for i in above.tolist():
        # Signatures split by `split_signatures` have no gap between them.
        others = [k for k in uppermost if k != i and boxes[k, 1] - boxes[i, 3] >= 1]
        x = _end_xs(ownership, int(ids[i]), lower=True) if others else np.zeros(0)
        for k in others:
            if np.abs(x[:, None] - uppermost[k][None]).min() <= reach:
                group[group == group[k]] = group[i]
    parts = ownership.in_cell_px[ids, r : r + 2, c]
    return np.stack([parts[group == g].sum(axis=0) for g in np.unique(group)])


def _end_xs(ownership: Ownership, label: int, lower: bool) -> Lengths:
    """Return the x (px of the page) of the lowest, or uppermost, px of a stroke."""
    points = ownership.strokes.points(label)
    end = points[:, 1].max() if lower else points[:, 1].min()
    return np.asarray(points[np.abs(points[:, 1] - end) <= 1, 0] + ownership.strokes.boxes[label, 0])
