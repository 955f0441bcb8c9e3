"""Give lines under a signature, drawn across the border into the next row, to that signature."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.ink.cell_map import signature_column, stacked_columns
from digitize.ink.marks import straight_line_mm
from digitize.ink.strokes import Strokes
from digitize.records import Table

Lengths = NDArray[np.float64]


@dataclass(frozen=True)
class UnderlineSettings:
    """When a flat line is an underline of the signature above, and not written for its own row."""

    max_depth_share: float = 0.45  # of the row's height, from its top; lower lines are dashes
    max_gap_mm: float = 3.0  # to the signature above
    max_slope: float = 0.25
    min_under_share: float = 0.5  # of the line below the signature above
    # An initial that the line goes on from, or ends in: people sign "C" and a wave.
    max_initial_gap_mm: float = 4.0
    min_initial_mm: float = 5.0  # length of stroke; a speck or the tip of a neighbour's letter has less
    max_initial_overlap_share: float = 0.2  # of the line, above or below the initial


SETTINGS = UnderlineSettings()


def return_underlines(owned: Lengths, strokes: Strokes, table: Table, px_per_mm: float) -> None:
    """Assign, in place, a horizontal line just below a signature's row to that signature.

    `owned` (strokes, rows, columns) is the length of each stroke that each cell owns.
    """
    c = signature_column(table)
    if c is None or stacked_columns(table, c) != [c]:  # other cells lie between the signatures of two rows
        return
    for r in range(1, owned.shape[1]):
        top, height = table.row_edges_px[r], table.row_edges_px[r + 1] - table.row_edges_px[r]
        above = strokes.boxes[owned[:, r - 1, c] > 0]
        for i in np.flatnonzero(owned[:, r, c]).tolist():
            line = strokes.box(i)
            near = above[above[:, 3] >= line.top - SETTINGS.max_gap_mm * px_per_mm]
            low = line.centre[1] - top > SETTINGS.max_depth_share * height
            if low or not len(near) or line.height > SETTINGS.max_slope * line.width:
                continue
            under = np.maximum(_overlaps_px(near, line), 0).sum() >= SETTINGS.min_under_share * line.width
            if (
                under
                and straight_line_mm(strokes, i, px_per_mm)
                and not _has_initial(owned[:, r, c], strokes, i, px_per_mm)
            ):
                owned[i, r - 1, c], owned[i, r, c] = owned[i, r, c], 0.0


def _overlaps_px(boxes: NDArray[np.float64], line: Box) -> NDArray[np.float64]:
    """Return how much of a line's width lies above or below each box; less than 0 is a gap."""
    return np.asarray(np.minimum(boxes[:, 2], line.right) - np.maximum(boxes[:, 0], line.left))


def _has_initial(owned: NDArray[np.float64], strokes: Strokes, i: int, px_per_mm: float) -> bool:
    """Return whether another stroke of the same cell stands beside the line, at its height."""
    line, boxes = strokes.box(i), strokes.boxes
    overlap_px = _overlaps_px(boxes, line)
    beside = (overlap_px >= -SETTINGS.max_initial_gap_mm * px_per_mm) & (
        overlap_px <= SETTINGS.max_initial_overlap_share * line.width
    )
    level = (boxes[:, 1] <= line.centre[1]) & (boxes[:, 3] >= line.centre[1])
    large = owned >= SETTINGS.min_initial_mm * px_per_mm
    large[i] = False
    return bool((beside & level & large).any())
