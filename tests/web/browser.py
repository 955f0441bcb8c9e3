"""A real Chromium, driven like a person would: by keys, files and what is visible."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import ActionChains, Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

PATIENCE_S = 20.0  # time limit for waiting; generous for a busy machine
SCREEN = "1366,768"
ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


class Browser:
    """One browser window showing a site."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver
        self.url = ""

    def enter(self, link: str, who: str = "Ada") -> None:
        """Follow the link and enter a name."""
        self.url = link.partition("/?")[0]
        self.driver.get(link)
        self.open("/hello")
        self.wait(lambda: self.run("return document.activeElement.id") == "who")
        self.keys(who, Keys.ENTER)
        self.wait(lambda: self.path == "/")
        self.complaints()

    def open(self, path: str) -> None:
        self.driver.get(self.url + path)

    @property
    def path(self) -> str:
        return self.driver.current_url.removeprefix(self.url)

    def is_at(self, start: str) -> bool:
        """Return whether a page whose path starts like this is shown and its scripts have run."""
        return self.path.startswith(start) and self.run("return document.readyState") == "complete"

    def keys(self, *keys: str) -> None:
        """Send keys to the focused element."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def chord(self, held: str, key: str) -> None:
        """Press a key while another is held down."""
        ActionChains(self.driver).key_down(held).send_keys(key).key_up(held).perform()

    def text(self, css: str) -> str:
        return str(self.run("return document.querySelector(arguments[0])?.textContent ?? ''", css)).strip()

    def shown(self, css: str) -> bool:
        """Whether such an element exists and is visible."""
        found = self.driver.find_elements(By.CSS_SELECTOR, css)
        return bool(found) and found[0].is_displayed()

    def run(self, script: str, *values: object) -> Any:
        return self.driver.execute_script(script, *values)

    def wait(self, until: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
        """Wait until this holds; a page may be replaced while it is looked at."""
        waiting = WebDriverWait(self.driver, patience_s, 0.03, [StaleElementReferenceException])
        waiting.until(lambda _: until())

    def complaints(self) -> list[str]:
        """Return new messages of the console: refused resources and script errors."""
        return [entry["message"] for entry in self.driver.get_log("browser")]


@contextmanager
def chromium(language: str = "en") -> Iterator[Browser]:
    """Run a browser with an empty profile until the block ends."""
    profile = tempfile.mkdtemp()
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    own = (f"--window-size={SCREEN}", f"--user-data-dir={profile}", f"--lang={language}")
    for argument in (*ARGUMENTS, *own):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"intl.accept_languages": language})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options, Service(shutil.which("chromedriver")))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
        shutil.rmtree(profile, ignore_errors=True)


def scan_input(browser: Browser) -> Any:
    return browser.driver.find_element(By.ID, "files")


def drop(browser: Browser, *paths: Path) -> None:
    """Choose files in the field for uploads."""
    scan_input(browser).send_keys("\n".join(str(path) for path in paths))
