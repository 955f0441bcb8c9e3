"""Strokes drawn on a white sheet without rules and scanner noise, so that every px of them is known."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.ink.strokes import Strokes

PX_PER_MM = 10.0
PEN_MM = 0.5

Line = Sequence[tuple[float, float]]  # mm
Mask = NDArray[np.bool_]


def draw_mask(*lines: Line, size_mm: tuple[float, float]) -> Mask:
    """Draw lines with a pen of `PEN_MM` on a sheet of this width and height."""
    width, height = (round(side * PX_PER_MM) for side in size_mm)
    canvas = np.zeros((height, width), dtype=np.uint8)
    for line in lines:
        points = np.round(np.asarray(line, dtype=np.float64) * PX_PER_MM).astype(np.int32)
        cv2.polylines(canvas, [points], False, (1,), round(PEN_MM * PX_PER_MM))
    return canvas > 0


def strokes_of(mask: Mask) -> Strokes:
    """Return the connected strokes of a mask, the window of which is the whole sheet."""
    ink = mask.astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, width, height, area = stats.T.astype(np.float64)
    boxes = np.stack([left, top, left + width, top + height], axis=1)
    boxes[0], area[0] = 0.0, 0.0
    depth = np.bincount(labels[mask], cv2.distanceTransform(ink, cv2.DIST_L2, 5)[mask], count)
    pen_px = np.maximum(1.0, 4 * depth / np.maximum(area, 1) - 2)  # as in `digitize.ink.strokes`
    return Strokes(0, 0, np.asarray(labels, dtype=np.int32), boxes, area, pen_px, np.ones(count))


def labels_on(strokes: Strokes, mask: Mask) -> list[int]:
    """Return the labels of the strokes with any px in the mask."""
    return [int(i) for i in np.unique(strokes.labels[mask]) if i]
