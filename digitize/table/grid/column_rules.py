"""Find the column rules of a table: vertical rules through its rows that are no fold, streak or letter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Rule, crossing
from digitize.images import Page
from digitize.rule_lines import trace_vertical
from digitize.table.grid.column_contrast import contrast_along, is_dark_along, share_between, true_share
from digitize.table.grid.row_rules import join_collinear, weight


@dataclass(frozen=True, slots=True)
class ColumnSettings:
    """Limits for column rules, chosen on the synthetic forms with folds, streaks, wear and tears."""

    # Coverage
    min_coverage_share: float = 0.5  # of the table's height on which a column rule is visible
    min_worn_coverage_share: float = 0.33  # enough if it starts at the header or shows in each third ...
    min_third_coverage_share: float = 0.2  # ... of the height by this share
    few_rules: int = 5  # of a header and three rows: an arrow is half as long as a column rule
    min_headed_share: float = 0.8  # of the header's height, where column rules run through it
    min_share_in_header: float = 0.6  # a letter of a header word has 0.4
    top_tolerance_mm: float = 1.5
    min_relative_contrast: float = 0.4  # to the other column rules; folds and streaks are fainter
    min_rows_share: float = 0.3  # of the row rules that extend to a column rule
    min_column_mm: float = 4.0
    open_edge_mm: float = 4.0  # row rules that extend further past the columns form an unframed column
    # Folds and scanner streaks
    overhang_rows: float = 1.25  # row heights by which columns of an unframed table extend past its rows
    beyond_mm: float = 12.0  # a fold or streak continues this much further ...
    beyond_share: float = 0.6  # ... and is visible on this share of it
    streak_contrast_share: float = 0.6  # a streak on top of a column rule is fainter outside the table
    end_gap_mm: float = 1.0  # a column rule has ended where it is not visible for this long
    min_window_mm: float = 30.0  # height searched; worn rows may lie below those found so far
    # Open edges
    neighbour_rows: int = 3  # compared in length, which changes only slowly in perspective
    min_relative_length: float = 0.85  # a shorter rule is worn, torn or covered: its end is not the edge
    max_lean_difference: float = 0.02  # 1.1 degrees; an edge that leans more from the columns is worn or torn


SETTINGS = ColumnSettings()
BESIDE_MM = (-3.0, -1.5, 1.5, 3.0)  # lines beside a worn rule, which are not seen as well as it is ...
ABOVE_GRAIN_SHARE = 0.2  # ... by this share, also on noisy scans


def column_rules(page: Page, rows: list[Rule], known: Sequence[Rule] = ()) -> tuple[list[Rule], bool]:
    """Return the column rules through the rows, with the table's open edges, and whether any were seen.

    `known` are vertical rules that are accepted even if they are visible along
    only some of the rows.
    """
    px_per_mm = page.px_per_mm
    left, right = _fit_edge([r.start_px for r in rows], rows), _fit_edge([r.end_px for r in rows], rows)
    found = list(known)
    for rule in _vertical_rules(page, rows):
        x_px = crossing(rows[0], rule)[0]
        reaches_rows = _reaches_rows(x_px, rows, SETTINGS.open_edge_mm * px_per_mm)
        if reaches_rows and _runs_through_rows(page, rule, rows):
            found.append(rule)
    typical_contrast = float(np.median([rule.contrast for rule in found])) if found else 0.0
    found = [rule for rule in found if rule.contrast >= SETTINGS.min_relative_contrast * typical_contrast]
    found = _without_streaks_to_one_side(page, found, rows)
    if len(rows) <= SETTINGS.few_rules:
        found = _without_arrows(page, found, rows)
    middle = (rows[0].at(left.at(0)) + rows[-1].at(left.at(0))) / 2
    found.sort(key=lambda rule: rule.at(middle))
    columns: list[Rule] = []
    for rule in found:
        if columns and rule.at(middle) - columns[-1].at(middle) < SETTINGS.min_column_mm * px_per_mm:
            columns[-1] = max(columns[-1], rule, key=weight)
        else:
            columns.append(rule)
    ruled = len(columns) >= 2
    left, right = (
        _correct_open_edge(edge, columns, rows, outwards) for edge, outwards in ((left, -1), (right, 1))
    )
    max_distance_px = SETTINGS.open_edge_mm * px_per_mm
    if not columns or columns[0].at(middle) - left.at(middle) > max_distance_px:
        columns.insert(0, left)
    if len(columns) < 2 or right.at(middle) - columns[-1].at(middle) > max_distance_px:
        columns.append(right)
    return columns, ruled


def _runs_through_rows(page: Page, rule: Rule, rows: list[Rule]) -> bool:
    """Return whether a rule is visible along most of the rows, or in pieces from header to last row.

    A stroke that cancels blank rows is long, too, but does not start at the header.
    """
    top, bottom = crossing(rows[0], rule)[1], crossing(rows[-1], rule)[1]
    visible_px = min(rule.end_px, bottom) - max(rule.start_px, top)
    if visible_px * rule.coverage_share >= SETTINGS.min_coverage_share * (bottom - top):
        return True
    heights = np.arange(top, bottom)
    dark = is_dark_along(page, rule, heights)
    third_shares = [true_share(part) for part in np.array_split(dark, 3)] if len(dark) else [0.0]
    spans_table = (
        rule.start_px <= top + page.px(SETTINGS.top_tolerance_mm)
        or min(third_shares) >= SETTINGS.min_third_coverage_share
    )
    seen = true_share(dark)
    return (
        spans_table
        and seen >= SETTINGS.min_worn_coverage_share
        and seen >= _grain_share(page, rule, heights) + ABOVE_GRAIN_SHARE
    )


def _without_arrows(page: Page, columns: list[Rule], rows: list[Rule]) -> list[Rule]:
    """Return the columns without those that miss from a header with all others: arrows, and letters above."""
    headed = [share_between(page, column, rows[0], rows[1]) for column in columns]
    if len(columns) < 3 or np.median(headed) < SETTINGS.min_headed_share:
        return columns
    return [
        column for column, share in zip(columns, headed, strict=True) if share >= SETTINGS.min_share_in_header
    ]


def _grain_share(page: Page, rule: Rule, heights: NDArray[np.float64]) -> float:
    """Return the share on which lines beside a rule are visible: on a noisy scan, every line is somewhat."""
    lines = [rule.moved(page.px(shift_mm)) for shift_mm in BESIDE_MM]
    return float(np.median([true_share(is_dark_along(page, line, heights)) for line in lines]))


def _reaches_rows(x_px: float, rows: list[Rule], slack_px: float) -> bool:
    """Return whether enough row rules extend to this position; worn and torn ones are shorter."""
    reach = [rule.start_px - slack_px <= x_px <= rule.end_px + slack_px for rule in rows]
    return sum(reach) >= SETTINGS.min_rows_share * len(rows)


def _correct_open_edge(edge: Rule, columns: list[Rule], rows: list[Rule], outwards: int) -> Rule:
    """Return the open edge on the left (-1) or right (1), parallel to the columns if its fit is off.

    Otherwise a tear or worn ends of the row rules would bend the table.
    """
    if len(columns) < 2:
        return edge
    near, far = (columns[0], columns[-1]) if outwards < 0 else (columns[-1], columns[0])
    top, bottom = rows[0].at(rows[0].start_px), rows[-1].at(rows[-1].start_px)

    def lean_of(rule: Rule) -> float:
        return (rule.at(bottom) - rule.at(top)) / (bottom - top)

    def position_of(rule: Rule) -> float:
        return rule.at((top + bottom) / 2)

    # In perspective the lean of vertical lines changes linearly from side to side.
    expected_lean = lean_of(near) + (lean_of(near) - lean_of(far)) * (
        position_of(edge) - position_of(near)
    ) / (position_of(near) - position_of(far))
    if abs(lean_of(edge) - expected_lean) <= SETTINGS.max_lean_difference:
        return edge
    ends = [row.end_px if outwards > 0 else row.start_px for row in rows]
    distances = [
        end - near.at(row.at(end)) - (expected_lean - lean_of(near)) * (row.at(end) - (top + bottom) / 2)
        for end, row in zip(ends, rows, strict=True)
    ]
    # A quartile, because tears shorten many rows and strays lengthen a few.
    edge_distance_px = float(np.percentile(distances, 75 if outwards > 0 else 25))
    slope_change = (expected_lean - lean_of(near)) * near.length_px / 2
    first, second, *rest = (*near.coefficients, 0.0)
    offset = (expected_lean - lean_of(near)) * ((near.start_px + near.end_px) / 2 - (top + bottom) / 2)
    return replace(
        near,
        coefficients=(first + edge_distance_px + offset, second + slope_change, *rest),
        coverage_share=0.0,
        contrast=0.0,
    )


def _fit_edge(ends: list[float], rows: list[Rule]) -> Rule:
    """Fit a straight line through the ends of the row rules."""
    is_full = _full_length_rows(rows)
    heights = np.array([row.at(end) for row, end in zip(rows, ends, strict=True)])[is_full]
    xs = np.array(ends)[is_full]
    start, end = float(heights.min()), float(heights.max())
    t = (heights - (start + end) / 2) / max((end - start) / 2, 1e-9)
    # Theil-Sen estimator: robust against the few rules that extend past the table's edge.
    slopes = [(xs[j] - xs[i]) / (t[j] - t[i]) for j in range(len(t)) for i in range(j) if t[j] != t[i]]
    slope = float(np.median(slopes)) if slopes else 0.0
    fit = np.array([float(np.median(xs - slope * t)), slope])
    residuals = np.abs(xs - np.polynomial.polynomial.polyval(t, fit))
    inliers = residuals <= 2.5 * float(np.median(residuals)) + 1
    if inliers.sum() >= 2:
        fit = np.polynomial.polynomial.polyfit(t[inliers], xs[inliers], 1)
    return Rule(start, end, (float(fit[0]), float(fit[1])), 0.0)


def _full_length_rows(rows: list[Rule]) -> NDArray[np.bool_]:
    """Return which row rules are about as long as their neighbours.

    The reference is the second longest, because one may extend past the table.
    """
    lengths = [rule.length_px for rule in rows]
    reference = [
        sorted(lengths[max(0, i - SETTINGS.neighbour_rows) : i + SETTINGS.neighbour_rows + 1])[-2:][0]
        for i in range(len(rows))
    ]
    is_full = np.array(lengths) >= SETTINGS.min_relative_length * np.array(reference)
    return is_full if is_full.sum() >= 2 else np.ones(len(rows), dtype=np.bool_)


def _vertical_rules(page: Page, rows: list[Rule]) -> list[Rule]:
    """Trace vertical rules within the rows only: letters above would extend a rule into the text."""
    heights = [row.at(x) for row in (rows[0], rows[-1]) for x in (row.start_px, row.end_px)]
    top, lower_limit = (
        max(0, round(min(heights))),
        max(*heights, min(heights) + page.px(SETTINGS.min_window_mm)),
    )
    bottom = min(page.height_px, round(lower_limit))
    found = [
        replace(rule, start_px=rule.start_px + top, end_px=rule.end_px + top)
        for rule in trace_vertical(page.grey[top:bottom], page.px_per_mm)
    ]
    reach_px = _reach_px(page, rows)
    found = [rule for rule in found if not _is_fold_or_streak(page, rule, top, bottom, reach_px)]
    return join_collinear(found, page.px_per_mm)


def _reach_px(page: Page, rows: list[Rule]) -> float:
    """Return the distance from the table up to which a line must continue to be a fold or streak."""
    tallest = max(lower.at(lower.start_px) - upper.at(upper.start_px) for upper, lower in pairwise(rows))
    return page.px(SETTINGS.beyond_mm) + SETTINGS.overhang_rows * tallest


def _is_fold_or_streak(page: Page, rule: Rule, top_px: int, bottom_px: int, reach_px: float) -> bool:
    """Return whether a line continues above and below the table, as folds and scanner streaks do."""
    gap_px = page.px(SETTINGS.end_gap_mm)
    above = np.arange(top_px - reach_px, top_px - gap_px)
    below = np.arange(bottom_px + gap_px, bottom_px + reach_px)
    return _continues(page, rule, (above, below), np.arange(float(top_px), float(bottom_px)))


def _without_streaks_to_one_side(page: Page, columns: list[Rule], rows: list[Rule]) -> list[Rule]:
    """Return the columns without lines that continue on one side of the table, where most others end.

    A streak may begin within the table: the dirt on the glass moved while the sheet went by.
    """
    gap_px, reach_px = page.px(SETTINGS.end_gap_mm), _reach_px(page, rows)
    result = columns
    for row, step in ((rows[0], -1), (rows[-1], 1)):
        going_on: list[Rule] = []
        for rule in columns:
            top, bottom = crossing(rows[0], rule)[1], crossing(rows[-1], rule)[1]
            start = crossing(row, rule)[1]
            beyond = np.arange(start + step * gap_px, start + step * reach_px, step)
            if _continues(page, rule, (beyond,), np.arange(top, bottom)):
                going_on.append(rule)
        if 2 * len(going_on) < len(columns):
            result = [rule for rule in result if rule not in going_on]
    return result


def _continues(
    page: Page, rule: Rule, beyond: Sequence[NDArray[np.float64]], within: NDArray[np.float64]
) -> bool:
    """Return whether a line is visible on all stretches outside the table, nearly as dark as inside."""
    if any(true_share(is_dark_along(page, rule, ys)) < SETTINGS.beyond_share for ys in beyond):
        return False
    outside, inside = (
        float(np.median(contrast_along(page, rule, ys).astype(np.float64)))
        for ys in (np.concatenate(beyond), within)
    )
    return outside >= SETTINGS.streak_contrast_share * inside


def overhang_px(page: Page, row: Rule, columns: list[Rule], upwards: bool) -> float:
    """Return the median length by which the visible column rules extend past an outermost row rule."""
    step, gap_px = (-1 if upwards else 1), page.px(SETTINGS.end_gap_mm)
    lengths = []
    for column in columns:
        if column.coverage_share > 0:
            start = crossing(row, column)[1]
            end = 0 if upwards else page.height_px
            dark = is_dark_along(page, column, np.arange(start + step * gap_px, end, step))
            seen = np.concatenate([[-1], np.flatnonzero(dark), [len(dark) + gap_px]])
            last = int(seen[np.flatnonzero(np.diff(seen) > gap_px)[0]])
            lengths.append(last + 1 + gap_px if last >= 0 else 0.0)
    return float(np.median(lengths)) if len(lengths) >= 2 else 0.0
