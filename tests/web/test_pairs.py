"""Possible duplicates: pairs of pages and rows side by side, decided by one key and counted once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from digitize.campaign.collate import PageState
from digitize.campaign.store import open_campaign
from digitize.records import PageId, RowKey
from tests.web.browser import Browser
from tests.web.campaigns import make, row
from tests.web.site import Site, running

ROWS = 10


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Site]:
    """A campaign with two pages that may be one sheet, and two rows that may be one person."""
    folder = tmp_path / "friday"
    rows = [row(number) for number in range(1, ROWS + 1)]
    make(folder, [("a.pdf", rows), ("b.pdf", rows), ("c.pdf", [row(1), row(2, name="Ada Mustre")])])
    with open_campaign(folder) as campaign:
        moment = campaign.derived.take_snapshot()
        a, b, c = (PageId(file.path, 1) for file in moment.files)
        campaign.review.save_page_states(
            {a: PageState(possible_duplicates=[b]), b: PageState(possible_duplicates=[a]), c: PageState()},
            moment,
        )
        campaign.review.save_signer_pairs([(RowKey(3, 0, 1), RowKey(3, 1, 2), 0.9)])
    with running(folder) as site:
        yield site


def counted(site: Site) -> int:
    with open_campaign(site.folder) as campaign:
        return campaign.review.totals().counted


def test_pages_and_persons_are_asked_and_counted_once(chrome: Browser, office: Site) -> None:
    assert counted(office) == 2 * ROWS + 2
    chrome.enter(office.link)
    chrome.open("/review/pairs")
    chrome.wait(lambda: chrome.shown("#pair.page img"))
    assert chrome.text("#question") == "Is this the same sheet of paper?"
    assert chrome.run("return [...document.querySelectorAll('.half h2')].map(each => each.textContent)") == [
        *("a.pdf, page 1", "b.pdf, page 1")
    ]
    assert (chrome.text("#same"), chrome.text("#different")) == ("1 Same sheet", "2 Different sheets")
    chrome.keys("1")
    chrome.wait(lambda: chrome.shown("#pair.person img"))
    assert (chrome.text("#same"), chrome.text("#different")) == ("1 Same person", "2 Different people")
    chrome.wait(lambda: counted(office) == ROWS + 2)  # the next pair is shown before the decision is stored
    assert chrome.run("return document.querySelectorAll('.half img').length") == 6  # cell beside cell
    left, right = chrome.run(
        "return [...document.querySelectorAll('.half')].map(each => each.getBoundingClientRect().top)"
    )
    assert left == right
    chrome.keys("1")
    chrome.wait(lambda: chrome.shown("#finished"))
    chrome.wait(lambda: counted(office) == ROWS + 1)  # the next pair is shown before the decision is stored
    chrome.keys(Keys.BACKSPACE)
    chrome.wait(lambda: chrome.shown("#pair.person img"))
    chrome.keys("2")
    chrome.wait(lambda: chrome.shown("#finished"))
    chrome.wait(lambda: counted(office) == ROWS + 2)  # the next pair is shown before the decision is stored
    chrome.open("/log")
    assert "same person?" in chrome.text("table") and "same sheet?" in chrome.text("table")
    assert chrome.complaints() == []
