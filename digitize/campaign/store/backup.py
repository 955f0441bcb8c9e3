"""Keep a backup of what cannot be made again from the scans, in step with the database.

That is: decisions, what is known of scans (where they are, the day of receipt), settings, and forms.
Functions that change one of these note it; `Backup.write` adds the notes to the backup file before the
transaction is committed, and the database stores the mark of the last line.  If a process ends in
between, file and database differ in their last line, and the next transaction brings them in step:
decisions that only the file has are restored (`restore`), lines that only the database has are added.

Rows are named by content (checksum of the scan, page, index, number), because a database that is made
again may use other ids.  An erased campaign has no backup.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from digitize.campaign.store import setting_values
from digitize.campaign.store.backup_file import BackupFile, Entry, Mark

BACKED_UP_SETTINGS = (
    *("title", "organisation", "goal", "deadline", "form", "languages", "delimiter"),
    "second-look",
)
MARK_SETTING = "backup"
DURABLE = (
    "decision",
    "setting",
    "removed-setting",
    "setting-change",
)  # kinds of entry that must outlive a power cut

Read = Callable[[str], Iterable[sqlite3.Row]]  # of all rows of a table

_ENTRY_OF_SCAN = ("id", "path", "sha256", "size_bytes", "modified_ns", "pages", "registered", "received")
_ENTRY_OF_CHANGE = ("id", "name", "value_before", "value", "file", "changed_by", "at")
_ENTRY_OF_DECISION = ("id", "file", "page", "field", "value", "value_before", "decided_by", "at")


def prepare(connection: sqlite3.Connection) -> None:
    """Prepare a connection for notes."""
    connection.execute("PRAGMA temp_store = MEMORY")  # nothing may reach the folder for temporary files
    connection.execute("CREATE TEMP TABLE backup_notes (entry TEXT NOT NULL)")


def note_decision(connection: sqlite3.Connection, decision_id: int) -> None:
    """Note a new decision."""
    found = connection.execute("SELECT * FROM decisions WHERE id = ?", (decision_id,)).fetchone()
    _note(connection, _decision(found, lambda page_id: _content(connection, page_id)))


def note_scan(connection: sqlite3.Connection, input_id: int) -> None:
    """Note what is known of a scan that was added or changed, or that it was removed."""
    found = connection.execute("SELECT * FROM inputs WHERE id = ?", (input_id,)).fetchone()
    _note(connection, {"what": "removed-scan", "id": input_id} if found is None else _scan(found))


def note_setting(connection: sqlite3.Connection, name: str) -> None:
    """Note a setting that was changed or removed."""
    found = connection.execute("SELECT * FROM settings WHERE name = ?", (name,)).fetchone()
    _note(connection, {"what": "removed-setting", "name": name} if found is None else _setting(found))


def note_setting_change(connection: sqlite3.Connection, change_id: int) -> None:
    """Note who changed a setting."""
    found = connection.execute("SELECT * FROM setting_changes WHERE id = ?", (change_id,)).fetchone()
    _note(connection, _setting_change(found))


def note_form(connection: sqlite3.Connection, name: str) -> None:
    """Note a form that was stored."""
    found = connection.execute("SELECT * FROM forms WHERE name = ?", (name,)).fetchone()
    _note(connection, _form(found))


def entries(read: Read) -> Iterator[Entry]:
    """Yield everything that a database holds and a backup should."""
    yield from (_setting(row) for row in read("settings") if row["name"] in BACKED_UP_SETTINGS)
    yield from map(_setting_change, read("setting_changes"))
    yield from map(_form, read("forms"))
    digests = {}
    for scan in read("inputs"):
        digests[scan["id"]] = scan["sha256"]
        yield _scan(scan)
    pages = {page["id"]: (digests.get(page["input_id"], ""), page["number"]) for page in read("pages")}
    for decision in read("decisions"):
        yield _decision(decision, lambda page_id: pages.get(page_id, ("", 0)))


class Backup:
    """The backup file of an open database.  All methods work inside the caller's transaction."""

    def __init__(
        self, folder: Path, restore: Callable[[sqlite3.Connection, Iterable[Entry]], object]
    ) -> None:
        self._file = BackupFile(folder)
        self._restore = restore
        # What this transaction added: the size of the file before, and the last line.
        self._added: tuple[int, Mark] | None = None

    def is_in_step(self, connection: sqlite3.Connection) -> bool:
        """Return whether file and database end with the same line."""
        stored = _stored_mark(connection)
        return _is_erased(connection) or (stored is not None and stored == self._file.last())

    def bring_in_step(self, connection: sqlite3.Connection) -> None:
        """Restore from the file what the database lost, or add to the file what it lacks."""
        if self.is_in_step(connection):
            return
        stored, last = _stored_mark(connection), self._file.last()
        if stored and last and last.series == stored.series and last.number > stored.number:
            lines = [line for line in self._file.lines() if line and line.mark.series == stored.series]
            self._restore(connection, [each.entry for each in lines if each.mark.number > stored.number])
            connection.execute("DELETE FROM backup_notes")
            _store_mark(connection, last)
            return
        same = stored is not None and last is not None and last.series == stored.series
        if not same:
            self._file.set_aside()
        every = entries(lambda table: connection.execute(f"SELECT * FROM {table}"))
        self._append(connection, every, stored if same else None)

    def write(self, connection: sqlite3.Connection) -> None:
        """Add what was noted in this transaction to the file."""
        notes = [json.loads(note["entry"]) for note in connection.execute("SELECT * FROM backup_notes")]
        if not notes:
            return
        connection.execute("DELETE FROM backup_notes")
        if not _is_erased(connection):
            self._append(connection, notes, _stored_mark(connection))

    def take_back(self) -> None:
        """Remove what was added in a transaction that is rolled back."""
        if self._added is not None:
            (before, mark), self._added = self._added, None
            if self._file.last() == mark:  # another process may have added something since
                self._file.shorten(before)

    def keep(self) -> None:
        """Keep what was added: the transaction was committed."""
        self._added = None

    def _append(self, connection: sqlite3.Connection, notes: Iterable[Entry], after: Mark | None) -> None:
        noted = [{"what": "backup", "version": 1}] if after is None else []
        noted += [dict(note) for note in notes]
        before = self._added[0] if self._added else self._file.size()
        durable = any(note["what"] in DURABLE for note in noted)
        mark = self._file.append(noted, after, durable)
        self._added = before, mark
        _store_mark(connection, mark)


def _note(connection: sqlite3.Connection, entry: Entry) -> None:
    connection.execute("INSERT INTO backup_notes (entry) VALUES (?)", (json.dumps(entry),))


def _stored_mark(connection: sqlite3.Connection) -> Mark | None:
    stored = setting_values.value_of(connection, MARK_SETTING)
    try:
        return None if stored is None else Mark.of(stored)
    except ValueError:
        return None


def _store_mark(connection: sqlite3.Connection, mark: Mark) -> None:
    setting_values.put(connection, MARK_SETTING, str(mark))


def _is_erased(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM settings WHERE name = 'erased'").fetchone() is not None


def _content(connection: sqlite3.Connection, page_id: int) -> tuple[str, int]:
    """Return checksum of the scan and number of a page, ("", 0) if it is gone."""
    found = connection.execute(
        "SELECT sha256, number FROM pages JOIN inputs ON inputs.id = input_id WHERE pages.id = ?", (page_id,)
    ).fetchone()
    return ("", 0) if found is None else (found["sha256"], found["number"])


def _scan(row: sqlite3.Row) -> Entry:
    return {"what": "scan"} | {name: row[name] for name in _ENTRY_OF_SCAN}


def _setting(row: sqlite3.Row) -> Entry:
    return {"what": "setting", "name": row["name"], "value": row["value"]}


def _setting_change(row: sqlite3.Row) -> Entry:
    return {"what": "setting-change"} | {name: row[name] for name in _ENTRY_OF_CHANGE}


def _form(row: sqlite3.Row) -> Entry:
    return {"what": "form"} | {name: row[name] for name in ("name", "deadline", "row_numbers")}


def _decision(row: sqlite3.Row, content: Callable[[int], tuple[str, int]]) -> Entry:
    entry = {"what": "decision"} | {name: row[name] for name in (*_ENTRY_OF_DECISION, "undoes", "second")}
    for side in ("", "other_"):
        page_id = row[f"{side}page_id"]
        if page_id is not None:
            sha256, page = content(page_id)
            key = {"sha256": sha256, "page": page, "page_id": page_id}
            key |= {name: row[f"{side}{name}"] for name in ("row_index", "number")}
            entry["other" if side else "row"] = key
    return entry
