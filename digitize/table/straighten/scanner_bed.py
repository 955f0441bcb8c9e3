"""Tell the sheet from the black scanner bed around it.

Where the lid of a large scanner is open, the glass beside the sheet comes out
black.  Its edge along the sheet is a long straight line that would pass for a
rule, and noise in it for ink that says how far the page is turned.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.images import Pixels
from digitize.paper import shrink


@dataclass(frozen=True, slots=True)
class BedSettings:
    """What a scanner bed looks like; the limits lie between beds and dark print or shadows."""

    coarse_px_per_mm: float = 1.0  # resolution at which the bed is searched
    min_width_mm: float = 7.0  # writing, stamps and black header cells are narrower
    max_brightness_share: float = 0.35  # of the paper; the shadow at the edge of a sheet is brighter
    paper_percentile: float = 95.0  # of the grey levels; a postcard on A3 glass still fills 5 %
    noise_mm: float = 5.0  # bright specks in the bed up to half of this across are ignored
    min_area_share: float = 0.02  # of the scan; a narrower strip is the shadow of an edge
    edge_mm: float = 1.5  # next to the bed, where the edge of the sheet is blurred or torn


SETTINGS = BedSettings()


def find_bed(grey: Pixels, px_per_mm: float) -> NDArray[np.bool_] | None:
    """Return which pixels (height, width) are scanner bed, None if there is next to none."""
    scale = min(1.0, SETTINGS.coarse_px_per_mm / px_per_mm)
    mm = px_per_mm * scale
    coarse = shrink(grey, scale)
    paper = float(np.percentile(coarse, SETTINGS.paper_percentile))
    dark = (coarse < SETTINGS.max_brightness_share * paper).astype(np.uint8)
    dark = np.asarray(cv2.medianBlur(dark, _odd(SETTINGS.noise_mm * mm)), dtype=np.uint8)
    wide = cv2.morphologyEx(dark, cv2.MORPH_OPEN, _square(SETTINGS.min_width_mm * mm))
    _, areas = cv2.connectedComponents(wide)
    border = np.concatenate([areas[0], areas[-1], areas[:, 0], areas[:, -1]])
    bed = np.isin(areas, border[border > 0])
    if float(bed.mean()) < SETTINGS.min_area_share:
        return None
    grown = cv2.dilate(bed.astype(np.uint8), _square(2 * SETTINGS.edge_mm * mm))
    return np.asarray(cv2.resize(grown, grey.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0)


def _odd(size: float) -> int:
    """Return the nearest odd number of at least 3."""
    return max(3, 2 * round((size - 1) / 2) + 1)


def _square(size: float) -> NDArray[np.uint8]:
    side = _odd(size)
    return np.ones((side, side), np.uint8)
