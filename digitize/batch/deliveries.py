"""Which scans are on their way to which worker, so that none is sent twice and few at the same time."""

from digitize.batch.task import Task

UNDER_WAY_MAX_BYTES = 256 << 20  # scheduler and client hold what is under way in memory


class Deliveries:
    """Tasks whose worker lacks the scan."""

    def __init__(self) -> None:
        self._sizes: dict[tuple[str, str], int] = {}  # by worker and SHA-256
        self._held: list[tuple[str, Task]] = []

    def begin(self, worker: str, task: Task, size_bytes: int) -> bool:
        """Return whether to send the scan of a task now; otherwise the task is held."""
        full = sum(self._sizes.values()) + size_bytes > UNDER_WAY_MAX_BYTES
        if (worker, task.sha256) in self._sizes or (full and self._sizes):
            self._held.append((worker, task))
            return False
        self._sizes[worker, task.sha256] = size_bytes
        return True

    def end(self, worker: str, task: Task) -> list[tuple[str, Task]]:
        """Record that the scan of a task arrived or was lost; return the tasks held, with their workers."""
        del self._sizes[worker, task.sha256]
        held, self._held = self._held, []
        return held
