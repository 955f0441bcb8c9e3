"""A row is put to a person once, whatever is open about it: whether it counts, its canton, its texts."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from digitize.campaign.store import open_campaign
from tests.web.browser import Browser
from tests.web.campaigns import all_open, doubtful, doubtful_and_weak, make, unsure_region
from tests.web.site import Client, Site, running

ALL_OPEN, TEXT_OPEN, CANTON_OPEN, COUNT_OPEN = 1, 2, 3, 4  # numbers of the rows


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "friday"
    rows = [
        all_open(ALL_OPEN),
        doubtful_and_weak(TEXT_OPEN),
        unsure_region(CANTON_OPEN),
        doubtful(COUNT_OPEN),
    ]
    make(folder, [("a.pdf", rows)])
    with running(folder) as site:
        yield site


@pytest.fixture
def desk(chrome: Browser, office: Site) -> Browser:
    chrome.enter(office.link)
    chrome.open("/review/region")
    at_row(chrome, ALL_OPEN)
    return chrome


def at_row(browser: Browser, number: int) -> None:
    browser.wait(lambda: browser.text("#where") == f"a.pdf, page 1, row {number}")


def decisions(site: Site) -> list[tuple[int, str, str]]:
    with open_campaign(site.folder) as campaign:
        return [
            (each.row.number, each.field.value, each.value) for each in campaign.review.trail() if each.row
        ]


def settled(browser: Browser, site: Site, count: int) -> list[tuple[int, str, str]]:
    """Wait until so many decisions are saved and the browser knows; one that does not sends them again."""
    browser.wait(lambda: len(decisions(site)) == count)
    browser.wait(lambda: browser.run("return sessionStorage.getItem('digitize-unsent')") in (None, "[]"))
    return decisions(site)


def open_rows(site: Site) -> dict[int, str]:
    with open_campaign(site.folder) as campaign:
        return {each.number: each.kind.value for each in campaign.review.rows(1) if each.kind}


def test_whether_it_counts_the_canton_and_the_name_are_answered_in_one_visit(
    desk: Browser, office: Site
) -> None:
    assert open_rows(office) == {1: "region", 2: "region", 3: "region", 4: "count"}
    assert desk.text("h1") == "Does it count, and for which canton?"
    assert desk.text("#doubts").startswith("Signature: so little ink")
    desk.wait(lambda: desk.shown("#doubtful img"))  # it has no size before it has come
    assert not desk.shown("#yes")  # the canton says that it counts
    desk.keys("2")
    desk.wait(lambda: desk.shown("#texts"))
    desk.keys("Beat Gut", Keys.ENTER)
    assert settled(desk, office, 3) == [
        *((1, "name", "Beat Gut"), (1, "status", "signed"), (1, "canton", "LU / 6012 / Obernau"))
    ]
    assert ALL_OPEN not in open_rows(office)


def test_whether_it_counts_is_answered_with_the_name_where_the_canton_is_clear(
    desk: Browser, office: Site
) -> None:
    desk.keys(Keys.PAGE_DOWN)
    at_row(desk, TEXT_OPEN)
    assert desk.text("h1") == "Does it count?"
    desk.keys("+")
    desk.wait(lambda: desk.shown("#texts"))
    desk.keys(Keys.ENTER)
    assert settled(desk, office, 2) == [(2, "name", "Ada Muster"), (2, "status", "signed")]
    assert TEXT_OPEN not in open_rows(office)


@pytest.mark.parametrize("key", [Keys.DELETE, "."])
def test_one_key_says_that_it_does_not_count_and_nothing_else_is_asked(
    key: str, desk: Browser, office: Site
) -> None:
    desk.keys(key)
    assert settled(desk, office, 1) == [(1, "status", "incomplete")]
    at_row(desk, TEXT_OPEN)
    assert ALL_OPEN not in open_rows(office)


def test_a_button_ends_the_row_while_its_texts_are_shown(desk: Browser, office: Site) -> None:
    desk.keys("2")
    desk.wait(lambda: desk.shown("#texts"))
    desk.run("document.getElementById('no').click()")
    assert settled(desk, office, 1) == [(1, "status", "incomplete")]
    at_row(desk, TEXT_OPEN)
    assert not desk.shown("#texts")


def test_nothing_is_proposed_and_what_is_not_asked_cannot_be_answered(desk: Browser, office: Site) -> None:
    desk.keys(Keys.ENTER, "+")  # the canton is open: it says more
    desk.keys(Keys.PAGE_DOWN)
    at_row(desk, TEXT_OPEN)
    desk.keys(Keys.ENTER, Keys.PAGE_DOWN)
    at_row(desk, CANTON_OPEN)
    assert desk.text("h1") == "Which canton?" and not desk.shown("#doubt")
    desk.keys(Keys.ENTER, "+", Keys.DELETE, "1")
    assert settled(desk, office, 1) == [(3, "canton", "BE / 3012 / Bern")]


def test_undo_takes_the_whole_answer_back(desk: Browser, office: Site) -> None:
    desk.keys("1")
    desk.wait(lambda: desk.shown("#texts"))
    desk.keys(Keys.ENTER)
    settled(desk, office, 3)
    at_row(desk, TEXT_OPEN)
    desk.keys(Keys.BACKSPACE)
    at_row(desk, ALL_OPEN)
    settled(desk, office, 6)
    assert open_rows(office) == {1: "region", 2: "region", 3: "region", 4: "count"}
    assert desk.shown("#doubt")
    assert desk.complaints() == []


def test_undo_takes_it_back_after_the_page_was_loaded_again(desk: Browser, office: Site) -> None:
    for _ in range(2):
        desk.keys(Keys.PAGE_DOWN)
    at_row(desk, CANTON_OPEN)
    desk.keys("1")  # just before
    settled(desk, office, 1)
    desk.open("/review/region")
    at_row(desk, ALL_OPEN)
    desk.keys("1")
    desk.wait(lambda: desk.shown("#texts"))
    desk.keys(Keys.ENTER)
    settled(desk, office, 4)
    desk.open("/review/region")
    at_row(desk, TEXT_OPEN)
    desk.keys(Keys.BACKSPACE)
    at_row(desk, ALL_OPEN)
    assert [field for _, field, _ in settled(desk, office, 7)[4:]] == ["canton", "status", "name"]
    assert open_rows(office) == {1: "region", 2: "region", 4: "count"}


def questions(client: Client, view: str) -> list[dict[str, object]]:
    answer = client.get(f"/review/next?view={view}").json
    client.post("/review/release")
    return list(answer["questions"])  # type: ignore[call-overload]


def answer(client: Client, asked: dict[str, object], **values: str) -> int:
    made = [
        {"key": asked["key"], "field": field, "value": value, "second": asked["second"]}
        for field, value in values.items()
    ]
    return client.post("/review/decisions", json.dumps({"decisions": made}).encode()).status


def test_a_second_look_is_one_look_too(office: Site) -> None:
    with open_campaign(office.folder) as campaign:
        campaign.review.set_second_look(1.0)
    ada, bea = Client(office).enter("Ada"), Client(office).enter("Bea")
    [first] = [each for each in questions(ada, "region") if each["number"] == ALL_OPEN]
    answer(ada, first, name="Bo", status="signed", canton="LU")
    [second] = [each for each in questions(bea, "region") if each["second"]]
    assert [second[what] for what in ("asksCount", "asksCanton", "weakName")] == [True, True, False]
    assert not any(each["second"] for each in questions(bea, "count"))
    answer(bea, second, status="signed", canton="LU")
    assert not any(each["second"] for each in questions(bea, "region"))
    with open_campaign(office.folder) as campaign:
        assert campaign.second_looks.agreement().made == 2


def test_the_answers_about_a_row_are_saved_together_or_not_at_all(office: Site) -> None:
    ada = Client(office).enter("Ada")
    [asked] = [each for each in questions(ada, "region") if each["number"] == ALL_OPEN]
    assert answer(ada, asked, status="signed", canton="nowhere") == 409
    assert decisions(office) == []
