"""Look for worn row rules where their neighbours say that they must lie.

The rules that were traced tell where the others are: halfway between two, or
one pitch beyond the last, along the same curve.  Looked for there, a rule
shows in pieces that are far too few to be traced from nothing.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import FloatArray, Rule, crossing
from digitize.images import Page
from digitize.table.grid.column_rules import STREAK_CONTRAST, dark_along
from digitize.table.grid.row_rules import between

REACH_MM = 1.2  # from where the next rule is expected: paper bends, copiers stretch
RUN_MM = 3.0  # shorter pieces of a line are letters
BETWEEN_MM = 0.6  # the same between two rules that are known
BESIDE_MM = 1.0  # the paper above and below a rule
RULE_SEEN_SHARE = 0.3  # of the table's width; beyond the ends of whole tables lines show 0.1 of it
COLUMNS_SEEN_SHARE = 0.3  # of the way to the next rule, mean of the columns; beyond whole tables 0.15
GAP_SHARE = 0.12  # and of each single row on the way
COLUMNS_ALONE_SHARE = 0.5  # each column, where no rule closes the last row
LEAST_COLUMNS = 2
LONE_RUN_MM = 6.0  # where no columns were seen, only long pieces are surely no text
LONE_RULE_SHARE = 0.75  # and the rule alone must tell; boxes for the office are narrower
RUNS_ON_MM = 8.0  # an edge of the sheet or a fold goes on beside the table
RUNS_ON_SHARE = 0.5
DOUBTFUL_SHARE = 0.7  # rules seen less may be a pen's stroke, or are only supposed
MAX_LOST = 2  # rules lost together before one that is seen again
SWALLOWED_ROWS = 1.6  # a header taller than so many rows may hold some
SAME_SHARE = 0.3  # of a row's height: nearer is the same rule
PITCHES = 3  # so many rows at the end tell the pitch
LEAST_RULES = 3  # a header and one row: fewer tell no pitch


def prolonged(page: Page, rows: list[Rule], columns: list[Rule]) -> list[Rule]:
    """The row rules with those before and after them that are seen one pitch further on."""
    if len(rows) < LEAST_RULES:
        return rows
    middle = (columns[0].at(0) + columns[-1].at(0)) / 2
    heights = np.diff([rule.at(middle) for rule in rows])[1:]  # without the header
    after = _onwards(page, rows[-1], float(np.median(heights[-PITCHES:])), columns)
    before = _onwards(page, rows[0], -float(np.median(heights[:PITCHES])), columns)
    return [*before[::-1], rows[0], *_swallowed(page, rows, columns), *rows[1:], *after]


def _swallowed(page: Page, rows: list[Rule], columns: list[Rule]) -> list[Rule]:
    """The rules of rows that the header seems to hold because they are worn, top to bottom."""
    middle = (columns[0].at(0) + columns[-1].at(0)) / 2
    header, *heights = np.diff([rule.at(middle) for rule in rows]).tolist()
    pitch = float(np.median(heights[:PITCHES]))
    if header < SWALLOWED_ROWS * pitch or not any(column.coverage_share > 0 for column in columns):
        return []
    found = _onwards(page, rows[1], -pitch, columns)
    return [rule for rule in found[::-1] if rule.at(middle) > rows[0].at(middle) + SAME_SHARE * pitch]


def settled(page: Page, rows: list[Rule], columns: list[Rule]) -> list[Rule]:
    """The row rules, those that were hardly seen put where they show best between their neighbours."""
    rows = list(rows)
    # The first interval may be a header, whose lower rule lies anywhere.
    for i in range(2, len(rows) - 1):
        if rows[i].coverage_share >= DOUBTFUL_SHARE:
            continue
        course = between(rows[i - 1], rows[i + 1], 0.5)
        off, share = _best_seen(page, course, columns, page.px(BETWEEN_MM), page.px(RUN_MM))
        if share >= max(RULE_SEEN_SHARE, _best_seen(page, rows[i], columns, 0, page.px(RUN_MM))[1]):
            rows[i] = replace(course.moved(off), coverage_share=share)
    return rows


def _onwards(page: Page, last: Rule, pitch_px: float, columns: list[Rule]) -> list[Rule]:
    """The rules found beyond the last one, every `pitch_px`; lost ones between them put in."""
    ruled = any(column.coverage_share > 0 for column in columns)
    found: list[Rule] = []
    while True:
        for steps in range(1, (MAX_LOST if ruled else 0) + 2):
            off = _next_px(page, last, steps, pitch_px, columns)
            if off is not None:
                found += [last.moved(off * step / steps) for step in range(1, steps + 1)]
                last, pitch_px = found[-1], off / steps
                break
        else:
            return found


def _next_px(page: Page, last: Rule, steps: int, pitch_px: float, columns: list[Rule]) -> float | None:
    """How far from the last rule, about `steps` pitches, another lies; None where none is seen."""
    off_px = steps * pitch_px
    ruled = [column for column in columns if column.coverage_share > 0]
    run_px = page.px(RUN_MM if ruled else LONE_RUN_MM)
    bend, share = _best_seen(page, last.moved(off_px), columns, page.px(REACH_MM), run_px)
    off = off_px + bend
    if share < RULE_SEEN_SHARE and steps == 1 and _columns_go_on(page, last, off_px, ruled):
        return off_px
    if share < (RULE_SEEN_SHARE if ruled else LONE_RULE_SHARE) or _runs_on(page, last.moved(off), columns):
        return None
    if not ruled:
        return off
    # Row by row: between two tables one below the other no column is seen.
    cuts = [last.moved(off * step / steps) for step in range(steps + 1)]
    down = [
        float(np.mean([_column_share(page, column, upper, lower) for column in ruled]))
        for upper, lower in pairwise(cuts)
    ]
    return off if float(np.mean(down)) >= COLUMNS_SEEN_SHARE and min(down) >= GAP_SHARE else None


def _columns_go_on(page: Page, last: Rule, off_px: float, ruled: list[Rule]) -> bool:
    """Whether each column is seen in the row below: the last row of a worn table without a frame."""
    below = last.moved(off_px)
    shares = [_column_share(page, column, last, below, RUN_MM) for column in ruled]
    return off_px > 0 and len(shares) >= LEAST_COLUMNS and min(shares) >= COLUMNS_ALONE_SHARE


def _best_seen(
    page: Page, rule: Rule, columns: list[Rule], reach_px: float, run_px: float
) -> tuple[float, float]:
    """How far the rule is to be moved, at most `reach_px`, to be seen best, and what share is then seen."""
    left, right = crossing(rule, columns[0])[0], crossing(rule, columns[-1])[0]
    xs = np.arange(max(0.0, left), min(float(page.width_px), right))
    if not len(xs):
        return 0.0, 0.0
    course = np.interp(xs, xs[::8], [rule.at(x) for x in xs[::8].tolist()])
    reach = round(reach_px)
    if course.min() < reach or course.max() > page.height_px - 1 - reach:
        return 0.0, 0.0
    seen = {
        bend: _in_runs(_dark_across(page, xs, course + bend), run_px) for bend in range(-reach, reach + 1)
    }
    best = max(seen, key=lambda bend: (seen[bend], -abs(bend)))
    return float(best), seen[best]


def _runs_on(page: Page, rule: Rule, columns: list[Rule]) -> bool:
    """Whether the rule goes on beyond both edges of the table."""
    reach, skip = page.px(RUNS_ON_MM), page.px(BESIDE_MM)
    left, right = crossing(rule, columns[0])[0], crossing(rule, columns[-1])[0]
    sides = (np.arange(left - reach, left - skip), np.arange(right + skip, right + reach))
    shares: list[float] = []
    for side in sides:
        xs = side[(side >= 0) & (side < page.width_px)]
        dark = _dark_across(page, xs, np.array([rule.at(x) for x in xs.tolist()]))
        shares.append(float(dark.mean()) if len(dark) else 0.0)
    return min(shares) >= RUNS_ON_SHARE


def _dark_across(page: Page, xs: FloatArray, ys: FloatArray) -> NDArray[np.bool_]:
    """At which points of a level line it is darker than the paper above and below it."""
    side = round(page.px(BESIDE_MM))
    x, y = xs.astype(np.intp), np.clip(ys.round().astype(np.intp), side + 1, page.height_px - side - 2)
    around = page.grey[y[:, None] + np.arange(-1, 2), x[:, None]].min(axis=1).astype(np.int16)
    beside = np.minimum(page.grey[y - side, x], page.grey[y + side, x]).astype(np.int16)
    return np.asarray(beside - around >= STREAK_CONTRAST, dtype=np.bool_)


def _column_share(page: Page, column: Rule, one: Rule, other: Rule, run_mm: float = RUN_MM / 2) -> float:
    """Which share of the way from one row rule to another shows the column's rule, in pieces of `run_mm`."""
    first, after = sorted((crossing(one, column)[1], crossing(other, column)[1]))
    margin = page.px(BESIDE_MM)
    return _in_runs(dark_along(page, column, np.arange(first + margin, after - margin)), page.px(run_mm))


def _in_runs(dark: NDArray[np.bool_], least_px: float) -> float:
    """The share that lies in runs of at least so many px."""
    if not len(dark):
        return 0.0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], dark.astype(np.int8), [0]])))
    lengths = edges[1::2] - edges[::2]
    return float(lengths[lengths >= least_px].sum()) / len(dark)
