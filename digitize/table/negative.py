"""Tell a negative, white on black as from microfilm or a fax gone wrong, from a positive.

The paper of a negative is dark, and what is brighter is writing: thin
strokes.  A small sheet on a black scanner bed is mostly dark, too, but its
paper is a wide bright area.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitize.images import Pixels, Scan, to_grey
from digitize.paper import shrink


@dataclass(frozen=True, slots=True)
class NegativeSettings:
    """What the grey levels and bright areas of a negative are like."""

    long_side_px: int = 400  # size at which a scan is looked at; 1.3 px/mm of A4, where writing is still seen
    margin_share: float = 0.12  # at each side, where the bed or the frame of a film may be
    max_paper: int = 110  # grey level of the paper; that of a positive in poor light is mostly brighter
    min_contrast: int = 60  # grey levels by which writing is brighter than the paper
    # The same on paper as dark as that: the hairlines of an empty table are all that is bright there.
    max_black: int = 12
    min_contrast_on_black: int = 30
    min_lead: float = 2.0  # and so many times more than anything is darker than the paper
    writing_percent: float = 1.0  # of the pixels at least are writing, on a page with a table
    wide_share: float = 0.02  # of the long side, 6 mm of A4: bright areas wider than this are no writing
    max_wide_area_share: float = 0.1  # of the scan; header cells that were shaded are bright and wide


SETTINGS = NegativeSettings()
# A scan whose usual px are so many times brighter than the paper of a negative need not be looked at closely.
SURELY_PAPER = 1.4
SAMPLE_STEP = 7


def is_negative(scan: Scan) -> bool:
    """Return whether the scan shows bright writing on dark paper."""
    sample = _inner(to_grey(np.ascontiguousarray(scan.pixels[::SAMPLE_STEP, ::SAMPLE_STEP])))
    if sample.size and float(np.median(sample)) > SURELY_PAPER * SETTINGS.max_paper:
        return False
    scale = min(1.0, SETTINGS.long_side_px / max(scan.pixels.shape[:2]))
    small = shrink(to_grey(scan.pixels), scale)
    inner = _inner(small)
    if inner.size == 0:
        return False
    tail = SETTINGS.writing_percent
    low, paper, high = np.percentile(inner, (tail, 50.0, 100.0 - tail)).tolist()
    is_black = paper <= SETTINGS.max_black
    least = SETTINGS.min_contrast_on_black if is_black else SETTINGS.min_contrast
    is_bright_on_dark = paper <= SETTINGS.max_paper and high - paper >= max(
        least, SETTINGS.min_lead * (paper - low)
    )
    return is_bright_on_dark and not _has_bright_areas(inner, (paper + high) / 2, max(small.shape))


def _inner(grey: Pixels) -> Pixels:
    top, left = (round(SETTINGS.margin_share * side) for side in grey.shape)
    return grey[top : grey.shape[0] - top, left : grey.shape[1] - left]


def _has_bright_areas(grey: Pixels, level: float, long_px: int) -> bool:
    side = max(3, round(SETTINGS.wide_share * long_px))
    wide = cv2.morphologyEx((grey >= level).astype(np.uint8), cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    return float(wide.mean()) > SETTINGS.max_wide_area_share


def as_positive(negative: Scan) -> Scan:
    """Return a negative with black and white exchanged."""
    return replace(negative, pixels=np.asarray(255 - negative.pixels, dtype=np.uint8))
