"""`digitize watch`, and the same inbox in a thread beside the pages."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from digitize import inbox
from digitize.campaign.store.watch_progress import Work, read_progress
from digitize.cli import watch
from digitize.errors import BadForm, ExitCode
from digitize.inbox import unwritten_tables
from tests.cli.terminal import Terminal
from tests.inbox import doubles
from tests.inbox.folder import DONE, FAILED, drop, lying, pages, stored

PATIENCE_S = 30.0


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "Inbox", partial(inbox.Inbox, run=doubles.RUN, settled_s=0.2))
    monkeypatch.setattr(watch, "STEP_S", 0.1)
    monkeypatch.setattr(unwritten_tables, "SOON_S", 0.1)


def test_what_lies_in_the_inbox_is_done_and_the_tables_are_written(terminal: Terminal) -> None:
    folder = terminal.folder / "out"
    drop(folder, "a.pdf", "2 a")
    drop(folder, "broken.pdf", "what")
    assert terminal.digitize("watch", "out", "--once", "--workers", "0") == ExitCode.PAGES_FAILED
    assert sorted(terminal.out.splitlines()[1:]) == ["a.pdf: done", "broken.pdf: failed"]
    assert lying(folder) == {DONE: ["a.pdf"], FAILED: ["broken.pdf"]}
    assert b"unknown,2," in (folder / "tally.csv").read_bytes()
    assert terminal.digitize("watch", "out", "--once") == ExitCode.OK
    assert "Muster" not in terminal.out + terminal.err


@pytest.mark.parametrize(
    ("after", "code", "sentence"),
    [
        (doubles.fault, ExitCode.FAULT, "a fault of its own (KeyError)"),
        (doubles.differ, ExitCode.SUMS_DIFFER, "The tables disagree."),
    ],
)
def test_tables_that_cannot_be_written_are_told_and_tried_again_and_end_in_the_exit_code(
    after: object, code: ExitCode, sentence: str, terminal: Terminal
) -> None:
    drop(terminal.folder / "out", "a.pdf", "2 a")
    terminal.patch.setattr(watch, "finish", after)
    assert terminal.digitize("watch", "out", "--once", "--workers", "0") == code
    assert sentence in terminal.sentence
    assert "Muster" not in terminal.out + terminal.err
    assert lying(terminal.folder / "out") == {DONE: ["a.pdf"]}
    terminal.patch.setattr(watch, "finish", doubles.fault_once)
    assert terminal.digitize("watch", "out", "--once", "--workers", "0") == ExitCode.OK
    assert b"unknown,2," in (terminal.folder / "out" / "tally.csv").read_bytes()


def test_ctrl_c_ends_it_in_peace(terminal: Terminal) -> None:
    def stop(_s: float) -> None:
        raise KeyboardInterrupt

    terminal.patch.setattr(time, "sleep", stop)
    assert terminal.digitize("watch", "out") == ExitCode.OK
    assert terminal.out.endswith("Ended. Start again to go on.\n")
    assert read_progress(terminal.folder / "out").work is Work.OFF


def test_a_wrong_form_is_told_before_anything_is_taken(terminal: Terminal) -> None:
    assert terminal.digitize("watch", "out", "--form", "eagle") == ExitCode.BAD_FORM
    with pytest.raises(BadForm), watch.reading(terminal.folder / "out", "eagle", None):
        pass
    assert not (terminal.folder / "out").exists()


def test_beside_the_pages_it_works_in_a_thread(tmp_path: Path, terminal: Terminal) -> None:
    folder = tmp_path / "out"
    with watch.reading(folder, "auto", 0) as running:
        assert terminal.digitize("watch", "out", "--once") == ExitCode.BAD_STORE
        assert "watches the inbox" in terminal.sentence
        drop(folder, "a.pdf", "2 a")
        wait_for((folder / DONE / "a.pdf").exists)
        running.restart()
    assert stored(folder) == pages("a.pdf", 2)
    assert read_progress(folder).work is Work.OFF


def wait_for(held: Callable[[], bool]) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not held():
        assert time.monotonic() < end_s
        time.sleep(0.05)
