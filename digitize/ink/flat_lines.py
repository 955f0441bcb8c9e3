"""Find rows that hold nothing but a flat line from cell to cell: a fold of the paper, or a row closed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ink.cell_map import writable_columns
from digitize.ink.lines import fit_line
from digitize.ink.marks import is_dash
from digitize.ink.strokes import Strokes
from digitize.records import Table

Lengths = NDArray[np.float64]


@dataclass(frozen=True)
class FlatLineSettings:
    """What makes the ink of a row one line.  A fold casts a faint shadow, which comes out in pieces."""

    min_share: float = 0.85  # of the row's ink in flat pieces; the rest is dust
    min_columns: int = 2
    short_mm: float = 2.0  # of a piece too short to tell whether it is straight
    max_deviation_mm: float = 0.6  # of the pieces from one line, root mean square


SETTINGS = FlatLineSettings()


def _is_flat(strokes: Strokes, label: int, px_per_mm: float) -> bool:
    """Return whether a stroke is a straight flat line, or a short piece of one."""
    box = strokes.box(label)
    short = box.width <= SETTINGS.short_mm * px_per_mm and box.height <= box.width
    return short or is_dash(strokes, label, px_per_mm)


def is_flat_line(owned: Lengths, strokes: Strokes, table: Table, r: int, px_per_mm: float) -> bool:
    """Return whether the ink of row `r` is a flat line through several cells and nothing else."""
    columns = writable_columns(table)
    lengths = owned[:, r, columns]
    ids = np.flatnonzero(lengths.any(axis=1))
    pieces = [i for i in ids.tolist() if _is_flat(strokes, i, px_per_mm)]
    if not pieces or lengths[pieces].sum() < SETTINGS.min_share * lengths.sum():
        return False
    if np.count_nonzero(lengths[pieces].any(axis=0)) < SETTINGS.min_columns:
        return False
    points = np.vstack([strokes.points(i) + strokes.boxes[i, :2] for i in pieces])
    return bool(fit_line(points).deviation <= SETTINGS.max_deviation_mm * px_per_mm)
