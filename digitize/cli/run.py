"""`digitize run`: from scans to tables."""

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.cli.debug import Command
from digitize.cli.exposure import warn_if_exposed
from digitize.cli.options import (
    DAY,
    DEFAULT_OUT,
    DELIMITERS,
    FOLDER,
    Source,
    campaign_form_option,
    checked_cluster,
    checked_model,
    cores,
    delimiter_option,
    model_option,
    reader_option,
)
from digitize.cli.output import plural, printable
from digitize.errors import ExitCode
from digitize.limits import USUAL, Limits

if TYPE_CHECKING:
    from digitize.batch import Report
    from digitize.page.pipeline import Settings

NAMED_AT_MOST = 3  # files left out that are named; more would bury the summary


@click.command(cls=Command)
@click.argument("scans", nargs=-1, required=True, type=Source())
@click.option("--out", type=FOLDER, default=DEFAULT_OUT, show_default=True, help="Folder for the results.")
@campaign_form_option
@reader_option
@model_option
@click.option(
    "--workers",
    type=click.IntRange(0),
    metavar="N",
    default=None,
    help="Number of worker processes; 0 does the work in this process.  [default: cores]",
)
@click.option(
    "--cluster",
    callback=checked_cluster,
    metavar="ADDRESS",
    help="Dask scheduler whose workers do the work, such as tls://scheduler:8786; local:4 starts four here.",
)
@click.option("--crops", is_flag=True, help="Also write one picture per numbered row to OUT/crops.")
@click.option(
    "--counts-only",
    is_flag=True,
    help="Store nothing that identifies people: no names, no addresses, no pictures.",
)
@click.option(
    "--canton-risk",
    type=click.FloatRange(0, 1),
    metavar="P",
    default=USUAL.canton_risk,
    show_default=True,
    help="Mark a row for review if the probability that its canton is wrong is above this.",
)
@click.option(
    "--text-risk",
    type=click.FloatRange(0, 1),
    metavar="P",
    default=USUAL.text_risk,
    show_default=True,
    help="The same for the probability that its name or address has a mistake.",
)
@click.option("--redo", is_flag=True, help="Process every page again, even if it is finished.")
@click.option(
    "--received",
    type=DAY,
    metavar="DATE",
    help="Day on which these scans arrived, such as 2025-01-20; changes scans of earlier runs only with "
    "--redo.  [default: the day of each file]",
)
@click.option(
    "--deadline",
    type=DAY,
    metavar="DATE",
    help="Last day in time for all scans in OUT, until another is given.  [default: that of the form]",
)
@delimiter_option
def run(
    scans: tuple[Path | str, ...],
    out: Path,
    form: str | None,
    reader: str,
    model: Path | None,
    workers: int | None,
    cluster: str,
    crops: bool,
    counts_only: bool,
    canton_risk: float,
    text_risk: float,
    redo: bool,
    received: datetime | None,
    deadline: datetime | None,
    delimiter: str | None,
) -> None:
    """Digitize scans.

    SCANS are files, folders with everything below them, and addresses such as s3://bucket/scans. Writes
    rows.csv, tally.csv and pages.csv to the results folder. Run the same command again after an
    interruption or with more scans: finished pages are skipped.

    \b
    Examples:
      digitize run scans/ --out friday
      digitize run scans/ --out friday --crops --workers 4
      digitize run scans/ --received 2025-01-17 --deadline 2025-01-20
      digitize run scans/ --cluster tls://scheduler:8786
      digitize run scans/ --model larger.onnx    (characters in larger_characters.txt, one per line)
    """
    if counts_only and crops:
        raise click.UsageError("--crops writes pictures of names: it cannot be used with --counts-only.")
    if cluster and workers is not None:
        raise click.UsageError("--workers is for this machine: it cannot be used with --cluster.")
    from digitize.api import form_of, run_campaign
    from digitize.cli.progress_bar import watching
    from digitize.cli.summary import check_complete, show_summary
    from digitize.form.definition import load_form
    from digitize.learning import learned_model
    from digitize.page.pipeline import Settings
    from digitize.tally import summary

    form = form or form_of(out)
    load_form(form)  # a wrong form is reported before the model is tried
    limits = Limits(canton_risk, text_risk)
    learned = learned_model(out) if reader == "rapid" and model is None and not counts_only else ""
    settings = Settings(form, reader, crops, checked_model(reader, model) or learned, counts_only, limits)
    with watching() as watch:
        finished = run_campaign(
            list(scans),
            out,
            settings,
            workers=cores() if workers is None else workers,
            cluster=cluster,
            redo=redo,
            received=received.date() if received else None,
            deadline=deadline.date() if deadline else None,
            delimiter=DELIMITERS[delimiter] if delimiter else "",
            watch=watch,
        )
    report = finished.report
    warn_if_exposed(out)
    show_summary(summary(finished.count))
    _show_report(report)
    _show_left_out(scans, report.not_scans)
    _show_written(out, finished.written, settings)
    if report.interrupted:
        pages = plural(report.left, "page")
        click.echo(f"Stopped with {pages} to go; run the same command again to do the rest.", err=True)
        sys.exit(ExitCode.INTERRUPTED)
    check_complete(finished.count)
    sys.exit(ExitCode.OK if report.is_complete else ExitCode.PAGES_FAILED)


def _show_report(report: "Report") -> None:
    click.echo(
        f"{plural(report.pages, 'page')}: {report.done} done, {report.skipped} finished before, "
        f"{report.failed} failed, {report.duplicate} counted under another name."
    )
    if report.done and report.seconds:
        click.echo(f"{report.done * 60 / report.seconds:.0f} pages per minute.")


def _show_left_out(named: Sequence[Path | str], not_scans: Sequence[Path]) -> None:
    """Print how many files of the folders are not scans, and the names of a few."""
    if not not_scans:
        return
    inside = {str(path): os.path.abspath(path) for path in named if isinstance(path, Path) and path.is_dir()}  # noqa: PTH100 (keeps links)
    folders = [n for n, at in inside.items() if any(file.is_relative_to(at) for file in not_scans)]
    first = sorted(not_scans, key=lambda path: len(path.parts))[:NAMED_AT_MOST]
    names = ", ".join(path.name for path in first) + (", ..." if len(not_scans) > len(first) else "")
    what = plural(len(not_scans), "file that is not a scan", "files that are not scans")
    where = f" of {', '.join(folders)}" if folders else ""
    click.echo(printable(f"Left out{where}: {what} ({names})."))


def _show_written(out: Path, written: Sequence[Path], settings: "Settings") -> None:
    from digitize.campaign.store import DATABASE, PICTURES

    click.echo("Written: " + ", ".join(str(path) for path in written))
    pictures = "" if settings.counts_only else f"Pictures of the pages: {out / PICTURES}; "
    click.echo(f"{pictures}everything: {out / DATABASE}")
