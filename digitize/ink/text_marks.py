"""Tell a dash in a name or address cell from lines of small letters that ran together."""

import numpy as np

from digitize.ink.marks import Labels, classify_mark, is_dash
from digitize.ink.strokes import Strokes
from digitize.records import Mark

MIN_LINE_GAP_MM = 2.0  # of two lines of writing


def classify_text(strokes: Strokes, ids: Labels, px_per_mm: float) -> Mark:
    """Return what the strokes of a name or address are together.

    Dashes one above the other are lines of small letters that ran together.
    """
    mark = classify_mark(strokes, ids, px_per_mm)
    if mark is not Mark.DASH:
        return mark
    dashes = [i for i in ids.tolist() if is_dash(strokes, i, px_per_mm)]
    left, top, right, bottom = strokes.boxes[dashes].T
    middle = (top + bottom) / 2
    below = middle[:, None] - middle[None] > MIN_LINE_GAP_MM * px_per_mm
    overlap = np.minimum(right[:, None], right[None]) > np.maximum(left[:, None], left[None])
    return Mark.WRITING if bool((below & overlap).any()) else mark
