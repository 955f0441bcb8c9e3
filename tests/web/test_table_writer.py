"""The tables are written soon after decisions, not after each one, and at once before a download."""

import heapq
import logging
import re
from collections.abc import Callable
from itertools import count

import pytest

from digitize.errors import BadStore
from digitize.tally.retry import FIRST_S, MOST_S
from digitize.web.table_writer import LATEST_S, QUIET_S, TableWriter
from tests.web.site import Client, Site

DECISION = b'{"decisions": [{"key": "1.0.1", "field": "status", "value": "signed"}]}'


class Clock:
    """A clock that moves only in `advance`, which also makes the scheduled calls."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._cancelled: set[int] = set()
        self._numbers = count()

    def time(self) -> float:
        return self.now_s

    def later(self, delay_s: float, call: Callable[[], object]) -> Callable[[], None]:
        number = next(self._numbers)
        heapq.heappush(self._due, (self.now_s + delay_s, number, call))
        return lambda: self._cancelled.add(number)

    def advance(self, seconds: float) -> None:
        until_s = self.now_s + seconds
        while self._due and self._due[0][0] <= until_s:
            self.now_s, number, call = heapq.heappop(self._due)
            if number not in self._cancelled:
                call()
        self.now_s = until_s


class Folder:
    """A writer whose writes can be made to fail; records their times."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.tried: list[float] = []
        self.fails: Exception | None = None
        self.meanwhile: Callable[[], None] = lambda: None
        self.writer = TableWriter(self.write, self.clock.time, self.clock.later)

    def write(self) -> None:
        self.tried.append(self.clock.now_s - 1000.0)
        self.meanwhile()
        if self.fails:
            raise self.fails


def test_many_changes_are_written_together() -> None:
    folder = Folder()
    for _ in range(10):
        folder.writer.changed()
        folder.clock.advance(QUIET_S / 2)
    folder.clock.advance(1000)
    assert folder.tried == [9 * QUIET_S / 2 + QUIET_S]


def test_a_steady_stream_of_changes_is_written_in_between() -> None:
    folder = Folder()
    for _ in range(150):
        folder.writer.changed()
        folder.clock.advance(1)
    assert folder.tried[0] == LATEST_S
    assert max(b - a for a, b in zip(folder.tried, folder.tried[1:], strict=False)) <= LATEST_S + 1
    assert len(folder.tried) == 5


def test_asking_for_the_tables_writes_pending_changes() -> None:
    folder = Folder()
    assert folder.writer.settle() and folder.tried == []  # nothing has changed
    folder.writer.changed()
    assert folder.writer.settle() and folder.writer.settle()
    folder.clock.advance(1000)
    assert folder.tried == [0]


def test_a_change_while_tables_are_written_is_not_lost() -> None:
    folder = Folder()
    changes = [folder.writer.changed]
    folder.meanwhile = lambda: changes.pop()() if changes else None
    folder.writer.changed()
    folder.writer.settle()
    folder.clock.advance(1000)
    assert folder.tried == [0, QUIET_S]


def test_a_failed_write_is_logged_and_retried_less_and_less_often(
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder = Folder()
    folder.fails = BadStore("The disk is full.")
    folder.writer.changed()
    folder.clock.advance(QUIET_S)
    assert folder.writer.failed
    assert "The disk is full." in caplog.text and caplog.records[0].levelno == logging.ERROR
    folder.clock.advance(10 * MOST_S)
    waits = [b - a for a, b in zip(folder.tried, folder.tried[1:], strict=False)]
    assert waits[:3] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S]
    assert waits[-1] == max(waits) == MOST_S
    folder.fails = None
    folder.clock.advance(MOST_S)
    assert not folder.writer.failed
    tried = len(folder.tried)
    folder.clock.advance(10 * MOST_S)
    assert len(folder.tried) == tried


def test_further_decisions_do_not_speed_up_retries() -> None:
    folder = Folder()
    folder.fails = OSError("a name")
    for _ in range(600):
        folder.writer.changed()
        folder.clock.advance(1)
    assert len(folder.tried) < 10


def test_asking_for_tables_that_cannot_be_written_reports_failure_and_retries_at_once() -> None:
    folder = Folder()
    folder.fails = BadStore("The disk is full.")
    folder.writer.changed()
    assert not folder.writer.settle() and not folder.writer.settle()
    folder.fails = None
    assert folder.writer.settle() and not folder.writer.failed
    assert len(folder.tried) == 3


def test_the_log_never_contains_the_message_of_an_error(caplog: pytest.LogCaptureFixture) -> None:
    folder = Folder()
    folder.fails = ValueError("Ada Muster")
    folder.writer.changed()
    folder.writer.settle()
    assert "ValueError" in caplog.text and "Ada" not in caplog.text


def test_a_download_waits_for_the_decisions(fresh_site: Site) -> None:
    client = Client(fresh_site).enter()
    (fresh_site.folder / "tally.csv").write_text("region\r\n")
    client.get("/tables/tally.csv")
    assert fresh_site.calls == []
    assert client.post("/review/decisions", DECISION).json == {"done": 1, "lost": []}
    answer = client.get("/tables/tally.csv")
    assert fresh_site.calls == ["write_tables"]
    assert answer.headers["content-disposition"].startswith('attachment; filename="friday-tally-')


def test_outdated_tables_are_not_served(fresh_site: Site) -> None:
    client = Client(fresh_site).enter()
    (fresh_site.folder / "tally.csv").write_text("region\r\n")
    fresh_site.fails = BadStore("The disk is full.")
    assert not client.get("/progress").json["unwritten"]
    client.post("/review/decisions", DECISION)
    answer = client.get("/tables/tally.csv")
    assert answer.status == 503 and "could not be written" in answer.text
    assert "no-store" in answer.headers["cache-control"] and int(answer.headers["retry-after"]) > 0
    assert client.get("/progress").json["unwritten"]
    assert re.search('id="unwritten"[^>]*role="alert">', client.get("/").text)
    fresh_site.fails = None
    assert client.get("/tables/tally.csv").text == "region\r\n"
    assert not client.get("/progress").json["unwritten"]
    assert re.search('id="unwritten"[^>]* hidden>', client.get("/").text)


def test_the_log_table_contains_no_formulas(fresh_site: Site) -> None:
    client = Client(fresh_site).enter("=Ada()")
    decision = b'{"decisions": [{"key": "1.0.1", "field": "name", "value": "+41 79"}]}'
    client.post("/review/decisions", decision)
    header, line = client.get("/tables/log.csv").body.decode("utf-8-sig").splitlines()
    assert header.startswith("id,at,by,file,page,row,field")
    assert "'=Ada()" in line and "'+41 79" in line


def test_invalid_decisions_are_reported_and_the_others_saved(fresh_site: Site) -> None:
    client = Client(fresh_site).enter()
    two = (
        b'{"decisions": [{"key": "1.0.99", "field": "status", "value": "signed"},'
        b'{"key": "1.1.2", "field": "status", "value": "signed"}]}'
    )
    answer = client.post("/review/decisions", two)
    assert (answer.status, answer.json) == (409, {"done": 1, "lost": [0]})
    for nonsense in (b"[]", b"{", b'{"decisions": [{}]}', b'{"decisions": 7}', b"\xff"):
        assert client.post("/review/decisions", nonsense).status == 400


def test_nobody_decides_without_a_name(fresh_site: Site) -> None:
    client = Client(fresh_site).enter("")
    assert client.get("/review/count").headers["location"] == "/hello?back=/review/count"
    assert client.post("/review/decisions", DECISION).status == 403
    assert client.post("/review/undo", b"{}").status == 403
