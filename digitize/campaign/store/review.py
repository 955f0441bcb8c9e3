"""What the website asks of a campaign: open questions, decisions, and the count."""

import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from digitize.campaign.collate import PageState
from digitize.campaign.decisions import (
    REMOVED,
    Decision,
    Field,
    Kind,
    PageDecision,
    RowNote,
    SettledPage,
    checked_name,
    page_decision,
    page_key,
    row_values,
)
from digitize.campaign.store import (
    audit_log,
    decided_rows,
    due_work,
    erasure,
    invalid_decisions,
    page_deadlines,
    page_settlements,
    page_state,
    record_answers,
    record_decisions,
    record_settlements,
    review_queue,
    second_look_sample,
    second_looks,
    stale_decisions,
)
from digitize.campaign.store.database import Database
from digitize.campaign.store.due_work import Due, Snapshot
from digitize.campaign.store.page_results import Outcome, Pages
from digitize.campaign.store.page_settlements import UNSETTLED
from digitize.campaign.store.record_settlements import TypedRow
from digitize.campaign.store.review_items import Disagreement, OpenPair, OpenRow, Totals
from digitize.campaign.store.store_errors import errors_as_bad_store
from digitize.campaign.store.totals import totals
from digitize.errors import BadDecision
from digitize.records import PageId, Role, Row, RowKey


class Review:
    """Decisions and questions.  Every method is one short transaction and may raise BadStore.

    After `erase`, nothing is decided or reserved any more: it would store names of people again.
    These methods then raise CampaignErased.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._database.transaction() as connection:
            erasure.refuse_erased(self._database)
            yield connection

    def totals(self) -> Totals:
        """Return the count with all decisions."""
        with self._database.snapshot() as connection:
            return totals(connection)

    def next_questions(self, kind: Kind, who: str, most: int, coordinates: bool = False) -> list[OpenRow]:
        """Return up to `most` rows with a question of this kind, the closest calls first.

        They are reserved for `who` for some minutes; rows reserved for others are left out.
        Second looks that are due are mixed in (`OpenRow.second`).  A row about which two people
        disagree goes to a third, or to whoever `coordinates`.
        """
        asked = (self._database.folder, kind, checked_name(who), most)
        with self._changing() as connection:  # the clock is read once nobody else can reserve anything
            return review_queue.next_rows(connection, *asked, time.time(), coordinates)

    def next_pairs(self, kind: Kind, who: str, most: int) -> list[OpenPair]:
        """Return the same for pairs (PERSON, PAGE), the likeliest first."""
        asked = (self._database.folder, kind, checked_name(who), most)
        with self._changing() as connection:
            return review_queue.next_pairs(connection, *asked, time.time())

    def release(self, who: str) -> None:
        """Release everything reserved for a person."""
        with self._database.transaction() as connection:
            review_queue.release(connection, checked_name(who))

    def decide(
        self,
        key: RowKey,
        field: Field,
        value: str,
        by: str,
        second: bool = False,
        other: RowKey | None = None,
    ) -> Decision:
        """Record a decision; the count is updated in the same transaction.

        `value` is a status ("signed", "incomplete", "struck", "blank"), a text, a place as written
        by `decisions.place_text` ("ZH / 8001 / Zürich", "abroad"), or for a pair with `other`,
        "same" or "different".  Raises BadDecision if the row does not exist (any more) or the value
        is not valid.
        """
        request = record_decisions.Request(key, field, value, by, second, other)
        with self._changing() as connection:
            return record_decisions.decide(connection, request)

    def decide_all(self, requests: Sequence[record_decisions.Request]) -> list[Decision]:
        """Record several decisions, all or none.

        Raises BadDecision, whose `at` is the position of the one that is wrong.
        """
        with self._changing() as connection:
            return record_answers.decide_all(connection, requests)

    def add_rows(
        self, page_id: int, rows: Sequence[TypedRow], by: str, instead: bool = False
    ) -> list[RowKey]:
        """Record rows that a person typed in beside the picture of a page, all or none; return their keys.

        `instead`: they stand in place of the recognised rows, as they always do on a page without
        any.  Raises BadDecision, whose `at` is the position of the row that is wrong.
        """
        with self._changing() as connection:
            return record_decisions.add_rows(connection, page_id, rows, by, instead)

    def page(self, page_id: int) -> PageDecision:
        """Return what people decided about a page."""
        with self._database.snapshot() as connection:
            return page_decision(audit_log.of_whole_page(connection, page_id))

    def comment(self, key: RowKey) -> str:
        """Return the comment on a row, "" if there is none."""
        with self._database.snapshot() as connection:
            return record_settlements.value_in_effect(connection, key, Field.COMMENT)

    def deadline(self, page_id: int) -> date | None:
        """Return the last day in time of a page, None if it is not known."""
        with self._database.snapshot() as connection:
            return page_deadlines.deadline_of(connection, page_id)

    def removed_rows(self, page_id: int) -> list[RowKey]:
        """Return the rows of a page that people found not to be on the sheet."""
        with self._database.snapshot() as connection:
            said = row_values(audit_log.of_page(connection, page_id))
        return [RowKey(page_id, *position) for position, value in sorted(said.items()) if value == REMOVED]

    def settled_pages(self) -> Mapping[PageId, SettledPage]:
        """Return the pages on which people decided something."""
        with self._database.snapshot() as connection:
            return page_settlements.settled_pages(connection)

    def readings(self, only_due: bool = False) -> Mapping[PageId, str]:
        """Return how people want pages to be read again, as texts of `PageHints`.

        With `only_due` only pages that were not read so yet; "" means without hints.
        """
        with self._database.snapshot() as connection:
            return page_settlements.readings(connection, only_due)

    def page_history(self, page_id: int) -> list[Decision]:
        """Return all entries of the audit log about a page itself, oldest first."""
        with self._database.snapshot() as connection:
            return audit_log.history(connection, page_key(page_id))

    def next_unsettled(self, after: int = 0) -> int | None:
        """Return the id of the next page that a person has to settle, from the first again after the last."""
        with self._database.snapshot() as connection:
            query = f"SELECT s.page_id FROM {UNSETTLED} ORDER BY s.page_id <= ?, s.page_id LIMIT 1"
            found = connection.execute(query, (after,)).fetchone()
            return None if found is None else int(found["page_id"])

    def undo(self, by: str) -> Decision | None:
        """Undo a person's last decision; return the entry that does so, None if there is no decision."""
        by = checked_name(by)
        with self._changing() as connection:
            entry = audit_log.last_by(connection, by)
            return None if entry is None else record_decisions.undo(connection, entry, by)

    def undo_answer(self, by: str) -> list[Decision]:
        """Undo all that a person said last about a row; return the entries that do so."""
        with self._changing() as connection:
            return record_answers.undo_answer(connection, checked_name(by))

    def row(self, key: RowKey) -> OpenRow | None:
        """Return one row as decided so far, None if there is no such row."""
        with self._database.snapshot() as connection:
            row_id = record_decisions.row_id_of(connection, key)
            items = review_queue.ItemReader(connection, self._database.folder)
            return None if row_id is None else items.row_with_id(row_id)

    def rows(self, page_id: int) -> list[OpenRow]:
        """Return all rows of a page as decided so far, in the order of the page."""
        with self._database.snapshot() as connection:
            return review_queue.ItemReader(connection, self._database.folder).rows_of_page(page_id)

    def history(self, key: RowKey) -> list[Decision]:
        """Return all entries of the audit log about a row, oldest first."""
        with self._database.snapshot() as connection:
            return audit_log.history(connection, key)

    def trail(self, since: int = 0) -> Iterator[Decision]:
        """Yield the entries of the audit log with a higher id than `since`, oldest first."""
        with errors_as_bad_store(self._database.folder):
            yield from audit_log.since(self._database.connection, since)

    def orphaned(self) -> list[Decision]:
        """Return decisions whose row is gone or has another number since its page was recognised again."""
        with self._database.snapshot() as connection:
            return stale_decisions.orphaned(connection)

    def invalid(self) -> list[int]:
        """Return the ids of invalid entries, which were changed in the database by other means."""
        with self._database.snapshot() as connection:
            return invalid_decisions.ids(connection)

    def ignore_invalid(self) -> None:
        """Remove any effect of invalid decisions on the count."""
        with self._database.snapshot() as connection:  # decisions can be made meanwhile
            faults = invalid_decisions.find(connection)
        if faults:
            with self._database.transaction() as connection:
                invalid_decisions.repair(connection, faults)

    def set_aside(self, decision_id: int, by: str) -> Decision:
        """Undo an orphaned decision, whoever made it.  Raises BadDecision."""
        with self._database.transaction() as connection:
            entry = audit_log.entry(connection, decision_id)
            if entry is None or entry.undoes is not None or audit_log.is_undone(connection, decision_id):
                raise BadDecision("That decision was taken back already; load the page again.")
            return record_decisions.undo(connection, entry, checked_name(by))

    def disagreements(self) -> list[Disagreement]:
        """Return rows on which a second look had another result; they are open again."""
        with self._database.snapshot() as connection:
            return second_looks.disagreements(connection, self._database.folder)

    def second_look(self) -> float:
        """Return the share (0..1) of decisions that another person looks at again."""
        with self._database.snapshot() as connection:
            return second_look_sample.share_of(connection)

    def set_second_look(self, share: float) -> None:
        """Set the share of decisions that another person looks at again."""
        with self._database.transaction() as connection:
            second_look_sample.set_share(connection, share)

    # What is computed from all pages

    def signers(self) -> Iterator[tuple[RowKey, Row]]:
        """Yield rows that count or may count, as decided and without cells."""
        with errors_as_bad_store(self._database.folder):
            yield from decided_rows.signers(self._database.connection)

    def save_signer_pairs(
        self, pairs: Iterable[tuple[RowKey, RowKey, float]], snapshot: Snapshot | None = None
    ) -> None:
        """Replace the pairs of rows that may be by one person, with the probability (0..1).

        Decided pairs stay.  `snapshot` is the one whose page states were used to find the pairs.
        """
        with self._database.transaction() as connection:
            review_queue.save_signer_pairs(connection, pairs)
            if snapshot is not None:
                due_work.mark_done(connection, Due.SIGNER_PAIRS, snapshot.counters[Due.SIGNER_PAIRS])

    def outcomes(self, page_ids: Iterable[int], roles: Collection[Role] | None = None) -> Iterator[Outcome]:
        """Yield the pages with these ids in their order, with the rows as people decided them.

        `roles` limits the cells that are read back; None reads all.
        """
        return decided_rows.outcomes(Pages(self._database), self._database.connection, page_ids, roles)

    def notes(self) -> Mapping[tuple[PageId, int], RowNote]:
        """Return what the tables say about rows, by page and index of the row, for rows with a note."""
        with self._database.snapshot() as connection:
            return decided_rows.notes(connection)

    def decided_pages(self) -> Mapping[frozenset[PageId], bool]:
        """Return the pairs of pages that people decided on, and whether they are the same paper."""
        with self._database.snapshot() as connection:
            return page_state.decided_pairs(connection)

    def page_states(self) -> Mapping[PageId, PageState]:
        """Return the page states stored last."""
        with self._database.snapshot() as connection:
            return page_state.stored(connection)

    def save_page_states(self, states: Mapping[PageId, PageState], snapshot: Snapshot) -> None:
        """Store the page states computed from a snapshot and update the count."""
        with self._database.transaction() as connection:
            page_state.save(connection, states, snapshot)
            due_work.mark_done(connection, Due.PAGE_STATES, snapshot.counters[Due.PAGE_STATES])
