"""Choose the pairs of rows that are worth comparing ("blocking" in record linkage).

Two rows by one person share a part of the name with a part of the address, or parts of two names.  Blocks of
rows that share such a key grow with the campaign, and the pairs in them with the square of it.  Rows of a
large block are therefore compared only if they share a second key as well: iterative blocking, see Christen,
"A Survey of Indexing Techniques for Scalable Record Linkage and Deduplication" (IEEE TKDE, 2012).
"""

from array import array
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from digitize.campaign.duplicates.signer import Key, Signer


@dataclass(frozen=True)
class BlockingSettings:
    """Which pairs of rows are compared; measured on synthetic signers with misreadings."""

    word_letters: int = 3  # of a name, from either end: a misreading seldom affects both ends
    long_letters: int = 5  # of a name, from its beginning, within a large block
    street_letters: int = 4  # from its beginning
    # Rows with one key that are all compared with each other.  More rows that share no more than their name
    # are namesakes: a name is rare enough to tell a person without the address only where few bear it.
    max_rows: int = 30
    max_near_rows: int = 400  # the same for rows of a large block that share a part of the address as well


SETTINGS = BlockingSettings()

RowIndices = NDArray[np.int64]
_Keys = Iterable[tuple[int, Hashable]]  # of rows by position


def candidates(signers: Sequence[Signer[Key]]) -> tuple[RowIndices, RowIndices]:
    """Return the pairs of positions (first < second) that are worth comparing."""
    blocks = _Blocks(((row, key) for row, one in enumerate(signers) for key in set(_keys(one))))
    codes = [blocks.pairs(SETTINGS.max_rows, len(signers))]
    for keys, most in (
        (_near_keys, SETTINGS.max_near_rows),
        (_name_keys, SETTINGS.max_rows),
    ):
        within = (
            (row, (block, key))
            for block, row in blocks.large(SETTINGS.max_rows)
            for key in keys(signers[row])
        )
        codes.append(_Blocks(within).pairs(most, len(signers)))
    pairs = np.unique(np.concatenate(codes))
    return pairs // max(1, len(signers)), pairs % max(1, len(signers))


class _Blocks:
    """Rows by their keys: those of a block have one key in common."""

    def __init__(self, keys: _Keys) -> None:
        rows, hashes = array("q"), array("q")
        for row, key in keys:
            rows.append(row)
            hashes.append(hash(key))
        of_key = np.frombuffer(hashes, np.int64) if hashes else np.zeros(0, np.int64)
        order = np.argsort(of_key, kind="stable")
        self._rows = (np.frombuffer(rows, np.int64) if rows else np.zeros(0, np.int64))[order]
        of_key = of_key[order]
        self._starts = np.flatnonzero(np.concatenate(([True], of_key[1:] != of_key[:-1]))[: len(of_key)])
        self._sizes = np.diff(self._starts, append=len(of_key))

    def pairs(self, most: int, rows: int) -> RowIndices:
        """Return the pairs within blocks of at most so many rows, (i, j) as the number i * rows + j."""
        codes = [np.zeros(0, np.int64)]
        for size in np.unique(self._sizes[(self._sizes > 1) & (self._sizes <= most)]):
            starts = self._starts[self._sizes == size]
            one, other = np.triu_indices(size, 1)
            some = max(1, _PAIRS_AT_A_TIME // len(one))
            for at in range(0, len(starts), some):
                blocks = self._rows[starts[at : at + some, None] + np.arange(size)]
                codes.append(np.unique(blocks[:, one] * rows + blocks[:, other]))
        return np.unique(np.concatenate(codes))

    def large(self, least: int) -> Iterator[tuple[int, int]]:
        """Yield the block and the row of every row in blocks of more than so many rows, in their order."""
        for block in np.flatnonzero(self._sizes > least).tolist():
            start = self._starts[block]
            for row in self._rows[start : start + self._sizes[block]].tolist():
                yield block, row


_PAIRS_AT_A_TIME = 1_000_000  # some 50 MB


def _keys(one: Signer[Key]) -> Iterator[Hashable]:
    """Yield parts of the name with parts of the address: two rows by one person share one of them."""
    street = one.street[: SETTINGS.street_letters]
    area = one.postcode or one.town
    anchors: list[Hashable] = []
    if one.number:
        anchors += [(area, one.number), (street, one.number)]
    if street:
        anchors.append((area, street))
    if not anchors:
        anchors.append(area)
    if one.number and street:
        yield "address", area, street, one.number
    letters = SETTINGS.word_letters
    words = _words(one)
    for word in words:
        for part in {word[:letters], f"-{word[-letters:]}"}:
            for anchor in anchors:
                yield part, anchor
    for x, y in combinations(words, 2):
        yield "names", x[:letters], y[:letters]


def _near_keys(one: Signer[Key]) -> Iterator[Hashable]:
    """Yield the parts of the address: rows of a large block that share one are worth comparing."""
    parts = (one.postcode or one.town, one.street[: SETTINGS.street_letters], one.number)
    return ((at, part) for at, part in enumerate(parts) if part)


def _name_keys(one: Signer[Key]) -> Iterator[Hashable]:
    """Yield longer parts of two names: rows of a large block with the same rare name share one of them."""
    letters, long = SETTINGS.word_letters, SETTINGS.long_letters
    for x, y in combinations(_words(one), 2):
        yield "begin", x[:long], y[:long]
        yield "end", x[-letters:], y[-letters:]


def _words(one: Signer[Key]) -> list[str]:
    return sorted({word for word in one.words if len(word) > 1})
