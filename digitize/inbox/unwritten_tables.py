"""Retry writing tables that could not be written: soon at first, later less often."""

from collections.abc import Callable

from digitize.errors import ExitCode
from digitize.inbox.run_process import Ended
from digitize.tally import retry

SOON_ATTEMPTS = 3  # a command that is about to end does not wait for more


class UnwrittenTables:
    """Decides whether and when a run has to finish what another one left undone."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._due = False
        self._failed = 0
        self._not_before_s = 0.0
        self.code = ExitCode.OK

    @property
    def waits(self) -> bool:
        """Whether to wait for the next attempt."""
        return self._due and self._failed < SOON_ATTEMPTS

    @property
    def is_time(self) -> bool:
        return self._due and self._clock() >= self._not_before_s

    def mark_due(self) -> None:
        """Record that an earlier run did not finish."""
        self._due = True

    def retry_now(self) -> None:
        """Retry at once if anything is due."""
        self._failed, self._not_before_s = 0, 0.0

    def record(self, ended: Ended) -> None:
        """Record the end of a run that has stored all pages and may have failed to write the tables."""
        self.code = ended.code
        self._due = ended.code is not ExitCode.OK
        self._failed = self._failed + 1 if self._due else 0
        self._not_before_s = self._clock() + retry.wait_s(self._failed)
