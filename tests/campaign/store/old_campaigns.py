"""Databases of older versions, made from a campaign of today by the released migration steps."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from digitize.campaign.store import DATABASE
from digitize.campaign.store.schema import APPLICATION_ID, MIGRATIONS

# Tables and columns of today, and what they were called before version 8.
_OLD_TABLES = {"row_states": "verdicts", "page_states": "standings", "signer_pairs": "person_pairs"}
_OLD_COLUMNS = {
    ("decisions", "value_before"): "was",
    ("decisions", "decided_by"): "who",
    ("row_states", "decided_by"): "who",
    ("row_states", "second_question"): "second",
    ("row_states", "second_not_by"): "second_not",
    ("signer_pairs", "likelihood"): "likeness",
    ("reservations", "reserved_by"): "who",
    ("reservations", "reserved_until"): "until",
    ("cells", "ink"): "verdict",
    ("pages", "notes"): "note",
}
_OLD_DUE = {"page-states": "standings", "signer-pairs": "persons", "tables": "tables"}
_RENAMED = 8  # the version that has the names of today
_CODES = 7  # the version from which flags and notes are codes
_SETTINGS = 3  # the first version with settings
DECISIONS = 4  # the first version with decisions


def make_old(source: Path, folder: Path, version: int) -> None:
    """Write the campaign in `source` to `folder` as this version stored it, as far as it could."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / DATABASE)) as old:
        for step in MIGRATIONS[:version]:
            for statement in step:
                old.execute(statement)
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute(f"PRAGMA user_version = {version}")
        old.execute("ATTACH ? AS today", (str(source / DATABASE),))
        names = "SELECT name FROM today.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        for (table,) in old.execute(names).fetchall():
            _copy(old, table, version)
        if _SETTINGS <= version < DECISIONS:
            old.execute("DELETE FROM settings WHERE name NOT IN ('deadline')")
        old.commit()


def _copy(old: sqlite3.Connection, table: str, version: int) -> None:
    is_renamed = version >= _RENAMED
    target = table if is_renamed else _OLD_TABLES.get(table, table)
    present = {line[1] for line in old.execute(f"PRAGMA main.table_info({target})")}
    today = [line[1] for line in old.execute(f"PRAGMA today.table_info({table})")]
    old_name = {name: name if name in present else _OLD_COLUMNS.get((table, name), name) for name in today}
    columns = [name for name in today if old_name[name] in present]
    if not columns:
        return
    old.execute(f"DELETE FROM main.{target}")
    for line in old.execute(f"SELECT {', '.join(columns)} FROM today.{table}").fetchall():
        values = _old_values(table, dict(zip(columns, line, strict=True)), version)
        names = ", ".join(old_name[name] for name in columns)
        marks = ", ".join("?" * len(columns))
        old.execute(f"INSERT INTO main.{target} ({names}) VALUES ({marks})", list(values.values()))


def _old_values(table: str, line: dict[str, object], version: int) -> dict[str, object]:
    if table == "due" and version < _RENAMED:
        line["what"] = _OLD_DUE[str(line["what"])]
    if table == "settings" and version < _RENAMED and line["name"] == "row-state-rules":
        line["name"] = "verdicts"
    if table == "rows" and version < _CODES:
        line["flags"] = json.dumps([[code, "A sentence."] for code in json.loads(str(line["flags"]))])
    if table == "pages" and version < _CODES:
        line["notes"] = ""
    return line
