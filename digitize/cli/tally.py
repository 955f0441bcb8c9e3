"""`digitize tally`: write the tables of a campaign again and show the tally."""

import sys
from pathlib import Path

import click

from digitize.cli.debug import Command
from digitize.cli.options import DELIMITERS, FOLDER, delimiter_option
from digitize.errors import ExitCode
from digitize.translations import LANGUAGES


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--partial", is_flag=True, help="Exit with 0 even if pages are not processed yet.")
@delimiter_option
@click.option(
    "--xlsx",
    "languages",
    type=click.Choice(list(LANGUAGES)),
    multiple=True,
    help="Also write the tables as workbooks for Excel, with headings and remarks in this language; may be "
    "given several times.",
)
@click.option("--xlsx-to", type=FOLDER, help="Folder for the workbooks.  [default: DIR/reports]")
def tally(
    folder: Path, partial: bool, delimiter: str | None, languages: tuple[str, ...], xlsx_to: Path | None
) -> None:
    """Write the tables again and show the tally.

    Writes rows.csv, tally.csv and pages.csv of the campaign in DIR.

    \b
    Examples:
      digitize tally friday
      digitize tally friday --delimiter semicolon
      digitize tally friday --xlsx de          (rows-de.xlsx, tally-de.xlsx and pages-de.xlsx)
    """
    separator = DELIMITERS[delimiter] if delimiter else ""
    sys.exit(show_tally(folder, partial=partial, delimiter=separator, languages=languages, xlsx_to=xlsx_to))


def show_tally(
    folder: Path,
    *,
    partial: bool = False,
    delimiter: str = "",
    languages: tuple[str, ...] = (),
    xlsx_to: Path | None = None,
) -> ExitCode:
    """Write the tables and print the summary.

    Raises BadStore, MissingProgram, and SumsDiffer if pages are not processed yet, unless `partial` allows
    that.
    """
    from digitize.campaign.store import open_campaign
    from digitize.cli.summary import check_complete, show_summary
    from digitize.report.folder import FOLDER as REPORTS
    from digitize.report.table_files import write_workbooks
    from digitize.tally import summary
    from digitize.tally.publish import write_tables

    with open_campaign(folder) as campaign:
        if delimiter:
            campaign.settings.set_delimiter(delimiter)
        count, written = write_tables(campaign)
        for language in languages:
            written = [*written, *write_workbooks(campaign, language, xlsx_to or folder / REPORTS)]
    show_summary(summary(count))
    click.echo("Written: " + ", ".join(str(path) for path in written))
    if not partial:
        check_complete(count)
    return ExitCode.OK
