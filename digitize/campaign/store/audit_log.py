"""The trail of decisions: lines are added, never changed."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import MAXYEAR, MINYEAR, UTC, datetime

from digitize.campaign.decisions import PAIRS, Decision, Field
from digitize.campaign.store import due_work
from digitize.records import RowKey

_OF = "SELECT * FROM decisions WHERE"
_PAIRS = f"'{Field.PERSON.value}', '{Field.PAGE.value}'"
_FIELDS = frozenset(field.value for field in Field)


def append(connection: sqlite3.Connection, decision: Decision) -> Decision:
    """Write a line inside the caller's transaction; `id` and `at` are given here.

    What follows from it is due from then on.
    """
    at = datetime.now(UTC)
    values = (
        *_key_values(decision.row),
        *_key_values(decision.other),
        *(decision.file, decision.page, decision.field.value, decision.value, decision.before),
        *(decision.by, at.isoformat(timespec="milliseconds"), decision.undoes, int(decision.second)),
    )
    cursor = connection.execute(
        "INSERT INTO decisions (page_id, row_index, number, other_page_id, other_row_index, other_number,"
        f" file, page, field, value, was, who, at, undoes, second) VALUES ({', '.join('?' * 15)})",
        values,
    )
    if decision.field is Field.PAGE:
        due_work.pages_changed(connection)
    else:
        due_work.rows_changed(connection)
    return decisions(connection.execute(f"{_OF} id = ?", (cursor.lastrowid,)))[0]


def of_row(connection: sqlite3.Connection, page_id: int, index: int) -> list[Decision]:
    """All lines about a place on a page, whatever number the row there had; no pairs."""
    found = f"{_OF} page_id = ? AND row_index = ? AND field NOT IN ({_PAIRS}) ORDER BY id"
    return decisions(connection.execute(found, (page_id, index)))


def of_page(connection: sqlite3.Connection, page_id: int) -> list[Decision]:
    """All lines about rows of a page; no pairs."""
    found = f"{_OF} page_id = ? AND field NOT IN ({_PAIRS}) ORDER BY id"
    return decisions(connection.execute(found, (page_id,)))


def history(connection: sqlite3.Connection, key: RowKey) -> list[Decision]:
    """Every line that names this row, pairs too, oldest first."""
    here = (key.page_id, key.index, key.number)
    found = connection.execute(
        f"{_OF} (page_id, row_index, number) = (?, ?, ?)"
        f" UNION {_OF} (other_page_id, other_row_index, other_number) = (?, ?, ?) ORDER BY id",
        (*here, *here),
    )
    return decisions(found)


def of_pair(connection: sqlite3.Connection, field: Field, first: RowKey, other: RowKey) -> list[Decision]:
    """All lines about a pair, oldest first."""
    keys = (*_key_values(first), *_key_values(other))
    found = connection.execute(
        f"{_OF} (page_id, row_index, number) = (?, ?, ?)"
        " AND (other_page_id, other_row_index, other_number) = (?, ?, ?) AND field = ? ORDER BY id",
        (*keys, field.value),
    )
    return decisions(found)


def last_of(connection: sqlite3.Connection, who: str) -> Decision | None:
    """A person's last decision that has not been taken back."""
    found = connection.execute(
        f"{_OF} who = ? AND undoes IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM decisions u WHERE u.undoes = decisions.id)"
        " ORDER BY id DESC",
        (who,),
    )
    return next(_readable(found), None)


def line(connection: sqlite3.Connection, decision_id: int) -> Decision | None:
    found = decisions(connection.execute(f"{_OF} id = ?", (decision_id,)))
    return found[0] if found else None


def is_undone(connection: sqlite3.Connection, decision_id: int) -> bool:
    found = connection.execute("SELECT 1 FROM decisions WHERE undoes = ?", (decision_id,)).fetchone()
    return found is not None


def since(connection: sqlite3.Connection, after: int) -> Iterator[Decision]:
    """The lines with a higher id than `after`, oldest first."""
    return _readable(connection.execute(f"{_OF} id > ? ORDER BY id", (after,)))


def decisions(found: Iterable[sqlite3.Row]) -> list[Decision]:
    """The decisions on these lines; a line that digitize cannot have written is left out."""
    return list(_readable(found))


def decision_of(line: sqlite3.Row) -> Decision | None:
    """None where the line names no field, no row or no time that there is."""
    row = _key_of(line["page_id"], line["row_index"], line["number"])
    other = _key_of(line["other_page_id"], line["other_row_index"], line["other_number"])
    at = _time_of(line["at"])
    if (
        line["field"] not in _FIELDS
        or row is None
        or at is None
        or (other is None) == (line["field"] in PAIRS)
    ):
        return None
    return Decision(
        id=line["id"],
        row=row,
        field=Field(line["field"]),
        value=line["value"],
        before=line["was"],
        by=line["who"],
        at=at,
        undoes=line["undoes"],
        second=bool(line["second"]),
        other=other,
        file=line["file"],
        page=line["page"],
    )


def _readable(found: Iterable[sqlite3.Row]) -> Iterator[Decision]:
    return (decision for line in found if (decision := decision_of(line)) is not None)


def _time_of(text: str) -> datetime | None:
    """None where it is no time, or one that cannot be told in every time zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if MINYEAR < at.year < MAXYEAR else None


def _key_values(key: RowKey | None) -> Sequence[int | None]:
    return (None, None, None) if key is None else (key.page_id, key.index, key.number)


def _key_of(page_id: int | None, index: int | None, number: int | None) -> RowKey | None:
    return None if page_id is None or index is None or number is None else RowKey(page_id, index, number)
