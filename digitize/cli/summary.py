"""The summary of a campaign that `run` and `tally` print: counts, never names."""

from collections.abc import Iterator

import click

from digitize import tally
from digitize.cli.output import plural, print_table
from digitize.errors import SumsDiffer


def check_complete(count: tally.Count) -> None:
    """Raise SumsDiffer if pages are missing from the tally because no run has reached them."""
    if count.waiting:
        raise SumsDiffer(
            f"{plural(count.waiting, 'page is', 'pages are')} not processed yet and missing from the tally; "
            "run digitize run again with the same scans."
        )


def show_summary(summary: tally.Summary) -> None:
    """Print pages by kind, rows by status, signatures by region, and what needs attention."""
    print_table("Pages", ("kind", "pages"), [(kind, str(count)) for kind, count in summary.pages])
    print_table("Rows", ("status", "rows"), [(status, str(count)) for status, count in summary.rows])
    regions = [(region, *(str(number) for number in numbers)) for region, numbers in summary.regions]
    print_table("Signatures by region", tally.TALLY_COLUMNS, regions, total=True)
    for sentence in (*_about_pages(summary), *_about_rows(summary)):
        click.echo(sentence)


def _about_pages(summary: tally.Summary) -> Iterator[str]:
    if summary.in_stacks:
        pages = plural(summary.in_stacks, "page lies", "pages lie")
        yield f"{pages} in stacks of fronts and backs; see column note in pages.csv."
    if summary.other_forms:
        pages = plural(summary.other_forms, "page is", "pages are")
        yield f"{pages} not of the expected form; see column note in pages.csv."
    if not summary.sheets:
        return
    missing = [f"{count} without the page with rows {a}-{b}" for (a, b), count in summary.missing]
    what = f", {', '.join(missing)}; their other pages are counted." if missing else "."
    yield f"{plural(summary.sheets, 'sheet')}{what}"
    if summary.second_scans:
        pages = plural(summary.second_scans, "page was", "pages were")
        yield f"{pages} scanned twice and counted once; see column duplicate_of in pages.csv."
    if summary.possible_duplicates:
        pages = plural(summary.possible_duplicates, "page")
        yield f"{pages} may be scans of the same paper; see column note in pages.csv."


def _about_rows(summary: tally.Summary) -> Iterator[str]:
    if summary.late:
        rows = plural(summary.late, "signed row")
        yield f"{rows} arrived after the deadline; see column late in tally.csv."
    if summary.decided:
        rows = plural(summary.decided, "row was", "rows were")
        yield f"{rows} decided by people; see columns decided and decided_by in rows.csv."
    if summary.invalid:
        decisions = plural(summary.invalid, "decision was", "decisions were")
        yield f"{decisions} changed outside of digitize and ignored; digitize log lists them."
    if summary.second_signatures:
        rows = plural(summary.second_signatures, "row is", "rows are")
        yield f"{rows} a second signature of the same person and not counted; see flag duplicate-person."
    if summary.review:
        rows = plural(summary.review, "row needs", "rows need")
        yield f"{rows} review; see column review in rows.csv."
