"""Look up the earlier pages that share buckets with a page, for a hundred thousand pages in little memory."""

from array import array
from collections.abc import Hashable, Iterable

import numpy as np
from numpy.typing import NDArray

Bucket = tuple[Hashable, ...]
Numbers = NDArray[np.int64]


class EarlierPages:
    """Pages by the buckets into which their cells fall: first `add` every page, then `sort`, then ask."""

    def __init__(self) -> None:
        self._hashes, self._cells = array("q"), array("h")  # of all pages, one after the other
        self._ends = array("q", [0])  # of the pages in these

    def add(self, buckets: Iterable[tuple[int, Bucket]]) -> None:
        """Add the next page: its cells, numbered from 0, each with a bucket, which no other cell shares."""
        for cell, bucket in buckets:
            self._cells.append(cell)
            self._hashes.append(hash(bucket))
        self._ends.append(len(self._hashes))

    def sort(self) -> None:
        """Prepare the look-up, after the last page."""
        hashes, ends = np.array(self._hashes, np.int64), np.array(self._ends, np.int64)
        self._hashes = array("q")  # a large campaign has millions
        order = np.argsort(hashes, kind="stable")  # pages in a bucket stay in their order
        places = order.astype(np.int32)
        hashes = hashes[order]
        del order
        self._pages = np.repeat(np.arange(len(ends) - 1, dtype=np.int32), np.diff(ends))[places]
        begins = np.ones(len(hashes), np.bool_)
        begins[1:] = hashes[1:] != hashes[:-1]
        starts = np.flatnonzero(begins).astype(np.int32)[np.cumsum(begins, dtype=np.int32) - 1]
        self._first = np.empty_like(places)  # where the bucket of each entry begins in `_pages`
        self._first[places] = starts
        self._last = np.empty_like(places)  # where the page of the entry stands there
        self._last[places] = np.arange(len(places), dtype=np.int32)

    def in_common(self, page: int, most: int | None = None) -> tuple[Numbers, Numbers]:
        """Return the earlier pages that share a bucket with this one, and the number of cells that do.

        Buckets with more than `most` earlier pages are left out.
        """
        entries = slice(self._ends[page], self._ends[page + 1])
        first, last = self._first[entries], self._last[entries]
        cells = np.array(self._cells[entries], np.int64)
        found = (last > first) & (last - first <= (len(self._pages) if most is None else most))
        if not found.any():
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        first, last, cells = first[found], last[found], cells[found]
        earlier = np.concatenate([self._pages[a:b] for a, b in zip(first, last, strict=True)]).astype(
            np.int64
        )
        # A cell may share a bucket of either grid, or of both, with the same page: it is counted once.
        each = np.unique(earlier * (int(cells.max()) + 1) + np.repeat(cells, last - first))
        pages, counts = np.unique(each // (int(cells.max()) + 1), return_counts=True)
        return pages, counts.astype(np.int64)
