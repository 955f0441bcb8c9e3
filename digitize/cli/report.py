"""`digitize report`: write the report, its pictures and the workbook."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.cli.debug import Command
from digitize.cli.options import EXISTING_FILE, FOLDER
from digitize.errors import ExitCode

if TYPE_CHECKING:
    from digitize.report.details import Details

LANGUAGES = ("de", "fr", "it", "en")
FORMATS = ("html", "pdf", "xlsx")
LOOK_EVERY_S = 5.0  # for changes, with --watch


def usual_language() -> str:
    """Return the language of the environment if it is one of LANGUAGES, otherwise English."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return named[:2] if named[:2] in LANGUAGES else "en"


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--out", type=FOLDER, help="Folder to write to.  [default: DIR/reports]")
@click.option(
    "--language",
    "languages",
    type=click.Choice(LANGUAGES),
    multiple=True,
    help="Language; may be given several times.  [default: those of the settings, or that of the system]",
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    help="Format; may be given several times.  [default: all]",
)
@click.option("--title", default="", help="Title of the petition.  [default: as printed on the sheets]")
@click.option(
    "--organisation", default="", help="Who collected the signatures.  [default: as in the settings]"
)
@click.option("--goal", type=click.IntRange(1), metavar="N", help="Number of signatures wanted.")
@click.option(
    "--population",
    type=EXISTING_FILE,
    metavar="FILE",
    help="Table of cantons and inhabitants, for signatures per 10,000 inhabitants. First line: canton,YEAR.",
)
@click.option("--watch", is_flag=True, help="Write again whenever the count changes, until Ctrl-C.")
def report(
    folder: Path,
    out: Path | None,
    languages: tuple[str, ...],
    formats: tuple[str, ...],
    title: str,
    organisation: str,
    goal: int | None,
    population: Path | None,
    watch: bool,
) -> None:
    """Write the report on the count.

    Writes the report of the campaign in DIR as a page and as a PDF, with map and charts, and a workbook with
    all tables. If sheets of several petitions are in the campaign, each gets a report of its own as well.

    \b
    Examples:
      digitize report friday
      digitize report friday --language de --language fr --title "Mehr Bäume" --organisation "Verein Wald"
      digitize report friday --population inhabitants.csv --goal 10000
    """
    from digitize.report.details import Details
    from digitize.report.population import read_population

    details = Details(
        " ".join(title.split()),
        " ".join(organisation.split()),
        goal,
        read_population(population) if population else None,
    )
    chosen = (tuple(dict.fromkeys(languages)), formats or FORMATS)
    code = write_reports(folder, out, details, *chosen)
    if watch:
        watch_campaign(folder, out, details, *chosen)
    sys.exit(code)


def write_reports(
    folder: Path, out: Path | None, details: "Details", languages: tuple[str, ...], formats: tuple[str, ...]
) -> ExitCode:
    """Write the reports once and print what they say; raises BadStore, SumsDiffer, MissingProgram.

    Without `languages` those of the settings of the campaign are taken, or that of the system.
    """
    from digitize.campaign.store import open_campaign
    from digitize.cli.output import plural
    from digitize.report.build import write

    with open_campaign(folder) as campaign:
        languages = languages or campaign.settings.wanted().languages or (usual_language(),)
        reports, written = write(campaign, details, languages, formats, out)
    for path in written:
        click.echo(f"Written: {path}")
    total = reports.whole.figures.total
    click.echo(f"{plural(total.valid, 'valid signature')}, {total.invalid} invalid, {total.open} open.")
    if reports.petitions:
        click.echo(f"{len(reports.petitions)} petitions were told apart by their printed titles.")
    waiting = reports.whole.making.waiting
    if waiting:
        click.echo(
            f"{plural(waiting, 'page is', 'pages are')} not processed yet and missing from the report."
        )
    return ExitCode.OK


def watch_campaign(
    folder: Path, out: Path | None, details: "Details", languages: tuple[str, ...], formats: tuple[str, ...]
) -> None:
    """Write the reports again after each change, until Ctrl-C."""
    from digitize.campaign.store import open_campaign

    def state() -> object:
        with open_campaign(folder) as campaign:
            return campaign.derived.take_snapshot().counters

    click.echo("The reports follow the count. Press Ctrl-C to stop.")
    written = state()
    try:
        while True:
            time.sleep(LOOK_EVERY_S)
            now = state()
            if now != written:
                write_reports(folder, out, details, languages, formats)
                written = now
    except KeyboardInterrupt:
        click.echo("Stopped. The reports of the last change stay.")
