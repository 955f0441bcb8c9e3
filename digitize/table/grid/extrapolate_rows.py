"""Continue the rows as far down as the table's uprights run.

A table whose row rules are worn away in its middle or at its end still shows
its column rules there.  Its rows go on at the pitch of those that were found;
rules that were traced further down, and belong to no row yet, hold them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Rule, crossing
from digitize.images import Page
from digitize.rule_lines import trace_vertical
from digitize.table.grid.column_rules import dark_along
from digitize.table.grid.row_rules import joined

LEAST_ROWS = 2  # fewer tell no pitch
REGULAR_SHARE = 0.12  # rows of one table differ no more in height
BEYOND_ROWS = 1.2  # uprights stick out less below the last row of a whole table
LEAST_UPRIGHTS = 3  # a box below the table may share its two outer edges
LEAST_OWN = 2  # of them continue columns that were seen
UPRIGHTS_SHARE = 0.5  # and so many of all columns that were seen
SAME_MM = 1.5  # from where a column's rule is expected its continuation lies
SAME_END_ROWS = 0.35  # uprights of one table end at the same height
ON_PITCH_ROWS = 0.2  # from where it is expected a rule lies no further
STEADY_ROWS = 0.07  # and behind a gap no further than this
LEAST_BEHIND = 2  # rules behind a gap; one may lie there by chance
OVERLAP_SHARE = 0.3  # of the table's width shows a rule that holds the rows
SEEN_SHARE = 0.2  # of an upright is seen right below the last row; beyond whole tables chance shows 0.1
ROW_SHARE = 0.12  # of the uprights beside each row, mean: between two tables there is none
WAY_SHARE = 0.3  # of the uprights on the whole way
ASIDE_MM = 2.0  # beside an upright, where only chance shows one
MARGIN_MM = 1.0  # beside a row rule
COURSE_ROWS = 6  # the last so many tell the course of the next
STATIONS = 20  # places at which courses are compared


def reached(
    page: Page, rows: list[Rule], columns: list[Rule], level: Sequence[Rule]
) -> tuple[list[Rule], list[Rule]]:
    """The row rules with those of further rows that only the uprights show, and all uprights known.

    `level` are all level rules.  There are no uprights where nothing was added.
    """
    seen = [column for column in columns if column.coverage_share > 0]
    pitch = _pitch_px(rows, columns)
    if pitch is None or len(seen) < 2 or not _go_on(page, rows[-1], pitch, seen):
        return rows, []
    uprights, count = _uprights(page, rows, pitch)
    own = [column for column in seen if any(_is_same(page, rows[-1], column, other) for other in uprights)]
    if count < 1 or len(uprights) < LEAST_UPRIGHTS or len(own) < max(LEAST_OWN, UPRIGHTS_SHARE * len(seen)):
        return rows, []
    last = rows[-1]
    xs = [crossing(last, upright)[0] for upright in uprights]
    left, right = min(last.start_px, *xs), max(last.end_px, *xs)
    bottom = float(np.median([upright.end_px for upright in uprights]))
    pitch = (bottom - _height(last, uprights)) / count
    course = _on_course(rows[-COURSE_ROWS:], left, right)
    places = _places(course, count, pitch, level)
    more = _held(course, count, pitch, places)
    shares = [_share(page, uprights, upper, lower) for upper, lower in pairwise([course, *more])]
    gap = next((i for i, share in enumerate(shares) if share < ROW_SHARE), count)
    # Where the uprights are lost, too, rules behind the gap must keep the pitch; another table's hardly do.
    behind = [abs(places[i] / pitch - i) <= STEADY_ROWS for i in places if i > gap]
    whole = count if behind and all(behind) and len(behind) >= LEAST_BEHIND else gap
    if not whole or float(np.mean(shares[:whole])) < WAY_SHARE:
        return rows, []
    return [*rows, *more[:whole]], [*seen, *uprights]


def _pitch_px(rows: list[Rule], columns: list[Rule]) -> float | None:
    """The height of a row near the end of the table; None where the rows differ in height."""
    if len(rows) < LEAST_ROWS + 2:
        return None
    heights = np.diff([crossing(row, columns[len(columns) // 2])[1] for row in rows])[
        1:
    ]  # without the header
    pitch = float(np.median(heights))
    return pitch if bool((np.abs(heights / pitch - 1) <= REGULAR_SHARE).all()) else None


def _go_on(page: Page, last: Rule, pitch_px: float, columns: list[Rule]) -> bool:
    """Whether columns are seen right below the last row: a quick look that spares whole tables the rest."""
    below = last.moved(BEYOND_ROWS * pitch_px)
    shares = sorted(_shown(page, column, last, below) for column in columns)
    return shares[-min(LEAST_UPRIGHTS, len(shares))] >= SEEN_SHARE


def _is_same(page: Page, row: Rule, column: Rule, upright: Rule) -> bool:
    """Whether an upright continues a column's rule; folds and the edges of the sheet do not."""
    return abs(crossing(row, column)[0] - crossing(row, upright)[0]) <= page.px(SAME_MM)


def _uprights(page: Page, rows: list[Rule], pitch_px: float) -> tuple[list[Rule], int]:
    """The uprights that run on together below the last row, and for how many rows."""
    top = max(0, round(min(rows[-3].at(x) for x in (rows[-3].start_px, rows[-3].end_px))))
    traced = joined(trace_vertical(page.grey[top:], page.px_per_mm), page.px_per_mm)
    rules = [replace(rule, start_px=rule.start_px + top, end_px=rule.end_px + top) for rule in traced]
    runs = np.array([(rule.end_px - _height(rows[-1], [rule])) / pitch_px for rule in rules])
    best: NDArray[np.intp] = np.array([], dtype=np.intp)
    for run in runs[runs >= BEYOND_ROWS]:
        same = np.flatnonzero(np.abs(runs - run) <= SAME_END_ROWS)
        best = same if len(same) > len(best) else best
    if not len(best):
        return [], 0
    run = float(np.median(runs[best]))
    return [rules[i] for i in best], round(run) if abs(run - round(run)) <= SAME_END_ROWS else 0


def _height(row: Rule, uprights: Sequence[Rule]) -> float:
    """Where uprights cross a row rule, mean, in px from the top."""
    return float(np.mean([crossing(row, upright)[1] for upright in uprights]))


def _on_course(rows: Sequence[Rule], left: float, right: float) -> Rule:
    """The last of some row rules from `left` to `right`, on the course that most of them have.

    A single rule that is worn at its ends bends off where it is not seen.
    """
    start, end = max(rule.start_px for rule in rows), min(rule.end_px for rule in rows)
    middle = (start + end) / 2
    along = np.linspace(left, right, STATIONS)
    across = np.median([[rule.at(x) - rule.at(middle) for x in along.tolist()] for rule in rows], axis=0)
    fit = np.polynomial.polynomial.polyfit(np.linspace(-1, 1, STATIONS), across + rows[-1].at(middle), 3)
    return Rule(left, right, tuple(float(c) for c in fit), 0.0)


def _places(last: Rule, count: int, pitch_px: float, level: Sequence[Rule]) -> dict[int, float]:
    """How far below the last rule others were traced where rows end, by the number of rows on the way."""
    places: dict[int, float] = {}
    for rule in sorted(level, key=lambda rule: rule.length_px):
        start, end = max(rule.start_px, last.start_px), min(rule.end_px, last.end_px)
        off = rule.at((start + end) / 2) - last.at((start + end) / 2)
        steps = round(off / pitch_px)
        near = abs(off / pitch_px - steps) <= ON_PITCH_ROWS
        if near and 1 <= steps <= count and end - start >= OVERLAP_SHARE * last.length_px:
            places[steps] = off
    return places


def _held(last: Rule, count: int, pitch_px: float, places: Mapping[int, float]) -> list[Rule]:
    """`count` rules below the last one: at the known places, evenly between these."""
    known = {0: 0.0, count: count * pitch_px, **places}
    steps = np.arange(1, count + 1)
    return [
        last.moved(float(off)) for off in np.interp(steps, sorted(known), [known[i] for i in sorted(known)])
    ]


def _share(page: Page, uprights: Sequence[Rule], upper: Rule, lower: Rule) -> float:
    return float(np.mean([_shown(page, upright, upper, lower) for upright in uprights]))


def _shown(page: Page, upright: Rule, upper: Rule, lower: Rule) -> float:
    """The share of an upright between two row rules that is seen, less what grain and text show beside it."""
    margin, aside = page.px(MARGIN_MM), page.px(ASIDE_MM)
    heights = np.arange(crossing(upper, upright)[1] + margin, crossing(lower, upright)[1] - margin)
    here, left, right = (
        dark_along(page, rule, heights) for rule in (upright, upright.moved(-aside), upright.moved(aside))
    )
    if not min(len(here), len(left), len(right)):
        return 0.0
    return float(here.mean() - (left.mean() + right.mean()) / 2)
