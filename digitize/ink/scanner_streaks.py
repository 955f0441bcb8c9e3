"""Takes the thin lines that a scanner or a fold leaves down a page out of its ink.

Letters that touch such a line stay.  It is known by the pieces of it that lie
bare between the lines of writing: thin, upright, one below the other through
several rows, with ink all the way between them.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.ink.remove_rules import RULE_MAX_MM, remove_rule

STREAK_WIDTH_MM = 0.7  # a scanner's streak or a fold is no wider
STREAK_ROWS = 2.5  # and its bare pieces are together at least so many rows high
PIECE_SHARE = 0.5  # of a row's height is what lies bare of it between two lines of writing
THROUGH_SHARE = 0.8  # of the table's height and the margins around it: a bracket over some rows ends in them
STEEPEST = 0.07  # tangent: it stood upright before the page was turned by a few degrees
RUN_MM = 0.8  # of a streak a px wide that leans so much runs straight down
UNBROKEN_SHARE = 0.8  # of its course is ink, its own or a letter's; letters that stand in line have gaps

Mask = NDArray[np.bool_]
Points = NDArray[np.float64]


def remove_streaks(ink: Mask, pitch_px: float, px_per_mm: float) -> None:
    """Erase, in place, the streaks through a table with rows `pitch_px` apart, and the margins around it."""
    for points in _lined_up(_pieces(ink, pitch_px, px_per_mm), px_per_mm):
        heights = np.unique(points[:, 1])
        through = heights[-1] - heights[0] >= THROUGH_SHARE * len(ink)
        if not through or len(heights) < STREAK_ROWS * pitch_px:
            continue
        ys = np.arange(int(heights[0]), int(heights[-1]) + 1)
        slope, offset = np.polyfit(points[:, 1], points[:, 0], 1)
        reach = int(np.ceil(RULE_MAX_MM * px_per_mm))
        xs = np.rint(slope * ys + offset).astype(np.intp)[:, None] + np.arange(-reach, reach + 1)
        xs = xs.clip(0, ink.shape[1] - 1)
        band = ink[ys[:, None], xs]
        if band[:, reach - 1 : reach + 2].any(axis=1).mean() >= UNBROKEN_SHARE:
            remove_rule(band.T, reach, px_per_mm, bridged=True)
            ink[ys[:, None], xs] = band


def _pieces(ink: Mask, pitch_px: float, px_per_mm: float) -> list[Points]:
    """Thin upright strokes, each as its px (n, 2) x, y."""
    mask = ink.astype(np.uint8)
    widest = round(STREAK_WIDTH_MM * px_per_mm)
    thin = mask - cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, widest + 1), np.uint8))
    tall = cv2.morphologyEx(thin, cv2.MORPH_OPEN, np.ones((round(RUN_MM * px_per_mm), 1), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(tall, connectivity=8)
    left, top, width, height, area = stats.T
    found = (height >= PIECE_SHARE * pitch_px) & (width <= widest + STEEPEST * height)
    found &= area <= widest * height
    pieces = []
    for i in np.flatnonzero(found[1:]) + 1:
        ys, xs = np.nonzero(labels[top[i] : top[i] + height[i], left[i] : left[i] + width[i]] == i)
        pieces.append(np.stack([xs + left[i], ys + top[i]], axis=1).astype(np.float64))
    return pieces


def _lined_up(pieces: list[Points], px_per_mm: float) -> Iterator[Points]:
    """The px of pieces that lie one below the other: all streaks of a page lean alike."""
    if not pieces:
        return
    leans = [np.polyfit(piece[:, 1], piece[:, 0], 1)[0] for piece in pieces]
    lean = float(np.median(leans))
    offsets = np.array([float((piece[:, 0] - lean * piece[:, 1]).mean()) for piece in pieces])
    order = offsets.argsort()
    breaks = np.flatnonzero(np.diff(offsets[order]) > STREAK_WIDTH_MM * px_per_mm) + 1
    for group in np.split(order, breaks):
        yield np.vstack([pieces[i] for i in group])
