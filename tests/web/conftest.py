"""A site with a small campaign shared by many tests, and one Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.browser import Browser, chromium
from tests.web.campaigns import doubtful, make, row, unsure_region, weak_name
from tests.web.site import Client, Site, running

FORMULA = "=cmd|' /C calc'!A0"
MARKUP = "<script>document.title='taken'</script>"


def make_small_campaign(folder: Path) -> Path:
    """Make two pages with doubtful cells, unsure cantons, weak names, and names that look like code."""
    first = [*(doubtful(n) for n in range(1, 6)), *(row(n) for n in range(6, 11))]
    second = [
        *(unsure_region(n) for n in range(1, 4)),
        *(weak_name(n) for n in range(4, 7)),
        weak_name(7, MARKUP),
        weak_name(8, FORMULA),
        *(row(n) for n in range(9, 13)),
    ]
    make(folder, [("a.pdf", first), ("b.pdf", second)])
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and "chrome" in item.fixturenames:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def campaign_folder(tmp_path: Path) -> Path:
    return make_small_campaign(tmp_path / "friday")


@pytest.fixture
def fresh_site(campaign_folder: Path) -> Iterator[Site]:
    """A site for one test that makes decisions."""
    with running(campaign_folder, goal=50) as site:
        yield site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site shared by tests that make no decisions."""
    with running(make_small_campaign(tmp_path_factory.mktemp("shared") / "friday"), goal=50) as site:
        yield site


@pytest.fixture(scope="module")
def client(site: Site) -> Client:
    return Client(site).enter()


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """One Chromium for all tests; each test signs in at its own site."""
    with chromium() as browser:
        yield browser
