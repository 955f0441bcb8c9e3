"""Run tasks on a Dask cluster.  Dask is imported nowhere else.

The scheduler is told where to find the function `do` and gets a `cluster_worker.Order` for each page, a few
per thread of its workers at a time.  Dask itself repeats what a lost worker had under way; pages that crash
or hang cost a process of the worker only (`page_process`).  Nothing that Dask logs or shows tells a file name
or a text: keys are numbers, and orders and answers have no text.
"""

import hashlib
import logging
import os
import queue
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import dask
from distributed import Client, Future, KilledWorker, LocalCluster, get_worker
from distributed.security import Security

from digitize.batch import cluster_worker
from digitize.batch.cluster_worker import Answer, NotHere, Order, Unfit
from digitize.batch.deliveries import Deliveries
from digitize.batch.executors import Answers, Work
from digitize.batch.installation import installation
from digitize.batch.quiet_loggers import quiet_loggers
from digitize.batch.task import Task
from digitize.batch.worker_pool import Died
from digitize.batch.worker_watch import LOOKS_EVERY_S, WorkerWatch
from digitize.errors import BadCluster
from digitize.page.pipeline import Settings
from digitize.records import Digitized

LOCAL = "local:"
UNDER_WAY_PER_THREAD = 2  # the second is at hand when the first is done
CONNECT_LIMIT_S = 15.0
# Dask gives up on a worker from which it has not heard for five minutes, and repeats its tasks.
SILENCE_S = 600.0
SENT_AT_ONCE = 3  # times a scan was lacking; afterwards it goes with its task

READS_FOLDER = "The workers read the scans from their folder."
SENDS_SCANS = "The workers cannot see the folder of the scans: the scans are sent to them."
NOT_ENCRYPTED = (
    "The connection to {} is not encrypted: names and pictures can be read along in the network. Use tls://."
)
NOT_INSTALLED = "it does not find digitize"  # not even the function that is to be called
LOST = (
    "The connection to the scheduler {} was lost. What is finished is kept; run the same command again when "
    "the scheduler is back."
)

_CONFIG = {
    "distributed.admin.large-graph-warning-threshold": "10GB",  # scans may be large
    "distributed.comm.timeouts.connect": f"{CONNECT_LIMIT_S}s",
    # Of a cluster on this machine; others are configured where they are started.
    "distributed.scheduler.allowed-failures": 1,
    "distributed.worker.memory.target": False,  # nothing is spilled to the disk
    "distributed.worker.memory.spill": False,
    "distributed.worker.profile.interval": "1h",
}


def do(order: Order) -> Answer:
    """Do an order on a worker."""
    return Answer(get_worker().address, cluster_worker.read_page(order))


@contextmanager
def connected(address: str, settings: Settings, notice: Callable[[str], None]) -> Iterator["DaskCluster"]:
    """Connect to a scheduler, or start a cluster on this machine for "local:4".

    Raises BadCluster if there is none, or if a worker differs from this machine in what it reads with.
    """
    with quiet_loggers("distributed", "tornado"), dask.config.set(_CONFIG), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _client(address) as client:
            _tell(client, address, notice)
            cluster = DaskCluster(client, address, settings, notice)
            try:
                cluster.check_workers()
                yield cluster
            finally:
                with suppress(Exception):
                    client.run(cluster_worker.leave, on_error="ignore")


@contextmanager
def _client(address: str) -> Iterator[Client]:
    if address.startswith(LOCAL):
        count = int(address.removeprefix(LOCAL))
        # Other accounts of this machine could otherwise give orders to the scheduler.
        security = Security.temporary()
        with (
            LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                host="127.0.0.1",
                protocol="tls://",
                security=security,
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL + 1,
            ) as cluster,
            Client(cluster, security=security, set_as_default=False) as client,
        ):
            yield client
        return
    try:
        client = Client(address, timeout=CONNECT_LIMIT_S, set_as_default=False, direct_to_workers=False)
    except (OSError, ValueError, TypeError) as error:
        hint = " Are the TLS settings of Dask right?" if address.startswith("tls") else ""
        raise BadCluster(
            f"No Dask scheduler answers at {address} ({type(error).__name__}); "
            f"start one with dask scheduler, or check the address.{hint}"
        ) from error
    try:
        yield client
    finally:
        client.close(timeout=CONNECT_LIMIT_S)


def _tell(client: Client, address: str, notice: Callable[[str], None]) -> None:
    with suppress(KeyError, OSError, TypeError, AttributeError):
        if "dashboard" in client.scheduler_info()["services"]:
            notice(f"Dashboard: {client.dashboard_link}")
    loopback = ("tcp://127.", "tcp://localhost", "tcp://[::1]")
    if address.startswith("tcp://") and not address.startswith(loopback):
        notice(NOT_ENCRYPTED.format(address))


@dataclass(slots=True)
class _UnderWay:
    task: Task
    since_s: float
    delivery_to: str = ""  # the worker to which the scan goes with the task


class DaskCluster:
    """An `Executor` with a connected client."""

    def __init__(
        self, client: Client, address: str, settings: Settings, notice: Callable[[str], None]
    ) -> None:
        self._client, self._address, self._notice = client, address, notice
        form = settings.form
        if Path(form).exists():  # the workers are in other folders
            form = str(Path(form).resolve())
        self._settings = (form, settings.reader, settings.model)
        self._expected = installation(*self._settings)
        self._run = os.urandom(6).hex()
        self._count = 0
        self._finished: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._under_way: dict[str, tuple[Future, _UnderWay]] = {}  # by key
        self._deliveries = Deliveries()
        self._lacking: dict[Task, int] = {}
        self._told = ""
        self._workers = WorkerWatch(address, self._count_threads, notice)

    def check_workers(self) -> None:
        """Raise BadCluster if a worker that is connected differs from this machine."""
        try:
            found = self._client.run(cluster_worker.check, self._settings, self._expected, on_error="return")
        except OSError as error:
            raise BadCluster(LOST.format(self._address)) from error
        for worker, problem in found.items():
            if isinstance(problem, Exception):
                raise BadCluster(_unfit(worker, NOT_INSTALLED))
            if problem:
                raise BadCluster(_unfit(worker, problem))

    def run(self, tasks: Sequence[Task], work: Work, limit_s: float) -> Answers:
        self._work, self._limit_s = cluster_worker.pickled(work), limit_s
        suspects: list[Task] = []
        try:
            for task, result in self._pass(tasks, None):
                if isinstance(result, Died):
                    suspects.append(task)
                else:
                    yield task, result
            yield from self._pass(suspects, 1)
        finally:
            with suppress(Exception):
                self._client.cancel([future for future, _ in self._under_way.values()])
            self._under_way.clear()

    def _pass(self, tasks: Sequence[Task], at_most: int | None) -> Answers:
        """Do each task once; `at_most` limits how many are under way."""
        waiting: deque[tuple[str, Task]] = deque(("", task) for task in tasks)
        held = 0
        while waiting or self._under_way or held:
            room = (at_most or UNDER_WAY_PER_THREAD * self._workers.threads()) - len(self._under_way) - held
            while waiting and room > 0:
                self._submit(*waiting.popleft())
                room -= 1
            try:
                future = self._finished.get(timeout=LOOKS_EVERY_S)
            except queue.Empty:
                for task in self._overdue():
                    yield task, Died()
                continue
            if future.key not in self._under_way:  # given up before
                continue
            _, entry = self._under_way.pop(future.key)
            answer = self._answer(future)
            released = self._arrived(entry)
            waiting.extendleft(reversed(released))
            held -= len(released)
            if isinstance(answer.result, NotHere):
                held += not self._send(answer.worker, entry.task)
            elif isinstance(answer.result, Unfit):
                raise BadCluster(_unfit(answer.worker, answer.result.problem))
            else:
                if isinstance(answer.result, Digitized):
                    self._tell(READS_FOLDER)
                yield entry.task, answer.result

    def _submit(self, worker: str, task: Task, content: bytes | None = None, delivery: bool = False) -> None:
        if content is None and self._lacking.get(task, 0) >= SENT_AT_ONCE:
            content = _content(task)
        order = Order(self._work, task, self._limit_s, self._settings, self._expected, content)
        self._count += 1
        key = f"page-{self._run}-{self._count}"
        preferred = {"workers": [worker], "allow_other_workers": True} if worker else {}
        future = self._client.submit(do, order, key=key, pure=False, **preferred)
        entry = _UnderWay(task, time.monotonic(), worker if delivery else "")
        self._under_way[key] = (future, entry)
        future.add_done_callback(self._finished.put)

    def _answer(self, future: Future) -> Answer:
        try:
            answer = future.result(timeout=SILENCE_S)
        except KilledWorker:
            return Answer("", Died())
        except Exception as error:
            lost = future.cancelled() or isinstance(error, OSError) or self._client.status != "running"
            if lost:
                raise BadCluster(LOST.format(self._address)) from error
            raise BadCluster(_unfit("", NOT_INSTALLED)) from error
        finally:
            with suppress(Exception):
                future.release()
        assert isinstance(answer, Answer)
        return answer

    def _send(self, worker: str, task: Task) -> bool:
        """Send a scan to a worker with its task; return false if the task has to wait."""
        self._tell(SENDS_SCANS)
        self._lacking[task] = self._lacking.get(task, 0) + 1
        content = _content(task)
        if not self._deliveries.begin(worker, task, len(content)):
            return False
        self._submit(worker, task, content, delivery=True)
        return True

    def _tell(self, sentence: str) -> None:
        """Say once how the workers get at the scans; that they are sent is said whenever it begins."""
        if self._told not in (sentence, SENDS_SCANS):
            self._told = sentence
            self._notice(sentence)

    def _count_threads(self) -> int:
        try:
            return sum(self._client.nthreads().values())
        except Exception as error:
            raise BadCluster(LOST.format(self._address)) from error

    def _arrived(self, entry: _UnderWay) -> list[tuple[str, Task]]:
        """Return the tasks that waited for what this one carried."""
        return self._deliveries.end(entry.delivery_to, entry.task) if entry.delivery_to else []

    def _overdue(self) -> list[Task]:
        """Give up on tasks of which nothing was heard for too long; return them."""
        if not self._workers.threads():
            return []
        before_s = time.monotonic() - UNDER_WAY_PER_THREAD * self._limit_s - SILENCE_S
        keys = [key for key, (_, entry) in self._under_way.items() if entry.since_s < before_s]
        given_up = [self._under_way.pop(key) for key in keys]
        with suppress(Exception):
            self._client.cancel([future for future, _ in given_up], force=True)
        return [entry.task for _, entry in given_up]


def _content(task: Task) -> bytes:
    """Read a scan; empty if it is gone or changed, which is noticed when the result is stored."""
    try:
        content = Path(task.id.file).read_bytes()
    except OSError:
        return b""
    return content if hashlib.sha256(content).hexdigest() == task.sha256 else b""


def _unfit(worker: str, problem: str) -> str:
    where = f"The worker {worker} cannot be used" if worker else "A worker cannot be used"
    return f"{where}: {problem}. Install the same versions on all machines and run the same command again."
