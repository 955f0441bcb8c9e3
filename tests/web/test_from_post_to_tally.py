"""The work of staff who never open a terminal: add scans, watch the progress, review, download the tally."""

import csv
import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from digitize.campaign.store.scan_folders import DONE
from tests.web.browser import Browser, drop
from tests.web.served import Served, served

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).parent.parent.parent / "samples"
SCAN = SAMPLES / "list-bitonal.tif"
READ_WITHIN_S = 90.0  # two pages, on a machine that runs other tests


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path / "friday", "--workers", "1") as site:
        yield site


def truth() -> dict[tuple[int, int], dict[str, str]]:
    """Return the true content of the sample by page and row."""
    with (SAMPLES / "truth.csv").open(encoding="utf-8") as lines:
        rows = [line for line in csv.DictReader(lines) if line["file"] == SCAN.name]
    return {(int(row["page"]), int(row["row"])): row for row in rows}


def finished(browser: Browser) -> bool:
    return "read" in browser.text("#newest .done") and "Nothing" in browser.text("#state")


def said_at(where: str) -> dict[str, str]:
    """Return the true content of a row, given its caption such as "a.pdf, page 1, row 2"."""
    page, row = (int(part.split()[-1]) for part in where.split(",")[-2:])
    return truth()[page, row]


def here(browser: Browser) -> dict[str, str]:
    return said_at(browser.text("#where"))


def person(said: dict[str, str]) -> tuple[str, ...]:
    return said["given"], said["family"], said["address"]


def answer_counts(browser: Browser) -> None:
    """Compare every cell with the truth: its letter once if it counts, twice if not."""
    while not browser.shown("#finished"):
        browser.wait(lambda: browser.shown(".cell") or browser.shown("#finished"))
        labels = browser.run("return [...document.querySelectorAll('.cell')].map(c => c.ariaLabel)")
        for label in labels:
            letter, _, *where = (part.strip() for part in label.split(",")[:5])
            said = said_at(", ".join(where))
            browser.keys(letter.lower() * (1 if said["counts"] == "1" else 2))
        browser.keys(Keys.ENTER)
        browser.wait(lambda: browser.shown("#finished") or browser.shown(".cell"))


def answer_cantons(browser: Browser) -> None:
    while not browser.shown("#finished"):
        said = here(browser)
        if browser.shown("#doubt") and said["counts"] != "1":
            browser.keys(Keys.DELETE)
            gone_on(browser, said)
            continue
        browser.keys("/", said["postcode"] + " " + said["locality"], Keys.ENTER)
        browser.wait(lambda: browser.shown("#texts, #finished") or here(browser) != said)  # noqa: B023
        if browser.shown("#texts"):  # what was hard to read in the same row
            browser.run("document.getElementById('text-name').focus()")
            browser.keys(said["name"], Keys.TAB, said["address"], Keys.ENTER)
        gone_on(browser, said)


def answer_texts(browser: Browser) -> None:
    while not browser.shown("#finished"):
        said = here(browser)
        browser.run("document.getElementById('name').focus()")
        browser.keys(said["name"], Keys.TAB, said["address"], Keys.ENTER)
        gone_on(browser, said)


def answer_pairs(browser: Browser) -> None:
    while not browser.shown("#finished"):
        before = sides(browser)
        one, other = (said_at(side) for side in before)
        browser.keys("1" if person(one) == person(other) else "2")
        browser.wait(lambda: browser.shown("#finished") or sides(browser) != before)  # noqa: B023


def sides(browser: Browser) -> list[str]:
    return list(browser.run("return [...document.querySelectorAll('.half h2')].map(h => h.textContent)"))


def gone_on(browser: Browser, said: dict[str, str]) -> None:
    browser.wait(lambda: browser.shown("#finished") or here(browser) != said)


def downloaded(browser: Browser, name: str) -> list[dict[str, str]]:
    text = browser.run("return fetch(arguments[0]).then(answer => answer.text())", f"/tables/{name}.csv")
    return list(csv.DictReader(str(text).lstrip("\ufeff").splitlines()))


def test_from_an_upload_to_the_right_tally_by_keyboard(chrome: Browser, office: Served) -> None:
    chrome.enter(office.link)
    drop(chrome, SCAN)
    chrome.wait(lambda: chrome.shown("#reading"), READ_WITHIN_S)
    for worker in office.workers():  # in the middle of the batch everything that reads dies
        os.kill(worker, signal.SIGKILL)
    chrome.open("/pages")
    assert chrome.text("h1") == "Pages"  # the pages go on
    chrome.open("/")
    chrome.wait(lambda: "ended suddenly" in chrome.text("#state") or finished(chrome), READ_WITHIN_S)
    chrome.wait(lambda: finished(chrome), READ_WITHIN_S)
    assert [path.name for path in (office.folder / DONE).iterdir()] == [SCAN.name]
    answers = {"count": answer_counts, "region": answer_cantons, "text": answer_texts, "pairs": answer_pairs}
    chrome.open("/review")
    for _ in range(10):
        if not chrome.shown(".open a.button"):
            break
        chrome.keys(Keys.ENTER)  # the first link that says "Start" has the focus
        chrome.wait(lambda: chrome.path.startswith("/review/"))
        chrome.wait(lambda: chrome.shown("#finished") or chrome.shown(".cell, #picture img, .half"))
        answers[chrome.path.rpartition("/")[2]](chrome)
        chrome.keys(Keys.ENTER)  # "What is left to do"
        chrome.wait(lambda: chrome.path == "/review")
    chrome.open("/")
    people = {person(row): row["canton"] for row in truth().values() if row["counts"] == "1"}
    counts = Counter(people.values())  # who signed on both pages counts once
    assert chrome.text("#counted") == str(counts.total())
    assert chrome.text("#doubtful") == "0"
    tables = chrome.run(
        "return Promise.all(['tally', 'rows'].map(n => fetch(`/tables/${n}.csv`).then(a => a.text())))"
    )
    tally, rows = (list(csv.DictReader(table.lstrip("\ufeff").splitlines())) for table in tables)
    assert {line["region"]: int(line["signed"]) for line in tally if int(line["signed"])} == counts | {
        "total": counts.total()
    }
    decided = [row for row in rows if row["decided"]]
    assert decided and {row["decided_by"] for row in decided} == {"Ada"}
    assert chrome.complaints() == []
