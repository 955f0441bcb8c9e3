"""The log of views: who looked at which page or row with names, for organisations that want to know."""

import csv
import io
import os
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from digitize.errors import BadStore
from digitize.tally import guard
from digitize.web.sessions import Session

FILE = "views.csv"  # erased by `digitize erase`
COLUMNS = ("at", "who", "role", "client", "what", "page_id", "row_index")
AGAIN_S = 60.0  # a page is shown with several requests: the same look within this time is one line
KEPT_MAX = 10_000  # looks remembered for that


class ViewLog:
    """Adds lines to DIR/views.csv; without a folder it does nothing.  Never a text of a sheet.

    Pages and rows are named by their ids in the database, as in the addresses of the site.
    """

    def __init__(self, folder: Path | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self._path = folder / FILE if folder else None
        self._now = now
        self._lock = threading.Lock()
        self._last_s: dict[tuple[object, ...], float] = {}

    def note(self, session: Session, what: str, *looks: tuple[int | None, int | None]) -> None:
        """Log looks, each a page id and row index, before they are answered.

        Raises BadStore if that is impossible: nobody may then look.
        """
        if self._path is None:
            return
        now_s = self._now()
        with self._lock:
            fresh = [look for look in looks if self._is_fresh((session.number, what, *look), now_s)]
            who = (session.who, session.role.name.lower(), session.client)
            at = datetime.now(UTC).isoformat(timespec="seconds")
            self._append(self._path, [(at, *who, what, *look) for look in fresh])
            for look in fresh:  # only now: what could not be logged has to be tried again
                self._last_s.pop((session.number, what, *look), None)
                self._last_s[session.number, what, *look] = now_s
            while len(self._last_s) > KEPT_MAX:
                del self._last_s[next(iter(self._last_s))]

    def _is_fresh(self, look: tuple[object, ...], now_s: float) -> bool:
        return look not in self._last_s or now_s - self._last_s[look] >= AGAIN_S

    @staticmethod
    def _append(path: Path, lines: Iterable[Iterable[object]]) -> None:
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\r\n").writerows(
            ["" if value is None else guard(value) for value in line] for line in lines
        )
        if not buffer.tell():
            return
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
                if not file.tell():
                    file.write(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n")
                file.write(buffer.getvalue().encode("utf-8", "replace"))
        except OSError as error:
            raise BadStore(
                f"{path.name} cannot be written ({error.strerror}), and nothing is shown unlogged; make "
                "room, or restart digitize serve without --log-views."
            ) from error
