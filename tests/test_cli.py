"""The command line: exit codes, sentences instead of tracebacks, and no word of what was read."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from digitize import batch, cli
from digitize.cli import progress
from digitize.errors import ExitCode
from digitize.records import Digitized, Failure, PageId
from digitize.stages import load
from digitize.store import DATABASE, open_campaign
from tests import pipeline_doubles as doubles
from tests.outcomes import sheet_page

ROOT = Path(__file__).parent.parent
HELP_LIMIT_S = 0.5
HEAVY = {"numpy", "cv2", "pandas", "openvino", "rich", "PIL", "sqlite3", "digitize.pipeline"}

Double = Callable[..., Digitized]


class Terminal:
    """An empty folder to work in, and what the program says there."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self.patch = monkeypatch
        self._capfd = capfd
        self.out = self.err = ""

    def digitize(
        self,
        *arguments: str,
        double: Double = doubles.digitize,
        count_pages: Callable[[Path], int] = doubles.count_pages,
    ) -> ExitCode:
        """Run a command with a double in place of the pipeline; returns the exit code."""
        self.patch.setattr(sys, "argv", ["digitize", *arguments])
        replaced = partial(REAL_RUN, digitize_file=double, count_pages=count_pages)
        self.patch.setattr(batch, "run", replaced)
        with pytest.raises(SystemExit) as end:
            cli.main()
        self.out, self.err = self._capfd.readouterr()
        return ExitCode(end.value.code)

    @property
    def sentence(self) -> str:
        """What went to standard error: one line that ends like a sentence."""
        assert self.err.count("\n") == 1
        assert self.err.endswith(".\n")
        return self.err


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # SIGTERM stays as pytest wants it
    return Terminal(tmp_path, monkeypatch, capfd)


REAL_RUN = batch.run


def scan(folder: Path, name: str = "scans/a.pdf", content: str = "3") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    return path


# Every exit code


def test_0_all_fine_and_the_tables_lie_where_it_says(terminal: Terminal) -> None:
    scan(terminal.folder)
    assert terminal.digitize("run", "scans", "--out", "out", "--workers", "0") == ExitCode.OK
    shown = terminal.out
    assert "a.pdf: 3 pages, 3 signed\n" in shown
    assert "3 pages: 3 done, 0 finished before, 0 failed" in shown
    for name in ("out/rows.csv", "out/tally.csv", "out/pages.csv", f"out/{DATABASE}"):
        assert name in shown
        assert (terminal.folder / name).is_file()
    assert re.search(r"unknown\W+3\W+3\W+0\W+0\W+0", shown)  # long after the deadline of the form
    assert "1 row should be looked at" in shown


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
    scan(terminal.folder, "scans/notes.txt")
    assert terminal.digitize("run", "scans") == ExitCode.NO_INPUT
    assert terminal.sentence.startswith("There is no scan in scans;")


def test_4_a_reader_that_is_not_installed_is_found_before_the_first_page(terminal: Terminal) -> None:
    scan(terminal.folder)
    terminal.patch.setenv("PATH", "")
    assert terminal.digitize("run", "scans", "--reader", "tesseract") == ExitCode.MISSING_PROGRAM
    assert "apt install tesseract-ocr" in terminal.sentence
    assert not (terminal.folder / "digitized").exists()


def test_4_poppler_that_is_not_installed_is_found_before_the_first_page(terminal: Terminal) -> None:
    folder = terminal.folder / "scans"
    folder.mkdir()
    Image.new("L", (200, 200), 255).save(folder / "a.pdf")
    terminal.patch.setenv("PATH", "")
    code = terminal.digitize("run", "scans", "--workers", "0", count_pages=load.count_pages)
    assert code == ExitCode.MISSING_PROGRAM
    assert "apt install poppler-utils" in terminal.sentence


def test_4_the_doctor_says_what_is_missing_and_how_to_get_it(terminal: Terminal) -> None:
    terminal.patch.setenv("PATH", "")
    assert terminal.digitize("doctor") == ExitCode.MISSING_PROGRAM
    shown = terminal.out
    for name, package in (("tesseract", "tesseract-ocr"), ("pdftoppm", "poppler-utils")):
        assert re.search(rf"MISSING\s+{name}\s+not installed\n\s+apt install {package}\n", shown)


def test_0_the_doctor_is_content_here(terminal: Terminal) -> None:
    assert terminal.digitize("doctor") == ExitCode.OK
    shown = terminal.out
    for what in ("python", "openvino", "tesseract deu", "pdfinfo", "recogniser", "cores", "memory"):
        assert re.search(rf"^ok\s+{what}\s+\S", shown, re.MULTILINE), what
    assert shown.endswith("Everything is there.\n")


@pytest.mark.parametrize("form", ["nosuch", "broken.toml"])
def test_5_a_form_that_cannot_be_used_is_found_before_the_first_page(form: str, terminal: Terminal) -> None:
    scan(terminal.folder)
    (terminal.folder / "broken.toml").write_text("name = ")
    assert terminal.digitize("run", "scans", "--form", form) == ExitCode.BAD_FORM
    assert form in terminal.sentence
    assert not (terminal.folder / "digitized").exists()


def test_6_a_folder_that_is_no_campaign(terminal: Terminal) -> None:
    assert terminal.digitize("tally", ".") == ExitCode.BAD_STORE
    assert "holds no campaign" in terminal.sentence


def test_6_another_run_on_the_same_folder(terminal: Terminal) -> None:
    scan(terminal.folder)
    with open_campaign(terminal.folder / "digitized", create=True) as campaign, campaign.locked():
        assert terminal.digitize("run", "scans") == ExitCode.BAD_STORE
    assert "Another run is working on digitized" in terminal.sentence


def test_7_a_tally_that_misses_pages_is_written_but_says_so(terminal: Terminal) -> None:
    scan(terminal.folder, content="5")
    terminal.digitize("run", "scans", "--workers", "0", double=doubles.interrupt)
    assert terminal.digitize("tally", "digitized") == ExitCode.SUMS_DIFFER
    assert "3 pages are not processed yet" in terminal.sentence
    assert (terminal.folder / "digitized" / "pages.csv").read_text().count("waiting") == 3


def test_70_a_fault_is_a_sentence_without_what_was_read(terminal: Terminal) -> None:
    scan(terminal.folder)
    assert terminal.digitize("run", "scans", "--workers", "0", double=doubles.fault) == ExitCode.FAULT
    said = terminal.err
    assert re.fullmatch(
        r"digitize stopped because of a fault of its own \(RuntimeError in \w+\.py, line \d+\); "
        r"please report this\.\n",
        said,
    )
    terminal.patch.setenv("DIGITIZE_DEBUG", "1")
    terminal.digitize("run", "scans", "--workers", "0", double=doubles.fault)
    assert "Traceback" in terminal.err


SLOW_DIGITIZE = """
import signal
from functools import partial
from digitize import batch
from digitize.cli import main
from tests import pipeline_doubles as doubles
batch.run = partial(batch.run, digitize_file=doubles.slow, count_pages=doubles.count_pages)
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
    main()
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_130_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(how: signal.Signals, tmp_path: Path) -> None:
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


# What is said


def test_every_exit_code_is_documented(terminal: Terminal) -> None:
    assert terminal.digitize("--help") == ExitCode.OK
    shown = terminal.out
    assert [int(code) for code in re.findall(r"^ +(\d+)  \w", shown, re.MULTILINE)] == list(ExitCode)


@pytest.mark.parametrize("command", sorted(cli.cli.commands))
def test_every_command_explains_itself(command: str, terminal: Terminal) -> None:
    assert terminal.digitize(command, "--help") == ExitCode.OK
    assert f"digitize {command}" in terminal.out
    for parameter in cli.cli.commands[command].params:
        assert not isinstance(parameter, click.Option) or parameter.help


def test_forms_are_listed_and_can_be_used(terminal: Terminal) -> None:
    assert terminal.digitize("forms") == ExitCode.OK
    names = [line.split()[0] for line in terminal.out.splitlines()]
    assert names[:2] == ["auto", "acat"]
    scan(terminal.folder)
    assert terminal.digitize("run", "scans", "--workers", "0", "--form", "acat") == ExitCode.OK


@pytest.mark.parametrize("double", [doubles.digitize, doubles.fail, doubles.die, doubles.babble])
def test_names_and_addresses_never_reach_the_terminal(double: Double, terminal: Terminal) -> None:
    scan(terminal.folder, content="6")
    terminal.digitize("run", "scans", "--workers", "1", double=double)
    shown = terminal.out + terminal.err
    terminal.digitize("tally", "digitized")
    shown += terminal.out + terminal.err
    assert "a.pdf" in shown
    assert "Muster" not in shown
    assert "Traceback" not in shown


def test_what_is_no_scan_and_what_counts_elsewhere_is_named(terminal: Terminal) -> None:
    scan(terminal.folder)
    scan(terminal.folder, "scans/copy.pdf")
    scan(terminal.folder, "scans/notes.txt")
    assert terminal.digitize("run", "scans", "--workers", "0") == ExitCode.OK
    shown = terminal.out
    assert "Left out of scans: 1 file that is no scan (notes.txt).\n" in shown
    assert "3 counted under another name" in shown


def test_many_files_that_are_no_scans_take_one_line(terminal: Terminal) -> None:
    scan(terminal.folder)
    for number in range(1, 31):
        scan(terminal.folder, f"scans/font{number}.ttf")
    (terminal.folder / "scans" / "fonts").mkdir()
    scan(terminal.folder, "scans/fonts/a.ttf")
    scan(terminal.folder, "more/b.pdf", "1 b")
    assert terminal.digitize("run", "more", "scans", "--workers", "0") == ExitCode.OK
    (line,) = [line for line in terminal.out.splitlines() if ".ttf" in line]
    assert line == "Left out of scans: 31 files that are no scans (font1.ttf, font2.ttf, font3.ttf, ...)."


def test_the_tables_can_be_written_again(terminal: Terminal) -> None:
    scan(terminal.folder)
    terminal.digitize("run", "scans", "--workers", "0")
    paths = [terminal.folder / "digitized" / f"{name}.csv" for name in ("rows", "tally", "pages")]
    before = [path.read_bytes() for path in paths]
    for path in paths:
        path.unlink()
    assert terminal.digitize("tally", "digitized") == ExitCode.OK
    assert [path.read_bytes() for path in paths] == before


def test_late_signatures_are_told_and_the_deadline_stays_with_the_campaign(terminal: Terminal) -> None:
    scan(terminal.folder)
    run = ("run", "scans", "--workers", "0")
    told = "3 of the signed rows came after the deadline: tally.csv, column late.\n"
    assert terminal.digitize(*run, "--received", "2025-02-01") == ExitCode.OK
    assert told in terminal.out  # the form's deadline is in January
    assert terminal.digitize(*run, "--deadline", "2025-02-01") == ExitCode.OK
    assert "deadline" not in terminal.out
    assert terminal.digitize("tally", "digitized") == ExitCode.OK
    assert "deadline" not in terminal.out
    assert terminal.digitize(*run, "--deadline", "2025-01-31") == ExitCode.OK
    assert told in terminal.out


def test_the_deadline_of_a_form_of_ones_own_is_kept(terminal: Terminal) -> None:
    scan(terminal.folder)
    (terminal.folder / "my.toml").write_text('name = "acat"\ndeadline = 2024-12-31\n')
    run = ("run", "scans", "--workers", "0", "--form", "my.toml", "--received", "2025-01-01")
    assert terminal.digitize(*run) == ExitCode.OK
    (terminal.folder / "my.toml").unlink()
    assert terminal.digitize("tally", "digitized") == ExitCode.OK
    assert "3 of the signed rows came after the deadline" in terminal.out


def test_show_draws_on_the_page(terminal: Terminal) -> None:
    empty_form = str(ROOT / "samples" / "empty-form.png")
    assert terminal.digitize("show", empty_form, "--out", "found.png") == ExitCode.OK
    assert terminal.out == "list: 27 rows, 0 signed. Written: found.png\n"
    drawn = np.asarray(Image.open(terminal.folder / "found.png").convert("RGB")).astype(int)
    coloured = np.ptp(drawn, axis=2) > 50  # the form itself is grey
    assert 0.001 < coloured.mean() < 0.5


def test_1_show_of_a_page_that_cannot_be_read_is_a_sentence(terminal: Terminal) -> None:
    path = scan(terminal.folder, "notes.txt", "no scan")
    assert terminal.digitize("show", str(path)) == ExitCode.PAGES_FAILED
    assert terminal.sentence.startswith("notes.txt ")


def test_a_terminal_gets_a_bar_with_pages_rate_time_left_and_failures() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)
    with progress.bar(console) as watch:
        watch.begin(3)
        watch.page(sheet_page("a.pdf", 1))
        watch.page(Failure(PageId("a.pdf", 2), "grid", "unusable", "Cut off."))
        watch.file("a.pdf", [Failure(PageId("a.pdf", 2), "grid", "unusable", "Cut off.")])
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert re.search(r"pages .* 2/3 \d+ pages/min \S+ 1 failed", shown)
    assert "a.pdf: 1 page, no filled rows; page 2 failed: Cut off." in shown


def test_help_answers_at_once_and_loads_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "digitize", "--help"]
    times_s = []
    for _ in range(3):
        start_s = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        times_s.append(time.perf_counter() - start_s)
    assert min(times_s) <= HELP_LIMIT_S
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "digitize.cli" in loaded
    assert loaded & HEAVY == set()
