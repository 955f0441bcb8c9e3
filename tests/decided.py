"""A campaign with open questions that is copied for every example, and a check of its count."""

import shutil
from dataclasses import replace
from pathlib import Path

from digitize.campaign.collate import PageState
from digitize.campaign.store import DATABASE, open_campaign
from digitize.campaign.store.backup_file import BACKUPS
from digitize.records import Digitized, Failure, PageId, Row, RowKey, Status
from tests.campaign.store.deciding import clear, doubtful, placeless, store
from tests.campaign.store.looking import HOW
from tests.finished import finished

PAGE_IDS = (1, 2, 3, 4)  # the last page failed
ROWS = 4
WATCHED = (
    *("/", "/figures", "/review", "/log", "/pages", "/pages/1", "/pages/2", "/pages/1/rows/0", "/progress"),
    *(f"/review/next?view={view}" for view in ("count", "region", "text", "pairs")),
    *("/pages/1/settle", "/pages/4/settle", "/again", "/pages?show=trash", "/pages?show=unsettled"),
    *("/tables/log.csv", "/log?by=ann", "/log?before=9"),
)


def some_rows() -> list[Row]:
    blank = replace(clear(ROWS), status=Status.BLANK, name=None, address=None, place=None)
    rows = [clear(1), doubtful(2), placeless(3), blank]
    return [replace(row, index=at) for at, row in enumerate(rows)]


def make(folder: Path) -> None:
    """Make a campaign with two possible duplicates, a failed page and two rows that may be by one person."""
    with open_campaign(folder, create=True) as campaign:
        for path, page in (("/scans/a.pdf", 1), ("/scans/a.pdf", 2), ("/scans/b.pdf", 1)):
            store(campaign, *some_rows(), page=page, path=path)
        scan = campaign.inputs.at("/scans/b.pdf")
        assert scan is not None
        failure = Failure(PageId(scan.path, 2), "load", "unreadable", "It is damaged.")
        campaign.pages.save(scan.id, Digitized(failure, b""), *HOW)
        campaign.inputs.set_pages(scan.id, 2)
        snapshot = campaign.derived.take_snapshot()
        one, other = PageId("/scans/a.pdf", 1), PageId("/scans/b.pdf", 1)
        states = {one: PageState(possible_duplicates=[other]), other: PageState(possible_duplicates=[one])}
        campaign.review.save_page_states(states, snapshot)
        campaign.review.save_signer_pairs([(RowKey(1, 0, 1), RowKey(2, 0, 1), 0.9)])


def copy(source: Path, folder: Path) -> Path:
    """Replace the campaign in `folder` by a copy of `source`; return the folder."""
    folder.mkdir(exist_ok=True)
    for pattern in (f"{DATABASE}*", BACKUPS):  # a backup that stayed would be restored
        for old in folder.glob(pattern):
            old.unlink()
    shutil.copy(source / DATABASE, folder / DATABASE)
    return folder


def check_count(folder: Path) -> None:
    """Check that the tables can be written, add up, and give the same count as the website."""
    with open_campaign(folder) as campaign:
        tables = finished(campaign)
        totals = campaign.review.totals()
    told = tables.tally.set_index("region")["signed"]
    assert totals.counted == told["total"]
    assert totals.doubtful == tables.tally.set_index("region")["doubtful"]["total"]
    assert {name: n for name, n in totals.regions.items() if n} == {
        name: n for name, n in told.items() if n and name != "total"
    }
