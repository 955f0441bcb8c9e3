"""Runs on a Dask cluster whose scheduler and workers are processes: same tables as on this machine."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitize import batch
from digitize.batch import dask_cluster, worker_watch
from digitize.batch.dask_cluster import READS_FOLDER, SENDS_SCANS
from digitize.campaign.store import open_campaign
from digitize.errors import BadCluster
from digitize.tally import NAMES
from digitize.tally.publish import finish
from tests.batch.dask_processes import PATIENCE_S, Processes, dask_processes
from tests.batch.runs import run, scan, stored
from tests.cli import kill_doubles
from tests.page import pipeline_doubles as doubles

pytestmark = pytest.mark.slow


class Notices(batch.Silent):
    """What a run says of its cluster, and what happens when so many pages are stored."""

    def __init__(self, at: int = 0, then: object = None) -> None:
        self.said: list[str] = []
        self.pages = 0
        self._at, self._then = at, then

    def notice(self, sentence: str) -> None:
        self.said.append(sentence)

    def page(self, outcome: object) -> None:  # noqa: ARG002
        self.pages += 1
        if self.pages == self._at:
            self._then()  # type: ignore[operator]


@pytest.fixture
def processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Processes]:
    monkeypatch.setattr(worker_watch, "LIMIT_S", PATIENCE_S)
    with dask_processes(tmp_path / "dask") as processes:
        yield processes


def tables(out: Path) -> dict[str, bytes]:
    with open_campaign(out) as campaign:
        finish(campaign)
    return {name: (out / name).read_bytes() for name in NAMES}


def some_scans(folder: Path) -> None:
    for name, content in {"a.pdf": "6 a", "b.pdf": "2 b", "c.pdf": "4 c", "again.pdf": "2 b"}.items():
        os.utime(scan(folder, name, content), (1.7e9, 1.7e9))


def expected(scans: Path, folder: Path) -> dict[str, bytes]:
    run(scans, folder / "expected", kill_doubles.digitize)
    return tables(folder / "expected")


def preload(processes: Processes, code: str) -> str:
    """Return a module for a worker to run first, which makes it another kind of machine."""
    path = processes.folder / "preload.py"
    path.write_text(code)
    return str(path)


WITHOUT_FOLDER = """
from digitize.batch import cluster_worker
cluster_worker.has_content = lambda path, sha256: False
"""
OLDER = "import digitize; digitize.__version__ = '0.1.0'"
WITHOUT_DIGITIZE = "import sys; sys.modules['digitize'] = None"


def test_a_cluster_gives_the_tables_of_this_machine(
    scans: Path, out: Path, tmp_path: Path, processes: Processes
) -> None:
    some_scans(scans)
    processes.worker()
    processes.worker("--no-nanny", "--nthreads", "2")
    processes.wait_for_log("Register worker", 2)
    watch = Notices()
    report = run(scans, out, kill_doubles.digitize, cluster=processes.address, watch=watch)
    assert (report.done, report.failed, report.duplicate, report.left) == (12, 0, 2, 0)
    assert watch.said[1:] == [READS_FOLDER]
    assert watch.said[0].startswith("Dashboard: http://127.0.0.1:")
    assert tables(out) == expected(scans, tmp_path)
    assert processes.left_behind() == []
    assert "a.pdf" not in processes.logs() and "Lovelace" not in processes.logs()


def test_a_cluster_on_this_machine_gives_the_same_tables(scans: Path, out: Path, tmp_path: Path) -> None:
    some_scans(scans)
    assert run(scans, out, kill_doubles.digitize, cluster="local:2").done == 12
    assert tables(out) == expected(scans, tmp_path)


def test_scans_are_sent_to_workers_that_cannot_see_their_folder(
    scans: Path, out: Path, tmp_path: Path, processes: Processes
) -> None:
    some_scans(scans)
    processes.worker("--preload", preload(processes, WITHOUT_FOLDER), "--nthreads", "3")
    processes.wait_for_log("Register worker")
    watch = Notices()
    assert run(scans, out, kill_doubles.digitize, cluster=processes.address, watch=watch).done == 12
    assert watch.said[1:] == [SENDS_SCANS]
    assert tables(out) == expected(scans, tmp_path)
    assert processes.left_behind() == []


def test_pages_that_crash_or_hang_cost_themselves_only(scans: Path, out: Path, processes: Processes) -> None:
    scan(scans, "a.pdf", "7")
    processes.worker()
    report = run(scans, out, doubles.die, cluster=processes.address)
    assert (report.done, report.failed, report.left) == (4, 3, 0)
    failed = {page: kind for (_, page), kind in stored(out).items() if kind != "list"}
    assert failed == {2: "worker-died", 4: "worker-died", 6: "worker-died"}
    scan(scans, "a.pdf", "3")
    report = run(scans, out, doubles.hang, cluster=processes.address, page_limit_s=2.0)
    assert (report.done, report.failed) == (2, 1)
    assert stored(out)["a.pdf", 2] == "time-limit"
    assert "died" not in processes.logs()  # the worker itself went on
    assert "Muster" not in processes.logs()


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (OLDER, r"has digitize 0\.1\.0, this machine digitize \d"),
        (WITHOUT_DIGITIZE, "it does not find digitize"),
    ],
)
def test_a_worker_that_reads_with_something_else_is_refused_by_name(
    code: str, problem: str, scans: Path, out: Path, processes: Processes
) -> None:
    scan(scans, "a.pdf", "3")
    processes.worker("--preload", preload(processes, code))
    processes.wait_for_log("Register worker")
    with pytest.raises(BadCluster, match=rf"^The worker tcp://127\.0\.0\.1:\d+ cannot be used: .*{problem}"):
        run(scans, out, cluster=processes.address)


def test_a_worker_that_comes_later_is_looked_at_too(scans: Path, out: Path, processes: Processes) -> None:
    scan(scans, "a.pdf", "3")
    watch = Notices()
    watch.notice = lambda _: processes.worker("--preload", preload(processes, OLDER))  # type: ignore[method-assign,assignment]
    with pytest.raises(BadCluster, match="has digitize 0"):
        run(scans, out, cluster=processes.address, watch=watch)


def test_without_a_scheduler_the_run_says_so(scans: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_cluster, "CONNECT_LIMIT_S", 1.0)
    scan(scans, "a.pdf", "3")
    with pytest.raises(BadCluster, match=r"^No Dask scheduler answers at tcp://127.0.0.1:9 "):
        run(scans, out, cluster="tcp://127.0.0.1:9")


def test_a_scheduler_that_is_lost_ends_the_run_which_goes_on_later(
    scans: Path, out: Path, tmp_path: Path, processes: Processes
) -> None:
    some_scans(scans)
    processes.worker()
    scheduler = processes.started[0]
    lose = Notices(3, lambda: os.killpg(scheduler.pid, signal.SIGKILL))
    with pytest.raises(BadCluster, match=r"was lost\. What is finished is kept"):
        run(scans, out, kill_doubles.digitize, cluster=processes.address, watch=lose)
    done = len(stored(out))
    assert 3 <= done < 12
    processes.scheduler()
    processes.worker()
    report = run(scans, out, kill_doubles.digitize, cluster=processes.address)
    assert (report.done, report.skipped) == (12 - done, done)
    assert tables(out) == expected(scans, tmp_path)


def test_a_worker_that_dies_costs_nothing(
    scans: Path, out: Path, tmp_path: Path, processes: Processes
) -> None:
    some_scans(scans)
    first = processes.worker("--no-nanny")
    processes.wait_for_log("Register worker")
    processes.worker()
    lose = Notices(3, lambda: os.kill(first.pid, signal.SIGKILL))
    assert run(scans, out, kill_doubles.digitize, cluster=processes.address, watch=lose).done == 12
    assert tables(out) == expected(scans, tmp_path)
    wait_until(lambda: processes.left_behind() == [])


def wait_until(holds: object) -> None:
    for _ in range(200):
        if holds():  # type: ignore[operator]
            return
        time.sleep(0.05)
    raise AssertionError("it never came about")
