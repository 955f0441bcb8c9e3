"""The recogniser learns from corrections at the press of a button, and tells what it gained."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from digitize.learning import FILE
from digitize.learning.state import Figures, LearnState, Stage
from tests.web.browser import Browser
from tests.web.campaigns import make, row
from tests.web.site import Answer, Client, Site, running

LEARNED = LearnState(Stage.LEARNED, 1.0, 80, 12, (Figures("name", 0.123, 0.045, 0.5, 0.75),))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Site]:
    make(tmp_path / "friday", [("a.pdf", [row(1)])])
    with running(tmp_path / "friday") as site:
        yield site


def post(client: Client, path: str) -> Answer:
    form = urlencode({"csrf": client.csrf}).encode()
    kind = "application/x-www-form-urlencoded"
    return client.ask("POST", path, form, Origin=client.site.url, Content_Type=kind)


def soon(holds: Callable[[], bool]) -> bool:
    for _ in range(500):
        if holds():
            return True
        time.sleep(0.02)
    return False


def test_learning_is_begun_followed_and_told_in_the_browser(chrome: Browser, office: Site) -> None:
    office.learning = [LearnState(Stage.RUNNING, 0.42), LEARNED]
    chrome.enter(office.link)
    chrome.open("/settings")
    chrome.run("document.querySelector('a[href=\"/learn\"]').click()")
    chrome.wait(lambda: "Nothing was learned so far" in chrome.text("#state"))
    chrome.run("document.querySelector('form[action=\"/learn\"] button').click()")
    chrome.wait(lambda: "Learning" in chrome.text("#state"))
    office.may_go_on.release()
    chrome.wait(lambda: "42 %" in chrome.text("#state"))  # the page follows by itself
    (office.folder / FILE).write_bytes(b"learned")
    office.may_go_on.release()
    chrome.wait(lambda: "It reads better now" in chrome.text("#state"))
    assert "12.3 % → 4.5 %" in chrome.text("table") and "50 % → 75 %" in chrome.text("table")
    chrome.run("document.querySelector('[formaction=\"/learn/again\"]').click()")
    chrome.wait(lambda: chrome.path == "/files")
    assert office.calls == ["read again"]
    chrome.open("/learn")
    chrome.run("document.querySelector('[formaction=\"/learn/forget\"]').click()")
    chrome.wait(lambda: "Nothing was learned so far" in chrome.text("#state"))
    assert not (office.folder / FILE).exists()
    assert chrome.complaints() == []


def test_it_learns_once_at_a_time(office: Site) -> None:
    office.learning = [LEARNED]
    client = Client(office).enter()
    assert post(client, "/learn").status == post(client, "/learn").status == 303
    office.may_go_on.release()
    assert soon(lambda: "It reads better now" in client.get("/learn").text)
    assert office.may_go_on.acquire(blocking=False) is False  # a second one would wait for another turn
    assert post(client, "/learn/forget").status == 303


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (LearnState(Stage.TOO_FEW, 1.0, 7, 2), "so far: 7, on sheets whose scans are still there: 2"),
        (LearnState(Stage.NO_GAIN, 1.0, 80, 12), "That is no sure gain"),
        (LearnState(Stage.FAILED, problem="The disk is full."), "Learning failed: The disk is full."),
    ],
)
def test_what_came_of_it_is_told(state: LearnState, said: str, office: Site) -> None:
    office.learning = [state]
    office.may_go_on.release()
    client = Client(office).enter()
    post(client, "/learn")
    assert soon(lambda: said in client.get("/learn").text)
