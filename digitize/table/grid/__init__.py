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
from digitize.rule_lines import trace_horizontal
from digitize.table.grid.column_rules import column_rules, dark_along, overhang_px
from digitize.table.grid.extrapolate_rows import reached
from digitize.table.grid.row_rules import joined, row_chain, weight, well_seen
from digitize.table.grid.truncation import cut_sides
from digitize.table.grid.worn_rules import prolonged, settled

__all__ = ["cut_sides", "find_lattices"]

MIN_TABLE_WIDTH_MM = 60.0
MIN_ROW_RULES = 3  # header and one row make three rules
MAX_CHAINS = 4  # a page with more tables and ruled boxes has not been seen
GAP_SHARE = 0.2  # of a column rule shown in an interval of rows: less is none
GAP_COLUMNS_SHARE = 0.8  # of the columns show none of it between two tables
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
        rows = _one_table(page, rest)
        if len(rows) < MIN_ROW_RULES:
            break
        others = [rule for rule in rest if rule not in rows]
        others += [rule for lattice in found for rule in lattice.rows]
        lattice = _lattice(page, rows, others)
        found += [lattice] if lattice is not None else []
        rest = [rule for rule in rest if not _between(rule, rows[0], rows[-1])]
    return tuple(found)


def _one_table(page: Page, rules: list[Rule]) -> list[Rule]:
    """The heaviest chain of rules, cut where another table above or below keeps the same pitch.

    Between two tables hardly a column is seen.
    """
    while len(rows := row_chain(rules, page.px_per_mm)) >= MIN_ROW_RULES:
        columns, ruled = column_rules(page, rows)
        seen = [column for column in columns if column.coverage_share > 0]
        gaps = [i for i in range(1, len(rows)) if ruled and _is_gap(page, seen, rows[i - 1], rows[i])]
        if not gaps:
            break
        parts = [rows[a:b] for a, b in itertools.pairwise((0, *gaps, len(rows)))]
        best = max(range(len(parts)), key=lambda i: sum(map(weight, parts[i])))
        before = [rule for part in parts[:best] for rule in part if rule.coverage_share > 0]
        after = [rule for part in parts[best + 1 :] for rule in part if rule.coverage_share > 0]
        inside = [rule for rule in rules if rule not in before and rule not in after]
        if before:
            inside = [rule for rule in inside if not _between(rule, rows[0], before[-1])]
        if after:
            inside = [rule for rule in inside if not _between(rule, after[0], rows[-1])]
        if len(inside) == len(rules):
            break
        rules = inside
    return rows


def _is_gap(page: Page, columns: list[Rule], upper: Rule, lower: Rule) -> bool:
    """Whether the columns end above an interval of rows and others begin below it.

    A rule that the chain had to suppose is a sign as well: then half of the columns tell.
    """
    missing = sum(_shown(page, column, upper, lower) < GAP_SHARE for column in columns)
    supposed = upper.coverage_share == 0 or lower.coverage_share == 0
    return missing >= (len(columns) / 2 if supposed else len(columns) * GAP_COLUMNS_SHARE)


def _between(rule: Rule, first: Rule, last: Rule) -> bool:
    """Whether a rule lies between two others, or is one of them, over most of its length."""
    start, end = max(rule.start_px, first.start_px), min(rule.end_px, first.end_px)
    middle = (start + end) / 2
    inside = first.at(middle) - 1 <= rule.at(middle) <= last.at(middle) + 1
    return inside and end - start > rule.length_px / 2


def _shown(page: Page, column: Rule, upper: Rule, lower: Rule) -> float:
    """The share of a column rule's way from one row rule to the next that shows it."""
    inside = page.px(RULE_MARGIN_MM)
    top, bottom = crossing(upper, column)[1] + inside, crossing(lower, column)[1] - inside
    dark = dark_along(page, column, np.arange(top, bottom))
    return float(dark.mean()) if len(dark) else 1.0


def _lattice(page: Page, rows: list[Rule], others: list[Rule]) -> Lattice | None:
    """The lattice over these row rules, None where no columns run through them.

    `others` are level rules of other tables: no unframed row reaches beyond them.
    """
    columns, ruled = column_rules(page, rows)
    inner = _within(rows, columns) if ruled else well_seen(rows)
    rows, uprights = reached(page, prolonged(page, inner, columns), columns, others)
    if len(rows) > len(inner):
        columns, ruled = column_rules(page, rows, uprights)
    rows = settled(page, _unframed(page, rows, columns, others) if ruled else rows, columns)
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


def _unframed(page: Page, rows: list[Rule], columns: list[Rule], others: list[Rule]) -> list[Rule]:
    """The rows with the header above and the rows below that only the column rules show."""
    if len(rows) < 2:
        return rows
    above = min(overhang_px(page, rows[0], columns, upwards=True), _room_px(rows[0], others, -1))
    below = min(overhang_px(page, rows[-1], columns, upwards=False), _room_px(rows[-1], others, 1))
    pitch = crossing(rows[-1], columns[0])[1] - crossing(rows[-2], columns[0])[1]
    more = int(below / pitch + ROW_SLACK_SHARE)
    header = [rows[0].moved(-above)] if above >= page.px(MIN_HEADER_MM) else []
    return [*header, *rows, *(rows[-1].moved(pitch * (i + 1)) for i in range(more))]


def _room_px(row: Rule, others: list[Rule], step: int) -> float:
    """How far it is from a row rule to the next one of another table above it (-1) or below it (1)."""
    middle = (row.start_px + row.end_px) / 2
    beside = [other for other in others if other.start_px < middle < other.end_px]
    ways = [step * (other.at(middle) - row.at(middle)) for other in beside]
    return min((way for way in ways if way > 0), default=float("inf"))
