"""The lines of the three tables in their order, one page after the other.

Nothing is kept of a row but what the sums need, so that a campaign of a million rows takes no more memory
than its pages do.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd

from digitize.campaign.collate import natural_key
from digitize.errors import SumsDiffer
from digitize.messages import Translate
from digitize.records import PageId, ScanFile
from digitize.tally.count import Count, RowKind, check_sums, kind_of, missing_of, tally_of
from digitize.tally.table_rows import (
    PAGE_COLUMNS,
    UNKNOWN_STATE,
    Notes,
    Outcome,
    PageStates,
    SettledPages,
    page_line,
    row_lines,
)


class TableLines:
    """The tables of a campaign: first all `rows`, then what they add up to (`count`).

    `outcomes` are the pages of those `files` that have no `same_as`, sorted by `page_key`, with the rows as
    people decided them; of the cells only the signature is needed.  `states` are the states of the pages,
    `notes` tell what people decided on rows, `settled` what on pages.  `told` translates remarks; None
    leaves them in English.
    """

    def __init__(
        self,
        files: Sequence[ScanFile],
        outcomes: Iterable[Outcome],
        states: PageStates = MappingProxyType({}),
        notes: Notes = MappingProxyType({}),
        settled: SettledPages = MappingProxyType({}),
        told: Translate | None = None,
    ) -> None:
        self._files, self._outcomes = files, outcomes
        self._states, self._notes, self._settled, self._told = states, notes, settled, told
        self._labels = {file.path: file.label for file in files}
        self._pages: dict[PageId, tuple[Any, ...]] = {}  # lines of pages.csv
        self._kinds: Counter[RowKind] = Counter()
        self._decided = 0

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the lines of rows.csv, once.

        Raises SumsDiffer if a page occurs twice or belongs to no file.
        """
        files = {file.path: file for file in self._files}
        for outcome in self._outcomes:
            file = files.get(outcome.id.file)
            if file is None or outcome.id in self._pages:
                raise SumsDiffer(f"Page {outcome.id.page} of a scan is stored twice or belongs to none.")
            self._pages[outcome.id] = self._page(file, outcome.id.page, outcome)
            state = self._states.get(outcome.id, UNKNOWN_STATE)
            for line in row_lines(outcome, file, state, self._notes, self._told):
                self._kinds[kind_of(line)] += 1
                yield line
            self._decided += self._decided_on(outcome)

    def count(self) -> Count:
        """Return what all rows add up to, after the last of them.

        Raises SumsDiffer if the tables do not add up.
        """
        outcomes = len(self._pages)
        pages = [line for file in sorted(self._files, key=_by_label) for line in self._pages_of(file)]
        states = self._states.values()
        count = Count(
            tally=tally_of(self._kinds),
            pages=pd.DataFrame(pages, columns=list(PAGE_COLUMNS), dtype=object),
            rows=self._kinds,
            missing=missing_of(self._states),
            possible_duplicates=sum(bool(state.possible_duplicates) for state in states),
            in_stacks=sum(state.in_stacks for state in states),
            other_forms=sum(bool(state.expected_form) for state in states),
        )
        check_sums(count, outcomes, self._decided)
        return count

    def _pages_of(self, file: ScanFile) -> Iterator[tuple[Any, ...]]:
        for number in range(1, file.pages + 1) if file.pages is not None else (0,):
            line = self._pages.get(PageId(file.path, number))
            yield self._page(file, number, None) if line is None else line

    def _page(self, file: ScanFile, number: int, outcome: Outcome | None) -> tuple[Any, ...]:
        page = PageId(file.path, number)
        state, said = self._states.get(page, UNKNOWN_STATE), self._settled.get(page)
        line = page_line(file, number, outcome, state, self._labels, said, self._told)
        return tuple(line[name] for name in PAGE_COLUMNS)

    def _decided_on(self, outcome: Outcome) -> int:
        """Return the number of rows of a page that people decided on."""
        notes = [self._notes.get((outcome.id, index)) for index in {row.index for row in outcome.rows}]
        return sum(note is not None and bool(note.decided) for note in notes)


def page_key(files: Iterable[ScanFile]) -> Callable[[PageId], tuple[Any, ...]]:
    """Return the key by which rows.csv is sorted: by label of the file, then by number of the page.

    `files` are in the order of the inputs, which decides where labels differ in upper and lower case alone.
    """
    labels = {file.path: (_by_label(file), order) for order, file in enumerate(files)}

    def key(page: PageId) -> tuple[Any, ...]:
        label, order = labels.get(page.file, ((), 0))
        return label, page.page, order

    return key


def _by_label(file: ScanFile) -> tuple[tuple[int, str, int], ...]:
    return natural_key(file.label)
