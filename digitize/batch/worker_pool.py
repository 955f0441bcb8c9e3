"""A pool of worker processes that survives crashes and hangs of single workers.

Each worker has its own pipe and one task at a time, so that a process that
dies (killed, out of memory, a crash in a library) or hangs costs only the page
it was working on.  `concurrent.futures` cannot tell which task broke the pool
and abandons all tasks that were waiting.
"""

import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import connection, get_context, parent_process, resource_tracker
from multiprocessing.context import SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from digitize import debug_log
from digitize.errors import DigitizeError

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext  # not on Windows

Task = TypeVar("Task")
Result = TypeVar("Result")

STARTS_TRIED = 3  # consecutive workers that end before they are ready: the installation is broken
READY = "ready"
# Tesseract obeys OMP_THREAD_LIMIT.
_THREADS = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
ONE_THREAD = dict.fromkeys(_THREADS, "1")
# The recogniser is imported by the first page otherwise; the import starts no thread.
_IMPORTED_BEFORE_FORKS = ("digitize.ocr.ppocr", "digitize.batch.fork_server")


class Died:
    """The worker died during this task, and again when the task was the only one running."""


class Hung:
    """The task exceeded the time limit; its worker was killed."""


class CannotStart(DigitizeError):
    """Worker processes end before they accept a task."""

    kind = "no-worker"


@dataclass(eq=False)
class _Worker(Generic[Task]):
    process: BaseProcess
    pipe: "connection.Connection[Any, Any]"
    ready: bool = False
    task: Task | None = None
    deadline_s: float = field(default=float("inf"))

    def take(self, task: Task, limit_s: float) -> None:
        self.task, self.deadline_s = task, time.monotonic() + limit_s
        with suppress(OSError):  # died while idle: noticed when its answer is awaited
            self.pipe.send(task)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def run_tasks(
    tasks: Iterable[Task], work: Callable[[Task], Result], workers: int, limit_s: float
) -> Iterator[tuple[Task, Result | Died | Hung]]:
    """Yield every task with its result, in order of completion.

    `work` must be a module-level function.  A task whose worker dies is tried a
    second time with no other worker running, because it may have run out of
    memory next to them.  Raises CannotStart.  Closing the iterator ends the workers.
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
    context = _context(work, workers)
    waiting, pool = deque(tasks), [_start(work, context) for _ in range(workers)]
    failed_starts = 0
    try:
        while waiting or any(worker.task is not None for worker in pool):
            for worker in _wait(pool):
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
                    pool.remove(worker)
                    worker.end()
                    if waiting:
                        pool.append(_start(work, context))
                elif waiting:
                    worker.take(waiting.popleft(), limit_s)
    finally:
        for worker in pool:
            worker.end()


def _wait(pool: list[_Worker[Task]]) -> list[_Worker[Task]]:
    """Wait for workers that sent a message, ended or exceeded their time limit."""
    next_deadline_s = min(worker.deadline_s for worker in pool)
    timeout_s = None if next_deadline_s == float("inf") else max(0.0, next_deadline_s - time.monotonic())
    ready = connection.wait([worker.pipe for worker in pool], timeout_s)
    now_s = time.monotonic()
    return [worker for worker in pool if worker.pipe in ready or worker.deadline_s <= now_s]


def _message(worker: _Worker[Task]) -> Any:
    if not worker.pipe.poll():
        return Hung()
    try:
        return worker.pipe.recv()
    except (EOFError, OSError):  # the pipe closes with the process
        return Died()


def _context(work: Callable[[Task], Any], workers: int) -> "ForkServerContext | SpawnContext":
    """Return how workers are started.

    On Linux several of them are forked from a process that has imported everything and done nothing else: it
    has one thread, so that forking it is safe.  They then need half a second less each, and share the memory
    of what was imported.
    """
    if workers < 2 or not sys.platform.startswith("linux"):
        return get_context("spawn")
    from multiprocessing import forkserver  # noqa: PLC0415 (not on Windows)

    context = get_context("forkserver")
    context.set_forkserver_preload([getattr(work, "func", work).__module__, *_IMPORTED_BEFORE_FORKS])
    try:
        with _environment(ONE_THREAD), interrupts_held():
            forkserver.ensure_running()
    except OSError:  # no room for its socket, or too long a path to the folder for temporary files
        return get_context("spawn")
    return context


def _start(work: Callable[[Task], Any], context: "ForkServerContext | SpawnContext") -> _Worker[Task]:
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work, debug_log.current()), daemon=True)
    with _environment(ONE_THREAD), interrupts_held():
        process.start()
    theirs.close()
    return _Worker(process, ours)


def _serve(
    pipe: "connection.Connection[Any, Any]", work: Callable[[Any], Any], log: Path | None = None
) -> None:
    """Take tasks and send results until the parent closes the pipe or dies; `log` is its debug log."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    silence()
    one_thread()
    with debug_log.in_worker(log):
        serve_tasks(pipe, work)


def serve_tasks(pipe: "connection.Connection[Any, Any]", work: Callable[[Any], Any]) -> None:
    """Tell that the process is ready, then take tasks and send results until the other end is closed."""
    pipe.send(READY)
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        pipe.send(work(task))


def silence() -> None:
    """Discard the output of libraries: it would break the progress bar, and may quote a cell."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def one_thread() -> None:
    """Restrict OpenCV to one thread: several workers are faster than several threads."""
    import cv2  # noqa: PLC0415 (only workers need it, the parent starts without)

    cv2.setNumThreads(1)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables that libraries read when the child first imports them."""
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
def interrupts_held() -> Iterator[None]:
    """Start processes with SIGINT blocked: only the parent decides how to stop.

    A Ctrl-C meanwhile reaches the parent afterwards.  Works in every thread.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # multiprocessing would start it together with the first process, and unblock SIGINT.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
