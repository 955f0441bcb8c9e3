"""A real Chromium, driven as a person does: keys, files, looking at what is shown."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.webdriver import ActionChains, Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

PATIENCE_S = 20.0  # for what takes a moment on a machine that is busy with other tests
SCREEN = "1366,768"
ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


class Browser:
    """One window at a site."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver
        self.url = ""

    def enter(self, link: str, who: str = "Ada") -> None:
        """Follow the link and say who it is."""
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

    def keys(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def chord(self, held: str, key: str) -> None:
        """Press a key while another is held."""
        ActionChains(self.driver).key_down(held).send_keys(key).key_up(held).perform()

    def text(self, css: str) -> str:
        return str(self.run("return document.querySelector(arguments[0])?.textContent ?? ''", css)).strip()

    def shown(self, css: str) -> bool:
        """Whether there is such an element and it can be seen."""
        found = self.driver.find_elements(By.CSS_SELECTOR, css)
        return bool(found) and found[0].is_displayed()

    def run(self, script: str, *values: object) -> Any:
        return self.driver.execute_script(script, *values)

    def wait(self, until: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
        WebDriverWait(self.driver, patience_s, 0.03).until(lambda _: until())

    def complaints(self) -> list[str]:
        """What the browser complains about since the last time: refused resources, errors of scripts."""
        return [entry["message"] for entry in self.driver.get_log("browser")]


@contextmanager
def chromium(language: str = "en") -> Iterator[Browser]:
    """A browser without any past, until the block ends."""
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
    """Choose files for the field onto which they may be dropped as well."""
    scan_input(browser).send_keys("\n".join(str(path) for path in paths))
