"""What stands in the database and is no decision: found, told, and kept from having any effect.

digitize never writes such lines; a person, another program or a damaged disk may.
Every function works inside the caller's transaction.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from digitize.campaign.decisions import DIFFERENT, PAIRS, SAME, Decision, invalid, settle
from digitize.campaign.store import audit_log, record_decisions, row_state, serialise
from digitize.records import RowKey

_NO_PAIRS = (
    "person_pairs WHERE (page_id, row_index, number) = (other_page_id, other_row_index, other_number)",
    "page_pairs WHERE page_id = other_page_id"
    " OR page_id NOT IN (SELECT id FROM pages) OR other_page_id NOT IN (SELECT id FROM pages)",
)
_NO_VALUES = tuple(
    f"{table} WHERE decided NOT IN ('{SAME}', '{DIFFERENT}')" for table in ("person_pairs", "page_pairs")
)
_DECIDED = (
    "SELECT r.*, v.status AS kept_status, v.region AS kept_region, v.decided AS kept_decided,"
    " v.who AS kept_who FROM verdicts v JOIN rows r ON r.id = v.row_id WHERE v.decided != ''"
    " OR (r.page_id, r.row_index, r.number) IN (SELECT page_id, row_index, number FROM decisions)"
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """Pages with rows out of step, invalid lines about pairs, and whether a pair is noted that is none."""

    pages: frozenset[int]
    lines: tuple[Decision, ...]
    pairs: bool

    def __bool__(self) -> bool:
        return bool(self.pages or self.lines or self.pairs)


def ids(connection: sqlite3.Connection) -> list[int]:
    """The lines of the trail that hold nothing although nobody took them back."""
    unreadable, readable = [], []
    for stored in connection.execute("SELECT * FROM decisions"):
        decision = audit_log.decision_of(stored)
        if decision is None:
            unreadable.append(int(stored["id"]))
        else:
            readable.append(decision)
    return sorted([*unreadable, *(line.id for line in invalid(readable))])


def find(connection: sqlite3.Connection) -> Wrong:
    """What is kept and does not follow from the decisions that are valid."""
    lines = audit_log.decisions(connection.execute("SELECT * FROM decisions"))
    wrong = invalid(lines)
    pages = {line.row.page_id for line in wrong if line.row and line.field not in PAIRS}
    return Wrong(
        frozenset(pages | _out_of_step(connection, lines)),
        tuple(line for line in wrong if line.field in PAIRS),
        any(connection.execute(f"SELECT 1 FROM {at} LIMIT 1").fetchone() for at in (*_NO_PAIRS, *_NO_VALUES)),
    )


def mend(connection: sqlite3.Connection, wrong: Wrong) -> None:
    """Bring what is kept in step, so that the site counts as the tables do."""
    for where in _NO_PAIRS:
        connection.execute(f"DELETE FROM {where}")
    for where in _NO_VALUES:
        connection.execute(f"UPDATE {where.replace(' WHERE', ' SET decided = NULL WHERE')}")
    for page_id in sorted(wrong.pages):
        row_state.refresh_page(connection, page_id)
    for line in wrong.lines:
        record_decisions.note_pair_anew(connection, line)


def _out_of_step(connection: sqlite3.Connection, lines: Iterable[Decision]) -> set[int]:
    """Pages with a row of which something else is kept than its decisions say."""
    made: dict[RowKey, list[Decision]] = defaultdict(list)
    for line in lines:
        if line.row is not None:
            made[line.row].append(line)
    found = set()
    for row in connection.execute(_DECIDED):
        raw = serialise.row_of(row, ())
        settled = settle(raw, made[RowKey(row["page_id"], raw.index, raw.number)])
        if any(row[f"kept_{name}"] != value for name, value in row_state.decided_values(settled).items()):
            found.add(int(row["page_id"]))
    return found
