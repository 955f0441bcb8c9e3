"""A row counts in the canton of its place on the last day of the petition, also if that is changed later."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from digitize import tally
from digitize.campaign.decisions import Field
from digitize.campaign.store import Campaign, open_campaign
from digitize.form.definition import Form
from digitize.records import Candidate, Digitized, Flag, FlagCode, PageId, Place, Row, SheetPage
from digitize.tally.publish import finish, write_tables
from tests.campaign.store.deciding import clear, in_step, key
from tests.campaign.store.looking import HOW, SCAN, add
from tests.finished import finished
from tests.outcomes import sheet_page

LAST_IN_BERN, FIRST_IN_JURA = date(2025, 12, 31), date(2026, 1, 1)
MOUTIER = Place("JU", "2740", "Moutier", "CH", 0.99, (Candidate("JU", "2740", "Moutier", 0.99),))
RESIDENT = replace(clear(1), place=MOUTIER)
ADDRESS = "Rue du Midi 2\n2740 Moutier"


def page(*rows: Row, number: int = 1, printed: date | None = None, form: str = "unknown") -> SheetPage:
    return replace(sheet_page(SCAN, number, *rows, form=form), deadline=printed)


def save(campaign: Campaign, *pages: SheetPage) -> None:
    known = campaign.inputs.at(SCAN)
    scan = known.id if known else add(campaign, pages=len(pages))
    for each in pages:
        campaign.pages.save(scan, Digitized(each, b"picture"), *HOW)


def regions(campaign: Campaign) -> dict[str, int]:
    """Write the tables; return the signed rows by region, on which all sources must agree."""
    tables = finished(campaign)
    counted = {line["region"]: line["signed"] for line in tables.tally.to_dict("records") if line["signed"]}
    totals = campaign.review.totals()
    assert counted.pop(tally.TOTAL, 0) == totals.counted
    assert counted == {region: rows for region, rows in totals.regions.items() if rows}
    signed = tables.rows[tables.rows["status"] == "signed"]
    shown = [row.place.region for page in (1, 2) for row in campaign.review.rows(page) if row.place]
    assert sorted(signed["canton"]) == sorted(shown)
    assert in_step(campaign)
    return counted


@pytest.fixture
def campaign(tmp_path: Path) -> Iterator[Campaign]:
    """An empty campaign."""
    with open_campaign(tmp_path / "out", create=True) as opened:
        yield opened


def test_cantons_follow_the_deadline_of_the_campaign_without_reading_again(
    campaign: Campaign,
) -> None:
    save(campaign, page(RESIDENT, clear(2)))
    assert regions(campaign) == {"JU": 1, "ZH": 1}
    campaign.settings.set_deadline(LAST_IN_BERN)
    assert regions(campaign) == {"BE": 1, "ZH": 1}
    campaign.settings.set_deadline(date(2026, 2, 1))
    assert regions(campaign) == {"JU": 1, "ZH": 1}
    campaign.settings.set_deadline(LAST_IN_BERN)
    assert regions(campaign) == {"BE": 1, "ZH": 1}


def test_rows_stored_in_the_canton_of_another_day_are_put_right(campaign: Campaign) -> None:
    save(campaign, page(replace(RESIDENT, place=replace(MOUTIER, region="BE"))))
    campaign.settings.set_deadline(FIRST_IN_JURA)
    assert regions(campaign) == {"JU": 1}


def test_the_deadline_of_the_form_decides_unless_the_campaign_has_one(campaign: Campaign) -> None:
    campaign.forms.keep(Form("own", deadline=LAST_IN_BERN))
    save(campaign, page(RESIDENT, printed=FIRST_IN_JURA, form="own"))
    assert regions(campaign) == {"BE": 1}
    campaign.forms.keep(Form("own", deadline=FIRST_IN_JURA))
    assert regions(campaign) == {"JU": 1}
    campaign.settings.set_deadline(LAST_IN_BERN)
    assert regions(campaign) == {"BE": 1}


def test_the_day_printed_in_the_file_decides_if_there_is_no_other(campaign: Campaign) -> None:
    printed = page(clear(1), number=1, printed=LAST_IN_BERN)
    save(campaign, printed, page(replace(RESIDENT, number=2, index=0), number=2))
    assert regions(campaign) == {"BE": 1, "ZH": 1}


def test_a_page_read_again_is_in_the_canton_of_the_deadline_at_once(campaign: Campaign) -> None:
    campaign.settings.set_deadline(LAST_IN_BERN)
    save(campaign, page(clear(1)))
    finish(campaign)
    save(campaign, page(RESIDENT))
    assert dict(campaign.review.totals().regions) == {"BE": 1}


def test_a_place_that_a_person_decided_stands(campaign: Campaign) -> None:
    save(campaign, page(RESIDENT))
    campaign.review.decide(key(1, RESIDENT), Field.PLACE, "JU / 2740 / Moutier", "ann")
    campaign.settings.set_deadline(LAST_IN_BERN)
    assert regions(campaign) == {"JU": 1}
    undone = campaign.review.undo("ann")
    assert undone is not None
    assert undone.value == "BE / 2740 / Moutier"
    assert regions(campaign) == {"BE": 1}


def test_the_place_of_a_decided_address_follows_the_deadline(campaign: Campaign) -> None:
    asked = replace(clear(1), flags=(Flag(FlagCode.WEAK_ADDRESS),), review=True)
    save(campaign, page(asked))
    campaign.review.decide(key(1, asked), Field.ADDRESS, ADDRESS, "ann")
    assert regions(campaign) == {"JU": 1}
    campaign.settings.set_deadline(LAST_IN_BERN)
    assert regions(campaign) == {"BE": 1}
    campaign.settings.set_deadline(FIRST_IN_JURA)
    assert regions(campaign) == {"JU": 1}


def test_a_person_is_offered_the_canton_of_the_deadline(campaign: Campaign) -> None:
    save(campaign, page(RESIDENT))
    campaign.settings.set_deadline(LAST_IN_BERN)
    finish(campaign)
    shown = campaign.review.row(key(1, RESIDENT))
    assert shown is not None and shown.place is not None
    assert [candidate.region for candidate in shown.place.candidates] == ["BE"]


def test_the_count_is_the_same_after_erasing(campaign: Campaign) -> None:
    other = replace(clear(2), flags=(Flag(FlagCode.WEAK_ADDRESS),), review=True)
    save(campaign, page(RESIDENT, other))
    campaign.review.decide(key(1, other), Field.ADDRESS, ADDRESS, "ann")
    campaign.settings.set_deadline(LAST_IN_BERN)
    assert regions(campaign) == {"BE": 2}
    campaign.erase(lambda: None)
    assert regions(campaign) == {"BE": 2}
    tables, _ = write_tables(campaign)
    assert list(tables.pages["deadline"]) == [LAST_IN_BERN.isoformat()]
    assert campaign.review.page_states()[PageId("scan 1", 1)].deadline_from == "campaign"
