"""What happened to each file: read, failed, the same as another, or refused when it was uploaded."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from digitize.campaign.store import erasure
from digitize.campaign.store.database import Database
from digitize.campaign.store.scan_labels import label_of
from digitize.records import Note, NoteCode, PageKind

KEPT_MAX = 2000  # refused files; more is a mistake with a whole disk
NAME_MAX = 300  # characters


class Refusal(StrEnum):
    """Why an upload was refused."""

    KIND = "kind"  # not a scan
    LARGE = "large"
    ROOM = "room"  # the disk is full
    TROUBLE = "trouble"  # the transfer broke off


class FileState(StrEnum):
    """How far a file has come."""

    READING = "reading"
    DONE = "done"
    FAILED = "failed"  # it could not be opened, or none of its pages could be read
    DUPLICATE = "duplicate"  # another file with the same content is counted
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FileLine:
    """What happened to one file.

    `page_id` is the page to look at: the first that failed, otherwise the first.  `failed` of
    `pages` pages failed, the first for the reason `failure_kind`.  `same_as` is the label of the
    file that is counted in place of this one.
    """

    name: str
    at: datetime
    state: FileState
    pages: int = 0
    failed: int = 0
    failure_kind: str = ""
    page_id: int | None = None
    same_as: str = ""
    refusal: Refusal | None = None

    @property
    def same(self) -> Note:
        """That the content is that of another file, as a note."""
        return Note.of(NoteCode.DUPLICATE_FILE, file=self.same_as)


_NEWEST = (
    "SELECT 'input' AS source, id, registered AS at FROM inputs"
    " UNION ALL SELECT 'refused', id, at FROM refused_uploads"
    " ORDER BY at DESC, source, id DESC LIMIT ? OFFSET ?"
)
_FIRST = "SELECT * FROM inputs WHERE sha256 = ? AND id < ? AND pages IS NOT NULL ORDER BY id LIMIT 1"
_PAGES = "SELECT id, number, kind, failure_kind FROM pages WHERE input_id = ? ORDER BY number"


class FileLog:
    """The files of a campaign, newest first.  Methods are short transactions that may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lines(self, first: int, most: int) -> tuple[Sequence[FileLine], int]:
        """Return up to `most` lines from position `first`, and the number of all."""
        with self._database.snapshot() as connection:
            found = connection.execute(_NEWEST, (most, first)).fetchall()
            query = "SELECT (SELECT count(*) FROM inputs) + (SELECT count(*) FROM refused_uploads)"
            total = int(connection.execute(query).fetchone()[0])
            return [_line(connection, line) for line in found], total

    def refuse(self, name: str, why: Refusal) -> None:
        """Record that an upload was refused.  Raises CampaignErased after `erase`."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database.transaction() as connection:
            erasure.refuse_erased(self._database)
            values = (name[:NAME_MAX], why.value, at)
            connection.execute("INSERT INTO refused_uploads (name, why, at) VALUES (?, ?, ?)", values)
            connection.execute(
                "DELETE FROM refused_uploads WHERE id <= (SELECT max(id) FROM refused_uploads) - ?",
                (KEPT_MAX,),
            )


def _line(connection: sqlite3.Connection, found: Mapping[str, str] | sqlite3.Row) -> FileLine:
    at = datetime.fromisoformat(found["at"])
    if found["source"] == "refused":
        query = "SELECT name, why FROM refused_uploads WHERE id = ?"
        name, why = connection.execute(query, (found["id"],)).fetchone()
        return FileLine(name, at, FileState.REFUSED, refusal=Refusal(why))
    entry = connection.execute("SELECT * FROM inputs WHERE id = ?", (found["id"],)).fetchone()
    name = label_of(connection, entry["path"])
    original = connection.execute(_FIRST, (entry["sha256"], entry["id"])).fetchone()
    if original is not None:
        page = connection.execute(_PAGES, (original["id"],)).fetchone()
        same_as = label_of(connection, original["path"])
        return FileLine(name, at, FileState.DUPLICATE, page_id=page["id"] if page else None, same_as=same_as)
    pages = connection.execute(_PAGES, (entry["id"],)).fetchall()
    failed = [page for page in pages if page["kind"] == PageKind.FAILED.value]
    shown = (failed or pages)[0] if pages else None
    if len(pages) < (entry["pages"] or 1):
        state = FileState.READING
    else:
        state = FileState.FAILED if len(failed) == len(pages) else FileState.DONE
    return FileLine(
        name,
        at,
        state,
        pages=entry["pages"] or 0,
        failed=len(failed),
        failure_kind=failed[0]["failure_kind"] if failed else "",
        page_id=shown["id"] if shown else None,
    )
