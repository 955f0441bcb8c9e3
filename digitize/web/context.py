"""Shared objects of the pages: the campaign folder, and services provided by the serving command."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from anyio import CapacityLimiter
from starlette.requests import Request

from digitize.campaign.store import Campaign, open_campaign
from digitize.errors import DigitizeError
from digitize.learning.state import LearnState
from digitize.sheet.wishes import SheetWishes
from digitize.web.page_pictures import Pictures
from digitize.web.table_writer import TableWriter
from digitize.web.view_log import ViewLog

Learn = Callable[[Callable[[LearnState], None]], None]

UPLOADS_MAX = 8  # at the same time; their threads must not be those of the other pages
ORIGINAL_WAIT_S = 20.0  # for the rendering of other originals, one at a time


@dataclass(frozen=True)
class Services:
    """Functions from packages that the web pages must not import.

    `original` renders a page of the original scan: (path, page) to the bytes of a
    JPEG; raises DigitizeError.  `write_tables` writes rows.csv, tally.csv and
    pages.csv with all decisions in a separate process and returns when it is done;
    raises DigitizeError if it fails.  `restart` resumes reading after it stopped.
    `is_scan` tells from the first bytes of a file and its name whether it is to be read.
    `report` makes the report of the count in the same way: (language, "html", "pdf"
    or "xlsx") to the bytes of the file; None if there is no such button.  `workbook` makes a
    table in the same way: (language, "rows", "tally" or "pages") to an XLSX file.
    `sheet` prints a sheet in the same way: to its PDF and its form file; raises BadSheet.
    `learn` trains the recogniser on what people corrected, tells its states and returns when it is
    done; `read_again` has all pages read again.
    """

    original: Callable[[str, int], bytes]
    write_tables: Callable[[], None]
    restart: Callable[[], None]
    is_scan: Callable[[bytes, str], bool]
    report: Callable[[str, str], bytes] | None = None
    workbook: Callable[[str, str], bytes] | None = None
    sheet: Callable[[SheetWishes], tuple[bytes, str]] | None = None
    learn: Learn | None = None
    read_again: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class WebContext:
    """What the pages of one campaign work with.  `goal` is the number of signatures wanted, if any."""

    folder: Path
    services: Services
    tables: TableWriter
    goal: int | None = None
    views: ViewLog = field(default_factory=ViewLog)
    pictures: Pictures = field(default_factory=Pictures)
    upload_threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(UPLOADS_MAX))
    _one_original: Lock = field(default_factory=Lock)  # each may take gigabytes and a core

    @classmethod
    def of(
        cls, folder: Path, services: Services, goal: int | None = None, log_views: bool = False
    ) -> "WebContext":
        """Return a context with a writer of tables that works through `services`."""
        views = ViewLog(folder if log_views else None)
        return cls(folder, services, TableWriter(services.write_tables), goal, views)

    def campaign(self) -> AbstractContextManager[Campaign]:
        """Open the campaign for one request; its database connection belongs to one thread."""
        return open_campaign(self.folder)

    def changed(self) -> None:
        """Have the tables written, because something was decided."""
        self.tables.changed()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Have the tables written after the block, even if it fails half way."""
        try:
            yield
        finally:
            self.changed()

    def original(self, path: str, number: int) -> bytes:
        """Return a page of the original scan as a JPEG; raises DigitizeError."""
        return self.pictures.kept(("original", path, number), lambda: self._render(path, number))

    def _render(self, path: str, number: int) -> bytes:
        if not self._one_original.acquire(timeout=ORIGINAL_WAIT_S):
            raise DigitizeError("Other original scans are being rendered; try again later.")
        try:
            return self.services.original(path, number)
        finally:
            self._one_original.release()


def note_view(request: Request, what: str, *looks: tuple[int | None, int | None]) -> None:
    """Log that this person looks at pages or rows, each a page id and row index; raises BadStore."""
    context_of(request).views.note(request.state.session, what, *looks)


def context_of(request: Request) -> WebContext:
    """Return the context of the application that handles the request."""
    context: WebContext = request.app.state.context
    return context
