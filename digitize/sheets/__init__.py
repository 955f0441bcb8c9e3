"""Pages of a campaign put in relation to each other: which make up a sheet, which came twice.

Computed from stored records alone, after all pages are stored, so that neither
the order of processing nor scans that are added later change what is found.
"""

from digitize.sheets.books import Standing, keep_books
from digitize.sheets.briefs import Brief, brief
from digitize.sheets.flags import PAGE_SENTENCES, PageFlag
from digitize.sheets.known import Span
from digitize.sheets.order import natural_key

__all__ = ["PAGE_SENTENCES", "Brief", "PageFlag", "Span", "Standing", "brief", "keep_books", "natural_key"]
