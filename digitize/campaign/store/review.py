"""What the review room asks of a campaign: what is open, what was decided, what it makes of the count."""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping

from digitize.campaign.collate import PageState
from digitize.campaign.decisions import Decision, Field, Kind, RowNote, named
from digitize.campaign.store import (
    audit_log,
    decided_rows,
    due_work,
    invalid_decisions,
    page_state,
    record_decisions,
    review_queue,
    row_state,
    stale_decisions,
)
from digitize.campaign.store.database import Database, as_sentence
from digitize.campaign.store.due_work import Due
from digitize.campaign.store.page_results import Outcome, Pages
from digitize.campaign.store.review_items import Disagreement, OpenPair, OpenRow, Totals
from digitize.campaign.store.snapshot import Moment
from digitize.campaign.store.totals import totals
from digitize.errors import BadDecision
from digitize.records import PageId, Role, Row, RowFlag, RowKey

_CONTESTED = f"SELECT row_id FROM verdicts WHERE flags != '' AND instr(flags, '{RowFlag.CONTESTED.value}')"


class Review:
    """Decisions and questions.  Every method is one short transaction and may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def totals(self) -> Totals:
        """The count with everything that was decided."""
        with self._database.snapshot() as connection:
            return totals(connection)

    def next_questions(self, kind: Kind, who: str, most: int) -> list[OpenRow]:
        """Up to `most` rows with this open question, nearest to the line first, kept for `who` for minutes.

        Rows kept for somebody else are left out; those kept for `who` come first
        again.  Second looks that are due come among them (`OpenRow.second`).
        """
        asked = (self._database.folder, kind, named(who), most, time.time())
        with self._database.transaction() as connection:
            return review_queue.next_rows(connection, *asked)

    def next_pairs(self, kind: Kind, who: str, most: int) -> list[OpenPair]:
        """The same for pairs (PERSON, PAGE), the likeliest first."""
        with self._database.transaction() as connection:
            return review_queue.next_pairs(
                connection, self._database.folder, kind, named(who), most, time.time()
            )

    def release(self, who: str) -> None:
        """Let go of everything that was kept for `who`."""
        with self._database.transaction() as connection:
            review_queue.release(connection, named(who))

    def decide(
        self,
        key: RowKey,
        field: Field,
        value: str,
        by: str,
        second: bool = False,
        other: RowKey | None = None,
    ) -> Decision:
        """Keep a decision; the count follows in the same transaction.

        `value` is a status ("signed", "incomplete", "struck", "blank"), a text, a
        place as `decisions.place_text` writes it ("ZH / 8001 / Zürich", "abroad"),
        or for pairs "same" or "different" with `other`.  Raises BadDecision when
        there is no such row (any more) or the value cannot be one.
        """
        with self._database.transaction() as connection:
            return record_decisions.decide(
                connection, record_decisions.Wish(key, field, value, by, second, other)
            )

    def undo(self, by: str) -> Decision | None:
        """Take back the last decision of a person; the line that does it, None where there is nothing."""
        with self._database.transaction() as connection:
            line = audit_log.last_of(connection, named(by))
            return None if line is None else record_decisions.take_back(connection, line, named(by))

    def row(self, key: RowKey) -> OpenRow | None:
        """One row as it stands now; None where there is no such row."""
        with self._database.snapshot() as connection:
            row_id = record_decisions.id_of(connection, key)
            show = review_queue.Showing(connection, self._database.folder)
            return None if row_id is None else show.row_of(row_id)

    def rows(self, page_id: int) -> list[OpenRow]:
        """All rows of a page as they stand now, in the order of the page; `kind` is what is open."""
        with self._database.snapshot() as connection:
            return review_queue.Showing(connection, self._database.folder).rows_of(page_id)

    def history(self, key: RowKey) -> list[Decision]:
        """Every line of the trail about a row, oldest first."""
        with self._database.snapshot() as connection:
            return audit_log.history(connection, key)

    def trail(self, since: int = 0) -> Iterator[Decision]:
        """The lines with a higher id than `since`, oldest first."""
        with as_sentence(self._database.folder):
            yield from audit_log.since(self._database.connection, since)

    def orphaned(self) -> list[Decision]:
        """Decisions that hold but whose row is gone or has another number since the page was done anew."""
        with self._database.snapshot() as connection:
            return stale_decisions.orphaned(connection)

    def invalid(self) -> list[int]:
        """Lines of the trail, by id, that are no decisions: changed in the database by other means."""
        with self._database.snapshot() as connection:
            return invalid_decisions.ids(connection)

    def ignore_invalid(self) -> None:
        """Keep what is no decision from having any effect on the count."""
        with self._database.snapshot() as connection:  # which keeps nobody from deciding
            wrong = invalid_decisions.find(connection)
        if wrong:
            with self._database.transaction() as connection:
                invalid_decisions.mend(connection, wrong)

    def set_aside(self, decision_id: int, by: str) -> Decision:
        """Take back an orphaned decision, whoever made it.  Raises BadDecision."""
        with self._database.transaction() as connection:
            line = audit_log.line(connection, decision_id)
            if line is None or line.undoes is not None or audit_log.is_undone(connection, decision_id):
                raise BadDecision("That decision was taken back already; load the page again.")
            return record_decisions.take_back(connection, line, named(by))

    def disagreements(self) -> list[Disagreement]:
        """Rows on which a second look came to something else; they are open again."""
        with self._database.snapshot() as connection:
            show = review_queue.Showing(connection, self._database.folder)
            lines = connection.execute(_CONTESTED).fetchall()
            rows = [row_state.at(connection, line["row_id"]) for line in lines]
            return [
                Disagreement(show.row(row, None), ruling.decision, ruling.contested)
                for row in rows
                for ruling in row.settled.rulings
                if ruling.contested is not None
            ]

    def second_look(self) -> float:
        """The share (0..1) of confirmed rows that another person looks at again."""
        with self._database.snapshot() as connection:
            return row_state.second_look(connection)

    def set_second_look(self, share: float) -> None:
        with self._database.transaction() as connection:
            row_state.set_second_look(connection, share)

    def signers(self) -> Iterator[tuple[RowKey, Row]]:
        """Rows that count or may count, as decided, without cells: among them persons are looked for."""
        with as_sentence(self._database.folder):
            yield from decided_rows.signers(self._database.connection)

    def save_signer_pairs(
        self, pairs: Iterable[tuple[RowKey, RowKey, float]], moment: Moment | None = None
    ) -> None:
        """Pairs of rows that may come from one person, with their likeness 0..1.

        They replace those found before; what people decided on stays.  `moment`
        is that from whose page states they were found.
        """
        with self._database.transaction() as connection:
            review_queue.save_signer_pairs(connection, pairs)
            if moment is not None:
                due_work.made(connection, Due.PERSONS, moment.counts[Due.PERSONS])

    # For the tables

    def outcomes(self, inputs: Collection[int], roles: Collection[Role] | None = None) -> Iterator[Outcome]:
        """As `Pages.outcomes`, the rows as people decided them."""
        return decided_rows.outcomes(Pages(self._database), self._database.connection, inputs, roles)

    def notes(self) -> Mapping[tuple[PageId, int], RowNote]:
        """What the tables say of rows, by page and index of the row, where there is something to say."""
        with self._database.snapshot() as connection:
            return decided_rows.notes(connection)

    def decided_pages(self) -> Mapping[frozenset[PageId], bool]:
        """Pairs of pages on which people decided, and whether they are the same paper."""
        with self._database.snapshot() as connection:
            return page_state.decided(connection)

    def standings(self) -> Mapping[PageId, PageState]:
        """Where the pages belong, as it was kept last."""
        with self._database.snapshot() as connection:
            return page_state.stored(connection)

    def save_page_states(self, found: Mapping[PageId, PageState], moment: Moment) -> None:
        """Where the pages belong, as found from what was there at that moment; the count follows."""
        with self._database.transaction() as connection:
            page_state.keep(connection, found, moment)
            due_work.made(connection, Due.STANDINGS, moment.counts[Due.STANDINGS])
