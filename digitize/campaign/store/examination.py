"""Examine the database of a campaign for damage, without changing it."""

import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from digitize.campaign.store import (
    page_deadlines,
    page_digests,
    page_state,
    row_counts,
    row_state,
    second_look_sample,
    serialise,
)
from digitize.campaign.store.store_errors import (
    DATABASE,
    NOT_UTF_8,
    damaged,
    errors_as_bad_store,
    is_temporary,
    phrase,
)
from digitize.campaign.store.totals import totals
from digitize.campaign.store.transactions import roll_back
from digitize.debug_log import describe

DAMAGE = (ValueError, LookupError, TypeError, AttributeError, AssertionError, OverflowError, RecursionError)
"""What reading raises where the database holds something that digitize cannot have written."""

_log = logging.getLogger(__name__)

_REPORTED = 20  # problems that SQLite lists at most


@contextmanager
def damage_reported(folder: Path) -> Iterator[None]:
    """Raise errors of reading as BadStore if the database is damaged, otherwise as they are."""
    try:
        yield
    except (*DAMAGE, sqlite3.Error) as error:
        with errors_as_bad_store(folder):
            problem = damage(folder / DATABASE)
        if not problem:
            raise
        _log.error("%s", describe(error))
        raise damaged(folder, problem) from error


def damage(path: Path, derived: bool = True) -> str:
    """Return what is wrong with the database at this path, as a phrase; empty if nothing is.

    `derived`: also look at what can be computed again from readings and decisions.  Raises
    sqlite3.OperationalError if it is locked by another program or cannot be opened.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return _structure(connection) or _values(connection, derived)
    except sqlite3.DatabaseError as error:
        if is_temporary(error):
            raise
        return phrase(error)
    except UnicodeDecodeError:
        return NOT_UTF_8


def has_wrong_row_states(connection: sqlite3.Connection) -> bool:
    """Return whether the row states differ from what readings and decisions say; takes seconds."""
    with _rolled_back(connection):
        every = "SELECT * FROM row_states ORDER BY row_id"
        if not row_counts.are_right(connection):
            return True
        stored = [tuple(line) for line in connection.execute(every)]
        row_state.rebuild(connection)
        return stored != [tuple(line) for line in connection.execute(every)]


def _structure(connection: sqlite3.Connection) -> str:
    found = [line[0] for line in connection.execute(f"PRAGMA integrity_check({_REPORTED})")]
    if found != ["ok"]:
        return f"{len(found)} errors in its structure" if len(found) > 1 else "an error in its structure"
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        return "rows that belong to nothing"
    return ""


def _values(connection: sqlite3.Connection, derived: bool) -> str:
    """Read everything as the tables and the pages of the site do."""
    try:
        for page in connection.execute("SELECT mesh, page_table, notes FROM pages WHERE kind != 'failed'"):
            serialise.mesh_of(page["mesh"])
            serialise.tables_of(page["page_table"])
            serialise.notes_of(page["notes"])
        for row in connection.execute("SELECT * FROM rows"):
            serialise.row_of(row, ())
        for cell in connection.execute("SELECT * FROM cells"):
            serialise.cell_of(cell)
        for scan in connection.execute("SELECT * FROM inputs"):
            date.fromisoformat(scan["received"])
        for form in connection.execute("SELECT * FROM forms"):
            json.loads(form["row_numbers"])
        for setting in connection.execute("SELECT value FROM settings WHERE name = 'deadline'"):
            date.fromisoformat(setting["value"])
        connection.execute("SELECT * FROM decisions").fetchall()  # invalid ones have no effect
        second_look_sample.share_of(connection)
        if changed := len(page_digests.changed_pages(connection)):
            return f"readings of {changed} pages that are not as they were stored"
        if derived:
            page_state.stored(connection)
            page_deadlines.deadlines(connection)
            totals(connection)
    except DAMAGE:
        return "values that digitize cannot have written"
    return ""


@contextmanager
def _rolled_back(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        roll_back(connection)
