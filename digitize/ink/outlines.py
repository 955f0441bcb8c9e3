"""Measure the outline of a stroke: how long it is, and whether the pen went round in a loop."""

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

MIN_LOOP_MM = 0.3  # width and height of the paper inside a loop; specks of paper in worn ink are smaller


def outline_px(points: Points) -> float:
    """Return the length of the outline of a stroke, its px (n, 2), that of the loops in it included."""
    outlines, _ = _outlines(points)
    return float(sum(cv2.arcLength(outline, True) for outline in outlines))


def has_loop(points: Points, px_per_mm: float) -> bool:
    """Return whether a stroke, its px (n, 2), closes around a piece of paper."""
    outlines, is_inner = _outlines(points)
    least_px = (MIN_LOOP_MM * px_per_mm) ** 2
    return any(
        inner and cv2.contourArea(outline) >= least_px
        for outline, inner in zip(outlines, is_inner, strict=True)
    )


def _outlines(points: Points) -> tuple[list[NDArray[np.int32]], list[bool]]:
    """Return the closed outlines of a stroke, and which of them go round paper inside it."""
    x, y = (points - points.min(axis=0)).astype(np.intp).T + 1
    ink = np.zeros((int(y.max()) + 2, int(x.max()) + 2), np.uint8)
    ink[y, x] = 1
    found, hierarchy = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    outlines = [np.asarray(outline, dtype=np.int32) for outline in found]
    return outlines, [int(parent) >= 0 for parent in hierarchy[0][:, 3]]
