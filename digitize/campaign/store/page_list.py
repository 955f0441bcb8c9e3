"""The pages of a campaign as a list to leaf through, and one page with all that is known of it."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from digitize.campaign.decisions import Decision
from digitize.campaign.store import serialise
from digitize.campaign.store.audit_log import decisions
from digitize.campaign.store.database import Database
from digitize.campaign.store.page_results import PICTURES
from digitize.campaign.store.scan_labels import label_paths
from digitize.records import Note, PageKind, Status


class Shown(StrEnum):
    """Which pages of the list are shown."""

    ALL = "all"
    OPEN = "open"  # with a question that nobody has answered
    FAILED = "failed"
    NO_TABLE = "no-table"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page of the list; `counts` are its rows by status, `open` those that wait for a person."""

    id: int
    path: str
    label: str
    number: int
    kind: PageKind
    received: date
    counts: Mapping[Status, int]
    open: int
    failure: str  # the sentence that says why it failed; empty where it did not
    notes: tuple[Note, ...]
    picture: str | None  # file name of its picture

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Ids of the pages before and after one in the list, None at its ends."""

    before: int | None
    after: int | None


_WHERE = {
    Shown.ALL: "1",
    Shown.OPEN: "EXISTS (SELECT 1 FROM verdicts WHERE page_id = pages.id AND counted AND question NOTNULL)",
    Shown.FAILED: "kind = 'failed'",
    Shown.NO_TABLE: "kind = 'no-table'",
    Shown.BLANK: "kind = 'blank'",
}
_LINES = "SELECT pages.*, path, received FROM pages JOIN inputs ON inputs.id = input_id"


class Listing:
    """Reads only; every method may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lines(self, shown: Shown, text: str, first: int, most: int) -> tuple[list[PageLine], int]:
        """At most `most` pages from place `first` (0) on, in order of arrival; and how many there are in all.

        `text` limits them to files whose path holds it.
        """
        where = f"{_WHERE[shown]} AND (? = '' OR instr(lower(path), lower(?)) > 0)"
        with self._database.snapshot():  # a scan may be moved meanwhile
            found = self._database.rows(
                f"{_LINES} WHERE {where} ORDER BY input_id, number LIMIT ? OFFSET ?", text, text, most, first
            )
            total = self._database.rows(
                f"SELECT count(*) AS pages FROM pages JOIN inputs ON inputs.id = input_id WHERE {where}",
                text,
                text,
            )
            return self._filled(found), int(total[0]["pages"])

    def line(self, page_id: int) -> PageLine | None:
        with self._database.snapshot():
            found = self._filled(self._database.rows(f"{_LINES} WHERE pages.id = ?", page_id))
        return found[0] if found else None

    def neighbours(self, page_id: int) -> Neighbours:
        here = "(SELECT input_id, number FROM pages WHERE id = ?)"
        before = self._database.rows(
            f"SELECT id FROM pages WHERE (input_id, number) < {here}"
            " ORDER BY input_id DESC, number DESC LIMIT 1",
            page_id,
        )
        after = self._database.rows(
            f"SELECT id FROM pages WHERE (input_id, number) > {here} ORDER BY input_id, number LIMIT 1",
            page_id,
        )
        return Neighbours(*(int(rows[0]["id"]) if rows else None for rows in (before, after)))

    def picture(self, page_id: int) -> Path | None:
        """Where the picture of the straightened page lies."""
        found = self._database.rows("SELECT picture FROM pages WHERE id = ?", page_id)
        name = found[0]["picture"] if found else None
        return self._database.folder / PICTURES / name if name else None

    def trail(self, before: int | None, who: str, most: int) -> list[Decision]:
        """The newest lines of the trail, of one person or of all; `before` leafs back from a line's id."""
        found = self._database.rows(
            "SELECT * FROM decisions WHERE (? IS NULL OR id < ?) AND (? = '' OR who = ?)"
            " ORDER BY id DESC LIMIT ?",
            *(before, before, who, who, most),
        )
        return decisions(found)

    def people(self) -> list[str]:
        """Everybody who has decided something."""
        return [row["who"] for row in self._database.rows("SELECT DISTINCT who FROM decisions ORDER BY who")]

    def _filled(self, pages: list[sqlite3.Row]) -> list[PageLine]:
        """The lines of these pages with the counts of their rows."""
        paths = [row["path"] for row in self._database.rows("SELECT path FROM inputs")]
        labels = label_paths(paths)
        marks = ", ".join("?" * len(pages))
        counts: dict[int, dict[Status, int]] = defaultdict(lambda: dict.fromkeys(Status, 0))
        waiting: dict[int, int] = defaultdict(int)
        for row in self._database.rows(
            "SELECT page_id, status, count(*) AS rows, sum(counted AND question NOTNULL) AS open"
            f" FROM verdicts WHERE page_id IN ({marks}) GROUP BY page_id, status",
            *(page["id"] for page in pages),
        ):
            counts[row["page_id"]][Status(row["status"])] = row["rows"]
            waiting[row["page_id"]] += row["open"]
        return [
            PageLine(
                id=page["id"],
                path=page["path"],
                label=labels[page["path"]],
                number=page["number"],
                kind=PageKind(page["kind"]),
                received=date.fromisoformat(page["received"]),
                counts=counts[page["id"]],
                open=waiting[page["id"]],
                failure=page["failure_sentence"] or "",
                notes=serialise.notes_of(page["notes"] or "[]"),
                picture=page["picture"],
            )
            for page in pages
        ]
