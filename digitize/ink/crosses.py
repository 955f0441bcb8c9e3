"""Recognise a cross: two straight lines that cross each other near their middles."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitize.ink.lines import fit_line

Points = NDArray[np.float64]
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class CrossSettings:
    """The shape of a cross."""

    min_line_mm: float = 3.2  # letters of small hands have shorter ones
    max_line_mm: float = 16.0
    max_deviation_mm: float = 0.45  # of either line, root mean square
    min_angle_deg: float = 35.0  # between the lines
    min_arm_share: float = 0.25  # of a line's length on either side of the crossing; letters have less
    max_stroke_factor: float = 1.25  # times the length of both lines
    # Deviation of all points from one line, per its length: a cross has 0.2, a slanting scribble 0.04.
    min_spread_share: float = 0.08
    fits: int = 4  # rounds of dividing the px between the lines and fitting these anew
    min_points: int = 8  # of a line


SETTINGS = CrossSettings()


class _Axis(NamedTuple):
    """A straight line through `middle` in the direction `along` (of length 1)."""

    middle: Vector
    along: Vector

    def distances(self, points: Points) -> Vector:
        """Return how far points lie beside the line."""
        x, y = (points - self.middle).T
        return np.asarray(np.abs(x * self.along[1] - y * self.along[0]))

    def ends(self, points: Points) -> tuple[float, float]:
        """Return the positions on the line, from its middle, of the first and the last of the points."""
        at = (points - self.middle) @ self.along
        return float(at.min()), float(at.max())

    def position_of(self, other: "_Axis") -> float:
        """Return the position on the line, from its middle, where the other one crosses it."""
        way = other.middle - self.middle
        return float(_cross_product(way, other.along) / _cross_product(self.along, other.along))


def is_cross(points: Points, stroke_mm: float) -> bool:
    """Return whether points (n, 2; mm), the px of `stroke_mm` of pen stroke, are a cross.

    Two lines are fitted by turns with the division of the points between them, beginning with the diagonals
    of the box around all points (Bradley and Mangasarian, "k-plane clustering", Journal of Global
    Optimization, 2000).
    """
    if stroke_mm > SETTINGS.max_stroke_factor * 2 * SETTINGS.max_line_mm:
        return False  # as most signatures are; fitting the lines takes long
    low, high = points.min(axis=0), points.max(axis=0)
    both = fit_line(points)
    spread = both.deviation >= SETTINGS.min_spread_share * both.length
    if float((high - low).min()) < SETTINGS.min_line_mm / 2 or not spread:
        return False
    down, up = ((high - low) * (1.0, side) for side in (1.0, -1.0))
    lines = [_Axis((low + high) / 2, way / np.linalg.norm(way)) for way in (down, up)]
    divided = None
    for _ in range(SETTINGS.fits):
        near = lines[0].distances(points) <= lines[1].distances(points)
        if divided is not None and np.array_equal(near, divided):
            break  # and so would be the next lines
        divided = near
        parts = points[near], points[~near]
        if min(map(len, parts)) < SETTINGS.min_points:
            return False
        lines = [_fitted(part) for part in parts]
    if abs(_cross_product(lines[0].along, lines[1].along)) < np.sin(np.deg2rad(SETTINGS.min_angle_deg)):
        return False
    ends = [line.ends(part) for line, part in zip(lines, parts, strict=True)]
    lengths = [stop - start for start, stop in ends]
    long = all(SETTINGS.min_line_mm <= length <= SETTINGS.max_line_mm for length in lengths)
    alone = stroke_mm <= SETTINGS.max_stroke_factor * sum(lengths)
    straight = all(
        np.sqrt(np.mean(line.distances(part) ** 2)) <= SETTINGS.max_deviation_mm
        for line, part in zip(lines, parts, strict=True)
    )
    crossings = lines[0].position_of(lines[1]), lines[1].position_of(lines[0])
    arms = all(
        min(at - start, stop - at) >= SETTINGS.min_arm_share * (stop - start)
        for at, (start, stop) in zip(crossings, ends, strict=True)
    )
    return long and alone and straight and arms


def _fitted(points: Points) -> _Axis:
    """Fit a straight line by total least squares."""
    middle = points.mean(axis=0)
    _, vectors = np.linalg.eigh((points - middle).T @ (points - middle))
    return _Axis(middle, vectors[:, 1])


def _cross_product(one: Vector, other: Vector) -> float:
    return float(one[0] * other[1] - one[1] * other[0])
