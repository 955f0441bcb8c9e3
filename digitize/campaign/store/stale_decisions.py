"""Decisions whose row is gone or has another number since its page was recognised anew."""

import sqlite3
from collections import defaultdict

from digitize.campaign.decisions import Decision, Field, effective_decisions
from digitize.campaign.store import audit_log
from digitize.records import RowFlag, RowKey

# A pair is lost with either of its rows.
_LOST = (
    "SELECT d.* FROM decisions d WHERE row_index >= 0 AND NOT EXISTS (SELECT 1 FROM rows r"
    " WHERE (r.page_id, r.row_index, r.number) = (d.page_id, d.row_index, d.number))"
    " UNION SELECT d.* FROM decisions d WHERE other_page_id IS NOT NULL AND other_row_index >= 0"
    " AND NOT EXISTS (SELECT 1 FROM rows r"
    " WHERE (r.page_id, r.row_index, r.number) = (d.other_page_id, d.other_row_index, d.other_number))"
    " ORDER BY id"
)
_MAY_BE = (
    "SELECT v.flags FROM rows r JOIN verdicts v ON v.row_id = r.id"
    " WHERE r.page_id = ? AND (r.row_index = ? OR r.number = ?)"
)


def orphaned(connection: sqlite3.Connection) -> list[Decision]:
    """Those that would hold, and that nobody has given anew on the row that took the place."""
    lines: dict[tuple[RowKey | None, RowKey | None], list[Decision]] = defaultdict(list)
    for line in audit_log.decisions(connection.execute(_LOST)):
        lines[line.row, line.other].append(line)
    held = [ruling.decision for made in lines.values() for ruling in effective_decisions(made).values()]
    return [line for line in sorted(held, key=lambda line: line.id) if not _answered(connection, line)]


def _answered(connection: sqlite3.Connection, line: Decision) -> bool:
    if line.row is None or line.field is Field.PERSON:
        return False
    near = connection.execute(_MAY_BE, (line.row.page_id, line.row.index, line.row.number)).fetchall()
    return bool(near) and not any(RowFlag.DECISION_LOST in row["flags"] for row in near)
