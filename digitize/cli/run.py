"""`digitize run`: options in, tables out."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from digitize import batch, tally
from digitize.campaign.store import DATABASE, PICTURES, Campaign, open_campaign
from digitize.cli.machine import cores
from digitize.cli.model_option import checked_model
from digitize.cli.progress_bar import watching
from digitize.cli.summary import check_complete, show_summary
from digitize.errors import ExitCode
from digitize.form.definition import AUTO, Form, load_form, shipped_forms
from digitize.page import pipeline
from digitize.page.judge import Limits
from digitize.tally.publish import finish

NAMED_AT_MOST = 3  # files left out that are named; more would bury the summary


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said."""

    scans: tuple[Path, ...]
    out: Path
    form: str
    reader: str
    model: Path | None
    workers: int | None
    crops: bool
    redo: bool
    received: date | None
    deadline: date | None
    counts_only: bool
    canton_risk: float
    text_risk: float


def run_batch(options: Options) -> ExitCode:
    """Digitize what is missing, write the tables, show the summary; raises DigitizeError."""
    if options.counts_only and options.crops:
        raise click.UsageError("--crops are pictures of names: leave them out with --counts-only.")
    form = load_form(options.form)  # a wrong form or a missing program must not cost a whole run
    model = checked_model(options.reader, options.model)
    settings = pipeline.Settings(
        options.form,
        options.reader,
        options.crops,
        model,
        options.counts_only,
        Limits(options.canton_risk, options.text_risk),
    )
    workers = cores() if options.workers is None else options.workers
    with watching() as watch:
        report = batch.run(
            options.scans,
            options.out,
            settings,
            workers=workers,
            redo=options.redo,
            received=options.received,
            before=lambda campaign: _note(campaign, options, form),
            watch=watch,
        )
    with open_campaign(options.out) as campaign:
        tables, written = finish(campaign)
    show_summary(tally.summary(tables))
    _show_report(report)
    _show_left_out(options.scans, report.not_scans)
    click.echo("Written: " + ", ".join(str(path) for path in written))
    pictures = "" if options.counts_only else f"Pictures of the pages: {options.out / PICTURES}; "
    click.echo(f"{pictures}everything: {options.out / DATABASE}")
    if report.interrupted:
        click.echo(
            f"Stopped with {report.left} pages to go; run the same command again to do the rest.", err=True
        )
        return ExitCode.INTERRUPTED
    check_complete(tables)
    return ExitCode.PAGES_FAILED if report.failed else ExitCode.OK


def _note(campaign: Campaign, options: Options, form: Form) -> None:
    """What the tables need to know, whoever writes them."""
    if options.form not in (AUTO, *shipped_forms()):
        campaign.forms.keep(form)
    if options.deadline is not None:
        campaign.forms.set_deadline(options.deadline)


def _show_report(report: batch.Report) -> None:
    click.echo(
        f"{report.pages} pages: {report.done} done, {report.skipped} finished before, "
        f"{report.failed} failed, {report.duplicate} counted under another name."
    )
    if report.done and report.seconds:
        click.echo(f"{report.done * 60 / report.seconds:.0f} pages per minute.")


def _show_left_out(named: Sequence[Path], not_scans: Sequence[Path]) -> None:
    """One calm line: how many files of the folders are no scans, and the names of a few."""
    if not not_scans:
        return
    inside = {str(path): os.path.abspath(path) for path in named if path.is_dir()}  # noqa: PTH100 (keeps links)
    folders = [n for n, at in inside.items() if any(file.is_relative_to(at) for file in not_scans)]
    first = sorted(not_scans, key=lambda path: len(path.parts))[:NAMED_AT_MOST]
    names = ", ".join(path.name for path in first) + (", ..." if len(not_scans) > len(first) else "")
    what = "1 file that is no scan" if len(not_scans) == 1 else f"{len(not_scans)} files that are no scans"
    click.echo(f"Left out of {', '.join(folders)}: {what} ({names}).")
