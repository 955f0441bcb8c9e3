"""Classify small groups of strokes by shape: dashes, ticks, crosses and arrows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ink.crosses import is_cross
from digitize.ink.ditto_marks import DITTO
from digitize.ink.lines import Points
from digitize.ink.outlines import has_loop
from digitize.ink.strokes import Strokes
from digitize.ink.ticks import SETTINGS as TICK
from digitize.ink.ticks import is_tick
from digitize.records import Mark

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
class ArrowSettings:
    """The shape of an arrow down from the row above, or of a piece of a bracket."""

    min_height_mm: float = 4.0  # single letters are lower
    min_aspect: float = 2.0  # height over width
    max_stroke_factor: float = 2.0  # times its height: the shaft and the head


LINE, ARROW = LineSettings(), ArrowSettings()


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
