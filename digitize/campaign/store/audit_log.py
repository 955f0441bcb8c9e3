"""The audit log: every decision is one entry; entries are added and never changed.

The functions work inside the caller's transaction.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import MAXYEAR, MINYEAR, datetime

from digitize.campaign.decisions import PAIRS, WHOLE_PAGE, Decision, Field
from digitize.campaign.store import backup, due_work
from digitize.records import RowKey

_SELECT = "SELECT * FROM decisions WHERE"
_PAIR_FIELDS = f"'{Field.PERSON.value}', '{Field.PAGE.value}'"
_CHANGING_PAGES = (Field.PAGE, Field.CONTENT, Field.TRASH, Field.ROW, Field.PETITION)
_FIELDS = frozenset(field.value for field in Field)


def append(connection: sqlite3.Connection, decision: Decision) -> Decision:
    """Add an entry and return it with its `id`; mark as due what follows from it."""
    values = (
        *_key_values(decision.row),
        *_key_values(decision.other),
        *(decision.file, decision.page, decision.field.value, decision.value, decision.before),
        *(decision.by, decision.at.isoformat(timespec="milliseconds"), decision.undoes, int(decision.second)),
    )
    cursor = connection.execute(
        "INSERT INTO decisions (page_id, row_index, number, other_page_id, other_row_index, other_number,"
        " file, page, field, value, value_before, decided_by, at, undoes, second)"
        f" VALUES ({', '.join('?' * 15)})",
        values,
    )
    assert cursor.lastrowid is not None
    backup.note_decision(connection, cursor.lastrowid)
    if decision.field in _CHANGING_PAGES:
        due_work.pages_changed(connection)
    else:
        due_work.rows_changed(connection)
    return decisions(connection.execute(f"{_SELECT} id = ?", (cursor.lastrowid,)))[0]


def of_row(connection: sqlite3.Connection, page_id: int, index: int) -> list[Decision]:
    """Return all decisions on the row with this index, whatever its number was, except pairs."""
    query = f"{_SELECT} page_id = ? AND row_index = ? AND field NOT IN ({_PAIR_FIELDS}) ORDER BY id"
    return decisions(connection.execute(query, (page_id, index)))


def of_page(connection: sqlite3.Connection, page_id: int) -> list[Decision]:
    """Return all decisions on rows of a page, except pairs."""
    query = f"{_SELECT} page_id = ? AND field NOT IN ({_PAIR_FIELDS}) ORDER BY id"
    return decisions(connection.execute(query, (page_id,)))


def of_whole_page(connection: sqlite3.Connection, page_id: int) -> list[Decision]:
    """Return the decisions on a page itself, except pairs."""
    query = (
        f"{_SELECT} page_id = ? AND row_index = {WHOLE_PAGE} AND field NOT IN ({_PAIR_FIELDS}) ORDER BY id"
    )
    return decisions(connection.execute(query, (page_id,)))


def history(connection: sqlite3.Connection, key: RowKey) -> list[Decision]:
    """Return all decisions on a row, including pairs, oldest first."""
    values = (key.page_id, key.index, key.number)
    found = connection.execute(
        f"{_SELECT} (page_id, row_index, number) = (?, ?, ?)"
        f" UNION {_SELECT} (other_page_id, other_row_index, other_number) = (?, ?, ?) ORDER BY id",
        (*values, *values),
    )
    return decisions(found)


def of_pair(connection: sqlite3.Connection, field: Field, first: RowKey, other: RowKey) -> list[Decision]:
    """Return all decisions on a pair, oldest first."""
    keys = (*_key_values(first), *_key_values(other))
    found = connection.execute(
        f"{_SELECT} (page_id, row_index, number) = (?, ?, ?)"
        " AND (other_page_id, other_row_index, other_number) = (?, ?, ?) AND field = ? ORDER BY id",
        (*keys, field.value),
    )
    return decisions(found)


def last_by(connection: sqlite3.Connection, person: str) -> Decision | None:
    """Return a person's last decision that was not undone."""
    found = connection.execute(
        f"{_SELECT} decided_by = ? AND undoes IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM decisions u WHERE u.undoes = decisions.id)"
        " ORDER BY id DESC",
        (person,),
    )
    return next(_readable(found), None)


def entry(connection: sqlite3.Connection, decision_id: int) -> Decision | None:
    """Return the entry with this id, None if there is none that can be read."""
    found = decisions(connection.execute(f"{_SELECT} id = ?", (decision_id,)))
    return found[0] if found else None


def is_undone(connection: sqlite3.Connection, decision_id: int) -> bool:
    """Return whether a later entry undoes this one."""
    found = connection.execute("SELECT 1 FROM decisions WHERE undoes = ?", (decision_id,)).fetchone()
    return found is not None


def since(connection: sqlite3.Connection, after: int) -> Iterator[Decision]:
    """Yield the entries with a higher id than `after`, oldest first."""
    return _readable(connection.execute(f"{_SELECT} id > ? ORDER BY id", (after,)))


def decisions(found: Iterable[sqlite3.Row]) -> list[Decision]:
    """Return the decisions on rows of the table, without those that digitize cannot have written."""
    return list(_readable(found))


def decision_of(stored: sqlite3.Row) -> Decision | None:
    """Return the decision of one row of the table.

    Returns None if it has no known field, row or time: digitize cannot have written it.
    """
    row = _key_of(stored["page_id"], stored["row_index"], stored["number"])
    other = _key_of(stored["other_page_id"], stored["other_row_index"], stored["other_number"])
    at = _time_of(stored["at"])
    if (
        stored["field"] not in _FIELDS
        or row is None
        or at is None
        or (other is None) == (stored["field"] in PAIRS)
    ):
        return None
    return Decision(
        id=stored["id"],
        row=row,
        field=Field(stored["field"]),
        value=stored["value"],
        before=stored["value_before"],
        by=stored["decided_by"],
        at=at,
        undoes=stored["undoes"],
        second=bool(stored["second"]),
        other=other,
        file=stored["file"],
        page=stored["page"],
    )


def _readable(found: Iterable[sqlite3.Row]) -> Iterator[Decision]:
    return (decision for stored in found if (decision := decision_of(stored)) is not None)


def _time_of(text: str) -> datetime | None:
    """Return the time, None if it is not valid or cannot be converted to every time zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if MINYEAR < at.year < MAXYEAR else None


def _key_values(key: RowKey | None) -> Sequence[int | None]:
    return (None, None, None) if key is None else (key.page_id, key.index, key.number)


def _key_of(page_id: int | None, index: int | None, number: int | None) -> RowKey | None:
    return None if page_id is None or index is None or number is None else RowKey(page_id, index, number)
