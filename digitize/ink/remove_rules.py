"""Remove printed rules from a page's ink.

The method is the one used to remove staff lines from sheet music (run lengths across the line; compared in
Dalitz, Droettboom, Pranzas and Fujinaga, "A Comparative Study of Staff Removal Algorithms", IEEE TPAMI 2008):
a dark run across the rule that is no longer than the rule is thick is erased, a longer one is a pen stroke
that crosses the rule and stays.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
RuleSegment = tuple[float, float, float]  # position across the rule, start and end along it, in px


@dataclass(frozen=True)
class RuleSettings:
    """How far the print of a rule may depart from its traced position."""

    reach_mm: float = 0.45  # from the traced position to the edge of the print
    max_thickness_mm: float = 0.9
    course_tolerance_mm: float = 0.25  # of a single run from the course of the rule: printed edges are rough
    course_piece_mm: float = 8.0  # over this length a rule is taken to be straight
    # Of the rule's thickness. A stroke that crosses at 45 degrees leaves a gap twice as long.
    crossing_share: float = 1.0


SETTINGS = RuleSettings()


def remove_rule(ink: Mask, y_px: float, px_per_mm: float, keep_crossings: bool = False) -> None:
    """Erase the horizontal rule at `y_px` from `ink` (height, width), in place.

    Slanted strokes lose their middle where they cross the rule.  `keep_crossings`
    leaves it there, at the risk of joining strokes that end on either side of the
    rule: use it for rules that people seldom write up to.
    """
    reach_px = SETTINGS.reach_mm * px_per_mm
    margin = int(np.ceil(SETTINGS.max_thickness_mm * px_per_mm))
    y0, y1 = max(0, round(y_px - reach_px) - margin), min(len(ink), round(y_px + reach_px) + 1 + margin)
    band = ink[y0:y1]
    if band.shape[0] < 3:
        return
    above, below = _run_ends(band)
    height = below - above - 1
    thickness_px = _rule_thickness(band, height, y_px - y0, reach_px)
    near = (above + 1 < y_px - y0 + reach_px + 1) & (below > y_px - y0 - reach_px)
    rule = band & near & (height <= thickness_px)
    middle = (above + below) / 2
    tolerance_px = max(thickness_px / 2, SETTINGS.course_tolerance_mm * px_per_mm)
    rule &= np.abs(middle - _course(rule, middle, px_per_mm)) <= tolerance_px
    if keep_crossings:
        crossed = np.asarray((band & near & ~rule).max(axis=0, keepdims=True), dtype=np.uint8)
        side = 2 * round(SETTINGS.crossing_share * thickness_px) + 1
        closed = np.asarray(cv2.morphologyEx(crossed, cv2.MORPH_CLOSE, np.ones((1, side), np.uint8)))
        rule &= closed == 0
    ink[y0:y1] = band & ~rule


def _run_ends(band: Mask) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return for every px the row of the nearest paper above and below it in its column."""
    index = np.arange(band.shape[0], dtype=np.int32)[:, None]
    above = np.maximum.accumulate(np.where(band, -1, index), axis=0)
    below = np.minimum.accumulate(np.where(band, band.shape[0], index)[::-1], axis=0)[::-1]
    return above, below


def _course(rule: Mask, middle: NDArray[np.float64], px_per_mm: float) -> NDArray[np.float64]:
    """Return the rule's position in every column: the median of its runs, piece by piece.

    It is NaN where no run was found.
    """
    length = rule.shape[1]
    count = max(1, round(length / (SETTINGS.course_piece_mm * px_per_mm)))
    course = np.full(length, np.nan)
    for columns in np.array_split(np.arange(length), count):
        piece = slice(columns[0], columns[-1] + 1)
        runs = middle[:, piece][rule[:, piece]]
        if len(runs):
            course[piece] = np.median(runs)
    return course


def _rule_thickness(band: Mask, height: NDArray[np.int_], y_px: float, reach_px: float) -> float:
    """Return the height up to which a run counts as rule: half more than the rule's usual thickness."""
    y = min(max(round(y_px), 0), len(band) - 1)
    r = max(1, round(reach_px / 2))
    core = slice(max(0, y - r), y + r + 1)
    runs = np.where(band[core], height[core], 0).max(axis=0)
    runs = runs[runs > 0]
    if len(runs) == 0:
        return 0.0
    return float(np.percentile(runs, 40)) * 1.5 + 1
