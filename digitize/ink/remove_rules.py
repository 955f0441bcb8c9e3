"""Takes printed rules out of a page's ink.

As staff lines are in music recognition: a dark run across a rule that is no
taller than the rule itself goes, a taller one is a stroke that crosses it and stays.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

RULE_REACH_MM = 0.45  # how far from its traced course the edge of a rule may lie
RULE_MAX_MM = 0.9  # rules are thinner than this
RULE_SLACK_MM = 0.25  # a run of a rule lies no further from the course of the others: edges are rough
COURSE_MM = 8.0  # a rule is straight over so much: its course is measured piece by piece
CROSSING_SHARE = (
    1.0  # of a rule's thickness: twice as long is the gap in a stroke that crosses it at 45 degrees
)


def remove_rule(ink: NDArray[np.bool_], y_px: float, px_per_mm: float, bridged: bool = False) -> None:
    """Erase, in place, dark runs across the horizontal rule at `y_px` that are no taller than a rule.

    A slanted stroke loses its middle by that; `bridged` puts it back.  That
    suits rules that people seldom write up to, as it may join what stands on both sides.
    """
    reach, tallest = RULE_REACH_MM * px_per_mm, RULE_MAX_MM * px_per_mm
    pad = int(np.ceil(tallest))
    y0, y1 = max(0, round(y_px - reach) - pad), min(len(ink), round(y_px + reach) + 1 + pad)
    band = ink[y0:y1]
    if band.shape[0] < 3:
        return
    # Lengths of the vertical runs: distance to the next paper above plus below.
    index = np.arange(band.shape[0], dtype=np.int32)[:, None]
    above = np.maximum.accumulate(np.where(band, -1, index), axis=0)
    below = np.minimum.accumulate(np.where(band, band.shape[0], index)[::-1], axis=0)[::-1]
    height = below - above - 1
    thickness = _rule_thickness(band, height, y_px - y0, reach)
    near = (above + 1 < y_px - y0 + reach + 1) & (below > y_px - y0 - reach)
    rule = band & near & (height <= thickness)
    middle = (above + below) / 2
    slack = max(thickness / 2, RULE_SLACK_MM * px_per_mm)
    rule &= np.abs(middle - _course(rule, middle, px_per_mm)) <= slack
    if bridged:
        crossed = np.asarray((band & near & ~rule).max(axis=0, keepdims=True), dtype=np.uint8)
        side = 2 * round(CROSSING_SHARE * thickness) + 1
        closed = np.asarray(cv2.morphologyEx(crossed, cv2.MORPH_CLOSE, np.ones((1, side), np.uint8)))
        rule &= closed == 0
    ink[y0:y1] = band & ~rule


def _course(rule: NDArray[np.bool_], middle: NDArray[np.float64], px_per_mm: float) -> NDArray[np.float64]:
    """Where a rule runs really, for every position along it: the median of its runs, stretch by stretch."""
    length = rule.shape[1]
    pieces = np.array_split(np.arange(length), max(1, round(length / (COURSE_MM * px_per_mm))))
    course = np.full(length, np.nan)
    for piece in pieces:
        stretch = slice(piece[0], piece[-1] + 1)
        seen = middle[:, stretch][rule[:, stretch]]
        if len(seen):
            course[stretch] = np.median(seen)
    return course


def _rule_thickness(band: NDArray[np.bool_], height: NDArray[np.int_], y_px: float, reach_px: float) -> float:
    """Height up to which runs are the rule: half more than its usual thickness."""
    y = min(max(round(y_px), 0), len(band) - 1)
    r = max(1, round(reach_px / 2))
    core = slice(max(0, y - r), y + r + 1)
    runs = np.where(band[core], height[core], 0).max(axis=0)
    seen = runs[runs > 0]
    if len(seen) == 0:
        return 0.0
    return float(np.percentile(seen, 40)) * 1.5 + 1
