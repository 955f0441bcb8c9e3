"""How many threads the workers of a cluster have at the moment, and what to do while there are none."""

import time
from collections.abc import Callable

from digitize.errors import BadCluster

LOOKS_EVERY_S = 2.0
NOTICE_S, LIMIT_S = 5.0, 600.0  # a batch system may take minutes to start a worker

NO_WORKERS = "No worker is connected to {}; waiting for one. This starts one: dask worker {}"
STILL_NONE = "No worker has connected to {} for {:.0f} minutes; start some and run the same command again."


class WorkerWatch:
    """Asks a scheduler for its workers, but not too often; `count` returns the number of their threads."""

    def __init__(self, address: str, count: Callable[[], int], notice: Callable[[str], None]) -> None:
        self._address, self._count, self._notice = address, count, notice
        self._threads, self._looked_s = 0, float("-inf")
        self._none_since_s: float | None = None
        self._noticed = False

    def threads(self) -> int:
        """Return the number of threads of all workers.  Raises BadCluster if there are none for long."""
        now_s = time.monotonic()
        if now_s - self._looked_s >= LOOKS_EVERY_S:
            self._threads, self._looked_s = self._count(), now_s
            self._mind_absence(now_s)
        return self._threads

    def _mind_absence(self, now_s: float) -> None:
        if self._threads:
            self._none_since_s, self._noticed = None, False
            return
        if self._none_since_s is None:
            self._none_since_s = now_s
        absent_s = now_s - self._none_since_s
        if absent_s > LIMIT_S:
            raise BadCluster(STILL_NONE.format(self._address, LIMIT_S / 60))
        if absent_s > NOTICE_S and not self._noticed:
            self._noticed = True
            self._notice(NO_WORKERS.format(self._address, self._address))
