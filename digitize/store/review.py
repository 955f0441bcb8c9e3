"""What the review room asks of a campaign: what is open, what was decided, what it makes of the count."""

from collections.abc import Iterable, Iterator

from digitize.decisions import Decision, Field, Kind
from digitize.records import Row, RowKey
from digitize.store import trail
from digitize.store.asked import Disagreement, OpenPair, OpenRow, Totals
from digitize.store.database import Database


class Review:
    """Decisions and questions.  Every method is one short transaction and may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def totals(self) -> Totals:
        """The count with everything that was decided."""
        raise NotImplementedError

    def next_questions(self, kind: Kind, who: str, most: int) -> list[OpenRow]:
        """Up to `most` rows with this open question, nearest to the line first, kept for `who` for minutes.

        Rows kept for somebody else are left out; those kept for `who` come first
        again.  Second looks that are due come among them (`OpenRow.second`).
        """
        raise NotImplementedError

    def next_pairs(self, kind: Kind, who: str, most: int) -> list[OpenPair]:
        """The same for pairs (PERSON, PAGE), the likeliest first."""
        raise NotImplementedError

    def release(self, who: str) -> None:
        """Let go of everything that was kept for `who`."""
        raise NotImplementedError

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
        raise NotImplementedError

    def undo(self, by: str) -> Decision | None:
        """Take back the last decision of a person; the line that does it, None where there is nothing."""
        raise NotImplementedError

    def row(self, key: RowKey) -> OpenRow | None:
        """One row as it stands now; None where there is no such row."""
        raise NotImplementedError

    def rows(self, page_id: int) -> list[OpenRow]:
        """All rows of a page as they stand now, in the order of the page; `kind` is what is open."""
        raise NotImplementedError

    def history(self, key: RowKey) -> list[Decision]:
        """Every line of the trail about a row, oldest first."""
        return trail.history(self._database.connection, key)

    def trail(self, since: int = 0) -> Iterator[Decision]:
        """The lines with a higher id than `since`, oldest first."""
        return trail.since(self._database.connection, since)

    def orphaned(self) -> list[Decision]:
        """Decisions that hold but whose row is gone or has another number since the page was done anew."""
        raise NotImplementedError

    def set_aside(self, decision_id: int, by: str) -> Decision:
        """Take back an orphaned decision, whoever made it."""
        raise NotImplementedError

    def disagreements(self) -> list[Disagreement]:
        """Rows on which a second look came to something else; they are open again."""
        raise NotImplementedError

    def second_look(self) -> float:
        """The share (0..1) of confirmed rows that another person looks at again."""
        raise NotImplementedError

    def set_second_look(self, share: float) -> None:
        raise NotImplementedError

    def signers(self) -> Iterator[tuple[RowKey, Row]]:
        """Rows that count or may count, as decided, without cells: among them persons are looked for."""
        raise NotImplementedError

    def keep_person_pairs(self, pairs: Iterable[tuple[RowKey, RowKey, float]]) -> None:
        """Pairs of rows that may come from one person, with their likeness 0..1.

        They replace those found before; what people decided on stays.
        """
        raise NotImplementedError
