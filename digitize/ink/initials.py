"""Recognise initials: a few letters side by side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ink.outlines import outline_px
from digitize.ink.strokes import Strokes

Labels = NDArray[np.intp]


@dataclass(frozen=True)
class InitialsSettings:
    """The shape of initials.

    Small letters of a broad pen run together into blots whose area tells little about the pen's way; half
    their outline is then a better measure of it.
    """

    min_height_mm: float = 1.0
    max_height_mm: float = 4.5
    min_stroke_factor: float = 1.4  # times its height, for every letter
    min_longest_factor: float = 1.8  # the same for one of them: two plain strokes are ditto marks
    min_outline_factor: float = 1.9  # half its outline; that of a plain stroke or a round dot is below 1.6
    min_overlap_share: float = 0.5  # of the lowest letter's height, on which all of them stand
    min_share: float = 0.85  # of the ink is in the letters; the rest are dots


SETTINGS = InitialsSettings()


def are_initials(strokes: Strokes, ids: Labels, px_per_mm: float) -> bool:
    """Return whether the strokes are a few letters side by side, not marks, dust or the end of a stroke."""
    boxes = strokes.boxes[ids] / px_per_mm
    height, length = boxes[:, 3] - boxes[:, 1], strokes.length_px[ids] / px_per_mm
    sized = (height >= SETTINGS.min_height_mm) & (height <= SETTINGS.max_height_mm)
    if sized.sum() < 2 or length[sized].sum() < SETTINGS.min_share * length.sum():
        return False
    outline = np.array([outline_px(strokes.points(i)) / 2 for i in ids.tolist()]) / px_per_mm
    winding = outline >= SETTINGS.min_outline_factor * height
    letters = sized & ((length >= SETTINGS.min_stroke_factor * height) | winding)
    if letters.sum() < 2 or length[letters].sum() < SETTINGS.min_share * length.sum():
        return False
    tops, bottoms = boxes[letters, 1], boxes[letters, 3]
    side_by_side = bottoms.min() - tops.max() >= SETTINGS.min_overlap_share * height[letters].min()
    longest = (length >= SETTINGS.min_longest_factor * height) | winding
    return bool(side_by_side and longest[letters].any())
