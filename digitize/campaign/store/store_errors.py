"""Report errors of SQLite and of the disk as sentences."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitize.campaign.store.backup_file import BACKUP
from digitize.errors import BadStore
from digitize.problems import (
    DAMAGED,
    DATABASE_LOCKED,
    DATABASE_UNUSABLE,
    GONE,
    UNWRITABLE,
    VANISHED,
    problem,
)

DATABASE = "campaign.sqlite"
NOT_UTF_8 = "text that is not UTF-8"  # sqlite3 cannot even decode the message of SQLite about it


@contextmanager
def errors_as_bad_store(folder: Path) -> Iterator[None]:
    """Raise errors of SQLite and of the disk as BadStore."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.NotSupportedError):
        raise  # an error in the data, not in the store: the caller knows more
    except sqlite3.DatabaseError as error:
        if not is_temporary(error):
            raise damaged(folder, phrase(error)) from error
        template = DATABASE_LOCKED if "locked" in str(error) else DATABASE_UNUSABLE
        raise BadStore(problem(template, folder=folder, reason=phrase(error))) from error
    except UnicodeDecodeError as error:
        raise damaged(folder, NOT_UTF_8) from error
    except OSError as error:
        raise BadStore(problem(UNWRITABLE, folder=folder, reason=error.strerror)) from error


def damaged(folder: Path, reason: str) -> BadStore:
    """Return the error about a damaged database; `reason` is a phrase."""
    return BadStore(problem(DAMAGED, folder=folder, reason=reason))


def vanished(folder: Path) -> BadStore:
    """Return the error about a database that vanished while it was open."""
    return BadStore(problem(VANISHED, folder=folder))


def gone(folder: Path) -> BadStore:
    """Return the error about a database that is gone while its backup is there."""
    return BadStore(problem(GONE, folder=folder, backup=BACKUP, database=DATABASE))


def phrase(error: sqlite3.Error) -> str:
    """Return the message of an error of SQLite without any text from the database."""
    return str(error).partition(" with text ")[0].partition("\n")[0]


def is_temporary(error: sqlite3.Error) -> bool:
    """Return whether the error comes from locks, rights or space rather than from damage."""
    causes = ("locked", "readonly", "unable to open", "disk is full", "disk I/O error", "interrupted")
    return any(cause in str(error) for cause in causes)
