"""Bring the campaign database to the newest version of its schema."""

import sqlite3

from digitize.campaign.store.migrations import MIGRATIONS
from digitize.campaign.store.transactions import committed
from digitize.errors import BadStore
from digitize.problems import NEWER, OTHER_PROGRAM, problem

APPLICATION_ID = 0x44494749  # "DIGI": distinguishes a campaign from other SQLite files


def migrate(connection: sqlite3.Connection, shown: str) -> None:
    """Migrate the database to the newest version; data is kept.

    `shown` names the file in errors.  Raises BadStore if the file is not a campaign or was written
    by a newer program.
    """
    if _version(connection, shown) == len(MIGRATIONS):
        return
    with committed(connection):
        version = _version(connection, shown)
        for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _version(connection: sqlite3.Connection, shown: str) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    if application != APPLICATION_ID and tables:
        raise BadStore(problem(OTHER_PROGRAM, file=shown))
    if version > len(MIGRATIONS):
        raise BadStore(problem(NEWER, file=shown, version=version, known=len(MIGRATIONS)))
    return version
