"""Measure the effort at the desk: `python -m tests.bench.desk [CAMPAIGN] [TRUTH]`.

Somebody who knows what is on the sheets answers all open questions by keyboard in a real browser.  Without
CAMPAIGN the samples are digitized first, which takes a minute or more.  The campaign is copied, not changed.

How long a person would take follows from the keystroke-level model (Card, Moran and Newell, "The
keystroke-level model for user performance time with interactive systems", CACM 23 (7), 1980): its times for a
key and for a mental act.  It has none for looking at handwriting; that is assumed.
"""

import csv
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from selenium.webdriver.common.keys import Keys

from digitize.campaign.store import open_campaign
from tests.web.browser import Browser, chromium
from tests.web.site import running

KEY_S = 0.5  # K for single keys that make no words
LETTER_S = 0.28  # K for text, of somebody who types now and then
THINK_S = 1.35  # M, once for each thing that is answered
LOOK_S = 2.0  # assumed: to take in the picture of a row, each time that it is shown
SAMPLES = Path(__file__).parents[2] / "samples"
SCANS = ("*.pdf", "*.tif", "*.jpg", "*.png")
RECEIVED = "2025-01-17"  # in time, as for `make demo`
ENOUGH = 500  # questions; more means that they come back
SHOWN = ".cell, #picture img, .half"
SENT = "return (sessionStorage.getItem('digitize-unsent') ?? '[]') === '[]'"
CELLS = "return [...document.querySelectorAll('.cell')].map(each => each.ariaLabel)"
HALVES = "return [...document.querySelectorAll('.half h2')].map(each => each.textContent)"
CANDIDATES = "return [...document.querySelectorAll('#candidates strong')].map(each => each.textContent)"
Line = dict[str, str]


@dataclass
class Desk:
    """A person at the keyboard who knows what is on the sheets; counts looks, decisions and keys.

    A decision is everything that is said about one row, or about one pair of rows, at a time.
    """

    browser: Browser
    truth: dict[tuple[str, int, int], Line]
    decisions: int = 0
    keys: int = 0
    letters: int = 0
    looks: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        self.keys += sum(map(len, keys))
        self.browser.keys(*keys)

    def write(self, text: str) -> None:
        self.letters += len(text)
        self.browser.keys(text)

    def look(self, where: str) -> Line:
        """Look at the row with this caption ("a.pdf, page 1, row 2") and return what is on it."""
        self.looks.append(where)
        file, page, row = (part.strip() for part in where.rsplit(",", 2))
        return self.truth[file, int(page.split()[-1]), int(row.split()[-1])]

    def value(self, name: str) -> str:
        return str(self.browser.run("return document.getElementById(arguments[0]).value", name))


def count(desk: Desk) -> None:
    labels: list[str] = desk.browser.run(CELLS)
    for label in labels:
        letter, _, *where = (part.strip() for part in label.split(",")[:5])
        desk.decisions += 1
        desk.press(letter.lower() * (1 if desk.look(", ".join(where))["counts"] == "1" else 2))
    desk.press(Keys.ENTER)
    desk.browser.wait(lambda: desk.browser.shown("#finished") or desk.browser.run(CELLS) not in (labels, []))


def canton(desk: Desk) -> None:
    where = desk.browser.text("#where")
    said = desk.look(where)
    desk.decisions += 1
    candidates = desk.browser.run(CANDIDATES)
    if desk.browser.shown("#doubt") and said["counts"] != "1":
        desk.press(Keys.DELETE)
    elif desk.browser.shown("#yes"):
        desk.press("+")
    elif not said["address"]:
        desk.press(".")
    elif said["canton"] in candidates:
        desk.press(str(1 + candidates.index(said["canton"])))
    elif said["postcode"]:
        desk.press("/", said["postcode"], Keys.ENTER)
    else:
        desk.press("-")
    gone = lambda: desk.browser.shown("#finished") or desk.browser.text("#where") != where  # noqa: E731
    desk.browser.wait(lambda: desk.browser.shown("#texts") or gone())
    if desk.browser.shown("#texts"):
        correct(desk, said, "text-name", "text-address")
        desk.browser.wait(gone)


def texts(desk: Desk) -> None:
    where = desk.browser.text("#where")
    desk.decisions += 1
    correct(desk, desk.look(where), "name", "address")
    desk.browser.wait(lambda: desk.browser.shown("#finished") or desk.browser.text("#where") != where)


def correct(desk: Desk, said: Line, name: str, address: str) -> None:
    """Write over what is asked and wrong; upper case and the order of names are not."""
    for asked, right in ((name, said["name"]), (address, said["address"])):
        is_asked = desk.browser.run("return document.getElementById(arguments[0]).matches('.asked')", asked)
        if is_asked and words(desk.value(asked)) != words(right):
            if desk.browser.run("return document.activeElement.id") != asked:
                desk.press(Keys.TAB)
            desk.write(right or Keys.DELETE)
    desk.press(Keys.ENTER)


def words(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", text.casefold()))


def pair(desk: Desk) -> None:
    halves = desk.browser.run(HALVES)
    one, other = (desk.look(where) for where in halves)
    desk.decisions += 1
    desk.press("1" if words(one["name"]) == words(other["name"]) else "2")
    desk.browser.wait(lambda: desk.browser.shown("#finished") or desk.browser.run(HALVES) != halves)


VIEWS = {"count": count, "region": canton, "text": texts, "pairs": pair}


def settle(desk: Desk) -> None:
    """Answer everything, view by view, until nothing is open."""
    for name, answer in VIEWS.items():
        desk.browser.open(f"/review/{name}")
        for _ in range(ENOUGH):
            desk.browser.wait(lambda: desk.browser.shown("#finished") or desk.browser.shown(SHOWN))
            if desk.browser.shown("#finished"):
                break
            answer(desk)
        desk.browser.wait(lambda: desk.browser.run(SENT))


def main(campaign: Path, truth: Path) -> None:
    with truth.open(encoding="utf-8") as lines:
        known = {(line["file"], int(line["page"]), int(line["row"])): line for line in csv.DictReader(lines)}
    with tempfile.TemporaryDirectory(prefix="digitize-desk-") as folder:
        copy = Path(folder) / "desk"
        shutil.copytree(campaign, copy)
        with open_campaign(copy) as opened:
            filled = sum(opened.review.totals().statuses.values())
        with running(copy) as site, chromium() as browser:
            browser.enter(site.link)
            desk = Desk(browser, known)
            settle(desk)
        with open_campaign(copy) as opened:
            totals = opened.review.totals()
            answers = sum(1 for _ in opened.review.trail())
    report(desk, answers, filled, sum(totals.open.values()), totals.unsettled)


def report(desk: Desk, answers: int, filled: int, left: int, unsettled: int) -> None:
    looks, rows = len(desk.looks), len(set(desk.looks))
    seconds = looks * LOOK_S + answers * THINK_S + desk.keys * KEY_S + desk.letters * LETTER_S
    print(f"{filled} filled rows, {rows} of them asked about, {looks - rows} of these again")
    print(f"{desk.decisions} decisions: {100 * desk.decisions / filled:.1f} per 100 filled rows")
    print(f"{answers} answers, {desk.keys} keys, {desk.letters} letters of names and addresses")
    print(f"left open: {left} questions, {unsettled} pages to be settled")
    print(f"by the model {seconds:.0f} s: {60 * rows / seconds:.1f} rows settled a minute")


def samples(folder: Path) -> Path:
    """Digitize the samples and return the campaign."""
    scans = [str(path) for pattern in SCANS for path in sorted(SAMPLES.glob(pattern))]
    command = [sys.executable, "-m", "digitize", "run", *scans, "--out", str(folder), "--received", RECEIVED]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    with tempfile.TemporaryDirectory(prefix="digitize-desk-") as work:
        main(
            given[0] if given else samples(Path(work) / "samples"), (given[1:] or [SAMPLES / "truth.csv"])[0]
        )
