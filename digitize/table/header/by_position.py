"""Take the columns of a table whose header says nothing from the form, by their position.

Either the header is in words that neither the form nor `words.toml` has, or it cannot be read, or the table
has no header and its rows begin at the first rule.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from digitize.form.definition import Form
from digitize.geometry import Box
from digitize.images import INK_SHARE, Page
from digitize.ocr.engines import Reader
from digitize.records import Column, Role, Table
from digitize.table.header.header_words import SETTINGS as PHRASES
from digitize.table.header.single_line import read_first_number

ROW_HEIGHT_SHARE = 0.15  # of a row's height by which a header of its own height differs at most
NUMBERED_ROWS = 3  # below the first interval, of which one must have the number that follows
MIN_WRITING_MM2 = 1.0  # of ink: specks of dust are less


def read_by_position(
    page: Page, column_edges_px: Sequence[float], row_edges_px: Sequence[float], form: Form, reader: Reader
) -> Table | None:
    """Return the table with the columns of the form, None if it has another number of them."""
    if not form.columns or form.storeys != 1 or len(form.columns) != len(column_edges_px) - 1:
        return None
    spans = zip(form.columns, pairwise(column_edges_px), strict=True)
    columns = tuple(Column(column.role, *span) for column, span in spans)
    whole = Table(columns, tuple(row_edges_px), row_edges_px[0])
    return whole if _starts_with_row(page, whole, reader) else _below_header(whole)


def may_lack_row(table: Table) -> bool:
    """Return whether what was taken for the header of a table may be its first row.

    Nothing in it could be read, it is as high as a row, and the rows have no numbers to tell by.
    """
    if any(column.header or column.role is Role.NUMBER for column in table.columns):
        return False
    return _is_as_high_as_rows(table.header_top_px, table.row_edges_px)


def _starts_with_row(page: Page, table: Table, reader: Reader) -> bool:
    """Return whether the first interval is a row: it has the number of one, or nothing is printed in it."""
    edges = table.row_edges_px
    number = next((column for column in table.columns if column.role is Role.NUMBER), None)
    if number is not None:
        boxes = [Box(number.left_px, a, number.right_px, b) for a, b in pairwise(edges)]
        read = [read_first_number(page, box, reader) for box in boxes[: NUMBERED_ROWS + 1]]
        first, *others = [found[0] if found else None for found in read]
        return first is not None and any(n == first + i for i, n in enumerate(others, 1))
    blank = sum(_ink_mm2(page, table, column) for column in table.columns) < MIN_WRITING_MM2
    return blank and _is_as_high_as_rows(edges[0], edges[1:])


def _below_header(whole: Table) -> Table | None:
    """Return the table without its first interval, None if nothing remains."""
    edges = whole.row_edges_px
    return Table(whole.columns, edges[1:], edges[0]) if len(edges) > 2 else None


def _is_as_high_as_rows(top_px: float, row_edges_px: Sequence[float]) -> bool:
    """Return whether the interval from `top_px` to the first row is as high as the rows."""
    if len(row_edges_px) < 2:
        return False
    usual = float(np.median(np.diff(row_edges_px)))
    return abs(row_edges_px[0] - top_px - usual) <= ROW_HEIGHT_SHARE * usual


def _ink_mm2(page: Page, table: Table, column: Column) -> float:
    """Return the area of ink in the first cell of a column."""
    inner = table.cell_box(0, column).expanded(-page.px(PHRASES.rule_margin_mm))
    even = page.even[inner.clipped(page.width_px, page.height_px).slices()]
    return float(np.count_nonzero(even < 255 * INK_SHARE)) / page.px_per_mm**2
