"""What the worker of a cluster does with a page, whatever the cluster is made with."""

import pickle
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from digitize.batch.delivered_files import DeliveredFiles, has_content
from digitize.batch.installation import Installation, difference, host, installation
from digitize.batch.page_process import PageProcess
from digitize.batch.task import Task
from digitize.batch.worker_pool import Died, Hung
from digitize.debug_log import place
from digitize.records import Digitized, PageId

IDLE_S = 60.0  # afterwards nothing of a run is left here
LOOKS_EVERY_S = 5.0


class NotHere:
    """The scan cannot be read from this worker: its content has to be sent."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """This worker cannot be used; `problem` says why, beginning with the name of the machine."""

    problem: str


@dataclass(frozen=True, slots=True, repr=False)
class Order:
    """A task for a worker.

    Its text says nothing, because schedulers log the arguments of what fails, and the path of a scan
    may name people.  `work` is the pickled function of the task, `content` the file if it has to be sent.
    """

    work: bytes
    task: Task
    limit_s: float
    settings: tuple[str, str, str]  # form, reader and model
    expected: Installation
    content: bytes | None = None

    def __repr__(self) -> str:
        return "a page"


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What became of an order, and the address of the worker; its text says nothing either."""

    worker: str
    result: Digitized | Died | Hung | NotHere | Unfit | Any

    def __repr__(self) -> str:
        return "a result"


class _Desk:
    """The processes and files of one worker; `lock` protects the list of idle processes."""

    def __init__(self, lock: threading.Lock, work: bytes) -> None:
        self._lock = lock
        self.folder = Path(tempfile.mkdtemp(prefix="digitize-"))
        self.files = DeliveredFiles(self.folder)
        self.users = 0
        self.used_s = time.monotonic()
        self._idle = [PageProcess(self.folder, work)]  # it deletes the folder if this process is killed

    @contextmanager
    def process(self, work: bytes) -> Iterator[PageProcess]:
        """Lend a process to one thread; it is given back unless the block raises or ends it."""
        with self._lock:
            process = self._idle.pop() if self._idle else None
        if process is not None and process.work != work:  # of another run
            process.end()
            process = None
        process = process or PageProcess(self.folder, work)
        try:
            yield process
        except BaseException:
            process.end()
            raise
        if process.running:
            with self._lock:
                self._idle.append(process)

    def clear(self) -> None:
        for process in self._idle:
            process.end()
        shutil.rmtree(self.folder, ignore_errors=True)


class _Here:
    """This worker; what it holds of a run goes when it has been idle, whatever became of the run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._desk: _Desk | None = None

    @contextmanager
    def desk(self, work: bytes) -> Iterator[_Desk]:
        with self._lock:
            if self._desk is None:
                self._desk = _Desk(self._lock, work)
                threading.Thread(target=self._leave_when_idle, args=(self._desk,), daemon=True).start()
            desk = self._desk
            desk.users += 1
        try:
            yield desk
        finally:
            with self._lock:
                desk.users -= 1
                desk.used_s = time.monotonic()

    def leave(self) -> None:
        with self._lock:
            if self._desk is not None and not self._desk.users:
                self._desk.clear()
                self._desk = None

    def _leave_when_idle(self, desk: _Desk) -> None:
        while self._desk is desk:
            time.sleep(LOOKS_EVERY_S)
            if time.monotonic() - desk.used_s > IDLE_S:
                self.leave()


_here = _Here()


def read_page(order: Order) -> Digitized | Died | Hung | NotHere | Unfit | Any:
    """Do an order; never raises."""
    try:
        if problem := check(order.settings, order.expected):
            return Unfit(problem)
        with _here.desk(order.work) as desk:
            return _read(desk, order)
    except Exception as error:
        return Unfit(f"{host()} cannot read pages ({place(error)})")


def check(settings: tuple[str, str, str], expected: Installation) -> str:
    """Return what differs on this worker, empty if nothing does."""
    problem = difference(expected, installation(*settings))
    return f"{host()} has {problem}" if problem else ""


def leave() -> None:
    """End the processes and delete the files, unless another run is using them."""
    _here.leave()


def pickled(work: Any) -> bytes:
    """Return a function in the form in which orders carry it."""
    return pickle.dumps(work)


def _read(desk: _Desk, order: Order) -> Any:
    task, path = order.task, Path(order.task.id.file)
    if has_content(path, task.sha256):
        return _result(desk, order, task)
    if order.content is not None:
        desk.files.add(task.sha256, path.name, order.content)
    with desk.files.using(task.sha256) as copy:
        if copy is None:
            return NotHere()
        result = _result(desk, order, replace(task, id=PageId(str(copy), task.id.page)))
    if isinstance(result, Digitized) and result.outcome.id.file == str(copy):
        page = PageId(task.id.file, result.outcome.id.page)
        return replace(result, outcome=replace(result.outcome, id=page))
    return result


def _result(desk: _Desk, order: Order, task: Task) -> Any:
    with desk.process(order.work) as process:
        if not process.start():
            process.end()
            return Unfit(f"{host()} cannot start processes; run digitize doctor there")
        result = process.answer(task, order.limit_s)
        if isinstance(result, Died | Hung):
            process.end()
        return result
