"""Opening a campaign: versions, other programs, damage, locks, and the work it takes."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from digitize.campaign.store import DATABASE, Campaign, open_campaign
from digitize.errors import BadStore
from digitize.records import Digitized, Ink, SheetPage, Status
from tests.campaign.store.looking import HOW, add, count
from tests.outcomes import row, sheet_page, signature


def test_a_newer_version_is_refused(tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True):
        pass
    with sqlite3.connect(tmp_path / DATABASE) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(BadStore, match="newer digitize"), open_campaign(tmp_path):
        pass


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / DATABASE) as other:
        other.execute("CREATE TABLE recipes (id INTEGER)")
    before = (tmp_path / DATABASE).read_bytes()
    with pytest.raises(BadStore, match="another program"), open_campaign(tmp_path, create=True):
        pass
    assert (tmp_path / DATABASE).read_bytes() == before


def test_a_damaged_database_is_reported_as_a_sentence(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"not a database at all" * 100)
    with pytest.raises(BadStore, match="digitize repair"), open_campaign(tmp_path):
        pass


def test_an_unusable_folder_is_reported_as_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadStore, match="holds no campaign"), open_campaign(tmp_path):
        pass
    (tmp_path / "file").write_text("")
    with pytest.raises(BadStore, match="choose another"), open_campaign(tmp_path / "file", create=True):
        pass


def test_two_runs_at_once_are_refused(campaign: Campaign) -> None:
    with campaign.locked():
        with pytest.raises(BadStore, match="Another run"), campaign.locked():
            pass
        assert campaign.inputs.all() == []  # reading is still possible
    with campaign.locked():
        pass


def test_opening_a_campaign_and_reading_a_page_take_no_more_work_with_ten_times_the_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = WorkOfSQLite(monkeypatch)
    opening, listing = [], []
    for pages in (40, 400):
        folder = tmp_path / str(pages)
        with open_campaign(folder, create=True) as campaign:
            make_rows(campaign, pages, rows_per_page=25)
            assert count(campaign, "rows") == 25 * pages
        work.done = 0
        with open_campaign(folder) as campaign:
            page = campaign.pages.at(37)
            opening.append(work.done)
            campaign.inputs.files()
            campaign.pages.finished(*HOW, crops=False)
            listing.append(work.done - opening[-1])
        assert isinstance(page, SheetPage)
        assert [len(line.cells) for line in page.rows] == [1] * 25
    assert opening[1] < 1.1 * opening[0]
    assert listing[1] < 11 * listing[0]


class WorkOfSQLite:
    """Counts the instructions of SQLite's virtual machine, over all connections."""

    STEP = 10  # instructions between two calls

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done = 0
        monkeypatch.setattr(sqlite3, "connect", self._connect)
        self._real: Callable[..., sqlite3.Connection] = sqlite3.dbapi2.connect

    def _connect(self, *given: object, **named: object) -> sqlite3.Connection:
        connection = self._real(*given, **named)
        connection.set_progress_handler(self._count, self.STEP)
        return connection

    def _count(self) -> None:
        self.done += self.STEP


def make_rows(campaign: Campaign, pages: int, rows_per_page: int) -> None:
    """Fill a large campaign inside SQLite with copies of one page."""
    line = row(1, Status.SIGNED, "name", "address", cells=(signature(Ink.INKED),))
    per_file = 10
    for number in range(1, pages // per_file + 1):
        add(campaign, f"/scans/{number}.pdf", str(number), per_file)
    campaign.pages.save(1, Digitized(sheet_page("/scans/1.pdf", 1, line)), *HOW)
    database = campaign.pages._database.connection
    for table, key, source in (
        ("pages", "input_id, number", "SELECT i.id, n.i FROM inputs i, series n WHERE n.i BETWEEN 1 AND 10"),
        (
            "rows",
            "page_id, row_index",
            f"SELECT p.id, n.i FROM pages p, series n WHERE n.i < {rows_per_page}",
        ),
        ("cells", "row_id, cell_index", "SELECT r.id, 0 FROM rows r"),
    ):
        columns = [info["name"] for info in database.execute(f"PRAGMA table_info({table})")]
        others = ", ".join(name for name in columns if name != "id" and name not in key.split(", "))
        database.execute(
            f"WITH RECURSIVE series (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM series WHERE i < 99)"
            f" INSERT OR IGNORE INTO {table} ({key}, {others})"
            f" SELECT k.*, {others} FROM ({source}) k, (SELECT {others} FROM {table} LIMIT 1)"
        )
