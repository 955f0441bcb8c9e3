"""Synthetic scans of filled petition sheets, with the exact truth about them.

    from samples.synthetic import ACAT, Paper, make_page, random_fill
    page = make_page(ACAT[1], random_fill(ACAT[1], seed=7), Paper(skew_deg=1.5), seed=7)
    page.pixels, page.truth.row(12).has_signature

The same arguments give the same page.
"""

from samples.synthetic.catalogue import ACAT, DESIGNS, LOOK_ALIKES, NO_TABLE, restyled
from samples.synthetic.fills import TIDY, Entry, Extras, Habits, RowFill, Rows, Signing, Strike, random_fill
from samples.synthetic.foreign import FOREIGN
from samples.synthetic.form_design import Column, Design, Paragraph, Rules
from samples.synthetic.paper import CLEAN, Mode, Paper, Photo, random_paper
from samples.synthetic.synthetic_page import SyntheticPage, blank_back, make_page, make_tables
from samples.synthetic.truth import CellTruth, PageTruth, RowTruth

__all__ = [
    "ACAT",
    "CLEAN",
    "DESIGNS",
    "FOREIGN",
    "LOOK_ALIKES",
    "NO_TABLE",
    "TIDY",
    "CellTruth",
    "Column",
    "Design",
    "Entry",
    "Extras",
    "Habits",
    "Mode",
    "PageTruth",
    "Paper",
    "Paragraph",
    "Photo",
    "RowFill",
    "RowTruth",
    "Rows",
    "Rules",
    "Signing",
    "Strike",
    "SyntheticPage",
    "blank_back",
    "make_page",
    "make_tables",
    "random_fill",
    "random_paper",
    "restyled",
]
