"""How sharp and how dark a page is, told by its printed rules: they are alike on every form.

A rule's edge is as wide as the blur of lens, movement and resolution together;
its depth tells how pale the picture is.
"""

from dataclasses import dataclass
from itertools import chain

import numpy as np

from digitize.images import Page
from digitize.records import Table

PIECE_MM = 4.0  # a rule is looked at piece by piece: it may bend and be written over
REACH_MM = 1.5  # to both sides of a rule
LEAST_DEPTH = 20.0  # grey levels: what is fainter is no rule here
BLUR_MM = 0.6  # with wider edges statuses begin to be wrong, or the table is not found at all; scans have 0.2


@dataclass(frozen=True, slots=True)
class Sharpness:
    """Median width in mm of the edges of a table's rules, and how dark these are in grey levels of 255."""

    edge_mm: float
    depth: float

    @property
    def too_blurred(self) -> bool:
        return self.edge_mm > BLUR_MM


def measure_sharpness(page: Page, table: Table) -> Sharpness | None:
    """The sharpness of the page around a table; None where no rule of it is seen."""
    reach = round(page.px(REACH_MM))
    left, right = max(0, round(table.left_px)), round(table.right_px)
    widths, depths = [], []
    for edge in chain((table.header_top_px,), table.row_edges_px):
        middle = round(edge)
        band = page.even[max(0, middle - reach) : middle + reach + 1, left:right]
        if len(band) <= 2 * reach:
            continue
        for piece in np.array_split(band, max(1, int(band.shape[1] / page.px(PIECE_MM))), axis=1):
            profile = np.median(piece, axis=1)
            depth = float(np.percentile(profile, 80) - profile.min())
            steepest = float(np.abs(np.diff(profile)).max())
            if depth >= LEAST_DEPTH:
                widths.append(depth / steepest / page.px_per_mm)
                depths.append(depth)
    return Sharpness(float(np.median(widths)), float(np.median(depths))) if widths else None
