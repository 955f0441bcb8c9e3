"""The sums of the row states are those of all rows, whatever came, went or changed."""

from pathlib import Path

import pytest

from digitize.campaign.decisions import Field
from digitize.campaign.store import Campaign, open_campaign, row_counts
from digitize.campaign.store.examination import has_wrong_row_states
from digitize.records import RowKey
from digitize.tally.publish import finish
from tests.campaign.store.deciding import clear, doubtful, store
from tests.report.campaigns import make


def right(campaign: Campaign) -> bool:
    return row_counts.are_right(campaign.review._database.connection)


@pytest.mark.parametrize("seed", range(4))
def test_sums_follow_every_change(seed: int, tmp_path: Path) -> None:
    make(tmp_path, seed)
    with open_campaign(tmp_path) as campaign:
        assert right(campaign)
        finish(campaign)
        assert right(campaign)
        campaign.inputs.remove(campaign.inputs.all()[0].id)
        assert right(campaign)


def test_sums_follow_decisions_and_pages_that_are_read_again(tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True) as campaign:
        page = store(campaign, clear(1), doubtful(2))
        assert campaign.review.totals().counted == 1
        campaign.review.decide(RowKey(page, 1, 2), Field.STATUS, "signed", "ann")
        assert campaign.review.totals().counted == 2 and right(campaign)
        store(campaign, clear(1))
        assert campaign.review.totals().counted == 1 and right(campaign)


@pytest.mark.parametrize("change", ["UPDATE tally_counts SET rows = 7", "DELETE FROM page_counts"])
def test_wrong_sums_are_found_and_counted_again(change: str, tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True) as campaign:
        store(campaign, clear(1), doubtful(2))
        connection = campaign.review._database.connection
        assert not has_wrong_row_states(connection)
        connection.execute(change)
        assert not right(campaign) and has_wrong_row_states(connection)
        row_counts.recount(connection)
        assert right(campaign)
