"""Erasing: what was read and seen goes, what was counted stays.

Every column that may hold a text is listed: what is neither kept nor erased
does not exist, a test sees to that.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from digitize.campaign.decisions import Field, without_text
from digitize.campaign.store import due_work, serialise
from digitize.campaign.store.database import Database, as_sentence
from digitize.errors import BadStore

KEPT = {
    "inputs": {"registered", "received"},
    "pages": {"kind", "form", "mesh", "failure_stage", "failure_kind", "version", "settings"} | {"deadline"},
    "rows": {"status", "flags", "region"},
    "cells": {"role", "ink", "mark"},
    "forms": {"name", "deadline", "row_numbers"},
    "decisions": {"field", "at"},
    "verdicts": {"status", "region", "question", "decided", "flags", "second"},
    "standings": {"differing"},
    "page_pairs": {"found", "decided"},
    "person_pairs": {"decided"},
    "due": {"what"},
}
"""Columns of texts from closed lists, of days and of measures."""

ERASED = {
    "inputs": {
        "path": "'scan ' || id",
        "sha256": "'content ' || (%s)",
        "size_bytes": "0",
        "modified_ns": "0",
    },
    "pages": {"page_table": "without_headers(page_table)", "notes": "'[]'", "failure_sentence": "''"}
    | {"picture": "NULL", "title": "''"},
    "rows": {"name_text": "NULL", "name_confidence": "NULL", "name_reader": "NULL"}
    | {"address_text": "NULL", "address_confidence": "NULL", "address_reader": "NULL"}
    | {"postcode": "''", "locality": "''", "country": "''", "candidates": "'[]'"},
    "cells": {"text": "NULL", "confidence": "NULL", "reader": "NULL"}
    | {f"extent_{side}": "NULL" for side in ("left", "top", "right", "bottom")},
    "decisions": {"file": "''", "who": "'staff'"}
    | {name: f"without_texts(field, {name})" for name in ("value", "was")},
    "verdicts": {"who": "CASE who WHEN '' THEN '' ELSE 'staff' END", "second_not": "NULL"},
    "page_pairs": {"reserved_by": "NULL", "reserved_until": "NULL"},
    "person_pairs": {"reserved_by": "NULL", "reserved_until": "NULL"},
}
"""Columns that hold what people wrote, who they are, or how to find them again; and what becomes of them.

Staff are people as well.  A scan's content is told from others by a number, no longer by its digest.
"""

DROPPED = ("reservations",)  # whole tables
SETTINGS = ("deadline", "verdicts", "second-look")  # those that stay; besides the day of erasure
_ERASED_AT = "erased"

_TEXTS = "without_texts(field, value) || without_texts(field, was) != value || was"


@dataclass(frozen=True, slots=True)
class Texts:
    """How many texts there were; those of rows and of their cells are the same words."""

    names: int
    addresses: int
    decisions: int


def erased_at(database: Database) -> datetime | None:
    """When the texts of the campaign were erased, None where they were not."""
    rows = database.rows("SELECT value FROM settings WHERE name = ?", _ERASED_AT)
    return datetime.fromisoformat(rows[0]["value"]) if rows else None


def erase(database: Database, check: Callable[[], None]) -> Texts:
    """Erase all texts and write the database anew, so that no byte of them is left in it.

    `check` is called before anything is final; whatever it raises leaves all as
    it was.  Erasing again finishes what a sudden end has left.  Raises BadStore
    when another program has the campaign open.
    """
    connection = database.connection
    connection.create_function("without_headers", 1, _without_headers, deterministic=True)
    connection.create_function("without_texts", 2, _without_texts, deterministic=True)
    with as_sentence(database.folder):
        connection.execute("PRAGMA secure_delete = ON")  # what is freed is overwritten
    with database.transaction():
        found = _count(connection)
        _strip(connection)
        check()
        connection.execute(
            "INSERT OR IGNORE INTO settings (name, value) VALUES (?, ?)",
            (_ERASED_AT, datetime.now(UTC).isoformat(timespec="seconds")),
        )
    _write_anew(database)
    return found


def _count(connection: sqlite3.Connection) -> Texts:
    def count(table: str, where: str) -> int:
        return int(connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])

    return Texts(
        count("rows", "name_text != ''"), count("rows", "address_text != ''"), count("decisions", _TEXTS)
    )


def _strip(connection: sqlite3.Connection) -> None:
    triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for trigger in triggers:  # they hold decisions as they are; this is the one occasion to touch them
        connection.execute(f"DROP TRIGGER {trigger['name']}")
    connection.execute("CREATE TEMP TABLE contents AS SELECT id, sha256 FROM inputs")
    first = "SELECT min(id) FROM contents WHERE sha256 = inputs.sha256"
    for table, columns in ERASED.items():
        values = ", ".join(f"{name} = {value.replace('%s', first)}" for name, value in columns.items())
        connection.execute(f"UPDATE {table} SET {values}")
    connection.execute("DROP TABLE temp.contents")
    for table in DROPPED:
        connection.execute(f"DELETE FROM {table}")
    due_work.rows_changed(connection)  # the tables are written again without the texts
    kept = (*SETTINGS, _ERASED_AT)
    connection.execute(f"DELETE FROM settings WHERE name NOT IN ({', '.join('?' * len(kept))})", kept)
    for trigger in triggers:
        connection.execute(trigger["sql"])


def _write_anew(database: Database) -> None:
    """The database without free pages, and no log beside it."""
    with as_sentence(database.folder):
        database.connection.execute("VACUUM")
        busy = database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise BadStore(
            f"Another program has the campaign in {database.folder} open, so that old texts may be left in "
            "its log; end that program and erase again."
        )


def _without_headers(table: str | None) -> str | None:
    """Headers are printed, but what was taken for one may be somebody's writing."""
    tables = serialise.tables_of(table)
    return serialise.tables_json(
        replace(found, columns=tuple(replace(column, header="") for column in found.columns))
        for found in tables
    )


def _without_texts(field: str, value: str) -> str:
    return without_text(Field(field), value) if field in set(Field) else ""
