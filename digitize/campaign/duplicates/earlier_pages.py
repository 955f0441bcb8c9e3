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
        self._hashes, self._cells = array("q"), array("q")  # of all pages, one after the other
        self._ends = array("q", [0])  # of the pages in these

    def add(self, buckets: Iterable[tuple[int, Bucket]]) -> None:
        """Add the next page: its cells, numbered from 0, each with a bucket, which no other cell shares."""
        for cell, bucket in buckets:
            self._cells.append(cell)
            self._hashes.append(hash(bucket))
        self._ends.append(len(self._hashes))

    def sort(self) -> None:
        """Prepare the look-up, after the last page."""
        hashes, ends = (np.array(each, np.int64) for each in (self._hashes, self._ends))
        self._cell = np.array(self._cells, np.int64)
        order = np.argsort(hashes, kind="stable")  # pages in a bucket stay in their order
        self._pages = np.repeat(np.arange(len(ends) - 1), np.diff(ends))[order]
        ordered = hashes[order]
        starts = np.searchsorted(ordered, hashes)
        self._first = starts  # where the bucket of each entry begins in `_pages`
        self._last = np.empty_like(starts)  # where the page of the entry stands there
        self._last[order] = np.arange(len(order))

    def in_common(self, page: int, most: int | None = None) -> tuple[Numbers, Numbers]:
        """Return the earlier pages that share a bucket with this one, and the number of cells that do.

        Buckets with more than `most` earlier pages are left out.
        """
        entries = slice(self._ends[page], self._ends[page + 1])
        first, last, cells = self._first[entries], self._last[entries], self._cell[entries]
        found = (last > first) & (last - first <= (len(self._pages) if most is None else most))
        if not found.any():
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        first, last, cells = first[found], last[found], cells[found]
        earlier = np.concatenate([self._pages[a:b] for a, b in zip(first, last, strict=True)])
        # A cell may share a bucket of either grid, or of both, with the same page: it is counted once.
        each = np.unique(earlier * (int(cells.max()) + 1) + np.repeat(cells, last - first))
        pages, counts = np.unique(each // (int(cells.max()) + 1), return_counts=True)
        return pages, counts.astype(np.int64)
