"""The layout of a table's cells: which columns people write in, and where cells are stacked.

Usually a cell is one row by one column.  On some forms cells are stacked within the row, and a cell may
span several columns of the row above or below it.  Each column of the table then stands for a rectangle of
the row: from its left to its right edge and from its top to its bottom share of the row's height.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitize.ink.remove_rules import RuleSegment
from digitize.records import Role, Table

CellIndex = tuple[int, int]  # row and column

SAME_EDGE_PX = 0.5  # edges of neighbouring cells that lie closer together are one edge


def writable_columns(table: Table) -> list[int]:
    """Return the indices of the columns that people write in: all but the printed row numbers."""
    return [i for i, column in enumerate(table.columns) if column.role is not Role.NUMBER]


def signature_column(table: Table) -> int | None:
    """Return the index of the signature column, if there is one."""
    return next((i for i, column in enumerate(table.columns) if column.role is Role.SIGNATURE), None)


def vertical_edges(table: Table) -> list[float]:
    """Return all boundaries between columns, left to right, in px."""
    edges: list[float] = []
    for x in sorted(x for column in table.columns for x in (column.left_px, column.right_px)):
        if not edges or x - edges[-1] > SAME_EDGE_PX:
            edges.append(x)
    return edges


def horizontal_edges(table: Table) -> list[float]:
    """Return all boundaries between stacked cells as shares of a row's height, 0 and 1 included."""
    return sorted({share for c in table.columns for share in (c.top_share, c.bottom_share)})


def build_cell_map(table: Table) -> NDArray[np.intp]:
    """Return the column index of the cell that lies between each pair of neighbouring edges of a row.

    The array has one row per gap between `horizontal_edges` and one column per gap between `vertical_edges`.
    """
    middle_x = [(a + b) / 2 for a, b in pairwise(vertical_edges(table))]
    middle_y = [(a + b) / 2 for a, b in pairwise(horizontal_edges(table))]
    cell_map = np.zeros((len(middle_y), len(middle_x)), dtype=np.intp)
    for i, column in enumerate(table.columns):
        in_x = [column.left_px < x < column.right_px for x in middle_x]
        in_y = [column.top_share < y < column.bottom_share for y in middle_y]
        cell_map[np.ix_(in_y, in_x)] = i
    return cell_map


def stacked_columns(table: Table, c: int) -> list[int]:
    """Return the columns whose cells lie above or below those of column `c` within a row, and `c` itself."""
    one = table.columns[c]
    return [
        i
        for i, other in enumerate(table.columns)
        if min(one.right_px, other.right_px) - max(one.left_px, other.left_px) > SAME_EDGE_PX
    ]


def inner_horizontal_rules(table: Table) -> Iterator[RuleSegment]:
    """Yield the horizontal rules between stacked cells: y, left, right in px."""
    for r in range(len(table.row_edges_px) - 1):
        for column in table.columns:
            if column.bottom_share < 1:
                box = table.cell_box(r, column)
                yield box.bottom, box.left, box.right


def partial_vertical_edges(table: Table) -> list[int]:
    """Return the indices of the vertical edges that do not run through the whole height of a row."""
    cell_map = build_cell_map(table)
    return [i for i in range(1, cell_map.shape[1]) if bool((cell_map[:, i - 1] == cell_map[:, i]).any())]


def partial_vertical_rules(table: Table) -> Iterator[RuleSegment]:
    """Yield the pieces of the rules along `partial_vertical_edges`: x, top, bottom in px."""
    cell_map, xs, shares = build_cell_map(table), vertical_edges(table), horizontal_edges(table)
    for i in partial_vertical_edges(table):
        for level in np.flatnonzero(cell_map[:, i - 1] != cell_map[:, i]).tolist():
            for top, bottom in pairwise(table.row_edges_px):
                height = bottom - top
                yield xs[i], top + shares[level] * height, top + shares[level + 1] * height
