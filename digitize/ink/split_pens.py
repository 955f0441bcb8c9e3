"""Split strokes of the signature column that two pens of different colours ran together in.

Neighbours who sign with a blue and a black pen across the rule between them leave one connected stroke.  In
colour, the px of each pen are told apart by their tint; see `digitize.ink.pens`.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.images import Pixels
from digitize.ink.cell_map import signature_column
from digitize.ink.pens import MIN_CONTRAST, MIN_DISTANCE
from digitize.ink.strokes import Strokes, part_stroke
from digitize.records import Table

Tints = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PenSplitSettings:
    """When the px of a stroke are of two pens.  Lengths are of pen stroke unless noted."""

    reach_mm: float = 1.0  # by which a stroke reaches beyond a border at least, on both sides
    margin_mm: float = 2.0  # of paper around a stroke, whose colour is that of all the paper there
    smoothing_mm: float = 0.8  # side of the square over which tints are averaged: JPEG blurs colours
    min_length_mm: float = 8.0  # of either pen
    max_spread: float = 0.45  # of the tints of one pen around their mean, over the distance of the two means
    rounds: int = 6  # of the search for the two tints


SETTINGS = PenSplitSettings()


def split_pens(strokes: Strokes, pixels: Pixels, table: Table, px_per_mm: float) -> Strokes:
    """Return the strokes with each that two pens drew split in two; `pixels` is the page.

    Only strokes over a border between rows are looked at, on pages with colour.
    """
    c = signature_column(table)
    if c is None or pixels.ndim != 3:
        return strokes
    column, reach = table.columns[c], SETTINGS.reach_mm * px_per_mm
    for edge in table.row_edges_px[1:-1]:
        middle = (strokes.boxes[:, 0] + strokes.boxes[:, 2]) / 2
        over = (strokes.boxes[:, 1] < edge - reach) & (strokes.boxes[:, 3] > edge + reach)
        over &= (middle > column.left_px) & (middle < column.right_px)
        for label in np.flatnonzero(over).tolist():
            found = _two_pens(strokes, pixels, label, edge, px_per_mm)
            if found is not None:
                strokes = _with_tints(part_stroke(strokes, label, found.other), label, found.tints)
    return strokes


@dataclass(frozen=True, slots=True)
class _TwoPens:
    """The px of the second of two pens in the box of a stroke, and the tints (2, 2) of both."""

    other: Mask
    tints: Tints


def _with_tints(strokes: Strokes, label: int, pens: Tints) -> Strokes:
    if strokes.tints is None:
        return strokes
    tints = strokes.tints.copy()
    tints[label], tints[-1] = pens
    return replace(strokes, tints=tints)


def _two_pens(
    strokes: Strokes, pixels: Pixels, label: int, edge_px: float, px_per_mm: float
) -> _TwoPens | None:
    """Tell the px of two pens in a stroke apart, None if one pen drew it all."""
    box = strokes.box(label)
    rows, columns = box.slices()
    ink = strokes.labels_in(rows, columns) == label
    tints, known = _tints(strokes, pixels, box, ink, px_per_mm)
    below = np.arange(rows.start, rows.stop) > edge_px
    parts = [known & ~below[:, None], known & below[:, None]]
    if not all(part.any() for part in parts):
        return None
    means = np.array([tints[part].mean(axis=0) for part in parts])
    # Lloyd's algorithm, started from the tints above and below the border.
    for _ in range(SETTINGS.rounds):
        off = np.linalg.norm(tints[:, :, None] - means, axis=3)
        nearer = off[:, :, 1] < off[:, :, 0]
        parts = [known & ~nearer, known & nearer]
        if not all(part.any() for part in parts):
            return None
        means = np.array([tints[part].mean(axis=0) for part in parts])
    distance = float(np.linalg.norm(means[0] - means[1]))
    if distance < MIN_DISTANCE:
        return None
    spread = [float(np.sqrt((off[:, :, i][part] ** 2).mean())) for i, part in enumerate(parts)]
    least_px = SETTINGS.min_length_mm * px_per_mm * float(strokes.width_px[label])
    other = ink & nearer
    small = min(np.count_nonzero(other), np.count_nonzero(ink & ~nearer)) < least_px
    if small or max(spread) > SETTINGS.max_spread * distance:
        return None
    return _TwoPens(np.asarray(other), np.asarray(means))


def _tints(strokes: Strokes, pixels: Pixels, box: Box, ink: Mask, px_per_mm: float) -> tuple[Tints, Mask]:
    """Return the tints (height, width, 2) in the box of a stroke, and where they are known."""
    around = box.expanded(SETTINGS.margin_mm * px_per_mm, SETTINGS.margin_mm * px_per_mm)
    bottom, right = strokes.top + strokes.labels.shape[0], strokes.left + strokes.labels.shape[1]
    wide = Box(
        max(around.left, strokes.left),
        max(around.top, strokes.top),
        min(around.right, right),
        min(around.bottom, bottom),
    )
    bare = pixels[wide.slices()][strokes.labels_in(*wide.slices()) == 0]
    paper = np.median(bare, axis=0) if len(bare) else np.full(3, 255.0)
    lost = np.where(ink[:, :, None], paper - pixels[box.slices()].astype(np.float64), 0.0)
    side = 2 * max(1, round(SETTINGS.smoothing_mm * px_per_mm / 2)) + 1
    lost = cv2.blur(lost, (side, side), borderType=cv2.BORDER_CONSTANT)
    covered = cv2.blur(ink.astype(np.float64), (side, side), borderType=cv2.BORDER_CONSTANT)
    contrast = lost.mean(axis=2)
    known = ink & (contrast >= MIN_CONTRAST * covered)
    blue, green, red = (lost[:, :, k] for k in range(3))
    tints = np.stack([red - green, blue - green], axis=2) / np.maximum(contrast, 1e-9)[:, :, None]
    return np.asarray(tints), np.asarray(known)
