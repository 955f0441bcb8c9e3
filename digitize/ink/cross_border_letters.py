"""Find letters written over the border of their cell, so that they are read with the line they belong to.

A stroke is assigned as a whole to the cell that holds most of it (see `assign_strokes`), and rows are
counted on that basis.  But touching letters of two neighbours are one stroke, and the last letter of a long
name may lie half in the next column.  The part of such a stroke that continues the line of another cell is
read there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.ink.assign_strokes import Ownership
from digitize.ink.cell_map import CellIndex
from digitize.records import Role

UNREAD_ROLES = (Role.NUMBER, Role.SIGNATURE, Role.OTHER)  # columns whose cells are not read


@dataclass(frozen=True)
class BorderSettings:
    """What makes part of a stroke a letter of the line in the cell where it lies."""

    min_letter_mm: float = 3.0  # of stroke in the cell beside; less is the edge of a letter
    min_tail_mm: float = 4.5  # of stroke in the cell above or below; descenders have less
    min_in_line_share: float = 0.5  # of the part, between the line's top and foot
    max_covered_share: float = 0.5  # of its width, above or below letters of the line; else it is a tail
    max_gap_mm: float = 1.5  # between the part and the line
    # Quantiles of the tops and feet of a line's strokes, without ascenders and descenders.
    top_quantile: float = 0.2
    foot_quantile: float = 0.8
    max_letter_factor: float = 1.6  # times the line's height: a single letter is no higher and no wider
    min_letter_share: float = 0.25  # of a single letter, in the cell where it is read


SETTINGS = BorderSettings()


@dataclass(frozen=True)
class CrossBorderPart:
    """Part of a stroke that is read in another cell than the one that owns the stroke.

    It is the part of stroke `label` inside `area` (px of the page); `is_whole` tells that this is all of it.
    """

    label: int
    owner: CellIndex
    reader: CellIndex
    area: Box
    is_whole: bool


def find_cross_border_parts(ownership: Ownership) -> tuple[CrossBorderPart, ...]:
    """Return all parts of strokes that are to be read in another cell than the one that owns them."""
    in_cell, owned = ownership.in_cell_px, ownership.owned_px
    undivided = (owned > 0).sum(axis=(1, 2)) == 1
    long = in_cell >= SETTINGS.min_letter_mm * ownership.px_per_mm
    found = []
    for i, r, c in np.argwhere(undivided[:, None, None] & (owned == 0) & long).tolist():
        row, column = np.argwhere(owned[i] > 0)[0].tolist()
        part = _part_in_cell(ownership, i, (row, column), (r, c))
        if part is not None:
            found.append(part)
    return tuple(found)


def parts_read_in(parts: tuple[CrossBorderPart, ...], cell: CellIndex) -> Iterator[CrossBorderPart]:
    """Yield the parts of strokes that are read in a cell but owned by another."""
    return (part for part in parts if part.reader == cell)


def parts_owned_by(parts: tuple[CrossBorderPart, ...], cell: CellIndex) -> Iterator[CrossBorderPart]:
    """Yield the parts of strokes that a cell owns but that are read in another."""
    return (part for part in parts if part.owner == cell)


def _part_in_cell(
    ownership: Ownership, label: int, owner: CellIndex, reader: CellIndex
) -> CrossBorderPart | None:
    """Return the part of a stroke in cell `reader` if it continues the line there."""
    table, strokes, (r, c) = ownership.table, ownership.strokes, reader
    line = np.flatnonzero(ownership.owned_px[:, r, c])
    if table.columns[c].role in UNREAD_ROLES or not len(line):
        return None
    cell, boxes = table.cell_box(r, table.columns[c]), strokes.boxes[line]
    points = strokes.points(label) + strokes.boxes[label, :2] + 0.5
    inside = (points >= (cell.left, cell.top)) & (points < (cell.right, cell.bottom))
    part = points[inside.all(axis=1)]
    top = np.quantile(boxes[:, 1], SETTINGS.top_quantile)
    foot = np.quantile(boxes[:, 3], SETTINGS.foot_quantile)
    in_line = (part[:, 1] >= top) & (part[:, 1] < foot)
    if not len(part) or in_line.mean() < SETTINGS.min_in_line_share:
        return None
    level = boxes[(boxes[:, 1] < part[:, 1].max()) & (boxes[:, 3] > part[:, 1].min())]
    gap_px = max(boxes[:, 0].min() - part[:, 0].max(), part[:, 0].min() - boxes[:, 2].max())
    covered = _covered_share(part[:, 0], level) > SETTINGS.max_covered_share
    if covered or gap_px > SETTINGS.max_gap_mm * ownership.px_per_mm:
        return None
    if owner[0] != r:
        long = ownership.in_cell_px[label, r, c] >= SETTINGS.min_tail_mm * ownership.px_per_mm
        above_or_below = owner[1] == c and abs(owner[0] - r) == 1
        return CrossBorderPart(label, owner, reader, cell, False) if above_or_below and long else None
    is_whole = _is_letter_of(ownership, label, owner, reader, foot - top, gap_px)
    return CrossBorderPart(label, owner, reader, strokes.box(label) if is_whole else cell, is_whole)


def _covered_share(xs: NDArray[np.float64], boxes: NDArray[np.float64]) -> float:
    """Return the share of the range of `xs` that lies above or below one of the boxes."""
    columns = np.arange(xs.min(), xs.max() + 1)
    return float(((columns[:, None] >= boxes[:, 0]) & (columns[:, None] < boxes[:, 2])).any(axis=1).mean())


def _is_letter_of(
    ownership: Ownership, label: int, owner: CellIndex, reader: CellIndex, height_px: float, gap_px: float
) -> bool:
    """Return whether a stroke is a single letter that is closer to the reader's line than to its owner's."""
    strokes, box = ownership.strokes, ownership.strokes.box(label)
    if max(box.width, box.height) > SETTINGS.max_letter_factor * height_px:
        return False
    if ownership.in_cell_px[label][reader] < SETTINGS.min_letter_share * strokes.length_px[label]:
        return False
    others = np.setdiff1d(np.flatnonzero(ownership.owned_px[:, owner[0], owner[1]]), [label])
    boxes = strokes.boxes[others]
    distance = np.maximum(boxes[:, 0] - box.right, box.left - boxes[:, 2])
    return bool((distance > gap_px).all())
