"""`digitize tally`: write the tables of a campaign again and show the tally."""

import sys
from pathlib import Path

import click

from digitize.cli.debug import Command
from digitize.cli.options import FOLDER
from digitize.errors import ExitCode


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--partial", is_flag=True, help="Exit with 0 even if pages are not processed yet.")
def tally(folder: Path, partial: bool) -> None:
    """Write the tables again and show the tally.

    Writes rows.csv, tally.csv and pages.csv of the campaign in DIR.

    \b
    Example:
      digitize tally friday
    """
    sys.exit(show_tally(folder, partial=partial))


def show_tally(folder: Path, *, partial: bool = False) -> ExitCode:
    """Write the tables and print the summary.

    Raises BadStore, and SumsDiffer if pages are not processed yet, unless `partial` allows that.
    """
    from digitize.campaign.store import open_campaign
    from digitize.cli.summary import check_complete, show_summary
    from digitize.tally import summary
    from digitize.tally.publish import write_tables

    with open_campaign(folder) as campaign:
        tables, written = write_tables(campaign)
    show_summary(summary(tables))
    click.echo("Written: " + ", ".join(str(path) for path in written))
    if not partial:
        check_complete(tables)
    return ExitCode.OK
