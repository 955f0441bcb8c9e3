"""The connection: opening, locking, transactions, and SQLite's errors as sentences."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from digitize.campaign.store import row_state
from digitize.campaign.store.schema import migrate
from digitize.errors import BadStore, CampaignBusy

DATABASE = "campaign.sqlite"
LOCK = "campaign.lock"
WATCH_LOCK = "inbox.lock"
_HELD = {
    LOCK: "Another run is working on {}; wait until it ends or choose another folder with --out.",
    WATCH_LOCK: "Another digitize watches the inbox of {} already; end that one first.",
}
BUSY_TIMEOUT_S = 20.0  # the review pages may write a decision between two of our pages


class Database:
    """An open campaign database at the newest version of its tables."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self.connection = connection

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open or create; an older database is migrated.  Raises BadStore."""
        path = folder / DATABASE
        with as_sentence(folder):
            connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            try:
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA foreign_keys = ON")
                migrate(connection, str(path))
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA secure_delete = ON")  # names that are replaced are gone
                _derive(connection)
            except BaseException:
                connection.close()
                raise
        return cls(folder, connection)

    def close(self) -> None:
        self.connection.close()

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """All rows of a query."""
        with as_sentence(self.folder):
            return self.connection.execute(query, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing of what is written inside."""
        with as_sentence(self.folder):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # SQLite rolls back by itself when the disk is full
                    self.connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Everything that is read inside is of one moment; nothing is written."""
        with as_sentence(self.folder):
            nested = self.connection.in_transaction
            if not nested:
                self.connection.execute("BEGIN")
            try:
                yield self.connection
            finally:
                if not nested:
                    self.connection.execute("ROLLBACK")


@contextmanager
def locked(folder: Path, what: str = LOCK) -> Iterator[None]:
    """Hold the folder for one run; the system lets go when the process dies, in whatever way.

    `what` names the lock: the run that writes, or the watcher of the inbox.
    Raises CampaignBusy when another process holds it.
    """
    guard = sqlite3.connect(folder / what, timeout=0, isolation_level=None)
    try:
        try:
            guard.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise CampaignBusy(_HELD[what].format(folder)) from error
        yield
    finally:
        guard.close()


@contextmanager
def as_sentence(folder: Path) -> Iterator[None]:
    """Turn what SQLite and the disk report into BadStore."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # a fault of the data, not of the store: the caller knows more
    except sqlite3.NotSupportedError:
        raise
    except sqlite3.DatabaseError as error:
        raise BadStore(f"The campaign in {folder} cannot be used: {error}; {_advice(error)}") from error
    except OSError as error:
        raise BadStore(
            f"The campaign in {folder} cannot be written: {error.strerror}; make room or choose another."
        ) from error


def _derive(connection: sqlite3.Connection) -> None:
    """Write what is derived from the tables where it is missing or follows older rules."""
    if row_state.is_up_to_date(connection):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        row_state.bring_up_to_date(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _advice(error: sqlite3.DatabaseError) -> str:
    if "locked" in str(error):
        return "another program keeps it locked, try again when that has ended."
    if "full" in str(error) or "readonly" in str(error) or "unable to open" in str(error):
        return "check the free space and the rights of the folder."
    return "restore it from a backup or choose another folder with --out."
