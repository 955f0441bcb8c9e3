"""Two people at once: different rows for each, and a second look without knowledge of the first."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from digitize.campaign.store import open_campaign
from tests.web.browser import Browser, chromium
from tests.web.campaigns import doubtful, make
from tests.web.site import Site, running

ROWS = 40


@pytest.fixture(scope="module")
def other() -> Iterator[Browser]:
    """A second browser, in German."""
    with chromium("de") as browser:
        yield browser


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "friday"
    rows = [doubtful(number) for number in range(1, ROWS // 2 + 1)]
    make(folder, [("a.pdf", rows), ("b.pdf", rows)])
    with running(folder) as site:
        yield site


def cells(browser: Browser) -> list[str]:
    """Return the rows on the sheet as "a.pdf, 7", in any language."""
    where = browser.run(
        "return [...document.querySelectorAll('.asked-cell .where')].map(each => each.textContent)"
    )
    return [f"{text.split(',')[0]}, {text.split()[-1]}" for text in where]


def say_counts(browser: Browser) -> None:
    """Answer every cell of the sheet with "counts"."""
    browser.keys(*"abcdefghijkl"[: len(cells(browser))], Keys.ENTER)


def at_count(browser: Browser, site: Site, who: str) -> None:
    browser.enter(site.link, who)
    browser.open("/review/count")
    browser.wait(lambda: browser.shown(".cell") or browser.shown("#finished"))


def test_two_people_get_different_rows_and_together_all(
    chrome: Browser, other: Browser, office: Site
) -> None:
    at_count(chrome, office, "Ada")
    at_count(other, office, "Bea")
    assert other.text("h1") == "Zählt die Zeile?"
    first, second = cells(chrome), cells(other)
    assert len(first) == len(second) == 12
    assert not set(first) & set(second)
    for _ in range(4):  # by turns, until nothing is left
        for browser in (chrome, other):
            if browser.shown(".cell"):
                say_counts(browser)
                browser.wait(lambda: browser.shown(".cell") or browser.shown("#finished"))  # noqa: B023
    with open_campaign(office.folder) as campaign:
        trail = list(campaign.review.trail())
    assert len(trail) == ROWS  # every row once
    assert len({line.row for line in trail}) == ROWS
    assert {line.by for line in trail} == {"Ada", "Bea"}


def test_a_second_look_goes_to_the_other_and_a_difference_is_listed(
    chrome: Browser, other: Browser, office: Site
) -> None:
    with open_campaign(office.folder) as campaign:
        campaign.review.set_second_look(0.2)
    at_count(chrome, office, "Ada")
    while chrome.shown(".cell"):
        say_counts(chrome)
        chrome.wait(lambda: chrome.shown(".cell") or chrome.shown("#finished"))
    with open_campaign(office.folder) as campaign:
        due = campaign.review.totals().seconds
    assert 0 < due < ROWS / 2
    at_count(other, office, "Bea")
    other.wait(lambda: len(cells(other)) == min(due, 12))
    assert "Zweitkontrolle" in other.text(".cell .reason")
    assert "counts" not in other.text(".cell .verdict")
    other.keys("a", "a", Keys.ENTER)
    other.wait(lambda: len(cells(other)) == min(due, 12) - 1)
    chrome.open("/review")
    chrome.wait(lambda: "Two people disagree" in chrome.text("main") or not chrome.open("/review"))
    assert chrome.run("return document.querySelectorAll('tbody tr').length") == 1
    assert "Ada" in chrome.text("tbody") and "Bea" in chrome.text("tbody")


def test_a_name_in_use_is_reported(chrome: Browser, other: Browser, office: Site) -> None:
    chrome.enter(office.link, "Ada")
    other.url = office.url
    other.driver.get(office.link)
    other.open("/hello")
    other.keys("ada", Keys.ENTER)
    other.wait(lambda: other.shown("p.warning"))
    other.keys(Keys.ENTER)  # yes, that is me in another window
    other.wait(lambda: other.path == "/")
