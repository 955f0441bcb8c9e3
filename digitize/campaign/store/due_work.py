"""What follows from pages and decisions and has still to be made: page states, pairs of persons, tables.

For each a counter goes up in the transaction that changes what it is made
from, and whoever makes it notes from which count.  So neither a sudden end nor
a change in between is ever lost: what was made from less stays due.

Every function works inside the caller's transaction.
"""

import sqlite3
from collections.abc import Mapping
from enum import StrEnum

Counts = Mapping["Due", int]


class Due(StrEnum):
    """What is made from the pages and decisions of a campaign."""

    STANDINGS = "standings"  # where pages belong, and which are scans of one paper
    PERSONS = "persons"  # pairs of rows that may come from one person
    TABLES = "tables"


def pages_changed(connection: sqlite3.Connection) -> None:
    """Pages, scans, or what is known of them changed: everything is to be made anew."""
    connection.execute("UPDATE due SET changed = changed + 1")


def rows_changed(connection: sqlite3.Connection) -> None:
    """Something was decided on rows: the tables are to be written."""
    connection.execute("UPDATE due SET changed = changed + 1 WHERE what = ?", (Due.TABLES.value,))


def counts(connection: sqlite3.Connection) -> dict[Due, int]:
    """How far the changes have come."""
    return {Due(line["what"]): line["changed"] for line in connection.execute("SELECT * FROM due")}


def made(connection: sqlite3.Connection, what: Due, count: int) -> None:
    """It was made from what was there at this count."""
    connection.execute("UPDATE due SET done = max(done, ?) WHERE what = ?", (count, what.value))
