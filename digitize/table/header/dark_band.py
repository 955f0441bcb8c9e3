"""Show header words that are white on a dark band as black on white."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from digitize.images import Page

MAX_LEVEL = 0.5  # of the paper: the usual grey level of a line of px in a dark band
MIN_HEIGHT_MM = 3.0
STEP_PX = 4
LIKELY_BANDS = 2  # at the top of a table, and what lies as high above it


def with_light_header(page: Page, left_px: float, right_px: float, row_edges_px: Sequence[float]) -> Page:
    """Return the page with dark bands at the top of a table inverted; mostly there are none."""
    above = 2 * row_edges_px[0] - row_edges_px[1]
    edges = [above, *row_edges_px[: LIKELY_BANDS + 1]]
    columns = slice(max(0, round(left_px)), max(0, round(right_px)))
    dark: list[int] = []
    for upper, lower in pairwise(edges):
        top = max(0, round(upper))
        lines = page.even[top : max(top, round(lower)), columns][:, ::STEP_PX]
        if lines.size:
            is_dark = np.median(lines, axis=1) < 255 * MAX_LEVEL
            if is_dark.sum() >= page.px(MIN_HEIGHT_MM):
                dark += (top + np.flatnonzero(is_dark)).tolist()
    if not dark:
        return page
    pixels = page.pixels.copy()
    pixels[dark, columns] = 255 - pixels[dark, columns]
    return replace(page, pixels=pixels)
