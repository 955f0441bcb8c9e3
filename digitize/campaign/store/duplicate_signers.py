"""Count one row of each group of rows that people decided to be by one person.

The functions work inside the caller's transaction.
"""

import sqlite3
from collections.abc import Iterable

from digitize.campaign.decisions import SAME
from digitize.records import RowKey, Status

_MAY_COUNT = (Status.SIGNED.value, Status.DOUBTFUL.value)  # in the order of preference

_ROW = (
    "SELECT s.row_id, s.status, s.late, coalesce(p.counted, 1) AS page_counted"
    " FROM rows r JOIN row_states s ON s.row_id = r.id LEFT JOIN page_states p ON p.page_id = r.page_id"
    " WHERE r.page_id = ? AND r.row_index = ? AND r.number = ?"
)
_PAIRS = (
    "SELECT page_id, row_index, number, other_page_id, other_row_index, other_number FROM signer_pairs"
    f" WHERE decided = '{SAME}'"
)


def regroup_all(connection: sqlite3.Connection) -> None:
    """Choose the row that counts in every group."""
    _regroup(connection, _keys(connection.execute(_PAIRS)))


def regroup_page(connection: sqlite3.Connection, page_id: int) -> None:
    """Choose the row that counts in the groups with a row on this page."""
    found = connection.execute(
        f"{_PAIRS} AND page_id = ? UNION {_PAIRS} AND other_page_id = ?", (page_id, page_id)
    )
    _regroup(connection, _keys(found))


def regroup(connection: sqlite3.Connection, keys: Iterable[RowKey]) -> None:
    """Choose the row that counts in the groups of these rows; a row may have just left its group."""
    _regroup(connection, set(keys))


def _keys(pairs: Iterable[sqlite3.Row]) -> set[RowKey]:
    return {RowKey(*tuple(pair)[at : at + 3]) for pair in pairs for at in (0, 3)}


def _regroup(connection: sqlite3.Connection, keys: set[RowKey]) -> None:
    remaining = set(keys)
    while remaining:
        group = _group(connection, remaining.pop())
        remaining -= group
        _count_one(connection, group)


def _group(connection: sqlite3.Connection, key: RowKey) -> set[RowKey]:
    """Return all rows by the same person as this one, directly or through other pairs."""
    group, waiting = {key}, [key]
    while waiting:
        row = waiting.pop()
        values = (row.page_id, row.index, row.number)
        found = connection.execute(
            f"{_PAIRS} AND (page_id, row_index, number) = (?, ?, ?)"
            f" UNION {_PAIRS} AND (other_page_id, other_row_index, other_number) = (?, ?, ?)",
            (*values, *values),
        )
        new = _keys(found) - group
        group |= new
        waiting += new
    return group


def _count_one(connection: sqlite3.Connection, group: Iterable[RowKey]) -> None:
    """Count a signed row rather than a doubtful one, in time rather than late, the earliest of equals."""
    rows = []
    for key in sorted(group):
        found = connection.execute(_ROW, (key.page_id, key.index, key.number)).fetchone()
        if found is not None:
            rows.append(found)
    candidates = [row for row in rows if row["page_counted"] and row["status"] in _MAY_COUNT]
    chosen = min(candidates, key=lambda row: (_MAY_COUNT.index(row["status"]), row["late"]), default=None)
    for row in rows:
        is_duplicate = row in candidates and row is not chosen
        counted = int(row["page_counted"] and not is_duplicate)
        connection.execute("UPDATE row_states SET counted = ? WHERE row_id = ?", (counted, row["row_id"]))
