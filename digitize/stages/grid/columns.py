"""The table's column rules: what runs through its rows and is no fold, streak or letter."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Rule, crossing
from digitize.images import Page
from digitize.stages.grid.chain import joined, weight
from digitize.tracing import trace_vertical

COLUMN_COVER_SHARE = 0.5  # of the table's height a column rule is seen
EDGE_MM = 4.0  # rules that overhang the last column by more belong to an unframed column
MIN_COLUMN_MM = 4.0
OWN_ROWS = 1.25  # row heights by which an unframed table's columns may stick out
BEYOND_MM = 12.0  # a fold or streak goes on for as much more
BEYOND_SHARE = 0.6  # of that whole stretch shows it
STREAK_CONTRAST = 10  # grey levels: folds are faint
FAINT_SHARE = 0.4  # of the other column rules' contrast: a fold or a streak, not print
OVERHANG_GAP_MM = 1.0  # where a column rule is not seen for so long, it has ended


def column_rules(page: Page, rows: list[Rule]) -> tuple[list[Rule], bool]:
    """Column rules through the rows, the table's open edges added; and whether they were seen."""
    px_per_mm = page.px_per_mm
    left, right = _edge([r.start_px for r in rows], rows), _edge([r.end_px for r in rows], rows)
    found: list[Rule] = []
    for rule in _vertical_between(page, rows):
        x, y_top = crossing(rows[0], rule)
        _, y_bottom = crossing(rows[-1], rule)
        seen = min(rule.end_px, y_bottom) - max(rule.start_px, y_top)
        if seen * rule.coverage_share < COLUMN_COVER_SHARE * (y_bottom - y_top):
            continue
        if left.at(y_top) - EDGE_MM * px_per_mm <= x <= right.at(y_top) + EDGE_MM * px_per_mm:
            found.append(rule)
    typical = float(np.median([rule.contrast for rule in found])) if found else 0.0
    found = [rule for rule in found if rule.contrast >= FAINT_SHARE * typical]
    middle = (rows[0].at(left.at(0)) + rows[-1].at(left.at(0))) / 2
    found.sort(key=lambda rule: rule.at(middle))
    columns: list[Rule] = []
    for rule in found:
        if columns and rule.at(middle) - columns[-1].at(middle) < MIN_COLUMN_MM * px_per_mm:
            columns[-1] = max(columns[-1], rule, key=weight)
        else:
            columns.append(rule)
    ruled = len(columns) >= 2
    edge = EDGE_MM * px_per_mm
    if not columns or columns[0].at(middle) - left.at(middle) > edge:
        columns.insert(0, left)
    if len(columns) < 2 or right.at(middle) - columns[-1].at(middle) > edge:
        columns.append(right)
    return columns, ruled


def _edge(ends: list[float], rows: list[Rule]) -> Rule:
    """The straight line through the ends of the row rules, robust against single ones."""
    heights = np.array([row.at(end) for row, end in zip(rows, ends, strict=True)])
    xs = np.array(ends)
    start, end = float(heights.min()), float(heights.max())
    t = (heights - (start + end) / 2) / max((end - start) / 2, 1e-9)
    # Theil and Sen's line: most rules agree on it, a few may run on over the table's edge.
    slopes = [(xs[j] - xs[i]) / (t[j] - t[i]) for j in range(len(t)) for i in range(j) if t[j] != t[i]]
    slope = float(np.median(slopes)) if slopes else 0.0
    fit = np.array([float(np.median(xs - slope * t)), slope])
    rest = np.abs(xs - np.polynomial.polynomial.polyval(t, fit))
    near = rest <= 2.5 * float(np.median(rest)) + 1
    if near.sum() >= 2:
        fit = np.polynomial.polynomial.polyfit(t[near], xs[near], 1)
    return Rule(start, end, (float(fit[0]), float(fit[1])), 0.0)


def _vertical_between(page: Page, rows: list[Rule]) -> list[Rule]:
    """Vertical rules within the rows only: letters above would draw a rule on into the text."""
    heights = [row.at(x) for row in (rows[0], rows[-1]) for x in (row.start_px, row.end_px)]
    top, bottom = max(0, round(min(heights))), min(page.height_px, round(max(heights)))
    found = [
        replace(rule, start_px=rule.start_px + top, end_px=rule.end_px + top)
        for rule in trace_vertical(page.grey[top:bottom], page.px_per_mm)
    ]
    tallest = max(lower.at(lower.start_px) - upper.at(upper.start_px) for upper, lower in pairwise(rows))
    reach = page.px(BEYOND_MM) + OWN_ROWS * tallest
    found = [rule for rule in found if not _runs_through(page, rule, top, bottom, reach)]
    return joined(found, page.px_per_mm)


def _runs_through(page: Page, rule: Rule, top_px: int, bottom_px: int, reach_px: float) -> bool:
    """Whether a line goes on above and below the table: a fold or a streak of the scanner."""
    skip = page.px(OVERHANG_GAP_MM)
    above = np.arange(top_px - reach_px, top_px - skip)
    below = np.arange(bottom_px + skip, bottom_px + reach_px)
    return all(_share(dark_along(page, rule, ys)) >= BEYOND_SHARE for ys in (above, below))


def _share(dark: NDArray[np.bool_]) -> float:
    return float(dark.mean()) if len(dark) else 0.0


def overhang_px(page: Page, row: Rule, columns: list[Rule], upwards: bool) -> float:
    """How far most of the seen column rules go on beyond an outermost row rule."""
    step, gap = (-1 if upwards else 1), page.px(OVERHANG_GAP_MM)
    lengths = []
    for column in columns:
        if column.coverage_share > 0:
            start = crossing(row, column)[1]
            end = 0 if upwards else page.height_px
            dark = dark_along(page, column, np.arange(start + step * gap, end, step))
            seen = np.concatenate([[-1], np.flatnonzero(dark), [len(dark) + gap]])
            last = int(seen[np.flatnonzero(np.diff(seen) > gap)[0]])
            lengths.append(last + 1 + gap if last >= 0 else 0.0)
    return float(np.median(lengths)) if len(lengths) >= 2 else 0.0


def dark_along(page: Page, rule: Rule, heights: NDArray[np.float64]) -> NDArray[np.bool_]:
    """At which heights the rule, prolonged, is darker than the paper on both its sides."""
    side = round(page.px(1.0))
    ys = heights.astype(np.intp)
    ys = ys[(ys >= 0) & (ys < page.height_px)]
    xs = np.array([round(rule.at(float(y))) for y in ys], dtype=np.intp)
    inside = (xs >= 2 * side) & (xs < page.width_px - 2 * side)
    ys, xs = ys[inside], xs[inside]
    around = page.grey[ys[:, None], xs[:, None] + np.arange(-2, 3)].min(axis=1).astype(np.int16)
    beside = np.minimum(page.grey[ys, xs - side], page.grey[ys, xs + side]).astype(np.int16)
    return np.asarray(beside - around >= STREAK_CONTRAST, dtype=np.bool_)
