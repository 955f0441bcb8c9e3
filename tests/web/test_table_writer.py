"""The tables follow the decisions: soon, not at every key, and at once for who takes them away."""

import threading
import time

from digitize.web.table_writer import TableWriter
from tests.web.site import Client, Site

SOON_S = 0.05


def test_many_changes_are_written_once_they_have_ended() -> None:
    written = threading.Event()
    times: list[float] = []

    def write() -> None:
        times.append(time.monotonic())
        written.set()

    writer = TableWriter(write, SOON_S)
    for _ in range(10):
        writer.changed()
    assert written.wait(5)
    time.sleep(4 * SOON_S)
    assert len(times) == 1


def test_who_asks_for_the_tables_gets_them_in_step() -> None:
    calls: list[str] = []
    writer = TableWriter(lambda: calls.append("written"), quiet_s=60)
    writer.settle()
    assert calls == []  # nothing has changed
    writer.changed()
    writer.settle()
    writer.settle()
    assert calls == ["written"]


def test_a_change_while_tables_are_written_is_not_lost() -> None:
    calls: list[str] = []

    def write() -> None:
        if not calls:
            writer.changed()
        calls.append("written")

    writer = TableWriter(write, quiet_s=60)
    writer.changed()
    writer.settle()
    writer.settle()
    assert calls == ["written", "written"]


def test_a_download_waits_for_the_decisions(fresh_site: Site) -> None:
    client = Client(fresh_site).enter()
    (fresh_site.folder / "tally.csv").write_text("region\r\n")
    client.get("/tables/tally.csv")
    assert fresh_site.calls == []
    decision = b'{"decisions": [{"key": "1.0.1", "field": "status", "value": "signed"}]}'
    assert client.post("/review/decisions", decision).json == {"done": 1, "lost": []}
    answer = client.get("/tables/tally.csv")
    assert fresh_site.calls == ["write_tables"]
    assert answer.headers["content-disposition"] == 'attachment; filename="tally.csv"'


def test_the_trail_is_a_table_in_which_nothing_becomes_a_formula(fresh_site: Site) -> None:
    client = Client(fresh_site).enter("=Ada()")
    decision = b'{"decisions": [{"key": "1.0.1", "field": "name", "value": "+41 79"}]}'
    client.post("/review/decisions", decision)
    header, line = client.get("/tables/log.csv").body.decode("utf-8-sig").splitlines()
    assert header.startswith("id,at,by,file,page,row,field")
    assert "'=Ada()" in line and "'+41 79" in line


def test_what_cannot_be_decided_is_told_and_the_rest_is_kept(fresh_site: Site) -> None:
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
    decision = b'{"decisions": [{"key": "1.0.1", "field": "status", "value": "signed"}]}'
    assert client.post("/review/decisions", decision).status == 403
    assert client.post("/review/undo", b"{}").status == 403
