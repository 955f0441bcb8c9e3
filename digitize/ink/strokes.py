"""Pen strokes on a flattened page: ink without rules and streaks, as connected strokes in mm."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.images import Page, Pixels
from digitize.ink.remove_rules import remove_rule
from digitize.ink.scanner_streaks import remove_streaks

PAPER = 255
SMOOTHING_MM = 0.1  # well below a pen's width: takes the grain out of the paper, not the stroke
MIN_CONTRAST = 30  # grey levels of 255 below the paper: what is fainter is bleed-through or shading
NOISE_SIGMAS = 3.5
BITONAL_CONTRAST = 110
CORE_CONTRAST_SHARE = 1.45  # a stroke's darkest part exceeds the threshold by this, else it is haze

PEN_MAX_MM = 3.0  # mean width; thicker blots are punch holes, shadows or stains, no strokes of a felt pen
SPECK_MM = 0.6  # smaller in both directions is dust (or the dot of an i)
MARGIN_MM = 8.0  # ink this far around the table still belongs to writing in it

Labels = NDArray[np.int32]
Piece = tuple[float, float, float]


@dataclass(frozen=True)
class Strokes:
    """Connected strokes around the table, in px of the page.

    `labels` (height, width) of the window at (`left`, `top`), 0 = paper;
    arrays indexed by label: `boxes` (n, 4) left top right bottom,
    `area_px` and `width_px` (mean pen width).
    """

    left: int
    top: int
    labels: Labels
    boxes: NDArray[np.float64]
    area_px: NDArray[np.float64]
    width_px: NDArray[np.float64]

    @property
    def length_px(self) -> NDArray[np.float64]:
        """Length of pen stroke per label."""
        return self.area_px / self.width_px

    def points(self, label: int) -> NDArray[np.float64]:
        """The ink px of a stroke as (n, 2) x, y within its own box."""
        left, top, right, bottom = (round(v) for v in self.boxes[label].tolist())
        part = self.labels[top - self.top : bottom - self.top, left - self.left : right - self.left]
        ys, xs = np.nonzero(part == label)
        return np.stack([xs, ys], axis=1).astype(np.float64)

    def box(self, label: int) -> Box:
        left, top, right, bottom = self.boxes[label].tolist()
        return Box(left, top, right, bottom)


def find_strokes(
    page: Page,
    columns_px: Sequence[float],
    rows_px: Sequence[float],
    ruled: bool = True,
    level_pieces: Iterable[Piece] = (),
    upright_pieces: Iterable[Piece] = (),
) -> Strokes:
    """All pen strokes in and around the table with the given edges.

    Printed rules are removed at `rows_px` (the header's upper edge included)
    and, where the table is `ruled`, at `columns_px`; the pieces (where a rule
    lies across, where it begins and ends) are rules that do not run through.
    """
    margin = round(page.px(MARGIN_MM))
    left, top = max(0, round(columns_px[0]) - margin), max(0, round(rows_px[0]) - margin)
    right, bottom = round(columns_px[-1]) + margin, round(rows_px[-1]) + margin
    window = page.even[top:bottom, left:right]
    if not page.bitonal:
        window = np.asarray(cv2.GaussianBlur(window, (0, 0), page.px(SMOOTHING_MM)), dtype=np.uint8)
    threshold = _threshold(page.bitonal, window)
    ink = window < threshold
    for y in rows_px:
        remove_rule(ink, y - top, page.px_per_mm)
    if ruled:
        for x in columns_px:
            remove_rule(ink.T, x - left, page.px_per_mm, bridged=True)
    for y, start, end in level_pieces:
        remove_rule(ink[:, round(start) - left : round(end) - left], y - top, page.px_per_mm)
    for x, start, end in upright_pieces:
        remove_rule(ink[round(start) - top : round(end) - top].T, x - left, page.px_per_mm, bridged=True)
    remove_streaks(ink, float(np.median(np.diff(rows_px))), page.px_per_mm)
    return _components(ink, window, left, top, threshold, page.px_per_mm)


def _threshold(bitonal: bool, window: Pixels) -> float:
    """Grey level below which a px is ink, from the noise of this page's own paper."""
    if bitonal:
        return PAPER - BITONAL_CONTRAST
    sample = window[::5, ::5]
    paper = float(np.median(sample))
    deviation = np.abs(sample[sample > paper - MIN_CONTRAST].astype(np.float64) - paper)
    noise = 1.4826 * float(np.median(deviation))
    return paper - max(MIN_CONTRAST, NOISE_SIGMAS * noise)


def _components(
    ink: NDArray[np.bool_], window: Pixels, left: int, top: int, threshold: float, px_per_mm: float
) -> Strokes:
    mask = ink.astype(np.uint8)
    count, marked, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    labels = np.asarray(marked, dtype=np.int32)
    ids = labels[ink]
    depth = np.bincount(ids, weights=cv2.distanceTransform(mask, cv2.DIST_L2, 5)[ink], minlength=count)
    area = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    dark = window[ink] <= PAPER - CORE_CONTRAST_SHARE * (PAPER - threshold)
    # The mean distance of a stroke's px from the paper is (w + 2) / 4 where w is its width.
    width = np.maximum(1.0, 4 * depth / np.maximum(area, 1) - 2)
    size = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    keep = size >= SPECK_MM * px_per_mm
    keep &= width <= PEN_MAX_MM * px_per_mm
    keep &= np.bincount(ids[dark], minlength=count) > 0
    low = stats[:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]] + np.array([left, top])
    high = low + stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    boxes = np.hstack([low, high]).astype(np.float64)
    boxes[0], area[0], width[0] = 0.0, 0.0, 1.0
    return _kept(Strokes(left, top, labels, boxes, area, width), keep)


def _kept(strokes: Strokes, keep: NDArray[np.bool_]) -> Strokes:
    """The strokes for which `keep` holds, numbered anew; index 0 stays the paper."""
    keep = keep.copy()
    keep[0] = True
    if keep.all():
        return strokes
    new = np.where(keep, np.cumsum(keep) - 1, 0).astype(np.int32)
    ink = strokes.labels > 0
    labels = np.zeros_like(strokes.labels)
    labels[ink] = new[strokes.labels[ink]]
    return replace(
        strokes,
        labels=labels,
        boxes=strokes.boxes[keep],
        area_px=strokes.area_px[keep],
        width_px=strokes.width_px[keep],
    )
