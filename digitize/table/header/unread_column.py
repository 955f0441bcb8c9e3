"""Find a column whose header word is lost where no rules separate the columns.

A name, an address and a signature belong to every row.  If words for two of them are read, writing on both
sides of a gap shows where the third column is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from digitize.images import Page
from digitize.records import Column, Role
from digitize.table.header.open_edges import count_divided_rows, place_in_gap_px, runs_of
from digitize.table.header.roles import REQUIRED_ROLES


@dataclass(frozen=True, slots=True)
class UnreadColumnSettings:
    """When what is written under one header word is two columns."""

    min_width_mm: float = 25.0  # of each of the two columns
    min_rows: int = 3  # that the edge between them divides ...
    min_share: float = 0.5  # ... and of the rows written
    max_crossed_share: float = 0.15  # of the rows written: a long address may reach into the next column
    rule_mm: float = 1.0  # an edge this close to a rule is one


SETTINGS = UnreadColumnSettings()


def divide_unread_column(
    page: Page, columns: list[Column], rules_px: Sequence[float], rows_px: Sequence[float]
) -> list[Column]:
    """Return the columns with one more, without a role, for signatures or addresses if that is all they lack.

    Where rules separate the columns, there is no other.
    """
    index = _index_before_unread(page, columns)
    if index is None:
        return columns
    column = columns[index]
    if any(abs(column.left_px - rule) <= page.px(SETTINGS.rule_mm) for rule in rules_px[1:-1]):
        return columns
    edge = _dividing_px(page, column, rows_px)
    if edge is None:
        return columns
    parts = [replace(column, right_px=edge), Column(Role.OTHER, edge, column.right_px)]
    return [*columns[:index], *parts, *columns[index + 1 :]]


def _index_before_unread(page: Page, columns: Sequence[Column]) -> int | None:
    """Return the index of the column that reaches over the unread one, None if there is none."""
    first = columns[0]
    for_numbers = not first.header and first.right_px - first.left_px < page.px(SETTINGS.min_width_mm)
    start = 1 if for_numbers else 0
    roles = [column.role for column in columns[start:]]
    if Role.OTHER in roles:
        return None
    last = {
        wanted: max((i for i, role in enumerate(roles, start) if role in known), default=None)
        for wanted, known in REQUIRED_ROLES.items()
    }
    lost = [wanted for wanted, index in last.items() if index is None]
    if lost == ["signature"] and last["address"] == len(columns) - 1:
        return last["address"]
    if lost == ["address"] and last["name"] == len(columns) - 2 and roles[-1] is Role.SIGNATURE:
        return last["name"]
    return None


def _dividing_px(page: Page, column: Column, rows_px: Sequence[float]) -> float | None:
    """Return a place in the widest gap that divides what is written in most rows of a column."""
    start, end = max(0, round(column.left_px)), min(page.width_px, round(column.right_px))
    margin = round(page.px(SETTINGS.min_width_mm))
    if end - start <= 2 * margin:
        return None
    divided, crossed, written = count_divided_rows(page, start, end, rows_px)
    divided[crossed > SETTINGS.max_crossed_share * written] = 0
    divided[:margin] = divided[end - start - margin :] = 0
    most = int(divided.max())
    if most < max(SETTINGS.min_rows, SETTINGS.min_share * written):
        return None
    first, last = max(runs_of(np.asarray(divided == most)), key=lambda run: run[1] - run[0])
    return start + place_in_gap_px(page, first, last)
