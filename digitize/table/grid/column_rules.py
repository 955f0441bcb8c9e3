"""The table's column rules: what runs through its rows and is no fold, streak or letter."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Rule, crossing
from digitize.images import Page
from digitize.rule_lines import trace_vertical
from digitize.table.grid.row_rules import joined, weight

COLUMN_COVER_SHARE = 0.5  # of the table's height a column rule is seen
WORN_SHARE = 0.33  # the same of a worn one, where it begins at the header or shows in every third
PIECE_SHARE = 0.2
AT_TOP_MM = 1.5
EDGE_MM = 4.0  # rules that overhang the last column by more belong to an unframed column
MIN_COLUMN_MM = 4.0
OWN_ROWS = 1.25  # row heights by which an unframed table's columns may stick out
BEYOND_MM = 12.0  # a fold or streak goes on for as much more
BEYOND_SHARE = 0.6  # of that whole stretch shows it
STREAK_DEPTH_SHARE = 0.6  # a streak that happens to lie on a column's rule is fainter beyond the table
STREAK_CONTRAST = 10  # grey levels: folds are faint
FAINT_SHARE = 0.4  # of the other column rules' contrast: a fold or a streak, not print
LEAST_WINDOW_MM = 30.0  # worn rows may lie below those that were found; shorter pieces are not traced
ROWS_REACH_SHARE = 0.3  # of the row rules reach a column's rule, or it is no column of theirs
NEAR_ROWS = 3  # perspective changes the length of rules slowly
WHOLE_SHARE = 0.85  # shorter than its neighbours: worn, torn or covered, and no witness of the edge
ASKEW = 0.02  # 1.1 degrees: an open edge that leans further off the columns' course is worn or torn
OVERHANG_GAP_MM = 1.0  # where a column rule is not seen for so long, it has ended


def column_rules(page: Page, rows: list[Rule], known: Sequence[Rule] = ()) -> tuple[list[Rule], bool]:
    """Column rules through the rows, the table's open edges added; and whether they were seen.

    `known` are column rules although they may be seen along a part of the rows only.
    """
    px_per_mm = page.px_per_mm
    left, right = _edge([r.start_px for r in rows], rows), _edge([r.end_px for r in rows], rows)
    found = list(known)
    for rule in _vertical_between(page, rows):
        if _beside_rows(crossing(rows[0], rule)[0], rows, EDGE_MM * px_per_mm) and _through(page, rule, rows):
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
    left, right = (_with_course(edge, columns, rows, outwards) for edge, outwards in ((left, -1), (right, 1)))
    edge = EDGE_MM * px_per_mm
    if not columns or columns[0].at(middle) - left.at(middle) > edge:
        columns.insert(0, left)
    if len(columns) < 2 or right.at(middle) - columns[-1].at(middle) > edge:
        columns.append(right)
    return columns, ruled


def _through(page: Page, rule: Rule, rows: list[Rule]) -> bool:
    """Whether a rule is seen along most of the rows, or in pieces from the header to the last row.

    A stroke that closes blank rows is long, too, but does not begin at the header.
    """
    top, bottom = crossing(rows[0], rule)[1], crossing(rows[-1], rule)[1]
    seen = min(rule.end_px, bottom) - max(rule.start_px, top)
    if seen * rule.coverage_share >= COLUMN_COVER_SHARE * (bottom - top):
        return True
    dark = dark_along(page, rule, np.arange(top, bottom))
    parts = [_share(part) for part in np.array_split(dark, 3)] if len(dark) else [0.0]
    whole = rule.start_px <= top + page.px(AT_TOP_MM) or min(parts) >= PIECE_SHARE
    return whole and _share(dark) >= WORN_SHARE


def _beside_rows(x_px: float, rows: list[Rule], slack_px: float) -> bool:
    """Whether enough row rules reach this far: worn and torn ones are shorter than the table."""
    reach = [rule.start_px - slack_px <= x_px <= rule.end_px + slack_px for rule in rows]
    return sum(reach) >= ROWS_REACH_SHARE * len(rows)


def _with_course(edge: Rule, columns: list[Rule], rows: list[Rule], outwards: int) -> Rule:
    """The open edge on the left (-1) or right (1); askew to the columns that were seen, it is led by them.

    A tear or worn ends of the rules would else bend the table.
    """
    if len(columns) < 2:
        return edge
    near, far = (columns[0], columns[-1]) if outwards < 0 else (columns[-1], columns[0])
    top, bottom = rows[0].at(rows[0].start_px), rows[-1].at(rows[-1].start_px)

    def lean(rule: Rule) -> float:
        return (rule.at(bottom) - rule.at(top)) / (bottom - top)

    def at(rule: Rule) -> float:
        return rule.at((top + bottom) / 2)

    # In perspective the lean of upright lines changes evenly from side to side.
    lean_px = lean(near) + (lean(near) - lean(far)) * (at(edge) - at(near)) / (at(near) - at(far))
    if abs(lean(edge) - lean_px) <= ASKEW:
        return edge
    ends = [row.end_px if outwards > 0 else row.start_px for row in rows]
    across = [
        end - near.at(row.at(end)) - (lean_px - lean(near)) * (row.at(end) - (top + bottom) / 2)
        for end, row in zip(ends, rows, strict=True)
    ]
    outer = float(np.percentile(across, 75 if outwards > 0 else 25))  # tears shorten, few strays prolong
    turn = (lean_px - lean(near)) * near.length_px / 2
    first, second, *rest = (*near.coefficients, 0.0)
    middle = (lean_px - lean(near)) * ((near.start_px + near.end_px) / 2 - (top + bottom) / 2)
    return replace(
        near, coefficients=(first + outer + middle, second + turn, *rest), coverage_share=0.0, contrast=0.0
    )


def _edge(ends: list[float], rows: list[Rule]) -> Rule:
    """The straight line through the ends of the row rules, robust against single ones."""
    whole = _whole(rows)
    heights = np.array([row.at(end) for row, end in zip(rows, ends, strict=True)])[whole]
    xs = np.array(ends)[whole]
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


def _whole(rows: list[Rule]) -> NDArray[np.bool_]:
    """Which row rules are about as long as those around them (the second longest: one may run on)."""
    lengths = [rule.length_px for rule in rows]
    around = [sorted(lengths[max(0, i - NEAR_ROWS) : i + NEAR_ROWS + 1])[-2:][0] for i in range(len(rows))]
    whole = np.array(lengths) >= WHOLE_SHARE * np.array(around)
    return whole if whole.sum() >= 2 else np.ones(len(rows), dtype=np.bool_)


def _vertical_between(page: Page, rows: list[Rule]) -> list[Rule]:
    """Vertical rules within the rows only: letters above would draw a rule on into the text."""
    heights = [row.at(x) for row in (rows[0], rows[-1]) for x in (row.start_px, row.end_px)]
    top, low = max(0, round(min(heights))), max(*heights, min(heights) + page.px(LEAST_WINDOW_MM))
    bottom = min(page.height_px, round(low))
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
    if any(_share(dark_along(page, rule, ys)) < BEYOND_SHARE for ys in (above, below)):
        return False
    inside = np.arange(float(top_px), float(bottom_px))
    depths = [_depth(page, rule, ys).astype(np.float64) for ys in (np.concatenate([above, below]), inside)]
    beyond, within = (float(np.median(depth)) for depth in depths)
    return beyond >= STREAK_DEPTH_SHARE * within


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
    return np.asarray(_depth(page, rule, heights) >= STREAK_CONTRAST, dtype=np.bool_)


def _depth(page: Page, rule: Rule, heights: NDArray[np.float64]) -> NDArray[np.int16]:
    """By how many grey levels the rule, prolonged, is darker than the paper on both its sides."""
    side = round(page.px(1.0))
    ys = heights.astype(np.intp)
    ys = ys[(ys >= 0) & (ys < page.height_px)]
    xs = np.array([round(rule.at(float(y))) for y in ys], dtype=np.intp)
    inside = (xs >= 2 * side) & (xs < page.width_px - 2 * side)
    ys, xs = ys[inside], xs[inside]
    around = page.grey[ys[:, None], xs[:, None] + np.arange(-2, 3)].min(axis=1).astype(np.int16)
    beside = np.minimum(page.grey[ys, xs - side], page.grey[ys, xs + side]).astype(np.int16)
    return np.asarray(beside - around, dtype=np.int16)
