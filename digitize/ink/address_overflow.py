"""Recognise writing too long for its cell, part of which stands in the cell beside it.

The last letters of an address stand in the signature column, those of a name in the address column; and a
wide signature begins before its own column.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ink.assign_strokes import Ownership
from digitize.ink.strokes import Strokes
from digitize.records import Role, Table


@dataclass(frozen=True)
class OverflowSettings:
    """What makes ink in a cell the end of the line before it, or the start of the signature after it."""

    max_gap_mm: float = 1.1  # between two letters, and from the last one to the border it runs over
    min_spaced_gaps: int = 4  # where letters stand apart, the next one may as well: ...
    spaced_gap_factor: float = 1.5  # ... by so much of their usual gap
    max_spaced_gap_mm: float = 5.0
    line_end_mm: float = 15.0  # this much of the line tells its height and position
    max_height_factor: float = 1.6  # times the height of the line's letters
    max_last_factor: float = 2.4  # the same for the last letter of the line, which may be an l or a t
    max_dot_factor: float = 0.35  # times the height of the line's letters: of a dot
    max_stroke_factor: float = 8.0  # times its height; joined letters have less stroke, signatures more
    min_level_share: float = 0.5  # of a letter's height within the line
    min_overflow_share: float = 0.8  # of the cell's ink, else somebody wrote behind the line, ...
    max_rest_mm: float = 3.0  # ... unless the rest is so little that a cell with it would be blank
    max_start_mm: float = 20.0  # from the border: where a signature begins before its column
    min_far_mm: float = 15.0  # between the end of a line and what starts the signature behind it
    max_start_gap_mm: float = 2.0  # to the next letter of the signature
    max_behind_mm: float = 4.0  # from the end of a line: a lone mark there may be its last letter


SETTINGS = OverflowSettings()


def overflow_letters(ownership: Ownership, r: int, c: int) -> list[int]:
    """Return the strokes in cell (r, c) that are letters of the line in the cell before it."""
    table, owned, before = ownership.table, ownership.owned_px, _column_before(ownership.table, c)
    if before is None:
        return []
    signed, line = np.flatnonzero(owned[:, r, c]), np.flatnonzero(owned[:, r, before])
    if not len(signed) or not len(line):
        return []
    border_px = table.columns[c].left_px
    return _continued_letters(ownership.strokes, signed, line, border_px, ownership.px_per_mm)


def is_overflow(ownership: Ownership, r: int, c: int, letters: list[int]) -> bool:
    """Return whether the ink in cell (r, c) is no more than letters of the cells beside it."""
    whole_px, letters_px = ownership.owned_px[:, r, c].sum(), ownership.owned_px[letters, r, c].sum()
    rest_px = max((1 - SETTINGS.min_overflow_share) * whole_px, SETTINGS.max_rest_mm * ownership.px_per_mm)
    return bool(letters and whole_px - letters_px <= rest_px)


def is_behind_line(ownership: Ownership, r: int, c: int, ids: NDArray[np.intp]) -> bool:
    """Return whether strokes in cell (r, c) stand close behind the line before it and may be its end."""
    before = _column_before(ownership.table, c)
    line = np.flatnonzero(ownership.owned_px[:, r, before]) if before is not None else np.zeros(0, np.intp)
    if not len(line):
        return False
    boxes = ownership.strokes.boxes
    gap_px = float(boxes[ids, 0].min() - boxes[line, 2].max())
    return gap_px <= SETTINGS.max_behind_mm * ownership.px_per_mm


def start_of_signature(ownership: Ownership, r: int, c: int) -> list[int]:
    """Return the strokes in cell (r, c) with which the signature behind it begins, before its own column."""
    table, owned, signed = ownership.table, ownership.owned_px, ownership.signature_column
    if signed is None or _column_before(table, signed) != c:
        return []
    ids, others = np.flatnonzero(owned[:, r, c]), np.flatnonzero(owned[:, r, signed])
    if not len(ids) or not len(others):
        return []
    boxes, scale = ownership.strokes.boxes, ownership.px_per_mm
    first_px = table.columns[c].right_px - SETTINGS.max_start_mm * scale
    start_px, found = float(boxes[others, 0].min()), []
    for i in ids[(-boxes[ids, 2]).argsort()].tolist():
        if boxes[i, 0] < first_px or start_px - boxes[i, 2] > SETTINGS.max_start_gap_mm * scale:
            break
        start_px = min(start_px, float(boxes[i, 0]))
        found.append(i)
    return found


def _column_before(table: Table, c: int) -> int | None:
    """Return the only column of text that ends where column `c` begins."""
    left = table.columns[c].left_px
    found = [
        i
        for i, column in enumerate(table.columns)
        if column.role is not Role.NUMBER and abs(column.right_px - left) < 1
    ]
    return found[0] if len(found) == 1 else None


def _continued_letters(
    strokes: Strokes, signed: NDArray[np.intp], line: NDArray[np.intp], border_px: float, px_per_mm: float
) -> list[int]:
    """Return the strokes of a cell that are letters of the line before it, left to right."""
    boxes = strokes.boxes[line]
    gap_px = _gap_px(boxes, px_per_mm)
    if strokes.boxes[signed, 0].min() > border_px + gap_px or _ends_far_before(boxes, border_px, px_per_mm):
        return []
    height_px = boxes[:, 3] - boxes[:, 1]
    usual_px = np.percentile(height_px, 75)
    # Without strokes that ran together with stains and neighbours.
    end = float(boxes[height_px <= SETTINGS.max_last_factor * usual_px, 2].max())
    boxes = boxes[height_px <= SETTINGS.max_height_factor * usual_px]
    last = boxes[boxes[:, 2] >= end - SETTINGS.line_end_mm * px_per_mm]
    if not len(last):
        return []
    height = float(np.percentile(last[:, 3] - last[:, 1], 75))
    top, bottom = float(np.percentile(last[:, 1], 25)), float(np.percentile(last[:, 3], 75))
    letters: list[int] = []
    for i in signed[strokes.boxes[signed, 0].argsort()].tolist():
        box = strokes.box(i)
        if box.height <= SETTINGS.max_dot_factor * height and box.left - end <= gap_px:
            letters.append(i)  # a dot, or a piece of a letter
            end = max(end, box.right)
            continue
        level = min(box.bottom, bottom) - max(box.top, top) >= SETTINGS.min_level_share * box.height
        low = box.height <= SETTINGS.max_height_factor * height
        short = strokes.length_px[i] <= SETTINGS.max_stroke_factor * box.height
        if box.left - end > gap_px or not (level and low and short):
            break
        end = max(end, box.right)
        letters.append(i)
    return letters


def _ends_far_before(line: NDArray[np.float64], border_px: float, px_per_mm: float) -> bool:
    """Return whether a line ends far before the border, and what stands at the border starts a signature."""
    boxes, gaps = _in_order(line)
    far_px = SETTINGS.min_far_mm * px_per_mm
    far = np.flatnonzero(gaps >= far_px)
    return bool(len(far) and boxes[far[-1] + 1, 0] >= border_px - far_px)


def _gap_px(line: NDArray[np.float64], px_per_mm: float) -> float:
    """Return how far apart two letters of a line may stand, whose strokes have these boxes (n, 4)."""
    _, gaps = _in_order(line)
    usual = float(np.median(gaps)) if len(gaps) >= SETTINGS.min_spaced_gaps else 0.0
    wide = min(SETTINGS.spaced_gap_factor * usual, SETTINGS.max_spaced_gap_mm * px_per_mm)
    return max(SETTINGS.max_gap_mm * px_per_mm, wide)


def _in_order(line: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the boxes (n, 4) of a line from left to right, and the gap (n - 1) before all but the first."""
    boxes = line[line[:, 0].argsort()]
    return boxes, boxes[1:, 0] - np.maximum.accumulate(boxes[:, 2])[:-1]
