"""Build the lattice of a signature table from the rules traced on a page.

The row rules are the longest chain of equally long rules with an even pitch:
lines drawn by hand and paragraphs do not keep the pitch, and page edges do
not keep the length.  Column rules are those that run through the rows.  Rows
are found whether they are filled in or not.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from digitize.geometry import Lattice, Rule, crossing
from digitize.images import Page
from digitize.rule_lines import trace_horizontal
from digitize.table.grid.apart import apart, is_covered
from digitize.table.grid.column_contrast import is_dark_along
from digitize.table.grid.column_rules import column_rules, overhang_px
from digitize.table.grid.extrapolate_rows import extrapolate_rows
from digitize.table.grid.lines_through_rows import lines_through_rows
from digitize.table.grid.row_rules import join_collinear, row_chain, trim_weak_ends, weight
from digitize.table.grid.truncation import cut_sides
from digitize.table.grid.worn_rules import extend_rows, refine_weak_rules

__all__ = ["cut_sides", "find_lattices"]


@dataclass(frozen=True, slots=True)
class GridSettings:
    """Limits for assembling a table's lattice."""

    min_table_width_mm: float = 60.0
    min_row_rules: int = 3  # a header and one row make three rules
    max_tables: int = 4  # tables and ruled boxes per page; more have not been seen
    min_column_coverage_share: float = 0.2  # of a row's height; a column rule seen less than this is absent
    gap_columns_share: float = 0.8  # of the columns are absent between two tables
    rule_margin_mm: float = 1.0  # ignored next to a row rule
    min_other_coverage_share: float = 0.5  # of a rule; chains of letters, joined along a line, have less
    min_header_mm: float = 4.0  # columns that extend less far above the rows do not make a header
    row_slack_share: float = 0.15  # of a row's height that an unframed last row may be short of


SETTINGS = GridSettings()


def find_lattices(page: Page) -> tuple[Lattice, ...]:
    """Return the lattices of the ruled tables and boxes on a deskewed page, the heaviest first."""
    px_per_mm = page.px_per_mm
    horizontal = join_collinear(trace_horizontal(page.grey, px_per_mm), px_per_mm)
    remaining = [rule for rule in horizontal if rule.length_px >= SETTINGS.min_table_width_mm * px_per_mm]
    found: list[Lattice] = []
    for _ in range(SETTINGS.max_tables):
        rows, columns, ruled = _heaviest_table(page, remaining)
        if len(rows) < SETTINGS.min_row_rules:
            break
        others = [
            rule
            for rule in remaining
            if rule not in rows and rule.coverage_share >= SETTINGS.min_other_coverage_share
        ]
        others += [rule for lattice in found for rule in lattice.rows]
        lattice = _build_lattice(page, rows, columns, ruled, others)
        found += [lattice] if lattice is not None else []
        first, last = (lattice.rows[0], lattice.rows[-1]) if lattice is not None else (rows[0], rows[-1])
        remaining = [
            rule
            for rule in remaining
            if not (_lies_between(rule, rows[0], rows[-1]) or _lies_between(rule, first, last))
        ]
    return apart(found)


def _heaviest_table(page: Page, rules: list[Rule]) -> tuple[list[Rule], list[Rule], bool]:
    """Return the row rules of the heaviest chain, cut off where a second table keeps the same pitch.

    Between two tables hardly any column rule is visible.  Also return what `column_rules` finds through them.
    """
    columns: list[Rule] = []
    ruled = False
    while len(rows := row_chain(rules, page.px_per_mm)) >= SETTINGS.min_row_rules:
        columns, ruled = column_rules(page, rows)
        drawn = lines_through_rows(page, rows, columns)
        if drawn:
            near_px = page.px(SETTINGS.rule_margin_mm)
            rules = [rule for rule in rules if not any(_is_near(rule, line, near_px) for line in drawn)]
            continue
        visible = [column for column in columns if column.coverage_share > 0]
        gaps = _gaps_between_tables(page, visible, rows) if ruled else []
        if not gaps:
            break
        parts = [rows[a:b] for a, b in itertools.pairwise((0, *gaps, len(rows)))]
        best = max(range(len(parts)), key=lambda i: sum(map(weight, parts[i])))
        before = [rule for part in parts[:best] for rule in part if rule.coverage_share > 0]
        after = [rule for part in parts[best + 1 :] for rule in part if rule.coverage_share > 0]
        remaining = [rule for rule in rules if rule not in before and rule not in after]
        if before:
            remaining = [rule for rule in remaining if not _lies_between(rule, rows[0], before[-1])]
        if after:
            remaining = [rule for rule in remaining if not _lies_between(rule, after[0], rows[-1])]
        if len(remaining) == len(rules):
            break
        rules = remaining
    return rows, columns, ruled


def _is_near(rule: Rule, line: Rule, reach_px: float) -> bool:
    middle = (line.start_px + line.end_px) / 2
    return abs(rule.at(middle) - line.at(middle)) <= reach_px


def _gaps_between_tables(page: Page, columns: list[Rule], rows: list[Rule]) -> list[int]:
    """Return the indices of the row rules above which there is a gap between tables.

    A strip of paper or a note that covers the columns leaves a gap as well, but no end of a table.
    """
    gaps = [i for i in range(1, len(rows)) if _is_gap_between_tables(page, columns, rows[i - 1], rows[i])]
    if not gaps:
        return []
    middle = (rows[0].start_px + rows[0].end_px) / 2
    pitch = float(np.median(np.diff([rule.at(middle) for rule in rows])))
    open_gaps: list[int] = []
    for _, run in itertools.groupby(enumerate(gaps), key=lambda pair: pair[1] - pair[0]):
        whole = [i for _, i in run]
        upper = next((rule for rule in rows[whole[0] - 1 :: -1] if rule.coverage_share > 0), rows[0])
        lower = next((rule for rule in rows[whole[-1] :] if rule.coverage_share > 0), rows[-1])
        if not is_covered(page, upper, lower, pitch, columns):
            open_gaps += whole
    return open_gaps


def _is_gap_between_tables(page: Page, columns: list[Rule], upper: Rule, lower: Rule) -> bool:
    """Return whether the columns are interrupted between two row rules.

    If one of the row rules was only inferred, half of the columns are enough.
    """
    missing = sum(
        _coverage_share(page, column, upper, lower) < SETTINGS.min_column_coverage_share for column in columns
    )
    inferred = upper.coverage_share == 0 or lower.coverage_share == 0
    return missing >= (len(columns) / 2 if inferred else len(columns) * SETTINGS.gap_columns_share)


def _lies_between(rule: Rule, first: Rule, last: Rule) -> bool:
    """Return whether a rule lies between two others, or is one of them, over most of its length."""
    start, end = max(rule.start_px, first.start_px), min(rule.end_px, first.end_px)
    middle = (start + end) / 2
    inside = first.at(middle) - 1 <= rule.at(middle) <= last.at(middle) + 1
    return inside and end - start > rule.length_px / 2


def _coverage_share(page: Page, column: Rule, upper: Rule, lower: Rule) -> float:
    """Return the share of a column rule that is visible between two row rules."""
    inside = page.px(SETTINGS.rule_margin_mm)
    top, bottom = crossing(upper, column)[1] + inside, crossing(lower, column)[1] - inside
    dark = is_dark_along(page, column, np.arange(top, bottom))
    return float(dark.mean()) if len(dark) else 1.0


def _build_lattice(
    page: Page, rows: list[Rule], columns: list[Rule], ruled: bool, others: list[Rule]
) -> Lattice | None:
    """Return the lattice with these row and column rules, None if it has too few.

    `others` are horizontal rules of other tables; no unframed row extends past them.
    """
    bounded = _rows_with_columns(rows, columns) if ruled else trim_weak_ends(rows)
    rows, vertical = extrapolate_rows(page, extend_rows(page, bounded, columns), columns, others)
    if len(rows) > len(bounded):
        columns, ruled = column_rules(page, rows, vertical)
    rows = refine_weak_rules(
        page, _add_unframed_rows(page, rows, columns, others) if ruled else rows, columns
    )
    return Lattice(tuple(rows), tuple(columns), ruled) if len(rows) >= SETTINGS.min_row_rules else None


def _rows_with_columns(rows: list[Rule], columns: list[Rule]) -> list[Rule]:
    """Return the row rules between which column rules run; a paragraph at the same pitch has none."""
    visible = [column for column in columns if column.coverage_share > 0]

    def has_columns(upper: Rule, lower: Rule) -> bool:
        votes = 0
        for column in visible:
            middle = (crossing(upper, column)[1] + crossing(lower, column)[1]) / 2
            votes += column.start_px <= middle <= column.end_px
        return 2 * votes > len(visible)

    inside = [has_columns(upper, lower) for upper, lower in itertools.pairwise(rows)]
    if True not in inside:
        return []
    first, last = inside.index(True), len(inside) - 1 - inside[::-1].index(True)
    return rows[first : last + 2]


def _add_unframed_rows(page: Page, rows: list[Rule], columns: list[Rule], others: list[Rule]) -> list[Rule]:
    """Add the header above and the rows below for which only the column rules are printed."""
    if len(rows) < 2:
        return rows
    above = min(overhang_px(page, rows[0], columns, upwards=True), _distance_to_next_px(rows[0], others, -1))
    below = min(
        overhang_px(page, rows[-1], columns, upwards=False), _distance_to_next_px(rows[-1], others, 1)
    )
    pitch = crossing(rows[-1], columns[0])[1] - crossing(rows[-2], columns[0])[1]
    more = int(below / pitch + SETTINGS.row_slack_share)
    header = [rows[0].moved(-above)] if above >= page.px(SETTINGS.min_header_mm) else []
    return [*header, *rows, *(rows[-1].moved(pitch * (i + 1)) for i in range(more))]


def _distance_to_next_px(row: Rule, others: list[Rule], step: int) -> float:
    """Return the distance from a row rule to the next one of another table, above (-1) or below (1)."""
    middle = (row.start_px + row.end_px) / 2
    overlapping = [other for other in others if other.start_px < middle < other.end_px]
    distances = [step * (other.at(middle) - row.at(middle)) for other in overlapping]
    return min((way for way in distances if way > 0), default=float("inf"))
