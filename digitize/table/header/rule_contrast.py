"""Measure the contrast of a table's rules, and so in which cells they are present.

A rule is a dark line that is thinner than writing is high.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

from digitize.geometry import FloatArray
from digitize.images import Page, Pixels


@dataclass(frozen=True, slots=True)
class ContrastSettings:
    """What counts as a rule within the cells of a table."""

    max_thickness_mm: float = 1.6  # of a dark line; letters are taller
    reach_mm: float = 0.7  # by which a rule deviates from its traced position
    inset_mm: float = 1.0  # margin of a cell that its own vertical rules may fill
    piece_mm: float = 6.0  # over which a rule is straight and horizontal
    min_relative_contrast: float = 0.4  # to the usual contrast of this table's rules
    min_contrast: float = 12.0  # grey levels; fainter rules are not evaluated
    min_edge_distance_mm: float = 3.0  # between column edges


SETTINGS = ContrastSettings()


@dataclass(frozen=True)
class MeasuredRules:
    """The edges of a table with the measured contrast of its horizontal rules.

    `along` (px of height from `top_px`, columns) is the contrast in grey levels,
    `typical` the usual contrast of the table's rules.
    """

    page: Page
    column_edges_px: tuple[float, ...]
    row_edges_px: tuple[float, ...]
    along: FloatArray
    top_px: int
    typical: float

    def horizontal_contrast(self, edges_px: Sequence[float]) -> FloatArray:
        """Return the contrast at the given heights in every column: (heights, columns)."""
        reach_px, top = self.page.px(SETTINGS.reach_mm), self.top_px
        found = np.zeros((len(edges_px), self.along.shape[1]))
        for i, y in enumerate(edges_px):
            low, high = round(y - top - reach_px), round(y - top + reach_px) + 1
            part = self.along[max(0, low) : max(0, high)]
            found[i] = part.max(axis=0) if len(part) else 0.0
        return found

    def vertical_contrast(self, intervals: Sequence[tuple[float, float]]) -> FloatArray:
        """Return the contrast of every inner column edge in the given height intervals (intervals, edges)."""
        page, side_px = self.page, self.page.px(2 * SETTINGS.max_thickness_mm)
        inset_px, reach_px = page.px(SETTINGS.inset_mm), page.px(SETTINGS.reach_mm)
        found = np.zeros((len(intervals), len(self.column_edges_px) - 2))
        for j, x in enumerate(self.column_edges_px[1:-1]):
            left = max(0, round(x - side_px))
            strip = page.even[:, left : round(x + side_px)]
            rows = [strip[max(0, round(a + inset_px)) : max(1, round(b - inset_px))] for a, b in intervals]
            means = np.array([part.mean(axis=0) if len(part) else strip[0] * 0.0 + 255 for part in rows])
            lines = line_contrast(means.T, page.px_per_mm)
            low = max(0, round(x - left - reach_px))
            found[:, j] = lines[low : round(x - left + reach_px) + 1].max(axis=0)
        return found


def measure_rules(
    page: Page, column_edges_px: Sequence[float], row_edges_px: Sequence[float]
) -> MeasuredRules:
    """Measure the horizontal rules between all column edges."""
    inset_px = page.px(SETTINGS.inset_mm)
    row_px = float(np.median(np.diff(row_edges_px)))
    top, bottom = max(0, round(row_edges_px[0] - row_px)), round(row_edges_px[-1] + row_px)
    columns = []
    for left, right in pairwise(column_edges_px):
        strip = inner_strip(page, top, bottom, left, right)
        count = max(1, round((right - left - 2 * inset_px) / page.px(SETTINGS.piece_mm)))
        pieces = np.asarray(
            cv2.resize(strip, (count, strip.shape[0]), interpolation=cv2.INTER_AREA), np.float64
        )
        columns.append(np.median(line_contrast(pieces, page.px_per_mm), axis=1))
    along = np.array(columns).T
    rules = MeasuredRules(page, tuple(column_edges_px), tuple(row_edges_px), along, top, 0.0)
    typical = float(np.percentile(rules.horizontal_contrast(row_edges_px[1:-1] or row_edges_px), 75))
    return replace(rules, typical=typical)


def inner_strip(page: Page, top: int, bottom: int, left_px: float, right_px: float) -> Pixels:
    """Return the part of a page between two column edges, within their margins: at least one pixel.

    What is taken for a table on a page of print may have edges outside the page.
    """
    inset_px = page.px(SETTINGS.inset_mm)
    left = min(max(0, round(left_px + inset_px)), page.width_px - 1)
    top = min(max(0, top), page.height_px - 1)
    return page.even[top : max(top + 1, bottom), left : max(left + 1, round(right_px - inset_px))]


def rule_above(rules: MeasuredRules) -> float | None:
    """Return the nearest rule above the lattice that covers all columns, at most a row's height away."""
    limit = round(rules.row_edges_px[0] - rules.page.px(SETTINGS.min_edge_distance_mm)) - rules.top_px
    seen = (
        rules.along[: max(0, limit)]
        >= SETTINGS.min_relative_contrast * max(SETTINGS.min_contrast, rules.typical)
    ).all(axis=1)
    found = np.flatnonzero(seen)
    return float(rules.top_px + found[-1]) if len(found) else None


def line_contrast(means: FloatArray, px_per_mm: float) -> FloatArray:
    """Return how much darker (grey levels) than the paper on both sides lines across axis 0 are."""
    kernel = np.ones((2 * round(SETTINGS.max_thickness_mm * px_per_mm / 2) + 1, 1), np.uint8)
    black_hat = cv2.morphologyEx(means.astype(np.float32), cv2.MORPH_BLACKHAT, kernel)
    return np.asarray(black_hat, dtype=np.float64)
