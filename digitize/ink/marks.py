"""Marks that are no writing: dash, tick, ditto marks, told by the shape of few strokes."""

import numpy as np
from numpy.typing import NDArray

from digitize.ink.strokes import Strokes
from digitize.records import Mark, Role

DASH_MM = (2.0, 45.0)
DASH_MAX_WOBBLE_MM = 0.32  # ink departs no further from its line (root mean square): small print does
PEN_MM = 0.7  # the width of usual pens, as scanned
DASH_MAX_SLOPE = 0.4
LINE_MAX_WOBBLE_MM = 0.8  # a long line drawn by hand is bent a little
LINE_PEN_SHARE = 1.25  # of its length is the way of the pen: with letters on it, it is longer
MAIN_SHARE = 0.85  # of the ink is in one stroke, the rest are dots
TICK_MM = (2.0, 14.0)  # width and height of a check mark
TICK_MAX_STROKE_MM = 28.0
TICK_WOBBLE_MM = 0.5  # of its two arms around straight lines
DITTO_MM = (0.6, 3.2)  # size of one mark: a short stroke, or a pair that ran together
DITTO_TALL_MM = 5.0  # a narrow one may be taller
DITTO_STROKE_SHARE = 2.3  # of its size is the stroke length of a mark; a letter or digit has more
DITTO_LEVEL_MM = 1.6
DITTO_LEAST_MM = 1.5  # of stroke in all: less is dust
DITTO_ALIKE = 0.45  # of the longest mark's length: shorter ones beside it are dust
DITTO_DUST_MM = 1.5  # of dust beside the marks at most
DITTO_DOTS_MM = 3.0  # marks shorter in all are dots, which dust has too:
DITTO_DOTS_APART_MM = 6.0  # then they come in twos, no further apart,
DITTO_DOTS_LEVEL_MM = 0.9  # and closer to one height
DITTO_STROKES = 6
DITTO_STROKES_NARROW = 2
ARROW_MM = 4.0  # height of an arrow down from the row above, or of a bracket's part; no letter stands alone
ARROW_ASPECT = 2.0  # times as high as wide
ARROW_STROKE_SHARE = 2.0  # of its height is the way of the pen: the shaft and the head
INITIAL_MM = (1.0, 4.5)  # height of an initial
INITIAL_STROKE = 1.4  # of its height is the stroke of a letter at least
INITIAL_WAY = 1.8  # times its height is the stroke of one of them at least: two plain strokes are ditto marks
INITIALS_LEVEL = 0.5  # of the lower one's height stand initials beside each other
BORDER_SHARE = 0.12  # of a row's height: closer to the border lie ends of neighbours' strokes


def mark_of(strokes: Strokes, ids: NDArray[np.intp], px_per_mm: float) -> Mark:
    """What the strokes `ids` of one cell are, taken together: dash, tick or writing."""
    lengths = strokes.length_px[ids]
    level = np.array([is_dash(strokes, i, px_per_mm) for i in ids.tolist()])
    if lengths[level].sum() >= MAIN_SHARE * lengths.sum():
        return Mark.DASH
    main = int(ids[int(lengths.argmax())])
    alone = lengths.max() >= MAIN_SHARE * lengths.sum()
    short = strokes.length_px[main] <= TICK_MAX_STROKE_MM * px_per_mm
    if alone and short and _is_tick(strokes.points(main) / px_per_mm):
        return Mark.TICK
    return Mark.WRITING


def is_dash(strokes: Strokes, label: int, px_per_mm: float) -> bool:
    """Whether a stroke is one straight, level line."""
    box = strokes.box(label)
    if box.width < DASH_MM[0] * px_per_mm or box.height > DASH_MAX_SLOPE * box.width + px_per_mm:
        return False
    length, slope, wobble = _line(strokes.points(label) / px_per_mm)
    pen_mm = float(strokes.width_px[label]) / px_per_mm  # a line as wide as this departs by its own width
    straight = wobble**2 <= min(DASH_MAX_WOBBLE_MM, length / 8) ** 2 + max(0.0, pen_mm - PEN_MM) ** 2 / 12
    return DASH_MM[0] <= length <= DASH_MM[1] and slope <= DASH_MAX_SLOPE and straight


def straight_line(strokes: Strokes, label: int, px_per_mm: float) -> float | None:
    """The length (mm) of a stroke that is one line drawn by hand and nothing more, None of others."""
    length, _, wobble = _line(strokes.points(label) / px_per_mm)
    alone = strokes.length_px[label] <= LINE_PEN_SHARE * length * px_per_mm
    return length if alone and wobble <= LINE_MAX_WOBBLE_MM else None


def _line(points: NDArray[np.float64]) -> tuple[float, float, float]:
    """Length, slope (rise over run, absolute) and wobble of the best straight line through points."""
    centred = points - points.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    across, along = centred @ vectors[:, 0], centred @ vectors[:, 1]
    run, rise = abs(float(vectors[0, 1])), abs(float(vectors[1, 1]))
    slope = rise / max(run, 1e-9)
    return float(np.ptp(along)), slope, float(np.sqrt(np.mean(across**2)))


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


def ditto_strokes(strokes: Strokes, ids: NDArray[np.intp], role: Role, px_per_mm: float) -> int:
    """How many small marks side by side the strokes are, 0 if they are anything else than ditto marks.

    One mark alone may be dust; two and more at one height are meant, a little
    dust beside them does not matter.  Several pairs stand only in wide
    columns: elsewhere small digits or letters would pass for them.
    """
    length = strokes.length_px[ids] / px_per_mm
    marks = length >= DITTO_ALIKE * length.max(initial=0.0)
    if length[~marks].sum() > DITTO_DUST_MM:
        return 0
    ids, length = ids[marks], length[marks]
    most = DITTO_STROKES if role in (Role.ADDRESS, Role.STREET) else DITTO_STROKES_NARROW
    if role in (Role.SIGNATURE, Role.NUMBER) or not 1 <= len(ids) <= most:
        return 0
    boxes = strokes.boxes[ids] / px_per_mm
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    small = (np.maximum(width, height) >= DITTO_MM[0]) & (width <= DITTO_MM[1])
    small &= (height <= DITTO_MM[1]) | ((height <= DITTO_TALL_MM) & (width <= height / 2))
    plain = length <= DITTO_STROKE_SHARE * np.maximum(width, height)
    off_level_mm = np.ptp((boxes[:, 1] + boxes[:, 3]) / 2)
    meant = small.all() and plain.all() and off_level_mm <= DITTO_LEVEL_MM and length.sum() >= DITTO_LEAST_MM
    if length.sum() < DITTO_DOTS_MM and len(ids) > 1:
        apart_mm = np.ptp((boxes[:, 0] + boxes[:, 2]) / 2)
        meant &= len(ids) == 2 and apart_mm <= DITTO_DOTS_APART_MM and off_level_mm <= DITTO_DOTS_LEVEL_MM
    return len(ids) if meant else 0


def is_arrow(strokes: Strokes, ids: NDArray[np.intp], rows: slice, px_per_mm: float) -> bool:
    """Whether the strokes, within the px `rows` of the page, are one upright line with or without a head."""
    points = np.vstack([strokes.points(i) + strokes.boxes[i, :2] for i in ids.tolist()])
    points = points[(points[:, 1] >= rows.start) & (points[:, 1] < rows.stop)]
    if len(points) < 2:
        return False
    width, height = (np.ptp(points, axis=0) / px_per_mm).tolist()
    way_mm = len(points) / float(np.median(strokes.width_px[ids])) / px_per_mm
    return bool(height >= max(ARROW_MM, ARROW_ASPECT * width) and way_mm <= ARROW_STROKE_SHARE * height)


def are_initials(strokes: Strokes, ids: NDArray[np.intp], px_per_mm: float) -> bool:
    """Whether strokes are a few letters side by side: no marks, no dust, no end of something else."""
    boxes = strokes.boxes[ids] / px_per_mm
    height, length = boxes[:, 3] - boxes[:, 1], strokes.length_px[ids] / px_per_mm
    letters = (height >= INITIAL_MM[0]) & (height <= INITIAL_MM[1]) & (length >= INITIAL_STROKE * height)
    if letters.sum() < 2 or length[letters].sum() < MAIN_SHARE * length.sum():
        return False
    tops, bottoms = boxes[letters, 1], boxes[letters, 3]
    side_by_side = bottoms.min() - tops.max() >= INITIALS_LEVEL * height[letters].min()
    return bool(side_by_side and (length >= INITIAL_WAY * height)[letters].any())


def off_borders(strokes: Strokes, ids: NDArray[np.intp], top_px: float, bottom_px: float) -> NDArray[np.intp]:
    """The strokes of which the middle does not lie at a row's upper or lower border.

    What lies there is the end of a neighbour's letter, or a crumb of the rule.
    """
    middle = (strokes.boxes[ids, 1] + strokes.boxes[ids, 3]) / 2
    away = np.minimum(middle - top_px, bottom_px - middle)
    return np.asarray(ids[away > BORDER_SHARE * (bottom_px - top_px)])
