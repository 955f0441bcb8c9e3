"""The inbox at work: takes scans, starts runs, puts files away, tells how far it is."""

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from digitize import batch
from digitize.campaign.store import Campaign, open_campaign
from digitize.campaign.store.database import WATCH_LOCK, locked
from digitize.campaign.store.scan_folders import DONE, INBOX, SCANS, files_in
from digitize.campaign.store.watch_progress import BEAT_S, Progress, QueuedFile, Stage, Work, write_progress
from digitize.errors import DigitizeError, ExitCode
from digitize.inbox.intake import SETTLED_S, Settling, settle, tidy
from digitize.inbox.run_process import Job, Run
from digitize.inbox.run_progress import Tracked
from digitize.inbox.unwritten_tables import Unwritten
from digitize.page.pipeline import Settings

STEP_S = 1.0  # between two looks at the folder
CRASHES = 3  # runs that end without a word, one after the other: somebody must look
AGAIN_S = 5.0  # before a run is tried again
FINISHED_SHOWN = 20  # files that are told as done or failed

_CRASHED = "The run ended suddenly (its process died{}); what was finished is kept."
_STUCK = "{} was read {} times and is still not finished; take it out of the folder scans and look at it."


class Inbox:
    """The inbox of one campaign.  Use as a context; call `step` about once in STEP_S.

    `after` is what a run does when its pages are stored; where an earlier run had
    no time for that it is made up first, unless `make_up` is false because
    somebody else does.  Entering raises BadStore, CampaignBusy where another
    process watches the folder.  Everything is called from one thread, except
    `restart`.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        workers: int,
        after: Callable[[Campaign], object],
        settled_s: float = SETTLED_S,
        clock: Callable[[], float] = time.monotonic,
        run: Callable[..., object] = batch.run,
        make_up: bool = True,
    ) -> None:
        self.folder = Path(os.path.abspath(folder))  # noqa: PTH100 (keeps links)
        self.job = Job(self.folder, settings, workers, after, run)
        self._settling = Settling(self.folder, settled_s, clock)
        self._clock = clock
        self._held = ExitStack()
        self._run: Tracked | None = None
        self._finished: deque[QueuedFile] = deque(maxlen=FINISHED_SHOWN)
        self._attempts: Counter[Path] = Counter()
        self._crashes = 0
        self._make_up, self._unwritten = make_up, Unwritten(clock)
        self._sentence = ""
        self._stopped = self._restart = False
        self._not_before_s = 0.0
        self._told: Progress | None = None

    def __enter__(self) -> Self:
        with ExitStack() as held, open_campaign(self.folder, create=True) as campaign:
            campaign.refuse_erased()
            (self.folder / INBOX).mkdir(exist_ok=True)
            held.enter_context(locked(self.folder, WATCH_LOCK))
            tidy(campaign)
            if self._make_up and campaign.making.waiting():
                self._unwritten.found()
            self._held = held.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the run (its finished pages stay) and let go of the folder."""
        with self._held:
            if self._run is not None:
                self._run.run.end()
                self._run = None
            self._tell(Work.OFF)

    def restart(self) -> None:
        """Go on after a stop; may be called from another thread."""
        self._restart = True

    def step(self) -> Progress:
        """Take what has arrived, follow the run, start the next; returns how far it is.

        What goes wrong on the way (a full disk, a locked database) is told and
        tried again, for the watcher may be alone for weeks.
        """
        try:
            self._step()
            return self._tell(self._work())
        except (DigitizeError, OSError) as error:
            self._sentence, self._not_before_s = str(error), self._clock() + AGAIN_S
            return Progress(Work.BUSY, self._sentence)

    def _step(self) -> None:
        self._settling.take()
        if self._restart:
            self._restart = self._stopped = False
            self._crashes, self._not_before_s, self._sentence = 0, 0.0, ""
            self._attempts.clear()
            self._unwritten.again()
        if self._run is not None:
            self._follow(self._run)
        if self._run is None and not self._stopped and self._clock() >= self._not_before_s:
            self._start()

    @property
    def waits(self) -> bool:
        """Whether something is still to be done."""
        lying = any(files_in(self.folder, place) for place in (INBOX, SCANS))
        return self._run is not None or lying or self._unwritten.waits

    @property
    def code(self) -> ExitCode:
        """OK, or how a command ends whose tables could not be written."""
        return self._unwritten.code

    def _start(self) -> None:
        scans = files_in(self.folder, SCANS)
        stuck = next((scan for scan in scans if self._attempts[scan] >= CRASHES), None)
        if stuck is not None:
            self._stop(_STUCK.format(stuck.name, CRASHES))
        elif scans or self._unwritten.is_time:
            self._run = Tracked(Run(self.job, scans), self._clock)

    def _follow(self, tracked: Tracked) -> None:
        alive = tracked.run.alive  # asked first: what it told before its end is then in the pipe
        self._settle(tracked.follow())
        if alive:
            return
        self._run = None
        tracked.run.end()
        if tracked.ended is None:
            self._crashed(tracked.run.process.exitcode)
        elif tracked.ended.busy and not tracked.finishing:
            self._sentence, self._not_before_s = tracked.ended.sentence, self._clock() + AGAIN_S
        elif tracked.ended.sentence and not tracked.finishing:
            self._stop(tracked.ended.sentence)
        else:  # the pages are stored; that a table could not be written is told and tried again
            self._crashes, self._sentence = 0, tracked.ended.sentence
            self._unwritten.hear(tracked.ended)
            self._settle(files_in(self.folder, SCANS))
            self._attempts.update(scan for scan in tracked.run.scans if scan.exists())

    def _crashed(self, code: int | None) -> None:
        self._crashes += 1
        self._unwritten.found()
        told = f" by signal {-code}" if code is not None and code < 0 else ""
        self._sentence = _CRASHED.format(told)
        self._not_before_s = self._clock() + AGAIN_S
        if self._crashes >= CRASHES:
            self._stop(self._sentence)

    def _stop(self, sentence: str) -> None:
        self._stopped, self._sentence = True, sentence

    def _settle(self, scans: list[Path]) -> None:
        if not scans:
            return
        with open_campaign(self.folder) as campaign:
            for scan in scans:
                place = settle(campaign, scan)
                if place is not None:
                    stage = Stage.DONE if place == DONE else Stage.FAILED
                    self._finished.appendleft(QueuedFile(self._name(scan), stage))
                    self._attempts.pop(scan, None)

    def _work(self) -> Work:
        if self._stopped:
            return Work.STOPPED
        if self._run is not None:
            return Work.FINISHING if self._run.finishing else Work.WORKING
        return Work.BUSY if self._clock() < self._not_before_s else Work.IDLE

    def _tell(self, work: Work) -> Progress:
        run = self._run
        progress = Progress(
            work=work,
            sentence=self._sentence or self._settling.trouble,
            pages=run.pages if run else 0,
            pages_done=run.done if run else 0,
            seconds_left=run.seconds_left() if run else None,
            files=(*self._queue(), *self._finished),
        )
        told = self._told
        if (
            told is None
            or _content(told) != _content(progress)
            or progress.written_s - told.written_s > BEAT_S
        ):
            write_progress(self.folder, progress)
            self._told = progress
        return progress

    def _queue(self) -> Iterator[QueuedFile]:
        run = self._run
        for scan in files_in(self.folder, SCANS):
            pages = run.of_file[str(scan)] if run else 0
            yield QueuedFile(self._name(scan), Stage.WORKING if pages else Stage.WAITING, pages)
        for path in files_in(self.folder, INBOX):
            yield QueuedFile(path.relative_to(self.folder / INBOX).as_posix(), Stage.ARRIVING)

    def _name(self, scan: Path) -> str:
        return scan.relative_to(self.folder / SCANS).as_posix()


def _content(progress: Progress) -> tuple[object, ...]:
    return progress.work, progress.sentence, progress.pages, progress.pages_done, progress.files
