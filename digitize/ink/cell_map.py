"""The cells of a table where they are not simply one row by one column.

A row may have storeys, and a cell may span some of them or several columns.
Every column of the table is then a *slot*: a stretch from left to right and
a share of the row's height.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitize.records import Table

SAME_EDGE_PX = 0.5  # edges of neighbouring cells that lie closer are one

Span = tuple[float, float, float]  # where a rule lies across its way, where it begins, where it ends


def upright_edges(table: Table) -> list[float]:
    """All boundaries between columns, left to right, in px."""
    return _apart([x for column in table.columns for x in (column.left_px, column.right_px)], SAME_EDGE_PX)


def levels(table: Table) -> list[float]:
    """All boundaries between storeys as shares of a row's height: 0 and 1 where there is one storey."""
    return sorted({share for c in table.columns for share in (c.top_share, c.bottom_share)})


def build_cell_map(table: Table) -> NDArray[np.intp]:
    """(storeys, stretches between upright edges): index of the column whose cell lies there."""
    xs, shares = upright_edges(table), levels(table)
    middle_x = [(a + b) / 2 for a, b in pairwise(xs)]
    middle_y = [(a + b) / 2 for a, b in pairwise(shares)]
    found = np.zeros((len(middle_y), len(middle_x)), dtype=np.intp)
    for i, column in enumerate(table.columns):
        beside = [column.left_px < x < column.right_px for x in middle_x]
        level = [column.top_share < y < column.bottom_share for y in middle_y]
        found[np.ix_(level, beside)] = i
    return found


def columns_beside(table: Table, c: int) -> list[int]:
    """The columns that stand above or below this one in the rows, itself included."""
    one = table.columns[c]
    return [
        i
        for i, other in enumerate(table.columns)
        if min(one.right_px, other.right_px) - max(one.left_px, other.left_px) > SAME_EDGE_PX
    ]


def inner_level_rules(table: Table) -> Iterator[Span]:
    """The level rules within rows: y, left, right in px."""
    for r in range(len(table.row_edges_px) - 1):
        for column in table.columns:
            if column.bottom_share < 1:
                box = table.cell_box(r, column)
                yield box.bottom, box.left, box.right


def upright_rules(table: Table) -> Iterator[Span]:
    """The upright rules that only some storeys have: x, top, bottom in px."""
    slots, xs, shares = build_cell_map(table), upright_edges(table), levels(table)
    for i in partial_uprights(table):
        for level in np.flatnonzero(slots[:, i - 1] != slots[:, i]).tolist():
            for top, bottom in pairwise(table.row_edges_px):
                height = bottom - top
                yield xs[i], top + shares[level] * height, top + shares[level + 1] * height


def partial_uprights(table: Table) -> list[int]:
    """Indices of the upright edges that do not part the cells of every storey."""
    slots = build_cell_map(table)
    return [i for i in range(1, slots.shape[1]) if bool((slots[:, i - 1] == slots[:, i]).any())]


def _apart(values: list[float], least: float) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > least:
            found.append(value)
    return found
