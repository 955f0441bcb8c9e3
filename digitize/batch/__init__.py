"""Many pages: which are missing, who works on them, what came of it.

Only this process writes the campaign; workers get a path, a page number and
the settings, and hand back one page at a time.
"""

from digitize.batch.inputs import Found, find
from digitize.batch.pool import DEBUG, CannotStart
from digitize.batch.run import PAGE_LIMIT_S, Report, Silent, Watch, run

__all__ = [
    "DEBUG",
    "PAGE_LIMIT_S",
    "CannotStart",
    "Found",
    "Report",
    "Silent",
    "Watch",
    "find",
    "run",
]
