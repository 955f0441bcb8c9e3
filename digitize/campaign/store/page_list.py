"""List the pages of a campaign for the website, and look up single pages."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from digitize.campaign.decisions import Content, Decision
from digitize.campaign.store import serialise
from digitize.campaign.store.audit_log import decisions
from digitize.campaign.store.database import Database
from digitize.campaign.store.page_results import PICTURES
from digitize.campaign.store.page_settlements import UNSETTLED
from digitize.campaign.store.scan_labels import label_paths
from digitize.records import Note, PageKind, Status


class Shown(StrEnum):
    """Filter of the list of pages."""

    ALL = "all"
    OPEN = "open"  # with open questions
    FAILED = "failed"
    NO_TABLE = "no-table"
    BLANK = "blank"
    UNSETTLED = "unsettled"  # wait for a person to say what they are
    TYPED = "typed"
    AGAIN = "scan-again"
    TRASH = "trash"


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page of the list; `counts` are its rows by status, `open` the rows with an open question."""

    id: int
    path: str
    label: str
    number: int
    kind: PageKind
    received: date
    counts: Mapping[Status, int]
    open: int
    failure: str  # why it failed, in English, "" if it did not
    failure_kind: str  # of Failure, "" if it did not fail
    notes: tuple[Note, ...]
    picture: str | None  # file name of its picture
    asks: str = ""  # why a person has to settle it, as in the table of settlements
    content: str = ""  # what a person said it is, a decisions.Content
    trashed: bool = False
    is_due: bool = False  # it will be read again
    comment: str = ""
    petition: str = ""  # as somebody said, or else as recognised
    printed_petition: str = ""  # as recognised

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Ids of the previous and the next page of the list, None at its ends."""

    before: int | None
    after: int | None


def _said(content: Content) -> str:
    return (
        "pages.id IN (SELECT page_id FROM page_settlements"
        f" WHERE content = '{content.value}' AND trashed = 0)"
    )


_NOT_TRASHED = "pages.id NOT IN (SELECT page_id FROM page_settlements WHERE trashed = 1)"
_WHERE = {
    Shown.ALL: _NOT_TRASHED,
    Shown.OPEN: "pages.id IN (SELECT page_id FROM row_states WHERE question IS NOT NULL AND counted = 1)",
    Shown.FAILED: f"kind = 'failed' AND {_NOT_TRASHED}",
    Shown.NO_TABLE: f"kind = 'no-table' AND {_NOT_TRASHED}",
    Shown.BLANK: f"kind = 'blank' AND {_NOT_TRASHED}",
    Shown.UNSETTLED: f"pages.id IN (SELECT s.page_id FROM {UNSETTLED})",
    Shown.TYPED: _said(Content.TYPED),
    Shown.AGAIN: _said(Content.AGAIN),
    Shown.TRASH: f"NOT {_NOT_TRASHED}",
}
_LINES = (
    "SELECT pages.*, path, received, s.asks, s.content, s.trashed, s.is_due, s.comment,"
    " s.petition AS said_petition, ps.petition AS printed_petition FROM pages"
    " JOIN inputs ON inputs.id = input_id LEFT JOIN page_settlements s ON s.page_id = pages.id"
    " LEFT JOIN page_states ps ON ps.page_id = pages.id"
)


class Listing:
    """Read-only queries; every method may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lines(self, shown: Shown, text: str, first: int, most: int) -> tuple[list[PageLine], int]:
        """Return up to `most` pages in order of arrival, from position `first` (0..), and their total number.

        `text` selects files whose path contains it.
        """
        where = f"{_WHERE[shown]} AND (? = '' OR instr(lower(path), lower(?)) > 0)"
        with self._database.snapshot():  # a scan may be moved between the queries
            found = self._database.rows(
                f"{_LINES} WHERE {where} ORDER BY input_id, number LIMIT ? OFFSET ?", text, text, most, first
            )
            total = self._database.rows(
                f"SELECT count(*) AS pages FROM pages JOIN inputs ON inputs.id = input_id WHERE {where}",
                text,
                text,
            )
            return self._with_counts(found), int(total[0]["pages"])

    def line(self, page_id: int) -> PageLine | None:
        """Return one page, None if there is none with this id."""
        with self._database.snapshot():
            found = self._with_counts(self._database.rows(f"{_LINES} WHERE pages.id = ?", page_id))
        return found[0] if found else None

    def to_scan_again(self) -> list[PageLine]:
        """Return the pages whose paper somebody has to scan again, by file and page."""
        with self._database.snapshot():
            query = f"{_LINES} WHERE {_WHERE[Shown.AGAIN]} ORDER BY input_id, number"
            return self._with_counts(self._database.rows(query))

    def pages_of_file(self, page_id: int) -> list[int]:
        """Return the ids of all stored pages of the file that a page is of."""
        query = (
            "SELECT id FROM pages WHERE input_id = (SELECT input_id FROM pages WHERE id = ?) ORDER BY number"
        )
        return [int(row["id"]) for row in self._database.rows(query, page_id)]

    def pages_of_sheet(self, page_id: int) -> list[int]:
        """Return the ids of all pages of the sheet that a page is of, second scans included."""
        query = (
            "SELECT page_id FROM page_states WHERE page_id = ?1"
            " OR sheet = (SELECT sheet FROM page_states WHERE page_id = ?1) ORDER BY page_id"
        )
        return [int(row["page_id"]) for row in self._database.rows(query, page_id)] or [page_id]

    def neighbours(self, page_id: int) -> Neighbours:
        """Return the ids of the previous and the next page."""
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
        """Return the path of the picture of the straightened page, None if there is none."""
        found = self._database.rows("SELECT picture FROM pages WHERE id = ?", page_id)
        name = found[0]["picture"] if found else None
        return self._database.folder / PICTURES / name if name else None

    def trail(self, before: int | None, who: str, most: int) -> list[Decision]:
        """Return the newest entries of the audit log with ids below `before` (None: all).

        `who` selects those of one person, "" all.
        """
        found = self._database.rows(
            "SELECT * FROM decisions WHERE (? IS NULL OR id < ?) AND (? = '' OR decided_by = ?)"
            " ORDER BY id DESC LIMIT ?",
            *(before, before, who, who, most),
        )
        return decisions(found)

    def people(self) -> list[str]:
        """Return the names of everybody who has decided something."""
        rows = self._database.rows("SELECT DISTINCT decided_by FROM decisions ORDER BY decided_by")
        return [row["decided_by"] for row in rows]

    def _with_counts(self, pages: list[sqlite3.Row]) -> list[PageLine]:
        """Return the lines of these pages with the counts of their rows."""
        paths = [row["path"] for row in self._database.rows("SELECT path FROM inputs")]
        labels = label_paths(paths)
        marks = ", ".join("?" * len(pages))
        counts: dict[int, dict[Status, int]] = defaultdict(lambda: dict.fromkeys(Status, 0))
        open_rows: dict[int, int] = defaultdict(int)
        for row in self._database.rows(
            "SELECT page_id, status, count(*) AS rows, sum(counted AND question NOTNULL) AS open"
            f" FROM row_states WHERE page_id IN ({marks}) GROUP BY page_id, status",
            *(page["id"] for page in pages),
        ):
            counts[row["page_id"]][Status(row["status"])] = row["rows"]
            open_rows[row["page_id"]] += row["open"]
        return [
            PageLine(
                id=page["id"],
                path=page["path"],
                label=labels[page["path"]],
                number=page["number"],
                kind=PageKind(page["kind"]),
                received=date.fromisoformat(page["received"]),
                counts=counts[page["id"]],
                open=open_rows[page["id"]],
                failure=page["failure_sentence"] or "",
                failure_kind=page["failure_kind"] or "",
                notes=serialise.notes_of(page["notes"] or "[]"),
                picture=page["picture"],
                asks=page["asks"] or "",
                content=page["content"] or "",
                trashed=bool(page["trashed"]),
                is_due=bool(page["is_due"]),
                comment=page["comment"] or "",
                petition=page["said_petition"] or page["printed_petition"] or "",
                printed_petition=page["printed_petition"] or "",
            )
            for page in pages
        ]
