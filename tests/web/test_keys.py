"""Review with the keyboard alone in a real browser: every view, undo, later, and no waiting."""

import pytest
from selenium.webdriver.common.keys import Keys

from digitize.campaign.decisions import Field, Kind
from digitize.campaign.store import open_campaign
from tests.web.browser import Browser
from tests.web.campaigns import doubtful, make, unsure_and_weak
from tests.web.conftest import FORMULA, MARKUP
from tests.web.site import Site

DECIDE_AND_LOOK = """
    const [key] = arguments;
    const shown = () => document.querySelector('#picture img, .cell .picture img, .half img');
    const before = shown();
    const press = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
    document.activeElement.dispatchEvent(press);
    const after = shown();
    document.body.getBoundingClientRect();
    return {other: after !== before, loaded: Boolean(after?.complete && after.naturalWidth)};
"""


@pytest.fixture
def desk(chrome: Browser, fresh_site: Site) -> Browser:
    chrome.enter(fresh_site.link)
    return chrome


def ready(browser: Browser, view: str, css: str) -> None:
    browser.open(f"/review/{view}")
    browser.wait(lambda: browser.shown(css))


def decisions(site: Site) -> list[tuple[int, str, str, str]]:
    with open_campaign(site.folder) as campaign:
        return [(d.row.number, d.field.value, d.value, d.by) for d in campaign.review.trail() if d.row]


def settled(browser: Browser, site: Site, count: int) -> list[tuple[int, str, str, str]]:
    browser.wait(lambda: len(decisions(site)) == count)
    return decisions(site)


def test_nothing_is_proposed_and_enter_alone_decides_nothing(desk: Browser, fresh_site: Site) -> None:
    ready(desk, "count", ".cell")
    assert (
        desk.run("return [...document.querySelectorAll('.verdict')].map(v => v.textContent)")
        == ["not answered"] * 5
    )
    desk.keys(Keys.ENTER)
    desk.wait(lambda: "Answer at least one" in desk.text("#alert"))
    assert decisions(fresh_site) == [] and len(desk.driver.find_elements("css selector", ".cell")) == 5


def test_letters_answer_and_enter_saves_the_answers(desk: Browser, fresh_site: Site) -> None:
    ready(desk, "count", ".cell")
    desk.keys("a", "b", "b", "c", "e", Keys.ENTER)  # the second does not count
    desk.wait(lambda: len(desk.driver.find_elements("css selector", ".cell")) == 1)  # not answered: it stays
    desk.keys(Keys.PAGE_DOWN)
    desk.wait(lambda: desk.shown("#finished"))
    kept = settled(desk, fresh_site, 4)
    assert {(number, value) for number, _, value, _ in kept} == {
        *((1, "signed"), (2, "incomplete"), (3, "signed"), (5, "signed"))
    }
    assert {by for *_, by in kept} == {"Ada"}


def test_undo_restores_a_whole_sheet(desk: Browser, fresh_site: Site) -> None:
    ready(desk, "count", ".cell")
    desk.keys("a", "a", "b", "c", "d", "e", Keys.ENTER)
    settled(desk, fresh_site, 5)
    desk.wait(lambda: desk.shown("#finished"))
    desk.keys(Keys.BACKSPACE)
    desk.wait(lambda: desk.shown(".cell"))
    settled(desk, fresh_site, 10)
    with open_campaign(fresh_site.folder) as campaign:
        assert campaign.review.totals().open[Kind.COUNT] == 5
    assert "does not count" in desk.text(".cell")  # what was chosen before is there again


def test_a_sheet_is_taken_back_in_front_of_what_came_meanwhile(desk: Browser, fresh_site: Site) -> None:
    ready(desk, "count", ".cell")
    make(fresh_site.folder, [("c.pdf", [doubtful(1)])], after=2)
    desk.keys("a", "b", "c", "d", "e", Keys.ENTER)
    desk.wait(lambda: desk.text(".asked-cell .where").startswith("c.pdf"))
    desk.keys(Keys.BACKSPACE)
    desk.wait(lambda: desk.text(".asked-cell .where").startswith("a.pdf"))
    places = desk.run(
        "return [...document.querySelectorAll('.asked-cell .where')].map(each => each.textContent)"
    )
    assert [place.rpartition(" ")[2] for place in places] == ["1", "2", "3", "4", "5", "1"]


def test_arrows_and_space_work_like_the_letters(desk: Browser, fresh_site: Site) -> None:
    ready(desk, "count", ".cell")
    desk.keys(Keys.ARROW_RIGHT, " ", " ", Keys.ENTER)
    kept = settled(desk, fresh_site, 1)
    assert (2, "status", "incomplete", "Ada") in kept


def test_a_canton_by_number_by_search_and_by_minus(desk: Browser, fresh_site: Site) -> None:
    ready(desk, "region", "#picture img")
    desk.keys("2")
    desk.keys("win", "t", Keys.ENTER)
    desk.keys("-")
    kept = settled(desk, fresh_site, 3)
    assert kept[0][2] == "LU / 6012 / Obernau"
    assert kept[1][2] == "ZH /  / Winterthur"
    assert kept[2][2].startswith("abroad")
    desk.wait(lambda: desk.shown("#finished"))


def test_a_row_without_an_address_does_not_count(desk: Browser, fresh_site: Site) -> None:
    ready(desk, "region", "#picture img")
    desk.keys(".")
    assert settled(desk, fresh_site, 1)[0][1:3] == ("status", "incomplete")


def test_the_neighbours_are_one_key_away_and_the_page_two(desk: Browser) -> None:
    ready(desk, "region", "#picture img")
    assert desk.run("return document.querySelector('#where a').pathname").startswith("/pages/")
    desk.keys(Keys.F2)
    desk.wait(lambda: desk.shown("#around img"))
    assert "/cut?" in desk.run("return document.querySelector('#around img').src")
    desk.keys(Keys.F2)
    desk.wait(lambda: desk.run("return document.querySelector('#around img').src").endswith("/picture"))
    desk.keys("1")  # decides nothing while one looks at the page
    desk.keys(Keys.F2)
    desk.wait(lambda: not desk.shown("#around"))
    assert desk.complaints() == []


def test_a_doubt_names_its_cell(desk: Browser) -> None:
    ready(desk, "count", ".cell")
    assert desk.text(".cell .reason").startswith("Signature: so little ink")


def test_a_postcode_is_searched_after_a_slash(desk: Browser, fresh_site: Site) -> None:
    ready(desk, "region", "#picture img")
    desk.keys("/", "7500", Keys.ENTER)
    assert settled(desk, fresh_site, 1)[0][2] == "GR / 7500 / St. Moritz"


def test_texts_are_kept_by_enter_and_fields_changed_by_tab(desk: Browser, fresh_site: Site) -> None:
    ready(desk, "text", "#picture img")
    desk.keys(Keys.ENTER)
    desk.keys("Beat Gut", Keys.TAB, "Weg 2, 3000 Bern", Keys.ENTER)
    kept = settled(desk, fresh_site, 3)
    assert [(field, value) for _, field, value, _ in kept] == [
        *(("name", "Ada Muster"), ("name", "Beat Gut"), ("address", "Weg 2, 3000 Bern"))
    ]
    desk.chord(Keys.CONTROL, "z")
    assert len(settled(desk, fresh_site, 5)) == 5  # both decisions of that Enter


def test_later_leaves_a_row_open(desk: Browser, fresh_site: Site) -> None:
    ready(desk, "text", "#picture img")
    desk.keys(Keys.PAGE_DOWN, Keys.ENTER)
    settled(desk, fresh_site, 1)
    with open_campaign(fresh_site.folder) as campaign:
        assert campaign.review.totals().open[Kind.NAME] == 4


@pytest.mark.parametrize(("view", "key"), [("region", "1"), ("text", "Enter")])
def test_the_next_picture_is_there_when_the_key_is_pressed(view: str, key: str, desk: Browser) -> None:
    ready(desk, view, "#picture img")
    desk.wait(lambda: desk.run("return document.querySelector('#picture img').complete"))
    desk.run("return document.readyState")
    desk.wait(lambda: desk.run("return performance.getEntriesByType('resource').length") >= 5)
    seen = desk.run(DECIDE_AND_LOOK, key)
    assert seen["other"] and seen["loaded"]


def test_text_from_a_sheet_is_never_executed(desk: Browser, fresh_site: Site) -> None:
    for path in ("/pages/2", "/pages/2#r6", "/review/text"):
        desk.open(path)
        desk.wait(lambda: desk.shown("#picture img, td.read"))
        assert desk.driver.title.endswith("friday"), path
    values = []
    for _ in range(5):
        values.append(desk.run("return document.getElementById('name').value"))
        desk.keys(Keys.ENTER)
    assert {MARKUP, FORMULA} <= set(values)
    settled(desk, fresh_site, 5)
    desk.open("/log")
    assert MARKUP in desk.text("table") and FORMULA in desk.text("table")
    assert desk.run("return [...document.scripts].map(each => each.src.split('/').pop())") == ["keys.js"]
    assert desk.complaints() == []


def test_a_row_is_corrected_on_its_page_and_shows_its_history(desk: Browser, fresh_site: Site) -> None:
    desk.open("/pages/1#r5")
    desk.wait(lambda: desk.shown(".detail summary"))
    desk.run("document.querySelector('.detail details').open = true")
    field = desk.driver.find_element("css selector", "#name")
    field.clear()
    field.send_keys("Rosa Weiss", Keys.ENTER)
    desk.wait(lambda: "Rosa Weiss" in desk.text(".history"))
    with open_campaign(fresh_site.folder) as campaign:
        [line] = campaign.review.trail()
    assert (line.field, line.before, line.value, line.by) == (Field.NAME, "Ada Muster", "Rosa Weiss", "Ada")


def test_decisions_made_while_the_server_is_away_survive_a_reload(desk: Browser, fresh_site: Site) -> None:
    ready(desk, "text", "#picture img")
    desk.run("window.fetch = () => Promise.reject(new Error('away'))")
    desk.keys("Beat Gut", Keys.ENTER)
    desk.wait(lambda: desk.shown("#alert .offline"))
    assert decisions(fresh_site) == []
    desk.driver.refresh()  # as after a restart of the server
    kept = settled(desk, fresh_site, 1)
    assert kept[0][1:] == ("name", "Beat Gut", "Ada")
    desk.wait(lambda: desk.run("return sessionStorage.getItem('digitize-unsent')") == "[]")


def test_canton_and_name_of_a_row_are_asked_in_one_look(desk: Browser, fresh_site: Site) -> None:
    make(fresh_site.folder, [("c.pdf", [unsure_and_weak(1)])], after=2)
    ready(desk, "region", "#picture img")
    for _ in range(3):
        desk.keys("1")
    settled(desk, fresh_site, 3)
    desk.wait(lambda: desk.text("#where").startswith("c.pdf"))
    desk.keys("2")
    desk.wait(lambda: desk.shown("#texts"))
    desk.keys("Beat Gut", Keys.ENTER)
    kept = settled(desk, fresh_site, 5)[3:]
    assert [(field, value) for _, field, value, _ in kept] == [
        *(("name", "Beat Gut"), ("canton", "LU / 6012 / Obernau"))
    ]
    with open_campaign(fresh_site.folder) as campaign:
        [asked] = [each for each in campaign.review.rows(3) if each.number == 1]
        assert asked.kind is None  # nothing is left to ask
