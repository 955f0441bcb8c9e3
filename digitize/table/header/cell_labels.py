"""Find words that are printed in the cells of every row, mostly instead of a header.

Ink at the same place in nearly all rows is print.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

from digitize.geometry import BoolArray, FloatArray
from digitize.images import INK_SHARE, Page
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
    min_found_share: float = 0.75  # of their px in the first row; else it is a header
    print_percentile: float = 70.0  # of the grey levels of a px in all rows


SETTINGS = LabelSettings()


def find_labels(rules: MeasuredRules) -> Page | None:
    """Return the page with nothing but these words in the first row, None if it has none.

    A header may lie above them; then the columns follow from it.
    """
    page, px_per_mm = rules.page, rules.page.px_per_mm
    heights = np.diff(rules.row_edges_px)
    usual = float(np.median(heights))
    tops = [
        a
        for a, b in pairwise(rules.row_edges_px)
        if abs(b - a - usual) <= SETTINGS.height_tolerance_share * usual
    ]
    left, right = round(rules.column_edges_px[0]), round(rules.column_edges_px[-1])
    margin_px = round(SETTINGS.rule_margin_mm * px_per_mm)
    height = round((1 - SETTINGS.height_tolerance_share) * usual) - margin_px
    if len(tops) < SETTINGS.min_rows or height < margin_px or tops[0] != rules.row_edges_px[0]:
        return None
    starts = [round(top) + margin_px for top in tops]
    grey = np.array([page.even[y : y + height, left:right] for y in starts])
    ink = grey < 255 * INK_SHARE
    kernel_px = 2 * round(SETTINGS.tolerance_mm * px_per_mm) + 1
    kernel = np.ones((kernel_px, kernel_px), np.uint8)
    dilated = np.array([cv2.dilate(row.astype(np.uint8), kernel) > 0 for row in ink])
    common = dilated.mean(axis=0) >= SETTINGS.min_rows_share
    in_first = (dilated[0] & common).sum() >= SETTINGS.min_found_share * common.sum()
    if not in_first or not _are_in_most_columns(rules, common, ink.mean(axis=0)):
        return None
    pixels = page.even.copy()
    # Print is dark in all rows, what is written only in some.
    pixels[starts[0] : starts[0] + height, left:right] = np.percentile(
        grey, SETTINGS.print_percentile, axis=0
    )
    return replace(page, pixels=pixels)


def _are_in_most_columns(rules: MeasuredRules, common: BoolArray, frequency: FloatArray) -> bool:
    """Return whether most columns have words, where `common` is print and `frequency` the share of rows."""
    px_per_mm, left = rules.page.px_per_mm, round(rules.column_edges_px[0])
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
