"""`digitize watch`, and the same inbox in a thread beside the web pages."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from digitize import inbox
from digitize.campaign.store.watch_progress import Work, read_progress
from digitize.cli import watch
from digitize.errors import BadForm, ExitCode
from digitize.tally import publish, retry
from tests.cli.terminal import Terminal
from tests.inbox import doubles
from tests.inbox.folder import DONE, FAILED, drop, lying, pages, stored

PATIENCE_S = 30.0


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "Inbox", partial(inbox.Inbox, run=doubles.RUN, settled_s=0.2))
    monkeypatch.setattr(inbox, "STEP_S", 0.1)
    monkeypatch.setattr(retry, "FIRST_S", 0.1)


def test_files_in_the_inbox_are_digitized_and_the_tables_written(terminal: Terminal) -> None:
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
        (doubles.fault, ExitCode.FAULT, "an internal error (KeyError)"),
        (doubles.differ, ExitCode.SUMS_DIFFER, "The tables disagree."),
    ],
)
def test_failing_to_write_tables_is_reported_retried_and_sets_the_exit_code(
    after: object, code: ExitCode, sentence: str, terminal: Terminal
) -> None:
    drop(terminal.folder / "out", "a.pdf", "2 a")
    terminal.patch.setattr(publish, "finish", after)
    assert terminal.digitize("watch", "out", "--once", "--workers", "0") == code
    assert sentence in terminal.sentence
    assert "Muster" not in terminal.out + terminal.err
    assert lying(terminal.folder / "out") == {DONE: ["a.pdf"]}
    terminal.patch.setattr(publish, "finish", doubles.fault_once)
    assert terminal.digitize("watch", "out", "--once", "--workers", "0") == ExitCode.OK
    assert b"unknown,2," in (terminal.folder / "out" / "tally.csv").read_bytes()


def test_ctrl_c_stops_it_with_success(terminal: Terminal) -> None:
    def stop(_s: float) -> None:
        raise KeyboardInterrupt

    terminal.patch.setattr(time, "sleep", stop)
    assert terminal.digitize("watch", "out") == ExitCode.OK
    assert terminal.out.endswith("Stopped. Run the same command again to continue.\n")
    assert read_progress(terminal.folder / "out").work is Work.OFF


def test_a_wrong_form_is_reported_before_anything_is_taken(terminal: Terminal) -> None:
    assert terminal.digitize("watch", "out", "--form", "eagle") == ExitCode.BAD_FORM
    with pytest.raises(BadForm), watch.reading(terminal.folder / "out", "eagle", None):
        pass
    assert not (terminal.folder / "out").exists()


def test_the_inbox_works_in_a_thread_beside_the_pages(tmp_path: Path, terminal: Terminal) -> None:
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
