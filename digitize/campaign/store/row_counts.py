"""The numbers of rows that count, by status and region and by page; triggers keep them in step with the rows.

The functions work inside the caller's transaction.
"""

import sqlite3

from digitize.campaign.store.migrations import COUNTED_BY_KIND, COUNTED_BY_PAGE

_COUNTED = {"tally_counts": COUNTED_BY_KIND, "page_counts": COUNTED_BY_PAGE}
_PRESENT = {"tally_counts": "rows != 0", "page_counts": "filled != 0 OR signed != 0"}


def recount(connection: sqlite3.Connection) -> None:
    """Count all rows again."""
    for table, counted in _COUNTED.items():
        connection.execute(f"DELETE FROM {table}")
        connection.execute(f"INSERT INTO {table} {counted}")


def are_right(connection: sqlite3.Connection) -> bool:
    """Return whether the numbers are those of the row states."""
    return all(
        sorted(map(tuple, connection.execute(f"SELECT * FROM {table} WHERE {_PRESENT[table]}")))
        == sorted(map(tuple, connection.execute(counted)))
        for table, counted in _COUNTED.items()
    )
