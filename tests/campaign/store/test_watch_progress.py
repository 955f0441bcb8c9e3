"""The progress of a watcher is read back, ignored if it is old, and replaced by the waiting files."""

from dataclasses import replace
from pathlib import Path

import pytest

from digitize.campaign.store.scan_folders import INBOX, SCANS
from digitize.campaign.store.watch_progress import (
    PROGRESS,
    STALE_S,
    Progress,
    QueuedFile,
    Stage,
    Work,
    read_progress,
    write_progress,
)

AT_WORK = Progress(Work.WORKING, "", 3, 1, 12.5, (QueuedFile("a.pdf", Stage.WORKING, 1),))
WAITING = (QueuedFile("b.pdf", Stage.WAITING), QueuedFile("c.pdf", Stage.ARRIVING))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for place, name in ((SCANS, "b.pdf"), (INBOX, "c.pdf")):
        (tmp_path / place).mkdir()
        (tmp_path / place / name).write_bytes(b"1")
    return tmp_path


def test_progress_is_read_back(folder: Path) -> None:
    write_progress(folder, AT_WORK)
    assert read_progress(folder) == AT_WORK


@pytest.mark.parametrize("left", ["", "{}", '{"work": "dancing", "files": []}', '{"files": [{}]}', "[]"])
def test_an_unreadable_file_means_that_there_is_no_watcher(left: str, folder: Path) -> None:
    (folder / PROGRESS).write_text(left)
    found = read_progress(folder)
    assert (found.work, found.files) == (Work.OFF, WAITING)


def test_progress_of_a_watcher_that_ended_is_not_shown(folder: Path) -> None:
    write_progress(folder, replace(AT_WORK, written_s=AT_WORK.written_s - STALE_S - 1))
    assert read_progress(folder).work is Work.OFF
    write_progress(folder, replace(AT_WORK, work=Work.OFF))
    assert read_progress(folder).files == WAITING
