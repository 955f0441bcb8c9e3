"""Find the pen strokes around a table: connected ink without rules, streaks and dirt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.components import connected_components
from digitize.geometry import Box
from digitize.images import Page, Pixels
from digitize.ink.covers import find_covered
from digitize.ink.lines import LineFit, fit_line
from digitize.ink.pens import Tints, stroke_tints
from digitize.ink.remove_rules import RuleSegment, remove_rule
from digitize.ink.scanner_streaks import remove_streaks

WHITE = 255

Labels = NDArray[np.int32]
Positions = NDArray[np.intp]


@dataclass(frozen=True)
class StrokeSettings:
    """What tells ink from paper, and a pen stroke from dirt.  Contrasts are grey levels of 255."""

    margin_mm: float = 8.0  # ink this far around the table may still belong to writing in it
    smoothing_mm: float = 0.1  # standard deviation of the blur: evens out the grain of the paper, no stroke
    min_contrast: float = 30  # to the paper; bleed-through and shading have less
    darkest_percentile: float = 5.0  # of the px of a page with ink or print: the darkest of them
    full_contrast: float = 150  # of that; on a washed-out page it has less, and so has all the ink
    least_full_share: float = 0.35  # of the full contrast; with less, bleed-through would be ink
    noise_sigmas: float = 3.5  # of the paper's noise: least contrast on grainy paper
    bitonal_contrast: float = 110
    # Times the threshold's contrast: the darkest px of a stroke have at least this, else it is bleed-through.
    core_contrast_factor: float = 1.45
    max_width_mm: float = 3.0  # mean width; wider blots are punch holes, shadows or stains
    min_size_mm: float = 0.6  # in one direction; smaller is dust, or the dot of an i
    min_speck_mm: float = 0.15  # in one direction; smaller is noise


SETTINGS = StrokeSettings()


@dataclass(frozen=True)
class Strokes:
    """Connected strokes in and around a table, in px of the page.

    `labels` (height, width) covers the window whose corner is at (`left`, `top`); 0 is paper.
    The other arrays are indexed by label: `boxes` (n, 4) holds left, top, right and bottom,
    `area_px` the number of px, `width_px` the mean width of the pen and `darkness` (0..1) the mean contrast
    to the paper, larger than it is on washed-out pages.  `covered` (height and width of
    the page, None if there are none) marks dark areas in which no stroke can be seen.  `specks` (n, 2)
    are the x and y of ink that is too small for a stroke: dust, or what a scanner left of faint strokes.
    `tints` (n, 2) are their colours, None if the page has none; see `digitize.ink.pens`.
    """

    left: int
    top: int
    labels: Labels
    boxes: NDArray[np.float64]
    area_px: NDArray[np.float64]
    width_px: NDArray[np.float64]
    darkness: NDArray[np.float64]
    covered: NDArray[np.bool_] | None = None
    specks: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))
    tints: Tints | None = None

    @property
    def length_px(self) -> NDArray[np.float64]:
        """The distance the pen travelled, per label."""
        return self.area_px / self.width_px

    def box(self, label: int) -> Box:
        """Return the bounds of a stroke."""
        left, top, right, bottom = self.boxes[label].tolist()
        return Box(left, top, right, bottom)

    @cached_property
    def ink_px(self) -> tuple[Positions, Positions, Labels]:
        """The y, the x and the label of every px of ink, row by row."""
        at = np.flatnonzero(self.labels > 0)  # three times as fast as nonzero in two dimensions
        ys, xs = np.divmod(at, self.labels.shape[1])
        return ys, xs, self.labels.ravel()[at]

    def points(self, label: int) -> NDArray[np.float64]:
        """Return the px of a stroke as (n, 2) x, y from the corner of its box; not to be changed."""
        if label not in self._points:
            part = self.labels_in(*self.box(label).slices())
            at = np.flatnonzero(part == label)
            # One column behind the other in memory: means and limits of each take a fraction of the time.
            points = np.empty((len(at), 2), order="F")
            points[:, 1], points[:, 0] = np.divmod(at, part.shape[1])
            points.flags.writeable = False
            self._points[label] = points
        return self._points[label]

    def line(self, label: int, px_per_mm: float) -> LineFit:
        """Return the best straight line through a stroke, in mm."""
        fit = self._lines.get((label, px_per_mm))
        if fit is None:
            fit = self._lines[label, px_per_mm] = fit_line(self.points(label) / px_per_mm)
        return fit

    @cached_property
    def _lines(self) -> dict[tuple[int, float], LineFit]:
        return {}

    @cached_property
    def _points(self) -> dict[int, NDArray[np.float64]]:
        return {}

    def labels_in(self, rows: slice, columns: slice) -> Labels:
        """Return the part of `labels` at these rows and columns of the page."""
        return self.labels[
            rows.start - self.top : rows.stop - self.top,
            columns.start - self.left : columns.stop - self.left,
        ]


def find_strokes(
    page: Page,
    columns_px: Sequence[float],
    rows_px: Sequence[float],
    ruled: bool = True,
    horizontal_rules: Iterable[RuleSegment] = (),
    vertical_rules: Iterable[RuleSegment] = (),
) -> Strokes:
    """Return all pen strokes in and around the table with these edges.

    Printed rules are removed along `rows_px` (the upper edge of the header included) and, if the table is
    `ruled`, along `columns_px`.  `horizontal_rules` and `vertical_rules` are rules that do not run through.
    """
    margin = round(page.px(SETTINGS.margin_mm))
    left, top = max(0, round(columns_px[0]) - margin), max(0, round(rows_px[0]) - margin)
    right, bottom = round(columns_px[-1]) + margin, round(rows_px[-1]) + margin
    window = page.even[top:bottom, left:right]
    if not page.bitonal:
        blurred = cv2.GaussianBlur(window, (0, 0), page.px(SETTINGS.smoothing_mm))
        window = np.asarray(blurred, dtype=np.uint8)
    limit = _find_limit(page, window)
    ink = window < limit.threshold
    covered = find_covered(page, Box(columns_px[0], rows_px[0], columns_px[-1], rows_px[-1]))
    if covered is not None:
        ink &= ~covered[top:bottom, left:right]
    for y in rows_px:
        remove_rule(ink, y - top, page.px_per_mm)
    if ruled:
        for x in columns_px:
            remove_rule(ink.T, x - left, page.px_per_mm, keep_crossings=True)
    for y, start, end in horizontal_rules:
        remove_rule(ink[:, round(start) - left : round(end) - left], y - top, page.px_per_mm)
    for x, start, end in vertical_rules:
        piece = ink[round(start) - top : round(end) - top].T
        remove_rule(piece, x - left, page.px_per_mm, keep_crossings=True)
    remove_streaks(ink, float(np.median(np.diff(rows_px))), page.px_per_mm)
    strokes = _connected_strokes(ink, window, left, top, limit, page.px_per_mm)
    colours = page.pixels[top:bottom, left:right]
    tints = stroke_tints(colours, strokes.labels, len(strokes.area_px))
    return replace(strokes, covered=covered, tints=tints)


@dataclass(frozen=True)
class _Limit:
    """The grey level below which a px of a page is ink, and the share of its full contrast that ink has."""

    threshold: float
    full_share: float = 1.0


def _find_limit(page: Page, window: Pixels) -> _Limit:
    """Find the limit from the noise of this page's own paper and from its darkest ink or print."""
    if page.bitonal:
        return _Limit(WHITE - SETTINGS.bitonal_contrast)
    sample = window[::5, ::5]
    paper = float(np.median(sample))
    deviation = np.abs(sample[sample > paper - SETTINGS.min_contrast].astype(np.float64) - paper)
    noise = 1.4826 * float(np.median(deviation))  # the median deviation as a standard deviation
    printed = page.even[::3, ::3]
    printed = printed[printed < paper - SETTINGS.min_contrast]
    full_share = 1.0
    if len(printed):
        darkest = paper - float(np.percentile(printed, SETTINGS.darkest_percentile))
        full_share = min(1.0, max(SETTINGS.least_full_share, darkest / SETTINGS.full_contrast))
    contrast = max(SETTINGS.min_contrast * full_share, SETTINGS.noise_sigmas * noise)
    return _Limit(paper - contrast, full_share)


def _connected_strokes(
    ink: NDArray[np.bool_], window: Pixels, left: int, top: int, limit: _Limit, px_per_mm: float
) -> Strokes:
    """Return the connected components of `ink` that are neither dust, nor blots, nor bleed-through."""
    ink = np.ascontiguousarray(ink)
    at = np.flatnonzero(ink)
    # Of what takes as much memory as four pages, only one at a time is kept.
    to_paper = np.asarray(cv2.distanceTransform(ink.view(np.uint8), cv2.DIST_L2, 5)).ravel()[at]
    labels, stats, centres = connected_components(ink)
    count = len(stats)
    ids, grey = labels.ravel()[at], window[ink]
    depth = np.bincount(ids, weights=to_paper, minlength=count)
    area = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    dark = grey <= WHITE - SETTINGS.core_contrast_factor * (WHITE - limit.threshold)
    # The mean distance of a stroke's px from the paper is (w + 2) / 4 where w is its width.
    width = np.maximum(1.0, 4 * depth / np.maximum(area, 1) - 2)
    size = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    keep = np.bincount(ids[dark], minlength=count) > 0
    small = size < SETTINGS.min_size_mm * px_per_mm
    is_speck = keep & small & (size >= SETTINGS.min_speck_mm * px_per_mm)
    specks = np.asarray(centres[is_speck] + np.array([left, top]), dtype=np.float64)
    keep &= ~small & (width <= SETTINGS.max_width_mm * px_per_mm)
    low = stats[:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]] + np.array([left, top])
    high = low + stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    boxes = np.hstack([low, high]).astype(np.float64)
    contrast = np.bincount(ids, weights=WHITE - grey.astype(np.float64), minlength=count)
    darkness = contrast / WHITE / limit.full_share / np.maximum(area, 1)
    boxes[0], area[0], width[0] = 0.0, 0.0, 1.0
    keep[0] = True  # label 0 stays the paper
    new = np.where(keep, np.cumsum(keep) - 1, 0).astype(np.int32)
    labels.ravel()[at] = new[ids]
    return Strokes(left, top, labels, boxes[keep], area[keep], width[keep], darkness[keep], specks=specks)


def part_stroke(strokes: Strokes, label: int, other: NDArray[np.bool_]) -> Strokes:
    """Return the strokes with one of them parted in two: the second part gets a new label at the end.

    `other` marks, in the box of the stroke, the px of the second part; px of other strokes do not matter.
    """
    rows, columns = strokes.box(label).slices()
    window = (
        slice(rows.start - strokes.top, rows.stop - strokes.top),
        slice(columns.start - strokes.left, columns.stop - strokes.left),
    )
    labels, new = strokes.labels.copy(), len(strokes.area_px)
    part = labels[window]
    part[(part == label) & other] = new
    boxes, area = np.vstack([strokes.boxes, np.zeros(4)]), np.append(strokes.area_px, 0.0)
    for i in (label, new):
        ys, xs = np.nonzero(part == i)
        boxes[i] = (
            columns.start + xs.min(),
            rows.start + ys.min(),
            columns.start + xs.max() + 1,
            rows.start + ys.max() + 1,
        )
        area[i] = len(ys)
    return replace(
        strokes,
        labels=labels,
        boxes=boxes,
        area_px=area,
        width_px=np.append(strokes.width_px, strokes.width_px[label]),
        darkness=np.append(strokes.darkness, strokes.darkness[label]),
        tints=None if strokes.tints is None else np.vstack([strokes.tints, strokes.tints[label]]),
    )
