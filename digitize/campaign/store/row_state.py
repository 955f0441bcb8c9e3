"""Keep the state of every row: what was recognised and decided together, for fast lists and sums.

The row states are derived and can be written again at any time.  The functions work inside the
caller's transaction, together with the change that makes an update necessary.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from digitize.campaign.decisions import (
    PAGE_FIELDS,
    DecidedRow,
    Decision,
    Field,
    follow,
    is_ditto,
    present_rows,
    question_of_count,
    region_of,
    resolve,
    with_canton_on,
)
from digitize.campaign.store import (
    audit_log,
    due_work,
    duplicate_signers,
    page_deadlines,
    page_settlements,
    row_counts,
    row_words,
    second_look_sample,
    serialise,
    setting_values,
)
from digitize.records import Cell, FlagCode, Row, RowKey, Status

RULES = "5"  # raise it if `resolve` or `row_words` give other results: campaigns then write both again

_RULES_SETTING = "row-state-rules"


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row with its id, as recognised and as decided, in the canton of its page's deadline.

    A row that counts on one scan of its sheet and not on another is asked about.
    """

    id: int
    page_id: int
    recognised: Row
    decided: DecidedRow
    deadline: date | None


def of_page(connection: sqlite3.Connection, page_id: int) -> list[StoredRow]:
    """Return the rows of a page with all their cells, in the order of the page, then those added.

    Rows that are not there according to people are left out.
    """
    found = connection.execute("SELECT * FROM rows WHERE page_id = ? ORDER BY row_index", (page_id,))
    rows = found.fetchall()
    present = present_rows(
        (serialise.row_of(row, ()) for row in rows), audit_log.of_page(connection, page_id)
    )
    indices = {row.index for row in present}
    return _stored_rows(connection, page_id, [row for row in rows if row["row_index"] in indices])


def at(connection: sqlite3.Connection, row_id: int) -> StoredRow:
    """Return one row, which must have a state."""
    found = connection.execute("SELECT * FROM rows WHERE id = ?", (row_id,)).fetchall()
    page_id = found[0]["page_id"]
    if not is_ditto(serialise.row_of(found[0], ())):
        return _stored_rows(connection, page_id, found)[0]
    return next(row for row in of_page(connection, page_id) if row.id == row_id)


def refresh_page(connection: sqlite3.Connection, page_id: int) -> None:
    """Write the states of a page and of its rows, after it was stored again or decided on."""
    page_settlements.refresh(connection, page_id)
    write_page(connection, page_id)
    duplicate_signers.regroup_page(connection, page_id)


def refresh_row(connection: sqlite3.Connection, row_id: int) -> None:
    """Write the state of a row on which something was decided, and of rows that follow it."""
    row = at(connection, row_id)
    has_dittos = connection.execute(
        "SELECT 1 FROM rows WHERE page_id = ? AND instr(flags, ?) LIMIT 1",
        (row.page_id, f'"{FlagCode.DITTO.value}"'),
    ).fetchone()
    if has_dittos:
        write_page(connection, row.page_id)
    else:
        _write(connection, row.page_id, [row])
    duplicate_signers.regroup_page(connection, row.page_id)


def write_page(connection: sqlite3.Connection, page_id: int) -> None:
    """Write the row states of a page; the caller must update duplicate signers afterwards."""
    connection.execute("DELETE FROM row_states WHERE page_id = ?", (page_id,))  # some rows may be gone
    row_words.forget_page(connection, page_id)
    _write(connection, page_id, of_page(connection, page_id))


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Write all row states if there are none yet, or if they follow older rules."""
    if not are_up_to_date(connection):
        rebuild(connection)
        if connection.execute("SELECT 1 FROM pages LIMIT 1").fetchone():
            due_work.rows_changed(connection)
        setting_values.put(connection, _RULES_SETTING, RULES)


def are_up_to_date(connection: sqlite3.Connection) -> bool:
    """Return whether the row states follow the current rules."""
    return setting_values.value_of(connection, _RULES_SETTING) == RULES


def rebuild(connection: sqlite3.Connection) -> None:
    """Write all row states again."""
    connection.execute("DELETE FROM row_states")
    row_counts.recount(connection)
    connection.execute("DELETE FROM page_settlements")
    for page in connection.execute("SELECT id FROM pages").fetchall():
        page_settlements.refresh(connection, page["id"])
        write_page(connection, page["id"])
    duplicate_signers.regroup_all(connection)


def _stored_rows(
    connection: sqlite3.Connection, page_id: int, rows: Sequence[sqlite3.Row]
) -> list[StoredRow]:
    """Return these rows of one page with the decisions on them and on rows that are no longer there."""
    decisions = audit_log.of_page(connection, page_id)
    deadline = page_deadlines.deadline_of(connection, page_id)
    cells = _cells(connection, [row["id"] for row in rows])
    lost = _lost_decisions(connection, page_id, decisions) if decisions else []
    recognised = [with_canton_on(deadline, serialise.row_of(row, cells[row["id"]])) for row in rows]
    decided = []
    for row in recognised:
        near = [each for each in lost if each.row and _may_be(each.row, row)]
        decided.append(resolve(row, decisions, near, deadline))
    followed = _with_differing(connection, page_id, follow(recognised, decided))
    return [
        StoredRow(stored["id"], page_id, row, final, deadline)
        for stored, row, final in zip(rows, recognised, followed, strict=True)
    ]


def _with_differing(
    connection: sqlite3.Connection, page_id: int, rows: Iterable[DecidedRow]
) -> list[DecidedRow]:
    """Return the rows with the question whether they count, where another scan of the sheet differs."""
    query = "SELECT differing FROM page_states WHERE page_id = ?"
    found = connection.execute(query, (page_id,)).fetchone()
    differing = set(json.loads(found["differing"])) if found else set()
    return [
        replace(each, question=question_of_count(each.row))
        if each.row.index in differing and Field.STATUS not in each.note.decided
        else each
        for each in rows
    ]


def _lost_decisions(
    connection: sqlite3.Connection, page_id: int, decisions: Iterable[Decision]
) -> list[Decision]:
    """Return the decisions on rows that the page no longer has."""
    query = "SELECT row_index, number FROM rows WHERE page_id = ?"
    present = {(row["row_index"], row["number"]) for row in connection.execute(query, (page_id,))}
    of_rows = (each for each in decisions if each.field not in (*PAGE_FIELDS, Field.ROW, Field.COMMENT))
    return [each for each in of_rows if each.row and (each.row.index, each.row.number) not in present]


def _may_be(key: RowKey, row: Row) -> bool:
    """Return whether the row that had this key may be this one, moved or with another number."""
    return key.index == row.index or key.number == row.number


def _cells(connection: sqlite3.Connection, row_ids: Sequence[int]) -> dict[int, list[Cell]]:
    cells = defaultdict(list)
    marks = ", ".join("?" * len(row_ids))
    query = f"SELECT * FROM cells WHERE row_id IN ({marks}) ORDER BY row_id, cell_index"
    for cell in connection.execute(query, row_ids):
        cells[cell["row_id"]].append(serialise.cell_of(cell))
    return cells


def _write(connection: sqlite3.Connection, page_id: int, rows: Sequence[StoredRow]) -> None:
    share = second_look_sample.share_of(connection)
    query = "SELECT counted, late FROM page_states WHERE page_id = ?"
    page_state = connection.execute(query, (page_id,)).fetchone()
    counted, late = tuple(page_state) if page_state else (1, 0)
    page = {"page_id": page_id, "counted": counted, "late": late}
    values = [page | _values(row, share) for row in rows]
    connection.executemany(_INSERT, values)
    row_words.write(connection, [(row.id, row.decided.row) for row in rows])


_COLUMNS = (
    *("row_id", "page_id", "status", "region", "counted", "late", "question", "closeness"),
    *("decided", "decided_by", "flags", "second_question", "second_not_by"),
)
_INSERT = (
    f"INSERT INTO row_states ({', '.join(_COLUMNS)})"
    f" VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"
    " ON CONFLICT (row_id) DO UPDATE SET "  # replacing would not call the triggers of the row that goes
    f"{', '.join(f'{name} = excluded.{name}' for name in _COLUMNS)}"
)


def _values(row: StoredRow, share: float) -> dict[str, Any]:
    note, question = row.decided.note, row.decided.question
    return {
        "row_id": row.id,
        **decided_values(row.decided),
        "question": question.kind.value if question else None,
        "closeness": question.closeness if question else None,
        "flags": serialise.SEPARATOR.join(flag.value for flag in note.flags),
        **second_look_sample.due_on(row.decided.effective, share),
    }


def decided_values(decided: DecidedRow) -> dict[str, str]:
    """Return the columns on which the count is based; they follow from a row and its decisions alone."""
    note, status = decided.note, decided.row.status
    return {
        "status": status.value,
        "region": "" if status is Status.BLANK else region_of(decided.row),
        "decided": serialise.SEPARATOR.join(field.value for field in note.decided),
        "decided_by": serialise.SEPARATOR.join(note.by),
    }
