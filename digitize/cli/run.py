"""`digitize run`: options in, tables out."""

from dataclasses import dataclass
from pathlib import Path

import click

from digitize import batch, pipeline, tally
from digitize.cli.machine import cores
from digitize.cli.progress import watching
from digitize.cli.tables import check_complete, show_summary, write_tables
from digitize.errors import ExitCode
from digitize.form import load_form
from digitize.readers import open_reader
from digitize.store import DATABASE, PICTURES, open_campaign

NAMED_AT_MOST = 5  # files left out that are named; more would bury the summary


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said."""

    scans: tuple[Path, ...]
    out: Path
    form: str
    reader: str
    workers: int | None
    crops: bool
    redo: bool


def run_batch(options: Options) -> ExitCode:
    """Digitize what is missing, write the tables, show the summary; raises DigitizeError."""
    load_form(options.form)  # a wrong form or a missing program must not cost a whole run
    if options.reader != "rapid":
        open_reader(options.reader)
    settings = pipeline.Settings(form=options.form, reader=options.reader, crops=options.crops)
    workers = cores() if options.workers is None else options.workers
    with watching() as watch:
        report = batch.run(
            options.scans, options.out, settings, workers=workers, redo=options.redo, watch=watch
        )
    with open_campaign(options.out) as campaign:
        tables, written = write_tables(campaign)
    show_summary(tally.summary(tables))
    _show_report(report)
    click.echo("Written: " + ", ".join(str(path) for path in written))
    click.echo(f"Pictures of the pages: {options.out / PICTURES}; everything: {options.out / DATABASE}")
    if report.interrupted:
        click.echo(
            f"Stopped with {report.left} pages to go; run the same command again to do the rest.", err=True
        )
        return ExitCode.INTERRUPTED
    check_complete(tables)
    return ExitCode.PAGES_FAILED if report.failed else ExitCode.OK


def _show_report(report: batch.Report) -> None:
    click.echo(
        f"{report.pages} pages: {report.done} done, {report.skipped} finished before, "
        f"{report.failed} failed, {report.duplicate} counted under another name."
    )
    if report.done and report.seconds:
        click.echo(f"{report.done * 60 / report.seconds:.0f} pages per minute.")
    if report.not_scans:
        names = ", ".join(path.name for path in report.not_scans[:NAMED_AT_MOST])
        more = "" if len(report.not_scans) <= NAMED_AT_MOST else ", ..."
        click.echo(f"{len(report.not_scans)} other files are no scans and were left out: {names}{more}")
