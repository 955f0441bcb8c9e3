"""Measure how visible a vertical rule is on a page."""

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Rule, crossing
from digitize.images import Page

MIN_LINE_CONTRAST = 10  # grey levels of a visible line; folds are faint


def is_dark_along(page: Page, rule: Rule, heights: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return at which heights the (extrapolated) rule is darker than the paper on both sides."""
    return np.asarray(contrast_along(page, rule, heights) >= MIN_LINE_CONTRAST, dtype=np.bool_)


def contrast_along(page: Page, rule: Rule, heights: NDArray[np.float64]) -> NDArray[np.int16]:
    """Return by how many grey levels the (extrapolated) rule is darker than the paper on both sides."""
    side_px = round(page.px(1.0))
    ys = heights.astype(np.intp)
    ys = ys[(ys >= 0) & (ys < page.height_px)]
    xs = np.rint(rule.at_each(ys.astype(np.float64))).astype(np.intp)
    inside = (xs >= 2 * side_px) & (xs < page.width_px - 2 * side_px)
    ys, xs = ys[inside], xs[inside]
    around = page.grey[ys[:, None], xs[:, None] + np.arange(-2, 3)].min(axis=1).astype(np.int16)
    beside = np.minimum(page.grey[ys, xs - side_px], page.grey[ys, xs + side_px]).astype(np.int16)
    return np.asarray(beside - around, dtype=np.int16)


def true_share(dark: NDArray[np.bool_]) -> float:
    """Return the share of true values, 0 if there are none at all."""
    return float(dark.mean()) if len(dark) else 0.0


def share_between(page: Page, column: Rule, upper: Rule, lower: Rule) -> float:
    """Return on which share of its length between two rows a column rule is visible."""
    heights = np.arange(crossing(upper, column)[1], crossing(lower, column)[1])
    return true_share(is_dark_along(page, column, heights))
