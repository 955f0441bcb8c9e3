"""How a run goes on: a bar on a terminal, one line per finished file elsewhere."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from digitize.batch import Watch
from digitize.campaign.store import Outcome
from digitize.records import Failure, Status


@contextmanager
def watching() -> Iterator[Watch]:
    """The watcher that suits the output."""
    console = Console()
    if not console.is_terminal:
        yield Lines()
        return
    with bar(console) as watch:
        yield watch


@contextmanager
def bar(console: Console) -> Iterator[Watch]:
    """A bar with pages, rate, time left and failures; it leaves the screen when the run ends."""
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
    """One line per finished file: its name and counts."""

    def begin(self, pages: int) -> None:
        if pages:
            click.echo(f"{pages} pages to do")

    def page(self, outcome: Outcome) -> None: ...

    def file(self, label: str, outcomes: Sequence[Outcome]) -> None:
        click.echo(describe(label, outcomes))


class Bar:
    """Moves the bar; files with failures are named above it."""

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


def describe(label: str, outcomes: Sequence[Outcome]) -> str:
    """A finished file in one line; failures with their sentences, nothing that was read."""
    rows = Counter(row.status for o in outcomes if not isinstance(o, Failure) for row in o.rows)
    counts = [f"{rows[status]} {status}" for status in Status if rows[status] and status is not Status.BLANK]
    failures = [
        f"{'page ' + str(o.id.page) if o.id.page else 'file'} failed: {o.sentence}"
        for o in outcomes
        if isinstance(o, Failure)
    ]
    found = ", ".join(counts) if counts else "no filled rows"
    pages = sum(outcome.id.page > 0 for outcome in outcomes)
    parts = [f"{pages} {'page' if pages == 1 else 'pages'}, {found}"] if pages else []
    return f"{label}: " + "; ".join(parts + failures)
