"""`digitize watch`: digitize what is dropped into the inbox, here or in a thread beside the web pages."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.cli.debug import Command
from digitize.cli.exposure import warn_if_exposed
from digitize.cli.options import DELIMITERS, FOLDER, campaign_form_option, cores, delimiter_option
from digitize.cli.output import ERROR_PREFIX, printable
from digitize.errors import ExitCode

if TYPE_CHECKING:
    from digitize.campaign.store.watch_progress import Progress, QueuedFile
    from digitize.inbox import Inbox


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=FOLDER)
@campaign_form_option
@click.option(
    "--workers",
    type=click.IntRange(0),
    metavar="N",
    default=None,
    help="Number of worker processes; 0 works without them.  [default: cores]",
)
@click.option("--once", is_flag=True, help="Exit when everything in DIR/inbox is done.")
@delimiter_option
def watch(folder: Path, form: str | None, workers: int | None, once: bool, delimiter: str | None) -> None:
    """Digitize scans as they arrive.

    Takes the files that are dropped into DIR/inbox, each once it has stopped growing, and moves them to
    DIR/done or DIR/failed. Writes the tables in DIR after every run.

    \b
    Example:
      digitize watch friday
    """
    sys.exit(watch_folder(folder, form, workers, once, DELIMITERS[delimiter] if delimiter else ""))


def watch_folder(
    folder: Path, form: str | None, workers: int | None, once: bool, delimiter: str = ""
) -> ExitCode:
    """Digitize what is dropped into the inbox until Ctrl-C, or with `once` until it is empty."""
    from digitize.campaign.store import open_campaign
    from digitize.campaign.store.scan_folders import INBOX
    from digitize.campaign.store.watch_progress import Work
    from digitize.inbox import STEP_S

    with _inbox(folder, form, workers) as inbox:
        if delimiter:
            with open_campaign(folder) as campaign:
                campaign.settings.set_delimiter(delimiter)
        warn_if_exposed(folder)
        click.echo(f"Drop scans into {folder / INBOX}. Press Ctrl-C to stop; what is finished is kept.")
        printer = _ProgressPrinter()
        try:
            while True:
                progress = inbox.step()
                printer.show(progress)
                if once and (progress.work is Work.STOPPED or not inbox.waits):
                    return inbox.code or (ExitCode.PAGES_FAILED if printer.failed else ExitCode.OK)
                time.sleep(STEP_S)
        except KeyboardInterrupt:
            click.echo("Stopped. Run the same command again to continue.")
            return inbox.code


@contextmanager
def reading(folder: Path, form: str | None, workers: int | None) -> "Iterator[Inbox]":
    """Run an inbox in a thread until the block ends; work left over from earlier runs is up to the caller.

    Raises BadForm, BadStore, and CampaignBusy if another process watches the folder.
    """
    ended = threading.Event()
    inbox = _inbox(folder, form, workers, make_up=False)
    with inbox:
        thread = threading.Thread(target=_steps, args=(inbox, ended), name="inbox")
        thread.start()
        try:
            yield inbox
        finally:
            ended.set()
            thread.join()


def _steps(inbox: "Inbox", ended: threading.Event) -> None:
    from digitize.inbox import STEP_S

    while not ended.wait(STEP_S):
        inbox.step()


def _inbox(folder: Path, form: str | None, workers: int | None, *, make_up: bool = True) -> "Inbox":
    from digitize.campaign.store import open_campaign
    from digitize.form.definition import AUTO, is_built_in, load_form
    from digitize.inbox import Inbox
    from digitize.page.pipeline import Settings
    from digitize.tally.publish import finish

    if form is not None:
        known = load_form(form)  # a wrong form is reported before anything is taken
        if not is_built_in(form):
            with open_campaign(folder, create=True) as campaign:
                campaign.forms.keep(known, Path(form))
    processes = cores() if workers is None else workers
    return Inbox(
        folder, Settings(form or AUTO), processes, finish, make_up=make_up, form_of_settings=form is None
    )


class _ProgressPrinter:
    """Prints one line per finished file and per problem: names of files and counts, nothing that was read."""

    def __init__(self) -> None:
        self.failed = False
        self._shown: set[QueuedFile] = set()
        self._sentence = ""

    def show(self, progress: "Progress") -> None:
        from digitize.campaign.store.watch_progress import Stage, Work

        ended = [file for file in progress.files if file.stage in (Stage.DONE, Stage.FAILED)]
        for file in reversed(ended):
            if file not in self._shown:
                self._shown.add(file)
                self.failed |= file.stage is Stage.FAILED
                click.echo(printable(f"{file.name}: {file.stage}"))
        if progress.sentence not in ("", self._sentence):
            click.echo(printable(f"{ERROR_PREFIX}{progress.sentence}"), err=True)
        self.failed |= progress.work is Work.STOPPED
        self._sentence = progress.sentence
