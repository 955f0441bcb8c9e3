"""The three tables as pandas frames, for those who need every row in memory."""

from dataclasses import dataclass

import pandas as pd

from digitize.tally.count import Count, waiting_in
from digitize.tally.table_lines import TableLines
from digitize.tally.table_rows import ROW_COLUMNS


@dataclass(frozen=True)
class CountTables:
    """The three tables."""

    rows: pd.DataFrame
    tally: pd.DataFrame
    pages: pd.DataFrame

    @property
    def waiting(self) -> int:
        """Number of pages that have not been processed yet."""
        return waiting_in(self.pages)


@dataclass(frozen=True)
class Tables(CountTables):
    """The three tables as they were built, and what they add up to."""

    count: Count


def tables_of(lines: TableLines) -> Tables:
    """Build the tables from their lines.  Raises SumsDiffer."""
    rows = pd.DataFrame(list(lines.rows()), columns=list(ROW_COLUMNS), dtype=object)
    count = lines.count()
    return Tables(rows, count.tally, count.pages, count)
