"""Which rules part which cells: storeys within rows, and cells that span several columns or storeys.

The lattice knows where rules run; here it is measured in which cells each is
seen.  A rule is a dark line narrower than writing; what half the rows have at
the same place is printed, whatever was written in single ones.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitize.images import INK_SHARE
from digitize.table.header.rule_contrast import (
    FAINTEST,
    INSET_MM,
    NEAR_EDGE_MM,
    SEEN_SHARE,
    Floats,
    Rules,
    find_rules,
    lines_across,
)

FULL_SHARE = 0.6  # of it, where a rule is to be there for sure
BINS = 60  # of a row's height, in which rules within rows are looked for
EDGE_SHARE = 0.2  # of a row's height that the lowest storey has
MOST_STOREYS = 3
LEAST_ROWS = 2
NUMBER_COLUMN_MM = 18.0
NUMBER_MM2 = 0.3  # of ink that a printed number has at least
MOST_SHARE = 0.8  # of the rows agree

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Storeys:
    """How rows are divided: `shares` are the borders of their storeys, 0 and 1 included.

    `level` (inner borders, columns) tells where a rule parts two storeys,
    `upright` (storeys, inner column edges) where one parts two columns.
    `first` is the index of the row edge at which the first row begins, `step`
    the number of intervals between row edges that make a row; `contrast` is
    what `upright` was told from, in grey levels.
    """

    shares: tuple[float, ...]
    level: Flags
    upright: Flags
    first: int
    step: int
    contrast: Floats


def find_storeys(rules: Rules, storeys: int | None = None) -> Storeys | None:
    """The storeys of the rows; None where every row is one interval between row edges.

    `storeys` is their number where a form says so: 1 for none, None where it is to be found out.
    """
    if storeys == 1 or rules.typical < FAINTEST or len(rules.row_edges_px) < LEAST_ROWS + 2:
        return None
    grouped = _grouped(rules) or _numbered(rules)
    if grouped is not None and storeys in (None, grouped[0]):
        return together(rules, *grouped)
    inner = _inner_shares(rules)
    if inner is not None and storeys in (None, len(inner[0]) + 1):
        shares, level = inner
        return _measured(rules, (0.0, *shares, 1.0), level, _after_header(rules), 1)
    return together(rules, storeys, None) if storeys else None


def in_phase(rules: Rules) -> Rules:
    """The same with every row edge put where rows really begin and end.

    Rules between storeys make a lattice of their own.  If that was taken for
    the rows, a rule stands within the header's interval as high above its end,
    and one below the last row as far, as rules stand within the rows.
    """
    inner = _inner_shares(rules)
    if inner is None or len(inner[0]) > 1 or rules.typical < FAINTEST:
        return rules
    (share,), edges, first = inner[0], rules.row_edges_px, _after_header(rules)
    row_px = float(np.median(np.diff(edges)))
    ends = edges[first] - (1 - share) * row_px, edges[-1] + share * row_px
    if not (rules.levels(ends) >= SEEN_SHARE * rules.typical).all() or ends[0] <= edges[0]:
        return rules
    header = [edge for edge in edges[:first] if edge < ends[0] - rules.page.px(NEAR_EDGE_MM)]
    between = (upper + share * (lower - upper) for upper, lower in pairwise(edges[first:]))
    return replace(rules, row_edges_px=(*header, ends[0], *between, ends[1]))


def with_inner_uprights(rules: Rules, storeys: Storeys) -> Rules:
    """The same with the column edges that only one storey of the rows has."""
    page, margin = rules.page, rules.page.px(NEAR_EDGE_MM)
    edges = rules.row_edges_px[storeys.first :: storeys.step]
    left, right = round(rules.column_edges_px[0]), round(rules.column_edges_px[-1])
    inset = page.px(INSET_MM)
    usual = float(np.median(storeys.contrast.max(axis=0))) if storeys.contrast.size else rules.typical
    found: list[float] = []
    for upper, lower in pairwise(storeys.shares):
        rows = [(a + upper * (b - a) + inset, a + lower * (b - a) - inset) for a, b in pairwise(edges)]
        means = np.array(
            [page.even[round(a) : max(round(a) + 1, round(b)), left:right].mean(axis=0) for a, b in rows]
        )
        seen = np.median(lines_across(means.T, page.px_per_mm), axis=1)
        for x in np.argsort(-seen).tolist():
            if seen[x] < FULL_SHARE * usual or seen[x] < FAINTEST:
                break
            if all(abs(left + x - other) > margin for other in (*rules.column_edges_px, *found)):
                found.append(float(left + x))
    if not found:
        return rules
    return find_rules(page, sorted((*rules.column_edges_px, *found)), rules.row_edges_px)


def _grouped(rules: Rules) -> tuple[int, int | None] | None:
    """How many intervals make a row and on which the rows begin, where inner rules leave out some column."""
    seen = rules.levels(rules.row_edges_px)[1:]  # the header's upper edge tells nothing
    for step in range(2, MOST_STOREYS + 1):
        if len(seen) < (LEAST_ROWS + 1) * step - 1:
            continue
        phases = np.array([np.median(seen[phase::step], axis=0) for phase in range(step)])
        full = (phases >= FULL_SHARE * rules.typical).all(axis=1)
        # A stain hides a rule in some rows; one that is not printed is in none.
        most = np.array([np.percentile(seen[i::step], 100 * MOST_SHARE, axis=0) for i in range(step)])
        partial = (most < SEEN_SHARE * rules.typical).any(axis=1)
        partial &= (phases >= FULL_SHARE * rules.typical).any(axis=1)
        if full.sum() == 1 and partial.sum() == step - 1:
            return step, (int(full.argmax()) + 1) % step
    return None


def _numbered(rules: Rules) -> tuple[int, int | None] | None:
    """The same where a number is printed in the first column only once in so many intervals."""
    page = rules.page
    left, right = rules.column_edges_px[:2]
    if right - left > page.px(NUMBER_COLUMN_MM):
        return None
    inset = page.px(INSET_MM)
    ink = []
    for top, bottom in pairwise(rules.row_edges_px):
        cell = page.even[
            round(top + inset) : round(bottom - inset), round(left + inset) : round(right - inset)
        ]
        ink.append(bool((cell < 255 * INK_SHARE).sum() >= NUMBER_MM2 * page.px_per_mm**2))
    inked = np.array(ink)
    for step in range(2, MOST_STOREYS + 1):
        rows = range(step, len(inked))  # the header may fill the first ones
        if len(rows) < LEAST_ROWS * step:
            continue
        shares = np.array([np.mean([inked[i] for i in rows if i % step == phase]) for phase in range(step)])
        if (shares >= MOST_SHARE).sum() == 1 and (shares <= 1 - MOST_SHARE).sum() == step - 1:
            return step, int(shares.argmax())
    return None


def together(rules: Rules, step: int, phase: int | None) -> Storeys:
    """Rows of `step` intervals; they begin where index and `phase` agree, or end with the last row edge."""
    edges = np.array(rules.row_edges_px)
    phase = (len(edges) - 1) % step if phase is None else phase
    first = next(i for i in range(1, step + 1) if i % step == phase)
    rows = [edges[i : i + step + 1] for i in range(first, len(edges) - step, step)]
    shares = np.mean([(row - row[0]) / (row[-1] - row[0]) for row in rows], axis=0)
    seen = rules.levels(rules.row_edges_px)
    level = np.array([np.median(seen[first + i :: step], axis=0) for i in range(1, step)])
    return _measured(rules, tuple(shares.tolist()), level >= SEEN_SHARE * rules.typical, first, step)


def _inner_shares(rules: Rules) -> tuple[tuple[float, ...], Flags] | None:
    """Where within the rows level rules run that the lattice does not have, and in which columns."""
    top = rules.top_px
    bands = list(pairwise(rules.row_edges_px))[1:]
    binned = np.zeros((len(bands), BINS, rules.along.shape[1]))
    for i, (upper, lower) in enumerate(bands):
        ys = np.linspace(upper - top, lower - top, BINS + 1).round().astype(np.intp)
        ys = np.clip(ys, 0, len(rules.along) - 1)
        binned[i] = np.maximum.reduceat(rules.along, ys[:-1], axis=0)
    wide = np.maximum(binned, np.maximum(np.roll(binned, 1, axis=1), np.roll(binned, -1, axis=1)))
    median = np.median(wide, axis=0)
    edge = round(EDGE_SHARE * BINS)
    median[:edge], median[-edge:] = 0.0, 0.0
    seen = median >= SEEN_SHARE * rules.typical
    # In a narrow column the feet of printed numbers look like a rule.
    wide = np.diff(rules.column_edges_px) > rules.page.px(NUMBER_COLUMN_MM)
    bins = np.flatnonzero(seen[:, wide].any(axis=1))
    groups = [g for g in np.split(bins, np.flatnonzero(np.diff(bins) > 3) + 1) if len(g)]
    if not groups or len(groups) >= MOST_STOREYS:
        return None
    shares = tuple(
        float(median[g].max(axis=1) @ (g + 0.5) / median[g].max(axis=1).sum() / BINS) for g in groups
    )
    return shares, np.array([seen[g].any(axis=0) for g in groups])


def _after_header(rules: Rules) -> int:
    """The row edge at which the rows begin: intervals of another height belong to the header."""
    heights = np.diff(rules.row_edges_px)
    usual = float(np.median(heights))
    first = 1
    while first < len(heights) - 1 and abs(heights[first] - usual) > EDGE_SHARE * usual:
        first += 1
    return first


def _measured(rules: Rules, shares: tuple[float, ...], level: Flags, first: int, step: int) -> Storeys:
    """The storeys with the upright rules that each has."""
    edges = rules.row_edges_px[first::step]
    seen = []
    for upper, lower in pairwise(shares):
        rows = [(a + upper * (b - a), a + lower * (b - a)) for a, b in pairwise(edges)]
        seen.append(np.median(rules.uprights(rows), axis=0))
    contrast = np.array(seen)
    upright = contrast >= SEEN_SHARE * np.maximum(contrast.max(axis=0), FAINTEST)
    return Storeys(shares, level, upright, first, step, contrast)


def joined_cells(level: Flags, upright: Flags) -> list[tuple[slice, slice]]:
    """The cells of (storeys, columns) between which no rule is seen, as rectangles of storeys and columns.

    `level` (inner storey borders, columns) and `upright` (storeys, inner column
    edges) tell where there are rules.  Ordered from left to right, then down.
    """
    storeys, columns = upright.shape[0], level.shape[1]
    cell = np.arange(storeys * columns).reshape(storeys, columns)
    for _ in range(storeys * columns):  # the smallest number spreads through every cell
        before = cell.copy()
        for j in range(storeys):
            for c in range(columns):
                if j and not level[j - 1, c]:
                    cell[j, c] = cell[j - 1, c] = min(cell[j, c], cell[j - 1, c])
                if c and not upright[j, c - 1]:
                    cell[j, c] = cell[j, c - 1] = min(cell[j, c], cell[j, c - 1])
        if (cell == before).all():
            break
    found = []
    for number in np.unique(cell).tolist():
        ys, xs = np.nonzero(cell == number)
        if len(ys) != (np.ptp(ys) + 1) * (np.ptp(xs) + 1):  # a rule was overlooked: cells are rectangles
            return joined_cells(level, np.ones_like(upright))
        found.append((slice(int(ys.min()), int(ys.max()) + 1), slice(int(xs.min()), int(xs.max()) + 1)))
    return sorted(found, key=lambda at: (at[1].start, at[0].start))
