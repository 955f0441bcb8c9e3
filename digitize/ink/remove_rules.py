"""Remove printed rules from a page's ink.

The method is the one used to remove staff lines from sheet music (run lengths across the line; compared in
Dalitz, Droettboom, Pranzas and Fujinaga, "A Comparative Study of Staff Removal Algorithms", IEEE TPAMI 2008):
a dark run across the rule that is no longer than the rule is thick is erased, a longer one is a pen stroke
that crosses the rule and stays.
"""

from dataclasses import dataclass
from math import ceil, floor

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Rows = NDArray[np.int16]
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
    band = np.ascontiguousarray(ink[y0:y1])  # of a vertical rule it is a transposed view, slow to work on
    if band.shape[0] < 3:
        return
    above, below = _run_ends(band)
    height = below - above - 1
    thickness_px = _rule_thickness(band, height, y_px - y0, reach_px)
    # Limits are rounded to whole px, as the runs are: comparing them with fractions takes twice the time.
    near = band & (above < ceil(y_px - y0 + reach_px)) & (below > floor(y_px - y0 - reach_px))
    rule = near & (height <= floor(thickness_px))
    tolerance_px = max(thickness_px / 2, SETTINGS.course_tolerance_mm * px_per_mm)
    _drop_runs_off_course(rule, above + below, tolerance_px, px_per_mm)
    if keep_crossings:
        crossed = np.asarray((near & ~rule).any(axis=0, keepdims=True), dtype=np.uint8)
        side = 2 * round(SETTINGS.crossing_share * thickness_px) + 1
        closed = np.asarray(cv2.morphologyEx(crossed, cv2.MORPH_CLOSE, np.ones((1, side), np.uint8)))
        rule &= closed == 0
    ink[y0:y1] = band & ~rule


def _run_ends(band: Mask) -> tuple[Rows, Rows]:
    """Return for every px the row of the nearest paper above and below it in its column."""
    count = len(band)
    index = np.arange(count, dtype=np.int16)[:, None]
    above, below = np.where(band, np.int16(-1), index), np.where(band, np.int16(count), index)
    # Row by row, many columns at a time: `accumulate` takes column by column, in ten times the time.
    for y in range(1, count):
        np.maximum(above[y], above[y - 1], out=above[y])
        np.minimum(below[-1 - y], below[-y], out=below[-1 - y])
    return above, below


def _drop_runs_off_course(rule: Mask, ends: Rows, tolerance_px: float, px_per_mm: float) -> None:
    """Clear, in place, the px of a rule whose runs lie off its course, the median of its runs piece by piece.

    `ends` is the sum of the rows above and below each run: twice its middle.
    """
    width = rule.shape[1]
    at = np.flatnonzero(rule)
    if not len(at):
        return
    middles = ends.ravel()[at].astype(np.int32)
    count = max(1, round(width / (SETTINGS.course_piece_mm * px_per_mm)))
    sizes = [len(piece) for piece in np.array_split(np.arange(width), count)]
    piece = np.repeat(np.arange(count, dtype=np.int32), sizes)[at % width]
    # All pieces are sorted at once: the middles of one come behind those of the piece before.
    step = np.int32(2 * len(rule))
    ordered = np.sort(piece * step + middles)
    found = np.bincount(piece, minlength=count)
    first = np.cumsum(found) - found
    low, high = (np.minimum(first + half, len(at) - 1) for half in ((found - 1) // 2, found // 2))
    course = (ordered[low] + ordered[high]) - 2 * step * np.arange(count)  # four times the course
    off = np.abs(2 * middles - course[piece]) > 4 * tolerance_px
    rule.ravel()[at[off]] = False


def _rule_thickness(band: Mask, height: Rows, y_px: float, reach_px: float) -> float:
    """Return the height up to which a run counts as rule: half more than the rule's usual thickness."""
    y = min(max(round(y_px), 0), len(band) - 1)
    r = max(1, round(reach_px / 2))
    core = slice(max(0, y - r), y + r + 1)
    runs = np.where(band[core], height[core], 0).max(axis=0)
    runs = runs[runs > 0]
    if len(runs) == 0:
        return 0.0
    return float(np.percentile(runs, 40)) * 1.5 + 1
