"""Find invalid decisions in the database and keep them from having any effect.

digitize never writes them; a person, another program or a damaged disk may.  The functions work
inside the caller's transaction.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from digitize.campaign.decisions import DIFFERENT, PAIRS, SAME, Decision, invalid_decisions, is_ditto, resolve
from digitize.campaign.store import audit_log, page_deadlines, record_decisions, row_state, serialise
from digitize.records import RowKey

_INVALID_PAIRS = (
    "signer_pairs WHERE (page_id, row_index, number) = (other_page_id, other_row_index, other_number)",
    "page_pairs WHERE page_id = other_page_id"
    " OR page_id NOT IN (SELECT id FROM pages) OR other_page_id NOT IN (SELECT id FROM pages)",
)
_INVALID_VALUES = tuple(
    f"{table} WHERE decided NOT IN ('{SAME}', '{DIFFERENT}')" for table in ("signer_pairs", "page_pairs")
)
_DECIDED = (
    "SELECT r.*, s.status AS stored_status, s.region AS stored_region, s.decided AS stored_decided,"
    " s.decided_by AS stored_decided_by FROM row_states s JOIN rows r ON r.id = s.row_id"
    " WHERE s.decided != ''"
    " OR (r.page_id, r.row_index, r.number) IN (SELECT page_id, row_index, number FROM decisions)"
)


@dataclass(frozen=True, slots=True)
class Faults:
    """What does not follow from valid decisions.

    `pages` have rows whose state is wrong, `pairs` are invalid decisions on pairs, and
    `stored_pairs` tells whether an invalid pair is stored.
    """

    pages: frozenset[int]
    pairs: tuple[Decision, ...]
    stored_pairs: bool

    def __bool__(self) -> bool:
        return bool(self.pages or self.pairs or self.stored_pairs)


def ids(connection: sqlite3.Connection) -> list[int]:
    """Return the ids of the entries that have no effect although nobody undid them."""
    unreadable, readable = [], []
    for stored in connection.execute("SELECT * FROM decisions"):
        decision = audit_log.decision_of(stored)
        if decision is None:
            unreadable.append(int(stored["id"]))
        else:
            readable.append(decision)
    return sorted([*unreadable, *(decision.id for decision in invalid_decisions(readable))])


def find(connection: sqlite3.Connection) -> Faults:
    """Find everything stored that does not follow from valid decisions."""
    decisions = audit_log.decisions(connection.execute("SELECT * FROM decisions"))
    invalid = invalid_decisions(decisions)
    pages = {each.row.page_id for each in invalid if each.row and each.field not in PAIRS}
    return Faults(
        pages=frozenset(pages | _wrong_pages(connection, decisions)),
        pairs=tuple(each for each in invalid if each.field in PAIRS),
        stored_pairs=any(
            connection.execute(f"SELECT 1 FROM {where} LIMIT 1").fetchone()
            for where in (*_INVALID_PAIRS, *_INVALID_VALUES)
        ),
    )


def repair(connection: sqlite3.Connection, faults: Faults) -> None:
    """Bring what is stored in line with the valid decisions, so that site and tables count alike."""
    for where in _INVALID_PAIRS:
        connection.execute(f"DELETE FROM {where}")
    for where in _INVALID_VALUES:
        connection.execute(f"UPDATE {where.replace(' WHERE', ' SET decided = NULL WHERE')}")
    for page_id in sorted(faults.pages):
        row_state.refresh_page(connection, page_id)
    for decision in faults.pairs:
        record_decisions.refresh_pair(connection, decision)


def _wrong_pages(connection: sqlite3.Connection, decisions: Iterable[Decision]) -> set[int]:
    """Return the pages with a row whose state differs from what its decisions say."""
    by_row: dict[RowKey, list[Decision]] = defaultdict(list)
    for decision in decisions:
        if decision.row is not None:
            by_row[decision.row].append(decision)
    deadlines = page_deadlines.deadlines(connection)
    found = set()
    for stored in connection.execute(_DECIDED):
        row, page_id = serialise.row_of(stored, ()), stored["page_id"]
        decided = resolve(
            row, by_row[RowKey(page_id, row.index, row.number)], deadline=deadlines.get(page_id)
        )
        values = row_state.decided_values(decided)
        if is_ditto(row):  # its region may follow from a decision on the row above
            del values["region"]
        if any(stored[f"stored_{name}"] != value for name, value in values.items()):
            found.add(int(page_id))
    return found
