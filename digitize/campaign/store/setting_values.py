"""Read and write one value of the table of settings, inside the caller's transaction."""

import sqlite3


def value_of(connection: sqlite3.Connection, name: str) -> str | None:
    """Return the value of a setting, None if it is not set."""
    found = connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return None if found is None else str(found["value"])


def put(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Set a setting."""
    connection.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))
