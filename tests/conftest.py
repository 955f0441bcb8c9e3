"""Synthetic pages that many tests look at.  Each is made once per run, whatever the number of processes."""

import os
import pickle
import signal
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import hypothesis
import pytest

from samples.synthetic import ACAT, TIDY, Extras, Mode, Paper, SyntheticPage, make_page, random_fill

# Other programs may be using the machine: no example is too slow.
hypothesis.settings.register_profile(
    "digitize", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("digitize")

# A shell's background job ignores Ctrl-C, and so would the programs that tests start and stop with it.
signal.signal(signal.SIGINT, signal.default_int_handler)

Shared = Callable[..., SyntheticPage]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the campaigns unless -m names them."""
    if "campaign" not in config.option.markexpr:
        left_out = [item for item in items if item.get_closest_marker("campaign")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """`make_page`, with a file for each page from which the other processes of pytest-xdist load it."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def load_or_make(*arguments: object) -> SyntheticPage:
        path = folder / f"{sha256(repr(arguments).encode()).hexdigest()}.page"
        if not path.exists():
            _write(path, make_page(*arguments))  # type: ignore[arg-type]
        page: SyntheticPage = pickle.loads(path.read_bytes())
        return page

    return load_or_make


def _write(path: Path, page: SyntheticPage) -> None:
    """Write a page so that no other process ever reads half of it."""
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(pickle.dumps(page))
    part.replace(path)


@pytest.fixture(scope="session")
def list_page(shared: Shared) -> SyntheticPage:
    """The customer's list, rows 4 to 30, 20 of them filled, scanned straight in grey at 150 dpi."""
    return shared(ACAT[1], random_fill(ACAT[1], 101, 0.75), Paper(dpi=150.0), 101)


@pytest.fixture(scope="session")
def tidy_page(shared: Shared) -> SyntheticPage:
    """The same list filled without any oddity: every filled row counts."""
    return shared(ACAT[1], random_fill(ACAT[1], 102, 0.5, TIDY), Paper(dpi=150.0), 102)


@pytest.fixture(scope="session")
def letter_page(shared: Shared) -> SyntheticPage:
    """The customer's letter, rows 1 to 3, at 150 dpi."""
    return shared(ACAT[0], random_fill(ACAT[0], 103, 1.0, TIDY), Paper(dpi=150.0), 103, Extras(date="Nov."))


@pytest.fixture(scope="session")
def skewed_page(shared: Shared) -> SyntheticPage:
    """A list on a grey scanner bed, turned 2.3 degrees clockwise, dusty, in colour at 200 dpi."""
    paper = Paper(mode=Mode.COLOUR, skew_deg=2.3, bed=0.8, dust=30, folds=1, holes=2)
    return shared(ACAT[1], random_fill(ACAT[1], 104, 0.6), paper, 104)


@pytest.fixture(scope="session")
def lying_page(shared: Shared) -> SyntheticPage:
    """A list that was scanned a quarter turn clockwise and a little skewed, at 150 dpi."""
    paper = Paper(dpi=150.0, skew_deg=-1.2, rotation_deg=90)
    return shared(ACAT[1], random_fill(ACAT[1], 105, 0.6), paper, 105)


@pytest.fixture(scope="session")
def bitonal_page(shared: Shared) -> SyntheticPage:
    """A list in black and white at 200 dpi."""
    paper = Paper(mode=Mode.BITONAL, skew_deg=0.9, dust=20)
    return shared(ACAT[1], random_fill(ACAT[1], 106, 0.6), paper, 106)


@pytest.fixture(scope="session")
def empty_page(shared: Shared) -> SyntheticPage:
    """A list nobody wrote on, at 150 dpi."""
    return shared(ACAT[1], (), Paper(dpi=150.0), 107)
