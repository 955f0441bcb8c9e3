"""The tables rows.csv, tally.csv and pages.csv.

They are built from stored results alone, so they can be written again at any time.  pandas is
used nowhere else.
"""

from digitize.tally.csv_files import NAMES, draft, guard, replace_tables, write, write_lines
from digitize.tally.frames import (
    REGIONS,
    TALLY_COLUMNS,
    TOTAL,
    CountTables,
    Summary,
    Tables,
    build,
    check_sums,
    summary,
)
from digitize.tally.table_rows import CANTONS, DUPLICATE, WAITING

__all__ = [
    "CANTONS",
    "DUPLICATE",
    "NAMES",
    "REGIONS",
    "TALLY_COLUMNS",
    "TOTAL",
    "WAITING",
    "CountTables",
    "Summary",
    "Tables",
    "build",
    "check_sums",
    "draft",
    "guard",
    "replace_tables",
    "summary",
    "write",
    "write_lines",
]
