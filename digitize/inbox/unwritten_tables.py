"""Tables that could not be written: tried again, soon at first, and told by the exit code."""

from collections.abc import Callable

from digitize.errors import ExitCode
from digitize.inbox.run_process import Ended

SOON = 3  # attempts one after the other; a command that is to end does not wait for more
SOON_S = 5.0  # between those
LATER_S = 300.0  # and between those that follow: somebody may have a table open for hours


class Unwritten:
    """Whether a run is to make up for the end of another, and when."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._due = False
        self._failed = 0
        self._not_before_s = 0.0
        self.code = ExitCode.OK

    @property
    def waits(self) -> bool:
        """Whether it is worth waiting for the next attempt."""
        return self._due and self._failed < SOON

    @property
    def is_time(self) -> bool:
        return self._due and self._clock() >= self._not_before_s

    def found(self) -> None:
        """An earlier run has not come to its end."""
        self._due = True

    def again(self) -> None:
        """Try at once whatever is due."""
        self._failed, self._not_before_s = 0, 0.0

    def hear(self, ended: Ended) -> None:
        """A run has stored all pages, and written the tables or not."""
        self.code = ended.code
        self._due = ended.code is not ExitCode.OK
        self._failed = self._failed + 1 if self._due else 0
        self._not_before_s = self._clock() + (SOON_S if self._failed < SOON else LATER_S)
