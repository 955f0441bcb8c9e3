"""Designs for pages with several tables, or with boxes and payment slips beside the table."""

from dataclasses import replace

from digitize.records import PageKind, Role
from samples.synthetic.form_design import Column, Design, Paragraph
from samples.synthetic.layout import layout

GAP_BELOW_MM = 12.0  # between two tables one below the other
GAP_BESIDE_MM = 10.0  # between two tables side by side

_INFO = (
    Column(Role.OTHER, "Canton", 30.0),
    Column(Role.OTHER, "Sheets", 45.0),
    Column(Role.OTHER, "Sent on", 50.0),
    Column(Role.OTHER, "To", 35.0),
)
_SLIP = (
    Column(Role.OTHER, "Receipt", 52.0),
    Column(Role.OTHER, "Payment part", 60.0),
    Column(Role.OTHER, "Payable to", 58.0),
)


def below(design: Design, row_count: int, first_row: int, headed: bool = True) -> Design:
    """Return a second table with the same columns for the space below `design`."""
    top = layout(design).y_mm[-1] + GAP_BELOW_MM
    second = replace(
        design,
        row_count=row_count,
        first_row=first_row,
        margin_mm=(design.margin_mm[0], top),
        before=(),
        after=(),
        second_box=False,
    )
    return second if headed else headless(second)


def headless(design: Design) -> Design:
    """Return the design without its header, as printed on a page that continues a table."""
    columns = tuple(replace(column, header="") for column in design.columns)
    return replace(design, columns=columns, header_height_mm=0.0)


def beside(design: Design, first_row: int) -> tuple[Design, Design]:
    """Return two tables that stand side by side on a landscape sheet, their columns narrowed to fit."""
    wide, high = max(design.paper_mm), min(design.paper_mm)
    left = design.margin_mm[0]
    width = (wide - 2 * left - GAP_BESIDE_MM) / 2
    share = width / sum(column.width_mm for column in design.columns)
    columns = tuple(replace(column, width_mm=column.width_mm * share) for column in design.columns)
    one = replace(design, columns=columns, paper_mm=(wide, high), after=(), second_box=False)
    top = layout(one).y_mm[0]
    other = replace(one, margin_mm=(left + width + GAP_BESIDE_MM, top), before=(), first_row=first_row)
    return one, other


def info_table(design: Design, top_mm: float, row_count: int = 4) -> Design:
    """Return a table without signatures for the space above or below `design`."""
    return Design(
        "info",
        PageKind.NO_TABLE,
        _INFO,
        row_count,
        row_height_mm=7.0,
        paper_mm=design.paper_mm,
        margin_mm=(design.margin_mm[0], top_mm),
    )


def pay_slip(design: Design) -> Design:
    """Return a payment slip at the foot of the sheet: a wide ruled box with large fields."""
    return Design(
        "slip",
        PageKind.NO_TABLE,
        _SLIP,
        3,
        row_height_mm=16.0,
        header_height_mm=9.0,
        paper_mm=design.paper_mm,
        margin_mm=(design.margin_mm[0], design.paper_mm[1] - 68.0),
    )


def address_box(design: Design, top_mm: float) -> Design:
    """Return a ruled box with the return address, and the address itself in print above it."""
    left = design.margin_mm[0] + 90.0
    lines = tuple(
        Paragraph(text, 9.0) for text in ("Return to:", "ACAT Suisse", "Speichergasse 29", "3011 Bern")
    )
    return replace(
        Design("address", PageKind.NO_TABLE, (Column(Role.OTHER, "", 75.0),), 1),
        row_height_mm=26.0,
        header_height_mm=0.0,
        before=lines,
        paper_mm=design.paper_mm,
        margin_mm=(left, top_mm),
    )
