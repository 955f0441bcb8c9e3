"""The tables of a campaign, and what the terminal shows of them: counts, never names."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from digitize import tally
from digitize.campaign.store import open_campaign
from digitize.errors import ExitCode, SumsDiffer
from digitize.tally.publish import write_tables


def show_tally(folder: Path, *, partial: bool = False) -> ExitCode:
    """Write and show; raises SumsDiffer when pages were never processed, unless `partial` allows it."""
    with open_campaign(folder) as campaign:
        tables, written = write_tables(campaign)
    show_summary(tally.summary(tables))
    click.echo("Written: " + ", ".join(str(path) for path in written))
    if not partial:
        check_complete(tables)
    return ExitCode.OK


def check_complete(tables: tally.Tables) -> None:
    """Raise SumsDiffer when the tally misses pages that no run has reached."""
    if tables.waiting:
        raise SumsDiffer(
            f"{tables.waiting} pages are not processed yet and missing from the tally; "
            "run digitize run again with the same scans."
        )


def show_summary(summary: tally.Summary) -> None:
    """Pages by kind, rows by status and the tally by region."""
    console = Console(highlight=False)
    counts = Table(title="Pages and rows", title_justify="left")
    counts.add_column("pages")
    counts.add_column("", justify="right")
    counts.add_column("rows")
    counts.add_column("", justify="right")
    pages = [(kind, str(count)) for kind, count in summary.pages]
    rows = [(status, str(count)) for status, count in summary.rows]
    for i in range(max(len(pages), len(rows))):
        counts.add_row(*(pages[i] if i < len(pages) else ("", "")), *(rows[i] if i < len(rows) else ("", "")))
    console.print(counts)
    regions = Table(title="Signatures by region", title_justify="left")
    for name in tally.TALLY_COLUMNS:
        regions.add_column(name, justify="left" if name == "region" else "right")
    for region, numbers in summary.regions:
        style = "bold" if region == tally.TOTAL else None
        regions.add_row(region, *(str(number) for number in numbers), style=style)
    console.print(regions)
    _show_sheets(summary)
    if summary.late:
        click.echo(f"{summary.late} of the signed rows came after the deadline: tally.csv, column late.")
    _show_decided(summary)
    if summary.review:
        word = "row" if summary.review == 1 else "rows"
        click.echo(f"{summary.review} {word} should be looked at: rows.csv, column review.")


def _show_decided(summary: tally.Summary) -> None:
    if summary.decided:
        what = "1 row was" if summary.decided == 1 else f"{summary.decided} rows were"
        click.echo(f"{what} decided by people: rows.csv, columns decided and decided_by.")
    if summary.invalid:
        what = "1 decision was" if summary.invalid == 1 else f"{summary.invalid} decisions were"
        click.echo(
            f"{what} changed outside of digitize and ignored; digitize log tells which, review asks again."
        )
    if summary.persons:
        what = "1 row is" if summary.persons == 1 else f"{summary.persons} rows are"
        click.echo(f"{what} a second signature of the same person and not counted: flag duplicate-person.")


def _show_sheets(summary: tally.Summary) -> None:
    if summary.loose:
        click.echo(f"{summary.loose} pages lie in stacks of fronts and backs: pages.csv, column note.")
    if summary.strange:
        pages = "1 page is" if summary.strange == 1 else f"{summary.strange} pages are"
        click.echo(f"{pages} of another form than expected: pages.csv, column note.")
    if not summary.sheets:
        return
    missing = [f"{count} without the page with rows {a}-{b}" for (a, b), count in summary.missing]
    what = f": {', '.join(missing)}; what came of them counts." if missing else "."
    click.echo(f"{summary.sheets} {'sheet' if summary.sheets == 1 else 'sheets'}{what}")
    if summary.again:
        pages = "1 page was" if summary.again == 1 else f"{summary.again} pages were"
        click.echo(f"{pages} scanned twice and counted once: pages.csv, column duplicate_of.")
    if summary.likely:
        click.echo(f"{summary.likely} pages may be scans of the same paper: pages.csv, column note.")
