"""One run: register the scans, digitize the pages that are missing, store each result as it arrives."""

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Protocol

import digitize
from digitize import load
from digitize.batch.fetch_scans import fetch
from digitize.batch.find_scans import Found, find
from digitize.batch.open_executor import open_executor
from digitize.batch.register import CountPages, Register, Registered, is_unchanged
from digitize.batch.task import Task
from digitize.batch.worker_pool import Died, Hung
from digitize.campaign.collate import with_cantons_of_deadline
from digitize.campaign.store import Campaign, Input, Outcome, open_campaign
from digitize.campaign.store.form_settings import form_file
from digitize.debug_log import describe
from digitize.errors import WorkerDied
from digitize.form.definition import Form, load_form, shipped_forms
from digitize.page import pipeline
from digitize.records import Digitized, Failure, PageHints, PageId, SheetPage
from digitize.redact import redact

PAGE_LIMIT_S = 180.0  # a page takes 1-3 s; a large colour photo on a slow machine perhaps 30 s
CHANGED = "changed"
CHANGED_SENTENCE = "The file was changed or taken away while it was read; run the same command again."
STAGE = "batch"  # stage reported for failures outside the page pipeline

_log = logging.getLogger(__name__)

DigitizeFile = Callable[[str, int, pipeline.Settings], Digitized]


@dataclass
class Report:
    """Result of a run.  pages = done + failed + skipped + duplicate + left."""

    pages: int = 0
    done: int = 0
    failed: int = 0
    skipped: int = 0  # already finished by an earlier run
    duplicate: int = 0  # pages of files with the same content as another file
    flagged: int = 0  # rows of the finished pages that need review
    not_scans: tuple[Path, ...] = ()
    interrupted: bool = False
    seconds: float = 0.0

    @property
    def is_complete(self) -> bool:
        """Whether no page failed, and the files were not all left out."""
        read = self.done + self.skipped + self.duplicate + self.left
        return not self.failed and (read > 0 or not self.not_scans)

    @property
    def left(self) -> int:
        """Number of pages that were not reached."""
        return self.pages - self.done - self.failed - self.skipped - self.duplicate


class Watch(Protocol):
    """Receives the progress of a run: file names, never text from a page."""

    def begin(self, pages: int) -> None:
        """Called once with the number of pages to digitize."""

    def page(self, outcome: Outcome) -> None:
        """Called when a page has been stored."""

    def file(self, label: str, outcomes: Sequence[Outcome]) -> None:
        """Called when all pages of a file that this run had to do have been stored."""

    def notice(self, sentence: str) -> None:
        """Called with what the user should know about the machines that do the work."""


class Silent:
    """A `Watch` that does nothing."""

    def begin(self, pages: int) -> None: ...
    def page(self, outcome: Outcome) -> None: ...
    def file(self, label: str, outcomes: Sequence[Outcome]) -> None: ...
    def notice(self, sentence: str) -> None: ...


def run(
    named: Sequence[Path | str],
    folder: Path,
    settings: pipeline.Settings,
    *,
    workers: int,
    cluster: str = "",
    redo: bool = False,
    received: date | None = None,
    before: Callable[[Campaign], object] | None = None,
    only: Collection[PageId] | None = None,
    watch: Watch | None = None,
    digitize_file: DigitizeFile = pipeline.digitize_file,
    count_pages: CountPages = load.count_pages,
    page_limit_s: float = PAGE_LIMIT_S,
) -> Report:
    """Digitize the missing pages of the named files and folders into the campaign `folder`.

    A text is the address of scans that are fetched first; see `fetch_scans`.

    `received` is the day of receipt of the scans that are new to the campaign
    (with `redo`: of all of them); None takes the modification day of each file.
    `before` is called with the campaign before anything is added to it.
    Pages about which people gave hints are read with these; `only` limits the
    run to some pages.
    `workers` is the number of worker processes; with 0 everything runs in this
    process, which helps debugging, but a page that crashes then ends the run.
    `cluster` is the address of a Dask scheduler, or "local:4", whose workers are
    used instead.
    Ctrl-C stops the run and sets `interrupted`; finished pages are kept.
    Raises NoInput, BadStore, MissingProgram, CannotStart, BadCluster.
    """
    watch = watch or Silent()
    start_s = time.monotonic()
    paths = [path for path in named if isinstance(path, Path)]
    found = find(paths, load.is_scan, folder) if paths else Found((), ())
    with (
        open_campaign(folder, create=True) as campaign,
        campaign.locked(),
        open_executor(workers, cluster, settings, watch.notice) as executor,
    ):
        report = Report()
        campaign.pages.sweep()
        try:
            fetched = [fetch(text, folder, watch.notice) for text in named if isinstance(text, str)]
            if fetched:
                found = find([*paths, *fetched], load.is_scan, folder)
            report.not_scans = found.not_scans
            if before is not None:
                before(campaign)
            deadline = campaign.settings.wanted().deadline if settings.counts_only else None
            key = settings.key() if deadline is None else f"{settings.key()} deadline={deadline}"
            work = partial(_work, digitize_file, folder, settings, deadline)
            recorder = _Recorder(campaign, key, settings.crops, report, watch)
            register = Register(campaign, count_pages, received)
            register.forget_missing()
            recorder.leave_out([register.leave_out(path) for path in found.not_scans])
            tasks = recorder.begin([register.enter(scan) for scan in found.scans], redo, received, only)
            with closing(executor.run(tasks, work, page_limit_s)) as results:
                for task, result in results:
                    recorder.store(task, result)
        except KeyboardInterrupt:
            report.interrupted = True
    report.seconds = time.monotonic() - start_s
    return report


def _work(
    digitize_file: DigitizeFile,
    folder: Path,
    settings: pipeline.Settings,
    deadline: date | None,
    task: Task,
) -> Digitized:
    name, page, start_s = Path(task.id.file).name, task.id.page, time.monotonic()
    _log.debug("%s, page %d: begins", name, page)  # tells where a worker was that died or hung
    if task.hints:
        settings = replace(settings, hints=_with_form_of_user(PageHints.of_text(task.hints), folder))
    result = digitize_file(task.id.file, page, settings)
    _log.debug("%s, page %d: %.1f s", name, page, time.monotonic() - start_s)
    # In the worker, so that text that must not be kept is not even sent to the parent.
    return _redacted(result, _known_forms(settings.form), deadline) if settings.counts_only else result


def _with_form_of_user(hints: PageHints, folder: Path) -> PageHints:
    """Return hints whose form, if it is not a shipped one, is the copy in the folder of the campaign."""
    if not hints.form or hints.form in shipped_forms():
        return hints
    return replace(hints, form=str(form_file(folder, hints.form)))


def _redacted(result: Digitized, forms: tuple[Form, ...], deadline: date | None) -> Digitized:
    """Redact a result; its cantons are those of the deadline, as its localities are not stored.

    `deadline` is that of the campaign; another one makes it necessary to process the page again.
    """
    if isinstance(result.outcome, SheetPage):
        outcome = with_cantons_of_deadline(result.outcome, forms, deadline)
        result = replace(result, outcome=outcome)
    return redact(result, forms)


@cache
def _known_forms(named: str) -> tuple[Form, ...]:
    return tuple(load_form(name) for name in dict.fromkeys((*shipped_forms(), named)))


class _Recorder:
    """Updates campaign, report and watch together."""

    def __init__(self, campaign: Campaign, key: str, crops: bool, report: Report, watch: Watch) -> None:
        self._campaign, self._report, self._watch = campaign, report, watch
        self._how = (key, digitize.__version__, crops)
        self._labels: dict[int, str] = {}  # this and the next three are keyed by the id of the input
        self._inputs: dict[int, Input] = {}
        self._open: dict[int, int] = {}  # number of pages still missing
        self._outcomes: dict[int, list[Outcome]] = defaultdict(list)

    def leave_out(self, entries: Sequence[Registered]) -> None:
        """Store files that are not scans with the reason; they are not pages and do not fail the run."""
        for entry in entries:
            if entry.failure is not None:
                self._save(Task(entry.input.id, entry.failure.id), Digitized(entry.failure))

    def begin(
        self,
        entries: Sequence[Registered],
        redo: bool,
        received: date | None,
        only: Collection[PageId] | None = None,
    ) -> list[Task]:
        """Store a failure for each scan that cannot be opened; return the pages to do."""
        if redo and received is not None:
            for entry in entries:
                self._campaign.inputs.set_received(entry.input.id, received)
        files = {file.id: file for file in self._campaign.inputs.files()}
        self._labels = {number: file.label for number, file in files.items()}
        finished = set() if redo else self._campaign.pages.finished(*self._how)
        hints = self._campaign.review.readings()
        tasks: list[Task] = []
        broken: list[tuple[Task, Failure]] = []
        for entry in entries:
            path, pages = entry.input.path, entry.input.pages
            self._report.pages += pages if pages is not None else 1
            if entry.failure is not None:
                broken.append((Task(entry.input.id, entry.failure.id), entry.failure))
            elif files[entry.input.id].same_as:
                self._report.duplicate += pages or 0
            else:
                ids = [PageId(path, page + 1) for page in range(pages or 0)]
                every = [Task(entry.input.id, page, hints.get(page, ""), entry.input.sha256) for page in ids]
                missing = [
                    task
                    for task in every
                    if (task.input_id, task.id.page) not in finished and (only is None or task.id in only)
                ]
                self._report.skipped += len(every) - len(missing)
                tasks += missing
        self._inputs = {entry.input.id: entry.input for entry in entries if entry.failure is None}
        self._open = Counter(task.input_id for task in [*tasks, *(task for task, _ in broken)])
        self._watch.begin(len(tasks) + len(broken))
        for task, failure in broken:
            self.store(task, Digitized(failure))
        return tasks

    def store(self, task: Task, result: Digitized | Died | Hung) -> None:
        """Store the result or failure of a page and report it to the watch."""
        entry = self._inputs.get(task.input_id)
        if entry is not None and not is_unchanged(entry):
            result = Digitized(Failure(task.id, STAGE, CHANGED, CHANGED_SENTENCE))
        outcome = self._save(task, _checked(task, result))
        report = self._report
        if isinstance(outcome, Failure):
            report.failed += 1
        else:
            report.done += 1
            report.flagged += sum(row.review for row in outcome.rows)
        self._watch.page(outcome)
        number = task.input_id
        self._outcomes[number].append(outcome)
        self._open[number] -= 1
        if not self._open[number]:
            outcomes = sorted(self._outcomes.pop(number), key=lambda outcome: outcome.id.page)
            self._watch.file(self._labels[number], outcomes)

    def _save(self, task: Task, result: Digitized) -> Outcome:
        try:
            self._campaign.pages.save(task.input_id, result, *self._how, hints=task.hints)
        except ValueError as error:
            _log.error("page %d cannot be stored: %s", task.id.page, describe(error))
            sentence = "The result of this page could not be stored; please report the scan."
            result = Digitized(Failure(task.id, STAGE, "unstorable", sentence))
            self._campaign.pages.save(task.input_id, result, *self._how, hints=task.hints)
        return result.outcome


def _checked(task: Task, result: Digitized | Died | Hung) -> Digitized:
    """Return the result if it belongs to the task, otherwise the failure that it means."""
    if isinstance(result, Died):
        kind, sentence = WorkerDied.kind, "The worker process crashed twice on this page."
    elif isinstance(result, Hung):
        kind, sentence = "time-limit", "This page exceeded the time limit."
    elif not isinstance(result, Digitized) or result.outcome.id != task.id:
        kind, sentence = "nonsense", "The result of this page belongs to another page."
    else:
        return result
    _log.error("%s, page %d: %s", Path(task.id.file).name, task.id.page, kind)
    return Digitized(Failure(task.id, STAGE, kind, f"{sentence} Scan it again or look at it by hand."))
