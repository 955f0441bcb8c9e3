"""Crop the writing of one cell for reading: its own strokes, without its neighbours', on white."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.images import Page, Pixels
from digitize.ink.assign_strokes import Ownership
from digitize.ink.cell_map import inner_horizontal_rules, vertical_edges
from digitize.ink.cross_border_letters import CrossBorderPart
from digitize.ink.strokes import SETTINGS as STROKES
from digitize.ink.strokes import WHITE

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class CropSettings:
    """How much paper is kept around the strokes, and what is left out along the rules."""

    margin_mm: float = 1.0  # of paper around the writing
    halo_mm: float = 0.25  # around each stroke: its soft edges
    # Whole letters of a faint pen lie below the ink threshold and show only in grey.  So the paper beside
    # strokes is kept as far as the next letter may lie; farther out lie stains and the feet of the line
    # above.
    faint_x_mm: float = 2.0
    faint_y_mm: float = 0.8
    rule_mm: float = 0.35  # to either side of a rule's middle: its print
    # Where a letter touches a vertical rule, a piece of the rule stays with it and would be read as I or 1.
    # A stem written on the rule is thicker than the rule with its soft edges; what crosses the rule is short.
    min_remnant_length_mm: float = 1.0
    max_remnant_width_mm: float = 0.6
    # A blurred rule is as thick as a stem, but as straight as print and exactly where the rule is.
    max_straight_width_mm: float = 0.7
    straight_off_mm: float = 0.12  # from the middle of the rule to that of its remnant
    straight_share: float = 0.9  # of the remnant's width times height is ink; slanting stems fill less
    remnant_reach_mm: float = 0.45  # to either side of a rule's middle


SETTINGS = CropSettings()


@dataclass(frozen=True)
class Crop:
    """Two images of the same part of a page, grey uint8 (height, width).

    `writing` shows the cell's strokes on white.  `whole` shows everything but print and other cells'
    strokes, smoothed: in it a person can read pencil of which only pieces are strokes.  `whole` is None for
    bitonal scans.
    """

    writing: Pixels
    whole: Pixels | None = None


def crop_cell(
    page: Page,
    ownership: Ownership,
    ids: NDArray[np.intp],
    extent: Box,
    included: Sequence[CrossBorderPart] = (),
    excluded: Sequence[CrossBorderPart] = (),
) -> Crop:
    """Crop the strokes `ids` within `extent` (px of the page), and faint ink beside them.

    The parts of strokes `included` are shown as well, the parts `excluded` are not.
    """
    strokes = ownership.strokes
    for part in included:
        extent = extent.union(part.area.common(strokes.box(part.label)))
    height, width = strokes.labels.shape
    window = Box(strokes.left, strokes.top, strokes.left + width, strokes.top + height)
    rows, columns = extent.expanded(page.px(SETTINGS.margin_mm)).common(window).slices()
    labels = strokes.labels_in(rows, columns)
    grey = page.even[rows, columns][: labels.shape[0], : labels.shape[1]]
    is_own = np.zeros(len(strokes.area_px), dtype=np.bool_)
    is_own[ids] = True
    own = is_own[labels]
    for parts, shown in ((excluded, False), (included, True)):
        for part in parts:
            inside = _within(part.area, rows.start, columns.start, own.shape)
            own[inside & (labels == part.label)] = shown
    own &= ~_rule_remnants(page, ownership, own, columns.start)
    others = (labels > 0) & ~own
    halo_px = page.px(SETTINGS.halo_mm)
    keep = _dilate(own, halo_px, halo_px) & ~others
    if page.bitonal:
        return Crop(np.where(keep, grey, np.uint8(WHITE)))
    beside = _dilate(own, page.px(SETTINGS.faint_x_mm), page.px(SETTINGS.faint_y_mm))
    free = ~_rules(page, ownership, rows.start, columns.start, own.shape)
    free &= ~_dilate(others, halo_px, halo_px)
    whole = np.where(keep | free, grey, np.uint8(WHITE))
    whole = np.asarray(cv2.GaussianBlur(whole, (0, 0), page.px(STROKES.smoothing_mm)), dtype=np.uint8)
    return Crop(np.where(keep | (beside & free), grey, np.uint8(WHITE)), whole)


def _within(box: Box, top: int, left: int, shape: tuple[int, ...]) -> Mask:
    """Mark the px inside a box of the page, in a crop of this shape with its corner at (`left`, `top`)."""
    ys, xs = np.arange(shape[0]) + top + 0.5, np.arange(shape[1]) + left + 0.5
    within_y, within_x = (ys >= box.top) & (ys < box.bottom), (xs >= box.left) & (xs < box.right)
    return np.asarray(within_y[:, None] & within_x[None, :], dtype=np.bool_)


def _rule_remnants(page: Page, ownership: Ownership, own: Mask, left: int) -> Mask:
    """Mark remnants of vertical rules among the strokes of a crop that begins at x = `left`."""
    edges_px = vertical_edges(ownership.table)
    x_px = np.arange(own.shape[1]) + left + 0.5
    zone = own & _near(x_px, edges_px, page.px(SETTINGS.remnant_reach_mm))
    run = np.ones((max(2, round(page.px(SETTINGS.min_remnant_length_mm))), 1), np.uint8)
    runs = np.asarray(cv2.morphologyEx(zone.astype(np.uint8), cv2.MORPH_OPEN, run), dtype=np.uint8)
    if not runs.any():
        return np.zeros(own.shape, dtype=np.bool_)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    width_px, height_px = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    middle_px = stats[:, cv2.CC_STAT_LEFT] + width_px / 2 + left
    straight = stats[:, cv2.CC_STAT_AREA] >= SETTINGS.straight_share * width_px * height_px
    straight &= _near(middle_px, edges_px, page.px(SETTINGS.straight_off_mm))
    max_mm = np.where(straight, SETTINGS.max_straight_width_mm, SETTINGS.max_remnant_width_mm)
    remnant = width_px <= max_mm * page.px_per_mm
    remnant[0] = False
    return np.asarray(remnant[labels], dtype=np.bool_)


def _rules(page: Page, ownership: Ownership, top: int, left: int, shape: tuple[int, ...]) -> Mask:
    """Mark the printed rules in a crop of this shape with its corner at (`left`, `top`)."""
    table, reach_px = ownership.table, page.px(SETTINGS.rule_mm)
    edges = [*table.row_edges_px, *(y for y, _, _ in inner_horizontal_rules(table))]
    horizontal = _near(np.arange(shape[0]) + (top + 0.5), edges, reach_px)
    vertical = _near(np.arange(shape[1]) + left + 0.5, vertical_edges(table), reach_px)
    return np.asarray(horizontal[:, None] | vertical[None, :], dtype=np.bool_)


def _near(at_px: NDArray[np.floating], edges_px: list[float], reach_px: float) -> Mask:
    """Mark the positions that lie within `reach_px` of an edge."""
    return np.asarray((np.abs(at_px[:, None] - np.array(edges_px)) <= reach_px).any(axis=1), dtype=np.bool_)


def _dilate(mask: Mask, x_px: float, y_px: float) -> Mask:
    """Grow a mask by `x_px` to the left and right and by `y_px` up and down."""
    kernel = np.ones((2 * round(y_px) + 1, 2 * round(x_px) + 1), np.uint8)
    return np.asarray(cv2.dilate(mask.astype(np.uint8), kernel) > 0, dtype=np.bool_)
