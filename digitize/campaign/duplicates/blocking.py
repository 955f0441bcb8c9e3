"""Choose the pairs of rows that are worth comparing ("blocking" in record linkage).

Two rows by one person share a part of the name with a part of the address, or parts of two names.  Blocks of
rows that share such a key grow with the campaign, and the pairs in them with the square of it.  Rows of a
large block are therefore compared only if they share a second key as well: iterative blocking, see Christen,
"A Survey of Indexing Techniques for Scalable Record Linkage and Deduplication" (IEEE TKDE, 2012).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitize.campaign.duplicates.row_keys import Keyed, RowKeys
from digitize.campaign.duplicates.signer_table import Numbers, SignerTable


@dataclass(frozen=True)
class BlockingSettings:
    """How many rows are compared with each other; measured on synthetic signers with misreadings."""

    # Rows with one key that are all compared with each other.  More rows that share no more than their name
    # are namesakes: a name is rare enough to tell a person without the address only where few bear it.
    max_rows: int = 30
    max_near_rows: int = 400  # the same for rows of a large block that share a part of the address as well


SETTINGS = BlockingSettings()

PAIRS_AT_A_TIME = 50_000  # some 10 MB

RowIndices = NDArray[np.int64]
Pairs = tuple[RowIndices, RowIndices]


def candidates(table: SignerTable[Any]) -> Iterator[Pairs]:
    """Yield the pairs of positions (first < second) that are worth comparing, some of them more than once."""
    row_keys = RowKeys(table)
    for keyed in row_keys:
        blocks = _Blocks(keyed)
        yield from blocks.pairs(SETTINGS.max_rows)
        large = blocks.large(SETTINGS.max_rows)
        del blocks, keyed
        yield from _Blocks(row_keys.near(*large)).pairs(SETTINGS.max_near_rows)
        yield from _Blocks(row_keys.names(*large)).pairs(SETTINGS.max_rows)


class _Blocks:
    """Rows by their keys: those of a block have one key in common; each is in it once."""

    def __init__(self, keyed: Keyed) -> None:
        keys, rows = keyed
        order = np.lexsort((rows, keys))
        keys, rows = keys[order], rows[order]
        del order
        kept = np.ones(len(keys), bool)
        kept[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
        keys, self._rows = keys[kept], rows[kept]
        starts = np.ones(len(keys), bool)
        starts[1:] = keys[1:] != keys[:-1]
        self._starts = np.flatnonzero(starts)
        self._sizes = np.diff(self._starts, append=len(keys))

    def pairs(self, most: int) -> Iterator[Pairs]:
        """Yield the pairs within blocks of at most so many rows."""
        for size in np.unique(self._sizes[(self._sizes > 1) & (self._sizes <= most)]).tolist():
            starts = self._starts[self._sizes == size]
            one, other = np.triu_indices(size, 1)
            some = max(1, PAIRS_AT_A_TIME // len(one))
            for at in range(0, len(starts), some):
                blocks = self._rows[starts[at : at + some, None] + np.arange(size)].astype(np.int64)
                yield blocks[:, one].ravel(), blocks[:, other].ravel()

    def large(self, least: int) -> tuple[Numbers, Numbers]:
        """Return the block and the row of every row in blocks of more than so many rows."""
        sizes = np.where(self._sizes > least, self._sizes, 0)
        block = np.repeat(np.arange(len(sizes)), sizes)
        return block, self._rows[np.repeat(sizes > 0, self._sizes)]
