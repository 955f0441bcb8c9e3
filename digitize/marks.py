"""Marks that are no writing: dash, tick, ditto marks, told by the shape of few strokes."""

import numpy as np
from numpy.typing import NDArray

from digitize.records import Mark
from digitize.strokes import Strokes

DASH_MM = (2.0, 45.0)
DASH_MAX_WOBBLE_MM = 0.45  # a straight pen stroke departs no further from its line (root mean square)
DASH_MAX_SLOPE = 0.4
MAIN_SHARE = 0.85  # of the ink is in one stroke, the rest are dots
TICK_MM = (2.0, 14.0)  # width and height of a check mark
TICK_MAX_STROKE_MM = 28.0
TICK_WOBBLE_MM = 0.5  # of its two arms around straight lines
DITTO_HEIGHT_MM = (0.8, 5.0)
DITTO_WIDTH_MM = 1.8  # of one of the small strokes
DITTO_STROKES = (2, 6)


def mark_of(strokes: Strokes, ids: NDArray[np.intp], px_per_mm: float) -> Mark:
    """What the strokes `ids` of one cell are, taken together."""
    lengths = strokes.length_px[ids]
    if _is_ditto(strokes, ids, px_per_mm):
        return Mark.DITTO
    main = int(ids[int(lengths.argmax())])
    if lengths.max() < MAIN_SHARE * lengths.sum():
        return Mark.WRITING
    points = _points(strokes, main) / px_per_mm
    if _is_dash(points):
        return Mark.DASH
    if strokes.length_px[main] <= TICK_MAX_STROKE_MM * px_per_mm and _is_tick(points):
        return Mark.TICK
    return Mark.WRITING


def _points(strokes: Strokes, label: int) -> NDArray[np.float64]:
    """Ink px of a stroke as (n, 2) x, y."""
    box = strokes.box(label)
    top, left = round(box.top) - strokes.top, round(box.left) - strokes.left
    part = strokes.labels[top : round(box.bottom) - strokes.top, left : round(box.right) - strokes.left]
    ys, xs = np.nonzero(part == label)
    return np.stack([xs, ys], axis=1).astype(np.float64)


def _line(points: NDArray[np.float64]) -> tuple[float, float, float]:
    """Length, slope (rise over run, absolute) and wobble of the best straight line through points."""
    centred = points - points.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    across, along = centred @ vectors[:, 0], centred @ vectors[:, 1]
    run, rise = abs(float(vectors[0, 1])), abs(float(vectors[1, 1]))
    slope = rise / max(run, 1e-9)
    return float(np.ptp(along)), slope, float(np.sqrt(np.mean(across**2)))


def _is_dash(points: NDArray[np.float64]) -> bool:
    length, slope, wobble = _line(points)
    return (
        DASH_MM[0] <= length <= DASH_MM[1] and slope <= DASH_MAX_SLOPE and wobble <= min(DASH_MAX_WOBBLE_MM, length / 8)
    )


def _is_tick(points: NDArray[np.float64]) -> bool:
    """A short arm down to the right, a longer one up to the right, both straight."""
    size = np.ptp(points, axis=0)
    if not all(TICK_MM[0] <= side <= TICK_MM[1] for side in size.tolist()):
        return False
    corner = points[points[:, 1].argmax(), 0]
    left, right = points[points[:, 0] <= corner], points[points[:, 0] > corner]
    if len(left) < 8 or len(right) < 8:
        return False
    left_length, _, left_wobble = _line(left)
    right_length, _, right_wobble = _line(right)
    rises = right[right[:, 0].argmax(), 1] < points[:, 1].max() - 0.6 * size[1]
    falls = left[left[:, 0].argmin(), 1] < points[:, 1].max() - 0.1 * size[1]
    straight = max(left_wobble, right_wobble) <= TICK_WOBBLE_MM
    return bool(rises and falls and straight and right_length > 1.2 * left_length)


def _is_ditto(strokes: Strokes, ids: NDArray[np.intp], px_per_mm: float) -> bool:
    """Two or more small upright strokes side by side and nothing else but dots and dashes."""
    boxes = strokes.boxes[ids] / px_per_mm
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    upright = (height >= DITTO_HEIGHT_MM[0]) & (height <= DITTO_HEIGHT_MM[1]) & (width <= DITTO_WIDTH_MM)
    upright &= height > width
    level = (width <= 8.0) & (height <= 1.2)
    if not DITTO_STROKES[0] <= int(upright.sum()) <= DITTO_STROKES[1] or not (upright | level).all():
        return False
    tops = boxes[upright, 1]
    return float(np.ptp(tops)) <= 1.5
