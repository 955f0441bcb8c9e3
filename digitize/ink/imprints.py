"""Find the lines that a scanner's imprinter printed down the page, across the rows of a table.

The letters of such a line lie on their side, one below the other, close together and all equally high; no
handwriting does so over several rows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ink.strokes import Strokes
from digitize.records import Table

Mask = NDArray[np.bool_]
Sides = NDArray[np.float64]


@dataclass(frozen=True)
class ImprintSettings:
    """The shape of a line of print down the page.  The height of its letters is measured across the page."""

    min_letter_mm: float = 1.0  # height of a letter; punctuation is lower
    max_letter_mm: float = 5.0  # height
    max_run_mm: float = 15.0  # width of letters that ran together
    max_overlap_mm: float = 0.5  # of two letters
    max_gap_mm: float = 6.0  # between two letters: a space, or one that ran together with a signature
    max_height_difference_mm: float = 0.5  # between letters that follow each other
    max_drift: float = 0.15  # of the line across its direction: the sheet was fed askew
    tolerance_mm: float = 0.35  # of a letter's edge from the line
    min_pieces: int = 7  # letters, or runs of letters
    max_usual_gap_mm: float = 1.5  # the median
    min_length_mm: float = 30.0
    min_rows: int = 3  # that it crosses


SETTINGS = ImprintSettings()


def find_imprints(strokes: Strokes, table: Table, px_per_mm: float) -> Mask:
    """Mark the strokes, indexed by label, that are letters of a line of print from row to row."""
    found = np.zeros(len(strokes.area_px), dtype=np.bool_)
    boxes = strokes.boxes / px_per_mm
    size = boxes[:, 2:] - boxes[:, :2]
    letters = (size[:, 0] >= SETTINGS.min_letter_mm) & (size[:, 0] <= SETTINGS.max_letter_mm)
    letters &= size[:, 1] <= SETTINGS.max_run_mm
    ids = np.flatnonzero(letters)
    ids = ids[np.argsort(boxes[ids, 1])]
    borders_mm = np.array(table.row_edges_px[1:-1]) / px_per_mm
    for line in _lines(boxes[ids]):
        chain = boxes[ids[line]]
        if _is_imprint(chain, borders_mm):
            found |= _on_line(boxes, chain)
    return found


def _lines(boxes: Sides) -> list[list[int]]:
    """Return the chains of letters, each a list of indices from top to bottom; `boxes` are sorted by y."""
    chains: list[list[int]] = []
    growing: list[list[int]] = []
    for i, (left, top, right, _) in enumerate(boxes.tolist()):
        growing = [chain for chain in growing if top - boxes[chain[-1], 3] <= SETTINGS.max_gap_mm]
        best: list[int] | None = None
        least = np.inf
        for chain in growing:
            last_left, last_top, last_right, last_bottom = boxes[chain[-1]].tolist()
            gap, reach = top - last_bottom, SETTINGS.tolerance_mm + SETTINGS.max_drift * (top - last_top)
            off = max(abs(left - last_left), abs(right - last_right))
            same = abs((right - left) - (last_right - last_left)) <= SETTINGS.max_height_difference_mm
            if gap >= -SETTINGS.max_overlap_mm and off <= reach and same and gap + off < least:
                best, least = chain, gap + off
        if best is None:
            best = []
            chains.append(best)
            growing.append(best)
        best.append(i)
    return [chain for chain in chains if len(chain) >= SETTINGS.min_pieces]


def _is_imprint(chain: Sides, borders_mm: Sides) -> bool:
    """Return whether a chain of letters (boxes in mm) is one straight and dense line over several rows."""
    top, bottom = chain[0, 1], chain[-1, 3]
    crossed = np.count_nonzero((borders_mm > top) & (borders_mm < bottom))
    gaps = chain[1:, 1] - chain[:-1, 3]
    dense = np.median(gaps) <= SETTINGS.max_usual_gap_mm
    long = bottom - top >= SETTINGS.min_length_mm and crossed >= SETTINGS.min_rows - 1
    return bool(dense and long and max(_deviation(chain, 0), _deviation(chain, 2)) <= SETTINGS.tolerance_mm)


def _deviation(chain: Sides, side: int) -> float:
    """Return how far the left (0) or right (2) edges of the letters lie from a straight line: the RMS."""
    y = chain[:, [1, 3]].mean(axis=1)
    return float(np.std(chain[:, side] - np.polyval(np.polyfit(y, chain[:, side], 1), y)))


def _on_line(boxes: Sides, chain: Sides) -> Mask:
    """Mark the small strokes between the edges of a line of print: its letters and punctuation."""
    middle = boxes[:, [1, 3]].mean(axis=1)
    y = chain[:, [1, 3]].mean(axis=1)
    left, right = (np.polyval(np.polyfit(y, chain[:, side], 1), middle) for side in (0, 2))
    margin = 2 * SETTINGS.tolerance_mm
    inside = (boxes[:, 0] >= left - margin) & (boxes[:, 2] <= right + margin)
    inside &= (middle >= chain[0, 1] - SETTINGS.max_gap_mm) & (middle <= chain[-1, 3] + SETTINGS.max_gap_mm)
    return np.asarray(inside & ((boxes[:, 3] - boxes[:, 1]) <= SETTINGS.max_run_mm), dtype=np.bool_)
