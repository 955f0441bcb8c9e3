"""Crashes and hangs of workers, pages and runs: every page is accounted for once."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from digitize import batch
from digitize.batch import worker_pool
from digitize.campaign.store import PICTURES, open_campaign
from digitize.errors import BadStore
from digitize.messages import sentences
from digitize.page.pipeline import Settings
from digitize.records import Digitized, SheetPage
from tests.batch.runs import run, scan, stored
from tests.page import pipeline_doubles as doubles


@pytest.mark.slow
def test_a_crashed_worker_costs_only_its_page(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "7")
    report = run(scans, out, doubles.die, workers=2)
    assert (report.done, report.failed, report.left) == (4, 3, 0)
    failed = {page: kind for (_, page), kind in stored(out).items() if kind != "list"}
    assert failed == {2: "worker-died", 4: "worker-died", 6: "worker-died"}


def test_a_page_whose_worker_crashed_once_is_retried_alone(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "3")
    report = run(scans, out, doubles.die_once, workers=2)
    assert (report.done, report.failed) == (3, 0)


def test_a_page_that_hangs_fails(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "3")
    report = run(scans, out, doubles.hang, workers=2, page_limit_s=1.0)
    assert (report.done, report.failed) == (2, 1)
    assert stored(out)["a.pdf", 2] == "time-limit"


@pytest.mark.parametrize("workers", [0, 1])
def test_results_that_belong_to_no_task_are_rejected(
    workers: int, scans: Path, out: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    scan(scans, "a.pdf", "4")
    report = run(scans, out, doubles.babble, workers=workers)
    assert (report.done, report.failed) == (1, 3)
    kinds = [kind for _, kind in sorted(stored(out).items())]
    assert kinds == ["nonsense", "nonsense", "unstorable", "list"]
    if workers:
        assert capfd.readouterr() == ("", "")  # workers print nothing


def notes_of(out: Path) -> set[str]:
    with open_campaign(out) as campaign:
        return {sentences(page.notes) for page in campaign.pages.outcomes() if isinstance(page, SheetPage)}


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_use_one_thread(workers: int, scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "4")
    run(scans, out, doubles.threads, workers=workers)
    assert notes_of(out) == {"1 1 1"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere each imports all by itself")
def test_several_workers_share_what_one_process_imported(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "4")
    run(scans, out, doubles.forked, workers=2)
    assert notes_of(out) == {"True"}


def test_workers_that_cannot_start_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "_serve", os._exit)  # called with a pipe: ends with an error at once
    with pytest.raises(batch.CannotStart, match="digitize doctor"):
        list(worker_pool.run_tasks([1, 2], str, 2, 10.0))


def test_ctrl_c_keeps_what_is_finished(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "5")
    report = run(scans, out, doubles.interrupt)
    assert (report.interrupted, report.done, report.left) == (True, 2, 3)
    assert len(stored(out)) == 2
    assert run(scans, out).done == 3


def test_two_runs_at_once_are_refused(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "1")
    with (
        open_campaign(out, create=True) as campaign,
        campaign.locked(),
        pytest.raises(BadStore, match="Another run"),
    ):
        run(scans, out)


RUN = """
import sys
from pathlib import Path
from digitize import batch
from digitize.page.pipeline import Settings
from tests.page import pipeline_doubles as doubles
if __name__ == "__main__":
    scans, out, double = Path(sys.argv[1]), Path(sys.argv[2]), getattr(doubles, sys.argv[3])
    how = dict(workers=2, digitize_file=double, count_pages=doubles.count_pages)
    report = batch.run([scans], out, Settings(), **how)
    sys.exit(report.left)
"""


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files whose path is short enough for that of a socket in it."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


def start_run(
    scans: Path, out: Path, double: str, temporary: Path | None = None
) -> "subprocess.Popen[bytes]":
    script = scans.parent / "batch_run.py"
    script.write_text(RUN)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    environment |= {"TMPDIR": str(temporary)} if temporary else {}
    command = [sys.executable, script, scans, out, double]
    return subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2])


def wait_for_trace(trace: Path, lines: int) -> list[str]:
    for _ in range(1200):
        if trace.exists() and len(seen := trace.read_text().splitlines()) >= lines:
            return seen
        time.sleep(0.05)
    raise AssertionError("the run did not come that far")


@pytest.mark.slow
def test_after_kill_9_nothing_is_lost_or_done_twice(scans: Path, out: Path) -> None:
    pages = 10
    trace = scan(scans, "a.pdf", str(pages)).with_suffix(".trace")
    process = start_run(scans, out, "slow")
    workers = {int(line.split()[1]) for line in wait_for_trace(trace, 4)}
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait_until_gone(workers)
    finished = set(stored(out))
    assert 2 <= len(finished) < pages
    assert start_run(scans, out, "slow").wait() == 0
    assert sorted(stored(out)) == [("a.pdf", page) for page in range(1, pages + 1)]
    done = [int(line.split()[0]) for line in trace.read_text().splitlines()]
    assert all(done.count(page) == 1 for _, page in finished)
    assert len(list((out / PICTURES).iterdir())) == pages


def test_a_worker_that_hangs_does_not_outlive_a_run_that_is_killed(
    scans: Path, out: Path, temporary: Path
) -> None:
    trace = scan(scans, "a.pdf", "2").with_suffix(".trace")
    process = start_run(scans, out, "hang", temporary)
    workers = {int(line) for line in wait_for_trace(trace, 1)}
    stats = [Path(f"/proc/{worker}/stat").read_text() for worker in workers]
    started_by = {int(stat.rpartition(")")[2].split()[1]) for stat in stats}
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait_until_gone(workers | started_by)
    assert list(temporary.iterdir()) == []


def test_a_folder_for_temporary_files_with_a_long_path_stops_no_run(
    scans: Path, out: Path, temporary: Path
) -> None:
    """The path of a socket has at most 107 bytes."""
    scan(scans, "a.pdf", "4")
    deep = temporary / ("t" * 107)
    deep.mkdir()
    assert start_run(scans, out, "digitize", deep).wait() == 0
    assert len(stored(out)) == 4


def wait_until_gone(processes: set[int]) -> None:
    for _ in range(100):
        if not any(Path(f"/proc/{process}").exists() for process in processes):
            return
        time.sleep(0.05)
    raise AssertionError("workers outlive the run that started them")


def test_a_results_folder_that_vanishes_ends_the_run_and_is_made_anew_next_time(
    scans: Path, out: Path
) -> None:
    scan(scans, "a.pdf", "3 a")

    def remove(file: str, page: int, settings: Settings) -> Digitized:
        if page == 2:
            shutil.rmtree(out)
        return doubles.digitize(file, page, settings)

    with pytest.raises(BadStore, match=r"^The campaign in .* cannot be written"):
        run(scans, out, remove)
    assert run(scans, out).done == 3
