"""Record what people say about whole pages, add and remove rows, and take such decisions back.

The functions work inside the caller's transaction.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from digitize.campaign.decisions import (
    ADDED,
    ADDED_AGAIN,
    FIRST_TYPED,
    KEPT,
    PAGE_FIELDS,
    REMOVED,
    WHOLE_PAGE,
    Content,
    Field,
    effective_decisions,
    page_key,
)
from digitize.campaign.store import audit_log, page_state, row_state, serialise
from digitize.errors import BadDecision
from digitize.geometry import Box
from digitize.records import Row, RowKey, Status

FIELDS = (*PAGE_FIELDS, Field.ROW, Field.COMMENT)
"""Fields of decisions that are recorded here."""

NUMBER_MAX = 9999  # of a row; sheets are numbered through, and nobody collects more on one
ROWS_MAX = 200  # added to a page at a time

PAGE_GONE = "That page is no longer there: its file was replaced; load the list again."
ROW_GONE = "That row is no longer there: its page was recognised anew; load the page again."
ROW_TAKEN = "Row {} is on this page already: correct it there."


class RowTaken(BadDecision):
    """Another row of the page has the number of a row that is added."""


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row as a person typed it in; `place` as written by `decisions.place_text`, "" if not known."""

    number: int
    status: Status
    name: str = ""
    address: str = ""
    place: str = ""
    again: bool = False  # there is another row with this number on the sheet


def checked_key(connection: sqlite3.Connection, key: RowKey, field: Field) -> RowKey:
    """Return the key of a decision on a page or on whether a row is there; raises BadDecision."""
    if field in PAGE_FIELDS or key.index == WHOLE_PAGE:
        if connection.execute("SELECT 1 FROM pages WHERE id = ?", (key.page_id,)).fetchone() is None:
            raise BadDecision(PAGE_GONE)
        return page_key(key.page_id)
    found = connection.execute(
        "SELECT 1 FROM rows WHERE (page_id, row_index, number) = (?, ?, ?)",
        (key.page_id, key.index, key.number),
    ).fetchone()
    if found is None:
        raise BadDecision(ROW_GONE)
    return key


def checked_row_value(key: RowKey, value: str) -> str:
    """Return what is recorded when a row is put back: a row that a person added is added again."""
    if key.index >= FIRST_TYPED:
        return ADDED if value == KEPT else value
    if value not in (REMOVED, KEPT):
        raise BadDecision(ROW_GONE)
    return value


def value_in_effect(connection: sqlite3.Connection, key: RowKey, field: Field, undone: int = 0) -> str:
    """Return the value in effect, "" if there is none, as if the entry `undone` were not there."""
    made = [each for each in audit_log.history(connection, key) if undone not in (each.id, each.undoes)]
    found = effective_decisions([each for each in made if each.field is field]).get(field)
    return "" if found is None else found.decision.value


def update(connection: sqlite3.Connection, page_id: int, field: Field) -> None:
    """Bring everything that follows from a decision of this field up to date."""
    row_state.refresh_page(connection, page_id)
    if field in (Field.CONTENT, Field.TRASH, Field.ROW):
        page_state.recount(connection, page_id)


def numbers_on(connection: sqlite3.Connection, page_id: int, only_typed: bool) -> set[int]:
    """Return the numbers of the rows of a page that are there, or of those that people added."""
    rows = (row.recognised for row in row_state.of_page(connection, page_id))
    return {row.number for row in rows if row.index >= FIRST_TYPED or not only_typed}


def add_row(connection: sqlite3.Connection, page_id: int, typed: TypedRow, taken: set[int]) -> RowKey:
    """Store an empty row, on which decisions can be recorded; return its key.

    `taken` are the numbers of the other rows, to which this one is added.  Raises BadDecision.
    """
    if not 1 <= typed.number <= NUMBER_MAX:
        raise BadDecision(f"A row number is from 1 to {NUMBER_MAX}.")
    if typed.number in taken and not typed.again:
        raise RowTaken(ROW_TAKEN.format(typed.number))
    taken.add(typed.number)
    found = connection.execute(
        "SELECT coalesce(max(row_index) + 1, ?) AS next FROM rows WHERE page_id = ? AND row_index >= ?",
        (FIRST_TYPED, page_id, FIRST_TYPED),
    ).fetchone()
    key = RowKey(page_id, found["next"], typed.number)
    insert_typed(connection, key)
    return key


def insert_typed(connection: sqlite3.Connection, key: RowKey) -> None:
    """Store an empty row that a person added, if it is not there.

    Until its status is decided, the row asks for one.
    """
    row = Row(key.number, key.index, Box(0, 0, 0, 0), (), Status.DOUBTFUL, review=True)
    values = {"page_id": key.page_id, **serialise.row_values(row)}
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    connection.execute(f"INSERT OR IGNORE INTO rows ({names}) VALUES ({marks})", values)


def decisions_on(typed: TypedRow) -> Sequence[tuple[Field, str]]:
    """Return the fields and values of the decisions that say what a person typed, in their order."""
    made = [(Field.ROW, ADDED_AGAIN if typed.again else ADDED), (Field.STATUS, typed.status.value)]
    texts = ((Field.NAME, typed.name), (Field.ADDRESS, typed.address), (Field.PLACE, typed.place))
    return [*made, *((field, value) for field, value in texts if value.strip())]


def content_for_typing(connection: sqlite3.Connection, page_id: int, instead: bool) -> Content | None:
    """Return what a page becomes when rows are typed in; None if that changes nothing.

    `instead`: the typed rows stand in place of all that were recognised.  A page without any row
    that counts becomes one whose typed rows alone count, so that a better reading later cannot
    count them twice.
    """
    found = row_state.of_page(connection, page_id)
    recognised = [row for row in found if row.recognised.index < FIRST_TYPED]
    return Content.TYPED if instead or not recognised else None
