"""Second looks: how many are due for whom, and how often two people agree."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from digitize.campaign.decisions import Field, Kind
from digitize.campaign.decisions.value_text import split_place_text
from digitize.campaign.store import row_state
from digitize.campaign.store.database import Database
from digitize.campaign.store.review_items import Disagreement
from digitize.campaign.store.review_queue import ItemReader
from digitize.records import RowFlag

_DUE = (
    "SELECT second_question AS kind, count(*) AS rows FROM row_states"
    " WHERE second_question IS NOT NULL AND counted = 1 AND second_not_by != ? GROUP BY second_question"
)
_MADE = (
    "SELECT field, value, value_before FROM decisions d WHERE second = 1 AND undoes IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM decisions u WHERE u.undoes = d.id)"
)

_CONTESTED = f"SELECT row_id FROM row_states WHERE flags != '' AND instr(flags, '{RowFlag.CONTESTED.value}')"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many second looks were made, and how many of them had the result of the first."""

    made: int
    agreed: int

    @property
    def share(self) -> float:
        """The share (0..1) of second looks that agreed; 0 without any."""
        return self.agreed / self.made if self.made else 0.0


class SecondLooks:
    """Read-only queries; every method may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, who: str) -> Mapping[Kind, int]:
        """Return the second looks by kind that `who` can take: those at decisions of others."""
        return {Kind(line["kind"]): line["rows"] for line in self._database.rows(_DUE, who)}

    def agreement(self) -> Agreement:
        """Return how often second looks agreed with the first, whatever was decided later."""
        made = self._database.rows(_MADE)
        return Agreement(len(made), sum(_agrees(line) for line in made))


def disagreements(connection: sqlite3.Connection, folder: Path) -> list[Disagreement]:
    """Return rows on which a second look had another result; inside the caller's transaction."""
    items = ItemReader(connection, folder)
    rows = [row_state.at(connection, line["row_id"]) for line in connection.execute(_CONTESTED).fetchall()]
    return [
        Disagreement(items.row(row, None), effective.decision, effective.contested)
        for row in rows
        for effective in row.decided.effective
        if effective.contested is not None
    ]


def _agrees(line: sqlite3.Row) -> bool:
    """Return whether a second look had the value that stood before; of a place, the canton is counted."""
    if line["field"] == Field.PLACE.value:
        return split_place_text(line["value"])[0] == split_place_text(line["value_before"])[0]
    return bool(line["value"] == line["value_before"])
