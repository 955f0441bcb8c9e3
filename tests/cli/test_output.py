"""What the command line says: counts and sentences, and no word of what was read."""

import io
import re
import subprocess
import sys

import click
import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from digitize import cli
from digitize.cli import progress_bar
from digitize.errors import ExitCode
from digitize.records import Failure, PageId
from tests.cli.terminal import ROOT, Double, Terminal, scan
from tests.outcomes import sheet_page
from tests.page import pipeline_doubles as doubles

HEAVY = {"numpy", "cv2", "pandas", "openvino", "rich", "PIL", "sqlite3", "digitize.page.pipeline"}


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
    with progress_bar.bar(console) as watch:
        watch.begin(3)
        watch.page(sheet_page("a.pdf", 1))
        watch.page(Failure(PageId("a.pdf", 2), "grid", "unusable", "Cut off."))
        watch.file("a.pdf", [Failure(PageId("a.pdf", 2), "grid", "unusable", "Cut off.")])
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert re.search(r"pages .* 2/3 \d+ pages/min \S+ 1 failed", shown)
    assert "a.pdf: 1 page, no filled rows; page 2 failed: Cut off." in shown


def test_help_loads_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "digitize", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "digitize.cli" in loaded
    assert loaded & HEAVY == set()
