"""Pages of a campaign put in relation to each other: which make up a sheet, which came twice.

Computed from stored records alone, after all pages are stored, so that neither
the order of processing nor scans that are added later change what is found.
"""

from digitize.campaign.collate.natural_order import natural_key
from digitize.campaign.collate.page_states import PageState, collate_pages
from digitize.campaign.duplicates.page_summary import PageSummary, brief
from digitize.form.identify_form import Span

__all__ = [
    "PageState",
    "PageSummary",
    "Span",
    "brief",
    "collate_pages",
    "natural_key",
]
