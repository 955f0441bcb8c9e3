"""Write the tables of the campaign in the background after decisions."""

import logging
import threading
import time
from collections.abc import Callable

from digitize.errors import DigitizeError
from digitize.tally import retry

QUIET_S = 4.0  # after the last decision; writing a large campaign takes seconds
LATEST_S = 30.0  # after the first unwritten decision; people may decide for hours without a pause

_log = logging.getLogger(__name__)

Cancel = Callable[[], None]
Later = Callable[[float, Callable[[], object]], Cancel]


def _later(delay_s: float, call: Callable[[], object]) -> Cancel:
    timer = threading.Timer(delay_s, call)
    timer.daemon = True
    timer.start()
    return timer.cancel


class TableWriter:
    """Calls `write` soon after a change, never twice at the same time, and again after a failure.

    `write` raises if the tables cannot be written.  `now` returns a time in
    seconds and `later` schedules a call; tests replace both.
    """

    def __init__(
        self,
        write: Callable[[], None],
        now: Callable[[], float] = time.monotonic,
        later: Later = _later,
    ) -> None:
        self._write, self._now, self._later = write, now, later
        self._writing = threading.Lock()
        self._state = threading.Lock()  # guards everything below
        self._first_s: float | None = None  # the first change that has not been written
        self._last_s = 0.0  # the last change
        self._failures = 0  # consecutive
        self._retry_s = 0.0  # earliest next attempt, unless somebody asks for the tables
        self._cancel: Cancel | None = None

    @property
    def failed(self) -> bool:
        """Whether the last write failed, so that the tables in the folder are out of date."""
        with self._state:
            return self._failures > 0

    def changed(self) -> None:
        """Schedule a write because something was decided or undone."""
        with self._state:
            self._last_s = self._now()
            if self._first_s is None:
                self._first_s = self._last_s
            self._plan(self._first_s)

    def settle(self) -> bool:
        """Write pending changes now; return whether the tables are up to date."""
        with self._writing:
            with self._state:
                first_s, self._first_s = self._first_s, None
                self._unplan()
            if first_s is None:
                return True
            try:
                self._write()
            except Exception as error:  # of any kind: a timer has no caller to report it to
                self._note_failure(error, first_s)
                return False
            self._note_success()
            return True

    def _note_failure(self, error: Exception, first_s: float) -> None:
        with self._state:
            self._failures += 1
            wait_s = retry.wait_s(self._failures)
            self._retry_s = self._now() + wait_s
            self._first_s = first_s
            self._plan(first_s)
        # The message of any other error may quote a cell.
        reason = str(error) if isinstance(error, DigitizeError) else type(error).__name__
        _log.error("The tables could not be written; next try in %.0f s. %s", wait_s, reason)

    def _note_success(self) -> None:
        with self._state:
            self._failures, self._retry_s = 0, 0.0
            if self._first_s is not None:  # changed in the meantime
                self._plan(self._first_s)

    def _plan(self, first_s: float) -> None:
        self._unplan()
        due_s = max(min(self._last_s + QUIET_S, first_s + LATEST_S), self._retry_s)
        self._cancel = self._later(max(0.0, due_s - self._now()), self.settle)

    def _unplan(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
