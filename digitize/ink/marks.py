"""Classify small groups of strokes by shape: dashes, ticks, crosses, ditto marks and arrows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ink.crosses import is_cross
from digitize.ink.lines import Points
from digitize.ink.outlines import has_loop
from digitize.ink.strokes import Strokes
from digitize.ink.ticks import SETTINGS as TICK
from digitize.ink.ticks import is_tick
from digitize.records import Mark, Role

Labels = NDArray[np.intp]

MAIN_SHARE = 0.85  # of the ink must be in the strokes that make up a mark; the rest are dots
MAX_PIECES = 5  # of a broken tick
MAX_PIECE_GAP_MM = 0.8  # from one to the next, to the right
BORDER_SHARE = 0.12  # of a row's height: ends of neighbours' strokes lie this close to the border


@dataclass(frozen=True)
class LineSettings:
    """What counts as a dash, and as a straight line drawn by hand."""

    min_dash_mm: float = 2.0
    max_dash_mm: float = 45.0
    min_lone_dash_mm: float = 4.0  # beside other ink: pieces of writing are shorter
    min_slash_mm: float = 12.0  # small scribbles are shorter
    min_slash_slope: float = 1.5
    max_slash_bend: float = 0.025  # root mean square from a straight line, per length
    max_dash_slope: float = 0.4
    max_dash_deviation_mm: float = 0.32  # root mean square; a line of small print deviates more
    usual_pen_mm: float = 0.7  # as scanned: the line of a broader pen may deviate by more
    max_line_deviation_mm: float = 0.8  # a long line drawn by hand is slightly bent
    max_pen_factor: float = 1.25  # times the line's length: with letters on it, the pen's way is longer


@dataclass(frozen=True)
class DittoSettings:
    """The shape of ditto marks: a few short strokes side by side."""

    min_size_mm: float = 0.6  # of one mark: a short stroke, or a pair that ran together
    max_size_mm: float = 3.2
    max_narrow_height_mm: float = 5.0  # of a mark at least twice as high as wide
    max_stroke_factor: float = 2.3  # times its size: letters and digits have a longer stroke
    max_level_mm: float = 1.6  # between the middles of the highest and the lowest mark
    min_stroke_mm: float = 1.5  # of all marks together; less is dust
    dust_share: float = 0.45  # of the longest mark's length: shorter strokes beside it are dust
    max_dust_mm: float = 1.5  # of dust beside the marks
    stray_mm: float = 15.0  # from a stroke as short as dust to the next one: it is none of the marks
    min_beside_pair_mm: float = 1.0  # of a mark beside a pair that ran together
    # Marks shorter than this together are dots, which dust may be too: these must be few, close and level.
    dots_mm: float = 3.0
    max_dots: int = 4  # two, or two between dashes
    max_dot_distance_mm: float = 8.0
    max_dot_level_mm: float = 0.9
    max_count: int = 6  # in a wide column
    max_count_narrow: int = 2


@dataclass(frozen=True)
class DashedDittoSettings:
    """The shape of ditto marks between two dashes."""

    max_marks: int = 3  # between the dashes: a pair, or a pair that ran together, and a speck
    min_aspect: float = 1.3  # width over height of a dash: as scanned, those of a broad pen are plump
    max_dash_mm: float = 7.0
    max_thickness_mm: float = 1.2  # of a dash, its slope included
    max_span_mm: float = 20.0  # between the middles of the dashes
    max_rise: float = 0.25  # of the second dash over the first, per span
    max_overlap_mm: float = 0.4  # of a mark and a dash
    max_mark_mm: float = 3.0  # width and height of a mark, and its height above the dashes


@dataclass(frozen=True)
class ArrowSettings:
    """The shape of an arrow down from the row above, or of a piece of a bracket."""

    min_height_mm: float = 4.0  # single letters are lower
    min_aspect: float = 2.0  # height over width
    max_stroke_factor: float = 2.0  # times its height: the shaft and the head


LINE, DITTO = LineSettings(), DittoSettings()
DASHED, ARROW = DashedDittoSettings(), ArrowSettings()


def classify_mark(strokes: Strokes, ids: Labels, px_per_mm: float) -> Mark:
    """Return what the strokes `ids` of one cell are together: dash, tick or writing."""
    lengths = strokes.length_px[ids]
    dashes = np.array([is_dash(strokes, i, px_per_mm) for i in ids.tolist()])
    if lengths[dashes].sum() >= MAIN_SHARE * lengths.sum():
        return Mark.DASH
    main = int(ids[int(lengths.argmax())])
    alone = lengths.max() >= MAIN_SHARE * lengths.sum()
    box = strokes.box(main)
    reach_px = TICK.max_stroke_share * (box.width + 2 * box.height)
    short = strokes.length_px[main] <= min(TICK.max_stroke_mm * px_per_mm, reach_px)
    if alone and short and is_tick(strokes.points(main) / px_per_mm):
        return Mark.TICK
    return Mark.WRITING


def classify_signature(strokes: Strokes, ids: Labels, px_per_mm: float) -> Mark:
    """Return what the strokes of a signature cell are together: a cross or a slash stands for a tick there.

    In other cells a cross may be a short word.
    """
    mark = classify_mark(strokes, ids, px_per_mm)
    lengths = strokes.length_px[ids]
    main = int(ids[int(lengths.argmax())])
    if mark is Mark.WRITING and _is_tick_in_pieces(strokes, ids, px_per_mm):
        return Mark.TICK
    if mark is not Mark.WRITING or lengths.max() < MAIN_SHARE * lengths.sum():
        return mark
    stroke_mm = float(strokes.length_px[main]) / px_per_mm
    crossed = is_cross(strokes.points(main) / px_per_mm, stroke_mm)
    return Mark.TICK if crossed or _is_slash(strokes, main, px_per_mm) else mark


def _is_tick_in_pieces(strokes: Strokes, ids: Labels, px_per_mm: float) -> bool:
    """Return whether the strokes are the pieces of a tick, one behind the other, that a threshold left."""
    if not 2 <= len(ids) <= MAX_PIECES or strokes.length_px[ids].sum() > TICK.max_stroke_mm * px_per_mm:
        return False
    boxes = strokes.boxes[ids[strokes.boxes[ids, 0].argsort()]]
    gaps = boxes[1:, 0] - np.maximum.accumulate(boxes[:, 2])[:-1]
    if gaps.max() > MAX_PIECE_GAP_MM * px_per_mm:
        return False
    points = np.vstack([strokes.points(i) + strokes.boxes[i, :2] for i in ids.tolist()])
    return is_tick(points / px_per_mm)


def _is_slash(strokes: Strokes, label: int, px_per_mm: float) -> bool:
    """Return whether a stroke is one long steep line: a slash, a hair or a scratch."""
    fit = strokes.line(label, px_per_mm)
    straight = fit.deviation <= LINE.max_slash_bend * fit.length and _is_nothing_else(
        strokes, label, px_per_mm
    )
    return straight and fit.length >= LINE.min_slash_mm and fit.slope >= LINE.min_slash_slope


def _is_nothing_else(strokes: Strokes, label: int, px_per_mm: float) -> bool:
    """Return whether a stroke is no longer than the line along it: there are no letters on it."""
    line_px = strokes.line(label, px_per_mm).length * px_per_mm
    return bool(strokes.length_px[label] <= LINE.max_pen_factor * line_px)


def beside_mark_px(strokes: Strokes, ids: Labels, owned_px: Points, px_per_mm: float) -> float | None:
    """Return the length of the strokes beside a single one that is a dash, a tick or a cross by itself.

    `owned_px` is the length of each of the strokes `ids` that belongs to the cell.  Of several marks, the one
    with the least beside it counts; None if there is none.
    """
    marks = [i for i, label in enumerate(ids) if is_mark(strokes, int(label), px_per_mm)]
    return float(owned_px.sum() - owned_px[marks].max()) if marks else None


def is_mark(strokes: Strokes, label: int, px_per_mm: float) -> bool:
    """Return whether a stroke is as large as a mark that somebody makes in a cell, and has its shape."""
    if strokes.length_px[label] < LINE.min_lone_dash_mm * px_per_mm:
        return False
    mark = classify_signature(strokes, np.array([label]), px_per_mm)
    # A letter that looks like a cross has a loop, or closes around the paper as an A does.  Where nothing
    # else is written, that may be a streak of the scanner across a cross.
    return mark is Mark.DASH or (mark is Mark.TICK and not has_loop(strokes.points(label), px_per_mm))


def is_dash(strokes: Strokes, label: int, px_per_mm: float) -> bool:
    """Return whether a stroke is one straight, nearly horizontal line."""
    box = strokes.box(label)
    if box.width < LINE.min_dash_mm * px_per_mm or box.height > LINE.max_dash_slope * box.width + px_per_mm:
        return False
    fit = strokes.line(label, px_per_mm)
    # The px of a line of width w deviate from its middle by w / sqrt(12).
    width_mm = max(LINE.usual_pen_mm, float(strokes.width_px[label]) / px_per_mm)
    by_width = (width_mm**2 - LINE.usual_pen_mm**2) / 12
    straight = fit.deviation**2 <= min(LINE.max_dash_deviation_mm, fit.length / 8) ** 2 + by_width
    return (
        LINE.min_dash_mm <= fit.length <= LINE.max_dash_mm and fit.slope <= LINE.max_dash_slope and straight
    )


def straight_line_mm(strokes: Strokes, label: int, px_per_mm: float) -> float | None:
    """Return the length of a stroke that is one straight line and nothing else, None for other strokes."""
    fit = strokes.line(label, px_per_mm)
    straight = fit.deviation <= LINE.max_line_deviation_mm
    return fit.length if straight and _is_nothing_else(strokes, label, px_per_mm) else None


def count_ditto_marks(strokes: Strokes, ids: Labels, role: Role, px_per_mm: float) -> int:
    """Return how many ditto marks the strokes are, 0 if they are anything else.

    A single mark may be dust; two or more at one height are deliberate, even with a little dust
    beside them.  Several pairs are accepted only in wide columns: in narrow ones they are small
    digits or letters.
    """
    if role in (Role.SIGNATURE, Role.NUMBER) or not len(ids):
        return 0
    ids = _without_strays(strokes, ids, px_per_mm)
    length = strokes.length_px[ids] / px_per_mm
    boxes = strokes.boxes[ids] / px_per_mm
    marks = length >= DITTO.dust_share * length.max()
    dust_mm = length[~marks].sum()
    most = DITTO.max_count if role in (Role.ADDRESS, Role.STREET) else DITTO.max_count_narrow
    if dust_mm > DITTO.max_dust_mm:
        # A pair that ran together is much longer than the marks of another pair.
        most = most if length.min() >= DITTO.min_beside_pair_mm else 0
        marks[:] = True
    dashed = _count_dashed_marks(boxes, length) or _count_dashed_marks(boxes[marks], length[marks])
    return dashed or _count_marks(boxes[marks], length[marks], most)


def _without_strays(strokes: Strokes, ids: Labels, px_per_mm: float) -> Labels:
    """Return the strokes without short ones far from all others, if at least two are left."""
    boxes = strokes.boxes[ids] / px_per_mm
    gaps = np.maximum(boxes[:, None, :2] - boxes[None, :, 2:], boxes[None, :, :2] - boxes[:, None, 2:]).max(
        axis=2
    )
    np.fill_diagonal(gaps, np.inf)
    short = strokes.length_px[ids] <= DITTO.max_dust_mm * px_per_mm
    kept = ~(short & (gaps.min(axis=1) > DITTO.stray_mm))
    return ids[kept] if kept.sum() >= 2 else ids


def _count_marks(boxes: Points, length: NDArray[np.float64], most: int) -> int:
    """Return the number of strokes (boxes and lengths in mm) if they are marks at one height.

    It is 0 if they are anything else, or more than `most`.
    """
    if not 1 <= len(length) <= most:
        return 0
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    small = (np.maximum(width, height) >= DITTO.min_size_mm) & (width <= DITTO.max_size_mm)
    small &= (height <= DITTO.max_size_mm) | ((height <= DITTO.max_narrow_height_mm) & (width <= height / 2))
    plain = length <= DITTO.max_stroke_factor * np.maximum(width, height)
    off_level_mm = np.ptp((boxes[:, 1] + boxes[:, 3]) / 2)
    level, enough = off_level_mm <= DITTO.max_level_mm, length.sum() >= DITTO.min_stroke_mm
    found = small.all() and plain.all() and level and enough
    if length.sum() < DITTO.dots_mm and len(length) > 1:
        apart_mm = np.ptp((boxes[:, 0] + boxes[:, 2]) / 2)
        found &= len(length) <= DITTO.max_dots and apart_mm <= DITTO.max_dot_distance_mm
        found &= off_level_mm <= DITTO.max_dot_level_mm
    return len(length) if found else 0


def _count_dashed_marks(boxes: Points, length: NDArray[np.float64]) -> int:
    """Return the number of strokes (boxes and lengths in mm) if they are marks between two dashes: -"-."""
    if not 3 <= len(boxes) <= 2 + DASHED.max_marks:
        return 0
    if (length > DITTO.max_stroke_factor * (boxes[:, 2:] - boxes[:, :2]).max(axis=1)).any():
        return 0
    boxes = boxes[boxes[:, 0].argsort()]
    size = boxes[:, 2:] - boxes[:, :2]
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    dashes, between = size[[0, -1]], slice(1, -1)
    flat = (dashes[:, 0] >= DASHED.min_aspect * dashes[:, 1]).all()
    flat &= (dashes <= (DASHED.max_dash_mm, DASHED.max_thickness_mm)).all() and dashes[
        :, 0
    ].max() <= 3 * dashes[:, 0].min()
    span_mm, rise_mm = centre[-1] - centre[0]
    level = abs(rise_mm) <= DASHED.max_rise * span_mm and span_mm <= DASHED.max_span_mm
    off_mm = np.abs(centre[between, 1] - (centre[0, 1] + centre[-1, 1]) / 2)
    inside = (boxes[between, 0] >= boxes[0, 2] - DASHED.max_overlap_mm).all()
    inside &= (boxes[between, 2] <= boxes[-1, 0] + DASHED.max_overlap_mm).all()
    small = (size[between] <= DASHED.max_mark_mm).all() and (off_mm <= DASHED.max_mark_mm).all()
    return len(boxes) if flat and level and inside and small else 0


def is_arrow(strokes: Strokes, ids: Labels, rows: slice, px_per_mm: float, min_mm: float = 0.0) -> bool:
    """Return whether the strokes, within these px rows of the page, are a vertical line or an arrow.

    It must be `min_mm` high.  A little dust beside it does not matter.
    """
    lengths = strokes.length_px[ids]
    main = lengths >= DITTO.dust_share * lengths.max()
    ids = ids[main] if lengths[~main].sum() <= DITTO.max_dust_mm * px_per_mm else ids
    if _is_too_wide_for_arrow(strokes.boxes[ids], rows):
        return False
    points = np.vstack([strokes.points(i) + strokes.boxes[i, :2] for i in ids.tolist()])
    points = points[(points[:, 1] >= rows.start) & (points[:, 1] < rows.stop)]
    if len(points) < 2:
        return False
    width, height = (np.ptp(points, axis=0) / px_per_mm).tolist()
    stroke_mm = len(points) / float(np.median(strokes.width_px[ids])) / px_per_mm
    narrow = height >= max(ARROW.min_height_mm, min_mm, ARROW.min_aspect * width)
    return bool(narrow and stroke_mm <= ARROW.max_stroke_factor * height)


def _is_too_wide_for_arrow(boxes: Points, rows: slice) -> bool:
    """Return whether the boxes alone tell that these strokes are too wide, as those of a line of writing do.

    Their height is at most that of the boxes within the rows, their width at least that of the boxes that lie
    within them as a whole.
    """
    whole = boxes[(boxes[:, 1] >= rows.start) & (boxes[:, 3] <= rows.stop)]
    if not len(whole):
        return False
    height_px = min(boxes[:, 3].max(), rows.stop) - max(boxes[:, 1].min(), rows.start) - 1
    width_px = whole[:, 2].max() - whole[:, 0].min() - 1
    return bool(height_px < ARROW.min_aspect * width_px)


def away_from_borders(strokes: Strokes, ids: Labels, top_px: float, bottom_px: float) -> Labels:
    """Return those of the strokes whose middle is not close to the upper or lower border of the row.

    Ink at a border is the end of a neighbour's letter, or a remnant of the printed rule.
    """
    middle = (strokes.boxes[ids, 1] + strokes.boxes[ids, 3]) / 2
    distance = np.minimum(middle - top_px, bottom_px - middle)
    return np.asarray(ids[distance > BORDER_SHARE * (bottom_px - top_px)])
