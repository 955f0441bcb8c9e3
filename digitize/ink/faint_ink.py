"""Faint writing that the ink threshold misses: spots darker than anything in this page's blank cells."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.images import Page
from digitize.ink.assign_strokes import Ownership
from digitize.records import Role

SPOT_MM = 0.3  # about a pen's width: averages the grain of the paper, not a stroke
INSET_MM = 1.2  # from the cell's borders: rules and neighbours' tails lie there
HALO_MM = 0.5  # around strokes that belong elsewhere
LEAST_DARKNESS = 8.0  # grey levels of 255: bleed-through and wear have as much
REFERENCE_CELLS = (4, 24)  # blank ones: so many are needed to know what paper looks like, more tell no more
REFERENCE_SHARE = 0.9  # of the blank cells have no darker spot
ABOVE = 1.2  # times as dark as the spots of blank cells

Cells = Iterable[tuple[int, int]]


def faint_cells(
    page: Page, ownership: Ownership, written: NDArray[np.bool_], suspects: Cells
) -> set[tuple[int, int]]:
    """Those of the `suspects` (row, column) with a spot darker than the page's blank cells ever have.

    `written` (rows, columns) tells the cells with ink; blank cells are those of
    rows without any.  A page without blank rows has nothing to compare with: none.
    """
    suspects = list(suspects)
    columns = ownership.table.columns
    writable = [i for i, column in enumerate(columns) if column.role is not Role.NUMBER]
    rows = np.flatnonzero(~written[:, writable].any(axis=1)).tolist()
    blank = [(r, c) for r in rows for c in writable]
    least, most = REFERENCE_CELLS
    if not suspects or len(blank) < least:
        return set()
    blank = blank[:: -(-len(blank) // most)]
    usual = np.quantile([_darkest_spot(page, ownership, r, c) for r, c in blank], REFERENCE_SHARE)
    limit = max(LEAST_DARKNESS, ABOVE * float(usual))
    return {(r, c) for r, c in suspects if _darkest_spot(page, ownership, r, c) >= limit}


def _darkest_spot(page: Page, ownership: Ownership, r: int, c: int) -> float:
    """Grey levels by which the darkest spot of a cell is darker than its paper, foreign strokes aside."""
    strokes, table = ownership.strokes, ownership.table
    box = table.cell_box(r, table.columns[c]).expanded(-page.px(INSET_MM))
    rows, columns = box.clipped(page.width_px, page.height_px).slices()
    part = page.even[rows, columns]
    if part.size == 0:
        return 0.0
    smooth = cv2.GaussianBlur(part, (0, 0), page.px(SPOT_MM))
    labels = strokes.labels[
        rows.start - strokes.top : rows.stop - strokes.top,
        columns.start - strokes.left : columns.stop - strokes.left,
    ]
    foreign = (ownership.foreign(r, c) > 0)[labels].astype(np.uint8)
    side = 2 * round(page.px(HALO_MM)) + 1
    clear = cv2.dilate(foreign, np.ones((side, side), np.uint8)) == 0
    paper = float(np.median(part))
    return max(0.0, paper - float(smooth[clear].min(initial=paper)))
