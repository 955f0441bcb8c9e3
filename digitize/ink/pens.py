"""Tell pens of different colours apart: what was written with another pen is somebody else's.

The tint of a stroke is what its ink takes away from the paper more in red or in blue than in green, over
what it takes away in all.  It is the same for strong and weak strokes of one pen, and 0 for black.
"""

import numpy as np
from numpy.typing import NDArray

from digitize.images import Pixels

Tints = NDArray[np.float64]
Labels = NDArray[np.intp]

PAPER_STEP_PX = 7  # every so many px tell the colour of the paper
MIN_CONTRAST = 25.0  # grey levels of 255, on the average: weaker strokes have no certain tint
MIN_AREA_PX = 60.0  # of the ink that tells a tint: JPEG blurs colours over 16 px
# Between the tints of two pens: shadows and JPEG change one by 0.1, blue and black differ by 0.5.
MIN_DISTANCE = 0.25


def stroke_tints(pixels: Pixels, labels: NDArray[np.int32], count: int) -> Tints | None:
    """Return the tints (count, 2) of strokes, NaN where uncertain; None if the page has no colour.

    `pixels` (height, width, 3) is the window of `labels` (height, width).
    """
    if pixels.ndim != 3:
        return None
    sample = pixels[::PAPER_STEP_PX, ::PAPER_STEP_PX].reshape(-1, 3).astype(np.float64)
    paper = np.median(sample, axis=0)
    ys, xs = np.nonzero(labels)
    lost = paper - pixels[ys, xs].astype(np.float64)  # blue, green, red
    ids = labels[ys, xs]
    area = np.maximum(np.bincount(ids, minlength=count), 1)
    blue, green, red = (np.bincount(ids, weights=lost[:, k], minlength=count) / area for k in range(3))
    contrast = (blue + green + red) / 3
    certain = (contrast >= MIN_CONTRAST) & (area >= MIN_AREA_PX)
    with np.errstate(divide="ignore", invalid="ignore"):
        tints = np.stack([red - green, blue - green], axis=1) / contrast[:, None]
    return np.where(certain[:, None], tints, np.nan)


def are_of_one_pen(tints: Tints | None, area_px: NDArray[np.float64], one: Labels, other: Labels) -> bool:
    """Return whether two groups of strokes may be of one pen: unless both have a tint and it differs."""
    if tints is None:
        return True
    first, second = _mean(tints, area_px, one), _mean(tints, area_px, other)
    if first is None or second is None:
        return True
    return bool(np.linalg.norm(first - second) < MIN_DISTANCE)


def _mean(tints: Tints, area_px: NDArray[np.float64], ids: Labels) -> NDArray[np.float64] | None:
    known = ids[~np.isnan(tints[ids]).any(axis=1)]
    if not len(known):
        return None
    return np.asarray(np.average(tints[known], axis=0, weights=area_px[known]), dtype=np.float64)
