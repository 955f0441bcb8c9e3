"""Measure how sharp and how dark a page is on its printed rules, which look alike on every form.

The edge of a rule is as wide as the blur of lens, motion and resolution
together; its contrast tells how pale the picture is.
"""

from dataclasses import dataclass
from itertools import chain

import numpy as np

from digitize.images import Page
from digitize.records import Table

PIECE_MM = 4.0  # rules are measured piece by piece because they may bend or be written over
REACH_MM = 1.5  # measured on both sides of a rule
MIN_CONTRAST = 20.0  # grey levels; fainter lines are no rules here
BLUR_MM = 0.6  # with wider edges, row statuses become wrong or the table is not found; scans have 0.2


@dataclass(frozen=True, slots=True)
class Sharpness:
    """Median edge width of a table's rules in mm, and their median contrast in grey levels of 255."""

    edge_mm: float
    depth: float

    @property
    def too_blurred(self) -> bool:
        """Whether rows cannot be told reliably on such a page."""
        return self.edge_mm > BLUR_MM


def measure_sharpness(page: Page, table: Table) -> Sharpness | None:
    """Measure the sharpness of the page at a table; None if no rule of it is visible."""
    reach_px = round(page.px(REACH_MM))
    left, right = max(0, round(table.left_px)), round(table.right_px)
    widths: list[float] = []
    contrasts: list[float] = []
    for edge in chain((table.header_top_px,), table.row_edges_px):
        middle = round(edge)
        band = page.even[max(0, middle - reach_px) : middle + reach_px + 1, left:right]
        if len(band) <= 2 * reach_px:
            continue
        count = max(1, int(band.shape[1] / page.px(PIECE_MM)))
        width_px = band.shape[1] // count  # what is left over at the end is narrower than a piece
        pieces = band[:, : count * width_px].reshape(len(band), count, width_px)
        profiles = np.median(pieces, axis=2)
        contrast = np.percentile(profiles, 80, axis=0) - profiles.min(axis=0)
        steepest = np.abs(np.diff(profiles, axis=0)).max(axis=0)
        visible = contrast >= MIN_CONTRAST
        widths += list(contrast[visible] / steepest[visible] / page.px_per_mm)
        contrasts += list(contrast[visible])
    return Sharpness(float(np.median(widths)), float(np.median(contrasts))) if widths else None
