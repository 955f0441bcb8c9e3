"""A word that somebody struck out and wrote again behind: "Meier Meyer" with a line through the first.

Two signs are needed, since names do resemble each other ("Jean Jeanneret"):
the word looks like the next one, and a line runs through it.
"""

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from digitize.images import Pixels
from digitize.ocr.split_lines import ink_mask

LETTERS_MIN = 3  # of the struck word: shorter ones resemble others by chance
ALIKE_EDITS_SHARE = 0.4  # of its letters may differ: the line makes it hard to read
LINE_SHARE = 0.5  # of the word's width runs in one straight stroke where it is struck out
WAVER_MM = 0.3  # such a stroke may stray from straight by this much
SLOPES = np.linspace(-0.5, 0.5, 11)  # and rise or fall, tangent of its angle
BAND = (0.2, 0.85)  # of the line's height, where strokes that strike out lie


def without_crossed_out_word(text: str, crop: Pixels, px_per_mm: float) -> str:
    """`text` of a line without its first word, where that was struck out and written again."""
    first, _, rest = text.partition(" ")
    second = rest.partition(" ")[0]
    if not _alike(first.casefold(), second.casefold()):
        return text
    width_px = round(crop.shape[1] * len(first) / len(text))
    return rest if _line_through(crop, width_px, px_per_mm) else text


def _alike(first: str, second: str) -> bool:
    if len(first) < LETTERS_MIN or len(second) < LETTERS_MIN:
        return False
    parts = (second[i : i + len(first)] for i in range(max(1, len(second) - len(first) + 1)))
    return min(Levenshtein.distance(first, part) for part in parts) <= ALIKE_EDITS_SHARE * len(first)


def _line_through(crop: Pixels, width_px: int, px_per_mm: float) -> bool:
    """Whether one straight stroke runs through most of the first `width_px` of the crop."""
    ink = ink_mask(crop, px_per_mm)[:, :width_px].astype(np.uint8)
    height, width = ink.shape
    thick = np.ones((2 * round(WAVER_MM * px_per_mm / 2) + 1, 1), np.uint8)
    run = np.ones((1, max(1, round(LINE_SHARE * width))), np.uint8)
    for slope in SLOPES:
        shear = np.array([[1, 0, 0], [slope, 1, -slope * width / 2]], dtype=np.float32)
        level = cv2.warpAffine(ink, shear, (width, height), flags=cv2.INTER_NEAREST)
        band = level[int(BAND[0] * height) : int(BAND[1] * height)]
        if cv2.erode(cv2.dilate(band, thick), run, borderValue=0).any():
            return True
    return False
