"""Read pages and rows with the decisions applied, for the tables and to search for duplicate signers."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from digitize.campaign.decisions import (
    FIRST_TYPED,
    Decision,
    Field,
    Kind,
    RowNote,
    apply,
    effective_decisions,
    follow,
    is_ditto,
    present_rows,
    resolve,
    with_canton_on,
)
from digitize.campaign.store import audit_log, page_deadlines, serialise
from digitize.campaign.store.page_results import Outcome, Pages
from digitize.campaign.store.review_queue import PAIRS, split
from digitize.records import PageId, Role, Row, RowFlag, RowKey

_ROWS = (
    "SELECT i.path, p.number AS page, r.row_index, s.* FROM row_states s JOIN rows r ON r.id = s.row_id"
    " JOIN pages p ON p.id = s.page_id JOIN inputs i ON i.id = p.input_id"
)
_NOTED = (
    f"{_ROWS} WHERE s.decided != '' UNION {_ROWS} WHERE s.flags != '' UNION {_ROWS} WHERE s.counted = 0"
    " AND s.page_id NOT IN (SELECT page_id FROM page_states WHERE counted = 0)"
)


def outcomes(
    pages: Pages, connection: sqlite3.Connection, page_ids: Iterable[int], roles: Collection[Role] | None
) -> Iterator[Outcome]:
    """Yield the pages with these ids in their order, with the rows as people decided them.

    Places that nobody decided on are in the cantons of the page's deadline.
    """
    decided, deadlines = _decided_pages(connection), page_deadlines.deadlines(connection)
    for page_id, outcome in pages.stored(page_ids, roles):
        deadline = deadlines.get(page_id)
        if page_id not in decided:
            yield replace(outcome, rows=tuple(with_canton_on(deadline, row) for row in outcome.rows))
            continue
        decisions = audit_log.of_page(connection, page_id)
        rows = present_rows((*outcome.rows, *typed_rows(connection, page_id)), decisions)
        yield replace(outcome, rows=_decided(rows, decisions, deadline))


def _decided_pages(connection: sqlite3.Connection) -> set[int]:
    return {line["page_id"] for line in connection.execute("SELECT DISTINCT page_id FROM decisions")}


def typed_rows(connection: sqlite3.Connection, page_id: int) -> list[Row]:
    """Return the rows that people added to a page, as they were before any decision on them."""
    found = connection.execute(
        "SELECT * FROM rows WHERE page_id = ? AND row_index >= ? ORDER BY row_index", (page_id, FIRST_TYPED)
    )
    return [serialise.row_of(row, ()) for row in found]


def _decided(rows: Sequence[Row], decisions: list[Decision], deadline: date | None) -> tuple[Row, ...]:
    recognised = [with_canton_on(deadline, row) for row in rows]
    if not any(map(is_ditto, recognised)):
        return tuple(apply(row, decisions, deadline) for row in recognised)
    resolved = [resolve(row, decisions, deadline=deadline) for row in recognised]
    return tuple(each.row for each in follow(recognised, resolved))


def notes(connection: sqlite3.Connection) -> dict[tuple[PageId, int], RowNote]:
    """Return what the tables say about rows, by page and index of the row, for rows with a note."""
    possible = {
        row_id for pair in connection.execute(PAIRS[Kind.PERSON]) for row_id in (pair["first"], pair["other"])
    }
    note = RowNote(flags=(RowFlag.POSSIBLE_DUPLICATE_PERSON,))
    found = dict.fromkeys(_positions(connection, possible), note)
    not_counted = {
        line["page_id"] for line in connection.execute("SELECT page_id FROM page_states WHERE counted = 0")
    }
    for line in connection.execute(_NOTED):
        flags = [RowFlag(flag) for flag in split(line["flags"])]
        if not line["counted"] and line["page_id"] not in not_counted:
            flags.append(RowFlag.DUPLICATE_PERSON)
        if line["row_id"] in possible:
            flags.append(RowFlag.POSSIBLE_DUPLICATE_PERSON)
        decided = tuple(Field(field) for field in split(line["decided"]))
        found[_position(line)] = RowNote(decided, split(line["decided_by"]), tuple(flags))
    return found | _comments(connection, found)


def _comments(
    connection: sqlite3.Connection, notes: Mapping[tuple[PageId, int], RowNote]
) -> dict[tuple[PageId, int], RowNote]:
    """Return the notes on rows on which somebody commented, with the comment."""
    keys = connection.execute(
        "SELECT DISTINCT s.row_id, d.page_id, d.row_index, d.number FROM decisions d"
        " JOIN rows r ON (r.page_id, r.row_index, r.number) = (d.page_id, d.row_index, d.number)"
        " JOIN row_states s ON s.row_id = r.id WHERE d.field = 'comment'"
    ).fetchall()
    found = {}
    for row_id, *key in keys:
        [position] = _positions(connection, [row_id])
        comment = effective_decisions(audit_log.history(connection, RowKey(*key))).get(Field.COMMENT)
        if comment is not None:
            found[position] = replace(notes.get(position, RowNote()), comment=comment.decision.value)
    return found


def _positions(connection: sqlite3.Connection, row_ids: Iterable[int]) -> list[tuple[PageId, int]]:
    query = f"{_ROWS} WHERE s.row_id = ?"
    return [_position(connection.execute(query, (row_id,)).fetchone()) for row_id in row_ids]


def _position(line: sqlite3.Row) -> tuple[PageId, int]:
    return PageId(line["path"], line["page"]), line["row_index"]


def signers(connection: sqlite3.Connection) -> Iterator[tuple[RowKey, Row]]:
    """Yield rows that count or may count, as decided, without cells and without those of second scans."""
    decided = _decided_pages(connection)
    page_id, decisions = -1, list[Decision]()
    deadlines = page_deadlines.deadlines(connection)
    for stored in connection.execute(
        "SELECT r.* FROM rows r JOIN row_states s ON s.row_id = r.id"
        " LEFT JOIN page_states p ON p.page_id = r.page_id"
        " WHERE s.status IN ('signed', 'doubtful') AND coalesce(p.counted, 1) = 1"
        " ORDER BY r.page_id, r.row_index"
    ):
        row = serialise.row_of(stored, ())
        key = RowKey(stored["page_id"], row.index, row.number)
        deadline = deadlines.get(key.page_id)
        if key.page_id in decided:
            if key.page_id != page_id:  # the rows of a page follow each other
                page_id, decisions = key.page_id, audit_log.of_page(connection, key.page_id)
            yield key, apply(row, decisions, deadline)
        else:
            yield key, with_canton_on(deadline, row)
