"""Open and lock the campaign database, and run transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from digitize.campaign.store import backup, row_state
from digitize.campaign.store.backup import Backup
from digitize.campaign.store.restore import restore
from digitize.campaign.store.schema import migrate
from digitize.campaign.store.store_errors import DATABASE, errors_as_bad_store, vanished
from digitize.campaign.store.transactions import committed, roll_back
from digitize.errors import CampaignBusy
from digitize.problems import BUSY, WATCHED, problem

LOCK = "campaign.lock"
WATCH_LOCK = "inbox.lock"
_BUSY_SENTENCES = {LOCK: BUSY, WATCH_LOCK: WATCHED}
BUSY_TIMEOUT_S = 20.0  # the website may be storing decisions while a run stores pages


class Database:
    """An open campaign database at the newest version of its schema."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self.connection = connection
        self._backup = Backup(folder, restore)
        self._file = _identity(folder / DATABASE)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open or create the database; an older one is migrated.

        Decisions that only the backup has are restored.  Raises BadStore.
        """
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
                backup.prepare(connection)
            except BaseException:
                connection.close()
                raise
        database = cls(folder, connection)
        try:
            database.bring_backup_in_step()
        except BaseException:
            connection.close()
            raise
        return database

    def bring_backup_in_step(self) -> None:
        """Make up for a sudden end between the backup and the database."""
        with errors_as_bad_store(self.folder):
            in_step = self._backup.is_in_step(self.connection)
        if not in_step:
            with self.transaction():  # which does it
                pass

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
            if _identity(self.folder / DATABASE) != self._file:
                raise vanished(self.folder)  # SQLite would go on writing to the deleted file
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                self._backup.bring_in_step(self.connection)
                yield self.connection
                self._backup.write(self.connection)
                self.connection.execute("COMMIT")
                self._backup.keep()
            except BaseException:
                self._backup.take_back()
                roll_back(self.connection)
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
                    roll_back(self.connection)


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
            raise CampaignBusy(problem(_BUSY_SENTENCES[what], folder=folder)) from error
        yield
    finally:
        lock.close()


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what identifies a file on this machine, None if it is gone."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _update_row_states(connection: sqlite3.Connection) -> None:
    """Write the row states if there are none yet, or if they follow older rules."""
    if row_state.are_up_to_date(connection):
        return
    with committed(connection):
        row_state.bring_up_to_date(connection)
