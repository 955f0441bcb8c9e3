"""Sheets of several petitions in one folder are told apart, and one that got among the others is moved."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from digitize.campaign.store import open_campaign
from digitize.tally.publish import finish
from tests.finished import finished
from tests.web.browser import Browser
from tests.web.campaigns import make, row
from tests.web.site import Client, Site, running

TREES, STATION = "Petition für mehr Bäume in der Stadt", "Petition für einen neuen Bahnhof in Wil"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "friday"
    make(folder, [("a.pdf", [row(1), row(2)]), ("b.pdf", [row(1), row(2), row(3)])], title=TREES)
    make(folder, [("c.pdf", [row(1)]), ("e.pdf", [])], after=2, title=STATION)
    make(folder, [("d.pdf", [row(1)])], after=4, title=STATION.replace("Bahnhof", "Bahnhol"))
    with open_campaign(folder) as campaign:
        finish(campaign)
    with running(folder) as site:
        yield site


def counted(site: Site) -> dict[str, int]:
    """Return the signatures of each petition as they are at this moment."""
    with open_campaign(site.folder) as campaign:
        return dict(campaign.review.totals().petitions)


def by_petition(site: Site) -> dict[str, int]:
    """Return the signatures of each petition, the same in the totals and in the table of pages."""
    totals = counted(site)
    with open_campaign(site.folder) as campaign:
        pages = finished(campaign).pages
    in_table: dict[str, int] = {}
    for petition, signed in zip(pages["petition"], pages["signed"], strict=True):
        in_table[petition] = in_table.get(petition, 0) + signed
    assert in_table == totals
    return totals


def test_a_sheet_is_moved_to_the_petition_that_it_belongs_to(chrome: Browser, office: Site) -> None:
    assert by_petition(office) == {TREES: 5, STATION: 2}
    chrome.enter(office.link)
    assert [part for part in chrome.text("#petitions table").split("\n") if part.strip()]
    assert TREES in chrome.text("#petitions") and STATION in chrome.text("#petitions")
    chrome.open("/pages/2/settle")
    chrome.wait(lambda: chrome.shown("#petition"))
    chrome.run("document.getElementById('petition').select()")
    chrome.keys(STATION, Keys.TAB, Keys.ENTER)
    chrome.wait(lambda: chrome.shown("#as-printed"))  # the page was loaded again and will not be once more
    assert counted(office) == {STATION: 5, TREES: 2}
    assert by_petition(office) == {STATION: 5, TREES: 2}
    chrome.open("/")
    chrome.run("document.querySelector('#petitions a').click()")
    chrome.wait(lambda: "5 rows found" in chrome.text("main"))
    chrome.open("/log")
    assert STATION in chrome.text("table") and "petition" in chrome.text("table")
    chrome.open("/pages/2/settle")
    chrome.wait(lambda: chrome.shown("#as-printed"))
    chrome.run("document.getElementById('as-printed').click()")
    chrome.wait(lambda: not chrome.shown("#as-printed"))
    assert counted(office) == {TREES: 5, STATION: 2}
    assert by_petition(office) == {TREES: 5, STATION: 2}
    assert chrome.complaints() == []


def test_one_petition_needs_no_list(tmp_path: Path) -> None:
    make(tmp_path / "friday", [("a.pdf", [row(1)])], title=TREES)
    with open_campaign(tmp_path / "friday") as campaign:
        finish(campaign)
    with running(tmp_path / "friday") as site:
        assert "by petition" not in Client(site).enter().get("/").text
