"""Keep the words of every row, under which a person finds it again: name, address, postcode, town.

Derived from readings and decisions, in the same transaction; rows without texts have no words.  A table
of our own rather than a full-text index: replaced names are overwritten at once, misspellings need the
list of all words, and an erased table is simply empty.
"""

import re
import sqlite3
from collections.abc import Iterable

from digitize.address.directory import fold, key
from digitize.records import Row, Status

WORD_MAX = 40  # characters; longer ones are strings of misread letters
_STREET = re.compile(r"stra?s?s?e?$")  # "Seestr." and "Seestrasse" are one street, also half typed


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared: lower case, without accents, ue = ü = u."""
    return [_STREET.sub("str", key(word))[:WORD_MAX] for word in fold(text).split()]


def write(connection: sqlite3.Connection, rows: Iterable[tuple[int, Row]]) -> None:
    """Replace the words of these rows, each given with its id."""
    found = [(row_id, _words(row)) for row_id, row in rows]
    connection.executemany("DELETE FROM row_words WHERE row_id = ?", [(row_id,) for row_id, _ in found])
    connection.executemany(
        "INSERT OR IGNORE INTO words (word) VALUES (?)", {(word,) for _, words in found for word in words}
    )
    connection.executemany(
        "INSERT INTO row_words (word_id, row_id) SELECT id, ? FROM words WHERE word = ?",
        [(row_id, word) for row_id, words in found for word in words],
    )


def forget_page(connection: sqlite3.Connection, page_id: int) -> None:
    """Delete the words of all rows of a page."""
    query = "DELETE FROM row_words WHERE row_id IN (SELECT id FROM rows WHERE page_id = ?)"
    connection.execute(query, (page_id,))


def _words(row: Row) -> list[str]:
    if row.status is Status.BLANK:
        return []
    texts = [reading.text for reading in (row.name, row.address) if reading]
    if row.place:
        texts += [row.place.postcode, row.place.locality]
    return sorted({word for text in texts for word in words_of(text)})
