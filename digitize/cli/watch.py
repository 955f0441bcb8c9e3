"""`digitize watch`: the inbox of a campaign, on the terminal or in a thread beside the pages."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from digitize.campaign.store import open_campaign
from digitize.campaign.store.scan_folders import INBOX
from digitize.campaign.store.watch_progress import Progress, QueuedFile, Stage, Work
from digitize.cli.machine import cores
from digitize.errors import ExitCode
from digitize.form.definition import AUTO, load_form, shipped_forms
from digitize.inbox import STEP_S, Inbox
from digitize.page.pipeline import Settings
from digitize.tally.publish import finish


def watch_folder(folder: Path, form: str, workers: int | None, once: bool) -> ExitCode:
    """Digitize what is dropped into the inbox until Ctrl-C, or with `once` what lies there."""
    with _inbox(folder, form, workers) as inbox:
        click.echo(f"Drop scans into {folder / INBOX}. Ctrl-C ends; what is finished is kept.")
        teller = _Teller()
        try:
            while True:
                progress = inbox.step()
                teller.tell(progress)
                if once and (progress.work is Work.STOPPED or not inbox.waits):
                    return inbox.code or (ExitCode.PAGES_FAILED if teller.failed else ExitCode.OK)
                time.sleep(STEP_S)
        except KeyboardInterrupt:
            click.echo("Ended. Start again to go on.")
            return inbox.code


@contextmanager
def reading(folder: Path, form: str, workers: int | None) -> Iterator[Inbox]:
    """An inbox at work in a thread until the block ends; what is due from before is the caller's affair.

    Raises BadForm, BadStore, CampaignBusy where another process watches the folder.
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


def _steps(inbox: Inbox, ended: threading.Event) -> None:
    while not ended.wait(STEP_S):
        inbox.step()


def _inbox(folder: Path, form: str, workers: int | None, *, make_up: bool = True) -> Inbox:
    known = load_form(form)  # a wrong form must be told now
    if form not in (AUTO, *shipped_forms()):
        with open_campaign(folder, create=True) as campaign:
            campaign.forms.keep(known)
    processes = cores() if workers is None else workers
    return Inbox(folder, Settings(form), processes, finish, make_up=make_up)


class _Teller:
    """One line per finished file and per trouble: names of files and counts, nothing that was read."""

    def __init__(self) -> None:
        self.failed = False
        self._told: set[QueuedFile] = set()
        self._sentence = ""

    def tell(self, progress: Progress) -> None:
        ended = [file for file in progress.files if file.stage in (Stage.DONE, Stage.FAILED)]
        for file in reversed(ended):
            if file not in self._told:
                self._told.add(file)
                self.failed |= file.stage is Stage.FAILED
                click.echo(f"{file.name}: {file.stage}")
        if progress.sentence not in ("", self._sentence):
            click.echo(progress.sentence, err=True)
        self.failed |= progress.work is Work.STOPPED
        self._sentence = progress.sentence
