"""Words printed in every cell instead of a header: such a table is not understood.

What stands at the same place in nearly all rows, beside the rules, is print.
Its rows would all seem written in.
"""

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.images import INK_SHARE
from digitize.table.header.rule_contrast import Floats, Rules

RULE_MM = 1.0  # around the table's rules nothing is looked at
WOBBLE_MM = 0.25  # by which print lies elsewhere from row to row
COMMON_SHARE = 0.95  # of the rows have it
LEAST_MM2 = 1.0  # of such ink in a cell: a short word in small print
LEAST_ROWS = 4
HEIGHT_SHARE = 0.15  # by which rows differ in height
LEVEL_SHARE = 0.5  # of a column's width is filled by a rule
NUMBER_COLUMN_MM = 15.0
LABELLED_SHARE = 0.5  # of the columns have such words

Flags = NDArray[np.bool_]


def is_labelled(rules: Rules) -> bool:
    """Whether most columns have the same print in all rows."""
    page, mm = rules.page, rules.page.px_per_mm
    heights = np.diff(rules.row_edges_px)
    usual = float(np.median(heights))
    rows = [a for a, b in pairwise(rules.row_edges_px) if abs(b - a - usual) <= HEIGHT_SHARE * usual]
    left, right = round(rules.column_edges_px[0]), round(rules.column_edges_px[-1])
    height = round((1 - HEIGHT_SHARE) * usual - RULE_MM * mm)
    if len(rows) < LEAST_ROWS or height < RULE_MM * mm:
        return False
    starts = [round(top + RULE_MM * mm) for top in rows]
    ink = np.array([page.even[y : y + height, left:right] < 255 * INK_SHARE for y in starts])
    side = 2 * round(WOBBLE_MM * mm) + 1
    near = [cv2.dilate(row.astype(np.uint8), np.ones((side, side), np.uint8)) for row in ink]
    common = np.mean(near, axis=0) >= COMMON_SHARE
    often = ink.mean(axis=0)
    edge = round(RULE_MM * mm)
    columns = [
        slice(round(a) - left + edge, round(b) - left - edge) for a, b in pairwise(rules.column_edges_px)
    ]
    wide = [c for c in columns if c.stop - c.start > NUMBER_COLUMN_MM * mm]  # numbers are alike in all rows
    found = [_print_px(common[:, c], often[:, c], edge) / mm**2 >= LEAST_MM2 for c in wide]
    return sum(found) >= max(2.0, LABELLED_SHARE * len(wide))


def _print_px(common: Flags, often: Floats, edge: int) -> float:
    """Area in px of what is printed in every row of a column, rules between storeys left out."""
    level = common.mean(axis=1) > LEVEL_SHARE
    beside = np.convolve(level, np.ones(2 * edge + 1), "same") > 0
    return float(often[common & ~beside[:, None]].sum())
