"""The writing of one cell cut out for reading: its own strokes, nobody else's, on white paper."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.images import Page, Pixels
from digitize.ink.assign_strokes import Ownership
from digitize.ink.cell_map import inner_level_rules, upright_edges
from digitize.ink.cross_border_letters import Moved
from digitize.ink.strokes import PAPER, SMOOTHING_MM

MARGIN_MM = 1.0  # of paper around the writing
HALO_MM = 0.25  # of paper around each stroke: its soft edges
# Where a pen is faint whole letters lie below the level of ink, and only grey shows them.  Beside strokes the
# paper is kept so far as the next letter may lie; with more, stains come in, and the feet of the line above.
FAINT_ACROSS_MM = 2.0
FAINT_UPRIGHT_MM = 0.8
RULE_MM = 0.35  # to both sides of a rule's middle lies its print
# Where a letter touches an upright rule, a piece of the rule stays with it and is read as I or 1.  A stem on
# the rule is thicker than the rule with its soft edges, and what only crosses it is short.
REMNANT_MM = 1.0  # and more of ink along a rule
REMNANT_ACROSS_MM = 0.6  # and less across it
REMNANT_REACH_MM = 0.45  # to both sides of a rule's middle

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Cutting:
    """Two pictures of the same stretch of a page, grey uint8 (height, width).

    `writing` shows the cell's strokes on white; `whole` all that is there but
    print and other cells' strokes, its grain smoothed: there a person still reads
    pencil of which only pieces are strokes.  None where the scan knows only black and white.
    """

    writing: Pixels
    whole: Pixels | None = None


def crop_cell(
    page: Page,
    ownership: Ownership,
    ids: NDArray[np.intp],
    extent: Box,
    received: Sequence[Moved] = (),
    given: Sequence[Moved] = (),
) -> Cutting:
    """The strokes `ids` within `extent`, and what is faint beside them.

    The parts `received` of other strokes are there too, the parts `given` are not.
    """
    strokes = ownership.strokes
    for part in received:
        extent = extent.union(part.part.common(strokes.box(part.label)))
    height, width = strokes.labels.shape
    window = Box(strokes.left, strokes.top, strokes.left + width, strokes.top + height)
    rows, columns = extent.expanded(page.px(MARGIN_MM)).common(window).slices()
    labels = strokes.labels[
        rows.start - strokes.top : rows.stop - strokes.top,
        columns.start - strokes.left : columns.stop - strokes.left,
    ]
    grey = page.even[rows, columns][: labels.shape[0], : labels.shape[1]]
    mine = np.isin(labels, ids)
    for parts, is_mine in ((given, False), (received, True)):
        for part in parts:
            inside = _within(part.part, rows.start, columns.start, mine.shape)
            mine[inside & (labels == part.label)] = is_mine
    mine &= ~_rule_remnants(page, ownership, mine, columns.start)
    others = (labels > 0) & ~mine
    keep = _grown(mine, page.px(HALO_MM), page.px(HALO_MM)) & ~others
    if page.bitonal:
        return Cutting(np.where(keep, grey, np.uint8(PAPER)))
    beside = _grown(mine, page.px(FAINT_ACROSS_MM), page.px(FAINT_UPRIGHT_MM))
    free = ~_rules(page, ownership, rows.start, columns.start, mine.shape)
    free &= ~_grown(others, page.px(HALO_MM), page.px(HALO_MM))
    whole = cv2.GaussianBlur(np.where(keep | free, grey, np.uint8(PAPER)), (0, 0), page.px(SMOOTHING_MM))
    return Cutting(np.where(keep | (beside & free), grey, np.uint8(PAPER)), np.asarray(whole, dtype=np.uint8))


def _within(box: Box, top: int, left: int, shape: tuple[int, ...]) -> Mask:
    """Where a box of the page lies in a crop of this shape whose corner lies at `top`, `left` of the page."""
    ys, xs = np.arange(shape[0]) + top + 0.5, np.arange(shape[1]) + left + 0.5
    within_y, within_x = (ys >= box.top) & (ys < box.bottom), (xs >= box.left) & (xs < box.right)
    return np.asarray(within_y[:, None] & within_x[None, :], dtype=np.bool_)


def _rule_remnants(page: Page, ownership: Ownership, mine: Mask, left: int) -> Mask:
    """What is left of upright rules in the strokes of a crop that begins at `left`."""
    at_px = np.arange(mine.shape[1]) + left + 0.5
    zone = mine & _near(at_px, upright_edges(ownership.table), page.px(REMNANT_REACH_MM))
    along = np.ones((max(2, round(page.px(REMNANT_MM))), 1), np.uint8)
    runs = cv2.morphologyEx(zone.astype(np.uint8), cv2.MORPH_OPEN, along)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    thin = stats[:, cv2.CC_STAT_WIDTH] <= page.px(REMNANT_ACROSS_MM)
    thin[0] = False
    return np.asarray(thin[labels], dtype=np.bool_)


def _rules(page: Page, ownership: Ownership, top: int, left: int, shape: tuple[int, ...]) -> Mask:
    """Where rules are printed in a crop of this shape whose corner lies at `top`, `left` of the page."""
    table = ownership.table
    levels = [*table.row_edges_px, *(y for y, _, _ in inner_level_rules(table))]
    across = _near(np.arange(shape[0]) + (top + 0.5), levels, page.px(RULE_MM))
    upright = _near(np.arange(shape[1]) + left + 0.5, upright_edges(table), page.px(RULE_MM))
    return np.asarray(across[:, None] | upright[None, :], dtype=np.bool_)


def _near(at_px: NDArray[np.floating], edges_px: list[float], reach_px: float) -> Mask:
    return np.asarray((np.abs(at_px[:, None] - np.array(edges_px)) <= reach_px).any(axis=1), dtype=np.bool_)


def _grown(mask: Mask, across_px: float, upright_px: float) -> Mask:
    kernel = np.ones((2 * round(upright_px) + 1, 2 * round(across_px) + 1), np.uint8)
    return np.asarray(cv2.dilate(mask.astype(np.uint8), kernel) > 0, dtype=np.bool_)
