"""`digitize serve` on a folder of campaigns: a list that opens and creates them."""

from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from digitize.campaign.store import DATABASE, open_campaign
from digitize.web.campaign_list import CampaignList
from digitize.web.roles import UserRole, needed_role
from tests.web.browser import Browser, drop
from tests.web.campaigns import doubtful, make, row
from tests.web.conftest import make_small_campaign
from tests.web.served import served


def test_campaigns_are_listed_opened_and_created(chrome: Browser, tmp_path: Path) -> None:
    make(tmp_path / "river", [("a.pdf", [row(1), row(2), doubtful(3)])])
    make_small_campaign(tmp_path / "trees")
    (tmp_path / "scans").mkdir()
    with served(tmp_path) as site:
        chrome.enter(site.link)
        shown = chrome.run("return [...document.querySelectorAll('tbody tr')].map(line => line.innerText)")
        assert len(shown) == 2 and "river" in shown[0] and "2" in shown[0] and "1 question" in shown[0]
        chrome.run("document.querySelector('tbody a').focus()")
        chrome.keys(Keys.ENTER)
        chrome.wait(lambda: chrome.text("#counted") == "2")
        river = chrome.driver.current_url
        assert chrome.text(".who") == "Ada"  # nobody signs in or says who they are again
        chrome.run("document.querySelector('nav a').click()")
        chrome.wait(lambda: chrome.text("h1") == "Campaigns")
        chrome.run("document.getElementById('name').focus()")
        chrome.keys("River", Keys.ENTER)
        chrome.wait(lambda: "already" in chrome.text("#wrong"))
        chrome.keys(Keys.END, " 2", Keys.ENTER)  # the field has the focus and what was typed
        chrome.wait(lambda: chrome.shown("tbody a.main"))
        assert (tmp_path / "River 2" / DATABASE).is_file()
        chrome.keys(Keys.ENTER)  # the new campaign has the focus
        chrome.wait(lambda: chrome.shown(".next-step"))
        assert chrome.driver.current_url != river
        scan = tmp_path / "scans" / "page.jpg"
        scan.write_bytes(b"\xff\xd8\xff no picture")
        drop(chrome, scan)
        chrome.wait(lambda: chrome.shown("#newest li, #queue li"))
        assert ["422" in each for each in chrome.complaints()] == [True]  # the name that was taken
        token = site.link.partition("=")[2]
    with served(tmp_path) as again:
        assert again.link.partition("=")[2] == token
        chrome.open("/")
        chrome.wait(lambda: chrome.text("h1") == "Campaigns")
        chrome.run("document.querySelector('tbody a').click()")
        chrome.wait(lambda: chrome.driver.current_url == river)  # where it was before
        assert chrome.text(".who") == "Ada"


def test_a_damaged_campaign_does_not_hide_the_others(tmp_path: Path) -> None:
    for name in ("river", "trees"):
        with open_campaign(tmp_path / name, create=True):
            pass
    (tmp_path / "trees" / DATABASE).write_bytes(b"nothing of a database" * 100)
    lines = CampaignList(tmp_path, lambda _: 0).lines()
    assert [(line.name, bool(line.problem)) for line in lines] == [("river", False), ("trees", True)]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        *(("", "name"), ("..", "name"), ("a/b", "name"), ("x" * 61, "name"), (".hidden", "name")),
        *(("-rf", "name"), ("a\nb", "name"), ("RIVER", "taken"), ("Für Bäume", "")),
    ],
)
def test_names_that_no_folder_can_have_are_refused(name: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "river").mkdir()
    assert CampaignList(tmp_path, lambda _: 0).wrong_name(name) == why


def test_only_coordinators_create_campaigns() -> None:
    assert needed_role("POST", "/campaigns") is UserRole.COORDINATOR
    assert needed_role("GET", "/campaigns/river") is UserRole.VIEWER
