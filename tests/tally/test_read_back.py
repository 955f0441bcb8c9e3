"""Sums are taken from the written tables only where these are what the campaign says."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import digitize.tally.read_back
from digitize.campaign.decisions import Field
from digitize.campaign.store import Campaign, open_campaign
from digitize.report.figures import PAGE_COLUMNS, ROW_COLUMNS, Figures, compute_by_petition, compute_figures
from digitize.tally import CountTables, Tables
from digitize.tally.publish import count_tables, current_tables, finish
from tests.report.campaigns import make

SEEDS = range(6)


@pytest.fixture
def campaign(tmp_path: Path) -> Iterator[Campaign]:
    make(tmp_path, 5)
    with open_campaign(tmp_path) as opened:
        finish(opened)
        yield opened


def counted(campaign: Campaign) -> CountTables:
    return count_tables(campaign, ROW_COLUMNS, PAGE_COLUMNS)


def figures(tables: CountTables) -> list[Figures]:
    whole = compute_figures(tables)
    return [whole, *compute_by_petition(tables, whole)]


def is_read(tables: CountTables) -> bool:
    """Return whether the tables were read from files rather than built."""
    return not isinstance(tables, Tables)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_the_figures_are_those_of_built_tables(tmp_path: Path, seed: int, delimiter: str) -> None:
    make(tmp_path, seed)
    with open_campaign(tmp_path) as campaign:
        campaign.settings.set_delimiter(delimiter)
        built = current_tables(campaign)
        found = counted(campaign)
        assert is_read(found)
        assert figures(found) == figures(built)


def test_a_decision_is_in_the_figures_at_once(campaign: Campaign) -> None:
    before = figures(counted(campaign))[0]
    page = next(iter(campaign.derived.take_snapshot().page_ids.values()))
    key = next(row.key for row in campaign.review.rows(page) if row.row.status != "signed")
    campaign.review.decide(key, Field.STATUS, "signed", "eva")
    after = counted(campaign)
    assert is_read(after), "they were written with the decision"
    assert figures(after)[0].total.valid == before.total.valid + 1


def test_a_file_that_somebody_changed_is_not_read(campaign: Campaign) -> None:
    before = figures(counted(campaign))
    path = campaign.folder / "rows.csv"
    path.write_bytes(path.read_bytes().replace(b"incomplete", b"signed"))
    after = counted(campaign)
    assert not is_read(after)
    assert figures(after) == before


def test_tables_of_another_version_are_not_read(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digitize.tally.read_back, "__version__", "0.1.0")
    assert not is_read(counted(campaign))


def test_a_name_that_spreadsheets_would_run_is_told_as_it_is(campaign: Campaign) -> None:
    entry = campaign.inputs.add("/scans/=A1.pdf", "=", 1, 1, date(2025, 1, 1))
    campaign.inputs.set_pages(entry.id, 1)
    finish(campaign)
    found = counted(campaign)
    assert not is_read(found)
    assert "=A1.pdf" in found.pages["file"].tolist()
