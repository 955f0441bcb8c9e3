"""Restore what a backup holds: scans, settings, forms and decisions, onto a database that lacks them.

Decisions are found by content: checksum of the scan, page, index and number of the row.  A page that is
not there is entered as failed, so that its decisions have a page to refer to and the next run reads it.
The functions work inside the caller's transaction.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from digitize.campaign.decisions import FIRST_TYPED, PAIRS, Decision
from digitize.campaign.store import (
    audit_log,
    due_work,
    page_state,
    record_decisions,
    record_settlements,
    row_state,
    second_look_sample,
    setting_values,
)
from digitize.campaign.store.backup import BACKED_UP_SETTINGS
from digitize.campaign.store.backup_file import Entry
from digitize.records import PageKind, RowKey

STAGE, LOST = "store", "lost"
LOST_SENTENCE = "What was read from this page was lost with the database; digitize its scan again."

_SCAN_COLUMNS = ("path", "sha256", "size_bytes", "modified_ns", "pages", "registered", "received")
_FREE_ID = (
    "SELECT 1 + max(coalesce((SELECT max(id) FROM pages), 0),"
    " coalesce((SELECT max(page_id) FROM decisions), 0),"
    " coalesce((SELECT max(other_page_id) FROM decisions), 0))"
)


@dataclass
class Restored:
    """How much was restored; `lost` are the ids of decisions that could not be."""

    scans: int = 0
    pages: int = 0
    decisions: int = 0
    lost: list[int] = field(default_factory=list)


def restore(connection: sqlite3.Connection, entries: Iterable[Entry]) -> Restored:
    """Add what these entries say and the database lacks; of two entries about one thing, the later holds."""
    done, last = Restored(), _last(entries)
    for entry in last["scan"].values():
        if entry["what"] == "removed-scan":
            connection.execute("DELETE FROM inputs WHERE id = ?", (entry["id"],))
            page_state.recount_orphans(connection)
        else:
            done.scans += _restore_scan(connection, entry)
    for entry in last["setting"].values():
        if entry["what"] == "removed-setting":
            connection.execute("DELETE FROM settings WHERE name = ?", (entry["name"],))
        elif entry["name"] in BACKED_UP_SETTINGS:
            setting_values.put(connection, entry["name"], entry["value"])
    for entry in last["setting-change"].values():
        names = ("id", "name", "value_before", "value", "file", "changed_by", "at")
        connection.execute(
            f"INSERT OR IGNORE INTO setting_changes ({', '.join(names)}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [entry[name] for name in names],
        )
    for entry in last["form"].values():
        values = (entry["name"], entry["deadline"], entry["row_numbers"])
        connection.execute(
            "INSERT OR REPLACE INTO forms (name, deadline, row_numbers) VALUES (?, ?, ?)", values
        )
    _restore_decisions(connection, last["decision"], done)
    second_look_sample.resample(connection)
    due_work.pages_changed(connection)
    return done


def _last(entries: Iterable[Entry]) -> dict[str, dict[Any, Entry]]:
    """Return the last entry about each scan, setting, form and decision."""
    kinds = ("scan", "setting", "setting-change", "form", "decision")
    last: dict[str, dict[Any, Entry]] = {kind: {} for kind in kinds}
    for entry in entries:
        what = str(entry["what"]).removeprefix("removed-")
        if what in last:
            last[what][entry["name"] if what in ("setting", "form") else entry["id"]] = entry
    return last


def _restore_scan(connection: sqlite3.Connection, entry: Entry) -> int:
    """Add or update a scan, unless another has its path or its id; return whether it was added."""
    values = [entry[name] for name in _SCAN_COLUMNS]
    marks = ", ".join("?" * (1 + len(values)))
    added = connection.execute(
        f"INSERT OR IGNORE INTO inputs (id, {', '.join(_SCAN_COLUMNS)}) VALUES ({marks})",
        (entry["id"], *values),
    ).rowcount
    if not added:
        assignments = ", ".join(f"{name} = ?" for name in _SCAN_COLUMNS)
        connection.execute(
            f"UPDATE OR IGNORE inputs SET {assignments} WHERE id = ? AND sha256 = ?",
            (*values, entry["id"], entry["sha256"]),
        )
    return added


def _restore_decisions(connection: sqlite3.Connection, entries: Mapping[Any, Entry], done: Restored) -> None:
    pages: set[int] = set()
    pairs: list[Decision] = []
    present = {line["id"] for line in connection.execute("SELECT id FROM decisions")}
    for decision_id in sorted(entries.keys() - present):
        decision = _restore_decision(connection, entries[decision_id], done)
        if decision is None:
            done.lost.append(decision_id)
            continue
        done.decisions += 1
        if decision.field in PAIRS:
            pairs.append(decision)
        elif decision.row is not None:
            pages.add(decision.row.page_id)
    for page_id in sorted(pages):
        row_state.refresh_page(connection, page_id)
        page_state.recount(connection, page_id)
    for decision in pairs:
        record_decisions.refresh_pair(connection, decision)


def _restore_decision(connection: sqlite3.Connection, entry: Entry, done: Restored) -> Decision | None:
    """Insert a decision with its id; return it, None if it cannot be or digitize cannot have written it."""
    row = _key(connection, entry.get("row"), done)
    other = _key(connection, entry.get("other"), done)
    if row is not None and other is not None:
        row, other = min(row, other), max(row, other)
    keys = [value for key in (row, other) for value in ((None,) * 3 if key is None else _values(key))]
    names = ("id", "file", "page", "field", "value", "value_before", "decided_by", "at", "undoes", "second")
    try:
        connection.execute(
            "INSERT INTO decisions (page_id, row_index, number, other_page_id, other_row_index, other_number,"
            f" {', '.join(names)}) VALUES ({', '.join('?' * (len(keys) + len(names)))})",
            (*keys, *(entry[name] for name in names)),
        )
    except (sqlite3.IntegrityError, KeyError):  # such as one that undoes a decision that is lost
        return None
    if row is not None and row.index >= FIRST_TYPED and _page_at(connection, row.page_id) is not None:
        record_settlements.insert_typed(connection, row)
    return audit_log.entry(connection, entry["id"])


def _values(key: RowKey) -> tuple[int, int, int]:
    return key.page_id, key.index, key.number


def _key(connection: sqlite3.Connection, stored: Mapping[str, Any] | None, done: Restored) -> RowKey | None:
    if stored is None:
        return None
    page_id = _page_id(connection, stored, done)
    return RowKey(page_id, stored["row_index"], stored["number"])


def _page_id(connection: sqlite3.Connection, stored: Mapping[str, Any], done: Restored) -> int:
    """Return the id of the page with this content; it is entered if only its scan is known.

    The id of before is kept where it is free.  Decisions on pages that are gone keep referring to none.
    """
    before = int(stored["page_id"])
    if not stored["sha256"]:
        return before if _page_at(connection, before) is None else _free_id(connection)
    found = connection.execute(
        "SELECT p.id FROM pages p JOIN inputs i ON i.id = p.input_id"
        " WHERE i.sha256 = ? AND p.number = ? ORDER BY p.id != ?, i.id LIMIT 1",
        (stored["sha256"], stored["page"], before),
    ).fetchone()
    if found is not None:
        return int(found["id"])
    page_id = before if _page_at(connection, before) is None else _free_id(connection)
    scan = connection.execute(
        "SELECT id FROM inputs WHERE sha256 = ? ORDER BY pages IS NULL, id LIMIT 1", (stored["sha256"],)
    ).fetchone()
    if scan is not None:
        _enter_lost_page(connection, page_id, scan["id"], stored["page"])
        done.pages += 1
    return page_id


def _enter_lost_page(connection: sqlite3.Connection, page_id: int, input_id: int, number: int) -> None:
    connection.execute(
        "INSERT INTO pages (id, input_id, number, kind, failure_stage, failure_kind, failure_sentence,"
        " version, settings, has_crops) VALUES (?, ?, ?, ?, ?, ?, ?, '', '', 0)",
        (page_id, input_id, number, PageKind.FAILED.value, STAGE, LOST, LOST_SENTENCE),
    )


def _page_at(connection: sqlite3.Connection, page_id: int) -> sqlite3.Row | None:
    found: sqlite3.Row | None = connection.execute("SELECT 1 FROM pages WHERE id = ?", (page_id,)).fetchone()
    return found


def _free_id(connection: sqlite3.Connection) -> int:
    return int(connection.execute(_FREE_ID).fetchone()[0])
