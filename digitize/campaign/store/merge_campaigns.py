"""Add everything that another campaign of the same petition holds: scans, results, rows and decisions.

A scan that both campaigns hold keeps the results of this one; what was decided about it in the other comes as
a second look.  What follows from all pages (sheets, duplicates, people who signed twice) is due afterwards.
"""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from digitize.campaign.store import (
    backup,
    due_work,
    page_state,
    record_decisions,
    row_state,
    second_look_sample,
    setting_values,
)
from digitize.campaign.store.merge_decisions import Decisions, TakenOver
from digitize.errors import BadStore
from digitize.records import PageKind

NO_CONTENT = ""  # checksum of a file that could not be read
ELSEWHERE = "elsewhere"  # folder in the paths of scans whose path names another file here
# Taken over where this campaign has none.
OWN_SETTINGS = ("title", "organisation", "goal", "languages", "second-look")

_DIFFERENT_DAYS = (
    "The campaigns have different last days ({} and {}); set the same in both (digitize run --deadline, or "
    "the settings in the browser) and merge them then."
)
_DIFFERENT_FORMS = (
    "The campaigns use different forms called {}; read one of them again with the form of the other."
)


@dataclass
class Merged:
    """How much was added; `shared` are pages that both campaigns have.

    `pictures` are names of pictures there and here, `input_ids` ids of scans there and here.
    """

    scans: int = 0
    pages: int = 0
    shared: int = 0
    taken: TakenOver = field(default_factory=TakenOver)
    pictures: dict[str, str] = field(default_factory=dict)
    input_ids: dict[int, int] = field(default_factory=dict)


def refuse_different(connection: sqlite3.Connection, other: sqlite3.Connection) -> None:
    """Raise BadStore if what is set for the campaigns cannot hold for both."""
    days = [setting_values.value_of(each, "deadline") for each in (connection, other)]
    if days[0] != days[1]:
        raise BadStore(_DIFFERENT_DAYS.format(*(day or "none" for day in days)))
    ours = {row["name"]: tuple(row) for row in connection.execute("SELECT * FROM forms")}
    for row in other.execute("SELECT * FROM forms"):
        if ours.get(row["name"], tuple(row)) != tuple(row):
            raise BadStore(_DIFFERENT_FORMS.format(row["name"]))


def merge(connection: sqlite3.Connection, other: sqlite3.Connection, folder: Path) -> Merged:
    """Add the other campaign, whose folder this is; works inside the caller's transaction.

    Raises BadStore.
    """
    refuse_different(connection, other)
    return _Merge(connection, other, folder).run()


class _Merge:
    def __init__(self, connection: sqlite3.Connection, other: sqlite3.Connection, folder: Path) -> None:
        self._here, self._there, self._folder = connection, other, folder
        self._done = Merged()
        self._page_ids: dict[int, int] = {}
        self._shared: set[int] = set()  # ids here of pages that both have
        self._next_page_id = 1 + max(_highest_page(connection), 0)

    def run(self) -> Merged:
        for scan in self._there.execute("SELECT * FROM inputs ORDER BY id").fetchall():
            self._add_scan(scan)
        taken = Decisions(self._here, self._there, self._mapped, self._shared).take_over()
        for page_id in set(self._page_ids.values()):
            if _has_page(self._here, page_id):
                row_state.refresh_page(self._here, page_id)
                page_state.recount(self._here, page_id)
        for pair in taken.pairs:
            record_decisions.refresh_pair(self._here, pair)
        self._done.taken = taken
        self._add_settings()
        second_look_sample.resample(self._here)
        due_work.pages_changed(self._here)
        return self._done

    def _add_scan(self, scan: sqlite3.Row) -> None:
        twin = self._twin(scan)
        pages = self._there.execute("SELECT * FROM pages WHERE input_id = ? ORDER BY number", (scan["id"],))
        if twin is None or twin["path"] != scan["path"]:  # every file that went in is listed
            values = _without_id(scan) | {"path": self._free_path(scan["path"])}
            input_id = _insert(self._here, "inputs", values)
            backup.note_scan(self._here, input_id)
            self._done.scans += 1
        if twin is not None:
            input_id = twin["id"]
            self._received_first(twin, scan)
        self._done.input_ids[scan["id"]] = input_id
        for page in pages.fetchall():
            self._add_page(page, input_id)

    def _twin(self, scan: sqlite3.Row) -> sqlite3.Row | None:
        """Return the scan here that has the same content and counts."""
        if scan["sha256"] == NO_CONTENT:
            return None
        found: sqlite3.Row | None = self._here.execute(
            "SELECT * FROM inputs WHERE sha256 = ? AND pages IS NOT NULL ORDER BY id LIMIT 1",
            (scan["sha256"],),
        ).fetchone()
        return found

    def _received_first(self, twin: sqlite3.Row, scan: sqlite3.Row) -> None:
        """Of two days on which a scan came in, the earlier holds."""
        if scan["received"] < twin["received"]:
            self._here.execute("UPDATE inputs SET received = ? WHERE id = ?", (scan["received"], twin["id"]))
            backup.note_scan(self._here, twin["id"])

    def _free_path(self, path: str) -> str:
        """Return the path, or one that names no file where it names another file here."""
        taken = "SELECT 1 FROM inputs WHERE path = ?"
        free = PurePath(path)
        while self._here.execute(taken, (str(free),)).fetchone():
            free = self._folder / ELSEWHERE / free.relative_to(free.anchor)
        return str(free)

    def _add_page(self, page: sqlite3.Row, input_id: int) -> None:
        known = self._here.execute(
            "SELECT id, kind FROM pages WHERE input_id = ? AND number = ?", (input_id, page["number"])
        ).fetchone()
        failed = PageKind.FAILED.value
        is_better = known is not None and known["kind"] == failed and page["kind"] != failed
        if known is not None and (not is_better or _is_decided(self._here, known["id"])):
            self._page_ids[page["id"]] = known["id"]
            self._shared.add(known["id"])
            self._done.shared += 1
            return
        page_id = known["id"] if known is not None else self._free_id()
        self._here.execute("DELETE FROM pages WHERE id = ?", (page_id,))
        self._page_ids[page["id"]] = page_id
        values = dict(page) | {"id": page_id, "input_id": input_id}
        if page["picture"]:
            name = f"{input_id:06d}-{page['picture'].partition('-')[2]}"
            values["picture"] = self._done.pictures[page["picture"]] = name
        _insert(self._here, "pages", values)
        self._done.pages += 1
        rows = self._there.execute("SELECT * FROM rows WHERE page_id = ? ORDER BY id", (page["id"],))
        for row in rows.fetchall():
            row_id = _insert(self._here, "rows", _without_id(row) | {"page_id": page_id})
            for cell in self._there.execute("SELECT * FROM cells WHERE row_id = ?", (row["id"],)):
                _insert(self._here, "cells", dict(cell) | {"row_id": row_id})

    def _free_id(self) -> int:
        self._next_page_id += 1
        return self._next_page_id - 1

    def _mapped(self, page_id: int | None) -> int | None:
        """Return the id here; a page that is gone there gets one that no page here has."""
        if page_id is not None and page_id not in self._page_ids:
            self._page_ids[page_id] = self._free_id()
        return None if page_id is None else self._page_ids[page_id]

    def _add_settings(self) -> None:
        for name in OWN_SETTINGS:
            value = setting_values.value_of(self._there, name)
            if value is not None and setting_values.value_of(self._here, name) is None:
                setting_values.put(self._here, name, value)
                backup.note_setting(self._here, name)
        known = {row["name"] for row in self._here.execute("SELECT name FROM forms")}
        for form in self._there.execute("SELECT * FROM forms").fetchall():
            if form["name"] not in known:
                _insert(self._here, "forms", dict(form))
                backup.note_form(self._here, form["name"])
        for upload in self._there.execute("SELECT * FROM refused_uploads ORDER BY id").fetchall():
            _insert(self._here, "refused_uploads", _without_id(upload))


def _highest_page(connection: sqlite3.Connection) -> int:
    query = (
        "SELECT max(coalesce((SELECT max(id) FROM pages), 0),"
        " coalesce((SELECT max(page_id) FROM decisions), 0),"
        " coalesce((SELECT max(other_page_id) FROM decisions), 0))"
    )
    return int(connection.execute(query).fetchone()[0])


def _has_page(connection: sqlite3.Connection, page_id: int) -> bool:
    return connection.execute("SELECT 1 FROM pages WHERE id = ?", (page_id,)).fetchone() is not None


def _is_decided(connection: sqlite3.Connection, page_id: int) -> bool:
    query = "SELECT 1 FROM decisions WHERE page_id = ? LIMIT 1"
    return connection.execute(query, (page_id,)).fetchone() is not None


def _without_id(row: sqlite3.Row) -> dict[str, Any]:
    values = dict(row)
    del values["id"]
    return values


def _insert(connection: sqlite3.Connection, table: str, values: dict[str, Any]) -> int:
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    cursor = connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)
    return cursor.lastrowid or 0
