"""Scans and folders that vanish or change while a run works end it clearly, and it can be resumed."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from digitize.errors import ExitCode
from digitize.page.pipeline import Settings
from digitize.records import Digitized, Failure, PageId
from tests.cli import kill_doubles
from tests.cli.terminal import Terminal, scan

RUN = ("run", "scans", "--out", "out", "--workers", "0", "--received", "2025-01-17")


def after_page(number: int, act: Callable[[], object], file: str, page: int, settings: Settings) -> Digitized:
    """Digitize a page; something happens to the files when this page is done."""
    if not Path(file).exists():
        return Digitized(Failure(PageId(file, page), "load", "unreadable", "It is not there."))
    result = kill_doubles.digitize(file, page, settings)
    if page == number and file.endswith("a.pdf"):
        act()
    return result


def tables(folder: Path) -> dict[str, bytes]:
    return {name: (folder / "out" / name).read_bytes() for name in ("rows.csv", "tally.csv", "pages.csv")}


@pytest.fixture
def expected(terminal: Terminal) -> dict[str, bytes]:
    """Return the tables of a run in which nothing happens."""
    scan(terminal.folder, "scans/a.pdf", "3 a")
    scan(terminal.folder, "scans/b.pdf", "2 b")
    assert terminal.digitize(*RUN, double=kill_doubles.digitize) == ExitCode.OK
    found = tables(terminal.folder)
    shutil.rmtree(terminal.folder / "out")
    return found


@pytest.mark.parametrize("counts_only", [False, True])
@pytest.mark.parametrize("with_folder", [False, True])
def test_a_results_folder_that_vanishes_ends_the_run(
    counts_only: bool, with_folder: bool, expected: dict[str, bytes], terminal: Terminal
) -> None:
    out = terminal.folder / "out"

    def vanish() -> None:
        shutil.rmtree(out)
        if with_folder:
            out.mkdir()

    option = ("--counts-only",) if counts_only else ()
    double = partial(after_page, 2, vanish)
    assert terminal.digitize(*RUN, *option, double=double) == ExitCode.BAD_STORE
    assert "out" in terminal.sentence
    assert not (out / "tally.csv").exists()
    assert terminal.digitize(*RUN, double=kill_doubles.digitize) == ExitCode.OK
    assert tables(terminal.folder) == expected


def test_a_scan_that_vanishes_fails_and_is_read_when_it_is_back(
    expected: dict[str, bytes], terminal: Terminal
) -> None:
    path = terminal.folder / "scans" / "b.pdf"
    away = terminal.folder / "away.pdf"
    double = partial(after_page, 2, lambda: path.rename(away))
    assert terminal.digitize(*RUN, double=double) == ExitCode.PAGES_FAILED
    assert "b.pdf" in terminal.out
    assert b"taken away" in (terminal.folder / "out" / "pages.csv").read_bytes()
    away.rename(path)
    assert terminal.digitize(*RUN, double=kill_doubles.digitize) == ExitCode.OK
    assert tables(terminal.folder) == expected


def test_a_scan_that_changes_fails_and_is_read_anew(expected: dict[str, bytes], terminal: Terminal) -> None:
    path = terminal.folder / "scans" / "a.pdf"
    double = partial(after_page, 2, lambda: path.write_text("3 another"))
    assert terminal.digitize(*RUN, double=double) == ExitCode.PAGES_FAILED
    assert b"changed" in (terminal.folder / "out" / "pages.csv").read_bytes()
    path.write_text("3 a")
    assert terminal.digitize(*RUN, double=kill_doubles.digitize) == ExitCode.OK
    assert tables(terminal.folder) == expected
