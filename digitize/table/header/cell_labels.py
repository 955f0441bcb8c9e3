"""Detect tables with words printed in every cell instead of a header.

Ink at the same place in nearly all rows is print.  Such a table is not
understood, because all of its rows would seem to be filled in.
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from digitize.geometry import BoolArray, FloatArray
from digitize.images import INK_SHARE
from digitize.table.header.rule_contrast import MeasuredRules


@dataclass(frozen=True, slots=True)
class LabelSettings:
    """What printed labels in the cells look like."""

    rule_margin_mm: float = 1.0  # ignored around the table's rules
    tolerance_mm: float = 0.25  # by which print is displaced from row to row
    min_rows_share: float = 0.95  # of the rows that have ink in the same place
    min_area_mm2: float = 1.0  # of such ink per cell: a short word in small print
    min_rows: int = 4
    height_tolerance_share: float = 0.15  # by which rows differ in height
    rule_fill_share: float = 0.5  # of a column's width filled by a rule
    number_column_mm: float = 15.0  # narrower columns hold numbers, which look alike in all rows
    min_columns_share: float = 0.5  # of the columns that have labels


SETTINGS = LabelSettings()


def is_labelled(rules: MeasuredRules) -> bool:
    """Return whether most columns have the same print in all rows."""
    page, px_per_mm = rules.page, rules.page.px_per_mm
    heights = np.diff(rules.row_edges_px)
    usual = float(np.median(heights))
    rows = [
        a
        for a, b in pairwise(rules.row_edges_px)
        if abs(b - a - usual) <= SETTINGS.height_tolerance_share * usual
    ]
    left, right = round(rules.column_edges_px[0]), round(rules.column_edges_px[-1])
    height = round((1 - SETTINGS.height_tolerance_share) * usual - SETTINGS.rule_margin_mm * px_per_mm)
    if len(rows) < SETTINGS.min_rows or height < SETTINGS.rule_margin_mm * px_per_mm:
        return False
    starts = [round(top + SETTINGS.rule_margin_mm * px_per_mm) for top in rows]
    ink = np.array([page.even[y : y + height, left:right] < 255 * INK_SHARE for y in starts])
    kernel_px = 2 * round(SETTINGS.tolerance_mm * px_per_mm) + 1
    dilated = [cv2.dilate(row.astype(np.uint8), np.ones((kernel_px, kernel_px), np.uint8)) for row in ink]
    common = np.mean(dilated, axis=0) >= SETTINGS.min_rows_share
    frequency = ink.mean(axis=0)
    margin_px = round(SETTINGS.rule_margin_mm * px_per_mm)
    columns = [
        slice(round(a) - left + margin_px, round(b) - left - margin_px)
        for a, b in pairwise(rules.column_edges_px)
    ]
    wide = [c for c in columns if c.stop - c.start > SETTINGS.number_column_mm * px_per_mm]
    found = [
        _printed_area_px(common[:, c], frequency[:, c], margin_px) / px_per_mm**2 >= SETTINGS.min_area_mm2
        for c in wide
    ]
    return sum(found) >= max(2.0, SETTINGS.min_columns_share * len(wide))


def _printed_area_px(common: BoolArray, frequency: FloatArray, margin_px: int) -> float:
    """Return the area (px) printed in every row of a column, except rules between storeys."""
    is_rule = common.mean(axis=1) > SETTINGS.rule_fill_share
    near_rule = np.convolve(is_rule, np.ones(2 * margin_px + 1), "same") > 0
    return float(frequency[common & ~near_rule[:, None]].sum())
