"""Addresses too long for their cell: the letters that run on into the signature column."""

import numpy as np
from numpy.typing import NDArray

from digitize.ink.assign_strokes import Ownership
from digitize.ink.strokes import Strokes
from digitize.records import Role, Table

LETTER_GAP_MM = 1.1  # between two letters of a line, and between its end and the border it runs over
TALLER = 1.6  # times the line's own letters: what is higher is no letter of it
LONGEST = 8.0  # times its height is the pen's way through letters that run together; signatures have more
LEVEL_SHARE = 0.5  # of a letter's height lies within the line
LINE_END_MM = 15.0  # of a line tell how high it is and where it runs
RUN_SHARE = 0.8  # of the ink in the signature cell: else somebody signed behind the overflow


def is_overflow(ownership: Ownership, r: int) -> bool:
    """Whether what stands in the signature cell of row r goes on with the line of the cell before it."""
    table, own, c = ownership.table, ownership.own, ownership.signature
    before = None if c is None else _column_before(table, c)
    if c is None or before is None:
        return False
    signed, line = np.flatnonzero(own[:, r, c]), np.flatnonzero(own[:, r, before])
    if not len(signed) or not len(line):
        return False
    run = _run_on(ownership.strokes, signed, line, table.columns[c].left_px, ownership.px_per_mm)
    return bool(own[run, r, c].sum() >= RUN_SHARE * own[signed, r, c].sum())


def _column_before(table: Table, c: int) -> int | None:
    """The column of text that ends where the signature's begins."""
    left = table.columns[c].left_px
    found = [
        i
        for i, column in enumerate(table.columns)
        if column.role is not Role.NUMBER and abs(column.right_px - left) < 1
    ]
    return found[0] if len(found) == 1 else None


def _run_on(
    strokes: Strokes, signed: NDArray[np.intp], line: NDArray[np.intp], border_px: float, px_per_mm: float
) -> list[int]:
    """The strokes of a signature cell that are letters of the line before it, from left to right."""
    boxes = strokes.boxes[line]
    height_px = boxes[:, 3] - boxes[:, 1]
    boxes = boxes[
        height_px <= TALLER * np.percentile(height_px, 75)
    ]  # without what ran into stains and neighbours
    end = float(boxes[:, 2].max())
    if strokes.boxes[signed, 0].min() > border_px + LETTER_GAP_MM * px_per_mm:
        return []
    last = boxes[boxes[:, 2] >= end - LINE_END_MM * px_per_mm]
    height = float(np.percentile(last[:, 3] - last[:, 1], 75))
    top, bottom = float(np.percentile(last[:, 1], 25)), float(np.percentile(last[:, 3], 75))
    run: list[int] = []
    for i in signed[strokes.boxes[signed, 0].argsort()].tolist():
        box = strokes.box(int(i))
        level = min(box.bottom, bottom) - max(box.top, top) >= LEVEL_SHARE * box.height
        letters = box.height <= TALLER * height and strokes.length_px[i] <= LONGEST * box.height
        if box.left - end > LETTER_GAP_MM * px_per_mm or not level or not letters:
            break
        end = max(end, box.right)
        run.append(int(i))
    return run
