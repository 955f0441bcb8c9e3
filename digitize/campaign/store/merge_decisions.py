"""Take over the decisions of another campaign of the same petition; see `merge_campaigns`.

Where only the other campaign has a page, its decisions come with all that was undone and superseded.  On a
page that both have, what is in effect there is compared with what is in effect here.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from digitize.campaign.decisions import FIRST_TYPED, PAIRS, Decision, Field, effective_decisions
from digitize.campaign.store import audit_log, backup, record_settlements
from digitize.records import RowKey

SECOND_LOOKS = (Field.STATUS, Field.PLACE, Field.NAME, Field.ADDRESS)


@dataclass
class TakenOver:
    """How many decisions were taken over.

    `left_out` are those about pages that both have and this campaign settled otherwise, `disagreements` those
    about rows of theirs, on which a third person is asked.
    """

    decisions: int = 0
    disagreements: int = 0
    left_out: int = 0
    pairs: list[Decision] = field(default_factory=list)


class Decisions:
    """Takes over decisions.

    `page_id` gives the id here of a page there, `shared` are ids here of pages that both have.
    """

    def __init__(
        self,
        here: sqlite3.Connection,
        there: sqlite3.Connection,
        page_id: Callable[[int | None], int | None],
        shared: set[int],
    ) -> None:
        self._here, self._there = here, there
        self._mapped, self._shared = page_id, shared
        self._done = TakenOver()
        self._ids: dict[int, int] = {}
        self._typed: dict[int, bool] = {}

    def take_over(self) -> TakenOver:
        """Add the entries to the audit log; what follows from them must be computed by the caller."""
        for row in self._there.execute("SELECT * FROM decisions ORDER BY id").fetchall():
            decision = audit_log.decision_of(row)
            values = self._values(row, decision)
            if {values["page_id"], values["other_page_id"]} & self._shared and (
                decision is None or not self._is_wanted(decision, values)
            ):
                continue
            if row["undoes"] is not None and values["undoes"] is None:
                continue  # it undoes what was not taken over
            self._insert(row["id"], values)
        return self._done

    def _values(self, row: sqlite3.Row, decision: Decision | None) -> dict[str, Any]:
        values = dict(row)
        del values["id"]
        values["page_id"] = self._mapped(row["page_id"])
        values["other_page_id"] = self._mapped(row["other_page_id"])
        values["undoes"] = self._ids.get(row["undoes"])
        if decision is not None and decision.other is not None:
            key, other = sorted((_key_of(values), _key_of(values, "other_")))
            values |= _key_values(key) | _key_values(other, "other_")
        return values

    def _is_wanted(self, decision: Decision, values: dict[str, Any]) -> bool:
        """Return whether to take over a decision about a page that both campaigns have.

        Where it says something else than what is in effect here, it is a second look, or left out if there is
        no second look at such things.
        """
        theirs = _effective(self._there, decision)
        if theirs is None or decision.id != theirs.id:
            return False
        key = _key_of(values)
        if decision.field not in PAIRS and key.index >= FIRST_TYPED:
            return self._is_typed_only_there(decision, key)
        ours = _effective(self._here, _moved(decision, values))
        if ours is None:
            return True
        if decision.field in SECOND_LOOKS and ours.by != decision.by:
            values["second"] = 1
            self._done.disagreements += ours.value != decision.value
            return True
        same = ours.value == decision.value
        # Of two answers of the same person the later one holds.
        wanted = not same and decision.field in SECOND_LOOKS and decision.at > ours.at
        self._done.left_out += not same and not wanted
        return wanted

    def _is_typed_only_there(self, decision: Decision, key: RowKey) -> bool:
        """Return whether nobody added rows to the page here; those added there would count twice."""
        if key.page_id not in self._typed:
            found = self._here.execute(
                "SELECT 1 FROM rows WHERE page_id = ? AND row_index >= ? LIMIT 1", (key.page_id, FIRST_TYPED)
            ).fetchone()
            self._typed[key.page_id] = found is not None
        self._done.left_out += self._typed[key.page_id] and decision.field is Field.ROW
        return not self._typed[key.page_id]

    def _insert(self, old_id: int, values: dict[str, Any]) -> None:
        names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        cursor = self._here.execute(f"INSERT INTO decisions ({names}) VALUES ({marks})", values)
        assert cursor.lastrowid is not None
        self._ids[old_id] = cursor.lastrowid
        backup.note_decision(self._here, cursor.lastrowid)
        self._done.decisions += 1
        decision = audit_log.entry(self._here, cursor.lastrowid)
        if decision is None or decision.row is None:
            return
        if decision.field in PAIRS:
            self._done.pairs.append(decision)
        elif decision.row.index >= FIRST_TYPED and self._has_page(decision.row.page_id):
            record_settlements.insert_typed(self._here, decision.row)

    def _has_page(self, page_id: int) -> bool:
        return self._here.execute("SELECT 1 FROM pages WHERE id = ?", (page_id,)).fetchone() is not None


def _effective(connection: sqlite3.Connection, decision: Decision) -> Decision | None:
    """Return the decision in effect of the same field on the same row, page or pair."""
    assert decision.row is not None
    if decision.other is not None:
        made = audit_log.of_pair(connection, decision.field, decision.row, decision.other)
    else:
        of_row = audit_log.of_row(connection, decision.row.page_id, decision.row.index)
        made = [each for each in of_row if each.row == decision.row]
    found = effective_decisions(each for each in made if each.field is decision.field).get(decision.field)
    return None if found is None else found.decision


def _moved(decision: Decision, values: dict[str, Any]) -> Decision:
    other = None if decision.other is None else _key_of(values, "other_")
    return replace(decision, row=_key_of(values), other=other)


def _key_of(values: dict[str, Any], side: str = "") -> RowKey:
    return RowKey(values[f"{side}page_id"], values[f"{side}row_index"], values[f"{side}number"])


def _key_values(key: RowKey, side: str = "") -> dict[str, int]:
    return {f"{side}page_id": key.page_id, f"{side}row_index": key.index, f"{side}number": key.number}
