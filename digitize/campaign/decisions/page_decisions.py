"""What people say about whole pages, and which rows of a page are there according to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from digitize.campaign.decisions.decision import (
    ADDED,
    ADDED_AGAIN,
    REMOVED,
    WHOLE_PAGE,
    Content,
    Decision,
    Field,
)
from digitize.campaign.decisions.effective import effective_decisions
from digitize.records import Row

FIRST_TYPED: Final = 1000  # index of the first row that a person added; no printed page has as many rows

COUNTING: Final = frozenset({None, Content.AS_READ, Content.TYPED})
"""What a page may be for its rows to count; None: nobody has said anything."""


@dataclass(frozen=True, slots=True)
class PageDecision:
    """What people decided about a page, all of it in effect.

    `content` is what it is, `trashed` whether it was taken out of the campaign, `reading` the text
    of the `PageHints` for reading it again, `petition` the title of the petition that it belongs to,
    "" where nobody has said so.  `by` are the people who decided `content` or `trashed`.
    """

    content: Content | None = None
    trashed: bool = False
    reading: str = ""
    comment: str = ""
    petition: str = ""
    by: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether rows of the page may count."""
        return not self.trashed and self.content in COUNTING


@dataclass(frozen=True, slots=True)
class SettledPage:
    """A page on which people decided something, and whether it has rows that they typed in."""

    said: PageDecision
    has_typed_rows: bool = False

    @property
    def shows_recognised(self) -> bool:
        """Whether the rows that were recognised may count."""
        return self.said.counts and self.said.content is not Content.TYPED


def page_decision(decisions: Iterable[Decision]) -> PageDecision:
    """Return what is in effect of the decisions on a page; those on its rows are ignored."""
    own = [each for each in decisions if each.row is not None and each.row.index == WHOLE_PAGE]
    effective = {field: each.decision for field, each in effective_decisions(own).items()}
    values = {field: each.value for field, each in effective.items()}
    people = [effective[field].by for field in (Field.CONTENT, Field.TRASH) if field in effective]
    return PageDecision(
        content=Content(values[Field.CONTENT]) if Field.CONTENT in values else None,
        trashed=values.get(Field.TRASH) == REMOVED,
        reading=values.get(Field.READING, ""),
        comment=values.get(Field.COMMENT, ""),
        petition=values.get(Field.PETITION, ""),
        by=tuple(dict.fromkeys(people)),
    )


def present_rows(rows: Iterable[Row], decisions: Sequence[Decision]) -> tuple[Row, ...]:
    """Return the rows of a page that are there according to people.

    `rows` are those recognised and those added by people (from index FIRST_TYPED).  An added row
    stands in place of any recognised one with its number, also of one that is found later, so that
    reading a page again never counts a row twice.
    """
    every = tuple(rows)
    if not decisions:
        return tuple(row for row in every if row.index < FIRST_TYPED)
    page = page_decision(decisions)
    if not page.counts:
        return ()
    said = row_values(decisions)
    typed = [row for row in every if row.index >= FIRST_TYPED and said.get(_position(row)) in _THERE]
    replaced = {row.number for row in typed if said[_position(row)] == ADDED}
    found = [
        row
        for row in every
        if page.content is not Content.TYPED
        and row.index < FIRST_TYPED
        and row.number not in replaced
        and said.get(_position(row)) != REMOVED
    ]
    return (*found, *typed)


def row_values(decisions: Iterable[Decision]) -> Mapping[tuple[int, int], str]:
    """Return what is in effect on whether rows are there, by index and number of the row."""
    by_row: dict[tuple[int, int], list[Decision]] = {}
    for each in decisions:
        if each.row is not None and each.field is Field.ROW:
            by_row.setdefault((each.row.index, each.row.number), []).append(each)
    effective = {position: effective_decisions(made).get(Field.ROW) for position, made in by_row.items()}
    return {position: found.decision.value for position, found in effective.items() if found}


_THERE = (ADDED, ADDED_AGAIN)


def _position(row: Row) -> tuple[int, int]:
    return row.index, row.number
