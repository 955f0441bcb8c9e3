"""Ctrl-C at the end of a transaction is no damage."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digitize.campaign.store.schema import migrate
from digitize.campaign.store.transactions import committed


class Interrupted(sqlite3.Connection):
    """Receives Ctrl-C right after a statement."""

    after = "COMMIT"

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        cursor = super().execute(sql, *values)
        if sql == self.after:
            raise KeyboardInterrupt
        return cursor


@pytest.fixture
def connection(tmp_path: Path) -> Any:
    path = tmp_path / "file.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None, factory=Interrupted)) as opened:
        yield opened


def test_what_was_committed_stays(connection: sqlite3.Connection) -> None:
    with pytest.raises(KeyboardInterrupt), committed(connection):
        connection.execute("CREATE TABLE things (id INTEGER)")
    assert connection.execute("SELECT count(*) FROM things").fetchone() == (0,)


def test_ctrl_c_after_a_migration_is_not_taken_for_damage(connection: sqlite3.Connection) -> None:
    with pytest.raises(KeyboardInterrupt):
        migrate(connection, "file")
    migrate(connection, "file")  # nothing is left to do


def test_nothing_is_left_of_a_transaction_that_failed(connection: sqlite3.Connection) -> None:
    with pytest.raises(ZeroDivisionError), committed(connection):
        connection.execute("CREATE TABLE things (id INTEGER)")
        raise ZeroDivisionError
    assert connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
