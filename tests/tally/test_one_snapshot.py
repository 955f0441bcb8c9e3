"""Tables are consistent even if files and pages change while they are computed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from digitize import tally
from digitize.campaign.decisions import Field, page_key
from digitize.campaign.store import Campaign, Due, open_campaign
from digitize.campaign.store.scan_folders import DONE, SCANS
from digitize.records import Digitized, RowKey
from digitize.tally import publish
from digitize.tally.publish import current_tables, finish, write_tables
from tests.campaign.store.deciding import clear, doubtful, in_step, store
from tests.campaign.store.looking import HOW, add
from tests.outcomes import sheet_page

FILES = 4
IN_TIME, LATE = date(2025, 1, 17), date(2025, 1, 21)
DEADLINE = date(2025, 1, 20)
POINTS = ("pages are compared", "page states are written", "signers are compared", "tables are built")


@pytest.fixture
def campaign(tmp_path: Path) -> Iterator[Campaign]:
    """Return a campaign of four scans with two rows each.

    The last arrived late, and the third is a second scan of the second.
    """
    with open_campaign(tmp_path, create=True) as opened:
        for number in range(1, FILES + 1):
            path = str(tmp_path / SCANS / f"{number}.pdf")
            entry = add(opened, path, path, pages=1)
            opened.inputs.set_received(entry, LATE if number == FILES else IN_TIME)
            rows = [replace(clear(row), number=10 * number + row) for row in (1, 2)]
            opened.pages.save(entry, Digitized(sheet_page(path, 1, *rows)), *HOW)
        opened.settings.set_deadline(DEADLINE)
        opened.review.decide(page_key(2), Field.PAGE, "same", "ann", other=page_key(3))
        yield opened


def before(point: str, act: Callable[[], None], patch: pytest.MonkeyPatch, campaign: Campaign) -> None:
    """Call `act` once, just before this step of computing the tables."""
    owner, name = {
        POINTS[0]: (publish, "collate_pages"),
        POINTS[1]: (campaign.review, "save_page_states"),
        POINTS[2]: (publish, "find_pairs_in"),
        POINTS[3]: (publish, "draft_tables"),
    }[point]
    real = getattr(owner, name)

    def acting(*given: object) -> object:
        patch.setattr(owner, name, real)
        act()
        return real(*given)

    patch.setattr(owner, name, acting)


def put_away(folder: Path) -> None:
    """Move the scans, as the watcher does while a run still writes the tables."""
    with open_campaign(folder) as other:
        for entry in other.inputs.all():
            other.inputs.move(entry.id, entry.path.replace(f"/{SCANS}/", f"/{DONE}/"), 1)


@pytest.mark.parametrize("point", POINTS)
def test_scans_that_are_moved_meanwhile_are_counted(
    point: str, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    before(point, lambda: put_away(campaign.folder), monkeypatch, campaign)
    written, _ = finish(campaign)
    assert all(DONE in Path(entry.path).parts for entry in campaign.inputs.all())
    totals, summary = campaign.review.totals(), tally.summary(written)
    assert (totals.counted, totals.late) == (6, 2)
    assert dict(summary.regions)[tally.TOTAL][:2] == (6, 2)
    assert (summary.second_scans, summary.late) == (1, 2)
    assert set(written.pages["duplicate_of"]) == {"", "2.pdf, page 1"}
    assert in_step(campaign)
    assert not campaign.derived.due()


@pytest.mark.parametrize("point", POINTS)
def test_a_pair_of_pages_decided_meanwhile_counts_once(
    point: str, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decide() -> None:
        with open_campaign(campaign.folder) as other:
            other.review.decide(page_key(1), Field.PAGE, "same", "bob", other=page_key(4))

    before(point, decide, monkeypatch, campaign)
    finish(campaign)
    assert campaign.review.totals().counted == 4
    assert Due.TABLES in campaign.derived.due()
    assert tally.summary(write_tables(campaign)[0]).second_scans == 2
    assert in_step(campaign)
    assert not campaign.derived.due()


@pytest.mark.parametrize("point", POINTS)
def test_a_scan_removed_meanwhile_does_not_lose_its_second_scan(
    point: str, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def remove() -> None:
        with open_campaign(campaign.folder) as other:
            other.inputs.remove(2)  # it counts instead of the third

    before(point, remove, monkeypatch, campaign)
    finish(campaign)
    assert campaign.review.totals().counted == 6
    assert tally.summary(write_tables(campaign)[0]).second_scans == 0
    assert in_step(campaign)


def test_older_tables_never_replace_newer_ones(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    real = tally.draft

    def slow(older: tally.TableLines, folder: Path, delimiter: str) -> tuple[tally.Count, list[Path]]:
        monkeypatch.setattr(tally, "draft", real)
        count, drafts = real(older, folder, delimiter)
        kept = [
            draft.rename(folder / f"older-{name}") for draft, name in zip(drafts, tally.NAMES, strict=True)
        ]
        with open_campaign(folder) as other:
            other.review.decide(RowKey(1, 0, 11), Field.STATUS, "struck", "bob")
            write_tables(other)
        return count, kept

    monkeypatch.setattr(tally, "draft", slow)
    write_tables(campaign)
    assert "struck" in (campaign.folder / "rows.csv").read_text()
    assert not list(campaign.folder.glob("older-*"))
    assert not campaign.derived.due()


def test_files_are_neighbours_even_if_one_of_them_was_moved(tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True) as campaign:
        for name in (f"{SCANS}/x/a_1.png", f"{DONE}/x/a_2.png", f"{DONE}/y/a_3.png", "elsewhere/a_4.png"):
            add(campaign, str(tmp_path / name), name, pages=1)
        one, two, three, four = (file.folder for file in campaign.inputs.files())
        assert one == two
        assert len({two, three, four}) == 3


def test_current_tables_are_those_that_were_written(tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True) as campaign:
        store(campaign, clear(1), doubtful(2))
        first = current_tables(campaign)  # nothing was written yet
        assert (tmp_path / "tally.csv").is_file()
        written = (tmp_path / "tally.csv").stat().st_mtime_ns
        again = current_tables(campaign)
        assert (tmp_path / "tally.csv").stat().st_mtime_ns == written
        assert first.rows.equals(again.rows) and first.tally.equals(again.tally)
        page = next(iter(campaign.derived.take_snapshot().page_ids.values()))
        campaign.review.decide(RowKey(page, 1, 2), Field.STATUS, "signed", "ann")
        assert int(current_tables(campaign).tally.iloc[-1]["signed"]) == 2
        (tmp_path / "rows.csv").unlink()
        current_tables(campaign)
        assert (tmp_path / "rows.csv").is_file()
