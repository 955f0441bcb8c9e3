"""Print sheets of one's own: with marks and a code by which they are recognised."""

from dataclasses import dataclass

from digitize.form.sheet_code import SheetCode
from digitize.report.pdf import as_pdf
from digitize.sheet.layout import as_form, as_html
from digitize.sheet.plan import plan_sheet
from digitize.sheet.wishes import SheetColumn, SheetWishes, columns_of

__all__ = ["PrintedSheet", "SheetColumn", "SheetWishes", "columns_of", "print_sheet"]


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """A sheet to print (PDF) and its form file (TOML); `codes` are those of its pages."""

    pdf: bytes
    form: str
    codes: tuple[SheetCode, ...]


def print_sheet(wishes: SheetWishes) -> PrintedSheet:
    """Return a sheet as it is wanted.

    Raises BadSheet if it does not fit onto the paper, and MissingProgram if WeasyPrint or segno is missing.
    """
    plan = plan_sheet(wishes)
    html = as_html(wishes, plan.codes, plan.text_pt)
    return PrintedSheet(as_pdf(html), as_form(wishes, plan.codes), plan.codes)
