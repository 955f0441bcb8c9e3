"""Find how rows are divided into cells: storeys within rows, and cells spanning columns or storeys.

The lattice gives the positions of rules; here it is measured in which cells
each of them is present.  What half of the rows have in the same place is
printed, whatever was written in single rows.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from digitize.geometry import BoolArray, FloatArray
from digitize.images import INK_SHARE
from digitize.table.header.rule_contrast import SETTINGS as CONTRAST
from digitize.table.header.rule_contrast import MeasuredRules, line_contrast, measure_rules


@dataclass(frozen=True, slots=True)
class StoreySettings:
    """Limits for finding storeys; single-line synthetic tables must have none."""

    full_contrast_share: float = 0.6  # of the usual contrast, required where a rule must certainly be present
    bins: int = 60  # into which a row's height is divided to search for rules within rows
    min_storey_share: float = 0.2  # of a row's height taken by the lowest storey
    max_storeys: int = 3
    min_rows: int = 2
    number_column_mm: float = 18.0
    min_number_mm2: float = 0.3  # ink of a printed number
    most_rows_share: float = 0.8  # of the rows that must agree


SETTINGS = StoreySettings()


@dataclass(frozen=True)
class Storeys:
    """How rows are divided into storeys (lines of cells).

    `shares` are the borders of the storeys in a row, including 0 and 1.
    `horizontal` (inner borders, columns) tells where a rule separates two
    storeys, `vertical` (storeys, inner column edges) where one separates two
    columns.  `first` is the index of the row edge where the first row starts and
    `step` the number of intervals per row.  `contrast` (grey levels) is what
    `vertical` was derived from.
    """

    shares: tuple[float, ...]
    horizontal: BoolArray
    vertical: BoolArray
    first: int
    step: int
    contrast: FloatArray


def find_storeys(rules: MeasuredRules, storeys: int | None = None) -> Storeys | None:
    """Return the storeys of the rows, None if every row is a single interval between row edges.

    `storeys` is their number if a form gives it (1 for none), None if unknown.
    """
    if (
        storeys == 1
        or rules.typical < CONTRAST.min_contrast
        or len(rules.row_edges_px) < SETTINGS.min_rows + 2
    ):
        return None
    grouped = _group_by_rules(rules) or _group_by_numbers(rules)
    if grouped is not None and storeys in (None, grouped[0]):
        return group_intervals(rules, *grouped)
    inner = _inner_rules(rules)
    if inner is not None and storeys in (None, len(inner[0]) + 1):
        shares, horizontal = inner
        return _make_storeys(rules, (0.0, *shares, 1.0), horizontal, _first_row_edge(rules), 1)
    return group_intervals(rules, storeys, None) if storeys else None


def align_rows(rules: MeasuredRules) -> MeasuredRules:
    """Move the row edges to where rows really start and end.

    Rules between storeys form a lattice of their own.  If that was taken for the
    rows, there is a rule within the header's interval as far above its end, and
    one as far below the last row, as the rules within the rows.
    """
    inner = None if rules.typical < CONTRAST.min_contrast else _inner_rules(rules)
    if inner is None or len(inner[0]) > 1:
        return rules
    (share,), edges, first = inner[0], rules.row_edges_px, _first_row_edge(rules)
    row_px = float(np.median(np.diff(edges)))
    ends = edges[first] - (1 - share) * row_px, edges[-1] + share * row_px
    if (
        not (rules.horizontal_contrast(ends) >= CONTRAST.min_relative_contrast * rules.typical).all()
        or ends[0] <= edges[0]
    ):
        return rules
    header = [edge for edge in edges[:first] if edge < ends[0] - rules.page.px(CONTRAST.min_edge_distance_mm)]
    between = (upper + share * (lower - upper) for upper, lower in pairwise(edges[first:]))
    return replace(rules, row_edges_px=(*header, ends[0], *between, ends[1]))


def add_inner_columns(rules: MeasuredRules, storeys: Storeys) -> MeasuredRules:
    """Add the column edges that only one storey of the rows has."""
    page, margin = rules.page, rules.page.px(CONTRAST.min_edge_distance_mm)
    edges = rules.row_edges_px[storeys.first :: storeys.step]
    left, right = round(rules.column_edges_px[0]), round(rules.column_edges_px[-1])
    inset = page.px(CONTRAST.inset_mm)
    usual = float(np.median(storeys.contrast.max(axis=0))) if storeys.contrast.size else rules.typical
    found: list[float] = []
    for upper, lower in pairwise(storeys.shares):
        rows = [(a + upper * (b - a) + inset, a + lower * (b - a) - inset) for a, b in pairwise(edges)]
        means = np.array(
            [page.even[round(a) : max(round(a) + 1, round(b)), left:right].mean(axis=0) for a, b in rows]
        )
        seen = np.median(line_contrast(means.T, page.px_per_mm), axis=1)
        for x in np.argsort(-seen).tolist():
            if seen[x] < SETTINGS.full_contrast_share * usual or seen[x] < CONTRAST.min_contrast:
                break
            if all(abs(left + x - other) > margin for other in (*rules.column_edges_px, *found)):
                found.append(float(left + x))
    if not found:
        return rules
    return measure_rules(page, sorted((*rules.column_edges_px, *found)), rules.row_edges_px)


def _group_by_rules(rules: MeasuredRules) -> tuple[int, int | None] | None:
    """Return the intervals per row and the phase where rows start, if inner rules leave out a column."""
    seen = rules.horizontal_contrast(rules.row_edges_px)[1:]  # without the upper edge of the header
    for step in range(2, SETTINGS.max_storeys + 1):
        if len(seen) < (SETTINGS.min_rows + 1) * step - 1:
            continue
        phases = np.array([np.median(seen[phase::step], axis=0) for phase in range(step)])
        is_full = (phases >= SETTINGS.full_contrast_share * rules.typical).all(axis=1)
        # A stain hides a rule in some rows; a rule that is not printed is missing in all of them.
        most = np.array(
            [np.percentile(seen[i::step], 100 * SETTINGS.most_rows_share, axis=0) for i in range(step)]
        )
        is_partial = (most < CONTRAST.min_relative_contrast * rules.typical).any(axis=1)
        is_partial &= (phases >= SETTINGS.full_contrast_share * rules.typical).any(axis=1)
        if is_full.sum() == 1 and is_partial.sum() == step - 1:
            return step, (int(is_full.argmax()) + 1) % step
    return None


def _group_by_numbers(rules: MeasuredRules) -> tuple[int, int | None] | None:
    """Return the same if the first column has a printed number only once in so many intervals."""
    page = rules.page
    left, right = rules.column_edges_px[:2]
    if right - left > page.px(SETTINGS.number_column_mm):
        return None
    inset = page.px(CONTRAST.inset_mm)
    has_ink = []
    for top, bottom in pairwise(rules.row_edges_px):
        cell = page.even[
            round(top + inset) : round(bottom - inset), round(left + inset) : round(right - inset)
        ]
        has_ink.append(bool((cell < 255 * INK_SHARE).sum() >= SETTINGS.min_number_mm2 * page.px_per_mm**2))
    inked = np.array(has_ink)
    for step in range(2, SETTINGS.max_storeys + 1):
        rows = range(step, len(inked))  # the header may fill the first ones
        if len(rows) < SETTINGS.min_rows * step:
            continue
        shares = np.array([np.mean([inked[i] for i in rows if i % step == phase]) for phase in range(step)])
        if (shares >= SETTINGS.most_rows_share).sum() == 1 and (
            shares <= 1 - SETTINGS.most_rows_share
        ).sum() == step - 1:
            return step, int(shares.argmax())
    return None


def group_intervals(rules: MeasuredRules, step: int, phase: int | None) -> Storeys:
    """Return rows of `step` intervals.

    They start where the index modulo `step` is `phase`, or end with the last row
    edge if `phase` is None.
    """
    edges = np.array(rules.row_edges_px)
    phase = (len(edges) - 1) % step if phase is None else phase
    first = next(i for i in range(1, step + 1) if i % step == phase)
    rows = [edges[i : i + step + 1] for i in range(first, len(edges) - step, step)]
    shares = np.mean([(row - row[0]) / (row[-1] - row[0]) for row in rows], axis=0)
    seen = rules.horizontal_contrast(rules.row_edges_px)
    horizontal = np.array([np.median(seen[first + i :: step], axis=0) for i in range(1, step)])
    return _make_storeys(
        rules,
        tuple(shares.tolist()),
        horizontal >= CONTRAST.min_relative_contrast * rules.typical,
        first,
        step,
    )


def _inner_rules(rules: MeasuredRules) -> tuple[tuple[float, ...], BoolArray] | None:
    """Return the relative heights of rules within the rows that the lattice lacks, and their columns."""
    top = rules.top_px
    bands = list(pairwise(rules.row_edges_px))[1:]
    if not bands:
        return None
    binned = np.zeros((len(bands), SETTINGS.bins, rules.along.shape[1]))
    for i, (upper, lower) in enumerate(bands):
        ys = np.linspace(upper - top, lower - top, SETTINGS.bins + 1).round().astype(np.intp)
        ys = np.clip(ys, 0, len(rules.along) - 1)
        binned[i] = np.maximum.reduceat(rules.along, ys[:-1], axis=0)
    widened = np.maximum(binned, np.maximum(np.roll(binned, 1, axis=1), np.roll(binned, -1, axis=1)))
    median = np.median(widened, axis=0)
    edge = round(SETTINGS.min_storey_share * SETTINGS.bins)
    median[:edge], median[-edge:] = 0.0, 0.0
    seen = median >= CONTRAST.min_relative_contrast * rules.typical
    # In a narrow column, the baseline of printed numbers looks like a rule.
    widened = np.diff(rules.column_edges_px) > rules.page.px(SETTINGS.number_column_mm)
    bins = np.flatnonzero(seen[:, widened].any(axis=1))
    groups = [g for g in np.split(bins, np.flatnonzero(np.diff(bins) > 3) + 1) if len(g)]
    if not groups or len(groups) >= SETTINGS.max_storeys:
        return None
    shares = tuple(
        float(median[g].max(axis=1) @ (g + 0.5) / median[g].max(axis=1).sum() / SETTINGS.bins) for g in groups
    )
    return shares, np.array([seen[g].any(axis=0) for g in groups])


def _first_row_edge(rules: MeasuredRules) -> int:
    """Return the row edge where the rows start: intervals of another height belong to the header."""
    heights = np.diff(rules.row_edges_px)
    usual = float(np.median(heights))
    first = 1
    while first < len(heights) - 1 and abs(heights[first] - usual) > SETTINGS.min_storey_share * usual:
        first += 1
    return first


def _make_storeys(
    rules: MeasuredRules, shares: tuple[float, ...], horizontal: BoolArray, first: int, step: int
) -> Storeys:
    """Return the storeys with the vertical rules that each of them has."""
    edges = rules.row_edges_px[first::step]
    seen = []
    for upper, lower in pairwise(shares):
        rows = [(a + upper * (b - a), a + lower * (b - a)) for a, b in pairwise(edges)]
        seen.append(np.median(rules.vertical_contrast(rows), axis=0))
    contrast = np.array(seen)
    vertical = contrast >= CONTRAST.min_relative_contrast * np.maximum(
        contrast.max(axis=0), CONTRAST.min_contrast
    )
    return Storeys(shares, horizontal, vertical, first, step, contrast)


def joined_cells(horizontal: BoolArray, vertical: BoolArray) -> list[tuple[slice, slice]]:
    """Return the cells of a (storeys, columns) grid between which there is no rule, as rectangles.

    `horizontal` (inner storey borders, columns) and `vertical` (storeys, inner
    column edges) tell where there are rules.  Each cell is a slice of storeys and
    one of columns; they are ordered from left to right, then down.
    """
    storeys, columns = vertical.shape[0], horizontal.shape[1]
    cell = np.arange(storeys * columns).reshape(storeys, columns)
    for _ in range(storeys * columns):  # label propagation: the smallest number spreads within a cell
        before = cell.copy()
        for j in range(storeys):
            for c in range(columns):
                if j and not horizontal[j - 1, c]:
                    cell[j, c] = cell[j - 1, c] = min(cell[j, c], cell[j - 1, c])
                if c and not vertical[j, c - 1]:
                    cell[j, c] = cell[j, c - 1] = min(cell[j, c], cell[j, c - 1])
        if (cell == before).all():
            break
    found = []
    for number in np.unique(cell).tolist():
        ys, xs = np.nonzero(cell == number)
        if len(ys) != (np.ptp(ys) + 1) * (np.ptp(xs) + 1):  # not a rectangle: a rule was overlooked
            return joined_cells(horizontal, np.ones_like(vertical))
        found.append((slice(int(ys.min()), int(ys.max()) + 1), slice(int(xs.min()), int(xs.max()) + 1)))
    return sorted(found, key=lambda at: (at[1].start, at[0].start))
