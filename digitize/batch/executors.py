"""Who does the work of a run: this process, processes of this machine, or a cluster.

All keep the same promise: every task comes back once, in whatever order, with its result or with what became
of it.  A task whose worker died is tried a second time, when nothing else of the run is under way.
"""

from collections.abc import Callable, Generator, Sequence
from typing import Protocol

from digitize.batch.task import Task
from digitize.batch.worker_pool import Died, Hung, one_thread, run_tasks
from digitize.records import Digitized

Work = Callable[[Task], Digitized]
Answers = Generator[tuple[Task, Digitized | Died | Hung]]


class Executor(Protocol):
    """Does the tasks of a run."""

    def run(self, tasks: Sequence[Task], work: Work, limit_s: float) -> Answers:
        """Yield every task with its result, in order of completion.

        `work` can be pickled unless the tasks are done in this process.  A task may take `limit_s`.  Raises
        CannotStart or BadCluster; what was yielded before counts.  Closing the iterator stops the work.
        """
        ...


class ThisProcess:
    """Does one task after the other here.  A task that crashes ends everything; there is no time limit."""

    def run(self, tasks: Sequence[Task], work: Work, limit_s: float) -> Answers:  # noqa: ARG002
        one_thread()
        for task in tasks:
            yield task, work(task)


class LocalPool:
    """Worker processes on this machine."""

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def run(self, tasks: Sequence[Task], work: Work, limit_s: float) -> Answers:
        yield from run_tasks(tasks, work, self._workers, limit_s)
