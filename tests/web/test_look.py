"""Layout and accessibility: small screens, contrast, and screen readers."""

import re
from pathlib import Path

import pytest

from digitize.web import app
from tests.web.browser import Browser
from tests.web.campaigns import HEIGHT_PX, WIDTH_PX
from tests.web.site import Site

VIEWS = ("/", "/pages", "/pages/1", "/search?text=ada", "/review", "/log", "/sessions", "/hello")
QUESTIONS = ("/review/count", "/review/region", "/review/text")
TEXT_CONTRAST = 4.5  # WCAG 2.2, 1.4.3 (AA)
ONE_LINE_PX = 48
WORDS = ("ink", "quiet", "accent", "signed", "doubtful", "incomplete", "struck")

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


def test_texts_have_enough_contrast() -> None:
    style = (Path(app.__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", style))
    for word in WORDS:
        for ground in ("card", "paper", "accent-soft"):
            assert contrast(colours[word], colours[ground]) >= TEXT_CONTRAST, (word, ground)
    assert contrast("#ffffff", colours["accent"]) >= TEXT_CONTRAST


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio as WCAG 2.2 defines it."""
    dark, light = sorted(luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


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
