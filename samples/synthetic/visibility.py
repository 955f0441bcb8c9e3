"""Measure on the scan how dark the ink of each cell is."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitize.images import Pixels
from samples.synthetic.truth import CellTruth, PageTruth, RowTruth

PAPER_QUANTILE = 0.7  # of the pixels without ink: above the rules, below bright noise


def with_visibility(truth: PageTruth, grey: Pixels, owner: NDArray[np.int16]) -> PageTruth:
    """Return the truth with the visibility of each cell, measured on the scan and its `owner` labels."""
    return replace(truth, rows=tuple(_row(row, len(truth.roles), grey, owner) for row in truth.rows))


def _row(row: RowTruth, columns: int, grey: Pixels, owner: NDArray[np.int16]) -> RowTruth:
    if not row.filled:
        return row
    first = 1 + row.index * columns
    cells = [
        replace(cell, visibility=_visibility(cell, grey, owner, first + i)) if cell.inked else cell
        for i, cell in enumerate(row.cells)
    ]
    return replace(row, cells=tuple(cells))


def _visibility(cell: CellTruth, grey: Pixels, owner: NDArray[np.int16], label: int) -> float:
    (left, top), (right, bottom) = np.min(cell.quad, axis=0), np.max(cell.quad, axis=0)
    window = np.s_[max(0, int(top)) : int(bottom) + 1, max(0, int(left)) : int(right) + 1]
    seen, whose = grey[window], owner[window]
    ink, bare = seen[whose == label], seen[whose == 0]
    if not ink.size or not bare.size:
        return 0.0
    paper = max(1.0, float(np.quantile(bare, PAPER_QUANTILE)))
    return max(0.0, 1 - float(ink.mean()) / paper)
