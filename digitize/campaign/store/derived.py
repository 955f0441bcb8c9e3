"""Compute data from all pages: take snapshots, ask what is due, record what is done."""

from collections.abc import Iterator
from contextlib import contextmanager

from digitize.campaign.store import due_work, page_state
from digitize.campaign.store.database import Database
from digitize.campaign.store.due_work import Counters, Due, Snapshot
from digitize.campaign.store.inputs import Inputs


class DerivedData:
    """What is due in a campaign.  Every method is one short transaction and may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_snapshot(self) -> Snapshot:
        """Return the scans and pages as they are now.

        Within `Campaign.snapshot`, everything else that is read there belongs to the same moment.
        """
        with self._database.snapshot() as connection:
            files = tuple(Inputs(self._database).files())
            last = connection.execute("SELECT coalesce(max(id), 0) FROM decisions").fetchone()[0]
            return Snapshot(files, page_state.page_ids(connection), due_work.counters(connection), last)

    def due(self) -> frozenset[Due]:
        """Return what is due."""
        rows = self._database.rows("SELECT what FROM due WHERE changed > done")
        return frozenset(Due(row["what"]) for row in rows)

    def mark_done(self, at: Counters, *what: Due) -> None:
        """Record that these were computed from the data of these change counters."""
        with self._database.transaction() as connection:
            for each in what:
                due_work.mark_done(connection, each, at[each])

    def written_digest(self) -> str:
        """Return the digest of the tables that were written last, "" if they are due or none is recorded."""
        found = self._database.rows(
            "SELECT digest FROM due WHERE what = ? AND NOT EXISTS (SELECT 1 FROM due WHERE changed > done)",
            Due.TABLES.value,
        )
        return str(found[0]["digest"]) if found else ""

    def record_digest(self, digest: str, counter: int) -> None:
        """Record the digest of tables written from the data of this change counter, if none are newer."""
        with self._database.transaction() as connection:
            statement = "UPDATE due SET digest = ? WHERE what = ? AND done = ?"
            connection.execute(statement, (digest, Due.TABLES.value, counter))

    @contextmanager
    def replacing(self, what: Due, counter: int) -> Iterator[bool]:
        """Lock the campaign while results are replaced by those of this change counter.

        Yields false if newer results are in place already, which must then be kept.  If the block
        raises, the work stays due.
        """
        with self._database.transaction() as connection:
            found = connection.execute("SELECT done FROM due WHERE what = ?", (what.value,)).fetchone()
            newest: bool = found["done"] <= counter
            yield newest
            if newest:
                due_work.mark_done(connection, what, counter)
