"""Continue the rows of a table as far down as its vertical rules extend.

A table whose row rules are worn away in the middle or at the end may still
show its column rules there.  The rows continue at the known pitch and are
aligned to rules that were traced further down and belong to no row yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Rule, crossing
from digitize.images import Page
from digitize.rule_lines import trace_vertical
from digitize.table.grid.column_contrast import is_dark_along
from digitize.table.grid.row_rules import join_collinear


@dataclass(frozen=True, slots=True)
class ExtrapolationSettings:
    """Limits for continuing rows below the last row rule; whole synthetic tables must gain none."""

    # When to extrapolate
    min_rows: int = 2  # fewer do not define a pitch
    pitch_tolerance_share: float = 0.12  # rows of one table differ less in height
    # The vertical rules of a complete table extend less far below its last row.
    min_overhang_rows: float = 1.2
    min_rules: int = 3  # a box below the table may share its two outer edges
    min_continued_columns: int = 2  # vertical rules that continue visible columns ...
    min_continued_share: float = 0.5  # ... and their share of all visible columns
    same_column_mm: float = 1.5  # distance of a column rule from its continuation
    same_end_rows: float = 0.35  # the vertical rules of one table end at the same height
    # Where the rows lie
    on_pitch_rows: float = 0.2  # distance of a traced rule from the expected position
    on_pitch_behind_gap_rows: float = 0.07  # the same behind a gap
    min_rules_behind_gap: int = 2  # a single rule may lie there by coincidence
    min_overlap_share: float = 0.3  # of the table's width that such a rule covers
    course_rows: int = 6  # rules whose shape is used for the next ones
    stations: int = 20  # positions at which shapes are compared
    # How visible the vertical rules are (coverage next to the rule subtracted)
    min_coverage_share: float = 0.2  # right below the last row; complete tables reach 0.1 by chance
    min_row_coverage_share: float = 0.12  # mean per row; between two tables it is 0
    min_total_coverage_share: float = 0.3  # mean over all added rows
    aside_mm: float = 2.0  # where chance coverage is measured
    rule_margin_mm: float = 1.0  # ignored next to a row rule


SETTINGS = ExtrapolationSettings()


def extrapolate_rows(
    page: Page, rows: list[Rule], columns: list[Rule], horizontal: Sequence[Rule]
) -> tuple[list[Rule], list[Rule]]:
    """Return the row rules, extended by rows that only vertical rules show, and all vertical rules.

    `horizontal` are all horizontal rules of the page.  The second list is empty
    if no row was added.
    """
    visible = [column for column in columns if column.coverage_share > 0]
    pitch = _pitch_px(rows, columns)
    if pitch is None or len(visible) < 2 or not _columns_continue(page, rows[-1], pitch, visible):
        return rows, []
    verticals, count = _trace_verticals(page, rows, pitch)
    continued = [
        column
        for column in visible
        if any(_is_same_column(page, rows[-1], column, other) for other in verticals)
    ]
    if (
        count < 1
        or len(verticals) < SETTINGS.min_rules
        or len(continued) < max(SETTINGS.min_continued_columns, SETTINGS.min_continued_share * len(visible))
    ):
        return rows, []
    last = rows[-1]
    xs = [crossing(last, vertical)[0] for vertical in verticals]
    left, right = min(last.start_px, *xs), max(last.end_px, *xs)
    bottom = float(np.median([vertical.end_px for vertical in verticals]))
    pitch = (bottom - _mean_crossing_px(last, verticals)) / count
    last_row = _with_typical_shape(rows[-SETTINGS.course_rows :], left, right)
    known_px = _traced_rows_px(last_row, count, pitch, horizontal)
    added = _interpolate_rows(last_row, count, pitch, known_px)
    shares = [
        _mean_coverage_share(page, verticals, upper, lower) for upper, lower in pairwise([last_row, *added])
    ]
    gap = next((i for i, share in enumerate(shares) if share < SETTINGS.min_row_coverage_share), count)
    # Where the vertical rules are missing, too, rules behind the gap must keep the pitch; those of
    # another table are unlikely to.
    on_pitch = [
        abs(known_px[i] / pitch - i) <= SETTINGS.on_pitch_behind_gap_rows for i in known_px if i > gap
    ]
    kept = count if on_pitch and all(on_pitch) and len(on_pitch) >= SETTINGS.min_rules_behind_gap else gap
    if not kept or float(np.mean(shares[:kept])) < SETTINGS.min_total_coverage_share:
        return rows, []
    return [*rows, *added[:kept]], [*visible, *verticals]


def _pitch_px(rows: list[Rule], columns: list[Rule]) -> float | None:
    """Return the height of a row, None if the rows differ in height."""
    if len(rows) < SETTINGS.min_rows + 2:
        return None
    middle = columns[len(columns) // 2]
    heights = np.diff([crossing(row, middle)[1] for row in rows])[1:]  # without the header
    pitch = float(np.median(heights))
    return pitch if bool((np.abs(heights / pitch - 1) <= SETTINGS.pitch_tolerance_share).all()) else None


def _columns_continue(page: Page, last: Rule, pitch_px: float, columns: list[Rule]) -> bool:
    """Return whether columns are visible right below the last row: a quick test that complete tables fail."""
    below = last.moved(SETTINGS.min_overhang_rows * pitch_px)
    shares = sorted(_coverage_share(page, column, last, below) for column in columns)
    return shares[-min(SETTINGS.min_rules, len(shares))] >= SETTINGS.min_coverage_share


def _is_same_column(page: Page, row: Rule, column: Rule, vertical: Rule) -> bool:
    """Return whether a vertical rule continues a column rule; folds and sheet edges do not."""
    return abs(crossing(row, column)[0] - crossing(row, vertical)[0]) <= page.px(SETTINGS.same_column_mm)


def _trace_verticals(page: Page, rows: list[Rule], pitch_px: float) -> tuple[list[Rule], int]:
    """Return the vertical rules that end together below the last row, and how many rows they span."""
    top = max(0, round(min(rows[-3].at(x) for x in (rows[-3].start_px, rows[-3].end_px))))
    traced = join_collinear(trace_vertical(page.grey[top:], page.px_per_mm), page.px_per_mm)
    rules = [replace(rule, start_px=rule.start_px + top, end_px=rule.end_px + top) for rule in traced]
    lengths_rows = np.array(
        [(rule.end_px - _mean_crossing_px(rows[-1], [rule])) / pitch_px for rule in rules]
    )
    best: NDArray[np.intp] = np.array([], dtype=np.intp)
    for length_rows in lengths_rows[lengths_rows >= SETTINGS.min_overhang_rows]:
        same = np.flatnonzero(np.abs(lengths_rows - length_rows) <= SETTINGS.same_end_rows)
        best = same if len(same) > len(best) else best
    if not len(best):
        return [], 0
    length_rows = float(np.median(lengths_rows[best]))
    return [rules[i] for i in best], round(length_rows) if abs(
        length_rows - round(length_rows)
    ) <= SETTINGS.same_end_rows else 0


def _mean_crossing_px(row: Rule, verticals: Sequence[Rule]) -> float:
    """Return the mean height at which vertical rules cross a row rule."""
    return float(np.mean([crossing(row, vertical)[1] for vertical in verticals]))


def _with_typical_shape(rows: Sequence[Rule], left: float, right: float) -> Rule:
    """Return the last row rule from `left` to `right` with the median shape of the rules given.

    A single rule that is worn at its ends has an unreliable shape there.
    """
    start, end = max(rule.start_px for rule in rows), min(rule.end_px for rule in rows)
    middle = (start + end) / 2
    along = np.linspace(left, right, SETTINGS.stations)
    across = np.median([[rule.at(x) - rule.at(middle) for x in along.tolist()] for rule in rows], axis=0)
    fit = np.polynomial.polynomial.polyfit(
        np.linspace(-1, 1, SETTINGS.stations), across + rows[-1].at(middle), 3
    )
    return Rule(left, right, tuple(float(c) for c in fit), 0.0)


def _traced_rows_px(last: Rule, count: int, pitch_px: float, horizontal: Sequence[Rule]) -> dict[int, float]:
    """Return the offsets of rules traced at row positions below the last one, by number of rows."""
    offsets_px: dict[int, float] = {}
    for rule in sorted(horizontal, key=lambda rule: rule.length_px):
        start, end = max(rule.start_px, last.start_px), min(rule.end_px, last.end_px)
        offset_px = rule.at((start + end) / 2) - last.at((start + end) / 2)
        steps = round(offset_px / pitch_px)
        near = abs(offset_px / pitch_px - steps) <= SETTINGS.on_pitch_rows
        if near and 1 <= steps <= count and end - start >= SETTINGS.min_overlap_share * last.length_px:
            offsets_px[steps] = offset_px
    return offsets_px


def _interpolate_rows(last: Rule, count: int, pitch_px: float, known_px: Mapping[int, float]) -> list[Rule]:
    """Return `count` rules below the last one: at the known offsets, evenly spaced between them."""
    anchors = {0: 0.0, count: count * pitch_px, **known_px}
    steps = np.arange(1, count + 1)
    return [
        last.moved(float(offset_px))
        for offset_px in np.interp(steps, sorted(anchors), [anchors[i] for i in sorted(anchors)])
    ]


def _mean_coverage_share(page: Page, verticals: Sequence[Rule], upper: Rule, lower: Rule) -> float:
    """Return the mean coverage of the vertical rules between two row rules."""
    return float(np.mean([_coverage_share(page, vertical, upper, lower) for vertical in verticals]))


def _coverage_share(page: Page, vertical: Rule, upper: Rule, lower: Rule) -> float:
    """Return how much more of a vertical rule is visible between two row rules than next to it."""
    margin, aside = page.px(SETTINGS.rule_margin_mm), page.px(SETTINGS.aside_mm)
    heights = np.arange(crossing(upper, vertical)[1] + margin, crossing(lower, vertical)[1] - margin)
    here, left, right = (
        is_dark_along(page, rule, heights)
        for rule in (vertical, vertical.moved(-aside), vertical.moved(aside))
    )
    if not min(len(here), len(left), len(right)):
        return 0.0
    return float(here.mean() - (left.mean() + right.mean()) / 2)
