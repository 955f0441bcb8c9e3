"""Keeping and taking back decisions: the line of the trail and what follows from it, together.

Every function works inside the caller's transaction.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from digitize.campaign.decisions import (
    PAIRS,
    Decision,
    Field,
    checked,
    effective_decisions,
    named,
    page_key,
    settle,
    value_of,
)
from digitize.campaign.store import audit_log, duplicate_signers, page_state, row_state
from digitize.campaign.store.scan_labels import label_of
from digitize.errors import BadDecision
from digitize.records import RowKey

GONE = "That row is no longer there: its page was recognised anew; load the page again."
TWO = "A decision on a pair needs two different rows or pages; load the page again."


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be decided."""

    key: RowKey
    field: Field
    value: str
    by: str
    second: bool = False
    other: RowKey | None = None


def decide(connection: sqlite3.Connection, wish: Wish) -> Decision:
    """Keep a decision.  Raises BadDecision."""
    value = checked(wish.field, wish.value)
    wish = replace(wish, by=named(wish.by))
    if wish.field in PAIRS:
        return _decide_pair(connection, wish, value)
    row_id = id_of(connection, wish.key)
    if row_id is None:
        raise BadDecision(GONE)
    row = row_state.at(connection, row_id)
    first = next((r.decision for r in row.settled.rulings if r.decision.field is wish.field), None)
    before = value_of(row.settled.row, wish.field)
    second = wish.second and first is not None and first.by != wish.by
    line = _line(connection, wish, wish.key, value, before, second=second)
    connection.execute("DELETE FROM reservations WHERE row_id = ?", (row_id,))
    row_state.refresh_row(connection, row_id)
    return line


def take_back(connection: sqlite3.Connection, line: Decision, by: str) -> Decision:
    """Add the line that undoes this one; what stood there before stands again."""
    assert line.row is not None
    if line.field in PAIRS:
        return _take_back_pair(connection, line, by)
    row_id = id_of(connection, line.row)
    made = audit_log.of_row(connection, line.row.page_id, line.row.index)
    value = line.before
    if row_id is not None:
        value = value_of(
            settle(row_state.at(connection, row_id).raw, [*made, _undoing(line)]).row, line.field
        )
    wish = Wish(line.row, line.field, value, by)
    undone = _line(connection, wish, line.row, value, line.value, undoes=line.id)
    if row_id is not None:
        row_state.refresh_row(connection, row_id)
    else:
        row_state.refresh_page(connection, line.row.page_id)
    return undone


def id_of(connection: sqlite3.Connection, key: RowKey) -> int | None:
    """The row of this key, None where it is gone."""
    found = connection.execute(
        "SELECT id FROM rows WHERE page_id = ? AND row_index = ? AND number = ?",
        (key.page_id, key.index, key.number),
    ).fetchone()
    return None if found is None else int(found["id"])


def _decide_pair(connection: sqlite3.Connection, wish: Wish, value: str) -> Decision:
    if wish.other is None:
        raise BadDecision(TWO)
    first, other = _ordered(connection, wish.field, wish.key, wish.other)
    if first == other:  # two rows of one page are one page
        raise BadDecision(TWO)
    if wish.field is Field.PAGE:
        before = page_state.state_of(connection, first.page_id, other.page_id)
    else:
        before = _value_of_pair(audit_log.of_pair(connection, wish.field, first, other)) or ""
    line = _line(connection, wish, first, value, before, other=other)
    _note_pair(connection, wish.field, first, other, value)
    return line


def note_pair_anew(connection: sqlite3.Connection, line: Decision) -> None:
    """Note what holds of the pair of this line, whatever was noted."""
    assert line.row is not None and line.other is not None
    first, other = min(line.row, line.other), max(line.row, line.other)
    made = audit_log.of_pair(connection, line.field, line.row, line.other)
    _note_pair(connection, line.field, first, other, _value_of_pair(made))


def _take_back_pair(connection: sqlite3.Connection, line: Decision, by: str) -> Decision:
    assert line.row is not None and line.other is not None
    made = audit_log.of_pair(connection, line.field, line.row, line.other)
    value = _value_of_pair([*made, _undoing(line)])
    _note_pair(connection, line.field, line.row, line.other, value)
    stands = value or ""
    if line.field is Field.PAGE:
        stands = page_state.state_of(connection, line.row.page_id, line.other.page_id)
    wish = Wish(line.row, line.field, stands, by)
    return _line(connection, wish, line.row, stands, line.value, other=line.other, undoes=line.id)


def _ordered(connection: sqlite3.Connection, field: Field, one: RowKey, two: RowKey) -> tuple[RowKey, RowKey]:
    """The pair in the order in which it is kept.  Raises BadDecision where one of them is gone."""
    for key in (one, two):
        there = id_of(connection, key) if field is Field.PERSON else _page(connection, key.page_id)
        if there is None:
            raise BadDecision(GONE)
    if field is Field.PAGE:
        one, two = page_key(one.page_id), page_key(two.page_id)
    return min(one, two), max(one, two)


def _page(connection: sqlite3.Connection, page_id: int) -> sqlite3.Row | None:
    found: sqlite3.Row | None = connection.execute(
        "SELECT path, number FROM pages JOIN inputs ON inputs.id = input_id WHERE pages.id = ?", (page_id,)
    ).fetchone()
    return found


def _note_pair(
    connection: sqlite3.Connection, field: Field, first: RowKey, other: RowKey, value: str | None
) -> None:
    if first == other:
        return
    if field is Field.PAGE:
        if _page(connection, first.page_id) and _page(connection, other.page_id):
            page_state.decide(connection, first.page_id, other.page_id, value)
        return
    connection.execute(
        "INSERT INTO person_pairs (page_id, row_index, number, other_page_id, other_row_index, other_number,"
        " likeness, decided) VALUES (?, ?, ?, ?, ?, ?, 0, ?)"
        " ON CONFLICT (page_id, row_index, number, other_page_id, other_row_index, other_number)"
        " DO UPDATE SET decided = excluded.decided, reserved_by = NULL, reserved_until = NULL",
        (first.page_id, first.index, first.number, other.page_id, other.index, other.number, value),
    )
    duplicate_signers.regroup(connection, (first, other))


def _value_of_pair(made: Sequence[Decision]) -> str | None:
    held = effective_decisions(made)
    return next((ruling.decision.value for ruling in held.values()), None)


def _undoing(line: Decision) -> Decision:
    """The line that would take this one back, for looking ahead at what stands then."""
    return replace(line, id=line.id + 1, value="", before=line.value, undoes=line.id)


def _line(
    connection: sqlite3.Connection,
    wish: Wish,
    key: RowKey,
    value: str,
    before: str,
    *,
    second: bool = False,
    other: RowKey | None = None,
    undoes: int | None = None,
) -> Decision:
    found = _page(connection, key.page_id)
    file, page = (label_of(connection, found["path"]), found["number"]) if found else ("", 0)
    line = Decision(
        *(0, key, wish.field, value, before, wish.by, datetime.now(UTC)),
        undoes=undoes,
        second=second,
        other=other,
        file=file,
        page=page,
    )
    return audit_log.append(connection, line)
