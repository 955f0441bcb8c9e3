"""What is seen of a table's rules on the page: contrasts, in which cells they run and in which not.

A rule is a dark line narrower than writing is high.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.images import Page

LINE_MM = 1.6  # a dark line across is a rule if it is narrower: letters are taller
REACH_MM = 0.7  # a rule lies off its traced course by no more
INSET_MM = 1.0  # of a cell that its own upright rules may fill
PIECE_MM = 6.0  # a rule is straight and level over so much
SEEN_SHARE = 0.4  # of the usual contrast of this table's rules
FAINTEST = 12.0  # grey levels: fainter rules tell nothing
NEAR_EDGE_MM = 3.0  # column edges lie further apart

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rules:
    """What is seen of rules: `along` (px of height from `top_px`, columns) is the contrast of level ones."""

    page: Page
    column_edges_px: tuple[float, ...]
    row_edges_px: tuple[float, ...]
    along: Floats
    top_px: int
    typical: float

    def levels(self, edges_px: Sequence[float]) -> Floats:
        """Contrast at the given heights in every column: (heights, columns)."""
        reach, top = self.page.px(REACH_MM), self.top_px
        found = np.zeros((len(edges_px), self.along.shape[1]))
        for i, y in enumerate(edges_px):
            low, high = round(y - top - reach), round(y - top + reach) + 1
            part = self.along[max(0, low) : max(0, high)]
            found[i] = part.max(axis=0) if len(part) else 0.0
        return found

    def uprights(self, intervals: Sequence[tuple[float, float]]) -> Floats:
        """Contrast of every inner column edge in the given stretches of height: (stretches, edges)."""
        page, side = self.page, self.page.px(2 * LINE_MM)
        inset, reach = page.px(INSET_MM), page.px(REACH_MM)
        found = np.zeros((len(intervals), len(self.column_edges_px) - 2))
        for j, x in enumerate(self.column_edges_px[1:-1]):
            left = max(0, round(x - side))
            strip = page.even[:, left : round(x + side)]
            rows = [strip[max(0, round(a + inset)) : max(1, round(b - inset))] for a, b in intervals]
            means = np.array([part.mean(axis=0) if len(part) else strip[0] * 0.0 + 255 for part in rows])
            lines = lines_across(means.T, page.px_per_mm)
            low = max(0, round(x - left - reach))
            found[:, j] = lines[low : round(x - left + reach) + 1].max(axis=0)
        return found


def find_rules(page: Page, column_edges_px: Sequence[float], row_edges_px: Sequence[float]) -> Rules:
    """Measure the level rules between all column edges."""
    inset = page.px(INSET_MM)
    row_px = float(np.median(np.diff(row_edges_px)))
    top, bottom = max(0, round(row_edges_px[0] - row_px)), round(row_edges_px[-1] + row_px)
    columns = []
    for left, right in pairwise(column_edges_px):
        strip = page.even[
            top:bottom, round(left + inset) : max(round(left + inset) + 1, round(right - inset))
        ]
        count = max(1, round((right - left - 2 * inset) / page.px(PIECE_MM)))
        pieces = np.asarray(
            cv2.resize(strip, (count, strip.shape[0]), interpolation=cv2.INTER_AREA), np.float64
        )
        columns.append(np.median(lines_across(pieces, page.px_per_mm), axis=1))
    along = np.array(columns).T
    rules = Rules(page, tuple(column_edges_px), tuple(row_edges_px), along, top, 0.0)
    typical = float(np.percentile(rules.levels(row_edges_px[1:-1] or row_edges_px), 75))
    return replace(rules, typical=typical)


def rule_above(rules: Rules) -> float | None:
    """The nearest level rule above the lattice that every column reaches, no farther than a row's height."""
    near = round(rules.row_edges_px[0] - rules.page.px(NEAR_EDGE_MM)) - rules.top_px
    seen = (rules.along[: max(0, near)] >= SEEN_SHARE * max(FAINTEST, rules.typical)).all(axis=1)
    found = np.flatnonzero(seen)
    return float(rules.top_px + found[-1]) if len(found) else None


def lines_across(means: Floats, px_per_mm: float) -> Floats:
    """How much darker (grey levels) than the paper on both sides, for lines that run across axis 0."""
    kernel = np.ones((2 * round(LINE_MM * px_per_mm / 2) + 1, 1), np.uint8)
    closed = cv2.morphologyEx(means.astype(np.float32), cv2.MORPH_BLACKHAT, kernel)
    return np.asarray(closed, dtype=np.float64)
