"""The command line prints counts and sentences, and nothing that was read."""

import io
import re
import subprocess
import sys
from dataclasses import replace

import click
import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from digitize import cli
from digitize.campaign.store import Outcome
from digitize.cli import progress_bar
from digitize.cli.output import plural, print_table
from digitize.errors import ExitCode
from digitize.records import Failure, PageId, PageKind, SheetPage, Status
from tests.cli.terminal import ROOT, Double, Terminal, scan
from tests.outcomes import row, sheet_page
from tests.page import pipeline_doubles as doubles

HEAVY = {"numpy", "cv2", "pandas", "openvino", "rich", "PIL", "sqlite3", "uvicorn", "digitize.records"}


def test_every_exit_code_is_documented(terminal: Terminal) -> None:
    assert terminal.digitize("--help") == ExitCode.OK
    shown = terminal.out
    assert [int(code) for code in re.findall(r"^ +(\d+)  \w", shown, re.MULTILINE)] == list(ExitCode)


@pytest.mark.parametrize("command", sorted(cli.cli.commands))
def test_every_command_and_option_has_a_help_text(command: str, terminal: Terminal) -> None:
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


def test_other_files_and_copies_are_reported(terminal: Terminal) -> None:
    scan(terminal.folder)
    scan(terminal.folder, "scans/copy.pdf")
    scan(terminal.folder, "scans/notes.txt")
    assert terminal.digitize("run", "scans", "--workers", "0") == ExitCode.OK
    shown = terminal.out
    assert "Left out of scans: 1 file that is not a scan (notes.txt).\n" in shown
    assert "3 counted under another name" in shown


def test_many_files_that_are_not_scans_take_one_line(terminal: Terminal) -> None:
    scan(terminal.folder)
    for number in range(1, 31):
        scan(terminal.folder, f"scans/font{number}.ttf")
    (terminal.folder / "scans" / "fonts").mkdir()
    scan(terminal.folder, "scans/fonts/a.ttf")
    scan(terminal.folder, "more/b.pdf", "1 b")
    assert terminal.digitize("run", "more", "scans", "--workers", "0") == ExitCode.OK
    (line,) = [line for line in terminal.out.splitlines() if ".ttf" in line]
    assert line == "Left out of scans: 31 files that are not scans (font1.ttf, font2.ttf, font3.ttf, ...)."


def test_the_tables_can_be_written_again(terminal: Terminal) -> None:
    scan(terminal.folder)
    terminal.digitize("run", "scans", "--workers", "0")
    paths = [terminal.folder / "digitized" / f"{name}.csv" for name in ("rows", "tally", "pages")]
    before = [path.read_bytes() for path in paths]
    for path in paths:
        path.unlink()
    assert terminal.digitize("tally", "digitized") == ExitCode.OK
    assert [path.read_bytes() for path in paths] == before


def test_late_signatures_are_reported_and_the_campaign_keeps_its_deadline(terminal: Terminal) -> None:
    scan(terminal.folder)
    run = ("run", "scans", "--workers", "0")
    told = "3 signed rows arrived after the deadline; see column late in tally.csv.\n"
    assert terminal.digitize(*run, "--received", "2025-02-01") == ExitCode.OK
    assert told in terminal.out  # the form's deadline is in January
    assert terminal.digitize(*run, "--deadline", "2025-02-01") == ExitCode.OK
    assert "deadline" not in terminal.out
    assert terminal.digitize("tally", "digitized") == ExitCode.OK
    assert "deadline" not in terminal.out
    assert terminal.digitize(*run, "--deadline", "2025-01-31") == ExitCode.OK
    assert told in terminal.out


def test_the_campaign_keeps_the_deadline_of_a_custom_form(terminal: Terminal) -> None:
    scan(terminal.folder)
    (terminal.folder / "my.toml").write_text('name = "acat"\ndeadline = 2024-12-31\n')
    run = ("run", "scans", "--workers", "0", "--form", "my.toml", "--received", "2025-01-01")
    assert terminal.digitize(*run) == ExitCode.OK
    (terminal.folder / "my.toml").unlink()
    assert terminal.digitize("tally", "digitized") == ExitCode.OK
    assert "3 signed rows arrived after the deadline" in terminal.out


def test_show_draws_on_the_page(terminal: Terminal) -> None:
    empty_form = str(ROOT / "samples" / "empty-form.png")
    assert terminal.digitize("show", empty_form, "--out", "found.png") == ExitCode.OK
    assert terminal.out == "list: 27 rows, 0 signed. Written: found.png\n"
    drawn = np.asarray(Image.open(terminal.folder / "found.png").convert("RGB")).astype(int)
    coloured = np.ptp(drawn, axis=2) > 50  # the form itself is grey
    assert 0.001 < coloured.mean() < 0.5


def test_1_show_reports_an_unreadable_page_in_one_sentence(terminal: Terminal) -> None:
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
    assert "a.pdf: 1 page; page 2 failed: Cut off." in shown


def page(kind: PageKind, *statuses: Status) -> SheetPage:
    rows = [row(i + 1, status) for i, status in enumerate(statuses)]
    return replace(sheet_page("a.pdf", 1, *rows), kind=kind)


@pytest.mark.parametrize(
    ("pages", "line"),
    [
        ([page(PageKind.LIST, Status.SIGNED, Status.BLANK)], "a.pdf: 1 page, 1 signed"),
        ([page(PageKind.LIST, Status.BLANK), page(PageKind.BLANK)], "a.pdf: 2 pages, no filled rows"),
        ([page(PageKind.NO_TABLE)], "a.pdf: 1 page, no signature table found"),
        ([page(PageKind.NO_TABLE), page(PageKind.BLANK)], "a.pdf: 2 pages, no signature table found"),
        ([page(PageKind.BLANK)], "a.pdf: 1 page, blank"),
        (
            [Failure(PageId("a.pdf", 0), "load", "unreadable", "It is empty.")],
            "a.pdf: file failed: It is empty.",
        ),
    ],
)
def test_a_finished_file_is_described_in_one_line(pages: list[Outcome], line: str) -> None:
    assert progress_bar.describe("a.pdf", pages) == line


def test_a_table_is_plain_columns_unless_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("Pages", ("kind", "pages"), [("list", "12"), ("no-table", "3")])
    assert capsys.readouterr().out == "Pages:\nkind      pages\nlist         12\nno-table      3\n"


@pytest.mark.parametrize(("count", "text"), [(0, "0 copies"), (1, "1 copy"), (2, "2 copies")])
def test_a_count_agrees_with_its_noun(count: int, text: str) -> None:
    assert plural(count, "copy", "copies") == text


@pytest.mark.parametrize("command", [(), *((name,) for name in sorted(cli.cli.commands)), ("forms", "check")])
def test_help_loads_nothing_heavy(command: tuple[str, ...]) -> None:
    asked = [sys.executable, "-X", "importtime", "-m", "digitize", *command, "--help"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "digitize.cli" in loaded
    assert loaded & HEAVY == set()
