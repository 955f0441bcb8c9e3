"""Campaigns of versions without decisions are migrated and get row states."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from digitize.campaign.decisions import Field, Kind
from digitize.campaign.store import DATABASE, Campaign, open_campaign, row_state
from digitize.campaign.store.schema import MIGRATIONS, migrate
from tests.campaign.store.deciding import clear, doubtful, in_step, key, open_keys, placeless, store
from tests.campaign.store.looking import SCAN, query
from tests.campaign.store.old_campaigns import make_old

VERSION = 3  # the last version without decisions
ROWS = (doubtful(1), placeless(2), clear(3))


@pytest.fixture
def old(campaign: Campaign, tmp_path: Path) -> Path:
    """Return the folder of a campaign of version 3 with the same content as `campaign`."""
    store(campaign, *ROWS)
    store(campaign, clear(4), path="/scans/b.pdf")
    campaign.settings.set_deadline(date(2025, 1, 20))
    make_old(campaign.folder, tmp_path / "old", VERSION)
    return tmp_path / "old"


def test_migration_keeps_everything_and_finds_open_questions(campaign: Campaign, old: Path) -> None:
    with open_campaign(old) as migrated:
        assert list(migrated.pages.outcomes()) == list(campaign.pages.outcomes())
        assert migrated.inputs.all() == campaign.inputs.all()
        assert migrated.settings.wanted().deadline is not None
        assert migrated.review.totals() == campaign.review.totals()
        assert in_step(migrated)
        assert open_keys(migrated, Kind.COUNT) == [key(1, ROWS[0])]
        assert migrated.review.decide(key(1, ROWS[0]), Field.STATUS, "signed", "ann").id == 1
        assert query(migrated, "PRAGMA user_version") == [(len(MIGRATIONS),)]
    with open_campaign(old) as again:
        assert again.review.totals().decided == 1


def test_row_states_are_written_if_a_migration_ended_before_them(old: Path) -> None:
    with closing(sqlite3.connect(old / DATABASE, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        migrate(connection, "old")
        assert connection.execute("SELECT count(*) FROM row_states").fetchone()[0] == 0
    with open_campaign(old) as campaign:
        assert campaign.review.totals().doubtful == 1
        assert in_step(campaign)


def test_other_rules_write_the_row_states_again(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    store(campaign, *ROWS)
    connection = campaign.review._database.connection
    connection.execute("UPDATE row_states SET question = NULL")
    with open_campaign(campaign.folder) as same:
        assert open_keys(same, Kind.COUNT) == []
    monkeypatch.setattr(row_state, "RULES", "another")
    with open_campaign(campaign.folder) as other:
        assert open_keys(other, Kind.COUNT) == [key(1, ROWS[0])]


def test_rows_keep_their_scan_in_the_migrated_campaign(old: Path) -> None:
    with open_campaign(old) as campaign:
        assert [shown.file for shown in campaign.review.rows(1)] == [Path(SCAN).name] * len(ROWS)
