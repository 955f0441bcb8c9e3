"""What lies over a table and belongs to no row: stamps, and long lines that close or strike rows."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.ink.marks import straight_line
from digitize.ink.strokes import Strokes

CHAIN_MM = 30.0  # of straight pieces one behind the other: a line that rules and gaps have cut up
CHAIN_PIECES = 3  # at least
CHAIN_GAP_MM = 3.5  # between two of them: a flat line loses much where it crosses a rule
CHAIN_OFF_MM = 1.0  # that a piece lies off the course of the one before
CHAIN_BEND = 0.15  # of its length may a piece depart from the course of the one before
CHAIN_SLOPE = 0.08  # least rise: level pieces are dashes, or crumbs of a rule
LINE_MM = 20.0  # longer straight lines close, strike or underline: dashes for "nothing" have up to 15 mm
STAMP_MM = (12.0, 60.0)  # size of a stamp
ARC_MM = 5.0  # a piece of a round frame is at least so long
ARC_WOBBLE_MM = 0.35  # and departs no further from its circle (root mean square)
BAND_MM = 0.8  # half width of the ring in which a frame's pieces lie
ON_SHARE = 0.7  # of a stroke lies on the frame: it is a piece of it
RINGS = 1.6  # of a ring's radius: further out lies no second one
SECTORS = 36  # in which pieces are looked for around the middle
SECTOR_SHARE = 0.5  # of them hold a piece: a flourish bends, but not so far round
SIDE_SHARE = 0.8  # of an angular frame's ink lies at its four sides
WITHIN_SHARE = 0.7  # of a stroke lies inside a stamp: it is the stamp's print, or writing under it

Points = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Strangers:
    """Per stroke: whether it is a stamp's `frame`, lies `within` one, or is a long straight `line`.

    `chain` tells the pieces of a line that goes on over several rows.
    """

    frame: Mask
    within: Mask
    line: Mask
    chain: Mask


def find_stamps_and_lines(strokes: Strokes, px_per_mm: float) -> Strangers:
    """Tell stamps and long lines among the strokes."""
    count = len(strokes.area_px)
    frame, within, line = (np.zeros(count, dtype=np.bool_) for _ in range(3))
    ys, xs = np.nonzero(strokes.labels > 0)
    ink = _Ink(np.stack([xs, ys], axis=1).astype(np.float64), strokes.labels[ys, xs], strokes.area_px)
    size = strokes.boxes[:, 2:] - strokes.boxes[:, :2]
    straight: list[int] = []
    for i in np.flatnonzero(size.max(axis=1) >= ARC_MM * px_per_mm).tolist():
        if frame[i]:
            continue
        length_mm = straight_line(strokes, i, px_per_mm)
        if length_mm is not None:
            line[i] = length_mm >= LINE_MM
            straight.append(i)
            continue
        points = strokes.points(i) + strokes.boxes[i, :2] - (strokes.left, strokes.top)
        for on, inside in (_round(ink, points, px_per_mm), _angular(ink, points, px_per_mm)):
            frame |= on
            within |= inside
    chain = _chained(strokes, straight, px_per_mm)
    return Strangers(frame, within & ~frame, (line | chain) & ~frame, chain & ~frame)


def _chained(strokes: Strokes, straight: list[int], px_per_mm: float) -> Mask:
    """Which of the straight strokes lie one behind the other on a slanted line, as a closing Z does."""
    ends = np.array([_ends(strokes.points(i) + strokes.boxes[i, :2]) for i in straight]).reshape(-1, 4)
    group = np.arange(len(straight))
    for i, (x0, y0, x1, y1) in enumerate(ends):
        along = np.array([x1 - x0, y1 - y0]) / max(np.hypot(x1 - x0, y1 - y0), 1e-9)
        if abs(along[1]) < CHAIN_SLOPE:
            continue
        starts = ends[:, :2] - (x1, y1)
        ahead, off = starts @ along, np.abs(starts @ (-along[1], along[0]))
        far_off = np.abs((ends[:, 2:] - (x1, y1)) @ (-along[1], along[0]))
        far = (ends[:, 2:] - (x1, y1)) @ along
        near = (np.abs(ahead) <= CHAIN_GAP_MM * px_per_mm) & (off <= CHAIN_OFF_MM * px_per_mm)
        near &= far_off <= CHAIN_OFF_MM * px_per_mm + CHAIN_BEND * np.maximum(far, 0)
        for k in np.flatnonzero(near & (far > 0)).tolist():
            group[group == group[k]] = group[i]
    chain = np.zeros(len(strokes.area_px), dtype=np.bool_)
    for g in np.unique(group):
        these = [straight[k] for k in np.flatnonzero(group == g).tolist()]
        if len(these) >= CHAIN_PIECES and strokes.length_px[these].sum() >= CHAIN_MM * px_per_mm:
            chain[these] = True
    return chain


def _ends(points: Points) -> tuple[float, float, float, float]:
    """Upper and lower end (x, y, x, y) of the middle line of a straight stroke."""
    middle = points.mean(axis=0)
    _, vectors = np.linalg.eigh((points - middle).T @ (points - middle))
    along = vectors[:, 1] if vectors[1, 1] >= 0 else -vectors[:, 1]
    reach = (points - middle) @ along
    upper, lower = middle + reach.min() * along, middle + reach.max() * along
    return float(upper[0]), float(upper[1]), float(lower[0]), float(lower[1])


@dataclass(frozen=True)
class _Ink:
    """All ink px: where they are, which stroke they belong to, and the area of each stroke."""

    points: Points
    labels: NDArray[np.int32]
    area_px: Points

    def share(self, chosen: Mask) -> Points:
        """Per stroke the share of its px that is chosen."""
        counts = np.bincount(self.labels[chosen], minlength=len(self.area_px))
        return np.asarray(counts / np.maximum(self.area_px, 1))


def _round(ink: _Ink, points: Points, px_per_mm: float) -> tuple[Mask, Mask]:
    """The strokes of the round frame of which `points` are a piece, and those inside it, if there is one."""
    nothing = np.zeros(len(ink.area_px), dtype=np.bool_)
    # Least squares for x^2 + y^2 = 2 a x + 2 b y + c (Kasa 1976).
    shift = points.mean(axis=0)
    near = points - shift
    system = np.column_stack([2 * near, np.ones(len(near))])
    a, b, c = np.linalg.lstsq(system, (near**2).sum(axis=1), rcond=None)[0]
    radius = float(np.sqrt(max(c + a * a + b * b, 0.0)))
    if not STAMP_MM[0] / 2 <= radius / px_per_mm <= STAMP_MM[1] / 2:
        return nothing, nothing
    off = np.hypot(*(near - (a, b)).T) - radius
    if np.sqrt(np.mean(off**2)) > ARC_WOBBLE_MM * px_per_mm:
        return nothing, nothing
    away = ink.points - shift - (a, b)
    distance = np.hypot(*away.T)
    band = np.abs(distance - radius) <= BAND_MM * px_per_mm
    pieces = ink.share(band) >= ON_SHARE
    shown = band & pieces[ink.labels]
    angle = (np.arctan2(away[shown, 1], away[shown, 0]) / (2 * np.pi) + 0.5) * SECTORS
    if len(np.unique(angle.astype(np.intp) % SECTORS)) < SECTOR_SHARE * SECTORS:
        return nothing, nothing
    return pieces | _concentric(ink, distance, radius, px_per_mm), ink.share(
        distance < radius
    ) >= WITHIN_SHARE


def _concentric(ink: _Ink, distance: Points, radius: float, px_per_mm: float) -> Mask:
    """Pieces of other rings around the middle of a stamp: all of their px are equally far from it."""
    count = np.maximum(np.bincount(ink.labels, minlength=len(ink.area_px)), 1)
    mean = np.bincount(ink.labels, distance, len(count)) / count
    spread = np.sqrt(np.maximum(np.bincount(ink.labels, distance**2, len(count)) / count - mean**2, 0))
    long = ink.area_px >= ARC_MM * BAND_MM / 2 * px_per_mm**2
    return np.asarray(long & (mean < RINGS * radius) & (spread <= ARC_WOBBLE_MM * px_per_mm))


def _angular(ink: _Ink, points: Points, px_per_mm: float) -> tuple[Mask, Mask]:
    """The same for a rectangular frame in one piece, turned or not."""
    nothing = np.zeros(len(ink.area_px), dtype=np.bool_)
    middle, sides, turn_deg = cv2.minAreaRect(points.astype(np.float32))
    low, high = (mm * px_per_mm for mm in STAMP_MM)
    if not (0.75 * low <= min(sides) and low <= max(sides) <= high):
        return nothing, nothing
    turn = np.deg2rad(turn_deg)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])

    def depth(these: Points) -> Points:
        """How far inside the nearest side points lie; negative outside."""
        return np.asarray((np.array(sides) / 2 - np.abs((these - np.array(middle)) @ axes.T)).min(axis=1))

    at_sides = np.abs(depth(points)) <= 2 * BAND_MM * px_per_mm
    # Drawn once round, a frame is as long as its sides.
    around = len(points[at_sides]) >= 2 * sum(sides) * SIDE_SHARE
    if at_sides.mean() < SIDE_SHARE or not around:
        return nothing, nothing
    inwards = depth(ink.points)
    pieces = ink.share(np.abs(inwards) <= 2 * BAND_MM * px_per_mm) >= ON_SHARE
    return pieces, ink.share(inwards > 0) >= WITHIN_SHARE
