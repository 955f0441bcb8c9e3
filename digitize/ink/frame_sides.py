"""Tell whether strokes are the sides of a frame of which so little shows that it may be something else."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ink.strokes import Strokes

Points = NDArray[np.float64]
Mask = NDArray[np.bool_]
Sides = tuple[float, float, float, float]  # left, top, right, bottom

COARSE_PX_PER_MM = 4.0  # frames are searched on a coarse image
BAND_MM = 0.8  # half width of a side
SIDE_BAND_PX = 1.5 * BAND_MM * COARSE_PX_PER_MM  # of the coarse image, from the middle of a side
MIN_PIECE_MM = 5.0  # letters are smaller
MAX_STROKE_FACTOR = 1.2  # times the width and height of a stroke's box: letters and words are longer
ON_SIDE_SHARE = 0.7  # of a stroke's px: it is a piece of the frame


@dataclass(frozen=True, slots=True)
class FrameSideSettings:
    """How much of a frame must be strokes like sides: straight parts of writing and underlines are none."""

    max_bend: float = 1.17  # length of such strokes, over the diagonals of their boxes; letters have 1.2
    min_share: float = 0.42  # of the way around the frame
    min_pieces: int = 4
    min_straight_pieces: int = 3  # of these; the others are corners


SETTINGS = FrameSideSettings()


def are_like_sides(strokes: Strokes, px_per_mm: float) -> Mask:
    """Mark the strokes that are straight and longer than letters."""
    size_px = strokes.boxes[:, 2:] - strokes.boxes[:, :2]
    straight = strokes.length_px <= SETTINGS.max_bend * np.hypot(*size_px.T)
    return np.asarray(straight & (size_px.max(axis=1) >= MIN_PIECE_MM * px_per_mm))


def lie_on_sides(strokes: Strokes, like_sides: Mask, pieces: Points, scale: float) -> Mask:
    """Mark the pieces (n, 2, 2) in the middle of strokes like the sides of a frame; none if there are few."""
    if like_sides.sum() < SETTINGS.min_pieces:
        return np.zeros(len(pieces), dtype=np.bool_)
    height, width = strokes.labels.shape
    xs, ys = (pieces.mean(axis=1) / scale).round().astype(np.intp).T
    near = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    found = [
        like_sides[strokes.labels[np.clip(ys + dy, 0, height - 1), np.clip(xs + dx, 0, width - 1)]]
        for dx, dy in near
    ]
    return np.asarray(np.any(found, axis=0))


def has_straight_sides(strokes: Strokes, like_sides: Mask, turn: Points, sides: Sides, scale: float) -> bool:
    """Return whether enough of these straight strokes lie on the sides of a frame to look at all others."""
    corner = np.array([[strokes.left], [strokes.top]])
    on_sides = 0
    for i in np.flatnonzero(like_sides).tolist():
        points = (strokes.points(i) + strokes.boxes[i, :2]).T - corner
        depth = depth_inside(points, turn, sides, scale)
        on_sides += bool((np.abs(depth) <= SIDE_BAND_PX).mean() >= ON_SIDE_SHARE)
    return on_sides >= SETTINGS.min_straight_pieces


def has_enough_sides(strokes: Strokes, frame: Mask, sides: Sides, px_per_mm: float) -> bool:
    """Return whether enough of a frame consists of strokes that are longer than letters and plain."""
    left, top, right, bottom = sides
    around_mm = 2 * (right - left + bottom - top) / COARSE_PX_PER_MM
    size_px = strokes.boxes[frame, 2:] - strokes.boxes[frame, :2]
    length_px = strokes.length_px[frame]
    plain = length_px <= MAX_STROKE_FACTOR * size_px.sum(axis=1)
    plain &= size_px.max(axis=1, initial=0) >= MIN_PIECE_MM * px_per_mm
    if plain.sum() < SETTINGS.min_pieces:
        return False
    is_long = length_px[plain].sum() >= SETTINGS.min_share * around_mm * px_per_mm
    bend = float((length_px[plain] / np.hypot(*size_px[plain].T)).mean())
    return bool(is_long and bend <= SETTINGS.max_bend)


def depth_inside(
    points: NDArray[np.float64] | NDArray[np.intp], turn: Points, sides: Sides, scale: float
) -> Points:
    """Return how far inside a frame points (2, n) lie, in px of the coarse image; negative outside."""
    x, y = turn[:, :2] @ (points + 0.5) * scale + turn[:, 2:]
    left, top, right, bottom = sides
    return np.asarray(np.minimum.reduce([x - left, right - x, y - top, bottom - y]))
