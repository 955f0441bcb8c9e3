"""Find decisions whose row is gone or has another number since its page was recognised again."""

import sqlite3
from collections import defaultdict

from digitize.campaign.decisions import Decision, Field, effective_decisions
from digitize.campaign.store import audit_log
from digitize.records import RowFlag, RowKey

# A decision on a pair is lost with either of its rows.
_LOST = (
    "SELECT d.* FROM decisions d WHERE row_index >= 0 AND NOT EXISTS (SELECT 1 FROM rows r"
    " WHERE (r.page_id, r.row_index, r.number) = (d.page_id, d.row_index, d.number))"
    " UNION SELECT d.* FROM decisions d WHERE other_page_id IS NOT NULL AND other_row_index >= 0"
    " AND NOT EXISTS (SELECT 1 FROM rows r"
    " WHERE (r.page_id, r.row_index, r.number) = (d.other_page_id, d.other_row_index, d.other_number))"
    " ORDER BY id"
)
_MAY_BE = (
    "SELECT s.flags FROM rows r JOIN row_states s ON s.row_id = r.id"
    " WHERE r.page_id = ? AND (r.row_index = ? OR r.number = ?)"
)


def orphaned(connection: sqlite3.Connection) -> list[Decision]:
    """Return the decisions that would be in effect and were not made again on the row in that place."""
    by_row: dict[tuple[RowKey | None, RowKey | None], list[Decision]] = defaultdict(list)
    for decision in audit_log.decisions(connection.execute(_LOST)):
        by_row[decision.row, decision.other].append(decision)
    effective = [each.decision for made in by_row.values() for each in effective_decisions(made).values()]
    return [each for each in sorted(effective, key=lambda each: each.id) if not _made_again(connection, each)]


def _made_again(connection: sqlite3.Connection, decision: Decision) -> bool:
    if decision.row is None or decision.field is Field.PERSON:
        return False
    key = (decision.row.page_id, decision.row.index, decision.row.number)
    near = connection.execute(_MAY_BE, key).fetchall()
    return bool(near) and not any(RowFlag.DECISION_LOST in row["flags"] for row in near)
