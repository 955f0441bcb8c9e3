"""The tables an office works with: rows.csv, tally.csv and pages.csv.

The only place that builds pandas tables.  Everything comes from stored
outcomes, so the tables can be written again at any time.
"""

from digitize.tally.files import guard, write, write_lines
from digitize.tally.lines import CANTONS, DUPLICATE, WAITING
from digitize.tally.tables import REGIONS, TALLY_COLUMNS, TOTAL, Summary, Tables, build, check_sums, summary

__all__ = [
    "CANTONS",
    "DUPLICATE",
    "REGIONS",
    "TALLY_COLUMNS",
    "TOTAL",
    "WAITING",
    "Summary",
    "Tables",
    "build",
    "check_sums",
    "guard",
    "summary",
    "write",
    "write_lines",
]
