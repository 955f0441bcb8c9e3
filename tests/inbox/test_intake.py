"""When a file is there for good."""

import os
from pathlib import Path

import pytest

from digitize.campaign.store.scan_folders import INBOX
from digitize.inbox.intake import EMPTY_S, SETTLED_S, Settling
from tests.inbox.folder import SCANS, drop, lying


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settling(tmp_path: Path, clock: Clock) -> Settling:
    return Settling(tmp_path, clock=clock)


def taken(settling: Settling, clock: Clock, after_s: float) -> list[str]:
    clock.now_s += after_s
    return [path.name for path in settling.take()]


def test_a_file_is_taken_when_it_has_not_changed_for_a_while(
    tmp_path: Path, settling: Settling, clock: Clock
) -> None:
    path = drop(tmp_path, "a.pdf", "1")
    assert taken(settling, clock, 0) == []
    assert taken(settling, clock, SETTLED_S - 0.1) == []
    path.write_text("1 more")
    assert taken(settling, clock, 0.2) == []
    os.utime(path, ns=(1, 1))  # the same size, written again
    assert taken(settling, clock, SETTLED_S - 0.1) == []
    assert taken(settling, clock, SETTLED_S - 0.1) == []
    assert taken(settling, clock, 0.2) == ["a.pdf"]
    assert lying(tmp_path) == {SCANS: ["a.pdf"]}


def test_an_empty_file_has_more_time(tmp_path: Path, settling: Settling, clock: Clock) -> None:
    drop(tmp_path, "a.pdf", "")
    assert taken(settling, clock, 0) == []
    assert taken(settling, clock, EMPTY_S - 0.1) == []
    assert taken(settling, clock, 0.2) == ["a.pdf"]


def test_a_name_that_comes_again_waits_anew(tmp_path: Path, settling: Settling, clock: Clock) -> None:
    drop(tmp_path, "a.pdf", "1")
    assert taken(settling, clock, 0) == []
    assert taken(settling, clock, SETTLED_S) == ["a.pdf"]
    drop(tmp_path, "a.pdf", "1")
    assert taken(settling, clock, 0) == []
    assert taken(settling, clock, SETTLED_S) == ["a (2).pdf"]


def test_a_file_that_another_program_holds_is_told_and_tried_again(
    tmp_path: Path, settling: Settling, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(tmp_path, "a.pdf", "1")
    assert taken(settling, clock, 0) == []

    def refuse(*_: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as held:
        held.setattr(Path, "rename", refuse)
        assert taken(settling, clock, SETTLED_S) == []
    assert settling.trouble.startswith("a.pdf cannot be taken out of the inbox (Permission denied)")
    assert (tmp_path / INBOX / "a.pdf").exists()
    assert taken(settling, clock, 0) == ["a.pdf"]
    assert settling.trouble == ""
