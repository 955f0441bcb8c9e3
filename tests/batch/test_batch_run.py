"""Runs: every page is accounted for once, and repeated only when necessary."""

from collections.abc import Sequence
from pathlib import Path

import pytest

import digitize
from digitize import batch
from digitize.campaign.store import PICTURES, open_campaign
from digitize.errors import UnsupportedScan
from digitize.page.pipeline import Settings
from digitize.records import Failure, SheetPage
from tests.batch.runs import run, scan, stored
from tests.page import pipeline_doubles as doubles


@pytest.mark.parametrize("workers", [0, 2])
def test_every_page_is_done_and_stored_once(workers: int, scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "3 a")
    scan(scans, "b.pdf", "2 b")
    report = run(scans, out, workers=workers)
    assert (report.pages, report.done, report.failed, report.flagged, report.left) == (5, 5, 0, 2, 0)
    expected = [("a.pdf", page) for page in (1, 2, 3)] + [("b.pdf", page) for page in (1, 2)]
    assert sorted(stored(out)) == expected
    contents = sorted(path.read_text() for path in (out / PICTURES).iterdir())
    assert contents == [f"{name} {page}" for name, page in expected]


def test_files_that_cannot_be_opened_are_failures_and_the_rest_goes_on(scans: Path, out: Path) -> None:
    scan(scans, "broken.pdf", "what")
    scan(scans, "good.pdf", "1")
    report = run(scans, out)
    assert (report.done, report.failed) == (1, 1)
    assert stored(out) == {("broken.pdf", 0): "unreadable", ("good.pdf", 1): "list"}


def test_the_message_for_an_unsupported_file_is_stored(scans: Path, out: Path) -> None:
    def refuse(path: Path) -> int:
        raise UnsupportedScan(f"{path.name} is no scan.")

    notes = scan(scans, "notes.txt")
    batch.run([notes], out, Settings(), workers=0, digitize_file=doubles.digitize, count_pages=refuse)
    with open_campaign(out) as campaign:
        (failure,) = campaign.pages.outcomes()
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.sentence, failure.id.page) == ("unsupported", "notes.txt is no scan.", 0)


class Notes(batch.Silent):
    """A watch that records its calls."""

    def __init__(self) -> None:
        self.pages = 0
        self.files: list[tuple[str, list[int]]] = []

    def begin(self, pages: int) -> None:
        self.pages = pages

    def file(self, label: str, outcomes: Sequence[SheetPage | Failure]) -> None:
        self.files.append((label, [outcome.id.page for outcome in outcomes]))


def test_the_watch_is_told_of_each_file_after_its_last_page(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "2 a")
    scan(scans, "x/b.pdf", "1 b")
    scan(scans, "y/b.pdf", "broken")
    watch = Notes()
    run(scans, out, watch=watch)
    assert watch.pages == 4
    assert sorted(watch.files) == [("a.pdf", [1, 2]), ("x/b.pdf", [1]), ("y/b.pdf", [0])]


def test_a_second_run_does_only_what_is_missing(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "3 a")
    first = run(scans, out, doubles.fail)
    assert (first.done, first.failed, first.skipped) == (2, 1, 0)
    scan(scans, "b.pdf", "1 b")
    second = run(scans, out)
    assert (second.pages, second.done, second.failed, second.skipped) == (4, 2, 0, 2)
    third = run(scans, out, doubles.fault)  # would be a fault if it were called
    assert (third.pages, third.done, third.skipped) == (4, 0, 4)


def test_redo_or_changed_settings_version_or_crops_repeat_pages(
    scans: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(scans, "a.pdf", "2 a")
    assert run(scans, out).done == 2
    assert run(scans, out, redo=True).done == 2
    assert run(scans, out, settings=Settings(reader="tesseract")).done == 2
    assert run(scans, out, settings=Settings(reader="tesseract", crops=True)).done == 2
    assert run(scans, out, settings=Settings(reader="tesseract")).done == 0
    monkeypatch.setattr(digitize, "__version__", "99")
    assert run(scans, out, settings=Settings(reader="tesseract")).done == 2
    assert len(stored(out)) == 2
