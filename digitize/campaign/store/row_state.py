"""What holds of every row: reading and decisions taken together, kept for quick lists and sums.

Derived, so it can be written anew at any time; every function works inside the
caller's transaction, together with the change that makes it necessary.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from digitize.campaign.decisions import (
    Decision,
    EffectiveDecision,
    Field,
    Kind,
    Question,
    Settled,
    drawn,
    effective_decisions,
    region_of,
    settle,
)
from digitize.campaign.decisions.apply_decisions import KINDS
from digitize.campaign.decisions.open_questions import CLEAR_DOUBT
from digitize.campaign.store import audit_log, due_work, duplicate_signers, serialise
from digitize.records import Cell, Row, RowKey, Status

RULES = "1"  # raise it when `settle` judges otherwise: campaigns then write their verdicts anew
SEPARATOR = "; "

_RULES, _SECOND_LOOK = "verdicts", "second-look"
_SECOND_FIELDS = (Field.STATUS, Field.PLACE)  # what changes the tally is looked at twice


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored row with its place in the database and the decisions on it."""

    id: int
    page_id: int
    raw: Row
    settled: Settled


def of_page(connection: sqlite3.Connection, page_id: int) -> list[Stored]:
    """The rows of a page with all their cells, in the order of the page."""
    found = connection.execute("SELECT * FROM rows WHERE page_id = ? ORDER BY row_index", (page_id,))
    return _settled(connection, page_id, found.fetchall())


def at(connection: sqlite3.Connection, row_id: int) -> Stored:
    """One row."""
    found = connection.execute("SELECT * FROM rows WHERE id = ?", (row_id,)).fetchall()
    return _settled(connection, found[0]["page_id"], found)[0]


def refresh_page(connection: sqlite3.Connection, page_id: int) -> None:
    """Write the verdicts of a page whose rows were stored anew."""
    write_page(connection, page_id)
    duplicate_signers.regroup_page(connection, page_id)


def refresh_row(connection: sqlite3.Connection, row_id: int) -> None:
    """Write the verdict of a row on which something was decided."""
    row = at(connection, row_id)
    _write(connection, row.page_id, [row])
    duplicate_signers.regroup_page(connection, row.page_id)


def write_page(connection: sqlite3.Connection, page_id: int) -> None:
    """Write the verdicts of a page; which of several signatures of a person counts is found afterwards."""
    _write(connection, page_id, of_page(connection, page_id))


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Write all verdicts where there are none yet, or those of older rules."""
    if _setting(connection, _RULES) != RULES:
        rebuild(connection)
        if connection.execute("SELECT 1 FROM pages LIMIT 1").fetchone():
            due_work.rows_changed(connection)
        _set(connection, _RULES, RULES)


def is_up_to_date(connection: sqlite3.Connection) -> bool:
    return _setting(connection, _RULES) == RULES


def rebuild(connection: sqlite3.Connection) -> None:
    """Write all verdicts anew."""
    connection.execute("DELETE FROM verdicts")
    for page in connection.execute("SELECT id FROM pages").fetchall():
        write_page(connection, page["id"])
    duplicate_signers.regroup_all(connection)


def second_look(connection: sqlite3.Connection) -> float:
    return float(_setting(connection, _SECOND_LOOK) or 0.0)


def set_second_look(connection: sqlite3.Connection, share: float) -> None:
    """Keep the share, and draw anew among the rows that are decided."""
    if share == second_look(connection):
        return
    _set(connection, _SECOND_LOOK, str(share))
    made: dict[RowKey, list[Decision]] = defaultdict(list)
    for line in audit_log.since(connection, 0):
        if line.row is not None:
            made[line.row].append(line)
    decided = connection.execute(
        "SELECT row_id, r.page_id, row_index, number FROM verdicts v JOIN rows r ON r.id = v.row_id"
        " WHERE v.decided != ''"
    ).fetchall()
    connection.executemany(
        "UPDATE verdicts SET second = :second, second_not = :second_not WHERE row_id = :row_id",
        [
            {"row_id": row_id, **_second(effective_decisions(made[RowKey(*key)]).values(), share)}
            for row_id, *key in decided
        ],
    )


def _settled(connection: sqlite3.Connection, page_id: int, rows: Sequence[sqlite3.Row]) -> list[Stored]:
    """These rows of one page with the decisions on them, and those on rows that are no longer there."""
    made = audit_log.of_page(connection, page_id)
    cells = _cells(connection, [row["id"] for row in rows])
    lost = _lost(connection, page_id, made) if made else []
    found = []
    for stored in rows:
        raw = serialise.row_of(stored, cells[stored["id"]])
        near = [line for line in lost if line.row and _may_be(line.row, raw)]
        found.append(Stored(stored["id"], page_id, raw, settle(raw, made, near)))
    return found


def _lost(connection: sqlite3.Connection, page_id: int, made: Iterable[Decision]) -> list[Decision]:
    query = "SELECT row_index, number FROM rows WHERE page_id = ?"
    there = {(row["row_index"], row["number"]) for row in connection.execute(query, (page_id,))}
    return [line for line in made if line.row and (line.row.index, line.row.number) not in there]


def _may_be(key: RowKey, row: Row) -> bool:
    """Whether the row that had this key may be this one, moved or numbered anew."""
    return key.index == row.index or key.number == row.number


def _cells(connection: sqlite3.Connection, row_ids: Sequence[int]) -> dict[int, list[Cell]]:
    cells = defaultdict(list)
    marks = ", ".join("?" * len(row_ids))
    query = f"SELECT * FROM cells WHERE row_id IN ({marks}) ORDER BY row_id, cell_index"
    for cell in connection.execute(query, row_ids):
        cells[cell["row_id"]].append(serialise.cell_of(cell))
    return cells


def _write(connection: sqlite3.Connection, page_id: int, rows: Iterable[Stored]) -> None:
    share = second_look(connection)
    query = "SELECT counted, late, differing FROM standings WHERE page_id = ?"
    standing = connection.execute(query, (page_id,)).fetchone()
    counted, late, differing = tuple(standing) if standing else (1, 0, "[]")
    differ = set(json.loads(differing))
    page = {"page_id": page_id, "counted": counted, "late": late}
    values = [page | _values(row, share, differs=row.raw.index in differ) for row in rows]
    connection.executemany(_INSERT, values)


_COLUMNS = (
    *("row_id", "page_id", "status", "region", "counted", "late", "question", "closeness"),
    *("decided", "who", "flags", "second", "second_not"),
)
_INSERT = (
    f"INSERT OR REPLACE INTO verdicts ({', '.join(_COLUMNS)})"
    f" VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"
)


def _values(row: Stored, share: float, *, differs: bool) -> dict[str, Any]:
    settled = row.settled
    note, asked = settled.note, settled.question
    if differs and Field.STATUS not in note.decided:
        asked = Question(Kind.COUNT, asked.closeness if asked and asked.kind is Kind.COUNT else CLEAR_DOUBT)
    return {
        "row_id": row.id,
        **decided_values(settled),
        "question": asked.kind.value if asked else None,
        "closeness": asked.closeness if asked else None,
        "flags": SEPARATOR.join(flag.value for flag in note.flags),
        **_second(settled.rulings, share),
    }


def decided_values(settled: Settled) -> dict[str, str]:
    """The columns on which the count rests; they follow from the row and its decisions alone."""
    note, status = settled.note, settled.row.status
    return {
        "status": status.value,
        "region": "" if status is Status.BLANK else region_of(settled.row),
        "decided": SEPARATOR.join(field.value for field in note.decided),
        "who": SEPARATOR.join(note.by),
    }


def _second(rulings: Iterable[EffectiveDecision], share: float) -> dict[str, str | None]:
    """Which second look is due on a row with these rulings, and by whom it must not be."""
    due_work = [ruling.decision for ruling in rulings if _looked_at_again(ruling, share)]
    again = min(due_work, key=lambda first: _SECOND_FIELDS.index(first.field), default=None)
    return {
        "second": KINDS[again.field].value if again else None,
        "second_not": again.by if again else None,
    }


def _looked_at_again(ruling: EffectiveDecision, share: float) -> bool:
    first = ruling.decision
    done = ruling.confirmed or ruling.contested is not None or first.second
    return not done and first.field in _SECOND_FIELDS and drawn(first, share)


def _setting(connection: sqlite3.Connection, name: str) -> str | None:
    found = connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return None if found is None else str(found["value"])


def _set(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))
