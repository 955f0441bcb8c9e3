"""Making what follows from a whole campaign: from one moment, kept by id, and noted as made."""

from collections.abc import Iterator
from contextlib import contextmanager

from digitize.campaign.store import due_work, page_state
from digitize.campaign.store.database import Database
from digitize.campaign.store.due_work import Counts, Due
from digitize.campaign.store.inputs import Inputs
from digitize.campaign.store.snapshot import Moment


class Making:
    """What is due.  Every method is one short transaction and may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def moment(self) -> Moment:
        """The campaign as it is now; inside a snapshot, what else is read there belongs to it."""
        with self._database.snapshot() as connection:
            files = tuple(Inputs(self._database).files())
            last = connection.execute("SELECT coalesce(max(id), 0) FROM decisions").fetchone()[0]
            return Moment(files, page_state.ids(connection), due_work.counts(connection), last)

    def waiting(self) -> frozenset[Due]:
        """What is due."""
        rows = self._database.rows("SELECT what FROM due WHERE changed > done")
        return frozenset(Due(row["what"]) for row in rows)

    def made(self, at: Counts, *what: Due) -> None:
        """These were made from what was there at these counts."""
        with self._database.transaction() as connection:
            for each in what:
                due_work.made(connection, each, at[each])

    @contextmanager
    def in_place(self, what: Due, count: int) -> Iterator[bool]:
        """Put inside in place what was made at this count; false where something newer is there already.

        Nobody else puts anything in place meanwhile.  What raises stays due.
        """
        with self._database.transaction() as connection:
            found = connection.execute("SELECT done FROM due WHERE what = ?", (what.value,)).fetchone()
            newest: bool = found["done"] <= count
            yield newest
            if newest:
                due_work.made(connection, what, count)
