"""Batches: whatever happens to a worker, a page or the run, every page is accounted for once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

import digitize
from digitize import batch
from digitize.batch import pool
from digitize.errors import BadStore, NoInput, UnsupportedScan
from digitize.pipeline import Settings
from digitize.records import Digitized, Failure, SheetPage
from digitize.store import PICTURES, open_campaign
from tests import pipeline_doubles as doubles

Double = Callable[[str, int, Settings], Digitized]


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def scan(folder: Path, name: str, content: str = "1") -> Path:
    """A scan of as many pages as its content begins with."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def run(
    named: Sequence[Path] | Path,
    out: Path,
    double: Double = doubles.digitize,
    workers: int = 0,
    **how: object,
) -> batch.Report:
    named = [named] if isinstance(named, Path) else named
    settings = how.pop("settings", Settings())
    return batch.run(
        named,
        out,
        settings,  # type: ignore[arg-type]
        workers=workers,
        digitize_file=double,
        count_pages=doubles.count_pages,
        **how,  # type: ignore[arg-type]
    )


def stored(out: Path) -> dict[tuple[str, int], str]:
    """(base name, page) of every stored page with its kind, of failures their kind."""
    with open_campaign(out) as campaign:
        return {
            (Path(o.id.file).name, o.id.page): o.kind if isinstance(o, Failure) else o.kind.value
            for o in campaign.pages.outcomes()
        }


# What goes in


def test_folders_are_searched_in_natural_order_and_what_is_no_scan_is_listed(scans: Path) -> None:
    for name in (
        "scan10.pdf",
        "scan2.PDF",
        "sub/a.tif",
        "notes.txt",
        ".hidden.pdf",
        ".trash/b.pdf",
        "out/p.jpg",
    ):
        scan(scans, name)
    found = batch.find([scans], {".pdf", ".tif", ".jpg"}, scans / "out")
    assert [str(path.relative_to(scans)) for path in found.scans] == ["scan2.PDF", "scan10.pdf", "sub/a.tif"]
    assert [path.name for path in found.not_scans] == ["notes.txt"]


def test_a_file_named_twice_or_through_its_folder_goes_in_once(scans: Path) -> None:
    a = scan(scans, "a.pdf")
    (scans / "link.pdf").symlink_to(a)
    (scans / "round").symlink_to(scans)
    found = batch.find([a, scans, a], {".pdf"}, scans / "out")
    assert found.scans == (a,)


def test_a_named_file_goes_in_whatever_its_kind(scans: Path) -> None:
    notes = scan(scans, "notes.txt")
    assert batch.find([notes], {".pdf"}, scans / "out").scans == (notes,)


def test_nothing_to_do_is_a_sentence(scans: Path, out: Path) -> None:
    scan(scans, "notes.txt")
    with pytest.raises(NoInput, match="There is no scan in"):
        run(scans, out)
    assert not out.exists()


# What comes out


@pytest.mark.parametrize("workers", [0, 2])
def test_every_page_is_done_and_stored_once(workers: int, scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "3 a")
    scan(scans, "b.pdf", "2 b")
    report = run(scans, out, workers=workers)
    assert (report.pages, report.done, report.failed, report.flagged, report.left) == (5, 5, 0, 2, 0)
    expected = [("a.pdf", page) for page in (1, 2, 3)] + [("b.pdf", page) for page in (1, 2)]
    assert sorted(stored(out)) == expected
    contents = sorted(path.read_text() for path in (out / PICTURES).iterdir())
    assert contents == [f"{name} {page}" for name, page in expected]


def test_files_that_cannot_be_opened_are_failures_and_the_rest_goes_on(scans: Path, out: Path) -> None:
    scan(scans, "broken.pdf", "what")
    scan(scans, "good.pdf", "1")
    report = run(scans, out)
    assert (report.done, report.failed) == (1, 1)
    assert stored(out) == {("broken.pdf", 0): "unreadable", ("good.pdf", 1): "list"}


def test_the_sentence_of_a_file_that_is_no_scan_is_kept(scans: Path, out: Path) -> None:
    def refuse(path: Path) -> int:
        raise UnsupportedScan(f"{path.name} is no scan.")

    notes = scan(scans, "notes.txt")
    batch.run([notes], out, Settings(), workers=0, digitize_file=doubles.digitize, count_pages=refuse)
    with open_campaign(out) as campaign:
        (failure,) = campaign.pages.outcomes()
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.sentence, failure.id.page) == ("unsupported", "notes.txt is no scan.", 0)


class Notes(batch.Silent):
    """A watcher that writes down what it is told."""

    def __init__(self) -> None:
        self.pages = 0
        self.files: list[tuple[str, list[int]]] = []

    def begin(self, pages: int) -> None:
        self.pages = pages

    def file(self, label: str, outcomes: Sequence[SheetPage | Failure]) -> None:
        self.files.append((label, [outcome.id.page for outcome in outcomes]))


def test_the_watcher_hears_of_every_file_when_its_last_page_is_stored(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "2 a")
    scan(scans, "x/b.pdf", "1 b")
    scan(scans, "y/b.pdf", "broken")
    watch = Notes()
    run(scans, out, watch=watch)
    assert watch.pages == 4
    assert sorted(watch.files) == [("a.pdf", [1, 2]), ("x/b.pdf", [1]), ("y/b.pdf", [0])]


# Again


def test_a_second_run_does_only_what_is_missing(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "3 a")
    first = run(scans, out, doubles.fail)
    assert (first.done, first.failed, first.skipped) == (2, 1, 0)
    scan(scans, "b.pdf", "1 b")
    second = run(scans, out)
    assert (second.pages, second.done, second.failed, second.skipped) == (4, 2, 0, 2)
    third = run(scans, out, doubles.fault)  # would be a fault if it were called
    assert (third.pages, third.done, third.skipped) == (4, 0, 4)


def test_redo_other_settings_another_version_and_missing_crops_do_it_again(
    scans: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(scans, "a.pdf", "2 a")
    assert run(scans, out).done == 2
    assert run(scans, out, redo=True).done == 2
    assert run(scans, out, settings=Settings(reader="tesseract")).done == 2
    assert run(scans, out, settings=Settings(reader="tesseract", crops=True)).done == 2
    assert run(scans, out, settings=Settings(reader="tesseract")).done == 0
    monkeypatch.setattr(digitize, "__version__", "99")
    assert run(scans, out, settings=Settings(reader="tesseract")).done == 2
    assert len(stored(out)) == 2


def test_a_file_that_now_holds_something_else_is_done_anew(scans: Path, out: Path) -> None:
    a = scan(scans, "a.pdf", "3 first")
    run(scans, out)
    scan(scans, "a.pdf", "1 second")
    os.utime(a, ns=(1, 1))
    assert run(scans, out).done == 1
    assert list(stored(out)) == [("a.pdf", 1)]


def test_a_file_that_was_only_touched_or_renamed_is_not_done_again(scans: Path, out: Path) -> None:
    a = scan(scans, "a.pdf", "3 first")
    run(scans, out)
    os.utime(a, ns=(1, 1))
    assert run(scans, out).skipped == 3
    a.rename(scans / "b.pdf")
    assert run(scans, out).skipped == 3
    assert sorted(stored(out)) == [("b.pdf", page) for page in (1, 2, 3)]


def test_the_same_content_under_two_names_counts_once(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "2 same")
    scan(scans, "b.pdf", "2 same")
    report = run(scans, out)
    assert (report.pages, report.done, report.duplicate, report.left) == (4, 2, 2, 0)
    with open_campaign(out) as campaign:
        assert [(f.label, f.pages, f.same_as) for f in campaign.inputs.files()] == [
            ("a.pdf", 2, ""),
            ("b.pdf", 2, "a.pdf"),
        ]


def test_when_the_counted_one_changes_its_double_is_counted_in_the_same_run(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "2 same")
    scan(scans, "b.pdf", "2 same")
    run(scans, out)
    os.utime(scan(scans, "a.pdf", "1 other"), ns=(1, 1))
    report = run(scans, out)
    assert (report.done, report.duplicate) == (3, 0)
    assert sorted(stored(out)) == [("a.pdf", 1), ("b.pdf", 1), ("b.pdf", 2)]


def received(out: Path) -> dict[str, date]:
    with open_campaign(out) as campaign:
        return {file.label: file.received for file in campaign.inputs.files() if file.received}


def test_a_scan_was_received_when_its_file_was_written_unless_said_otherwise(scans: Path, out: Path) -> None:
    a, told, later = date(2025, 1, 17), date(2025, 1, 20), date(2025, 1, 22)
    noon_s = datetime(a.year, a.month, a.day, 12).timestamp()
    os.utime(scan(scans, "a.pdf", "1 a"), (noon_s, noon_s))
    run(scans, out)
    scan(scans, "b.pdf", "1 b")
    run(scans, out, received=told)
    assert received(out) == {"a.pdf": a, "b.pdf": told}
    (scans / "b.pdf").rename(scans / "c.pdf")
    os.utime(scans / "a.pdf")
    run(scans, out, received=later)
    assert received(out) == {"a.pdf": a, "c.pdf": told}  # known scans keep their day
    run(scans, out, received=later, redo=True)
    assert received(out) == {"a.pdf": later, "c.pdf": later}


# Accidents


def test_a_worker_that_dies_costs_the_page_it_was_at(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "7")
    report = run(scans, out, doubles.die, workers=2)
    assert (report.done, report.failed, report.left) == (4, 3, 0)
    failed = {page: kind for (_, page), kind in stored(out).items() if kind != "list"}
    assert failed == {2: "worker-died", 4: "worker-died", 6: "worker-died"}


def test_a_page_whose_worker_dies_once_is_done_on_its_own(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "3")
    report = run(scans, out, doubles.die_once, workers=2)
    assert (report.done, report.failed) == (3, 0)


def test_a_page_that_hangs_is_given_up(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "3")
    report = run(scans, out, doubles.hang, workers=2, page_limit_s=1.0)
    assert (report.done, report.failed) == (2, 1)
    assert stored(out)["a.pdf", 2] == "time-limit"


@pytest.mark.parametrize("workers", [0, 1])
def test_results_of_other_pages_or_of_no_page_are_not_believed(
    workers: int, scans: Path, out: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    scan(scans, "a.pdf", "4")
    report = run(scans, out, doubles.babble, workers=workers)
    assert (report.done, report.failed) == (1, 3)
    kinds = [kind for _, kind in sorted(stored(out).items())]
    assert kinds == ["nonsense", "nonsense", "unstorable", "list"]
    if workers:
        assert capfd.readouterr() == ("", "")  # workers print nothing


def test_workers_use_one_thread(scans: Path, out: Path) -> None:
    scan(scans, "a.pdf", "1")
    run(scans, out, doubles.threads, workers=1)
    with open_campaign(out) as campaign:
        (page,) = campaign.pages.outcomes()
    assert isinstance(page, SheetPage)
    assert page.note == "1 1 1"


def test_workers_that_cannot_start_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_serve", os._exit)  # called with a pipe: ends with an error at once
    with pytest.raises(batch.CannotStart, match="digitize doctor"):
        list(pool.run_tasks([1, 2], str, 2, 10.0))


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
from digitize.pipeline import Settings
from tests import pipeline_doubles as doubles
if __name__ == "__main__":
    scans, out, double = Path(sys.argv[1]), Path(sys.argv[2]), getattr(doubles, sys.argv[3])
    how = dict(workers=2, digitize_file=double, count_pages=doubles.count_pages)
    report = batch.run([scans], out, Settings(), **how)
    sys.exit(report.left)
"""


def start_run(scans: Path, out: Path, double: str) -> "subprocess.Popen[bytes]":
    script = scans.parent / "batch_run.py"
    script.write_text(RUN)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, script, scans, out, double]
    return subprocess.Popen(command, env=environment, cwd=Path(__file__).parent.parent)


def wait_for_trace(trace: Path, lines: int) -> list[str]:
    for _ in range(300):
        if trace.exists() and len(seen := trace.read_text().splitlines()) >= lines:
            return seen
        time.sleep(0.05)
    raise AssertionError("the run did not come that far")


def test_after_kill_9_nothing_is_lost_and_nothing_twice(scans: Path, out: Path) -> None:
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


def test_a_worker_that_hangs_does_not_outlive_a_run_that_is_killed(scans: Path, out: Path) -> None:
    trace = scan(scans, "a.pdf", "2").with_suffix(".trace")
    process = start_run(scans, out, "hang")
    workers = {int(line) for line in wait_for_trace(trace, 1)}
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait_until_gone(workers)


def wait_until_gone(processes: set[int]) -> None:
    for _ in range(100):
        if not any(Path(f"/proc/{process}").exists() for process in processes):
            return
        time.sleep(0.05)
    raise AssertionError("workers outlive the run that started them")
