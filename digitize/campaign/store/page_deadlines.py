"""The effective deadlines of pages, on which the cantons of their rows depend.

The functions work inside the caller's transaction.
"""

import sqlite3
from datetime import date

from digitize.address.directory.canton_changes import CANTON_CHANGES
from digitize.campaign.decisions import Field


def deadline_of(connection: sqlite3.Connection, page_id: int) -> date | None:
    """Return the effective deadline of a page, None if it has none or its state is not known yet."""
    query = "SELECT deadline FROM page_states WHERE page_id = ?"
    found = connection.execute(query, (page_id,)).fetchone()
    return None if found is None or found["deadline"] is None else date.fromisoformat(found["deadline"])


def deadlines(connection: sqlite3.Connection) -> dict[int, date]:
    """Return the effective deadlines of all pages that have one."""
    query = "SELECT page_id, deadline FROM page_states WHERE deadline IS NOT NULL"
    return {line["page_id"]: date.fromisoformat(line["deadline"]) for line in connection.execute(query)}


def pages_with_changed_cantons(connection: sqlite3.Connection) -> set[int]:
    """Return the pages with rows whose canton may depend on the deadline."""
    localities = sorted({change.locality for change in CANTON_CHANGES})
    marks = ", ".join("?" * len(localities))
    found = connection.execute(
        f"SELECT page_id FROM rows WHERE locality IN ({marks})"
        " UNION SELECT page_id FROM decisions WHERE field = ?",
        (*localities, Field.ADDRESS.value),
    )
    return {line["page_id"] for line in found}
