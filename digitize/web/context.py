"""What the pages work with: the campaign's folder, and what they are lent by the command that serves them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request

from digitize.campaign.store import Campaign, open_campaign
from digitize.web.page_pictures import Pictures
from digitize.web.table_writer import TableWriter


@dataclass(frozen=True)
class Services:
    """What the pages may not reach themselves.

    `original` draws a page of a scan as it came: (path, page) to the bytes of a
    JPEG; raises DigitizeError.  `write_tables` brings rows.csv, tally.csv and
    pages.csv in step with the decisions, in a process of its own, and returns
    when that is done; raises DigitizeError where it cannot.  `restart` starts
    the run again after it stopped.
    """

    original: Callable[[str, int], bytes]
    write_tables: Callable[[], None]
    restart: Callable[[], None]


@dataclass(frozen=True)
class Desk:
    """One campaign on the desk.  `goal` is the number of signatures that is wanted, if any."""

    folder: Path
    services: Services
    tables: TableWriter
    goal: int | None = None
    pictures: Pictures = field(default_factory=Pictures)

    @classmethod
    def of(cls, folder: Path, services: Services, goal: int | None = None) -> "Desk":
        """Return the desk with a writer of tables that works through `services`."""
        return cls(folder, services, TableWriter(services.write_tables), goal)

    def campaign(self) -> AbstractContextManager[Campaign]:
        """The campaign, open for one request: its connection belongs to one thread."""
        return open_campaign(self.folder)

    def changed(self) -> None:
        """Something was decided: the tables are to follow."""
        self.tables.changed()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """What is decided inside: the tables follow, even where it ends half way."""
        try:
            yield
        finally:
            self.changed()

    def original(self, path: str, number: int) -> bytes:
        return self.pictures.kept(("original", path, number), lambda: self.services.original(path, number))


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk
