"""Search for worn row rules at the positions where their neighbours predict them.

The traced rules tell where others must lie: halfway between two, or one pitch
past the last, with the same shape.  There, a few visible pieces are enough,
far fewer than would be needed to trace a rule without that knowledge.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import FloatArray, Rule, crossing
from digitize.images import Page
from digitize.table.grid.column_contrast import MIN_LINE_CONTRAST, is_dark_along
from digitize.table.grid.row_rules import interpolate


@dataclass(frozen=True, slots=True)
class WornRuleSettings:
    """Limits for worn rules; on complete synthetic tables no rule may be found outside."""

    # Where rules are searched
    reach_mm: float = 1.2  # from the expected position: paper bends, copiers stretch
    between_reach_mm: float = 0.6  # the same between two known rules
    pitch_rows: int = 3  # rows at the end that define the pitch
    min_pitch_share: float = 0.7  # of the height of the rows known; perspective shrinks them less
    max_missing: int = 2  # rules missing together before one that is visible again
    tall_header_rows: float = 1.6  # a header this tall may contain rows
    same_rule_share: float = 0.3  # of a row's height; closer is the same rule
    min_rules: int = 3  # a header and one row; fewer do not define a pitch
    # How visible they are
    run_mm: float = 3.0  # shorter pieces of a line are letters
    beside_mm: float = 1.0  # where the paper above and below a rule is measured
    min_rule_share: float = 0.3  # of the table's width; outside complete tables lines reach 0.1
    min_columns_share: float = 0.3  # of the column rules up to there; outside complete tables 0.15
    min_row_columns_share: float = 0.12  # and in each single row
    weak_share: float = 0.7  # rules less visible may be pen strokes, or were only inferred
    # A last row without a rule below
    min_each_column_share: float = 0.5  # of each column rule
    min_columns: int = 2
    # Tables without visible columns
    lone_run_mm: float = 6.0  # only long pieces are certainly no text
    min_lone_rule_share: float = 0.75  # of the width; boxes for the office are narrower
    beyond_mm: float = 8.0  # sheet edges and folds continue outside the table
    beyond_share: float = 0.5


SETTINGS = WornRuleSettings()


def extend_rows(page: Page, rows: list[Rule], columns: list[Rule]) -> list[Rule]:
    """Add the row rules that are visible one pitch before and after the known ones."""
    if len(rows) < SETTINGS.min_rules:
        return rows
    middle = (columns[0].at(0) + columns[-1].at(0)) / 2
    heights = np.diff([rule.at(middle) for rule in rows])[1:]  # without the header
    after = _search_from(page, rows[-1], float(np.median(heights[-SETTINGS.pitch_rows :])), columns)
    before = _search_from(page, rows[0], -float(np.median(heights[: SETTINGS.pitch_rows])), columns)
    return [*before[::-1], rows[0], *_rows_in_header(page, rows, columns), *rows[1:], *after]


def _rows_in_header(page: Page, rows: list[Rule], columns: list[Rule]) -> list[Rule]:
    """Return, from top to bottom, the rules of rows that seem to lie in the header because they are worn."""
    middle = (columns[0].at(0) + columns[-1].at(0)) / 2
    header, *heights = np.diff([rule.at(middle) for rule in rows]).tolist()
    pitch = float(np.median(heights[: SETTINGS.pitch_rows]))
    if header < SETTINGS.tall_header_rows * pitch or not any(column.coverage_share > 0 for column in columns):
        return []
    found = _search_from(page, rows[1], -pitch, columns)
    return [
        rule
        for rule in found[::-1]
        if rule.at(middle) > rows[0].at(middle) + SETTINGS.same_rule_share * pitch
    ]


def refine_weak_rules(page: Page, rows: list[Rule], columns: list[Rule]) -> list[Rule]:
    """Move hardly visible row rules to where they are most visible between their neighbours."""
    rows = list(rows)
    # The first interval may be a header, whose lower rule may be anywhere.
    for i in range(2, len(rows) - 1):
        if rows[i].coverage_share >= SETTINGS.weak_share:
            continue
        expected = interpolate(rows[i - 1], rows[i + 1], 0.5)
        shift_px, share = _best_shift(
            page, expected, columns, page.px(SETTINGS.between_reach_mm), page.px(SETTINGS.run_mm)
        )
        if share >= max(
            SETTINGS.min_rule_share, _best_shift(page, rows[i], columns, 0, page.px(SETTINGS.run_mm))[1]
        ):
            rows[i] = replace(expected.moved(shift_px), coverage_share=share)
    return rows


def _search_from(page: Page, last: Rule, pitch_px: float, columns: list[Rule]) -> list[Rule]:
    """Return the rules found from the last one on, every `pitch_px`, with missing ones interpolated.

    The search follows a pitch that changes slowly.  One that shrinks to nothing is no table's.
    """
    has_columns = any(column.coverage_share > 0 for column in columns)
    found: list[Rule] = []
    least_px = SETTINGS.min_pitch_share * abs(pitch_px)
    while abs(pitch_px) >= least_px:
        for steps in range(1, (SETTINGS.max_missing if has_columns else 0) + 2):
            offset_px = _find_next_px(page, last, steps, pitch_px, columns)
            if offset_px is not None:
                found += [last.moved(offset_px * step / steps) for step in range(1, steps + 1)]
                last, pitch_px = found[-1], offset_px / steps
                break
        else:
            break
    return found


def _find_next_px(page: Page, last: Rule, steps: int, pitch_px: float, columns: list[Rule]) -> float | None:
    """Return the distance to a rule about `steps` pitches from the last one, None if none is visible."""
    off_px = steps * pitch_px
    visible = [column for column in columns if column.coverage_share > 0]
    run_px = page.px(SETTINGS.run_mm if visible else SETTINGS.lone_run_mm)
    shift_px, share = _best_shift(page, last.moved(off_px), columns, page.px(SETTINGS.reach_mm), run_px)
    actual_px = off_px + shift_px
    if share < SETTINGS.min_rule_share and steps == 1 and _columns_continue(page, last, off_px, visible):
        return off_px
    if share < (SETTINGS.min_rule_share if visible else SETTINGS.min_lone_rule_share) or _continues_outside(
        page, last.moved(actual_px), columns
    ):
        return None
    if not visible:
        return actual_px
    # Row by row, because between two tables no column is visible.
    row_rules = [last.moved(actual_px * step / steps) for step in range(steps + 1)]
    column_shares = [
        float(np.mean([_column_coverage_share(page, column, upper, lower) for column in visible]))
        for upper, lower in pairwise(row_rules)
    ]
    return (
        actual_px
        if float(np.mean(column_shares)) >= SETTINGS.min_columns_share
        and min(column_shares) >= SETTINGS.min_row_columns_share
        else None
    )


def _columns_continue(page: Page, last: Rule, off_px: float, visible: list[Rule]) -> bool:
    """Return whether each column is visible in the row below, as in a worn table without a frame."""
    below = last.moved(off_px)
    shares = [_column_coverage_share(page, column, last, below, SETTINGS.run_mm) for column in visible]
    return (
        off_px > 0 and len(shares) >= SETTINGS.min_columns and min(shares) >= SETTINGS.min_each_column_share
    )


def visible_share(page: Page, rule: Rule, columns: list[Rule]) -> float:
    """Return the share of the table's width on which something like a rule is seen near this place."""
    return _best_shift(page, rule, columns, page.px(SETTINGS.between_reach_mm), page.px(SETTINGS.run_mm))[1]


def _best_shift(
    page: Page, rule: Rule, columns: list[Rule], reach_px: float, run_px: float
) -> tuple[float, float]:
    """Return the shift, at most `reach_px`, at which the rule is most visible, and the visible share."""
    left, right = crossing(rule, columns[0])[0], crossing(rule, columns[-1])[0]
    xs = np.arange(max(0.0, left), min(float(page.width_px), right))
    if not len(xs):
        return 0.0, 0.0
    ys = np.interp(xs, xs[::8], [rule.at(x) for x in xs[::8].tolist()])
    reach = round(reach_px)
    if ys.min() < reach or ys.max() > page.height_px - 1 - reach:
        return 0.0, 0.0
    coverage = {
        shift: _share_in_runs(_is_dark_across(page, xs, ys + shift), run_px)
        for shift in range(-reach, reach + 1)
    }
    best = max(coverage, key=lambda shift: (coverage[shift], -abs(shift)))
    return float(best), coverage[best]


def _continues_outside(page: Page, rule: Rule, columns: list[Rule]) -> bool:
    """Return whether the rule continues outside both edges of the table."""
    reach_px, gap_px = page.px(SETTINGS.beyond_mm), page.px(SETTINGS.beside_mm)
    left, right = crossing(rule, columns[0])[0], crossing(rule, columns[-1])[0]
    sides = (np.arange(left - reach_px, left - gap_px), np.arange(right + gap_px, right + reach_px))
    shares: list[float] = []
    for side in sides:
        xs = side[(side >= 0) & (side < page.width_px)]
        dark = _is_dark_across(page, xs, np.array([rule.at(x) for x in xs.tolist()]))
        shares.append(float(dark.mean()) if len(dark) else 0.0)
    return min(shares) >= SETTINGS.beyond_share


def _is_dark_across(page: Page, xs: FloatArray, ys: FloatArray) -> NDArray[np.bool_]:
    """Return at which points of a horizontal line it is darker than the paper above and below."""
    side_px = round(page.px(SETTINGS.beside_mm))
    x, y = xs.astype(np.intp), np.clip(ys.round().astype(np.intp), side_px + 1, page.height_px - side_px - 2)
    on_line = page.grey[y[:, None] + np.arange(-1, 2), x[:, None]].min(axis=1).astype(np.int16)
    beside = np.minimum(page.grey[y - side_px, x], page.grey[y + side_px, x]).astype(np.int16)
    return np.asarray(beside - on_line >= MIN_LINE_CONTRAST, dtype=np.bool_)


def _column_coverage_share(
    page: Page, column: Rule, one: Rule, other: Rule, run_mm: float = SETTINGS.run_mm / 2
) -> float:
    """Return the share of a column rule between two row rules that is visible in runs of `run_mm`."""
    first, after = sorted((crossing(one, column)[1], crossing(other, column)[1]))
    margin = page.px(SETTINGS.beside_mm)
    return _share_in_runs(
        is_dark_along(page, column, np.arange(first + margin, after - margin)), page.px(run_mm)
    )


def _share_in_runs(dark: NDArray[np.bool_], least_px: float) -> float:
    """Return the share of true values that are in runs of at least `least_px`."""
    if not len(dark):
        return 0.0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], dark.astype(np.int8), [0]])))
    lengths = edges[1::2] - edges[::2]
    return float(lengths[lengths >= least_px].sum()) / len(dark)
