"""The watched folder: crashes, a full disk and other runs are told, and no scan is lost or counted twice."""

import os
import signal
import time
from pathlib import Path

import pytest

from digitize.campaign.store import open_campaign
from digitize.campaign.store.watch_progress import Work, read_progress
from digitize.errors import CampaignBusy
from tests.inbox import doubles
from tests.inbox.folder import drop, lying, pages, stored, watcher, work_off


def test_a_crashed_run_is_reported_and_repeated(folder: Path) -> None:
    drop(folder, "a.pdf", "3")
    clock = Skipping()
    with watcher(folder, run=doubles.DIE_ONCE, clock=clock) as inbox:
        told = work_off(inbox, until=lambda _: clock.skip() and not inbox.waits)
    assert any("died by signal 9" in progress.sentence for progress in told)
    assert stored(folder) == pages("a.pdf", 3)
    done = (folder.parent / doubles.TRACE).read_text().splitlines()
    assert done == [f"a.pdf {page}" for page in (1, 2, 3)]  # page 1 was not done again


def test_repeated_crashes_stop_the_inbox_until_it_is_restarted(folder: Path) -> None:
    drop(folder, "a.pdf", "1")
    inbox_clock = Skipping()
    inbox = watcher(folder, run=doubles.DIE, clock=inbox_clock)
    with inbox:
        told = work_off(inbox, until=lambda told: inbox_clock.skip() and told.work is Work.STOPPED)
        assert "died by signal 9" in told[-1].sentence
        assert lying(folder) == {"scans": ["a.pdf"]}
        drop(folder, "b.pdf", "1 b")
        assert inbox.step().work is Work.STOPPED
        inbox.restart()
        assert inbox.step().work is Work.WORKING


class Skipping:
    """A clock that can be advanced, so that pauses between attempts take no time."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._ahead_s

    def skip(self) -> bool:
        self._ahead_s += 1.0
        return True


def test_an_internal_error_is_reported_without_text_from_a_sheet(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    drop(folder, "a.pdf", "1")
    with watcher(folder, run=doubles.QUOTE) as inbox:
        told = work_off(inbox)
    assert told[-1].work is Work.STOPPED
    assert "RuntimeError" in told[-1].sentence
    assert "Muster" not in told[-1].sentence + "".join(capfd.readouterr())


def test_another_run_is_waited_for(folder: Path) -> None:
    drop(folder, "a.pdf", "1")
    clock = Skipping()
    with watcher(folder, clock=clock) as inbox:
        with open_campaign(folder) as campaign, campaign.locked():
            told = work_off(inbox, until=lambda told: told.work is Work.BUSY)
            assert told[-1].sentence.startswith("Another run is working")
        work_off(inbox, until=lambda _: clock.skip() and not inbox.waits)
    assert stored(folder) == pages("a.pdf", 1)


def test_two_watchers_are_refused(folder: Path) -> None:
    with watcher(folder), pytest.raises(CampaignBusy, match="watches the inbox"), watcher(folder):
        pass
    with watcher(folder):
        pass


def test_a_full_disk_is_reported_and_recovered_from(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    drop(folder, "a.pdf", "1")
    clock = Skipping()
    with watcher(folder, clock=clock) as inbox:
        with monkeypatch.context() as trouble:
            trouble.setattr("digitize.inbox.watcher.write_progress", full)
            assert "No space left" in inbox.step().sentence
        assert "No space left" in inbox.step().sentence
        assert "No space left" in read_progress(folder).sentence
        work_off(inbox, until=lambda _: clock.skip() and not inbox.waits)
    assert stored(folder) == pages("a.pdf", 1)


def test_closing_ends_the_run_and_the_next_watcher_continues(folder: Path) -> None:
    drop(folder, "a.pdf", "5")
    with watcher(folder) as inbox:
        work_off(inbox, until=lambda told: told.pages_done >= 2)
        process = inbox._run.run.process.pid  # type: ignore[union-attr]
    with pytest.raises(ProcessLookupError):
        os.kill(process or 0, signal.SIG_DFL)
    with watcher(folder) as inbox:
        work_off(inbox)
    assert stored(folder) == pages("a.pdf", 5)
