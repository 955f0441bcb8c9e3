"""Relate the pages of a campaign to each other: which make up a sheet, which are scans of one paper.

Everything is computed from stored results after all pages are stored, so that it depends neither
on the order of processing nor on when a scan was added.
"""

from digitize.campaign.collate.group_pages import natural_key
from digitize.campaign.collate.page_states import PageState, collate_pages
from digitize.campaign.duplicates.page_summary import PageSummary, summarize
from digitize.form.identify_form import Span

__all__ = [
    "PageState",
    "PageSummary",
    "Span",
    "collate_pages",
    "natural_key",
    "summarize",
]
