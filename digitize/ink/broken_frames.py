"""Find the rectangular frame of a stamp that was printed with gaps, so that its sides are many strokes.

The ink is turned until a straight piece of it is level.  If that is part of the upper or lower side of a
frame, another level piece is part of the opposite side, and the left and right side lie at the ends of
these pieces or where other pieces stand upright.  Of all such rectangles the one counts whose sides show
the most ink.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.ink.frame_sides import (
    BAND_MM,
    COARSE_PX_PER_MM,
    MAX_STROKE_FACTOR,
    MIN_PIECE_MM,
    ON_SIDE_SHARE,
    SIDE_BAND_PX,
    Sides,
    are_like_sides,
    depth_inside,
    has_enough_sides,
    has_straight_sides,
    lie_on_sides,
)
from digitize.ink.strokes import Strokes

Points = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class BrokenFrameSettings:
    """What counts as a broken frame.  Shares are of the length of its sides."""

    px_per_mm: float = COARSE_PX_PER_MM
    min_stroke_mm: float = 3.0  # of a stroke that is a piece of a frame; smaller ones may be, too
    step_deg: float = 0.5
    min_inked_share: float = 0.7  # of a piece
    max_gap_mm: float = 1.0  # in a piece
    min_joined_mm: float = 10.0  # of a stroke of a side and writing
    min_joined_share: float = 0.95  # inked, of a straight piece of such a stroke
    min_first_mm: float = 8.0  # of a piece that gives the direction
    max_first: int = 24  # the longest, tried as such
    max_turn_deg: float = 4.0  # between pieces of one frame
    min_height_mm: float = 9.0
    max_height_mm: float = 40.0
    min_width_mm: float = 20.0
    max_width_mm: float = 90.0
    band_mm: float = BAND_MM
    min_shown_share: float = 0.65  # of all sides together
    min_side_share: float = 0.4  # of each of them
    min_likely_share: float = 0.45  # of a frame of which less shows: what lies in it may be print
    min_likely_side_share: float = 0.15
    inside_share: float = 0.7  # of a stroke's px: it is print of the stamp, or writing under it
    max_edges: int = 10  # where the left or right side may lie


SETTINGS = BrokenFrameSettings()


@dataclass(frozen=True, slots=True)
class _Upright:
    """The ink turned so that a piece is level: a coarse image, the turn (2, 3) and all pieces (n, 2, 2)."""

    ink: NDArray[np.uint8]
    turn: Points
    pieces: Points


@dataclass(frozen=True, slots=True)
class _Frame:
    """A possible frame: its sides in the turned ink, and how much of them shows."""

    sides: Sides
    turn: Points
    shown_share: float


@dataclass(frozen=True, slots=True)
class BrokenFrame:
    """A broken frame: its pieces and the strokes inside it, as masks indexed by label.

    Of one that is not `sure`, so little shows that it may be something else.
    """

    pieces: Mask
    inside: Mask
    sure: bool


def find_broken_frames(strokes: Strokes, px_per_mm: float) -> Iterator[BrokenFrame]:
    """Yield broken frames that do not overlap, the clearest first."""
    scale = SETTINGS.px_per_mm / px_per_mm
    ink, joined = _coarse_ink(strokes, scale)
    pieces = _straight_pieces(ink, SETTINGS.min_inked_share)
    length = np.hypot(*(pieces[:, 1] - pieces[:, 0]).T) / SETTINGS.px_per_mm
    first = np.flatnonzero(length >= SETTINGS.min_first_mm)[: SETTINGS.max_first].tolist()
    if first:
        within_writing = _straight_pieces(joined, SETTINGS.min_joined_share)
        for start, end in within_writing.round().astype(int).tolist():
            cv2.line(ink, start, end, 1)
        pieces = np.concatenate([pieces, within_writing])
    turned = [(_turn(ink, pieces, i), i) for i in first]
    like_sides = are_like_sides(strokes, px_per_mm)
    likely = [first[k] for k in np.flatnonzero(lie_on_sides(strokes, like_sides, pieces[first], scale))]
    taken = np.zeros(len(strokes.area_px), dtype=np.bool_)
    for sure in (True, False):
        tried = turned if sure else [(upright, i) for upright, i in turned if i in likely]
        frames = [found for upright, i in tried if (found := _best_frame(upright, i, sure=sure)) is not None]
        for found in sorted(frames, key=lambda found: -found.shown_share):
            if not sure and not has_straight_sides(strokes, like_sides, found.turn, found.sides, scale):
                continue
            frame, inside = _split(strokes, found.turn, found.sides, scale)
            if not sure and not has_enough_sides(strokes, frame, found.sides, px_per_mm):
                continue
            if not ((frame | inside) & taken).any():
                taken |= frame | inside
                yield BrokenFrame(frame, inside, sure)


def _coarse_ink(strokes: Strokes, scale: float) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return images (0 and 1) of what may be sides and corners, and of what may join a side and writing."""
    height, width = strokes.labels.shape
    size_px = strokes.boxes[:, 2:] - strokes.boxes[:, :2]
    plain = strokes.length_px <= MAX_STROKE_FACTOR * size_px.sum(axis=1)
    size_mm = size_px.max(axis=1) * scale / SETTINGS.px_per_mm
    joined = ~plain & (size_mm >= SETTINGS.min_joined_mm)
    plain &= size_mm >= SETTINGS.min_stroke_mm
    ys, xs = (np.arange(round(side * scale)) / scale for side in (height, width))
    coarse = strokes.labels[np.ix_(ys.astype(np.intp), xs.astype(np.intp))]
    return plain[coarse].astype(np.uint8), joined[coarse].astype(np.uint8)


def _straight_pieces(ink: NDArray[np.uint8], min_share: float) -> Points:
    """Return the ends (n, 2, 2) of straight pieces of ink, the longest first, each from left to right.

    `min_share` of a piece is inked.

    They are found by a probabilistic Hough transform (Matas, Galambos and Kittler, "Robust detection of
    lines using the progressive probabilistic Hough transform", CVIU 78, 2000).
    """
    least_px = MIN_PIECE_MM * SETTINGS.px_per_mm
    found = cv2.HoughLinesP(
        ink,
        1.0,
        np.deg2rad(SETTINGS.step_deg),
        round(min_share * least_px),
        minLineLength=least_px,
        maxLineGap=SETTINGS.max_gap_mm * SETTINGS.px_per_mm,
    )
    if found is None:
        return np.empty((0, 2, 2))
    pieces = np.asarray(found, dtype=np.float64).reshape(-1, 2, 2)
    length = np.hypot(*(pieces[:, 1] - pieces[:, 0]).T)
    pieces = pieces[(-length).argsort(kind="stable")]
    kept = np.empty((0, 2, 2))
    for piece in pieces:  # a broad line is found several times
        if not _is_part(piece, kept):
            kept = np.concatenate([kept, piece[None]])
    return kept


def _is_part(piece: Points, lines: Points) -> bool:
    """Return whether a piece lies on one of the longer lines (n, 2, 2)."""
    along = lines[:, 1] - lines[:, 0]
    length = np.hypot(*along.T)[:, None]
    along = along / length
    from_start = piece[None] - lines[:, :1]
    at = (from_start * along[:, None]).sum(axis=2)
    off = np.abs(from_start[:, :, 0] * along[:, 1:] - from_start[:, :, 1] * along[:, :1])
    band = SIDE_BAND_PX
    return bool(((off <= band) & (at >= -band) & (at <= length + band)).all(axis=1).any())


def _turn(ink: NDArray[np.uint8], pieces: Points, first: int) -> _Upright:
    """Turn the ink about the middle of a piece so that the piece is level."""
    (x0, y0), (x1, y1) = pieces[first].tolist()
    turn_deg = (float(np.rad2deg(np.arctan2(y1 - y0, x1 - x0))) + 45) % 90 - 45
    steep = abs(y1 - y0) > abs(x1 - x0)
    middle = (x0 + x1) / 2, (y0 + y1) / 2
    turn = np.array(cv2.getRotationMatrix2D(middle, turn_deg + 90 * steep, 1.0), dtype=np.float64)
    reach = SETTINGS.max_width_mm * SETTINGS.px_per_mm
    turn[:, 2] += np.array([reach - middle[0], reach - middle[1]])
    size = round(2 * reach), round(2 * reach)
    return _Upright(
        np.asarray(cv2.warpAffine(ink, turn, size, flags=cv2.INTER_NEAREST), dtype=np.uint8),
        turn,
        pieces @ turn[:, :2].T + turn[:, 2],
    )


def _best_frame(upright: _Upright, first: int, *, sure: bool) -> _Frame | None:
    """Return the best frame with the piece `first` in its upper or lower side, None if there is none.

    One that is not `sure` may end where any piece of its sides does.
    """
    least_shown, least_of_side = (
        (SETTINGS.min_shown_share, SETTINGS.min_side_share)
        if sure
        else (SETTINGS.min_likely_share, SETTINGS.min_likely_side_share)
    )
    run, rise = np.abs(upright.pieces[:, 1] - upright.pieces[:, 0]).T
    slope = np.tan(np.deg2rad(SETTINGS.max_turn_deg))
    level, steep = upright.pieces[rise <= slope * run], upright.pieces[run <= slope * rise]
    this = upright.pieces[first]
    height_mm = np.abs(level[:, :, 1].mean(axis=1) - this[:, 1].mean()) / SETTINGS.px_per_mm
    opposite = (height_mm >= SETTINGS.min_height_mm) & (height_mm <= SETTINGS.max_height_mm)
    opposite &= level[:, :, 0].min(axis=1) < this[:, 0].max()
    opposite &= level[:, :, 0].max(axis=1) > this[:, 0].min()
    best: _Frame | None = None
    for other in level[opposite]:
        top, bottom = sorted((float(this[:, 1].mean()), float(other[:, 1].mean())))
        between = (steep[:, :, 1].max(axis=1) > top) & (steep[:, :, 1].min(axis=1) < bottom)
        ends = [*this[:, 0], *other[:, 0]] if sure else _ends_on(level, (top, bottom))
        edges = _merged([*ends, *steep[between][:, :, 0].mean(axis=1)])
        least = best.shown_share if best is not None else least_shown
        for sides, share in _rectangles(upright.ink, top, bottom, edges, least_of_side):
            if share > least:
                best, least = _Frame(sides, upright.turn, share), share
    return best


def _ends_on(level: Points, heights: tuple[float, float]) -> list[float]:
    """Return where the level pieces (n, 2, 2) at these heights begin and end."""
    at = level[:, :, 1].mean(axis=1)
    on_side = np.abs(at[:, None] - np.array(heights)).min(axis=1) <= SIDE_BAND_PX
    return [float(x) for x in level[on_side][:, :, 0].ravel()]


def _merged(edges: list[float]) -> list[float]:
    """Return the positions with those that lie close together merged, none if there are very many."""
    ordered = np.sort(edges)
    apart = np.flatnonzero(np.diff(ordered) > SETTINGS.band_mm * SETTINGS.px_per_mm) + 1
    merged = [float(group.mean()) for group in np.split(ordered, apart)]
    return merged if len(merged) <= SETTINGS.max_edges else []


def _rectangles(
    ink: NDArray[np.uint8], top: float, bottom: float, edges: list[float], least_share: float
) -> Iterator[tuple[Sides, float]]:
    """Yield the rectangles between two edges that show enough of each side, and the share they show."""
    band, (height, width) = round(SETTINGS.band_mm * SETTINGS.px_per_mm), ink.shape
    y0, y1 = round(max(top, 0.0)), round(min(bottom, height))
    # Sums from the left edge of the picture, so that each part of a side is one difference.
    level = [np.cumsum(ink[max(0, y - band) : y + band + 1].any(axis=0)) for y in (y0, y1)]
    xs = [(x, min(max(round(x), 0), width - 1)) for x in edges]
    steep = {x: ink[y0:y1, max(0, at - band) : at + band + 1].any(axis=1).sum() for x, at in xs}
    for (left, x0), (right, x1) in combinations(xs, 2):
        if not SETTINGS.min_width_mm <= (x1 - x0) / SETTINGS.px_per_mm <= SETTINGS.max_width_mm:
            continue
        shown = np.array([*(sums[x1] - sums[x0] for sums in level), steep[left], steep[right]])
        length = np.array([x1 - x0, x1 - x0, y1 - y0, y1 - y0])
        if (shown >= least_share * length).all():
            yield (left, top, right, bottom), float(shown.sum() / length.sum())


def _split(strokes: Strokes, turn: Points, sides: Sides, scale: float) -> tuple[Mask, Mask]:
    """Return the pieces of a frame and the strokes inside it."""
    ys, xs, labels = strokes.ink_px
    length = len(strokes.area_px)
    depth = depth_inside(np.stack([xs, ys]), turn, sides, scale)
    count = np.maximum(np.bincount(labels, minlength=length), 1)
    on_side = np.abs(depth) <= SIDE_BAND_PX
    frame = np.bincount(labels[on_side], minlength=length) >= ON_SIDE_SHARE * count
    inside = np.bincount(labels[depth > 0], minlength=length) >= SETTINGS.inside_share * count
    return np.asarray(frame), np.asarray(inside & ~frame)
