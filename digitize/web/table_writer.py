"""Keeps the tables of the campaign in step with what is decided, without anybody waiting for it."""

import threading
from collections.abc import Callable

QUIET_S = 4.0  # after the last decision: writing a large campaign takes seconds


class TableWriter:
    """Calls `write` some seconds after the last change, never twice at once."""

    def __init__(self, write: Callable[[], None], quiet_s: float = QUIET_S) -> None:
        self._write, self._quiet_s = write, quiet_s
        self._writing = threading.Lock()
        self._timer: threading.Timer | None = None
        self._timing = threading.Lock()
        self._stale = False

    def changed(self) -> None:
        """Something was decided or taken back."""
        with self._timing:
            self._stale = True
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(self._quiet_s, self.settle)
            self._timer.daemon = True
            self._timer.start()

    def settle(self) -> None:
        """Write now what has changed; returns when the tables are in step."""
        with self._writing:
            with self._timing:
                stale, self._stale = self._stale, False
                if self._timer is not None:
                    self._timer.cancel()
            if stale:
                self._write()
