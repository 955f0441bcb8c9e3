"""Record and undo answers: several decisions that a person makes at once.

The functions work inside the caller's transaction.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from digitize.campaign.decisions import Decision, Field
from digitize.campaign.decisions.apply_decisions import KINDS
from digitize.campaign.store import audit_log, record_decisions
from digitize.campaign.store.record_decisions import Request
from digitize.errors import BadDecision


def decide_all(connection: sqlite3.Connection, requests: Sequence[Request]) -> list[Decision]:
    """Record several decisions, all with the same time: one answer.

    Raises BadDecision, whose `at` is the position of the one that is wrong.
    """
    made = []
    now = datetime.now(UTC)
    for at, request in enumerate(requests):
        try:
            made.append(record_decisions.decide(connection, replace(request, made=now)))
        except BadDecision as error:
            error.at = at
            raise
    return made


def undo_answer(connection: sqlite3.Connection, by: str) -> list[Decision]:
    """Undo a person's last decision and those on the same row that were made with it, the last first."""
    undone: list[Decision] = []
    fields: set[Field] = set()
    entry = audit_log.last_by(connection, by)
    while entry is not None:
        undone.append(record_decisions.undo(connection, entry, by))
        fields.add(entry.field)
        before = audit_log.last_by(connection, by)
        together = (
            before is not None
            and before.row == entry.row
            and before.field in KINDS
            and before.field not in fields
            and before.at == entry.at
        )
        entry = before if together else None
    return undone
