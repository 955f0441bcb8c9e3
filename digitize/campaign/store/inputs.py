"""Store the scans of a campaign: where they are, what they hold, which have the same content."""

import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePath

from digitize.campaign.store import backup, due_work, page_state, setting_changes
from digitize.campaign.store.database import Database
from digitize.campaign.store.scan_folders import place_of
from digitize.campaign.store.scan_labels import label_paths
from digitize.records import ScanFile


@dataclass(frozen=True, slots=True)
class Input:
    """A scan as the campaign knows it.

    `pages` is None if it could not be opened.  `received` is the day on which the sheet arrived.
    """

    id: int
    path: str
    sha256: str
    size_bytes: int
    modified_ns: int
    pages: int | None
    received: date


class Inputs:
    """The table of inputs.  Every method is one short transaction and may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Input]:
        """Return all inputs in the order in which they were added."""
        return [_input_of(row) for row in self._database.rows("SELECT * FROM inputs ORDER BY id")]

    def at(self, path: str) -> Input | None:
        """Return the input with this path, None if there is none."""
        rows = self._database.rows("SELECT * FROM inputs WHERE path = ?", path)
        return _input_of(rows[0]) if rows else None

    def with_content(self, sha256: str) -> list[Input]:
        """Return the inputs with this content, oldest first."""
        rows = self._database.rows("SELECT * FROM inputs WHERE sha256 = ? ORDER BY id", sha256)
        return [_input_of(row) for row in rows]

    def is_duplicate(self, input_id: int) -> bool:
        """Return whether the same content is counted under another name."""
        query = (
            "SELECT 1 FROM inputs JOIN inputs AS first USING (sha256)"
            " WHERE inputs.id = ? AND first.id < inputs.id AND first.pages IS NOT NULL LIMIT 1"
        )
        return bool(self._database.rows(query, input_id))

    def is_decided(self, input_id: int) -> bool:
        """Return whether people decided anything about a page of the input, such as rows typed in."""
        query = (
            "SELECT 1 FROM pages JOIN decisions ON page_id = pages.id WHERE input_id = ? AND undoes IS NULL"
            " LIMIT 1"
        )
        return bool(self._database.rows(query, input_id))

    def add(self, path: str, sha256: str, size_bytes: int, modified_ns: int, received: date) -> Input:
        """Add a scan whose number of pages is not known yet."""
        registered = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO inputs (path, sha256, size_bytes, modified_ns, registered, received)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (path, sha256, size_bytes, modified_ns, registered, received.isoformat()),
            )
            assert cursor.lastrowid is not None
            backup.note_scan(connection, cursor.lastrowid)
            due_work.pages_changed(connection)
        return Input(cursor.lastrowid, path, sha256, size_bytes, modified_ns, None, received)

    def set_received(self, input_id: int, received: date, by: str = "") -> None:
        """Correct the day on which the sheet arrived; `by` is "" for the command line."""
        with self._database.transaction() as connection:
            values = (received.isoformat(), input_id)
            query = "SELECT path, received FROM inputs WHERE id = ?"
            before = connection.execute(query, (input_id,)).fetchone()
            if before is None or before["received"] == values[0]:
                return
            change = (setting_changes.RECEIVED, before["received"], values[0], by, Path(before["path"]).name)
            setting_changes.record(connection, *change)
            connection.execute("UPDATE inputs SET received = ? WHERE id = ?", values)
            backup.note_scan(connection, input_id)
            due_work.pages_changed(connection)

    def move(self, input_id: int, path: str, modified_ns: int) -> None:
        """Record a new path or time of change of the same content.

        Nothing is due if the scan was moved between the folders of the campaign: its neighbours
        stay the same.
        """
        with self._database.transaction() as connection:
            values = (path, modified_ns, input_id)
            before = connection.execute("SELECT path FROM inputs WHERE id = ?", (input_id,)).fetchone()
            connection.execute("UPDATE inputs SET path = ?, modified_ns = ? WHERE id = ?", values)
            backup.note_scan(connection, input_id)
            if before is not None and self._place(before["path"]) != self._place(path):
                due_work.pages_changed(connection)

    def remove(self, input_id: int) -> None:
        """Delete an input whose file has other content now, with its pages and rows."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM inputs WHERE id = ?", (input_id,))
            backup.note_scan(connection, input_id)
            page_state.recount_orphans(connection)
            due_work.pages_changed(connection)

    def set_pages(self, input_id: int, pages: int) -> None:
        """Record the number of pages of a file; results of pages beyond it are deleted."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE inputs SET pages = ? WHERE id = ?", (pages, input_id))
            backup.note_scan(connection, input_id)
            connection.execute(
                "DELETE FROM pages WHERE input_id = ? AND (number < 1 OR number > ?)", (input_id, pages)
            )
            page_state.recount_orphans(connection)
            due_work.pages_changed(connection)

    def files(self) -> list[ScanFile]:
        """Return all inputs as the tables name them.

        Of several inputs with the same content, the oldest that could be opened counts.
        """
        inputs = self.all()
        labels = label_paths([entry.path for entry in inputs])
        first: dict[str, Input] = {}
        for entry in inputs:
            if entry.pages is not None:
                first.setdefault(entry.sha256, entry)
        found = []
        folders: dict[str, str] = {}  # thousands of files lie in a few
        for entry in inputs:
            folder = os.path.dirname(entry.path)  # noqa: PTH120 (much faster)
            if folder not in folders:
                folders[folder] = str(self._place(entry.path).parent)
            original = first.get(entry.sha256, entry)
            found.append(
                ScanFile(
                    path=entry.path,
                    label=labels[entry.path],
                    pages=entry.pages,
                    same_as="" if original.id == entry.id else labels[original.path],
                    received=entry.received,
                    id=entry.id,
                    folder=folders[folder],
                )
            )
        return found

    def _place(self, path: str) -> PurePath:
        return place_of(self._database.folder, path)


def _input_of(row: sqlite3.Row) -> Input:
    names = ("id", "path", "sha256", "size_bytes", "modified_ns", "pages")
    return Input(**{name: row[name] for name in names}, received=date.fromisoformat(row["received"]))
