"""The three tables as pandas frames, for those who need every row in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from digitize.messages import Translate
from digitize.records import ScanFile
from digitize.tally.count import Count
from digitize.tally.table_lines import TableLines, in_order
from digitize.tally.table_rows import ROW_COLUMNS, WAITING, Notes, Outcome, PageStates, SettledPages


@dataclass(frozen=True)
class CountTables:
    """The three tables."""

    rows: pd.DataFrame
    tally: pd.DataFrame
    pages: pd.DataFrame

    @property
    def waiting(self) -> int:
        """Number of pages that have not been processed yet."""
        return int((self.pages["kind"] == WAITING).sum())


@dataclass(frozen=True)
class Tables(CountTables):
    """The three tables as they were built, and what they add up to."""

    count: Count


def tables_of(lines: TableLines) -> Tables:
    """Build the tables from their lines.  Raises SumsDiffer."""
    rows = pd.DataFrame(list(lines.rows()), columns=list(ROW_COLUMNS), dtype=object)
    count = lines.count()
    return Tables(rows, count.tally, count.pages, count)


def build(
    files: Sequence[ScanFile],
    outcomes: Iterable[Outcome],
    states: PageStates = MappingProxyType({}),
    notes: Notes = MappingProxyType({}),
    settled: SettledPages = MappingProxyType({}),
    told: Translate | None = None,
) -> Tables:
    """Build the tables from pages in any order; see `TableLines`.  Raises SumsDiffer."""
    return tables_of(TableLines(files, in_order(files, outcomes), states, notes, settled, told))
