"""Begin and end transactions, also where Ctrl-C comes in between."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def committed(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit everything written inside, or nothing if an exception is raised."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def roll_back(connection: sqlite3.Connection) -> None:
    """End the transaction unless it has ended already.

    SQLite ends it by itself if the disk is full, and Ctrl-C may come right after COMMIT.
    """
    if connection.in_transaction:
        connection.execute("ROLLBACK")
