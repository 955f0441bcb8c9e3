"""Record and undo decisions: the entry of the audit log together with everything that follows from it.

The functions work inside the caller's transaction.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from digitize.campaign.decisions import (
    PAIRS,
    Decision,
    Field,
    checked_name,
    checked_value,
    effective_decisions,
    page_key,
    resolve,
    value_of,
)
from digitize.campaign.decisions.value_text import split_place_text
from digitize.campaign.store import audit_log, duplicate_signers, page_state, record_settlements, row_state
from digitize.campaign.store.scan_labels import label_of
from digitize.errors import BadDecision
from digitize.records import RowKey

ROW_GONE = "That row is no longer there: its page was recognised anew; load the page again."
NO_NAMES = "This campaign keeps counts only (--counts-only): names and addresses cannot be stored."
NOT_A_PAIR = "A decision on a pair needs two different rows or pages; load the page again."
COUNTS_ONLY = "counts-only"  # in the settings of a page: see digitize.page.pipeline.Settings.key


@dataclass(frozen=True, slots=True)
class Request:
    """A decision that somebody wants to make."""

    key: RowKey
    field: Field
    value: str
    by: str
    second: bool = False
    other: RowKey | None = None
    made: datetime | None = None  # None: now


def decide(connection: sqlite3.Connection, request: Request) -> Decision:
    """Record a decision.  Raises BadDecision."""
    value = checked_value(request.field, request.value)
    request = replace(request, by=checked_name(request.by))
    if request.field in PAIRS:
        return _decide_pair(connection, request, value)
    if request.field in record_settlements.FIELDS:
        return _settle(connection, request, value)
    row_id = row_id_of(connection, request.key)
    if row_id is None:
        raise BadDecision(ROW_GONE)
    if _keeps_counts_only(connection, request.key.page_id):
        value = _without_names(request.field, value)
    decided = row_state.at(connection, row_id).decided
    first = next((each.decision for each in decided.effective if each.decision.field is request.field), None)
    before = value_of(decided.row, request.field)
    second = request.second and first is not None and first.by != request.by
    entry = _append(connection, request, request.key, value, before, second=second)
    connection.execute("DELETE FROM reservations WHERE row_id = ?", (row_id,))
    row_state.refresh_row(connection, row_id)
    return entry


def undo(connection: sqlite3.Connection, entry: Decision, by: str) -> Decision:
    """Add the entry that undoes a decision; the value before it is in effect again."""
    assert entry.row is not None
    if entry.field in PAIRS:
        return _undo_pair(connection, entry, by)
    if entry.field in record_settlements.FIELDS:
        return _undo_settlement(connection, entry, by)
    row_id = row_id_of(connection, entry.row)
    value = entry.before
    if row_id is not None:
        decisions = audit_log.of_row(connection, entry.row.page_id, entry.row.index)
        row = row_state.at(connection, row_id)
        undone_row = resolve(row.recognised, [*decisions, _undo_entry(entry)], deadline=row.deadline).row
        value = value_of(undone_row, entry.field)
    request = Request(entry.row, entry.field, value, by)
    undone = _append(connection, request, entry.row, value, entry.value, undoes=entry.id)
    if row_id is not None:
        row_state.refresh_row(connection, row_id)
    else:
        row_state.refresh_page(connection, entry.row.page_id)
    return undone


def row_id_of(connection: sqlite3.Connection, key: RowKey) -> int | None:
    """Return the id of the row with this key, None if it no longer exists or is not there any more."""
    found = connection.execute(
        "SELECT id FROM rows JOIN row_states ON row_id = id"
        " WHERE rows.page_id = ? AND row_index = ? AND number = ?",
        (key.page_id, key.index, key.number),
    ).fetchone()
    return None if found is None else int(found["id"])


def add_rows(
    connection: sqlite3.Connection,
    page_id: int,
    rows: Sequence[record_settlements.TypedRow],
    by: str,
    instead: bool = False,
) -> list[RowKey]:
    """Record rows that a person typed in beside the picture of a page; return their keys.

    Raises BadDecision, whose `at` is the position in `rows` of the row that is wrong, if any.
    """
    by = checked_name(by)
    key = record_settlements.checked_key(connection, page_key(page_id), Field.CONTENT)
    content = record_settlements.content_for_typing(connection, page_id, instead)
    if content is not None:
        decide(connection, Request(key, Field.CONTENT, content.value, by))
    taken = record_settlements.numbers_on(connection, page_id, only_typed=content is not None)
    keys = []
    for at, row in enumerate(rows):
        try:
            added = record_settlements.add_row(connection, page_id, row, taken)
            for field, value in record_settlements.decisions_on(row):
                _append(connection, Request(added, field, "", by), added, checked_value(field, value), "")
        except BadDecision as error:
            error.at = at
            raise
        keys.append(added)
    record_settlements.update(connection, page_id, Field.ROW)
    return keys


def _settle(connection: sqlite3.Connection, request: Request, value: str) -> Decision:
    """Record a decision on a whole page, on whether a row is there, or a comment."""
    key = record_settlements.checked_key(connection, request.key, request.field)
    if request.field is Field.ROW:
        value = record_settlements.checked_row_value(key, value) if request.value else value
    before = record_settlements.value_in_effect(connection, key, request.field)
    entry = _append(connection, replace(request, second=False), key, value, before)
    record_settlements.update(connection, key.page_id, request.field)
    return entry


def _undo_settlement(connection: sqlite3.Connection, entry: Decision, by: str) -> Decision:
    assert entry.row is not None
    value = record_settlements.value_in_effect(connection, entry.row, entry.field, undone=entry.id)
    request = Request(entry.row, entry.field, value, by)
    undone = _append(connection, request, entry.row, value, entry.value, undoes=entry.id)
    record_settlements.update(connection, entry.row.page_id, entry.field)
    return undone


def refresh_pair(connection: sqlite3.Connection, entry: Decision) -> None:
    """Store what the audit log says about the pair of this entry, whatever was stored."""
    assert entry.row is not None and entry.other is not None
    first, other = min(entry.row, entry.other), max(entry.row, entry.other)
    decisions = audit_log.of_pair(connection, entry.field, entry.row, entry.other)
    _store_pair(connection, entry.field, first, other, _effective_value(decisions))


def _decide_pair(connection: sqlite3.Connection, request: Request, value: str) -> Decision:
    if request.other is None:
        raise BadDecision(NOT_A_PAIR)
    first, other = _ordered(connection, request.field, request.key, request.other)
    if first == other:  # also two rows of one page in a decision on pages
        raise BadDecision(NOT_A_PAIR)
    if request.field is Field.PAGE:
        before = page_state.pair_value(connection, first.page_id, other.page_id)
    else:
        before = _effective_value(audit_log.of_pair(connection, request.field, first, other)) or ""
    entry = _append(connection, request, first, value, before, other=other)
    _store_pair(connection, request.field, first, other, value)
    return entry


def _undo_pair(connection: sqlite3.Connection, entry: Decision, by: str) -> Decision:
    assert entry.row is not None and entry.other is not None
    decisions = audit_log.of_pair(connection, entry.field, entry.row, entry.other)
    value = _effective_value([*decisions, _undo_entry(entry)])
    _store_pair(connection, entry.field, entry.row, entry.other, value)
    shown = value or ""
    if entry.field is Field.PAGE:
        shown = page_state.pair_value(connection, entry.row.page_id, entry.other.page_id)
    request = Request(entry.row, entry.field, shown, by)
    return _append(connection, request, entry.row, shown, entry.value, other=entry.other, undoes=entry.id)


def _ordered(connection: sqlite3.Connection, field: Field, one: RowKey, two: RowKey) -> tuple[RowKey, RowKey]:
    """Return a pair in the order in which it is stored; raises BadDecision if one side is gone."""
    for key in (one, two):
        is_row = field is Field.PERSON
        found = row_id_of(connection, key) if is_row else _page(connection, key.page_id)
        if found is None:
            raise BadDecision(ROW_GONE)
    if field is Field.PAGE:
        one, two = page_key(one.page_id), page_key(two.page_id)
    return min(one, two), max(one, two)


def _keeps_counts_only(connection: sqlite3.Connection, page_id: int) -> bool:
    found = connection.execute("SELECT settings FROM pages WHERE id = ?", (page_id,)).fetchone()
    return COUNTS_ONLY in found["settings"].split(" ")


def _without_names(field: Field, value: str) -> str:
    """Return what may be stored if no names and addresses are kept: of a place, the region."""
    if field in (Field.NAME, Field.ADDRESS):
        raise BadDecision(NO_NAMES)
    return checked_value(field, split_place_text(value)[0]) if field is Field.PLACE else value


def _page(connection: sqlite3.Connection, page_id: int) -> sqlite3.Row | None:
    found: sqlite3.Row | None = connection.execute(
        "SELECT path, number FROM pages JOIN inputs ON inputs.id = input_id WHERE pages.id = ?", (page_id,)
    ).fetchone()
    return found


def _store_pair(
    connection: sqlite3.Connection, field: Field, first: RowKey, other: RowKey, value: str | None
) -> None:
    if first == other:
        return
    if field is Field.PAGE:
        if _page(connection, first.page_id) and _page(connection, other.page_id):
            page_state.decide_pair(connection, first.page_id, other.page_id, value)
        return
    connection.execute(
        "INSERT INTO signer_pairs (page_id, row_index, number, other_page_id, other_row_index, other_number,"
        " likelihood, decided) VALUES (?, ?, ?, ?, ?, ?, 0, ?)"
        " ON CONFLICT (page_id, row_index, number, other_page_id, other_row_index, other_number)"
        " DO UPDATE SET decided = excluded.decided, reserved_by = NULL, reserved_until = NULL",
        (first.page_id, first.index, first.number, other.page_id, other.index, other.number, value),
    )
    duplicate_signers.regroup(connection, (first, other))


def _effective_value(decisions: Sequence[Decision]) -> str | None:
    effective = effective_decisions(decisions)
    return next((each.decision.value for each in effective.values()), None)


def _undo_entry(entry: Decision) -> Decision:
    """Return a preview of the entry that undoes this one, to find the value in effect after it."""
    return replace(entry, id=entry.id + 1, value="", before=entry.value, undoes=entry.id)


def _append(
    connection: sqlite3.Connection,
    request: Request,
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
    entry = Decision(
        *(0, key, request.field, value, before, request.by, request.made or datetime.now(UTC)),
        undoes=undoes,
        second=second,
        other=other,
        file=file,
        page=page,
    )
    return audit_log.append(connection, entry)
