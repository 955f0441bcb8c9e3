"""Find dark areas that hide what is written below them: names blacked out, marker that was scanned black."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.images import Page
from digitize.paper import find_filled_areas

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class CoverSettings:
    """When a filled area hides ink, and how much of a cell it must hide to matter."""

    ink_percentile: float = 1.0  # of the px of a table: its rules alone are three times as many
    max_level: float = 0.35  # between the table's ink (0) and its paper (1)
    edge_mm: float = 0.4  # over which the edge of an area is ragged
    min_height_mm: float = 3.0  # of a bar; broad writing that is crossed out fills less
    min_width_mm: float = 7.0  # of a hidden word; a punch hole is narrower
    min_area_mm2: float = 20.0


SETTINGS = CoverSettings()


def find_covered(page: Page, table: Box) -> Mask | None:
    """Mark the px of the page that no ink can be told from; `table` bounds the rules and the writing.

    It is None if there are none.
    """
    inside = page.even[table.clipped(page.width_px, page.height_px).slices()][::5, ::5]
    ink = float(np.percentile(inside, SETTINGS.ink_percentile)) / 255 if inside.size else 0.0
    coarse, scale = page.coarse
    limit = ink + SETTINGS.max_level * (1 - ink)
    dark = find_filled_areas(coarse, page.px_per_mm * scale, limit, SETTINGS.min_height_mm).level > 0
    if not dark.any():
        return None
    side = 2 * round(SETTINGS.edge_mm * page.px_per_mm * scale) + 3
    spread = cv2.dilate(dark.astype(np.uint8), np.ones((side, side), np.uint8))
    size = page.width_px, page.height_px
    return np.asarray(cv2.resize(spread, size, interpolation=cv2.INTER_NEAREST) > 0, dtype=np.bool_)


def hides_writing(covered: Mask | None, cell: Box, px_per_mm: float) -> bool:
    """Return whether a word may be hidden in a cell (px of the page)."""
    if covered is None:
        return False
    part = covered[cell.slices()]
    width_px = np.count_nonzero(part.any(axis=0))
    wide = width_px >= SETTINGS.min_width_mm * px_per_mm
    return bool(wide and np.count_nonzero(part) >= SETTINGS.min_area_mm2 * px_per_mm**2)
