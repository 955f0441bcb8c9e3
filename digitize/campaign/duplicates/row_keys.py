"""Number the keys that rows share, a part of all keys at a time (see `blocking`).

A key is a number of 64 bits mixed from the numbers of its texts; that two keys are the same by chance costs
no more than a look at a pair that is not worth it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitize.campaign.duplicates.signer_table import NO_TEXT, Numbers, SignerTable

Hashes = NDArray[np.uint64]
Keyed = tuple[Hashes, Numbers]  # keys, and the row of each

KEYS_AT_A_TIME = 500_000  # some 30 MB
MAX_PARTS = 64  # of the keys: each costs a look at every row

# Kinds of keys, so that the same texts in two of them are two keys.
_AREA, _TWO, _WORD, _ADDRESS, _NAMES, _NEAR, _BEGIN, _END = range(1, 9)


@dataclass(frozen=True)
class KeySettings:
    """Which parts of the texts are keys; measured on synthetic signers with misreadings."""

    word_letters: int = 3  # of a name, from either end: a misreading seldom affects both ends
    long_letters: int = 5  # of a name, from its beginning, within a large block
    street_letters: int = 4  # from its beginning


SETTINGS = KeySettings()


class RowKeys:
    """Two rows by one person share one of their keys: parts of the name with parts of the address."""

    def __init__(self, table: SignerTable[Any]) -> None:
        words, letters = table.texts[:], SETTINGS.word_letters
        part = _Parts(table, words)
        self._street = part(lambda text: text[: SETTINGS.street_letters])[table.street]
        self._begins, self._ends = part(lambda text: text[:letters]), part(lambda text: f"-{text[-letters:]}")
        self._longs = part(lambda text: text[: SETTINGS.long_letters])
        self._number = table.house
        self._area = np.where(table.postcode != NO_TEXT, table.postcode, table.town)
        self._row, self._word = _sorted_words(table, words)
        self._names = _two_words(self._row)
        count = len(table) + 6 * len(self._row) + len(self._names[0])
        self._parts = min(MAX_PARTS, 1 + count // KEYS_AT_A_TIME)

    def __iter__(self) -> Iterator[Keyed]:
        """Yield the keys of all rows in some parts; those of one part are in no other."""
        for at in range(self._parts):
            found = [*self._of_words(at), self._of_addresses(at), self._of_names(at)]
            yield np.concatenate([keys for keys, _ in found]), np.concatenate([rows for _, rows in found])

    def _chosen(self, keys: Numbers | Hashes, at: int) -> NDArray[np.bool_]:
        chosen: NDArray[np.bool_] = (_mixed(keys) >> np.uint64(40)) % np.uint64(self._parts) == at
        return chosen

    def _of_words(self, at: int) -> Iterator[Keyed]:
        """Both ends of a word with two parts of the address: with the area alone if there is nothing else."""
        for ends in (self._begins, self._ends):
            which = self._chosen(ends, at)[self._word]
            part, row = ends[self._word[which]], self._row[which]
            area, street, number = self._area[row], self._street[row], self._number[row]
            has_number, has_street = number != NO_TEXT, street != NO_TEXT
            for has, anchor in (
                (has_number, (_TWO, area, number)),
                (has_number, (_TWO, street, number)),
                (has_street, (_TWO, area, street)),
                (~has_number & ~has_street, (_AREA, area)),
            ):
                yield _mixed(_WORD, part, _mixed(*anchor))[has], row[has]

    def _of_addresses(self, at: int) -> Keyed:
        whole = np.flatnonzero((self._number != NO_TEXT) & (self._street != NO_TEXT)).astype(np.int32)
        keys = _mixed(_ADDRESS, self._area[whole], self._street[whole], self._number[whole])
        which = self._chosen(keys, at)
        return keys[which], whole[which]

    def _of_names(self, at: int) -> Keyed:
        one, other = self._names
        keys = _mixed(_NAMES, self._begins[self._word[one]], self._begins[self._word[other]])
        which = self._chosen(keys, at)
        return keys[which], self._row[one[which]]

    def near(self, block: Numbers, row: Numbers) -> Keyed:
        """Return the parts of the address: rows of a large block that share one are worth comparing."""
        found = []
        for at, part in enumerate((self._area, self._street, self._number)):
            has = part[row] != NO_TEXT
            found.append((_mixed(_NEAR + 16 * at, block[has], part[row[has]]), row[has]))
        return np.concatenate([keys for keys, _ in found]), np.concatenate([rows for _, rows in found])

    def names(self, block: Numbers, row: Numbers) -> Keyed:
        """Return longer parts of two names: rows of a large block with the same rare name share one."""
        one, other = self._names
        rows = self._row[one]
        starts, ends = np.searchsorted(rows, row, "left"), np.searchsorted(rows, row, "right")
        each = _ranges(starts, ends)
        block, rows = np.repeat(block, ends - starts), np.repeat(row, ends - starts)
        x, y = self._word[one[each]], self._word[other[each]]
        kinds = (_BEGIN, self._longs), (_END, self._ends)
        keys = [_mixed(kind, block, part[x], part[y]) for kind, part in kinds]
        return np.concatenate(keys), np.concatenate((rows, rows))


class _Parts:
    """Look up the numbers of parts of the texts of a table."""

    def __init__(self, table: SignerTable[Any], texts: list[str]) -> None:
        self._table, self._texts = table, texts

    def __call__(self, part: Callable[[str], str]) -> Numbers:
        number = self._table.number
        return np.fromiter((number(part(text)) for text in self._texts), np.int32, len(self._texts))


def _sorted_words(table: SignerTable[Any], texts: list[str]) -> tuple[Numbers, Numbers]:
    """Return the rows and the words of more than one letter, each once a row and in the order of letters."""
    rank = np.empty(len(texts), np.int32)
    rank[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts), dtype=np.int32)
    long = np.fromiter((len(text) > 1 for text in texts), bool, len(texts))[table.words]
    row, word = table.word_rows()[long], table.words[long]
    order = np.lexsort((rank[word], row))
    row, word = row[order], word[order]
    first = np.ones(len(row), bool)
    first[1:] = (row[1:] != row[:-1]) | (word[1:] != word[:-1])
    return row[first], word[first]


def _two_words(row: Numbers) -> tuple[Numbers, Numbers]:
    """Return the positions of every two words of a row, by row."""
    ones, others, apart = [], [], 1
    while True:
        one = np.flatnonzero(row[:-apart] == row[apart:]).astype(np.int32)
        if not len(one):
            break
        ones.append(one)
        others.append(one + apart)
        apart += 1
    if not ones:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    one, other = np.concatenate(ones), np.concatenate(others)
    order = np.argsort(row[one], kind="stable")
    return one[order], other[order].astype(np.int32)


def _ranges(starts: Numbers, ends: Numbers) -> Numbers:
    """Return the numbers from each start to before its end, one range after the other."""
    sizes = ends - starts
    numbers: Numbers = np.arange(sizes.sum()) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
    return numbers


def _mixed(*parts: int | Numbers | Hashes) -> Hashes:
    """Mix numbers into one of 64 bits, after Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
    Generators" (OOPSLA, 2014).
    """
    mixed: Hashes = np.zeros(1, np.uint64)
    for part in parts:
        mixed = mixed * np.uint64(31) + np.asarray(part).astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed
