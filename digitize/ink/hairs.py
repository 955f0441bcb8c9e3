"""Find cells whose ink may be a hair on the glass or a scratch: a few strokes thinner than those of pens."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ink.assign_strokes import Ownership
from digitize.ink.cell_map import writable_columns

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


SETTINGS = HairSettings()


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
