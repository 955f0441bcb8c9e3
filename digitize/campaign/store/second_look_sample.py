"""Choose the decisions at which a second person looks.

The functions work inside the caller's transaction.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence

from digitize.campaign.decisions import (
    Decision,
    EffectiveDecision,
    Field,
    Kind,
    asked_together,
    effective_decisions,
    is_sampled,
)
from digitize.campaign.decisions.apply_decisions import KINDS
from digitize.campaign.store import audit_log, backup, serialise, setting_changes, setting_values
from digitize.records import RowKey

_SETTING = "second-look"
_FIELDS = (Field.STATUS, Field.PLACE)  # those that change the tally


def share_of(connection: sqlite3.Connection) -> float:
    """Return the share (0..1) of decisions that a second person looks at."""
    return float(setting_values.value_of(connection, _SETTING) or 0.0)


def set_share(connection: sqlite3.Connection, share: float) -> None:
    """Set the share of second looks and sample the decided rows again."""
    before = share_of(connection)
    if share == before:
        return
    setting_changes.record(connection, setting_changes.SECOND_LOOK, f"{before:.1%}", f"{share:.1%}", by="")
    setting_values.put(connection, _SETTING, str(share))
    backup.note_setting(connection, _SETTING)
    resample(connection)


def resample(connection: sqlite3.Connection) -> None:
    """Sample the decided rows again."""
    share = share_of(connection)
    decisions: dict[RowKey, list[Decision]] = defaultdict(list)
    for decision in audit_log.since(connection, 0):
        if decision.row is not None:
            decisions[decision.row].append(decision)
    decided = connection.execute(
        "SELECT row_id, r.page_id, row_index, number FROM row_states s JOIN rows r ON r.id = s.row_id"
        " WHERE s.decided != ''"
    ).fetchall()
    connection.executemany(
        "UPDATE row_states SET second_question = :second_question, second_not_by = :second_not_by"
        " WHERE row_id = :row_id",
        [
            {"row_id": row_id, **due_on(effective_decisions(decisions[RowKey(*key)]).values(), share)}
            for row_id, *key in decided
        ],
    )


def due_on(effective: Iterable[EffectiveDecision], share: float) -> dict[str, str | None]:
    """Return the question of the second look that is due on a row, and who must not answer it.

    A row on which two people disagree has no such question; a third person has to decide.
    """
    effective = list(effective)
    contested = next((each for each in effective if each.contested), None)
    if contested and contested.contested:
        by = (contested.decision.by, contested.contested.by)
        return {"second_question": None, "second_not_by": serialise.SEPARATOR.join(by)}
    due = _due(effective, share)
    return {
        "second_question": asked_together(_kinds(due), 0.0).kind.value if due else None,
        "second_not_by": due[0].by if due else None,
    }


def kinds_due_on(effective: Iterable[EffectiveDecision], share: float) -> frozenset[Kind]:
    """Return everything that the second look due on a row asks for."""
    return _kinds(_due(effective, share))


def _kinds(decisions: Iterable[Decision]) -> frozenset[Kind]:
    return frozenset(KINDS[decision.field] for decision in decisions)


def _due(effective: Iterable[EffectiveDecision], share: float) -> Sequence[Decision]:
    """Return the decisions of one person to look at again, that on the status first."""
    due = [each.decision for each in effective if _is_due(each, share)]
    due.sort(key=lambda decision: _FIELDS.index(decision.field))
    return [decision for decision in due if decision.by == due[0].by]


def _is_due(effective: EffectiveDecision, share: float) -> bool:
    decision = effective.decision
    done = effective.confirmed or effective.contested is not None or decision.second
    return not done and decision.field in _FIELDS and is_sampled(decision, share)
