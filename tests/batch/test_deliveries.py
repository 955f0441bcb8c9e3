"""Scans that are sent to workers: each once, few at a time, and nothing is kept for longer than needed."""

import logging
from hashlib import sha256
from pathlib import Path

import pytest

from digitize.batch import delivered_files, deliveries, worker_watch
from digitize.batch.cluster_worker import Answer, Order
from digitize.batch.delivered_files import DeliveredFiles, has_content
from digitize.batch.deliveries import Deliveries
from digitize.batch.installation import difference, installation
from digitize.batch.quiet_loggers import quiet_loggers
from digitize.batch.task import Task
from digitize.batch.worker_watch import WorkerWatch
from digitize.errors import BadCluster
from digitize.records import PageId


def task(page: int, sha256: str = "a") -> Task:
    return Task(1, PageId(f"/scans/{sha256}.pdf", page), "", sha256)


def test_a_scan_is_on_its_way_to_a_worker_once() -> None:
    sent = Deliveries()
    assert sent.begin("one", task(1), 10)
    assert not sent.begin("one", task(2), 10)
    assert sent.begin("two", task(3), 10)
    assert sent.end("one", task(1)) == [("one", task(2))]
    assert sent.begin("one", task(4), 10)


def test_few_scans_are_under_way_and_one_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "UNDER_WAY_MAX_BYTES", 15)
    sent = Deliveries()
    assert sent.begin("one", task(1), 20)
    assert not sent.begin("two", task(1, "b"), 1)
    assert sent.end("one", task(1)) == [("two", task(1, "b"))]
    assert sent.begin("two", task(1, "b"), 1)


def test_files_that_are_not_used_make_room_for_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivered_files, "KEPT_MAX_BYTES", 10)
    files = DeliveredFiles(tmp_path)
    files.add("a", "a.pdf", b"12345678")
    with files.using("a") as path:
        assert path is not None and path.name == "a.pdf" and path.read_bytes() == b"12345678"
        assert path.stat().st_mode & 0o077 == 0
        files.add("b", "b.pdf", b"12345678")
        assert path.exists()
    files.add("c", "c.pdf", b"12345678")
    for gone in "ab":
        with files.using(gone) as path:
            assert path is None
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


def test_a_file_is_told_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    assert not has_content(path, "")
    path.write_bytes(b"1")
    assert has_content(path, sha256(b"1").hexdigest())
    assert not has_content(path, sha256(b"2").hexdigest())
    path.write_bytes(b"22")
    assert has_content(path, sha256(b"22").hexdigest())
    assert not has_content(tmp_path, "")


def test_what_dask_may_log_tells_no_name() -> None:
    order = Order(b"", Task(1, PageId("/scans/Ada.pdf", 1)), 1.0, ("", "", ""), ())
    assert f"{order!r} {order} {(order,)}" == "a page a page (a page,)"
    assert repr(Answer("tcp://one", task(1))) == "a result"


def test_machines_are_compared_by_what_they_read_with(tmp_path: Path) -> None:
    ours = installation("auto", "rapid", "")
    assert difference(ours, ours) == ""
    assert difference(ours, ours[1:]).startswith("digitize none, this machine digitize ")
    form = tmp_path / "ours.toml"
    without = installation(str(form), "rapid", "")
    form.write_text('name = "ours"')
    installation.cache_clear()
    with_form = installation(str(form), "rapid", "")
    assert difference(with_form, without).startswith(f"form {form} none, this machine form {form} ")


def test_a_cluster_without_workers_is_waited_for_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_watch, "LOOKS_EVERY_S", 0)
    monkeypatch.setattr(worker_watch, "NOTICE_S", -1)
    said: list[str] = []
    counts = iter([0, 0, 2, 0, 0])
    watch = WorkerWatch("tcp://one", lambda: next(counts), said.append)
    assert [watch.threads() for _ in range(4)] == [0, 0, 2, 0]
    assert len(said) == 2 and said[0].startswith("No worker is connected to tcp://one")
    monkeypatch.setattr(worker_watch, "LIMIT_S", -1)
    with pytest.raises(BadCluster, match="No worker has connected"):
        watch.threads()


def test_other_packages_print_nothing_meanwhile(capfd: pytest.CaptureFixture[str]) -> None:
    chatty = logging.getLogger("chatty.part")
    chatty.addHandler(logging.StreamHandler())
    with quiet_loggers("chatty"):
        chatty.error("Ada")
        logging.getLogger("chatty.new").error("Ada")
    assert capfd.readouterr() == ("", "")
    chatty.error("afterwards")
    assert capfd.readouterr().err == "afterwards\n"
