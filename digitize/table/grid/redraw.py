"""Redraw the rules of a page that are pale, or broken into dots and dashes.

Along a rule even a poor scan is darker than the paper in most places, though
in none of them by much.  So the contrast is averaged over a length that
letters and pen strokes do not have, and a line is drawn where the average
stands out from what lies above and below it.  Everything else is left out.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.images import Page, Pixels
from digitize.paper import DEVIATION


@dataclass(frozen=True, slots=True)
class RedrawSettings:
    """Limits for lines that are drawn again."""

    thickness_mm: float = 1.2  # a rule is thinner
    cell_mm: float = 1.0  # along a rule; a broken rule shows a dot or a dash in most cells
    window_mm: float = 17.0  # over which cells are averaged; words are shorter
    beside_mm: tuple[float, float] = (0.6, 1.6)  # above and below, where only letters are dark, too
    max_contrast: float = 40.0  # grey levels to which cells are limited, so that dark strokes weigh no more
    min_share: float = 0.3  # of the contrast that a whole rule would have
    min_contrast_to_noise: float = 4.0
    drawn_grey: int = 90  # dark enough to be traced


SETTINGS = RedrawSettings()


def redraw_rules(page: Page) -> Page:
    """Return the page with nothing but its straight lines, drawn dark."""
    lines = np.maximum(
        _horizontal_lines(page.grey, page.px_per_mm),
        _horizontal_lines(np.ascontiguousarray(page.grey.T), page.px_per_mm).T,
    )
    drawn = np.where(lines > 0, np.uint8(SETTINGS.drawn_grey), np.uint8(255))
    return replace(page, pixels=np.asarray(drawn, dtype=np.uint8))


def _horizontal_lines(grey: Pixels, px_per_mm: float) -> Pixels:
    """Return a mask (0 or 1) of the lines that stand out."""
    height, width = grey.shape
    cells = _cell_contrast(grey, px_per_mm)
    cell_px = grey.shape[1] // cells.shape[1]
    length = round(SETTINGS.window_mm / SETTINGS.cell_mm) | 1
    mean = np.asarray(cv2.boxFilter(cells, -1, (length, 1), borderType=cv2.BORDER_CONSTANT), dtype=np.float32)
    near, far = (round(mm * px_per_mm) for mm in SETTINGS.beside_mm)
    stands_out = mean - np.maximum(*_beside(mean, near, far))
    noise = DEVIATION * float(np.median(np.abs(stands_out)))
    least = max(SETTINGS.min_share * SETTINGS.max_contrast, SETTINGS.min_contrast_to_noise * noise)
    strongest = cv2.dilate(stands_out, np.ones((2 * near + 1, 1), np.uint8))
    is_line = (stands_out >= strongest) & (stands_out >= least)
    mask = np.zeros((height, width), np.uint8)
    drawn = np.repeat(is_line, cell_px, axis=1).astype(np.uint8)
    mask[:, : drawn.shape[1]] = drawn
    return np.asarray(cv2.dilate(mask, np.ones((2, 1), np.uint8)), dtype=np.uint8)


def _cell_contrast(grey: Pixels, px_per_mm: float) -> NDArray[np.float32]:
    """Return the contrast of thin dark lines in cells along them: (height, cells), limited."""
    kernel_px = 2 * round(SETTINGS.thickness_mm * px_per_mm / 2) + 1
    black_hat = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((kernel_px, 1), np.uint8)))
    cell_px = max(1, round(SETTINGS.cell_mm * px_per_mm))
    count = grey.shape[1] // cell_px
    cells = black_hat[:, : count * cell_px].reshape(len(grey), count, cell_px).max(axis=2)
    limited = np.minimum(cells.astype(np.float32), np.float32(SETTINGS.max_contrast))
    usual = np.float32(np.median(limited[::3, ::3]))
    return np.asarray(np.maximum(limited - usual, 0), dtype=np.float32)


def _beside(
    mean: NDArray[np.float32], near: int, far: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the mean contrast above and below each point, from `near` to `far` px."""
    count = far - near + 1
    downwards = cv2.boxFilter(mean, -1, (1, count), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    above, below = np.zeros_like(mean), np.zeros_like(mean)
    below[:-near] = downwards[near:]
    above[far:] = downwards[:-far]
    return above, below
