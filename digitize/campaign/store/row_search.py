"""Find rows by what is written in them, by their file, and by what was decided."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from digitize.campaign.store import serialise
from digitize.campaign.store.database import Database
from digitize.campaign.store.page_settlements import PETITION
from digitize.campaign.store.review_items import OpenRow
from digitize.campaign.store.review_queue import ItemReader
from digitize.campaign.store.row_words import words_of
from digitize.records import Status

TEXT_MAX = 200  # characters of a query
TERMS_MAX = 8  # more words make no difference
WITHIN_AT_LEAST = 3  # letters that are also looked for inside words
SIMILAR_MAX = 200  # misspelt words per word of the query
_MISTAKES = ((4, 0), (7, 1), (11, 2))  # words shorter than so many letters may have so many mistakes
_MISTAKES_MAX = 3

_PETITIONS = "page_states ps LEFT JOIN page_settlements ON page_settlements.page_id = ps.page_id"
_TERM = (
    "SELECT row_id FROM json_each(?) t CROSS JOIN words w ON w.word = t.value"
    " CROSS JOIN row_words r ON r.word_id = w.id"
    " UNION ALL SELECT row_id FROM json_each(?) t CROSS JOIN pages p ON p.input_id = t.value"
    " CROSS JOIN row_states f ON f.page_id = p.id"
)
# The same for one row at a time: the + makes SQLite look at the few words of the row, not for each of the
# thousands of words that contain "weg".
_HAS_TERM = (
    "(s.page_id IN (SELECT p.id FROM json_each(?) t CROSS JOIN pages p ON p.input_id = t.value)"
    " OR EXISTS (SELECT 1 FROM row_words r WHERE r.row_id = s.row_id AND +r.word_id IN"
    " (SELECT w.id FROM json_each(?) t CROSS JOIN words w ON w.word = t.value)))"
)
MANY = 20_000  # rows with a term, of which one row after the other is looked at if another term is rarer
COMMON = 200_000  # rows with a term, of which it takes few rows to find enough
MOST = 10_000  # rows found that are counted and listed: nobody looks through more


@dataclass(frozen=True, slots=True)
class RowQuery:
    """Which rows are wanted; "" and None ask for nothing.

    `text`: all of its words occur in the row, or in the name of its file.  `petition` is the title of
    the petition that the page belongs to, `by` who decided.  `counted`: on the scan of their paper
    that counts.
    """

    text: str = ""
    status: Status | None = None
    region: str = ""
    counted: bool | None = None
    late: bool | None = None
    decided: bool | None = None
    petition: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One screen of rows, the number of all, and how many of these have every word; they come first.

    `more`: there are more rows with these words than `total`, the first of which are found.
    """

    rows: Sequence[OpenRow]
    total: int
    exact: int
    more: bool = False


class Search:
    """Read-only queries; every method may raise BadStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, query: RowQuery, first: int, most: int) -> Found:
        """Return up to `most` rows from position `first`, those with misspelt words last.

        Of rows with words, the first `MOST` are found.
        """
        terms = list(dict.fromkeys(words_of(query.text[:TEXT_MAX])))[:TERMS_MAX]
        with self._database.snapshot() as connection:
            items = ItemReader(connection, self._database.folder)
            if not terms:
                ids, total = _filtered(connection, query, first, most)
                return Found([items.row_with_id(row_id) for row_id in ids], total, total)
            exact, similar = _with_terms(connection, query, terms)
            found = [*exact, *similar]
            ids, total = found[:MOST][first : first + most], min(len(found), MOST)
            rows = [items.row_with_id(row_id) for row_id in ids]
            return Found(rows, total, min(len(exact), total), more=len(found) > MOST)

    def petitions(self) -> list[str]:
        """Return the petitions of all pages, the one with the most pages first."""
        query = (
            f"SELECT {PETITION} AS petition FROM {_PETITIONS} WHERE {PETITION} != ''"
            " GROUP BY 1 ORDER BY count(*) DESC, 1"
        )
        return [line["petition"] for line in self._database.rows(query)]


def _filtered(
    connection: sqlite3.Connection, query: RowQuery, first: int, most: int
) -> tuple[list[int], int]:
    """Return the ids of one screen of rows that match the filters, and the number of all."""
    parts, values = _filters(query)
    if query.text.strip():  # nothing that could be looked for: "?"
        return [], 0
    where = " AND ".join(parts)
    total = connection.execute(f"SELECT count(*) FROM row_states s WHERE {where}", values).fetchone()[0]
    found = connection.execute(
        f"SELECT s.row_id FROM row_states s WHERE {where} ORDER BY s.page_id, s.row_id LIMIT ? OFFSET ?",
        (*values, most, first),
    )
    return [line["row_id"] for line in found], int(total)


def _with_terms(
    connection: sqlite3.Connection, query: RowQuery, terms: Sequence[str]
) -> tuple[list[int], list[int]]:
    """Return the ids of the rows that have every word, and of those that have similar ones.

    Together, some more than `MOST` are enough.
    """
    words = [line["word"] for line in connection.execute("SELECT word FROM words")]
    files = {
        line["id"]: _words_of_name(line["path"].rpartition("/")[2])
        for line in connection.execute("SELECT id, path FROM inputs")
    }
    exact = [_Term(_with(term, words), _files_with(term, files)) for term in terms]
    found = _matching(connection, query, exact, MOST + 1)
    if len(found) > MOST:
        return found, []
    similar = [
        _Term(each.words | _like(term, words), each.files) for term, each in zip(terms, exact, strict=True)
    ]
    if similar == exact:
        return found, []
    known, most = set(found), MOST + 1 + len(found)
    return found, [row_id for row_id in _matching(connection, query, similar, most) if row_id not in known]


@lru_cache(maxsize=100_000)
def _words_of_name(name: str) -> list[str]:
    """Return the words of the name of a file; every search asks for those of all files."""
    return words_of(name)


@dataclass(frozen=True, slots=True)
class _Term:
    """A word of the query: the words of rows that stand for it, and the files that have it in their names."""

    words: frozenset[str]
    files: frozenset[int]


def _with(term: str, words: Sequence[str]) -> frozenset[str]:
    """Return the words that begin with a term, or contain it if it is long enough."""
    if term.isdigit() or len(term) < WITHIN_AT_LEAST:
        return frozenset(word for word in words if word == term or (len(term) > 1 and word.startswith(term)))
    return frozenset(word for word in words if term in word)


def _like(term: str, words: Sequence[str]) -> frozenset[str]:
    """Return the words that may be the term with some letters wrong, missing, added, or exchanged."""
    if term.isdigit():
        return frozenset()
    mistakes = next((most for length, most in _MISTAKES if len(term) < length), _MISTAKES_MAX)
    if not mistakes:
        return frozenset()
    found = process.extract(term, words, scorer=OSA.distance, score_cutoff=mistakes, limit=SIMILAR_MAX)
    return frozenset(word for word, _, _ in found)


def _files_with(term: str, files: Mapping[int, Sequence[str]]) -> frozenset[int]:
    return frozenset(input_id for input_id, words in files.items() if _with(term, words))


def _matching(
    connection: sqlite3.Connection, query: RowQuery, terms: Iterable[_Term], most: int
) -> list[int]:
    """Return the ids of the first rows, by page, that match the filters and every term, at most `most`."""
    parts, values = _filters(query)
    lists = [(json.dumps(sorted(term.words)), json.dumps(sorted(term.files))) for term in terms]
    numbers = [_number(connection, *each) for each in lists]
    fewest = min(numbers)
    for (words, files), number in zip(lists, numbers, strict=True):
        # A term that nearly all rows have ("strasse") is looked for only in those with a rarer one, or in one
        # row after the other until there are enough.
        if number < MANY or number == fewest < COMMON:
            parts.append(f"s.row_id IN ({_TERM})")
            values += [words, files]
        else:
            parts.append(_HAS_TERM)
            values += [files, words]
    row_by_row = "INDEXED BY row_states_by_page" if fewest >= COMMON else ""
    found = connection.execute(
        f"SELECT s.row_id FROM row_states s {row_by_row} WHERE {' AND '.join(parts)}"
        " ORDER BY s.page_id, s.row_id LIMIT ?",
        (*values, most),
    )
    return [line["row_id"] for line in found]


def _number(connection: sqlite3.Connection, words: str, files: str) -> int:
    """Return the number of rows with one of these words or in one of these files, at most `COMMON`."""
    counted = connection.execute(f"SELECT count(*) FROM ({_TERM} LIMIT {COMMON})", (words, files))
    return int(counted.fetchone()[0])


def _filters(query: RowQuery) -> tuple[list[str], list[Any]]:
    """Return the conditions that have nothing to do with words, and their values."""
    parts: list[str] = []
    values: list[Any] = []
    if query.status is None:
        parts.append("s.status != 'blank'")
    else:
        parts.append("s.status = ?")
        values.append(query.status.value)
    if query.counted is not None:
        parts.append("s.counted = ?")
        values.append(int(query.counted))
    if query.region:
        parts.append("s.region = ?")
        values.append(query.region)
    if query.late is not None:
        parts.append("s.late = ?")
        values.append(int(query.late))
    if query.decided is not None:
        parts.append(f"s.decided {'!=' if query.decided else '='} ''")
    if query.petition:
        parts.append(f"s.page_id IN (SELECT ps.page_id FROM {_PETITIONS} WHERE {PETITION} = ?)")
        values.append(query.petition)
    if query.by:
        parts.append("instr(? || s.decided_by || ?, ? || ? || ?)")
        values += [
            serialise.SEPARATOR,
            serialise.SEPARATOR,
            serialise.SEPARATOR,
            query.by,
            serialise.SEPARATOR,
        ]
    return parts, values
