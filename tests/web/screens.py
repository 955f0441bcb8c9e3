"""Take the pictures of the pages for the README: `python -m tests.web.screens CAMPAIGN`.

CAMPAIGN is a copy of a campaign made of the samples; some decisions are made in it.
"""

import io
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PIL import Image
from selenium.webdriver.common.keys import Keys

from digitize.campaign.store import Shown, open_campaign
from tests.web.browser import Browser, chromium
from tests.web.served import served

FOLDER = Path(__file__).parents[2] / "samples" / "screens"
WIDTH_PX = 1100
COLOURS = 80  # enough for a page; half the bytes
GOAL = 500


def main(folder: Path) -> None:
    with open_campaign(folder) as campaign:
        campaign.settings.save(replace(campaign.settings.wanted(), goal=GOAL, title=""), "Ada")
        unsettled = campaign.review.next_unsettled()
        page = next(line.id for line in campaign.listing.lines(Shown.OPEN, "", 0, 99)[0] if line.rows > 9)
    with served(folder) as site, chromium() as browser:
        browser.enter(site.link)
        take(browser, "count", "/", lambda: browser.shown("#counted"))
        take(browser, "pages", "/pages", lambda: browser.shown(".sheets img"))
        take(browser, "page", f"/pages/{page}", lambda: browser.shown("#overlay"), beside(browser))
        if unsettled:
            take(
                browser,
                "settle",
                f"/pages/{unsettled}/settle",
                lambda: browser.shown("#rows input"),
                settle(browser),
            )
        take(browser, "search", "/search?text=meier", lambda: browser.shown(".listed img"))
        take(
            browser,
            "review-count",
            "/review/count",
            lambda: browser.shown(".cell img"),
            lambda: browser.keys("abb"),
        )
        browser.keys(Keys.ENTER)
        sent(browser)
        for name in ("region", "text", "pairs"):
            take(
                browser, f"review-{name}", f"/review/{name}", lambda: browser.shown("#picture img, .half img")
            )
            browser.keys({"region": "1", "text": Keys.ENTER, "pairs": "1"}[name])
            sent(browser)
        take(browser, "log", "/log", lambda: browser.shown("tbody td"))


def sent(browser: Browser) -> None:
    browser.wait(lambda: browser.run("return (sessionStorage.getItem('digitize-unsent') ?? '[]') === '[]'"))


def beside(browser: Browser) -> Callable[[], None]:
    def show_original() -> None:
        browser.keys("o")
        browser.wait(lambda: browser.run("return document.querySelector('#scan img').naturalWidth") > 0)

    return show_original


def settle(browser: Browser) -> Callable[[], None]:
    def type_rows() -> None:
        browser.keys("Anna Muster", Keys.TAB, "Dorfstrasse 1, 8400 Winterthur", Keys.ENTER)
        browser.keys("Beat Gut", Keys.TAB, Keys.TAB, "BE")

    return type_rows


def take(
    browser: Browser,
    name: str,
    path: str,
    ready: Callable[[], bool],
    act: Callable[[], object] = lambda: None,
) -> None:
    """Open a page, do something on it, and save what is shown."""
    browser.open(path)
    browser.wait(ready)
    act()
    browser.wait(lambda: browser.run("return [...document.images].every(each => each.complete)"))
    taken = Image.open(io.BytesIO(browser.driver.get_screenshot_as_png())).convert("RGB")
    small = taken.resize((WIDTH_PX, round(taken.height * WIDTH_PX / taken.width)), Image.Resampling.LANCZOS)
    small.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=2).save(
        FOLDER / f"{name}.png", optimize=True
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
