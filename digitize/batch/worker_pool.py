"""Worker processes of which the parent always knows who works on what.

Each worker has a pipe of its own and one task at a time, so that a process
that dies (killed, out of memory, a crash in a library) or hangs costs exactly
the page it was at.  `concurrent.futures` cannot tell which task broke a pool
and gives up all that were waiting.
"""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import connection, get_context, parent_process
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Generic, TypeVar

from digitize import debug_log
from digitize.errors import DigitizeError

Task = TypeVar("Task")
Result = TypeVar("Result")

STARTS_TRIED = 3  # workers that end before they are ready, one after the other: the installation is broken
READY = "ready"
# The limit of OpenMP is the one tesseract listens to.
_THREADS = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
ONE_THREAD = dict.fromkeys(_THREADS, "1")


class Died:
    """The worker ended while it was at this task, and ended again when the task had a worker alone."""


class Hung:
    """The task took longer than the limit; its worker was ended."""


class CannotStart(DigitizeError):
    """Worker processes end before they take a task."""

    kind = "no-worker"


@dataclass(eq=False)
class _Worker(Generic[Task]):
    process: SpawnProcess
    pipe: "connection.Connection[Any, Any]"
    ready: bool = False
    task: Task | None = None
    deadline_s: float = field(default=float("inf"))

    def take(self, task: Task, limit_s: float) -> None:
        self.task, self.deadline_s = task, time.monotonic() + limit_s
        with suppress(OSError):  # died while idle: the wait for its answer will tell
            self.pipe.send(task)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def run_tasks(
    tasks: Iterable[Task], work: Callable[[Task], Result], workers: int, limit_s: float
) -> Iterator[tuple[Task, Result | Died | Hung]]:
    """Every task with what came of it, in the order of completion.

    `work` is a module-level function.  A task whose worker dies gets a second
    try with no other worker beside it (it may have been short of memory because
    of them).  Raises CannotStart; workers end when the iterator is closed.
    """
    suspects: list[Task] = []
    tasks = list(tasks)
    for task, result in _run(tasks, work, min(workers, len(tasks)), limit_s):
        if isinstance(result, Died):
            suspects.append(task)
        else:
            yield task, result
    yield from _run(suspects, work, min(1, len(suspects)), limit_s)


def _run(
    tasks: list[Task], work: Callable[[Task], Result], workers: int, limit_s: float
) -> Iterator[tuple[Task, Result | Died | Hung]]:
    waiting, crew = deque(tasks), [_start(work) for _ in range(workers)]
    failed_starts = 0
    try:
        while waiting or any(worker.task is not None for worker in crew):
            for worker in _woken(crew):
                message = _message(worker)
                task = worker.task
                if message == READY and not worker.ready:
                    worker.ready, failed_starts = True, 0
                elif task is not None:
                    worker.task, worker.deadline_s = None, float("inf")
                    yield task, message
                if isinstance(message, (Died, Hung)):
                    failed_starts += not worker.ready
                    if failed_starts >= STARTS_TRIED:
                        raise CannotStart(
                            "Worker processes end before they can start; try digitize doctor, "
                            "or --workers 0 to work without them."
                        )
                    crew.remove(worker)
                    worker.end()
                    if waiting:
                        crew.append(_start(work))
                elif waiting:
                    worker.take(waiting.popleft(), limit_s)
    finally:
        for worker in crew:
            worker.end()


def _woken(crew: list[_Worker[Task]]) -> list[_Worker[Task]]:
    """Workers with something to say, that ended, or whose time is up."""
    next_deadline_s = min(worker.deadline_s for worker in crew)
    timeout_s = None if next_deadline_s == float("inf") else max(0.0, next_deadline_s - time.monotonic())
    spoken = connection.wait([worker.pipe for worker in crew], timeout_s)
    now_s = time.monotonic()
    return [worker for worker in crew if worker.pipe in spoken or worker.deadline_s <= now_s]


def _message(worker: _Worker[Task]) -> Any:
    if not worker.pipe.poll():
        return Hung()
    try:
        return worker.pipe.recv()
    except (EOFError, OSError):  # the pipe closes with the process
        return Died()


def _start(work: Callable[[Task], Any]) -> _Worker[Task]:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work, debug_log.current()), daemon=True)
    with _environment(ONE_THREAD), _no_interrupt():
        process.start()
    theirs.close()
    return _Worker(process, ours)


def _serve(
    pipe: "connection.Connection[Any, Any]", work: Callable[[Any], Any], log: Path | None = None
) -> None:
    """Take tasks and send results until the parent closes the pipe or dies; `log` is its debug log."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _silence()
    one_thread()
    with debug_log.in_worker(log):
        _serve_tasks(pipe, work)


def _serve_tasks(pipe: "connection.Connection[Any, Any]", work: Callable[[Any], Any]) -> None:
    pipe.send(READY)
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        pipe.send(work(task))


def _silence() -> None:
    """Send what libraries print to nowhere: it would tear the progress bar, and may quote a cell."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def one_thread() -> None:
    """Keep OpenCV on one thread: workers beside each other beat threads within one."""
    import cv2  # noqa: PLC0415 (only workers need it, the parent starts without)

    cv2.setNumThreads(1)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Variables that libraries read when they are first imported, in the child."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Children are born deaf to Ctrl-C: only the parent decides how to stop."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
