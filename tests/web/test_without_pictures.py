"""Campaigns without pictures or with erased texts: the numbers are shown, nothing can be added."""

from pathlib import Path

from selenium.webdriver.common.keys import Keys

from digitize.campaign.store import open_campaign
from tests.web.browser import Browser
from tests.web.campaigns import doubtful, make
from tests.web.site import Client, Site, running


def test_rows_without_a_picture_can_be_decided_on_paper(chrome: Browser, tmp_path: Path) -> None:
    make(tmp_path / "friday", [("a.pdf", [doubtful(1), doubtful(2)])], pictures=False)
    with running(tmp_path / "friday") as site:
        chrome.enter(site.link)
        chrome.open("/review/count")
        chrome.wait(lambda: chrome.shown(".cell"))
        assert "look at the paper" in chrome.text(".cell")
        chrome.keys("a", "b", Keys.ENTER)
        chrome.wait(lambda: chrome.shown("#finished"))
        chrome.open("/pages")
        assert "no picture" in chrome.text(".sheets")
        assert chrome.complaints() == []


def test_an_erased_campaign_shows_its_numbers_and_refuses_uploads(fresh_site: Site) -> None:
    client = Client(fresh_site).enter()
    with open_campaign(fresh_site.folder) as campaign:
        campaign.erase(lambda: None)
    page = client.get("/").text
    assert "were erased on" in page and "signatures count" in page
    for path in (
        "/pages",
        "/pages/1",
        "/pages/1/rows/0",
        "/review",
        "/review/text",
        "/pages/1/settle",
        "/log",
    ):
        answer = client.get(path)
        assert answer.status in (200, 303, 410), path
        assert "Muster" not in answer.text
    assert client.get("/pages/1/thumbnail").status == 404
    assert client.post("/scans?name=a.pdf", b"%PDF").status == 409
    assert not list(fresh_site.folder.glob("inbox/*"))
