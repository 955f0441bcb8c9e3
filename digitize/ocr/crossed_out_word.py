"""A word that the writer crossed out and wrote again: "Meier Meyer" with a line through the first.

Two signs are required, because names do resemble each other ("Jean
Jeanneret"): the word looks like the next one, and a line runs through it.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from digitize.images import Pixels
from digitize.ocr.split_lines import ink_mask


@dataclass(frozen=True)
class _Settings:
    """Limits for the two words and for the line through the first; `tests/ocr` has an example of each."""

    min_letters: int = 3  # shorter words resemble others by chance
    max_edits_share: float = 0.4  # of the first word's letters; the line makes it hard to read
    line_share: float = 0.5  # of the word's width must be one straight stroke
    max_waver_mm: float = 0.3  # deviation of the stroke from a straight line
    max_slope: float = 0.5  # tangent of the stroke's angle
    slopes: int = 11  # tried from -max_slope to max_slope
    top_share: float = 0.2  # of the line's height: strokes above are no crossing-out
    bottom_share: float = 0.85  # strokes below are none either


_SETTINGS = _Settings()


def without_crossed_out_word(text: str, crop: Pixels, px_per_mm: float) -> str:
    """Return the text of a line without its first word if that was crossed out and written again.

    `crop` is the grey uint8 picture (height, width) of the line.
    """
    first, _, rest = text.partition(" ")
    second = rest.partition(" ")[0]
    if not _are_alike(first.casefold(), second.casefold()):
        return text
    width_px = round(crop.shape[1] * len(first) / len(text))
    return rest if _has_line_through(crop, width_px, px_per_mm) else text


def _are_alike(first: str, second: str) -> bool:
    """Return whether `first` resembles `second` or a part of it."""
    if len(first) < _SETTINGS.min_letters or len(second) < _SETTINGS.min_letters:
        return False
    parts = (second[i : i + len(first)] for i in range(max(1, len(second) - len(first) + 1)))
    edits = min(Levenshtein.distance(first, part) for part in parts)
    return edits <= _SETTINGS.max_edits_share * len(first)


def _has_line_through(crop: Pixels, width_px: int, px_per_mm: float) -> bool:
    """Return whether a straight stroke runs through most of the first `width_px` of the crop."""
    ink = ink_mask(crop, px_per_mm)[:, :width_px].astype(np.uint8)
    height, width = ink.shape
    waver = np.ones((2 * round(_SETTINGS.max_waver_mm * px_per_mm / 2) + 1, 1), np.uint8)
    run = np.ones((1, max(1, round(_SETTINGS.line_share * width))), np.uint8)
    for slope in np.linspace(-_SETTINGS.max_slope, _SETTINGS.max_slope, _SETTINGS.slopes):
        shear = np.array([[1, 0, 0], [slope, 1, -slope * width / 2]], dtype=np.float32)
        level = cv2.warpAffine(ink, shear, (width, height), flags=cv2.INTER_NEAREST)
        band = level[int(_SETTINGS.top_share * height) : int(_SETTINGS.bottom_share * height)]
        if cv2.erode(cv2.dilate(band, waver), run, borderValue=0).any():
            return True
    return False
