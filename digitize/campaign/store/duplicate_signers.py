"""Rows that people found to come from one person: of each such group one row counts."""

import sqlite3
from collections.abc import Iterable

from digitize.campaign.decisions import SAME
from digitize.records import RowKey, Status

_ASKS = (Status.SIGNED.value, Status.DOUBTFUL.value)  # rows that count or may count

_ROW = (
    "SELECT v.row_id, v.status, v.late, coalesce(s.counted, 1) AS page_counted"
    " FROM rows r JOIN verdicts v ON v.row_id = r.id LEFT JOIN standings s ON s.page_id = r.page_id"
    " WHERE r.page_id = ? AND r.row_index = ? AND r.number = ?"
)
_PAIRS = (
    "SELECT page_id, row_index, number, other_page_id, other_row_index, other_number FROM person_pairs"
    f" WHERE decided = '{SAME}'"
)


def regroup_all(connection: sqlite3.Connection) -> None:
    """Find anew which row of each group counts."""
    _regroup(connection, _keys(connection.execute(_PAIRS)))


def regroup_page(connection: sqlite3.Connection, page_id: int) -> None:
    """The same for the groups with a row on this page."""
    found = connection.execute(
        f"{_PAIRS} AND page_id = ? UNION {_PAIRS} AND other_page_id = ?", (page_id, page_id)
    )
    _regroup(connection, _keys(found))


def regroup(connection: sqlite3.Connection, keys: Iterable[RowKey]) -> None:
    """The same for the groups of these rows, which may just have left them."""
    _regroup(connection, set(keys))


def _keys(pairs: Iterable[sqlite3.Row]) -> set[RowKey]:
    return {RowKey(*tuple(pair)[at : at + 3]) for pair in pairs for at in (0, 3)}


def _regroup(connection: sqlite3.Connection, keys: set[RowKey]) -> None:
    left = set(keys)
    while left:
        group = _group(connection, left.pop())
        left -= group
        _count_one(connection, group)


def _group(connection: sqlite3.Connection, key: RowKey) -> set[RowKey]:
    """All rows that are the same person as this one, directly or through others."""
    group, waiting = {key}, [key]
    while waiting:
        here = waiting.pop()
        at = (here.page_id, here.index, here.number)
        found = connection.execute(
            f"{_PAIRS} AND (page_id, row_index, number) = (?, ?, ?)"
            f" UNION {_PAIRS} AND (other_page_id, other_row_index, other_number) = (?, ?, ?)",
            (*at, *at),
        )
        new = _keys(found) - group
        group |= new
        waiting += new
    return group


def _count_one(connection: sqlite3.Connection, group: Iterable[RowKey]) -> None:
    """Of the rows that count or may, the surest, in time rather than late, the earliest counts."""
    rows = []
    for key in sorted(group):
        found = connection.execute(_ROW, (key.page_id, key.index, key.number)).fetchone()
        if found is not None:
            rows.append(found)
    asking = [row for row in rows if row["page_counted"] and row["status"] in _ASKS]
    first = min(asking, key=lambda row: (_ASKS.index(row["status"]), row["late"]), default=None)
    for row in rows:
        again = row in asking and row is not first
        counted = int(row["page_counted"] and not again)
        connection.execute("UPDATE verdicts SET counted = ? WHERE row_id = ?", (counted, row["row_id"]))
