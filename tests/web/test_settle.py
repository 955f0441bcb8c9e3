"""Pages that no machine can read are settled in the browser, by somebody at the keyboard."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from digitize.campaign.decisions import Content, Field, page_key
from digitize.campaign.store import open_campaign
from digitize.records import Digitized, Failure, PageHints, PageId
from tests.finished import finished
from tests.web.browser import Browser
from tests.web.campaigns import make, row
from tests.web.site import Client, Site, running

FIELDS = ("number", "status", "name", "address", "canton")


def make_failed(folder: Path, *names: str, after: int = 0) -> None:
    """Store scans that could not be processed."""
    with open_campaign(folder, create=True) as campaign:
        for place, name in enumerate(names, after):
            path = str(folder / "scans" / name)
            entry = campaign.inputs.add(path, f"{place:064x}", 1, place, campaign.inputs.all()[0].received)
            campaign.inputs.set_pages(entry.id, 1)
            failure = Failure(PageId(path, 1), "load", "unreadable", "The scan is damaged; scan it again.")
            campaign.pages.save(entry.id, Digitized(failure), "synthetic", "0")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Site]:
    """A site with a page of two rows and two pages that failed."""
    folder = tmp_path / "friday"
    make(folder, [("a.pdf", [row(1), row(2)])])
    make_failed(folder, "b.pdf", "c.pdf", after=1)
    with running(folder) as site:
        yield site


def rows_of(site: Site, file: str) -> list[tuple[int, str, str, str]]:
    with open_campaign(site.folder) as campaign:
        rows = finished(campaign).rows
    found = rows[rows["file"] == file]
    columns = (found[name] for name in ("row", "status", "name", "canton"))
    return list(zip(*columns, strict=True))


def counted(site: Site) -> int:
    with open_campaign(site.folder) as campaign:
        total = campaign.review.totals().counted
        tally = finished(campaign).tally
    assert total == tally["signed"].iloc[-1]
    return total


def list_of_decisions(site: Site) -> list[object]:
    with open_campaign(site.folder) as campaign:
        return list(campaign.review.trail())


def send(client: Client, page: int, **values: object) -> tuple[int, dict[str, object]]:
    answer = client.post(f"/pages/{page}/settle", json.dumps(values).encode())
    return answer.status, answer.json


def line(number: str, name: str = "", canton: str = "", **more: object) -> dict[str, object]:
    return {"number": number, "status": "signed", "name": name, "address": "", "canton": canton} | more


def test_two_failed_pages_are_settled_by_keyboard_alone(chrome: Browser, office: Site) -> None:
    chrome.enter(office.link)
    assert chrome.text(".open li .n") == "2"  # pages to be settled come first
    chrome.run("document.querySelector('.open a.button').focus()")
    chrome.keys(Keys.ENTER)
    chrome.wait(lambda: chrome.path.startswith("/pages/2/settle"))
    chrome.wait(lambda: chrome.run("return document.activeElement.name") == "name")
    chrome.keys("Anna Muster", Keys.TAB, "Weg 1, 8001 Zürich", Keys.ENTER)
    chrome.keys("Beat Gut", Keys.TAB, Keys.TAB, "8400", Keys.ENTER)
    chrome.chord(Keys.SHIFT, Keys.TAB)
    chrome.keys("st")  # struck out
    chrome.chord(Keys.CONTROL, Keys.ENTER)
    chrome.wait(lambda: chrome.path.startswith("/pages/3/settle"))
    assert rows_of(office, "b.pdf") == [
        *((1, "signed", "Anna Muster", "ZH"), (2, "signed", "Beat Gut", "ZH"), (3, "struck", "", ""))
    ]
    chrome.run("document.querySelector('[data-content=other]').focus()")
    chrome.keys(Keys.ENTER)
    chrome.wait(lambda: chrome.path == "/review")
    assert counted(office) == 4
    with open_campaign(office.folder) as campaign:
        assert campaign.review.totals().unsettled == 0
        assert campaign.review.page(3).content is Content.OTHER
    assert chrome.complaints() == []


def test_a_mistake_is_shown_at_its_field_and_nothing_typed_is_lost(chrome: Browser, office: Site) -> None:
    chrome.enter(office.link)
    chrome.open("/pages/2/settle")
    chrome.wait(lambda: chrome.run("return document.activeElement.name") == "name")
    chrome.keys("Anna Muster", Keys.ENTER, "Beat Gut", Keys.TAB, Keys.TAB, "Buchs")
    chrome.chord(Keys.CONTROL, Keys.ENTER)
    chrome.wait(lambda: chrome.shown(".problem"))
    assert "AG" in chrome.text(".problem") and "SG" in chrome.text(".problem")
    assert chrome.run("return document.activeElement.value") == "Buchs"
    assert counted(office) == 2  # neither of the two rows
    leaving = "return dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    assert chrome.run(leaving) is False  # the browser warns
    chrome.driver.refresh()
    chrome.wait(lambda: len(chrome.driver.find_elements("css selector", "#rows tbody tr")) == 2)
    values = chrome.run("return [...document.querySelectorAll('#rows [name=name]')].map(each => each.value)")
    assert values == ["Anna Muster", "Beat Gut"]
    field = chrome.driver.find_elements("css selector", "#rows [name=canton]")[1]
    field.send_keys(" SG")
    chrome.chord(Keys.CONTROL, Keys.ENTER)
    chrome.wait(lambda: not chrome.shown(".problem") and not chrome.shown("#rows [name=name][value]"))
    chrome.wait(lambda: len(list_of_decisions(office)) > 0)
    assert counted(office) == 4


def test_the_corners_of_the_table_are_dragged_and_kept(chrome: Browser, office: Site) -> None:
    chrome.enter(office.link)
    chrome.open("/pages/2/settle")
    chrome.run("document.getElementById('reading').open = true; document.getElementById('mark').click()")
    chrome.wait(lambda: chrome.shown("#corners ellipse"))
    handle = chrome.driver.find_element("css selector", "#corners ellipse")
    chrome.run("arguments[0].focus()", handle)
    chrome.keys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
    chrome.run("document.getElementById('read').click()")
    chrome.wait(lambda: "read again" in chrome.text(".head"))
    with open_campaign(office.folder) as campaign:
        hints = PageHints.of_text(campaign.review.page(2).reading)
    assert hints.corners[0] == (0.104, 0.104) and hints.corners[2] == (0.9, 0.9)
    assert chrome.complaints() == []


def test_only_numbers_by_canton(office: Site) -> None:
    client = Client(office).enter()
    counts = [{"canton": "ZH", "count": "3"}, {"canton": "Ausland", "count": "1"}]
    assert send(client, 2, do="counts", counts=counts)[0] == 200
    assert [(number, canton) for number, _, _, canton in rows_of(office, "b.pdf")] == [
        *((1, "ZH"), (2, "ZH"), (3, "ZH"), (4, ""))
    ]
    assert counted(office) == 6


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([line("1", "Anna"), line("x", "Beat")], {"at": 1, "field": "number", "code": "number"}),
        ([line("1", "Anna"), line("1", "Beat")], {"at": 1, "field": "number", "code": "taken"}),
        ([line("1", "Anna" * 80)], {"at": 0, "field": "name", "code": "text"}),
        ([line("1", "Anna", "Buchs")], {"at": 0, "field": "canton", "code": "places"}),
        ([line("1", "Anna", "Nirgendwo")], {"at": 0, "field": "canton", "code": "place"}),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_saved(
    rows: list[dict[str, object]], told: dict[str, object], office: Site
) -> None:
    status, answer = send(Client(office).enter(), 2, do="rows", rows=rows)
    assert status == 422 and told.items() <= answer.items()
    with open_campaign(office.folder) as campaign:
        assert list(campaign.review.trail()) == []


def test_a_number_printed_twice_is_saved_when_somebody_says_so(office: Site) -> None:
    client = Client(office).enter()
    assert send(client, 1, do="rows", rows=[line("1", "Eva")])[0] == 422
    assert send(client, 1, do="rows", rows=[line("1", "Eva", again=True)])[0] == 200
    assert [number for number, *_ in rows_of(office, "a.pdf")] == [1, 1, 2]


def test_a_whole_file_goes_to_the_trash_and_comes_back(office: Site) -> None:
    client = Client(office).enter()
    assert send(client, 1, do="trash", file=True)[0] == 200
    assert counted(office) == 0
    assert "a.pdf" not in client.get("/pages").text and "a.pdf" in client.get("/pages?show=trash").text
    assert "Put back" in client.get("/pages/1/settle").text
    assert send(client, 1, do="trash", file=True, back=True)[0] == 200
    assert counted(office) == 2


def test_the_list_for_the_scanner_has_page_reason_and_note(office: Site) -> None:
    client = Client(office).enter()
    send(client, 2, do="content", content="scan-again")
    send(client, 2, do="comment", comment="lies in the <blue> folder")
    text = client.get("/again").text
    assert "b.pdf" in text and "damaged" in text and "the &lt;blue&gt; folder" in text and "c.pdf" not in text
    assert "/again" in client.get("/").text


def test_who_has_no_name_yet_is_asked_for_it(office: Site) -> None:
    client = Client(office)
    client.enter("")
    assert client.get("/pages/2/settle").headers["location"].startswith("/hello")
    assert send(client, 2, do="content", content="blank")[0] == 403


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "content", "content": "nonsense"},
        {"do": "content"},
        {"do": "rows", "rows": []},
        {"do": "rows", "rows": [[]]},
        {"do": "rows", "rows": [{"number": 1}]},
        {"do": "counts", "counts": {}},
        {"do": "read", "turn": "45"},
        {"do": "read", "form": "no-such-form"},
        {"do": "read", "corners": [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]},
        {"do": "read", "corners": [[0, 0], ["x", 0], [1, 1], [0, 1]]},
        {"do": "comment"},
        {"do": "away"},
        {},
    ],
)
def test_what_makes_no_sense_is_refused(sent: dict[str, object], office: Site) -> None:
    assert send(Client(office).enter(), 2, **sent)[0] in (400, 422)
    with open_campaign(office.folder) as campaign:
        assert list(campaign.review.trail()) == []


def test_a_row_that_is_not_on_the_sheet_is_removed_and_put_back(office: Site) -> None:
    client = Client(office).enter()
    sent = {"Origin": office.url, "Content_Type": "application/x-www-form-urlencoded"}
    form = f"csrf={client.csrf}&number=2"
    client.ask("POST", "/pages/1/rows/1", f"{form}&remove=1".encode(), **sent)
    assert counted(office) == 1
    assert "Not on the sheet" in client.get("/pages/1").text
    client.ask("POST", "/pages/1/rows/1/back", form.encode(), **sent)
    assert counted(office) == 2


def test_reading_again_lifts_what_was_said_before(office: Site) -> None:
    client = Client(office).enter()
    send(client, 2, do="content", content="scan-again")
    assert send(client, 2, do="read", turn="180", form="acat")[0] == 200
    with open_campaign(office.folder) as campaign:
        assert campaign.review.page(2).content is Content.AS_READ
        assert PageHints.of_text(campaign.review.page(2).reading) == PageHints(180, "acat")
        [(page, reading)] = campaign.review.readings(only_due=True).items()
        assert page.file.endswith("b.pdf") and reading == "turn=180 form=acat"
        campaign.review.decide(page_key(2), Field.TRASH, "removed", "Ada")
        assert not campaign.review.readings(only_due=True)


def test_a_correction_before_the_name_is_known_asks_for_it_and_keeps_what_was_typed(office: Site) -> None:
    client = Client(office)
    client.enter("")
    assert 'name="who"' in client.get("/pages/1/rows/0").text
    sent = {"Origin": office.url, "Content_Type": "application/x-www-form-urlencoded"}
    form = f"csrf={client.csrf}&number=1&name=Rosa+Weiss&canton=winterthur"
    answer = client.ask("POST", "/pages/1/rows/0", form.encode(), **sent)
    assert answer.status == 422 and 'id="wrong-who"' in answer.text
    assert 'value="Rosa Weiss"' in answer.text and 'value="winterthur"' in answer.text
    assert list_of_decisions(office) == []
    answer = client.ask("POST", "/pages/1/rows/0", f"{form}&who=Ada".encode(), **sent)
    assert answer.status == 303
    assert rows_of(office, "a.pdf")[0] == (1, "signed", "Rosa Weiss", "ZH")
    assert 'name="who"' not in client.get("/pages/1/rows/0").text


def test_a_field_can_be_emptied(office: Site) -> None:
    client = Client(office).enter()
    sent = {"Origin": office.url, "Content_Type": "application/x-www-form-urlencoded"}
    form = f"csrf={client.csrf}&number=1&name=&canton="
    assert client.ask("POST", "/pages/1/rows/0", form.encode(), **sent).status == 303
    assert rows_of(office, "a.pdf")[0] == (1, "signed", "", "")
