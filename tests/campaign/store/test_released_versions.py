"""Campaigns that the released versions wrote are opened, count as they did, and can be worked on.

`versions` holds dumps of databases that the stores of these versions made, without their marks.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from digitize.campaign.decisions import Field
from digitize.campaign.store import DATABASE, open_campaign
from digitize.campaign.store.repair import check, repair
from digitize.campaign.store.schema import APPLICATION_ID
from digitize.records import Failure, RowKey, Status
from tests.campaign.store.deciding import in_step

VERSIONS = Path(__file__).parent / "versions"
SCHEMAS = {"0.1.0": 3, "0.2.0": 5}


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Return a campaign of the version that a test is about."""
    version = str(request.param)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as old:
        old.executescript((VERSIONS / f"{version}.sql").read_text(encoding="utf-8"))
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute(f"PRAGMA user_version = {SCHEMAS[version]}")
        old.commit()
    return tmp_path


@pytest.mark.parametrize("folder", ["0.1.0"], indirect=True)
def test_0_1_0(folder: Path) -> None:
    with open_campaign(folder) as campaign:
        totals = campaign.review.totals()
        assert (totals.counted, totals.doubtful, dict(totals.regions)) == (2, 1, {"ZH": 2})
        _, failed = campaign.pages.outcomes()
        assert isinstance(failed, Failure) and failed.sentence == "Cut off."
        campaign.review.decide(RowKey(1, 0, 1), Field.STATUS, Status.SIGNED.value, "ann")
        assert campaign.review.totals().counted == 3
        assert in_step(campaign)
    assert check(folder) == ""


@pytest.mark.parametrize("folder", ["0.2.0"], indirect=True)
def test_0_2_0_with_its_decisions(folder: Path) -> None:
    with open_campaign(folder) as campaign:
        totals = campaign.review.totals()
        assert (totals.counted, totals.decided, dict(totals.regions)) == (4, 2, {"ZH": 3, "BE": 1})
        assert [line.by for line in campaign.review.trail()] == ["ann", "bob", "ann", "ann", "ann"]
        assert in_step(campaign)
    assert check(folder) == ""


@pytest.mark.parametrize("folder", ["0.2.0"], indirect=True)
def test_decisions_of_a_damaged_campaign_of_0_2_0_are_saved(folder: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.execute("UPDATE rows SET status = 'sigoed'")
        connection.commit()
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMAS["0.2.0"],)
    assert repair(folder).decisions == 5
