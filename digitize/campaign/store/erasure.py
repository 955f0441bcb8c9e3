"""Erase everything that identifies people, and keep everything that is counted.

Every column that may hold a text is listed below as kept or erased; a test checks that none is
missing.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from digitize.address.directory import canton_on
from digitize.campaign.decisions import Field, without_text
from digitize.campaign.store import due_work, page_digests, serialise
from digitize.campaign.store.database import Database
from digitize.campaign.store.store_errors import errors_as_bad_store
from digitize.errors import BadStore, CampaignErased

KEPT = {
    "inputs": {"registered", "received"},
    "pages": {"kind", "form", "mesh", "failure_stage", "failure_kind", "version", "settings"}
    | {"deadline", "digest"},
    "rows": {"status", "flags", "region"},
    "cells": {"role", "ink", "mark"},
    "forms": {"name", "deadline", "row_numbers"},
    "decisions": {"field", "at"},
    "row_states": {"status", "region", "question", "decided", "flags", "second_question"},
    "tally_counts": {"status", "region"},
    "page_states": {"differing", "deadline", "deadline_from"},
    "setting_changes": {"name", "value", "value_before", "at"},
    "page_settlements": {"asks", "content"},
    "page_pairs": {"found", "decided"},
    "signer_pairs": {"decided"},
    "due": {"what"},
}
"""Columns with values from fixed lists, dates and measurements."""

# Of the page of a row or decision; its canton can no longer be found once its locality is erased.
_DEADLINE = "(SELECT deadline FROM page_states s WHERE s.page_id = {table}.page_id)"

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
    "decisions": {"file": "''", "decided_by": "'staff'"}
    | {
        name: f"without_texts(field, {name}, {_DEADLINE.format(table='decisions')})"
        for name in ("value", "value_before")
    },
    "row_states": {
        "decided_by": "CASE decided_by WHEN '' THEN '' ELSE 'staff' END",
        "second_not_by": "CASE WHEN second_not_by IS NOT NULL THEN 'staff' END",
    },
    "page_states": {"petition": "''"},
    "setting_changes": {"file": "''", "changed_by": "CASE changed_by WHEN '' THEN '' ELSE 'staff' END"},
    "page_settlements": {"reading": "''", "comment": "''", "petition": "''", "is_due": "0"}
    | {"decided_by": "CASE decided_by WHEN '' THEN '' ELSE 'staff' END"},
    "page_pairs": {"reserved_by": "NULL", "reserved_until": "NULL"},
    "signer_pairs": {"reserved_by": "NULL", "reserved_until": "NULL"},
    "due": {"digest": "''"},
}
"""Columns that hold what people wrote, who they are, or how to find them, each with its new value.

That includes the names of staff.  Instead of its digest, the content of a scan gets the id of the
first scan with the same content.
"""

EMPTIED = ("reservations", "row_words", "words", "refused_uploads")  # tables
_ERASED_AT = "erased"
KEPT_SETTINGS = (
    *("title", "organisation", "goal", "deadline", "form", "languages", "delimiter"),
    *("row-state-rules", "second-look", _ERASED_AT),
)

_HAS_TEXT = (
    "without_texts(field, value, NULL) || without_texts(field, value_before, NULL) != value || value_before"
)


@dataclass(frozen=True, slots=True)
class Texts:
    """How many texts were erased; those of cells are not counted again, as their rows have the same."""

    names: int
    addresses: int
    decisions: int


def erased_at(database: Database) -> datetime | None:
    """Return when the texts of the campaign were erased, None if they were not."""
    rows = database.rows("SELECT value FROM settings WHERE name = ?", _ERASED_AT)
    return datetime.fromisoformat(rows[0]["value"]) if rows else None


def refuse_erased(database: Database) -> None:
    """Raise CampaignErased if the texts were erased: nothing can be added or decided any more."""
    day = erased_at(database)
    if day is not None:
        raise CampaignErased(
            f"The names and pictures in {database.folder} were erased on {day:%Y-%m-%d}, only the count "
            "is kept; choose another folder for new scans."
        )


def erase(database: Database, check: Callable[[], None]) -> Texts:
    """Erase all texts and rewrite the database, so that no byte of them is left in it.

    `check` is called before anything is final; if it raises, nothing is changed.  Erasing again
    finishes after a sudden end.  Raises BadStore if another program has the campaign open.
    """
    connection = database.connection
    connection.create_function("without_headers", 1, _without_headers, deterministic=True)
    connection.create_function("without_texts", 3, _without_texts, deterministic=True)
    connection.create_function("region_on", 4, _region_on, deterministic=True)
    with errors_as_bad_store(database.folder):
        connection.execute("PRAGMA secure_delete = ON")  # overwrite what is freed
    with database.transaction():
        found = _count(connection)
        _erase_columns(connection)
        check()
        connection.execute(
            "INSERT OR IGNORE INTO settings (name, value) VALUES (?, ?)",
            (_ERASED_AT, datetime.now(UTC).isoformat(timespec="seconds")),
        )
    _rewrite(database)
    return found


def _count(connection: sqlite3.Connection) -> Texts:
    def count(table: str, where: str) -> int:
        return int(connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])

    return Texts(
        count("rows", "name_text != ''"), count("rows", "address_text != ''"), count("decisions", _HAS_TEXT)
    )


def _erase_columns(connection: sqlite3.Connection) -> None:
    triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for trigger in triggers:  # they protect the decisions, which may be changed only here
        connection.execute(f"DROP TRIGGER {trigger['name']}")
    deadline = _DEADLINE.format(table="rows")
    connection.execute(f"UPDATE rows SET region = region_on({deadline}, region, postcode, locality)")
    connection.execute("CREATE TEMP TABLE contents AS SELECT id, sha256 FROM inputs")
    first = "SELECT min(id) FROM contents WHERE sha256 = inputs.sha256"
    for table, columns in ERASED.items():
        values = ", ".join(f"{name} = {value.replace('%s', first)}" for name, value in columns.items())
        connection.execute(f"UPDATE {table} SET {values}")
    connection.execute("DROP TABLE temp.contents")
    page_digests.refresh_all(connection)
    for table in EMPTIED:
        connection.execute(f"DELETE FROM {table}")
    due_work.rows_changed(connection)  # the tables have to be written again
    marks = ", ".join("?" * len(KEPT_SETTINGS))
    connection.execute(f"DELETE FROM settings WHERE name NOT IN ({marks})", KEPT_SETTINGS)
    for trigger in triggers:
        connection.execute(trigger["sql"])


def _rewrite(database: Database) -> None:
    """Write the database without free pages and empty its write-ahead log."""
    with errors_as_bad_store(database.folder):
        database.connection.execute("VACUUM")
        busy = database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise BadStore(
            f"Another program has the campaign in {database.folder} open, so that old texts may be left in "
            "its log; end that program and erase again."
        )


def _without_headers(table: str | None) -> str | None:
    """Erase headers: they are printed, but handwriting may have been taken for one."""
    tables = serialise.tables_of(table)
    return serialise.tables_json(
        replace(found, columns=tuple(replace(column, header="") for column in found.columns))
        for found in tables
    )


def _without_texts(field: str, value: str, deadline: str | None) -> str:
    if field not in set(Field):
        return ""
    return without_text(Field(field), value, None if deadline is None else date.fromisoformat(deadline))


def _region_on(
    deadline: str | None, region: str | None, postcode: str | None, locality: str | None
) -> str | None:
    if deadline is None or region is None:
        return region
    return canton_on(date.fromisoformat(deadline), region, postcode or "", locality or "")
