"""Many pages: which are missing, who works on them, what came of it.

Only this process writes the campaign; workers get a path, a page number and
the settings, and hand back one page at a time.
"""

from digitize.batch.batch_run import PAGE_LIMIT_S, Report, Silent, Watch, run
from digitize.batch.find_scans import Found, find
from digitize.batch.worker_pool import CannotStart

__all__ = [
    "PAGE_LIMIT_S",
    "CannotStart",
    "Found",
    "Report",
    "Silent",
    "Watch",
    "find",
    "run",
]
