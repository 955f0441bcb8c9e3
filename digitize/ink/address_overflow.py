"""Recognise addresses too long for their cell, whose last letters stand in the signature column."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ink.assign_strokes import Ownership
from digitize.ink.strokes import Strokes
from digitize.records import Role, Table


@dataclass(frozen=True)
class OverflowSettings:
    """What makes ink in the signature cell a continuation of the line before it."""

    max_gap_mm: float = 1.1  # between two letters, and from the last one to the border it runs over
    line_end_mm: float = 15.0  # this much of the line tells its height and position
    max_height_factor: float = 1.6  # times the height of the line's letters
    max_stroke_factor: float = 8.0  # times its height; joined letters have less stroke, signatures more
    min_level_share: float = 0.5  # of a letter's height within the line
    min_overflow_share: float = 0.8  # of the signature cell's ink, else somebody signed behind the address


SETTINGS = OverflowSettings()


def is_overflow(ownership: Ownership, r: int) -> bool:
    """Return whether the ink in the signature cell of row `r` continues the line of the cell before it."""
    table, owned, c = ownership.table, ownership.owned_px, ownership.signature_column
    before = None if c is None else _column_before(table, c)
    if c is None or before is None:
        return False
    signed, line = np.flatnonzero(owned[:, r, c]), np.flatnonzero(owned[:, r, before])
    if not len(signed) or not len(line):
        return False
    border_px = table.columns[c].left_px
    letters = _continued_letters(ownership.strokes, signed, line, border_px, ownership.px_per_mm)
    return bool(owned[letters, r, c].sum() >= SETTINGS.min_overflow_share * owned[signed, r, c].sum())


def _column_before(table: Table, c: int) -> int | None:
    """Return the only column of text that ends where the signature column begins."""
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
    """Return the strokes of a signature cell that are letters of the line before it, left to right."""
    gap_px = SETTINGS.max_gap_mm * px_per_mm
    if strokes.boxes[signed, 0].min() > border_px + gap_px:
        return []
    boxes = strokes.boxes[line]
    height_px = boxes[:, 3] - boxes[:, 1]
    # Without strokes that ran together with stains and neighbours.
    boxes = boxes[height_px <= SETTINGS.max_height_factor * np.percentile(height_px, 75)]
    end = float(boxes[:, 2].max())
    last = boxes[boxes[:, 2] >= end - SETTINGS.line_end_mm * px_per_mm]
    height = float(np.percentile(last[:, 3] - last[:, 1], 75))
    top, bottom = float(np.percentile(last[:, 1], 25)), float(np.percentile(last[:, 3], 75))
    letters: list[int] = []
    for i in signed[strokes.boxes[signed, 0].argsort()].tolist():
        box = strokes.box(i)
        level = min(box.bottom, bottom) - max(box.top, top) >= SETTINGS.min_level_share * box.height
        low = box.height <= SETTINGS.max_height_factor * height
        short = strokes.length_px[i] <= SETTINGS.max_stroke_factor * box.height
        if box.left - end > gap_px or not (level and low and short):
            break
        end = max(end, box.right)
        letters.append(i)
    return letters
