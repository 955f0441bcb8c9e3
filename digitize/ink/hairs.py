"""Find cells whose ink may come from the scanner: a hair on the glass, a scratch, a piece of a streak."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ink.assign_strokes import Ownership
from digitize.ink.cell_map import signature_column, writable_columns
from digitize.ink.marks import straight_line_mm
from digitize.ink.strokes import Strokes

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class HairSettings:
    """What tells hairs from the strokes of a pen.

    The weight of a stroke is its width times its darkness (0..1): what is thinner than the px of a scan
    becomes wider and paler there, but keeps its weight.
    """

    max_strokes: int = 3
    max_weight_mm: float = 0.085  # the finest pens have 0.09 mm
    max_bitonal_weight_mm: float = 0.15  # in bitonal scans everything is black
    min_writing_mm: float = 15.0  # of stroke in the other cells of the row, to know its pen
    max_share: float = 0.6  # of the weight of that pen; who writes as thinly elsewhere has a fine pen


@dataclass(frozen=True, slots=True)
class UprightSettings:
    """What may be a piece of a streak, whose other pieces are too pale: straight lines down the whole row."""

    min_height_share: float = 0.75  # of the row's height that such a line is high
    max_lean: float = 0.1  # tangent to the vertical; who draws a line down the row to repeat it leans more
    short_mm: float = 3.5  # of further pieces; nobody writes with nothing else


SETTINGS = HairSettings()
UPRIGHT = UprightSettings()


def hair_like_cells(ownership: Ownership, bitonal: bool) -> Mask:
    """Mark the cells (rows, columns) that hold nothing but strokes as thin as hairs.

    Strokes as thin as all the writing of their row are no hairs.
    """
    strokes, owned = ownership.strokes, ownership.owned_px
    weight_mm = strokes.darkness * strokes.width_px / ownership.px_per_mm
    length = owned.sum(axis=0)
    weighted = np.tensordot(weight_mm, owned, axes=1)
    writable = writable_columns(ownership.table)
    others = length[:, writable].sum(axis=1, keepdims=True) - length
    of_others = weighted[:, writable].sum(axis=1, keepdims=True) - weighted
    known = others >= SETTINGS.min_writing_mm * ownership.px_per_mm
    pen = np.where(known, of_others / np.maximum(others, 1e-9), np.inf)
    thickest = SETTINGS.max_bitonal_weight_mm if bitonal else SETTINGS.max_weight_mm
    limit = np.minimum(thickest, SETTINGS.max_share * pen)
    few = np.count_nonzero(owned, axis=0) <= SETTINGS.max_strokes
    return np.asarray(few & (length > 0) & (weighted <= limit * length), dtype=np.bool_)


def upright_lines(ownership: Ownership) -> Mask:
    """Mark the cells (rows, columns), signatures aside, that hold nothing but upright lines down the row."""
    strokes, table, scale = ownership.strokes, ownership.table, ownership.px_per_mm
    heights = strokes.boxes[:, 3] - strokes.boxes[:, 1]
    marked = np.zeros(ownership.owned_px.shape[1:], dtype=np.bool_)
    for c in writable_columns(table):
        if c == signature_column(table):
            continue
        for r in np.flatnonzero(ownership.owned_px[:, :, c].any(axis=0)).tolist():
            ids = np.flatnonzero(ownership.owned_px[:, r, c])
            if len(ids) > SETTINGS.max_strokes:
                continue
            is_long = heights[ids] >= UPRIGHT.min_height_share * table.row_box(r).height
            others_mm = strokes.length_px[ids[~is_long]] / scale
            marked[r, c] = is_long.any() and bool((others_mm <= UPRIGHT.short_mm).all())
            marked[r, c] &= all(_is_upright(strokes, i, scale) for i in ids[is_long].tolist())
    return marked


def _is_upright(strokes: Strokes, label: int, px_per_mm: float) -> bool:
    box = strokes.box(label)
    straight = straight_line_mm(strokes, label, px_per_mm) is not None
    pen_px = float(strokes.width_px[label])
    return straight and box.width - pen_px <= UPRIGHT.max_lean * box.height
