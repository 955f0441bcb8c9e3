"""Three petitions' worth of mixed scans are brought to "nothing open", by keyboard alone and by mouse alone.

The count is then the truth.  What the person at the desk does follows from the truth alone, as on paper.
Beside pages made of records, a HEIC file as of a phone is dropped onto the page and read.
"""

import csv
import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image
from selenium.webdriver.common.keys import Keys

from digitize.campaign.store import Campaign, open_campaign
from digitize.load import load_page
from digitize.records import Candidate, Digitized, FlagCode, PageId, PageKind, Place, Row, SheetPage, Status
from digitize.tally.publish import finish
from tests.finished import finished
from tests.web.browser import Browser, drop
from tests.web.campaigns import (
    MESH,
    all_open,
    doubtful,
    doubtful_and_weak,
    make,
    row,
    unsure_and_weak,
    unsure_region,
    weak_name,
)
from tests.web.hands import Keyboard, Mouse, Sheets, Truth
from tests.web.served import served
from tests.web.test_settle import make_failed

TREES, STATION, RIVER = (
    *("Petition für mehr Bäume in der Stadt", "Petition für einen neuen Bahnhof in Wil"),
    "Pétition pour une rivière propre",
)
ABROAD = Place("abroad", "", "", "DE", 0.99, (Candidate("abroad", "", "", 0.99),))
BERN = "BE"
SAMPLES = Path(__file__).parents[2] / "samples"
SHEET, HEIC = SAMPLES / "other-de.pdf", "e.heic"  # a sheet of a fourth petition, with handwriting
READ_WITHIN_S = 120.0  # one page, on a machine that runs other tests


def named(one: Row, name: str) -> Row:
    """Return a row of another person, so that nobody seems to have signed twice."""
    assert one.name is not None and one.address is not None
    street = f"{name.split()[1]}weg {len(name)}\n8001 Zürich"
    return replace(one, name=replace(one.name, text=name), address=replace(one.address, text=street))


NAMES = [
    f"{given} {family}"
    for family in ("Roth", "Kunz", "Egli", "Frei", "Bosshard", "Imhof", "Zuber", "Wyss", "Lang", "Suter")
    for given in ("Anna", "Beat", "Carla")
]


def make_mixed(folder: Path) -> Sheets:
    """Make the campaign and return what is on its sheets, without what the failed pages hold."""
    people = iter(NAMES)
    truth: Sheets = {}

    def sheet(file: str, *rows: tuple[Row, Truth]) -> tuple[str, list[Row]]:
        made = []
        for one, true in rows:
            person = next(people)
            made.append(named(one, person))
            truth[file, one.number] = replace(true, name=person)
        return file, made

    a = sheet(
        "a.pdf",
        *((row(1), Truth()), (doubtful(2), Truth()), (doubtful(3), Truth(counts=False)), (row(4), Truth())),
        *(
            (unsure_region(5), Truth(canton="LU")),
            (weak_name(6), Truth()),
            (row(7, Status.STRUCK), Truth(False)),
            (all_open(8), Truth(counts=False)),
            (doubtful_and_weak(9), Truth()),
        ),
    )
    b = sheet(
        "b.pdf",
        *((doubtful(1), Truth(counts=False)), (unsure_region(2), Truth(canton=BERN)), (row(3), Truth())),
        *((unsure_and_weak(4), Truth(canton="LU")), (row(5, Status.INCOMPLETE), Truth(False))),
        *((all_open(6), Truth(canton="LU")), (doubtful_and_weak(7), Truth(counts=False))),
    )
    c = sheet(
        "c.pdf",
        *((row(1, place=ABROAD, codes=(FlagCode.ABROAD,)), Truth(canton="abroad")), (row(2), Truth())),
        *((unsure_region(3), Truth(canton="abroad")), (doubtful(4), Truth())),
    )
    made = dict([a, b, c])
    no_review = replace(made["c.pdf"][0], review=False)
    made["c.pdf"][0] = no_review
    # The same person signed on two sheets: it counts once.
    twice = replace(made["a.pdf"][0], number=5, index=4)
    made["c.pdf"].append(replace(twice, box=row(5).box, cells=row(5).cells))
    truth["c.pdf", 5] = replace(truth["a.pdf", 1], counts=False)
    for place, (title, file) in enumerate(((TREES, "a.pdf"), (STATION, "b.pdf"), (RIVER, "c.pdf"))):
        make(folder, [(file, made[file])], after=place, title=title)
    make_failed(folder, "d.pdf", "h.pdf", after=3)
    with open_campaign(folder) as campaign:
        add_bare(campaign, folder, 5, "f.png", PageKind.NO_TABLE)
        add_bare(campaign, folder, 6, "g.png", PageKind.BLANK)
        finish(campaign)
    return truth | on_sheet()


def on_sheet() -> Sheets:
    """Return what stands on the sheet that comes in as HEIC."""
    with (SAMPLES / "truth.csv").open(encoding="utf-8") as lines:
        rows = [line for line in csv.DictReader(lines) if line["file"] == SHEET.name]
    return {
        (HEIC, int(line["row"])): Truth(line["counts"] == "1", line["canton"], line["name"]) for line in rows
    }


def bring_heic(browser: Browser, folder: Path) -> None:
    """Drop the sheet onto the page as a phone saves pictures, and wait until it is read."""
    path = folder.parent / HEIC
    picture = Image.fromarray(load_page(SHEET, 1).pixels).convert("RGB")
    pillow_heif.from_pillow(picture).save(path, quality=95)
    assert path.read_bytes()[4:12] == b"ftypheic"
    drop(browser, path)
    browser.wait(lambda: HEIC in browser.text("#newest .done"), READ_WITHIN_S)
    browser.wait(lambda: "Nothing" in browser.text("#state"), READ_WITHIN_S)


def add_bare(campaign: Campaign, folder: Path, place: int, name: str, kind: PageKind) -> None:
    path = str(folder / "scans" / name)
    entry = campaign.inputs.add(path, f"{place:064x}", 1, place, campaign.inputs.all()[0].received)
    campaign.inputs.set_pages(entry.id, 1)
    page = SheetPage(PageId(path, 1), kind, "auto", 0, 0.0, 6.0, MESH, (), ())
    campaign.pages.save(entry.id, Digitized(page), "synthetic", "0")


Device = Keyboard | Mouse


def answer_counts(hand: Device) -> None:
    browser = hand.browser
    shown = "return [...document.querySelectorAll('.cell')].map(c => c.ariaLabel)"
    while not browser.shown("#finished"):
        browser.wait(lambda: browser.shown(".cell") or browser.shown("#finished"))
        labels = browser.run(shown)
        for label in labels:
            letter, _, *where = (part.strip() for part in label.split(",")[:5])
            hand.count(letter, hand.look(", ".join(where)).counts)
        if labels:
            hand.confirm()
        browser.wait(lambda: browser.shown("#finished") or browser.run(shown) != labels)  # noqa: B023


def answer_cantons(hand: Device) -> None:
    browser = hand.browser
    while not browser.shown("#finished"):
        before = hand.here()
        said = hand.look(before)
        if browser.shown("#yes") or (browser.shown("#doubt") and not said.counts):
            hand.whether_it_counts(said.counts)
        else:
            hand.canton(said.canton)
        ended = lambda: browser.shown("#finished") or hand.here() != before  # noqa: B023, E731
        browser.wait(lambda: browser.shown("#texts") or ended())  # noqa: B023
        if browser.shown("#texts"):
            hand.keep_texts()
        browser.wait(ended)


def answer_texts(hand: Device) -> None:
    browser = hand.browser
    while not browser.shown("#finished"):
        before = hand.here()
        said = hand.look(before)
        read = browser.run("return document.getElementById('name').value")
        assert read == said.name or before.startswith(HEIC)  # which was really read
        hand.keep_texts()
        browser.wait(lambda: browser.shown("#finished") or hand.here() != before)  # noqa: B023


def answer_pairs(hand: Device) -> None:
    browser = hand.browser
    halves = "return [...document.querySelectorAll('.half h2')].map(h => h.textContent)"
    while not browser.shown("#finished"):
        before = browser.run(halves)
        one, other = (hand.said(where) for where in before)
        hand.same(one.name == other.name)
        browser.wait(lambda: browser.shown("#finished") or browser.run(halves) != before)  # noqa: B023


VIEWS: dict[str, Callable[[Device], None]] = {
    "count": answer_counts,
    "region": answer_cantons,
    "text": answer_texts,
    "pairs": answer_pairs,
}


def answer_everything(hand: Device) -> None:
    """Follow the first button that says "Start", until there is none."""
    browser = hand.browser
    for _ in range(12):
        browser.wait(lambda: browser.path == "/review")
        if not browser.shown(".open a.button"):
            return
        hand.press(".open a.button")
        browser.wait(lambda: browser.path.startswith("/review/"))
        browser.wait(lambda: browser.shown("#finished") or browser.shown(".cell, #picture img, .half"))
        VIEWS[browser.path.rpartition("/")[2]](hand)
        hand.press("#finished a")
    raise AssertionError("questions come back")


def check(folder: Path, truth: Sheets, typed: Counter[str]) -> None:
    """Nothing is open, and screen, tables and truth agree, also for each petition."""
    counts = Counter(true.canton for true in truth.values() if true.counts) + typed
    with open_campaign(folder) as campaign:
        tables = finished(campaign)
        totals = campaign.review.totals()
    assert totals.unsettled == 0 and not any(totals.open.values()) and totals.doubtful == 0
    assert totals.regions == counts and totals.counted == counts.total()
    lines = {line["region"]: line["signed"] for line in tables.tally.to_dict("records") if line["signed"]}
    assert lines == counts | {"total": counts.total()}
    assert set(tables.rows["review"]) == {"no"}
    by_title = {
        title: sum(t.counts for (f, _), t in truth.items() if f == file)
        for title, file in ((TREES, "a.pdf"), (STATION, "b.pdf"), (RIVER, "c.pdf"))
    }
    of_heic = totals.counted - sum(typed.values()) - sum(by_title.values())
    assert Counter(n for title, n in totals.petitions.items() if title) == Counter(
        [*by_title.values(), of_heic]
    )
    assert {title: totals.petitions[title] for title in by_title} == by_title


@pytest.mark.slow
def test_by_keyboard_alone_with_the_server_killed_in_the_middle(chrome: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "friday"
    truth = make_mixed(folder)
    with served(folder) as first:
        chrome.enter(first.link)
        bring_heic(chrome, folder)
        hand = Keyboard(chrome, truth)
        hand.press(".open a.button")  # the failed page comes first
        chrome.wait(lambda: chrome.is_at("/pages/4/settle"))
        chrome.wait(lambda: chrome.run("return document.activeElement.name") == "name")
        chrome.keys("Nora Gut", Keys.TAB, "Weg 1, 3012 Bern", Keys.ENTER)
        chrome.keys("Otto Gut", Keys.TAB, Keys.TAB, "Ausland")
        chrome.chord(Keys.CONTROL, Keys.ENTER)
        chrome.wait(lambda: chrome.is_at("/pages/5/settle"))
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
        hand.press("[data-content=blank]")
        chrome.wait(lambda: "does not answer" in chrome.text("#alert"))
    with served(folder):
        hand.press("[data-content=blank]")  # in the same tab
        chrome.wait(lambda: chrome.is_at("/pages/6/settle"))
        hand.press("[data-content=other]")
        chrome.wait(lambda: chrome.path == "/review")
        answer_everything(hand)
    check(folder, truth, Counter({BERN: 1, "abroad": 1}))


@pytest.mark.slow
def test_by_mouse_alone(chrome: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "friday"
    truth = make_mixed(folder)
    with served(folder) as site:
        chrome.enter(site.link)
        bring_heic(chrome, folder)
        hand = Mouse(chrome, truth)
        hand.follow(".open a.button", "/pages/4/settle")
        for page, what in ((4, "scan-again"), (5, "blank"), (6, "other")):
            chrome.wait(lambda: chrome.is_at(f"/pages/{page}/settle"))  # noqa: B023
            hand.press(f"[data-content={what}]")
        chrome.wait(lambda: chrome.path == "/review")
        answer_everything(hand)
        hand.press("nav a")
        chrome.wait(lambda: "has to be scanned again" in chrome.text("#figures"))
    check(folder, truth, Counter())
