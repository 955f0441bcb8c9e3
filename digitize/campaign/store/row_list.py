"""List the rows that a figure counts, for the website."""

from dataclasses import dataclass
from typing import Any

from digitize.campaign.store import row_state
from digitize.campaign.store.database import Database
from digitize.campaign.store.review_items import OpenRow
from digitize.campaign.store.review_queue import ItemReader
from digitize.records import Status


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows are wanted: counted ones of a status and region, late or decided by people; "" is any."""

    status: Status | None = None
    region: str = ""
    late: bool = False
    decided: bool = False

    @property
    def where(self) -> tuple[str, list[Any]]:
        """The condition in SQL, and its values."""
        parts, values = ["counted = 1", "status != 'blank'"], []  # as the index has them
        if self.status is not None:
            parts.append("status = ?")
            values.append(self.status.value)
        if self.region:
            parts.append("region = ?")
            values.append(self.region)
        if self.late:
            parts.append("late = 1")
        if self.decided:
            parts.append("decided != ''")
        return " AND ".join(parts), values


class Rows:
    """Read-only queries; every method may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def found(self, wanted: RowFilter, first: int, most: int) -> tuple[list[OpenRow], int]:
        """Return up to `most` rows in the order of their pages, from position `first`, and their number."""
        where, values = wanted.where
        with self._database.snapshot() as connection:
            total = connection.execute(f"SELECT count(*) FROM row_states WHERE {where}", values).fetchone()[0]
            ids = connection.execute(
                f"SELECT row_id FROM row_states WHERE {where} ORDER BY page_id, row_id LIMIT ? OFFSET ?",
                (*values, most, first),
            ).fetchall()
            items = ItemReader(connection, self._database.folder)
            return [items.row(row_state.at(connection, line["row_id"]), None) for line in ids], int(total)
