"""A person at the desk who knows what is on the sheets, with the keyboard alone or the mouse alone."""

import time
from dataclasses import dataclass, field

from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.web.browser import Browser


@dataclass(frozen=True)
class Truth:
    """What stands on the sheet: whether the row counts, and where the person lives."""

    counts: bool = True
    canton: str = "ZH"
    name: str = ""


A_MOMENT_S = 0.5  # until a page that was asked for is shown, usually

Sheets = dict[tuple[str, int], Truth]


@dataclass
class Hand:
    """A person who uses one device, and notices when a row comes twice."""

    browser: Browser
    truth: Sheets
    asked: set[str] = field(default_factory=set)

    def said(self, where: str) -> Truth:
        """Return what stands in the row with this caption ("a.pdf, page 1, row 2")."""
        file, _, number = (part.strip() for part in where.split(",")[:3])
        return self.truth[file, int(number.split()[-1])]

    def here(self) -> str:
        return self.browser.text("#where")

    def look(self, where: str) -> Truth:
        """Return what stands in a row that is asked about, for the first time."""
        assert where not in self.asked, f"{where} was asked about before"
        self.asked.add(where)
        return self.said(where)


class Keyboard(Hand):
    """Uses no mouse: where a button has no key, Tab goes there."""

    def to(self, css: str) -> None:
        for _ in range(80):
            if self.browser.run("return document.activeElement?.matches(arguments[0]) ?? false", css):
                return
            self.browser.keys(Keys.TAB)
        raise AssertionError(f"{css} cannot be reached with Tab")

    def press(self, css: str) -> None:
        self.to(css)
        self.browser.keys(Keys.ENTER)

    def count(self, letter: str, counts: bool) -> None:
        self.browser.keys(letter.lower() * (1 if counts else 2))

    def confirm(self) -> None:
        self.browser.keys(Keys.ENTER)

    def canton(self, canton: str) -> None:
        if canton == "abroad":
            self.browser.keys("-")
            return
        shown = self.browser.run(
            "return [...document.querySelectorAll('#candidates li')].map(c => c.innerText)"
        )
        self.browser.keys(str(1 + next(at for at, text in enumerate(shown) if canton in text)))

    def whether_it_counts(self, counts: bool) -> None:
        self.browser.keys("+" if counts else Keys.DELETE)

    def keep_texts(self) -> None:
        self.browser.keys(Keys.ENTER)

    def same(self, same: bool) -> None:
        self.browser.keys("1" if same else "2")


class Mouse(Hand):
    """Uses no key."""

    def press(self, css: str) -> None:
        found = self.browser.driver.find_element("css selector", css)
        ActionChains(self.browser.driver).move_to_element(found).click().perform()

    def follow(self, css: str, start: str) -> None:
        """Press a link until its page is shown: the overview moves when new figures come."""

        def followed() -> bool:
            if not self.browser.is_at(start):
                self.press(css)
                time.sleep(A_MOMENT_S)
            return self.browser.is_at(start)

        self.browser.wait(followed)

    def count(self, letter: str, counts: bool) -> None:
        for _ in range(1 if counts else 2):
            self.press(f"#cells button[aria-keyshortcuts='{letter}']")

    def confirm(self) -> None:
        self.press("#confirm")

    def canton(self, canton: str) -> None:
        if canton == "abroad":
            self.press("#abroad")
            return
        shown = self.browser.run(
            "return [...document.querySelectorAll('#candidates li')].map(c => c.innerText)"
        )
        at = next(at for at, text in enumerate(shown) if canton in text)
        self.press(f"#candidates li:nth-child({at + 1}) button")

    def whether_it_counts(self, counts: bool) -> None:
        self.press("#yes" if counts else "#no")

    def keep_texts(self) -> None:
        self.press("#keep-texts" if self.browser.shown("#keep-texts") else "#keep")

    def same(self, same: bool) -> None:
        self.press("#same" if same else "#different")
