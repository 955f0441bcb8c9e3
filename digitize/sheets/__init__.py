"""Pages of a campaign put in relation to each other: which make up a sheet.

Computed from stored records alone, after all pages are stored, so that neither
the order of processing nor scans that are added later change what is found.
"""

from digitize.sheets.books import Standing, keep_books
from digitize.sheets.briefs import Brief, brief
from digitize.sheets.known import Span
from digitize.sheets.order import natural_key

__all__ = ["Brief", "Span", "Standing", "brief", "keep_books", "natural_key"]
