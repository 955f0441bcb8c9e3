"""Remove the thin vertical lines that a dirty scanner or a fold of the paper leaves down a page.

A streak is recognised by its bare pieces between the lines of writing: thin, vertical, one below the other
through several rows, with ink all the way between them.  Letters that touch the streak stay.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.components import connected_components
from digitize.ink.remove_rules import SETTINGS as RULES
from digitize.ink.remove_rules import remove_rule

Mask = NDArray[np.bool_]
Points = NDArray[np.float64]


@dataclass(frozen=True)
class StreakSettings:
    """What tells a streak from a vertical line that somebody drew."""

    max_width_mm: float = 0.7
    min_rows: float = 2.5  # total height of the bare pieces
    piece_share: float = 0.5  # of a row's height: least height of a bare piece
    # Of the height of the table with its margins. Brackets over a few rows end within the table.
    span_share: float = 0.8
    # Dirt that comes loose while the page passes leaves a streak from there to the edge of the paper.
    one_sided_rows: float = 4.0
    edge_mm: float = 0.5  # from the end of the margin, within which such a streak ends
    max_lean: float = 0.07  # tangent to the vertical: the page may have been turned by a few degrees
    run_mm: float = 0.8  # a streak one px wide with that lean has vertical runs of this length
    inked_share: float = 0.8  # of its course, by the streak or a letter; letters in a column leave gaps


SETTINGS = StreakSettings()
COARSE_PX = 4


def remove_streaks(ink: Mask, pitch_px: float, px_per_mm: float) -> None:
    """Erase streaks from `ink`, in place.

    `ink` (height, width) is the table with the margins around it, `pitch_px` the height of its rows.
    """
    for points in _aligned_pieces(_find_pieces(ink, pitch_px, px_per_mm), px_per_mm):
        heights = np.unique(points[:, 1])
        through = _leaves_table(heights[0], heights[-1], len(ink), pitch_px, px_per_mm)
        if not through or len(heights) < SETTINGS.min_rows * pitch_px:
            continue
        ys = np.arange(int(heights[0]), int(heights[-1]) + 1)
        slope, offset = np.polyfit(points[:, 1], points[:, 0], 1)
        reach = int(np.ceil(RULES.max_thickness_mm * px_per_mm))
        xs = np.rint(slope * ys + offset).astype(np.intp)[:, None] + np.arange(-reach, reach + 1)
        xs = xs.clip(0, ink.shape[1] - 1)
        band = ink[ys[:, None], xs]
        if band[:, reach - 1 : reach + 2].any(axis=1).mean() >= SETTINGS.inked_share:
            remove_rule(band.T, reach, px_per_mm, keep_crossings=True)
            ink[ys[:, None], xs] = band


def _leaves_table(first_px: float, last_px: float, height_px: int, pitch_px: float, px_per_mm: float) -> bool:
    """Return whether a line runs through the table with its margins, or from within to the end of one."""
    span_px, edge_px = last_px - first_px, SETTINGS.edge_mm * px_per_mm
    leaves = first_px <= edge_px or last_px >= height_px - 1 - edge_px
    least_px = SETTINGS.span_share * height_px
    return bool(span_px >= (min(least_px, SETTINGS.one_sided_rows * pitch_px) if leaves else least_px))


def _find_pieces(ink: Mask, pitch_px: float, px_per_mm: float) -> list[Points]:
    """Return the thin vertical strokes, each as its px (n, 2) x, y."""
    mask = np.ascontiguousarray(ink).view(np.uint8)
    widest = round(SETTINGS.max_width_mm * px_per_mm)
    wide = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, widest + 1), np.uint8))
    thin = np.subtract(mask, wide, out=wide)  # every copy of a page takes megabytes
    run = np.ones((round(SETTINGS.run_mm * px_per_mm), 1), np.uint8)
    vertical = np.asarray(cv2.morphologyEx(thin, cv2.MORPH_OPEN, run), np.uint8)
    del wide, thin
    if not _has_tall_pieces(vertical, SETTINGS.piece_share * pitch_px):
        return []
    labels, stats, _ = connected_components(vertical > 0)
    left, top, width, height, area = stats.T
    found = (height >= SETTINGS.piece_share * pitch_px) & (width <= widest + SETTINGS.max_lean * height)
    found &= area <= widest * height
    pieces = []
    for i in np.flatnonzero(found[1:]) + 1:
        ys, xs = np.nonzero(labels[top[i] : top[i] + height[i], left[i] : left[i] + width[i]] == i)
        pieces.append(np.stack([xs + left[i], ys + top[i]], axis=1).astype(np.float64))
    return pieces


def _has_tall_pieces(mask: NDArray[np.uint8], height_px: float) -> bool:
    """Return whether a connected part of a mask may be so high, as seen on a copy of 1 px for COARSE_PX px.

    Parts that lie apart may touch on the copy, but none gets smaller by more than that.
    """
    height, width = (-(-side // COARSE_PX) for side in mask.shape)
    rows = np.zeros((height, width * COARSE_PX), np.uint8)
    for k in range(COARSE_PX):
        part = mask[k::COARSE_PX]
        rows[: len(part), : mask.shape[1]] |= part
    coarse = reduce(np.bitwise_or, (rows[:, k::COARSE_PX] for k in range(COARSE_PX)))
    _, _, stats, _ = cv2.connectedComponentsWithStats(coarse, connectivity=8)
    return bool((stats[1:, cv2.CC_STAT_HEIGHT] * COARSE_PX >= height_px).any())


def _aligned_pieces(pieces: list[Points], px_per_mm: float) -> Iterator[Points]:
    """Yield the px of pieces that lie one below the other.

    All streaks of a page have the same lean: they were vertical before the page was straightened.
    """
    if not pieces:
        return
    lean = float(np.median([np.polyfit(piece[:, 1], piece[:, 0], 1)[0] for piece in pieces]))
    offsets = np.array([float((piece[:, 0] - lean * piece[:, 1]).mean()) for piece in pieces])
    order = offsets.argsort()
    breaks = np.flatnonzero(np.diff(offsets[order]) > SETTINGS.max_width_mm * px_per_mm) + 1
    for group in np.split(order, breaks):
        yield np.vstack([pieces[i] for i in group])
