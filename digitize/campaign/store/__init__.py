"""The campaign: a folder with an SQLite database and the page pictures.  SQL is used nowhere else.

One process writes at a time (`Campaign.locked`), in one short transaction per page, so that a
run that is killed loses only the page it was working on.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

from digitize.campaign.decisions import SettledPage
from digitize.campaign.store import erasure
from digitize.campaign.store.audit_rows import AuditRow, audit_rows
from digitize.campaign.store.backup_file import BACKUP
from digitize.campaign.store.campaign_settings import CampaignSettings
from digitize.campaign.store.database import Database, locked
from digitize.campaign.store.derived import DerivedData
from digitize.campaign.store.due_work import Due, Snapshot
from digitize.campaign.store.examination import damage_reported
from digitize.campaign.store.exposure import narrow_rights
from digitize.campaign.store.file_log import FileLog
from digitize.campaign.store.form_settings import Forms
from digitize.campaign.store.inputs import Input, Inputs
from digitize.campaign.store.merge_campaigns import Merged, merge
from digitize.campaign.store.page_list import Listing, Neighbours, PageLine, Shown
from digitize.campaign.store.page_results import CROPS, PICTURES, Outcome, Pages
from digitize.campaign.store.picture_files import private_files
from digitize.campaign.store.provenance import Provenance, provenance
from digitize.campaign.store.record_decisions import Request
from digitize.campaign.store.record_settlements import NUMBER_MAX, ROWS_MAX, RowTaken, TypedRow
from digitize.campaign.store.review import Review
from digitize.campaign.store.review_items import Disagreement, OpenPage, OpenPair, OpenRow, Totals
from digitize.campaign.store.row_search import Found, RowQuery, Search
from digitize.campaign.store.second_looks import Agreement, SecondLooks
from digitize.campaign.store.store_errors import DATABASE, gone
from digitize.errors import BadStore
from digitize.problems import NO_CAMPAIGN, NO_FOLDER, problem

__all__ = [
    "CROPS",
    "DATABASE",
    "NUMBER_MAX",
    "PICTURES",
    "ROWS_MAX",
    "Agreement",
    "AuditRow",
    "Campaign",
    "Disagreement",
    "Due",
    "Found",
    "Input",
    "Merged",
    "Neighbours",
    "OpenPage",
    "OpenPair",
    "OpenRow",
    "Outcome",
    "PageLine",
    "Provenance",
    "Request",
    "Review",
    "RowQuery",
    "RowTaken",
    "SettledPage",
    "Shown",
    "Snapshot",
    "Totals",
    "TypedRow",
    "open_campaign",
]


class Campaign:
    """An open campaign."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.folder = database.folder
        self.inputs = Inputs(database)
        self.pages = Pages(database)
        self.forms = Forms(database)
        self.settings = CampaignSettings(database)
        self.files = FileLog(database)
        self.listing = Listing(database)
        self.review = Review(database)
        self.search = Search(database)
        self.second_looks = SecondLooks(database)
        self.derived = DerivedData(database)

    def locked(self) -> AbstractContextManager[None]:
        """Hold the campaign for one run.

        Raises CampaignBusy if another run holds it, BadStore if its texts were erased.
        """
        self.refuse_erased()
        return locked(self.folder)

    def erased_at(self) -> datetime | None:
        """Return when the texts of the campaign were erased, None if they were not."""
        return erasure.erased_at(self._database)

    def refuse_erased(self) -> None:
        """Raise CampaignErased if the texts were erased, because nothing can be added any more."""
        erasure.refuse_erased(self._database)

    def erase(self, check: Callable[[], None]) -> erasure.Texts:
        """Erase everything that was read; see `digitize.campaign.store.erasure`."""
        return erasure.erase(self._database, check)

    def provenance(self) -> Provenance:
        """Return how the results came about."""
        return provenance(self._database)

    def audit_rows(self) -> Iterator[AuditRow]:
        """Yield what an audit draws from."""
        return audit_rows(self._database)

    def merge(self, other: "Campaign") -> Merged:
        """Add everything that another campaign of the same petition holds.  Raises BadStore."""
        other.refuse_erased()
        self.refuse_erased()
        with other.snapshot(), self._database.transaction() as connection:
            return merge(connection, other._database.connection, other.folder.resolve())

    def copy_database(self, target: Path) -> None:
        """Write a copy of the database as it is now to a new file.  Raises BadStore."""
        self._database.copy(target)

    def snapshot(self) -> AbstractContextManager[object]:
        """Read everything inside from one snapshot of the database; nothing can be written inside."""
        return self._database.snapshot()


@contextmanager
def open_campaign(folder: Path, create: bool = False) -> Iterator[Campaign]:
    """Open the campaign in `folder` and bring its database to the newest schema.

    While it is open, new files and folders can be read by their owner alone.
    Raises BadStore if there is none (and `create` is false), if the database belongs to another
    program or a newer version, is damaged, or cannot be written.
    """
    if not (folder / DATABASE).is_file():
        if (folder / BACKUP).is_file():
            raise gone(folder)
        if not create:
            raise BadStore(problem(NO_CAMPAIGN, folder=folder))
    with private_files():
        try:
            (folder / PICTURES).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadStore(problem(NO_FOLDER, folder=folder, reason=error.strerror)) from error
        narrow_rights(folder)
        database = Database.open(folder)
        try:
            with damage_reported(folder):
                yield Campaign(database)
        finally:
            database.close()
