"""Layout and accessibility: small screens, contrast, and screen readers."""

import pytest

from tests.web.browser import Browser
from tests.web.campaigns import HEIGHT_PX, WIDTH_PX
from tests.web.site import Site

VIEWS = ("/", "/pages", "/pages/1", "/search?text=ada", "/review", "/log", "/sessions", "/hello")
QUESTIONS = ("/review/count", "/review/region", "/review/text")
ONE_LINE_PX = 48

UNNAMED = """
    return [...document.querySelectorAll('input:not([type=hidden]), textarea, select, button, a')]
        .filter(e => !(e.labels?.length || e.ariaLabel || e.textContent.trim() || e.title))
        .map(e => e.outerHTML);
"""


@pytest.fixture(scope="module")
def desk(chrome: Browser, site: Site) -> Browser:
    chrome.enter(site.link)
    return chrome


@pytest.mark.parametrize("path", [*VIEWS, *QUESTIONS])
def test_a_page_fits_the_screen_and_is_labelled(path: str, desk: Browser) -> None:
    desk.open(path)
    if path in QUESTIONS:
        desk.wait(lambda: desk.shown(".cell, #picture img"))
    assert desk.run("return document.documentElement.scrollWidth <= innerWidth")
    assert desk.run("return document.documentElement.lang") == "en"
    assert desk.run("return document.querySelectorAll('h1').length") == 1
    assert desk.run("return document.querySelectorAll('main').length") == 1
    assert desk.run(UNNAMED) == []
    assert desk.run("return [...document.images].filter(i => !i.hasAttribute('alt')).length") == 0
    assert desk.complaints() == []


@pytest.mark.parametrize("path", QUESTIONS)
def test_a_view_needs_no_scrolling_and_announces_its_question(path: str, desk: Browser) -> None:
    desk.open(path)
    desk.wait(lambda: desk.text("#spoken"))
    assert desk.run("return document.documentElement.scrollHeight <= innerHeight")
    assert desk.run("return document.querySelector('#spoken').ariaLive") == "polite"
    assert desk.run("return document.activeElement !== document.body")


def test_the_page_shows_scan_grid_status_and_the_original(desk: Browser, site: Site) -> None:
    desk.open("/pages/1")
    desk.wait(lambda: desk.run("return document.querySelector('#straight img').complete"))
    sizes = desk.run(
        "return ['#straight img', '#overlay'].map(css => {"
        " const box = document.querySelector(css).getBoundingClientRect();"
        " return [box.left, box.top, box.width, box.height].map(Math.round) })"
    )
    assert sizes[0] == sizes[1]  # the drawing covers the picture exactly
    width, height = sizes[0][2:]
    assert width / height == pytest.approx(WIDTH_PX / HEIGHT_PX, rel=0.01)
    assert desk.run("return document.querySelectorAll('rect.row.doubtful').length") == 5
    assert desk.run("return document.querySelectorAll('line.grid').length") > 20
    desk.keys("o")
    desk.wait(lambda: desk.shown("#scan img"))
    assert "original 1" in site.calls
    width = desk.run("return document.querySelector('#straight img').offsetWidth")
    desk.keys("+")
    assert desk.run("return document.querySelector('#straight img').offsetWidth") > width
    desk.keys("m")
    assert not desk.shown("#overlay")


@pytest.mark.parametrize(("code", "word"), [("de", "Prüfen"), ("fr", "Contrôle"), ("it", "Verifica")])
def test_the_longer_words_of_other_languages_fit(code: str, word: str, desk: Browser) -> None:
    desk.open("/hello")
    desk.run("document.getElementById('language').value = arguments[0]", code)
    desk.run("document.querySelector('form').requestSubmit()")
    desk.wait(lambda: desk.path == "/")
    try:
        for path in ("/", "/pages/1", *QUESTIONS):
            desk.open(path)
            desk.wait(lambda: word in desk.text("nav"))
            assert desk.run("return document.documentElement.lang") == code
            assert desk.run("return document.documentElement.scrollWidth <= innerWidth"), path
            high = desk.run("return document.querySelector('.head')?.offsetHeight ?? 0")
            assert high < ONE_LINE_PX, path  # the bar with the keys did not wrap
    finally:
        desk.open("/hello")
        desk.run("document.getElementById('language').value = 'en'")
        desk.run("document.querySelector('form').requestSubmit()")
        desk.wait(lambda: desk.path == "/")
