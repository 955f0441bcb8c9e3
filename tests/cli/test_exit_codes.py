"""Each exit code comes with a sentence instead of a traceback."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from digitize import load
from digitize.campaign.store import DATABASE, open_campaign
from digitize.errors import ExitCode
from tests.cli.terminal import ROOT, Terminal, scan
from tests.page import pipeline_doubles as doubles


def test_0_success_and_the_tables_are_where_the_output_says(terminal: Terminal) -> None:
    scan(terminal.folder)
    assert terminal.digitize("run", "scans", "--out", "out", "--workers", "0") == ExitCode.OK
    shown = terminal.out
    assert "a.pdf: 3 pages, 3 signed\n" in shown
    assert "3 pages: 3 done, 0 finished before, 0 failed" in shown
    for name in ("out/rows.csv", "out/tally.csv", "out/pages.csv", f"out/{DATABASE}"):
        assert name in shown
        assert (terminal.folder / name).is_file()
    assert re.search(r"unknown\W+3\W+3\W+0\W+0\W+0", shown)  # long after the deadline of the form
    assert "3 rows need review" in shown  # none of them has an address


def test_1_some_pages_failed(terminal: Terminal) -> None:
    scan(terminal.folder)
    code = terminal.digitize("run", "scans", "--workers", "0", double=doubles.fail)
    assert code == ExitCode.PAGES_FAILED
    assert "a.pdf: 3 pages, 2 signed; page 2 failed: Cut off.\n" in terminal.out
    assert (terminal.folder / "digitized" / "rows.csv").is_file()


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("run", "nowhere.pdf"),
        ("run", ".", "--workers", "-1"),
        ("run", ".", "--reader", "eagle"),
        ("run", ".", "--received", "yesterday"),
        ("run", ".", "--deadline", "20.1.2025"),
        ("show", "nowhere.pdf"),
        ("walk",),
    ],
)
def test_2_wrong_usage(arguments: tuple[str, ...], terminal: Terminal) -> None:
    assert terminal.digitize(*arguments) == ExitCode.USAGE
    assert "Error: " in terminal.err


def test_3_no_scan_among_the_inputs(terminal: Terminal) -> None:
    scan(terminal.folder, "scans/Thumbs.db")
    assert terminal.digitize("run", "scans") == ExitCode.NO_INPUT
    assert terminal.sentence.startswith("There is no scan in scans;")


def test_4_a_missing_reader_is_reported_before_the_first_page(terminal: Terminal) -> None:
    scan(terminal.folder)
    terminal.patch.setenv("PATH", "")
    assert terminal.digitize("run", "scans", "--reader", "tesseract") == ExitCode.MISSING_PROGRAM
    assert "apt install tesseract-ocr" in terminal.sentence
    assert not (terminal.folder / "digitized").exists()


def test_4_missing_poppler_is_reported_before_the_first_page(terminal: Terminal) -> None:
    folder = terminal.folder / "scans"
    folder.mkdir()
    Image.new("L", (200, 200), 255).save(folder / "a.pdf")
    terminal.patch.setenv("PATH", "")
    code = terminal.digitize("run", "scans", "--workers", "0", count_pages=load.count_pages)
    assert code == ExitCode.MISSING_PROGRAM
    assert "apt install poppler-utils" in terminal.sentence


def test_4_doctor_lists_what_is_missing_and_how_to_get_it(terminal: Terminal) -> None:
    terminal.patch.setenv("PATH", "")
    assert terminal.digitize("doctor") == ExitCode.MISSING_PROGRAM
    shown = terminal.out
    for name, package in (("tesseract", "tesseract-ocr"), ("pdftoppm", "poppler-utils")):
        assert re.search(rf"MISSING\s+{name}\s+not installed\n\s+apt install {package}\n", shown)


def test_0_doctor_finds_everything_here(terminal: Terminal) -> None:
    assert terminal.digitize("doctor") == ExitCode.OK
    shown = terminal.out
    for what in ("python", "openvino", "tesseract deu", "pdfinfo", "recogniser", "cores", "memory"):
        assert re.search(rf"^ok\s+{what}\s+\S", shown, re.MULTILINE), what
    assert shown.endswith("Everything is installed.\n")


@pytest.mark.parametrize("form", ["nosuch", "broken.toml"])
def test_5_an_unusable_form_is_reported_before_the_first_page(form: str, terminal: Terminal) -> None:
    scan(terminal.folder)
    (terminal.folder / "broken.toml").write_text("name = ")
    assert terminal.digitize("run", "scans", "--form", form) == ExitCode.BAD_FORM
    assert form in terminal.sentence
    assert not (terminal.folder / "digitized").exists()


def test_6_a_folder_without_a_campaign(terminal: Terminal) -> None:
    assert terminal.digitize("tally", ".") == ExitCode.BAD_STORE
    assert "holds no campaign" in terminal.sentence


def test_6_another_run_on_the_same_folder(terminal: Terminal) -> None:
    scan(terminal.folder)
    with open_campaign(terminal.folder / "digitized", create=True) as campaign, campaign.locked():
        assert terminal.digitize("run", "scans") == ExitCode.BAD_STORE
    assert "Another run is working on digitized" in terminal.sentence


def test_7_an_incomplete_tally_is_written_and_reported(terminal: Terminal) -> None:
    scan(terminal.folder, content="5")
    terminal.digitize("run", "scans", "--workers", "0", double=doubles.interrupt)
    assert terminal.digitize("tally", "digitized") == ExitCode.SUMS_DIFFER
    assert "3 pages are not processed yet" in terminal.sentence
    assert (terminal.folder / "digitized" / "pages.csv").read_text().count("waiting") == 3


def test_70_an_internal_error_is_one_sentence_without_its_message(terminal: Terminal) -> None:
    scan(terminal.folder)
    assert terminal.digitize("run", "scans", "--workers", "0", double=doubles.fault) == ExitCode.FAULT
    assert re.fullmatch(
        r"digitize itself failed \(RuntimeError in \w+\.py, line \d+\); "
        r"please report this, with the log of --debug\.\n",
        terminal.sentence,
    )


SLOW_DIGITIZE = """
from functools import partial
from digitize import batch
from digitize.cli import main
from tests.page import pipeline_doubles as doubles
batch.run = partial(batch.run, digitize_file=doubles.slow, count_pages=doubles.count_pages)
if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_130_an_interruption_keeps_finished_pages_and_says_how_to_continue(
    how: signal.Signals, tmp_path: Path
) -> None:
    trace = scan(tmp_path, content="40").with_suffix(".trace")
    (tmp_path / "slow.py").write_text(SLOW_DIGITIZE)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    process = subprocess.Popen(
        [sys.executable, "slow.py", "run", "scans", "--workers", "2"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not trace.exists() or trace.read_text().count("\n") < 3:
        time.sleep(0.05)
        assert process.poll() is None
    os.killpg(process.pid, how) if how == signal.SIGINT else process.send_signal(how)  # Ctrl-C goes to all
    out, err = process.communicate(timeout=20)
    assert process.returncode == ExitCode.INTERRUPTED
    assert re.fullmatch(r"Stopped with \d+ pages to go; run the same command again to do the rest\.\n", err)
    with open_campaign(tmp_path / "digitized") as campaign:
        kept = len(list(campaign.pages.outcomes()))
    assert kept >= 2
    assert f"40 pages: {kept} done" in out
