"""The watcher: takes scans, starts runs, moves finished files and reports progress."""

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from digitize import batch
from digitize.campaign.store import Campaign, open_campaign
from digitize.campaign.store.database import WATCH_LOCK, locked
from digitize.campaign.store.scan_folders import DONE, INBOX, SCANS, files_in
from digitize.campaign.store.watch_progress import BEAT_S, Progress, QueuedFile, Stage, Work, write_progress
from digitize.errors import DigitizeError, ExitCode
from digitize.inbox.intake import SETTLED_S, Arrivals, move_finished, recover
from digitize.inbox.run_process import Job, Run
from digitize.inbox.run_progress import TrackedRun
from digitize.inbox.unwritten_tables import UnwrittenTables
from digitize.learning import learned_model
from digitize.page.pipeline import Settings
from digitize.problems import CRASHED, CRASHED_BY, STUCK, problem, problem_of
from digitize.records import PageId

STEP_S = 1.0  # between two scans of the folder
CRASHES = 3  # consecutive runs that crashed before somebody has to look
AGAIN_S = 5.0  # before a failed run is tried again
FINISHED_SHOWN = 20  # files listed as done or failed


class Inbox:
    """The inbox of one campaign.  Use as a context manager and call `step` about every STEP_S seconds.

    `after` is called at the end of a run, when its pages are stored.  If an earlier
    run was interrupted before that, it is done first, unless `make_up` is false
    because the caller does it.  With `form_of_settings` each run reads with the form that is
    set for the campaign at that time, not with that of `settings`.  Entering raises
    BadStore, or CampaignBusy if another process watches the folder.  All methods must be
    called from one thread, except `restart` and `read_all_again`.
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
        form_of_settings: bool = False,
    ) -> None:
        self.folder = Path(os.path.abspath(folder))  # noqa: PTH100 (keeps links)
        self.job = Job(self.folder, settings, workers, after, run)
        self._arrivals = Arrivals(self.folder, settled_s, clock)
        self._clock = clock
        self._resources = ExitStack()
        self._run: TrackedRun | None = None
        self._finished: deque[QueuedFile] = deque(maxlen=FINISHED_SHOWN)
        self._attempts: Counter[Path] = Counter()
        self._again: Counter[tuple[PageId, str]] = Counter()  # attempts to read a page in another way
        self._crashes = 0
        self._form_of_settings = form_of_settings
        self._make_up, self._unwritten = make_up, UnwrittenTables(clock)
        self._sentence = ""
        self._stopped = self._restart = self._everything = False
        self._not_before_s = 0.0
        self._reported: Progress | None = None

    def __enter__(self) -> Self:
        with ExitStack() as resources, open_campaign(self.folder, create=True) as campaign:
            campaign.refuse_erased()
            (self.folder / INBOX).mkdir(exist_ok=True)
            resources.enter_context(locked(self.folder, WATCH_LOCK))
            recover(campaign)
            if self._make_up and campaign.derived.due():
                self._unwritten.mark_due()
            self._resources = resources.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the run, keeping its finished pages, and release the folder."""
        with self._resources:
            if self._run is not None:
                self._run.run.end()
                self._run = None
            self._report(Work.OFF)

    def restart(self) -> None:
        """Continue after a stop; may be called from another thread."""
        self._restart = True

    def read_all_again(self) -> None:
        """Read every page again that was read in another way; may be called from another thread."""
        self._everything = True

    def step(self) -> Progress:
        """Take new scans, follow the current run or start the next, and return the progress.

        Problems on the way (a full disk, a locked database) are reported and tried
        again, because the watcher may run unattended for weeks.
        """
        try:
            self._step()
            return self._report(self._work())
        except (DigitizeError, OSError) as error:
            self._sentence, self._not_before_s = problem_of(error), self._clock() + AGAIN_S
            return Progress(Work.BUSY, self._sentence)

    def _step(self) -> None:
        self._arrivals.take()
        if self._restart:
            self._restart = self._stopped = False
            self._crashes, self._not_before_s, self._sentence = 0, 0.0, ""
            self._attempts.clear()
            self._again.clear()
            self._unwritten.retry_now()
        if self._run is not None:
            self._follow(self._run)
        if self._run is None and not self._stopped and self._clock() >= self._not_before_s:
            self._start()

    @property
    def waits(self) -> bool:
        """Whether there is still something to do."""
        queued = any(files_in(self.folder, place) for place in (INBOX, SCANS))
        return self._run is not None or queued or self._everything or self._unwritten.waits

    @property
    def code(self) -> ExitCode:
        """Exit code of the command: OK, or the error if tables could not be written."""
        return self._unwritten.code

    def _start(self) -> None:
        scans = files_in(self.folder, SCANS)
        stuck = next((scan for scan in scans if self._attempts[scan] >= CRASHES), None)
        if stuck is not None:
            self._stop(problem(STUCK, file=stuck.name, times=CRASHES))
            return
        again = self._due_again()
        everything, self._everything = self._everything, False
        before = self._scans_read() if everything else []
        if scans or again or before or self._unwritten.is_time:
            self._again.update(again.items())
            self._run = TrackedRun(Run(self._next_job(), [*scans, *before], list(again)), self._clock)

    def _next_job(self) -> Job:
        """Return the job with what was learned so far, and with the form set now if that is to be used."""
        settings = replace(self.job.settings, model=learned_model(self.folder))
        if self._form_of_settings:
            with open_campaign(self.folder) as campaign:
                settings = replace(settings, form=campaign.forms.for_new_scans())
        return replace(self.job, settings=settings)

    def _scans_read(self) -> list[Path]:
        """Return the scans of the campaign that were read before and are still there."""
        with open_campaign(self.folder) as campaign:
            known = [Path(entry.path) for entry in campaign.inputs.all()]
        return [path for path in known if path.is_file() and not path.is_relative_to(self.folder / SCANS)]

    def _due_again(self) -> dict[PageId, str]:
        """Return the pages that people want to be read in another way, if their scans are there."""
        with open_campaign(self.folder) as campaign:
            due = campaign.review.readings(only_due=True)
        return {
            page: hints
            for page, hints in due.items()
            if self._again[page, hints] < CRASHES and Path(page.file).is_file()
        }

    def _follow(self, tracked: TrackedRun) -> None:
        alive = tracked.run.alive  # asked first, so that its last messages are already in the pipe
        self._move_finished(tracked.update())
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
        else:  # the pages are stored; tables that could not be written are reported and tried again
            self._crashes, self._sentence = 0, tracked.ended.sentence
            self._unwritten.record(tracked.ended)
            self._move_finished(files_in(self.folder, SCANS))
            waiting = (scan for scan in tracked.run.scans if scan.is_relative_to(self.folder / SCANS))
            self._attempts.update(scan for scan in waiting if scan.exists())

    def _crashed(self, code: int | None) -> None:
        self._crashes += 1
        self._unwritten.mark_due()
        killed = code is not None and code < 0
        self._sentence = problem(CRASHED_BY, signal=-(code or 0)) if killed else problem(CRASHED)
        self._not_before_s = self._clock() + AGAIN_S
        if self._crashes >= CRASHES:
            self._stop(self._sentence)

    def _stop(self, sentence: str) -> None:
        self._stopped, self._sentence = True, sentence

    def _move_finished(self, scans: list[Path]) -> None:
        if not scans:
            return
        with open_campaign(self.folder) as campaign:
            for scan in scans:
                if not scan.is_relative_to(self.folder / SCANS):
                    continue  # a page of it was read again; it lies where it belongs
                place = move_finished(campaign, scan)
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

    def _report(self, work: Work) -> Progress:
        run = self._run
        progress = Progress(
            work=work,
            sentence=self._sentence or self._arrivals.problem,
            pages=run.pages if run else 0,
            pages_done=run.done if run else 0,
            seconds_left=run.seconds_left() if run else None,
            files=(*self._queue(), *self._finished),
        )
        before = self._reported
        if (
            before is None
            or _content(before) != _content(progress)
            or progress.written_s - before.written_s > BEAT_S
        ):
            write_progress(self.folder, progress)
            self._reported = progress
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
