"""Number the rows of a list without printed numbers on from those of the page before it.

The second page of such a sheet goes on where the first one ends.  It is told from a second copy of
a sheet of one page by its table, which begins higher: the first page has the text of the petition
above it.
"""

from dataclasses import replace

from digitize.form.definition import Form
from digitize.page.check_rows import CheckedTable
from digitize.page.detect_tables import KnownTable, Neighbours
from digitize.records import Role, Table

MIN_HIGHER_MM = 15.0  # than on the page before; copies of one page are not shifted as far
MAX_WIDTH_OFF_SHARE = 0.06  # of the table's width: by which an edge of a column may lie elsewhere


def continue_rows(
    tables: tuple[CheckedTable, ...], px_per_mm: float, page: int, form: Form, neighbours: Neighbours
) -> tuple[CheckedTable, ...]:
    """Return the table of page `page` (from 1) with its row numbers, continued where the page goes on.

    Numbers stay as they are that are printed, or that a form gives pages which do not begin with row 1.
    """
    if page == 1 or len(tables) != 1 or tables[0].numbering.printed or not tables[0].numbering.read:
        return tables
    (checked,) = tables
    span = form.rows_of(checked.numbering.kind)
    if span is not None and span[0] > 1:
        return tables
    before = [known for known in neighbours() if known.page == page - 1]
    if len(before) != 1 or not _goes_on(before[0], checked.table, px_per_mm):
        return tables
    rows = len(before[0].table.row_edges_px) - 1
    return (replace(checked, numbering=checked.numbering.starting_at(rows + 1)),)


def _goes_on(before: KnownTable, table: Table, px_per_mm: float) -> bool:
    """Return whether a table is the rest of that of the page before: the same columns, but higher up."""
    roles = [column.role for column in table.columns]
    if Role.NUMBER in roles or roles != [column.role for column in before.table.columns]:
        return False
    higher_mm = before.table.header_top_px / before.px_per_mm - table.header_top_px / px_per_mm
    off = (abs(a - b) for a, b in zip(_edges(before.table), _edges(table), strict=True))
    return higher_mm >= MIN_HIGHER_MM and max(off) <= MAX_WIDTH_OFF_SHARE


def _edges(table: Table) -> list[float]:
    """Return the left edges of the columns as shares of the table's width."""
    left, right = table.columns[0].left_px, table.columns[-1].right_px
    return [(column.left_px - left) / (right - left) for column in table.columns]
