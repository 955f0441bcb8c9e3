"""Digitize many scans: find the pages to do, hand them to worker processes, store the results.

Only the parent process writes to the campaign.  A worker gets the path of a
scan, a page number and the settings, and returns one page at a time.
"""

from digitize.batch.batch_run import PAGE_LIMIT_S, Report, Silent, Watch, run
from digitize.batch.fetch_scans import is_address
from digitize.batch.find_scans import Found, find
from digitize.batch.scan_preview import render_preview
from digitize.batch.worker_pool import CannotStart

__all__ = [
    "PAGE_LIMIT_S",
    "CannotStart",
    "Found",
    "Report",
    "Silent",
    "Watch",
    "find",
    "is_address",
    "render_preview",
    "run",
]
