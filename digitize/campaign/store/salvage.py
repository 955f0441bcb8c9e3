"""Read what can still be read from a damaged database."""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from digitize.campaign.store.backup import entries
from digitize.campaign.store.backup_file import BackupFile, Entry, Mark
from digitize.campaign.store.examination import DAMAGE
from digitize.campaign.store.schema import migrate
from digitize.errors import BadStore

WORK_COPY = ".campaign.sqlite.copy.unfinished"
HEADER_BYTES = 100
MAX_PROBED = 1_000_000  # row ids looked up one by one
UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
_SIDES = ("", "-wal")


@dataclass
class Salvaged:
    """Entries as in a backup, the newest last; `rows` were read from pages, `decision_ids` were ever made."""

    entries: list[Entry] = field(default_factory=list)
    decision_ids: set[int] = field(default_factory=set)
    rows: int = 0
    erased: bool = False
    damaged_lines: int = 0


def salvage(path: Path, sound: sqlite3.Connection) -> Salvaged:
    """Read a damaged database, which is not changed, and the backup beside it.

    The backup prevails, because its lines have checksums.  `sound` is a new database, whose header replaces
    one that is lost.  Raises OSError if there is no room for a copy.
    """
    found = Salvaged()
    mark = None
    if path.is_file():
        with _opened_copy(path, sound) as connection:
            if connection is not None:
                mark = _salvage_database(connection, found)
    _salvage_backup(path.parent, mark, found)
    return found


@contextmanager
def _opened_copy(path: Path, sound: sqlite3.Connection) -> Iterator[sqlite3.Connection | None]:
    """Open a copy of the database with its write-ahead log; yields None if that is impossible."""
    copy = path.with_name(WORK_COPY)
    copies = [copy.with_name(copy.name + side) for side in (*_SIDES, "-shm", "-journal")]
    try:
        for side in _SIDES:
            original = path.with_name(path.name + side)
            if original.exists():
                shutil.copyfile(original, copy.with_name(copy.name + side))
        if not _can_open(copy):
            _replace_header(copy, sound)
        if not _can_open(copy):
            yield None
            return
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            with suppress(*UNREADABLE, BadStore):
                migrate(connection, str(path))
            yield connection
    finally:
        for each in copies:
            each.unlink(missing_ok=True)


def _can_open(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as connection:
            return bool(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    except UNREADABLE:
        return False


def _replace_header(path: Path, sound: sqlite3.Connection) -> None:
    """Write the header of a sound database, with the number of pages of this one and no free pages."""
    name = sound.execute("PRAGMA database_list").fetchone()["file"]
    page_bytes = sound.execute("PRAGMA page_size").fetchone()[0]
    header = bytearray(Path(name).read_bytes()[:HEADER_BYTES])
    header[28:32] = (path.stat().st_size // page_bytes).to_bytes(4, "big")
    header[32:40] = bytes(8)
    header[92:96] = header[24:28]  # the number of pages is up to date
    with path.open("r+b") as file:
        file.write(header)


def _salvage_database(connection: sqlite3.Connection, found: Salvaged) -> Mark | None:
    """Add what the database still holds; return the mark of its last line in the backup, if it has one."""
    settings = {line["name"]: line["value"] for line in _rows(connection, "settings")}
    found.erased = "erased" in settings
    with suppress(*DAMAGE, *UNREADABLE):
        found.entries += [entry for entry in entries(lambda table: _rows(connection, table)) if _valid(entry)]
    with suppress(*UNREADABLE):
        made = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'decisions'").fetchone()
        found.decision_ids |= set(range(1, min(made["seq"], MAX_PROBED) + 1)) if made else set()
    with suppress(*UNREADABLE):
        found.rows = connection.execute("SELECT count(*) FROM rows NOT INDEXED").fetchone()[0]
    try:
        return Mark.of(settings["backup"])
    except DAMAGE:
        return None


def _salvage_backup(folder: Path, mark: Mark | None, found: Salvaged) -> None:
    lines = list(BackupFile(folder).lines())
    series = {line.mark.series for line in lines if line}
    if mark is not None and series and mark.series not in series:
        return  # the backup of another database
    found.damaged_lines = lines.count(None)
    found.entries += [line.entry for line in lines if line]
    ids = [entry["id"] for entry in found.entries if entry["what"] == "decision"]
    found.decision_ids |= set(range(1, min(max(ids, default=0), MAX_PROBED) + 1))


def _rows(connection: sqlite3.Connection, table: str) -> Iterable[sqlite3.Row]:
    """Return the rows of a table that can be read: from both ends, then one by one in between."""
    found: dict[int, sqlite3.Row] = {}
    for order in ("ASC", "DESC"):
        query = f"SELECT rowid AS at_rowid, * FROM {table} NOT INDEXED ORDER BY rowid {order}"
        try:
            for row in connection.execute(query):
                found[row["at_rowid"]] = row
        except UNREADABLE:
            continue
        return found.values()
    query = f"SELECT rowid AS at_rowid, * FROM {table} NOT INDEXED WHERE rowid = ?"
    for rowid in range(1, min(max(found, default=0), MAX_PROBED)):
        if rowid not in found:
            with suppress(*UNREADABLE):
                for row in connection.execute(query, (rowid,)):
                    found[rowid] = row
    return [found[rowid] for rowid in sorted(found)]


def _valid(entry: Entry) -> bool:
    """Return whether an entry from the damaged database can be used; there are no checksums."""
    try:
        if entry["what"] == "scan":
            date.fromisoformat(entry["received"])
            return bool(entry["path"])
        if entry["what"] == "setting":
            _checked_setting(entry)
    except DAMAGE:
        return False
    return True


def _checked_setting(entry: Entry) -> None:
    if entry["name"] == "deadline":
        date.fromisoformat(entry["value"])
    elif entry["name"] not in ("title", "delimiter"):
        float(entry["value"])
