"""A run over some scans in a separate process that reports its progress."""

import logging
import os
import sys
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from digitize import batch, debug_log
from digitize.batch.worker_pool import interrupts_held
from digitize.campaign.store import Campaign, Outcome, open_campaign
from digitize.errors import CampaignBusy, DigitizeError, ExitCode
from digitize.page.pipeline import Settings
from digitize.problems import FAULT, problem, problem_of
from digitize.records import PageId

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Started:
    """The run has so many pages to digitize."""

    pages: int


@dataclass(frozen=True, slots=True)
class PageStored:
    """One page of a scan has been stored."""

    file: str


@dataclass(frozen=True, slots=True)
class FileStored:
    """All pages of a scan have been stored."""

    file: str


@dataclass(frozen=True, slots=True)
class PagesStored:
    """All pages of the run have been stored; the tables are written next."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The run has ended, either normally or with a sentence about the problem.

    `busy` means that another run is working on the campaign; `code` is the exit
    code of a command that ends the same way.
    """

    sentence: str = ""
    busy: bool = False
    code: ExitCode = ExitCode.OK


Message = Started | PageStored | FileStored | PagesStored | Ended


@dataclass(frozen=True)
class Job:
    """Arguments shared by all runs of an inbox.

    `after` is called with the campaign once all pages are stored.  It must be a
    module-level function because it is sent to the process.
    """

    folder: Path
    settings: Settings
    workers: int  # as for batch.run
    after: Callable[[Campaign], object]
    run: Callable[..., object]


class Run:
    """A process that digitizes some scans, or without scans finishes what an earlier run left undone.

    `again` are pages of other scans that people want to be read in another way.
    """

    def __init__(self, job: Job, scans: Sequence[Path], again: Collection[PageId] = ()) -> None:
        self.scans = tuple(scans)
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe(duplex=False)
        # Not a daemon, because it starts worker processes; it still ends with this process.
        self.process: SpawnProcess = context.Process(
            target=_work, args=(theirs, job, self.scans, tuple(again), debug_log.current())
        )
        with interrupts_held():  # the parent handles Ctrl-C, also while the process is starting
            self.process.start()
        theirs.close()

    def messages(self) -> list[Message]:
        """Return the messages received since the last call."""
        received: list[Message] = []
        try:
            while self.pipe.poll():
                received.append(self.pipe.recv())
        except (EOFError, OSError):  # the process has ended
            pass
        return received

    @property
    def alive(self) -> bool:
        return self.process.is_alive()

    def end(self) -> None:
        """Kill the process if it is still running; stored pages are kept."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _work(
    pipe: "connection.Connection[Any, Any]",
    job: Job,
    scans: Sequence[Path],
    again: Sequence[PageId] = (),
    log: Path | None = None,
) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with debug_log.in_worker(log):
        ended = _ended(pipe, job, scans, again)
    pipe.send(ended)
    pipe.close()
    sys.exit(ended.code)


def _ended(
    pipe: "connection.Connection[Any, Any]", job: Job, scans: Sequence[Path], again: Sequence[PageId]
) -> Ended:
    try:
        if scans:
            job.run(scans, job.folder, job.settings, workers=job.workers, watch=_Reporter(pipe))
        if again:
            files = [Path(file) for file in dict.fromkeys(page.file for page in again)]
            job.run(
                files,
                job.folder,
                job.settings,
                workers=job.workers,
                only=frozenset(again),
                watch=_Reporter(pipe),
            )
        pipe.send(PagesStored())
        with open_campaign(job.folder) as campaign:
            job.after(campaign)
    except CampaignBusy as error:
        return Ended(problem_of(error), busy=True, code=error.exit_code)
    except DigitizeError as error:
        return Ended(problem_of(error), code=error.exit_code)
    except Exception as error:
        _log.error("the run failed: %s", debug_log.describe(error))
        # Only the type: the message may quote text from a sheet.
        return Ended(problem(FAULT, reason=type(error).__name__), code=ExitCode.FAULT)
    return Ended()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


class _Reporter(batch.Silent):
    """Reports stored pages to the parent: file names, never text from a page."""

    def __init__(self, pipe: "connection.Connection[Any, Any]") -> None:
        self._pipe = pipe

    def begin(self, pages: int) -> None:
        self._pipe.send(Started(pages))

    def page(self, outcome: Outcome) -> None:
        self._pipe.send(PageStored(outcome.id.file))

    def file(self, label: str, outcomes: Sequence[Outcome]) -> None:  # noqa: ARG002
        self._pipe.send(FileStored(outcomes[0].id.file))
