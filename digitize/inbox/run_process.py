"""One run over some scans, in a process of its own that tells how it goes on."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from digitize import batch, debug_log
from digitize.campaign.store import Campaign, Outcome, open_campaign
from digitize.errors import CampaignBusy, DigitizeError, ExitCode
from digitize.page.pipeline import Settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Begun:
    """So many pages are to be done."""

    pages: int


@dataclass(frozen=True, slots=True)
class PageStored:
    file: str


@dataclass(frozen=True, slots=True)
class FileStored:
    """All pages of a scan are stored."""

    file: str


@dataclass(frozen=True, slots=True)
class PagesStored:
    """All scans of the run are through; the tables follow."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The run came to its end: regularly, or with a sentence about what is wrong.

    `busy` tells that another run works on the campaign, `code` how a command ends
    that did the same.
    """

    sentence: str = ""
    busy: bool = False
    code: ExitCode = ExitCode.OK


Message = Begun | PageStored | FileStored | PagesStored | Ended


@dataclass(frozen=True)
class Job:
    """What a run needs to know, the same for all runs of an inbox.

    `after` is called with the campaign when all pages are stored (a function
    of a module, as it travels to the process).
    """

    folder: Path
    settings: Settings
    workers: int  # as in batch.run
    after: Callable[[Campaign], object]
    run: Callable[..., object]


class Run:
    """A process at work on some scans, or without any on what an earlier one left due."""

    def __init__(self, job: Job, scans: Sequence[Path]) -> None:
        self.scans = tuple(scans)
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe(duplex=False)
        # Not a daemon: it starts worker processes of its own; it ends with us all the same.
        self.process: SpawnProcess = context.Process(
            target=_work, args=(theirs, job, self.scans, debug_log.current())
        )
        self.process.start()
        theirs.close()

    def messages(self) -> list[Message]:
        """What the process has told since the last time."""
        told: list[Message] = []
        try:
            while self.pipe.poll():
                told.append(self.pipe.recv())
        except (EOFError, OSError):  # it has ended
            pass
        return told

    @property
    def alive(self) -> bool:
        return self.process.is_alive()

    def end(self) -> None:
        """End the process if it still runs; what is stored stays."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _work(
    pipe: "connection.Connection[Any, Any]", job: Job, scans: Sequence[Path], log: Path | None = None
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with debug_log.in_worker(log):
        ended = _ended(pipe, job, scans)
    pipe.send(ended)
    pipe.close()
    sys.exit(ended.code)


def _ended(pipe: "connection.Connection[Any, Any]", job: Job, scans: Sequence[Path]) -> Ended:
    try:
        if scans:
            job.run(scans, job.folder, job.settings, workers=job.workers, watch=_Teller(pipe))
        pipe.send(PagesStored())
        with open_campaign(job.folder) as campaign:
            job.after(campaign)
    except CampaignBusy as error:
        return Ended(str(error), busy=True, code=error.exit_code)
    except DigitizeError as error:
        return Ended(str(error), code=error.exit_code)
    except Exception as error:
        _log.error("the run failed: %s", debug_log.describe(error))
        # Its kind only: the text of a fault may quote what was read.
        sentence = f"digitize stopped because of a fault of its own ({type(error).__name__})."
        return Ended(sentence, code=ExitCode.FAULT)
    return Ended()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


class _Teller(batch.Silent):
    """Tells the parent what is stored; names of files, never text from a page."""

    def __init__(self, pipe: "connection.Connection[Any, Any]") -> None:
        self._pipe = pipe

    def begin(self, pages: int) -> None:
        self._pipe.send(Begun(pages))

    def page(self, outcome: Outcome) -> None:
        self._pipe.send(PageStored(outcome.id.file))

    def file(self, label: str, outcomes: Sequence[Outcome]) -> None:  # noqa: ARG002
        self._pipe.send(FileStored(outcomes[0].id.file))
