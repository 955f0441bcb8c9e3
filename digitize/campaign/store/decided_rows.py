"""Pages and rows with the decisions applied, for the tables and for finding persons."""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from digitize.campaign.decisions import Decision, Field, Kind, RowNote, apply
from digitize.campaign.store import audit_log, serialise
from digitize.campaign.store.page_results import Outcome, Pages
from digitize.campaign.store.review_queue import PAIRS, split
from digitize.records import PageId, Role, Row, RowFlag, RowKey, SheetPage

_ROWS = (
    "SELECT i.path, p.number AS page, r.row_index, v.* FROM verdicts v JOIN rows r ON r.id = v.row_id"
    " JOIN pages p ON p.id = v.page_id JOIN inputs i ON i.id = p.input_id"
)
_NOTED = (
    f"{_ROWS} WHERE v.decided != '' UNION {_ROWS} WHERE v.flags != '' UNION {_ROWS} WHERE v.counted = 0"
    " AND v.page_id NOT IN (SELECT page_id FROM standings WHERE counted = 0)"
)


def outcomes(
    pages: Pages, connection: sqlite3.Connection, inputs: Collection[int], roles: Collection[Role] | None
) -> Iterator[Outcome]:
    """As `Pages.outcomes`, the rows as people decided them."""
    looked_at = {line["page_id"] for line in connection.execute("SELECT DISTINCT page_id FROM decisions")}
    for page_id, outcome in pages.stored(inputs, roles):
        if isinstance(outcome, SheetPage) and page_id in looked_at:
            made = audit_log.of_page(connection, page_id)
            about = {(line.row.index, line.row.number) for line in made if line.row}
            rows = (apply(row, made) if (row.index, row.number) in about else row for row in outcome.rows)
            yield replace(outcome, rows=tuple(rows))
        else:
            yield outcome


def notes(connection: sqlite3.Connection) -> dict[tuple[PageId, int], RowNote]:
    """What the tables say of rows, by page and index of the row, where there is something to say."""
    likely = {
        row_id for pair in connection.execute(PAIRS[Kind.PERSON]) for row_id in (pair["first"], pair["other"])
    }
    asked = RowNote(flags=(RowFlag.POSSIBLE_DUPLICATE_PERSON,))
    found = dict.fromkeys(_places(connection, likely), asked)
    elsewhere = {
        line["page_id"] for line in connection.execute("SELECT page_id FROM standings WHERE counted = 0")
    }
    for line in connection.execute(_NOTED):
        flags = [RowFlag(flag) for flag in split(line["flags"])]
        if not line["counted"] and line["page_id"] not in elsewhere:
            flags.append(RowFlag.DUPLICATE_PERSON)
        if line["row_id"] in likely:
            flags.append(RowFlag.POSSIBLE_DUPLICATE_PERSON)
        decided = tuple(Field(field) for field in split(line["decided"]))
        found[_place(line)] = RowNote(decided, split(line["who"]), tuple(flags))
    return found


def _places(connection: sqlite3.Connection, row_ids: Iterable[int]) -> list[tuple[PageId, int]]:
    return [_place(connection.execute(f"{_ROWS} WHERE v.row_id = ?", (row,)).fetchone()) for row in row_ids]


def _place(line: sqlite3.Row) -> tuple[PageId, int]:
    return PageId(line["path"], line["page"]), line["row_index"]


def signers(connection: sqlite3.Connection) -> Iterator[tuple[RowKey, Row]]:
    """Rows that count or may count, as decided, without cells; those of second scans are left out."""
    made: dict[int, list[Decision]] = defaultdict(list)
    for line in audit_log.since(connection, 0):
        if line.row is not None:
            made[line.row.page_id].append(line)
    for stored in connection.execute(
        "SELECT r.* FROM rows r JOIN verdicts v ON v.row_id = r.id"
        " LEFT JOIN standings s ON s.page_id = r.page_id"
        " WHERE v.status IN ('signed', 'doubtful') AND coalesce(s.counted, 1) = 1"
        " ORDER BY r.page_id, r.row_index"
    ):
        row = serialise.row_of(stored, ())
        key = RowKey(stored["page_id"], row.index, row.number)
        yield key, apply(row, made[key.page_id]) if key.page_id in made else row
