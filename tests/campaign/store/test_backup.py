"""The backup of decisions is in step with the database, whatever ends in between."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from digitize.campaign.decisions import Field
from digitize.campaign.store import Campaign, TypedRow, open_campaign
from digitize.campaign.store.backup_file import BACKUP, BackupFile
from digitize.campaign.store.campaign_settings import Wanted
from digitize.campaign.store.store_errors import DATABASE
from digitize.errors import BadStore
from digitize.records import Region, RowKey, Status
from tests.campaign.store.damaging import fill, kept
from tests.campaign.store.deciding import clear, doubtful, in_step, store

FIRST, SECOND = RowKey(1, 0, 1), RowKey(1, 1, 2)


def decide(campaign: Campaign, key: RowKey = FIRST, value: str = "signed") -> None:
    campaign.review.decide(key, Field.STATUS, value, "ann")


def decisions(folder: Path) -> list[tuple[int, str]]:
    """Return id and value of the decisions in the backup."""
    lines = [line.entry for line in BackupFile(folder).lines() if line]
    return [(entry["id"], entry["value"]) for entry in lines if entry["what"] == "decision"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a campaign with one decision."""
    with open_campaign(tmp_path / "out", create=True) as campaign:
        store(campaign, doubtful(1), doubtful(2), clear(3))
        decide(campaign)
    return tmp_path / "out"


def values(folder: Path) -> list[tuple[int, str]]:
    with open_campaign(folder) as campaign:
        assert in_step(campaign)
        return [(line.id, line.value) for line in campaign.review.trail()]


def test_every_decision_is_in_the_backup_which_its_owner_alone_can_read(folder: Path) -> None:
    with open_campaign(folder) as campaign:
        decide(campaign, SECOND, "struck")
        campaign.review.undo("ann")
    assert decisions(folder) == [(1, "signed"), (2, "struck"), (3, "doubtful")]
    assert (folder / BACKUP).stat().st_mode & 0o777 == 0o600


def test_a_campaign_without_a_backup_gets_one_when_it_is_opened(folder: Path) -> None:
    (folder / BACKUP).unlink()
    assert values(folder) == decisions(folder) == [(1, "signed")]


def test_a_decision_that_only_the_backup_has_is_restored_once(folder: Path) -> None:
    shutil.copy(folder / DATABASE, folder.parent)
    with open_campaign(folder) as campaign:
        decide(campaign, SECOND, "struck")
        expected = campaign.review.totals()
    shutil.copy(folder.parent / DATABASE, folder)  # as when its log is lost
    for _ in range(2):
        assert values(folder) == decisions(folder) == [(1, "signed"), (2, "struck")]
    with open_campaign(folder) as campaign:
        assert campaign.review.totals() == expected


def test_a_decision_that_only_the_database_has_is_added_to_the_backup_once(folder: Path) -> None:
    before = (folder / BACKUP).read_bytes()
    with open_campaign(folder) as campaign:
        decide(campaign, SECOND, "struck")
    (folder / BACKUP).write_bytes(before)
    for _ in range(2):
        assert values(folder) == [(1, "signed"), (2, "struck")]
        assert set(decisions(folder)) == {(1, "signed"), (2, "struck")}


def test_half_a_line_of_a_killed_process_is_replaced(folder: Path) -> None:
    with (folder / BACKUP).open("ab") as file:
        file.write(b'{"line": 99, "what": "decis')
    with open_campaign(folder) as campaign:
        decide(campaign, SECOND, "struck")
    assert values(folder) == decisions(folder) == [(1, "signed"), (2, "struck")]
    assert None not in list(BackupFile(folder).lines())


@pytest.mark.parametrize("failing", ["append", "commit"])
def test_a_decision_that_cannot_be_stored_twice_is_not_stored_at_all(
    failing: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / BACKUP).read_bytes()
    with open_campaign(folder) as campaign:
        with monkeypatch.context() as patch:
            if failing == "append":
                patch.setattr(os, "write", half_written(os.write))
            else:
                campaign.review._database.connection = Refusing(campaign.review._database.connection)  # type: ignore[assignment]
            with pytest.raises(BadStore, match="free space"):
                decide(campaign, SECOND, "struck")
        assert (folder / BACKUP).read_bytes() == before
        if failing == "append":
            decide(campaign, SECOND, "blank")
    expected = [(1, "signed"), (2, "blank")] if failing == "append" else [(1, "signed")]
    assert values(folder) == decisions(folder) == expected


def half_written(write: Callable[[int, bytes], int]) -> Callable[[int, bytes], int]:
    def fail(descriptor: int, data: bytes) -> int:
        if len(data) > 50:
            return write(descriptor, data[:50])
        raise OSError(28, "No space left on device")

    return lambda descriptor, data: write(descriptor, data[:50]) if len(data) > 300 else fail(descriptor, b"")


class Refusing:
    """A connection whose COMMIT fails as on a full disk."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, *values: object) -> object:
        if statement == "COMMIT":
            raise sqlite3.OperationalError("database or disk is full")
        return self._connection.execute(statement, *values)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)


def test_people_who_decide_at_the_same_time_share_one_backup(folder: Path) -> None:
    def work(key: RowKey) -> None:
        with open_campaign(folder) as campaign:
            for number in range(20):
                decide(campaign, key, ("struck", "signed")[number % 2])

    with ThreadPoolExecutor() as threads:
        list(threads.map(work, (FIRST, SECOND, FIRST, SECOND)))
    assert len(values(folder)) == 81
    assert values(folder) == decisions(folder)
    assert not list(folder.glob("decisions-*"))


def test_the_backup_of_another_database_is_set_aside(folder: Path, tmp_path: Path) -> None:
    fill(tmp_path / "other")
    other = (tmp_path / "other" / BACKUP).read_bytes()
    (folder / BACKUP).write_bytes(other)
    assert values(folder) == decisions(folder) == [(1, "signed")]
    (aside,) = list(folder.glob("decisions-*.jsonl"))
    assert aside.read_bytes() == other


def test_a_campaign_whose_database_is_gone_is_not_begun_anew(folder: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    (folder / DATABASE).unlink()
    for create in (False, True):
        with pytest.raises(BadStore, match="digitize repair"), open_campaign(folder, create=create):
            pass
    assert not (folder / DATABASE).exists()


def test_damaged_lines_are_told_from_sound_ones(folder: Path) -> None:
    text = (folder / BACKUP).read_bytes()
    (folder / BACKUP).write_bytes(text.replace(b'"signed"', b'"struck"'))
    assert None in list(BackupFile(folder).lines())
    assert decisions(folder) == []


def test_pages_lost_with_the_log_are_entered_for_their_decisions(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with open_campaign(folder, create=True):
        pass
    shutil.copy(folder / DATABASE, tmp_path)
    fill(folder)
    trail = kept(folder)[0]
    shutil.copy(tmp_path / DATABASE, folder)
    found = kept(folder)
    assert found[0] == trail
    assert found[3:] == kept(folder)[3:]
    with open_campaign(folder) as campaign:
        assert {kind for number in (1, 2, 3) for kind in campaign.pages.kinds(number)} == {"failed"}


def test_settings_and_rows_typed_in_that_only_the_backup_has_are_restored(folder: Path) -> None:
    with open_campaign(folder) as campaign:
        campaign.settings.save(Wanted("Against noise", 500))
    shutil.copy(folder / DATABASE, folder.parent)
    typed = TypedRow(4, Status.SIGNED, "Ada Muster", "Weg 2", Region.ABROAD.value)
    with open_campaign(folder) as campaign:
        campaign.settings.save(Wanted("Against all noise"))  # the goal is removed
        campaign.review.add_rows(1, [typed], "ann")
        expected = [(row.number, row.status) for row in campaign.review.rows(1)]
    shutil.copy(folder.parent / DATABASE, folder)
    with open_campaign(folder) as campaign:
        assert campaign.settings.wanted() == Wanted("Against all noise")
        assert [(row.number, row.status) for row in campaign.review.rows(1)] == expected
        assert (4, Status.SIGNED) in expected
