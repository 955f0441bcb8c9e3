"""Letters written over the border of their cell: read where their line is, whoever owns the ink.

A stroke belongs whole to the cell that holds most of it (see `ownership`), and
the count rests on that.  But letters of two neighbours that touch are one
stroke, and the last letter of a long name lies half in the next column.  The
part of such a stroke that goes on with another cell's line is read there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.ink.assign_strokes import Ownership
from digitize.records import Role

LETTER_MM = 3.0  # of stroke beside its own column: less is the edge of a letter that stands there
TAIL_MM = 4.5  # the same above or below its own row: descenders have less
IN_LINE_SHARE = 0.5  # of a part lies between top and foot of the line that it is read with
COVERED_SHARE = 0.5  # of its width at most stands over letters of that line: else it is a tail
LETTER_GAP_MM = 1.5  # between a line and the part that goes on with it
BAND_SHARES = (0.2, 0.8)  # of a line's strokes reach higher and lower: its ascenders and descenders
LETTER_ASPECT = 1.6  # of the line's height is a single letter as high and as wide at most
STRADDLING_SHARE = 0.25  # of a letter lies in the cell that it goes on with
NOT_READ = (Role.NUMBER, Role.SIGNATURE, Role.OTHER)  # columns whose cells nobody reads

Slot = tuple[int, int]  # row and column


@dataclass(frozen=True)
class Moved:
    """The part of stroke `label` within `part` (px of the page): `reader` reads it, `owner` owns it."""

    label: int
    owner: Slot
    reader: Slot
    part: Box
    whole: bool


def moved_parts(ownership: Ownership) -> tuple[Moved, ...]:
    """All parts of strokes that are to be read in another cell than the one that owns them."""
    shares, own = ownership.shares, ownership.own
    undivided = (own > 0).sum(axis=(1, 2)) == 1
    elsewhere = undivided[:, None, None] & (own == 0) & (shares >= LETTER_MM * ownership.px_per_mm)
    found = []
    for i, r, c in np.argwhere(elsewhere).tolist():
        row, column = np.argwhere(own[i] > 0)[0].tolist()
        moved = _moved(ownership, i, (row, column), (r, c))
        if moved is not None:
            found.append(moved)
    return tuple(found)


def _moved(ownership: Ownership, label: int, owner: Slot, reader: Slot) -> Moved | None:
    table, strokes, (r, c) = ownership.table, ownership.strokes, reader
    line = np.flatnonzero(ownership.own[:, r, c])
    if table.columns[c].role in NOT_READ or not len(line):
        return None
    cell, boxes = table.cell_box(r, table.columns[c]), strokes.boxes[line]
    points = strokes.points(label) + strokes.boxes[label, :2] + 0.5
    inside = (points >= (cell.left, cell.top)) & (points < (cell.right, cell.bottom))
    part = points[inside.all(axis=1)]
    top, foot = np.quantile(boxes[:, 1], BAND_SHARES[0]), np.quantile(boxes[:, 3], BAND_SHARES[1])
    if not len(part) or ((part[:, 1] >= top) & (part[:, 1] < foot)).mean() < IN_LINE_SHARE:
        return None
    beside_it = boxes[(boxes[:, 1] < part[:, 1].max()) & (boxes[:, 3] > part[:, 1].min())]
    gap_px = max(boxes[:, 0].min() - part[:, 0].max(), part[:, 0].min() - boxes[:, 2].max())
    if gap_px > LETTER_GAP_MM * ownership.px_per_mm or _covered(part[:, 0], beside_it) > COVERED_SHARE:
        return None
    if owner[0] != r:
        long = ownership.shares[label, r, c] >= TAIL_MM * ownership.px_per_mm
        above_or_below = owner[1] == c and abs(owner[0] - r) == 1
        return Moved(label, owner, reader, cell, whole=False) if above_or_below and long else None
    whole = _is_letter_of(ownership, label, owner, reader, foot - top, gap_px)
    return Moved(label, owner, reader, strokes.box(label) if whole else cell, whole)


def _covered(xs: NDArray[np.float64], boxes: NDArray[np.float64]) -> float:
    """Share of the columns from the first to the last of `xs` in which one of the boxes stands."""
    columns = np.arange(xs.min(), xs.max() + 1)
    return float(((columns[:, None] >= boxes[:, 0]) & (columns[:, None] < boxes[:, 2])).any(axis=1).mean())


def _is_letter_of(
    ownership: Ownership, label: int, owner: Slot, reader: Slot, height_px: float, gap_px: float
) -> bool:
    """Whether a stroke is one letter that stands nearer to the reader's line than to its owner's."""
    strokes, share = ownership.strokes, ownership.shares[label]
    box = strokes.box(label)
    if max(box.width, box.height) > LETTER_ASPECT * height_px:
        return False
    if share[reader] < STRADDLING_SHARE * strokes.length_px[label]:
        return False
    others = np.setdiff1d(np.flatnonzero(ownership.own[:, owner[0], owner[1]]), [label])
    boxes = strokes.boxes[others]
    apart = np.maximum(boxes[:, 0] - box.right, box.left - boxes[:, 2])
    return bool((apart > gap_px).all())


def received(moved: tuple[Moved, ...], cell: Slot) -> Iterator[Moved]:
    """What a cell reads though it owns it not."""
    return (part for part in moved if part.reader == cell)


def given(moved: tuple[Moved, ...], cell: Slot) -> Iterator[Moved]:
    """What a cell owns and does not read."""
    return (part for part in moved if part.owner == cell)
