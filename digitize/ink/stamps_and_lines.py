"""Find what lies over a table and belongs to no row: stamps, and long lines that close or strike out rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.ink.broken_frames import find_broken_frames
from digitize.ink.circles import Circle, fit_circle
from digitize.ink.marks import straight_line_mm
from digitize.ink.strokes import Strokes

Points = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class LongLineSettings:
    """What counts as a long line, in one piece or broken up by rules and gaps."""

    min_line_mm: float = 20.0  # dashes for "nothing here" are up to 15 mm long
    min_broken_mm: float = 30.0  # stroke of all pieces together
    min_pieces: int = 3
    max_gap_mm: float = 3.5  # between two pieces: a flat line loses much where it crosses a rule
    max_offset_mm: float = 1.0  # of the start of a piece from the line through the one before it
    max_bend: float = 0.15  # offset of its end, over the length of the piece
    min_slope: float = 0.08  # horizontal pieces are dashes, or remnants of a rule


@dataclass(frozen=True)
class StampSettings:
    """The shape of a stamp's frame, round or rectangular."""

    min_size_mm: float = 12.0
    max_size_mm: float = 60.0
    min_arc_mm: float = 5.0  # of a single piece of a round frame
    max_arc_deviation_mm: float = 0.35  # of a piece from its circle, root mean square
    max_arcs: int = 24  # the longest, tried two by two
    fitted_points: int = 300  # of two arcs: more would not make the circle more exact
    band_mm: float = 0.8  # half width of the ring in which the pieces of a frame lie
    on_frame_share: float = 0.7  # of a stroke's px: it is a piece of the frame
    outer_ring_factor: float = 1.6  # times a ring's radius: no second ring lies further out
    sectors: int = 36  # of the circle, searched for pieces
    min_sector_share: float = 0.5  # of them must hold a piece; flourishes bend, but not so far round
    min_side_share: float = 0.8  # of a rectangular frame's ink lies along its sides, and of these is ink
    inside_share: float = 0.7  # of a stroke's px: it is print of the stamp, or writing under it


LONG_LINE, STAMP = LongLineSettings(), StampSettings()


@dataclass(frozen=True)
class StampsAndLines:
    """Masks over the strokes, indexed by label.

    `frame` marks frames of stamps, `in_stamp` strokes inside a frame; `likely_frame` and `in_likely_stamp`
    the same of frames of which so little shows that they may be something else.  `line` marks long straight
    lines, and `broken_line` those of them that are pieces of a line that runs on over several rows.
    """

    frame: Mask
    in_stamp: Mask
    likely_frame: Mask
    in_likely_stamp: Mask
    line: Mask
    broken_line: Mask


def find_stamps_and_lines(strokes: Strokes, px_per_mm: float) -> StampsAndLines:
    """Find the stamps and long lines among the strokes."""
    count = len(strokes.area_px)
    frame, inside, likely_frame, inside_likely, line = (np.zeros(count, dtype=np.bool_) for _ in range(5))
    ink = _Ink(strokes)
    size = strokes.boxes[:, 2:] - strokes.boxes[:, :2]
    straight: list[int] = []
    arcs: list[Points] = []
    for i in np.flatnonzero(size.max(axis=1) >= STAMP.min_arc_mm * px_per_mm).tolist():
        length_mm = straight_line_mm(strokes, i, px_per_mm)
        if length_mm is not None:
            line[i] = length_mm >= LONG_LINE.min_line_mm
            straight.append(i)
        points = strokes.points(i) + strokes.boxes[i, :2] - (strokes.left, strokes.top)
        if fit_circle(points).deviation(points) <= STAMP.max_arc_deviation_mm * px_per_mm:
            arcs.append(points)
        if length_mm is None and not frame[i]:
            pieces, within = _rectangular_frame(ink, points, px_per_mm)
            frame |= pieces
            inside |= within
    for circle in _circles(arcs, px_per_mm):
        pieces, within = _round_frame(ink, circle, px_per_mm)
        frame |= pieces
        inside |= within
    for found in find_broken_frames(strokes, px_per_mm):
        if found.sure:
            frame |= found.pieces
            inside |= found.inside
        else:
            likely_frame |= found.pieces
            inside_likely |= found.inside
    broken = _broken_lines(strokes, straight, px_per_mm)
    return StampsAndLines(
        frame,
        inside & ~frame,
        likely_frame & ~frame,
        inside_likely & ~frame,
        (line | broken) & ~frame,
        broken & ~frame,
    )


def _broken_lines(strokes: Strokes, straight: list[int], px_per_mm: float) -> Mask:
    """Mark the straight strokes that lie one behind the other on a slanted line, as in a closing Z."""
    ends = np.array([_ends(strokes.points(i) + strokes.boxes[i, :2]) for i in straight]).reshape(-1, 4)
    offset_px = LONG_LINE.max_offset_mm * px_per_mm
    group = np.arange(len(straight))
    for i, (x0, y0, x1, y1) in enumerate(ends):
        along = np.array([x1 - x0, y1 - y0]) / max(np.hypot(x1 - x0, y1 - y0), 1e-9)
        if abs(along[1]) < LONG_LINE.min_slope:
            continue
        across = np.array([-along[1], along[0]])
        starts, stops = ends[:, :2] - (x1, y1), ends[:, 2:] - (x1, y1)
        ahead = stops @ along
        joined = np.abs(starts @ along) <= LONG_LINE.max_gap_mm * px_per_mm
        joined &= np.abs(starts @ across) <= offset_px
        joined &= np.abs(stops @ across) <= offset_px + LONG_LINE.max_bend * np.maximum(ahead, 0)
        for k in np.flatnonzero(joined & (ahead > 0)).tolist():
            group[group == group[k]] = group[i]
    broken = np.zeros(len(strokes.area_px), dtype=np.bool_)
    for g in np.unique(group):
        pieces = [straight[k] for k in np.flatnonzero(group == g).tolist()]
        long = strokes.length_px[pieces].sum() >= LONG_LINE.min_broken_mm * px_per_mm
        if len(pieces) >= LONG_LINE.min_pieces and long:
            broken[pieces] = True
    return broken


def _ends(points: Points) -> tuple[float, float, float, float]:
    """Return the upper and the lower end (x, y, x, y) of the axis of a straight stroke."""
    middle = points.mean(axis=0)
    _, vectors = np.linalg.eigh((points - middle).T @ (points - middle))
    along = vectors[:, 1] if vectors[1, 1] >= 0 else -vectors[:, 1]
    distance = (points - middle) @ along
    upper, lower = middle + distance.min() * along, middle + distance.max() * along
    return float(upper[0]), float(upper[1]), float(lower[0]), float(lower[1])


@dataclass(frozen=True)
class _Ink:
    """All px of ink of a table."""

    strokes: Strokes

    @property
    def labels(self) -> NDArray[np.int32]:
        """The label of each px."""
        return self.strokes.ink_px[2]

    @property
    def area_px(self) -> Points:
        """The area of each stroke."""
        return self.strokes.area_px

    @cached_property
    def points(self) -> Points:
        """The position (n, 2) of each px; made when first asked for, as few pages hold a stamp."""
        ys, xs, _ = self.strokes.ink_px
        return np.stack([xs, ys], axis=1).astype(np.float64)

    def share(self, selected: Mask) -> Points:
        """Return for every stroke the share of its px that are selected."""
        counts = np.bincount(self.labels[selected], minlength=len(self.area_px))
        return np.asarray(counts / np.maximum(self.area_px, 1))


def _circles(arcs: list[Points], px_per_mm: float) -> Iterator[Circle]:
    """Yield the circles through single arcs and through two of them.

    A short arc tells little about its circle, two of them tell more.
    """
    arcs = sorted(arcs, key=len, reverse=True)[: STAMP.max_arcs]
    for one, other in combinations_with_replacement(arcs, 2):
        points = one if one is other else np.concatenate([one, other])
        points = points[:: -(-len(points) // STAMP.fitted_points)]
        circle = fit_circle(points)
        low, high = STAMP.min_size_mm / 2 * px_per_mm, STAMP.max_size_mm / 2 * px_per_mm
        if not low <= circle.radius <= high:
            continue
        if circle.deviation(points) <= STAMP.max_arc_deviation_mm * px_per_mm:
            yield circle


def _round_frame(ink: _Ink, circle: Circle, px_per_mm: float) -> tuple[Mask, Mask]:
    """Return the strokes of the round frame along a circle, and the strokes inside it."""
    nothing = np.zeros(len(ink.area_px), dtype=np.bool_)
    from_centre = ink.points - circle.centre
    distance = np.hypot(*from_centre.T)
    on_ring = np.abs(distance - circle.radius) <= STAMP.band_mm * px_per_mm
    pieces = ink.share(on_ring) >= STAMP.on_frame_share
    x, y = from_centre[on_ring & pieces[ink.labels]].T
    angle = (np.arctan2(y, x) / (2 * np.pi) + 0.5) * STAMP.sectors
    if len(np.unique(angle.astype(np.intp) % STAMP.sectors)) < STAMP.min_sector_share * STAMP.sectors:
        return nothing, nothing
    inside = ink.share(distance < circle.radius) >= STAMP.inside_share
    return pieces | _concentric(ink, distance, circle.radius, px_per_mm), inside


def _concentric(ink: _Ink, distance: Points, radius: float, px_per_mm: float) -> Mask:
    """Mark pieces of other rings of a stamp: strokes whose px are all equally far from its centre."""
    count = np.maximum(np.bincount(ink.labels, minlength=len(ink.area_px)), 1)
    mean = np.bincount(ink.labels, distance, len(count)) / count
    spread = np.sqrt(np.maximum(np.bincount(ink.labels, distance**2, len(count)) / count - mean**2, 0))
    long = ink.area_px >= STAMP.min_arc_mm * STAMP.band_mm / 2 * px_per_mm**2
    even = spread <= STAMP.max_arc_deviation_mm * px_per_mm
    return np.asarray(long & (mean < STAMP.outer_ring_factor * radius) & even)


def _ends_of_rows(points: Points) -> Points:
    """Return the first and the last point in each row of px; their convex hull is that of all points."""
    starts = np.flatnonzero(np.diff(points[:, 1], prepend=-1.0))
    return np.asarray(points[np.concatenate([starts, np.append(starts[1:], len(points)) - 1])])


def _rectangular_frame(ink: _Ink, points: Points, px_per_mm: float) -> tuple[Mask, Mask]:
    """Return the strokes of the rectangular frame that `points` are, and the strokes inside it.

    The frame may be rotated but must be one stroke.  The points are ordered by their rows.
    """
    nothing = np.zeros(len(ink.area_px), dtype=np.bool_)
    centre, sides, turn_deg = cv2.minAreaRect(_ends_of_rows(points).astype(np.float32))
    low, high = STAMP.min_size_mm * px_per_mm, STAMP.max_size_mm * px_per_mm
    if not (0.75 * low <= min(sides) and low <= max(sides) <= high):
        return nothing, nothing
    turn = np.deg2rad(turn_deg)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])

    def depth(these: Points) -> Points:
        """Return how far inside the nearest side points lie; negative outside."""
        return np.asarray((np.array(sides) / 2 - np.abs((these - np.array(centre)) @ axes.T)).min(axis=1))

    band_px = 2 * STAMP.band_mm * px_per_mm
    along_sides = np.abs(depth(points)) <= band_px
    # Drawn once round, a frame is as long as its sides.
    closed = len(points[along_sides]) >= 2 * sum(sides) * STAMP.min_side_share
    if along_sides.mean() < STAMP.min_side_share or not closed:
        return nothing, nothing
    inwards = depth(ink.points)
    pieces = ink.share(np.abs(inwards) <= band_px) >= STAMP.on_frame_share
    return pieces, ink.share(inwards > 0) >= STAMP.inside_share
