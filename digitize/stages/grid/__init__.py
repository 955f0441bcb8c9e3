"""Build the signature table's lattice from the rules of a page.

Row rules are the longest chain of equally long rules at an even pitch; hand
drawn lines and paragraphs do not keep the pitch, page edges do not keep the
length.  Column rules run through the rows.  Rows are kept whether they are
filled or not.
"""

import itertools

from digitize.geometry import Lattice, Rule, crossing
from digitize.images import Page
from digitize.stages.grid.chain import joined, row_chain, well_seen
from digitize.stages.grid.columns import column_rules, overhang_px
from digitize.stages.grid.cut import cut_sides
from digitize.tracing import trace_horizontal

__all__ = ["cut_sides", "find_lattice"]

MIN_TABLE_WIDTH_MM = 60.0
MIN_ROW_RULES = 3  # header and one row make three rules
MIN_HEADER_MM = 4.0  # columns that overhang the rows by less do not make a header
ROW_SLACK_SHARE = 0.15  # of a row's height that an unframed last row may lack


def find_lattice(page: Page) -> Lattice | None:
    """The lattice of the best table on the levelled page, None where there is none."""
    px_per_mm = page.px_per_mm
    level = joined(trace_horizontal(page.grey, px_per_mm), px_per_mm)
    wide = [rule for rule in level if rule.length_px >= MIN_TABLE_WIDTH_MM * px_per_mm]
    rows = row_chain(wide, px_per_mm)
    if len(rows) < MIN_ROW_RULES:
        return None
    columns, ruled = column_rules(page, rows)
    rows = _unframed(page, _within(rows, columns), columns) if ruled else well_seen(rows)
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
