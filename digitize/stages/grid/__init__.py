"""Build the signature table's lattice from the rules of a page.

Row rules are the longest chain of equally long rules at an even pitch; hand
drawn lines and paragraphs do not keep the pitch, page edges do not keep the
length.  Column rules run through the rows.  Rows are kept whether they are
filled or not.
"""

import itertools

import numpy as np

from digitize.geometry import Lattice, Rule, crossing
from digitize.images import Page
from digitize.stages.grid.chain import joined, row_chain, well_seen
from digitize.stages.grid.columns import column_rules, dark_along, overhang_px
from digitize.stages.grid.cut import cut_sides
from digitize.stages.grid.ends import prolonged, settled
from digitize.tracing import trace_horizontal

__all__ = ["cut_sides", "find_lattices"]

MIN_TABLE_WIDTH_MM = 60.0
MIN_ROW_RULES = 3  # header and one row make three rules
MAX_CHAINS = 4  # a page with more tables and ruled boxes has not been seen
GAP_SHARE = 0.2  # of a column rule shown in an interval of rows: less is none
RULE_MARGIN_MM = 1.0  # beside a row rule
MIN_HEADER_MM = 4.0  # columns that overhang the rows by less do not make a header
ROW_SLACK_SHARE = 0.15  # of a row's height that an unframed last row may lack


def find_lattices(page: Page) -> tuple[Lattice, ...]:
    """The lattices of the ruled tables and boxes on the levelled page, the heaviest first."""
    px_per_mm = page.px_per_mm
    level = joined(trace_horizontal(page.grey, px_per_mm), px_per_mm)
    rest = [rule for rule in level if rule.length_px >= MIN_TABLE_WIDTH_MM * px_per_mm]
    found: list[Lattice] = []
    for _ in range(MAX_CHAINS):
        rows = row_chain(rest, px_per_mm)
        if len(rows) < MIN_ROW_RULES:
            break
        lattices = (_lattice(page, part) for part in _parted(page, rows))
        # Beside a table that is sure, lines without columns are text and underlines.
        found += [lattice for lattice in lattices if lattice is not None and (lattice.ruled or not found)]
        rest = [rule for rule in rest if not _beside(rule, rows)]
    return tuple(found)


def _beside(rule: Rule, rows: list[Rule]) -> bool:
    """Whether a rule is one of the rows or lies between them."""
    first, last = max(rule.start_px, rows[0].start_px), min(rule.end_px, rows[0].end_px)
    middle = (first + last) / 2
    between = rows[0].at(middle) - 1 <= rule.at(middle) <= rows[-1].at(middle) + 1
    return between and last - first > rule.length_px / 2


def _parted(page: Page, rows: list[Rule]) -> list[list[Rule]]:
    """The row rules of each table where several stand one below the other at the same pitch.

    Between two tables no column is seen at all.
    """
    columns, ruled = column_rules(page, rows)
    seen = [column for column in columns if column.coverage_share > 0]
    if not ruled:
        return [rows]
    parts = [[rows[0]]]
    for upper, lower in itertools.pairwise(rows):
        if all(_shown(page, column, upper, lower) < GAP_SHARE for column in seen):
            parts.append([])
        parts[-1].append(lower)
    return [part for part in parts if len(part) >= MIN_ROW_RULES]


def _shown(page: Page, column: Rule, upper: Rule, lower: Rule) -> float:
    """The share of a column rule's way from one row rule to the next that shows it."""
    inside = page.px(RULE_MARGIN_MM)
    top, bottom = crossing(upper, column)[1] + inside, crossing(lower, column)[1] - inside
    dark = dark_along(page, column, np.arange(top, bottom))
    return float(dark.mean()) if len(dark) else 1.0


def _lattice(page: Page, rows: list[Rule]) -> Lattice | None:
    """The lattice over these row rules, None where no columns run through them."""
    columns, ruled = column_rules(page, rows)
    inner = _within(rows, columns) if ruled else well_seen(rows)
    if len(rows := prolonged(page, inner, columns)) > len(inner):
        columns, ruled = column_rules(page, rows)
    rows = settled(page, _unframed(page, rows, columns) if ruled else rows, columns)
    return Lattice(tuple(rows), tuple(columns), ruled) if len(rows) >= MIN_ROW_RULES else None


def _within(rows: list[Rule], columns: list[Rule]) -> list[Rule]:
    """The row rules between which column rules run; a paragraph at the same pitch has none."""
    seen = [column for column in columns if column.coverage_share > 0]

    def crossed(upper: Rule, lower: Rule) -> bool:
        votes = 0
        for column in seen:
            middle = (crossing(upper, column)[1] + crossing(lower, column)[1]) / 2
            votes += column.start_px <= middle <= column.end_px
        return 2 * votes > len(seen)

    inside = [crossed(upper, lower) for upper, lower in itertools.pairwise(rows)]
    if True not in inside:
        return []
    first, last = inside.index(True), len(inside) - 1 - inside[::-1].index(True)
    return rows[first : last + 2]


def _unframed(page: Page, rows: list[Rule], columns: list[Rule]) -> list[Rule]:
    """The rows with the header above and the rows below that only the column rules show."""
    if len(rows) < 2:
        return rows
    above = overhang_px(page, rows[0], columns, upwards=True)
    below = overhang_px(page, rows[-1], columns, upwards=False)
    pitch = crossing(rows[-1], columns[0])[1] - crossing(rows[-2], columns[0])[1]
    more = int(below / pitch + ROW_SLACK_SHARE)
    header = [rows[0].moved(-above)] if above >= page.px(MIN_HEADER_MM) else []
    return [*header, *rows, *(rows[-1].moved(pitch * (i + 1)) for i in range(more))]
