"""The tables rows.csv, tally.csv and pages.csv.

They are built from stored results alone, so they can be written again at any time.  pandas is
used nowhere else.
"""

from digitize.tally.count import (
    REGIONS,
    TALLY_COLUMNS,
    TOTAL,
    Count,
    Summary,
    check_sums,
    kind_of,
    summary,
)
from digitize.tally.csv_files import NAMES, discard, draft, guard, replace_tables, write, write_lines
from digitize.tally.frames import CountTables, Tables, tables_of
from digitize.tally.table_lines import TableLines, page_key
from digitize.tally.table_rows import CANTONS, DUPLICATE, WAITING

__all__ = [
    "CANTONS",
    "DUPLICATE",
    "NAMES",
    "REGIONS",
    "TALLY_COLUMNS",
    "TOTAL",
    "WAITING",
    "Count",
    "CountTables",
    "Summary",
    "TableLines",
    "Tables",
    "check_sums",
    "discard",
    "draft",
    "guard",
    "kind_of",
    "page_key",
    "replace_tables",
    "summary",
    "tables_of",
    "write",
    "write_lines",
]
