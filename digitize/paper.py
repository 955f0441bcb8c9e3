"""The brightness of the paper on every part of a page: shading, shadows and filled areas.

A filled area is darker than the paper around it and wider than the stroke of any pen: a text marker, a
shadow, a coffee ring, a letter of a watermark, a bar over what was written.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

DEVIATION = 1.48  # standard deviation of a normal distribution by its median absolute deviation
PRINT_PERCENT = 0.5  # of the px at least are print, on a page with a table


@dataclass(frozen=True, slots=True)
class PaperSettings:
    """How the paper is estimated.  It varies slowly: a coarse copy of the page is enough."""

    px_per_mm: float = 3.0  # of the coarse copy
    window_mm: float = 5.0  # wider than any stroke or rule, so its brightest pixel is paper
    min_tint_level: float = 0.35  # of the paper; a filled area that is darker shows nothing written in it
    blurred_edge_mm: float = 0.6  # of a filled area


@dataclass(frozen=True, slots=True)
class FilledAreaSettings:
    """What counts as a filled area."""

    around_mm: float = 15.0  # where its paper is searched: wider than a bar or a letter of a watermark
    max_level: float = 0.88  # of the paper; a lighter area does not look like ink
    min_width_mm: float = 2.2
    min_area_mm2: float = 25.0  # larger than the blots of a scribbled signature
    corner_mm: float = 1.5  # its corners, into which no disc of the least width fits, reach so far
    pen_mm: float = 1.7  # narrower dark structures in it are ink
    # Dense writing has hardly any px that are as bright as those around, a tint has where nothing is written.
    min_even_share: float = 0.5
    min_evenness: float = 0.85


PAPER, FILLED = PaperSettings(), FilledAreaSettings()


@dataclass(frozen=True)
class FilledAreas:
    """The filled areas of an image, at its size.

    `level` is the brightness of the area at every px without what is written on it, 0 outside; `paper` is
    the brightness of the paper around.
    """

    level: Grey
    paper: Grey

    def darker_than(self, share: float) -> NDArray[np.bool_]:
        """Mark the areas with less than this share of the paper's brightness."""
        return np.asarray((self.level > 0) & (self.level < share * self.paper), dtype=np.bool_)


def even_paper(grey: Grey, px_per_mm: float, coarsened: tuple[Grey, float] | None = None) -> Grey:
    """Divide a grey image by the local brightness of its paper, which becomes 255 everywhere.

    The paper is estimated by a grey-level dilation, then smoothed.  Where an area is filled with a tint
    that ink can be told from, the tint is the paper.  `coarsened` is what `coarsen` returns, if known.
    """
    coarse, scale = coarsened or coarsen(grey, px_per_mm)
    window = _square(PAPER.window_mm * px_per_mm * scale)
    paper = np.asarray(cv2.blur(cv2.dilate(coarse, window), window.shape), dtype=np.uint8)
    filled = find_filled_areas(coarse, px_per_mm * scale)
    if filled.level.any():
        tint = np.where(filled.darker_than(PAPER.min_tint_level), np.uint8(0), filled.level)
        spread = cv2.dilate(tint, _square(2 * PAPER.blurred_edge_mm * px_per_mm * scale))
        paper = np.where(spread > 0, np.minimum(spread, paper), paper).astype(np.uint8)
    size = grey.shape[1], grey.shape[0]
    return np.asarray(
        cv2.divide(grey, cv2.resize(paper, size, interpolation=cv2.INTER_LINEAR), scale=255), dtype=np.uint8
    )


def coarsen(grey: Grey, px_per_mm: float) -> tuple[Grey, float]:
    """Return a copy of the image on which the paper can be estimated, and its scale (at most 1)."""
    scale = min(1.0, PAPER.px_per_mm / px_per_mm)
    return shrink(grey, scale), scale


def find_filled_areas(
    coarse: Grey,
    px_per_mm: float,
    max_level: float = FILLED.max_level,
    min_width_mm: float = FILLED.min_width_mm,
) -> FilledAreas:
    """Find the areas of a coarse grey image with at most `max_level` of their paper's brightness."""
    paper = np.asarray(cv2.dilate(coarse, _square(FILLED.around_mm * px_per_mm)), dtype=np.uint8)
    dark = (coarse < max_level * paper).astype(np.uint8)
    opened = np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, _disc(min_width_mm * px_per_mm)), np.uint8)
    filled = _components(opened, FILLED.min_area_mm2 * px_per_mm**2)
    if not filled.any():
        return FilledAreas(np.zeros_like(coarse), paper)
    for _ in range(round(FILLED.corner_mm * px_per_mm)):
        filled = np.asarray(cv2.dilate(filled, _square(3)), dtype=np.uint8) & dark
    # A grey-level closing removes what is written in the area.  Px at its edge are mixed with the paper.
    inner, pen = cv2.erode(filled, _square(3)) > 0, _square(FILLED.pen_mm * px_per_mm)
    level = cv2.dilate(np.where(inner, coarse, np.uint8(0)), pen)
    level = np.asarray(cv2.erode(np.where(inner, level, np.uint8(255)), pen), dtype=np.uint8)
    inner &= _components(filled, 1.0, coarse >= FILLED.min_evenness * level) > 0
    return FilledAreas(np.where(inner, np.maximum(level, 1), 0).astype(np.uint8), paper)


def _components(mask: Grey, min_area_px: float, even: NDArray[np.bool_] | None = None) -> Grey:
    """Return the connected parts of a mask that are large, and `even` for the most part."""
    if not mask.any():
        return np.zeros_like(mask)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    area = stats[:, cv2.CC_STAT_AREA]
    kept = area >= min_area_px
    if even is not None:
        kept &= np.bincount(labels[even], minlength=count) >= FILLED.min_even_share * area
    kept[0] = False
    if not kept.any():
        return np.zeros_like(mask)
    return np.asarray(kept[labels], dtype=np.uint8)


def shrink(grey: Grey, scale: float) -> Grey:
    """Return the image at `scale` times its size; pixels are averaged when it gets smaller."""
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=interpolation), dtype=np.uint8)


def _square(side_px: float) -> Grey:
    """Return a square kernel with an odd number of px on each side, at least 3."""
    side = max(3, 2 * round((side_px - 1) / 2) + 1)
    return np.ones((side, side), np.uint8)


def _disc(diameter_px: float) -> Grey:
    side = max(3, 2 * round((diameter_px - 1) / 2) + 1)
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), dtype=np.uint8)


def noise_level(even: Grey) -> float:
    """Return the standard deviation of the grain of an even page, in grey levels; most of it is paper."""
    off = even.astype(np.int16) - cv2.blur(even, (5, 5))
    return DEVIATION * float(np.median(np.abs(off[::2, ::2])))


def contrast_of_print(even: Grey) -> float:
    """Return by how many grey levels the print of an even page with a table is darker than its paper."""
    dark, paper = np.percentile(even[::2, ::2], (PRINT_PERCENT, 50.0)).tolist()
    return float(paper - dark)
