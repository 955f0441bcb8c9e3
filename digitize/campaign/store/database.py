"""Open and lock the campaign database, run transactions, report errors of SQLite as sentences."""

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
_BUSY_SENTENCES = {
    LOCK: "Another run is working on {}; wait until it ends or choose another folder with --out.",
    WATCH_LOCK: "Another digitize watches the inbox of {} already; end that one first.",
}
BUSY_TIMEOUT_S = 20.0  # the website may be storing decisions while a run stores pages


class Database:
    """An open campaign database at the newest version of its schema."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self.connection = connection

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open or create the database; an older one is migrated.  Raises BadStore."""
        path = folder / DATABASE
        with errors_as_bad_store(folder):
            connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            try:
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA foreign_keys = ON")
                migrate(connection, str(path))
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA secure_delete = ON")  # overwrite names that are replaced
                _update_row_states(connection)
            except BaseException:
                connection.close()
                raise
        return cls(folder, connection)

    def close(self) -> None:
        self.connection.close()

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        with errors_as_bad_store(self.folder):
            return self.connection.execute(query, values).fetchall()

    def copy(self, target: Path) -> None:
        """Write a copy to a new file, of one moment, while others may write.  Raises BadStore."""
        with errors_as_bad_store(self.folder):
            copy = sqlite3.connect(target, isolation_level=None)
            try:
                self.connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, without those of the log
            finally:
                copy.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit everything written inside, or nothing if an exception is raised."""
        with errors_as_bad_store(self.folder):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # SQLite rolls back by itself if the disk is full
                    self.connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Read everything inside from one snapshot of the database; nothing can be written inside."""
        with errors_as_bad_store(self.folder):
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
    """Hold a lock of the folder; the system releases it however the process ends.

    `what` is the file of the lock: `LOCK` for runs, `WATCH_LOCK` for the watcher of the inbox.
    Raises CampaignBusy if another process holds it.
    """
    lock = sqlite3.connect(folder / what, timeout=0, isolation_level=None)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise CampaignBusy(_BUSY_SENTENCES[what].format(folder)) from error
        yield
    finally:
        lock.close()


@contextmanager
def errors_as_bad_store(folder: Path) -> Iterator[None]:
    """Raise errors of SQLite and of the disk as BadStore."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.NotSupportedError):
        raise  # an error in the data, not in the store: the caller knows more
    except sqlite3.DatabaseError as error:
        raise BadStore(f"The campaign in {folder} cannot be used: {error}; {_advice(error)}") from error
    except OSError as error:
        raise BadStore(
            f"The campaign in {folder} cannot be written: {error.strerror}; make room or choose another."
        ) from error


def _update_row_states(connection: sqlite3.Connection) -> None:
    """Write the row states if there are none yet, or if they follow older rules."""
    if row_state.are_up_to_date(connection):
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
