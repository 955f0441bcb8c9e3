"""Taking files out of the inbox once they are complete."""

import os
from pathlib import Path

import pytest

from digitize.campaign.store.scan_folders import INBOX
from digitize.inbox.intake import EMPTY_S, SETTLED_S, Arrivals
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
def arrivals(tmp_path: Path, clock: Clock) -> Arrivals:
    return Arrivals(tmp_path, clock=clock)


def taken(arrivals: Arrivals, clock: Clock, after_s: float) -> list[str]:
    clock.now_s += after_s
    return [path.name for path in arrivals.take()]


def test_a_file_is_taken_once_it_has_not_changed_for_a_while(
    tmp_path: Path, arrivals: Arrivals, clock: Clock
) -> None:
    path = drop(tmp_path, "a.pdf", "1")
    assert taken(arrivals, clock, 0) == []
    assert taken(arrivals, clock, SETTLED_S - 0.1) == []
    path.write_text("1 more")
    assert taken(arrivals, clock, 0.2) == []
    os.utime(path, ns=(1, 1))  # the same size, written again
    assert taken(arrivals, clock, SETTLED_S - 0.1) == []
    assert taken(arrivals, clock, SETTLED_S - 0.1) == []
    assert taken(arrivals, clock, 0.2) == ["a.pdf"]
    assert lying(tmp_path) == {SCANS: ["a.pdf"]}


def test_an_empty_file_is_given_more_time(tmp_path: Path, arrivals: Arrivals, clock: Clock) -> None:
    drop(tmp_path, "a.pdf", "")
    assert taken(arrivals, clock, 0) == []
    assert taken(arrivals, clock, EMPTY_S - 0.1) == []
    assert taken(arrivals, clock, 0.2) == ["a.pdf"]


def test_a_reused_name_starts_waiting_again(tmp_path: Path, arrivals: Arrivals, clock: Clock) -> None:
    drop(tmp_path, "a.pdf", "1")
    assert taken(arrivals, clock, 0) == []
    assert taken(arrivals, clock, SETTLED_S) == ["a.pdf"]
    drop(tmp_path, "a.pdf", "1")
    assert taken(arrivals, clock, 0) == []
    assert taken(arrivals, clock, SETTLED_S) == ["a (2).pdf"]


def test_a_locked_file_is_reported_and_tried_again(
    tmp_path: Path, arrivals: Arrivals, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(tmp_path, "a.pdf", "1")
    assert taken(arrivals, clock, 0) == []

    def refuse(*_: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as held:
        held.setattr(Path, "rename", refuse)
        assert taken(arrivals, clock, SETTLED_S) == []
    assert arrivals.problem.startswith("a.pdf cannot be moved out of the inbox (Permission denied)")
    assert (tmp_path / INBOX / "a.pdf").exists()
    assert taken(arrivals, clock, 0) == ["a.pdf"]
    assert arrivals.problem == ""
