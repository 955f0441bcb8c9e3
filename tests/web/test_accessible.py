"""Every page passes axe-core by day and by night, and shows all of itself in small windows and on paper."""

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from digitize.records import Status
from tests.web.browser import Browser
from tests.web.campaigns import all_open, make, row
from tests.web.site import Site, running

PAGES = (
    "/",
    "/pages",
    "/pages/1",
    "/pages/1/settle",
    "/search?text=ada",
    "/files",
    "/again",
    "/hello",
    "/log",
    "/settings",
)
REVIEW = ("/review", "/review/count", "/review/region", "/review/text", "/review/pairs")
OTHERS = ("/sessions", "/nowhere")
WIDTHS_PX = (800, 683)  # a small window; 1366 px at 200 %
AXE = """
    const done = arguments[arguments.length - 1];
    axe.run().then(found => done(found.violations.map(
        each => `${each.id}: ${each.nodes.map(node => node.target.join(' ')).slice(0, 3)}`)), done);
"""
CUT = """
    return [...document.querySelectorAll('h1, h2, .title, th, nav a')]
        .filter(e => e.offsetParent && !e.classList.contains('unseen') && e.scrollWidth > e.clientWidth + 1
            && getComputedStyle(e).overflow !== 'visible')
        .map(e => e.textContent);
"""


@pytest.fixture(scope="module")
def desk(chrome: Browser, site: Site) -> Iterator[Browser]:
    chrome.enter(site.link)
    yield chrome
    chrome.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    emulate(chrome)


def emulate(browser: Browser, media: str = "", **features: str) -> None:
    wanted = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": wanted})


def open_page(browser: Browser, path: str) -> None:
    browser.open(path)
    if path.startswith("/review/"):
        browser.wait(lambda: browser.shown(".cell, #picture img, .half, #finished"))


def findings(browser: Browser) -> list[str]:
    script = resources.files("axe_core_python") / "axe.min.js"
    browser.run(script.read_text("utf-8"))
    found: list[Any] = browser.driver.execute_async_script(AXE)  # type: ignore[no-untyped-call]
    return [str(each) for each in found]


@pytest.mark.parametrize("path", [*PAGES, *REVIEW, *OTHERS])
def test_axe_finds_nothing_by_day_and_by_night(path: str, desk: Browser) -> None:
    for scheme in ("light", "dark"):
        emulate(desk, prefers_color_scheme=scheme)
        open_page(desk, path)
        assert findings(desk) == [], scheme


def test_axe_finds_a_planted_fault(desk: Browser) -> None:
    desk.open("/")
    desk.run("document.querySelector('main').append(document.createElement('input'))")
    assert [each for each in findings(desk) if each.startswith("label:")]


@pytest.mark.parametrize("width_px", WIDTHS_PX)
def test_nothing_is_cut_in_a_small_window_or_with_large_letters(width_px: int, desk: Browser) -> None:
    emulate(desk)
    size = {"width": width_px, "height": 600, "deviceScaleFactor": 1, "mobile": False}
    desk.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        for path in (*PAGES, *REVIEW):
            open_page(desk, path)
            assert desk.run("return document.documentElement.scrollWidth <= innerWidth"), path
            assert desk.run(CUT) == [], path
    finally:
        desk.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_on_paper_there_is_nothing_that_can_only_be_pressed(desk: Browser) -> None:
    desk.open("/")
    emulate(desk, "print")
    assert desk.shown("#counted")
    assert not any(desk.shown(css) for css in ("nav", ".drop", "button", "a.button", ".skip"))
    emulate(desk)


def test_nothing_moves_for_who_does_not_want_it(desk: Browser) -> None:
    emulate(desk, prefers_reduced_motion="reduce")
    desk.open("/")
    moving = (
        "return [...document.querySelectorAll('*')].filter(e => getComputedStyle(e).animationName != 'none')"
    )
    assert desk.run(f"{moving}.length") == 0
    emulate(desk)


def test_a_question_mark_shows_the_keys_and_nothing_else_happens_meanwhile(desk: Browser) -> None:
    open_page(desk, "/review/count")
    desk.wait(lambda: desk.shown(".cell"))
    before = desk.text(".cell .verdict")
    desk.keys("?")
    desk.wait(lambda: desk.shown("#keys"))
    assert "Undo" in desk.text("#keys-here")
    desk.keys("a")
    assert desk.text(".cell .verdict") == before
    desk.keys(Keys.ESCAPE)
    desk.wait(lambda: not desk.shown("#keys"))
    desk.open("/search")
    desk.keys("?")  # in a field it is a letter
    assert not desk.shown("#keys")


def test_blank_rows_are_reached_by_keyboard(chrome: Browser, tmp_path: Path) -> None:
    make(tmp_path / "new", [("a.pdf", [row(1), row(2, Status.BLANK), row(3)])])
    with running(tmp_path / "new") as site:
        chrome.enter(site.link)
        chrome.open("/pages/1")
        pick = "return [...document.querySelectorAll('.pick')]"
        assert chrome.run(f"{pick}.map(e => e.textContent)") == ["1", "3", "2"]
        chrome.run("document.querySelectorAll('.pick')[2].focus()")
        chrome.keys(Keys.ENTER)
        chrome.wait(lambda: "Row 2" in " ".join(chrome.text("#detail h2").split()))


def test_an_empty_campaign_says_what_to_do_next(chrome: Browser, tmp_path: Path) -> None:
    make(tmp_path / "new", [])
    with running(tmp_path / "new") as site:
        chrome.enter(site.link)
        assert "Add the scans" in chrome.text(".next-step") and "HEIC" in chrome.text(".next-step")
        assert findings(chrome) == []


def test_a_row_about_which_everything_is_open_has_no_findings_and_is_not_cut(
    chrome: Browser, tmp_path: Path
) -> None:
    make(tmp_path / "new", [("a.pdf", [all_open(1)])])
    with running(tmp_path / "new") as site:
        chrome.enter(site.link)
        for scheme in ("light", "dark"):
            emulate(chrome, prefers_color_scheme=scheme)
            open_page(chrome, "/review/region")
            assert chrome.shown("#doubt")
            assert findings(chrome) == [], scheme
        size = {"width": min(WIDTHS_PX), "height": 600, "deviceScaleFactor": 1, "mobile": False}
        chrome.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        assert chrome.run("return document.documentElement.scrollWidth <= innerWidth")
        assert chrome.run(CUT) == []
        chrome.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        emulate(chrome)
