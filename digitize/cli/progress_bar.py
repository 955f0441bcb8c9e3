"""Progress of a run: a bar on a terminal, one line per finished file elsewhere."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from digitize.batch import Watch
from digitize.campaign.store import Outcome
from digitize.cli.output import plural, printable
from digitize.records import Failure, PageKind, SheetPage, Status


@contextmanager
def watching() -> Iterator[Watch]:
    """Show progress in the way that suits the output."""
    console = Console()
    if not console.is_terminal:
        yield Lines()
        return
    with bar(console) as watch:
        yield watch


@contextmanager
def bar(console: Console) -> Iterator[Watch]:
    """Show a bar with pages, rate, time left and failures until the run ends."""
    columns = (
        TextColumn("pages"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]} pages/min"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bar(progress)


class Lines:
    """Prints one line per finished file: its name and counts."""

    def begin(self, pages: int) -> None:
        if pages:
            click.echo(f"{plural(pages, 'page')} to do")

    def page(self, outcome: Outcome) -> None: ...

    def file(self, label: str, outcomes: Sequence[Outcome]) -> None:
        click.echo(describe(label, outcomes))

    def notice(self, sentence: str) -> None:
        click.echo(printable(sentence))


class Bar:
    """Advances the bar; files with failures are named above it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._failed = 0
        self._task: TaskID | None = None

    def begin(self, pages: int) -> None:
        self._task = self._progress.add_task("", total=pages, rate="-", failed="")

    def page(self, outcome: Outcome) -> None:
        assert self._task is not None
        self._failed += isinstance(outcome, Failure)
        task = self._progress.tasks[self._task]
        minutes = (task.elapsed or 0) / 60
        rate = f"{(task.completed + 1) / minutes:.0f}" if minutes else "-"
        failed = f"{self._failed} failed" if self._failed else ""
        self._progress.update(self._task, advance=1, rate=rate, failed=failed)

    def file(self, label: str, outcomes: Sequence[Outcome]) -> None:
        if any(isinstance(outcome, Failure) for outcome in outcomes):
            self._progress.console.print(describe(label, outcomes), markup=False, highlight=False)

    def notice(self, sentence: str) -> None:
        self._progress.console.print(printable(sentence), markup=False, highlight=False)


def describe(label: str, outcomes: Sequence[Outcome]) -> str:
    """Return one line on a finished file: counts and reasons of failures, nothing that was read."""
    pages = sum(outcome.id.page > 0 for outcome in outcomes)
    counts = [plural(pages, "page"), *_counts([page for page in outcomes if isinstance(page, SheetPage)])]
    failures = [
        f"{f'page {outcome.id.page}' if outcome.id.page else 'file'} failed: {outcome.sentence}"
        for outcome in outcomes
        if isinstance(outcome, Failure)
    ]
    return printable(f"{label}: " + "; ".join([", ".join(counts)] * bool(pages) + failures))


def _counts(pages: Sequence[SheetPage]) -> list[str]:
    rows = Counter(row.status for page in pages for row in page.rows)
    counts = [f"{rows[status]} {status}" for status in Status if rows[status] and status is not Status.BLANK]
    kinds = {page.kind for page in pages}
    if counts or not pages:
        return counts
    if kinds & {PageKind.LETTER, PageKind.LIST}:
        return ["no filled rows"]
    return ["blank"] if kinds == {PageKind.BLANK} else ["no signature table found"]
