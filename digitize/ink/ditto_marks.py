"""Recognise ditto marks: a few short strokes side by side, perhaps between two dashes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ink.lines import Points
from digitize.ink.strokes import Strokes
from digitize.records import Role

Labels = NDArray[np.intp]


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
    # Two dashes whose mark stands in the row above.
    lost_mark_mm: tuple[float, float] = (5.0, 30.0)  # between the dashes


DITTO, DASHED = DittoSettings(), DashedDittoSettings()


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


def may_frame_ditto_mark(strokes: Strokes, ids: Labels, px_per_mm: float) -> bool:
    """Return whether the strokes are two dashes with room between them for a ditto mark.

    The mark itself may have been written too high, in the row above.
    """
    if len(ids) != 2:
        return False
    boxes = strokes.boxes[ids[strokes.boxes[ids, 0].argsort()]] / px_per_mm
    least, most = DASHED.lost_mark_mm
    gap_mm = boxes[1, 0] - boxes[0, 2]
    rise_mm = abs(boxes[1, [1, 3]].mean() - boxes[0, [1, 3]].mean())
    return bool(least <= gap_mm <= most and rise_mm <= DASHED.max_rise * gap_mm)


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
