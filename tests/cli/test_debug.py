"""`--debug` writes a log with tracebacks, from workers too, and never a word from a sheet."""

import os
import re
import stat
from pathlib import Path

import pytest

from digitize.errors import ExitCode
from tests.cli.terminal import Double, Terminal, scan
from tests.page import pipeline_doubles as doubles

RUN = ("run", "scans", "--out", "out")


def log_of(terminal: Terminal) -> Path:
    return terminal.folder / "out" / "digitize.log"


@pytest.mark.parametrize("workers", ["0", "1"])
def test_an_error_on_a_page_leaves_its_stack_and_type_but_not_its_message(
    workers: str, terminal: Terminal
) -> None:
    scan(terminal.folder, content="2")
    code = terminal.digitize("--debug", *RUN, "--workers", workers, double=doubles.fault_in_page)
    assert code == ExitCode.PAGES_FAILED
    log = log_of(terminal).read_text()
    assert re.search(
        r"^  digitize\.page\.pipeline:\d+ in digitize_with_page\n(  .+\n)*ValueError$", log, re.M
    )
    assert "a.pdf, page 2: Traceback" in log
    assert "Muster" not in log
    assert terminal.err == f"Debug log: {log_of(terminal)}\n"
    assert stat.S_IMODE(log_of(terminal).stat().st_mode) == 0o600


def test_workers_write_to_the_log_of_the_command(terminal: Terminal) -> None:
    scan(terminal.folder, content="4")
    terminal.digitize("--debug", *RUN, "--workers", "2")
    processes = set(re.findall(r"^\S+ \S+ (\d+) ", log_of(terminal).read_text(), re.M))
    assert str(os.getpid()) in processes
    assert len(processes) > 1


@pytest.mark.parametrize(("double", "kind"), [(doubles.die, "worker-died"), (doubles.babble, "nonsense")])
def test_an_error_that_ends_a_worker_is_logged_with_its_page(
    double: Double, kind: str, terminal: Terminal
) -> None:
    scan(terminal.folder, content="6")
    terminal.digitize("--debug", *RUN, "--workers", "1", double=double)
    log = log_of(terminal).read_text()
    assert f"a.pdf, page 2: {kind}" in log
    assert ("stopped by Traceback" in log) == (double is doubles.die)
    assert "Muster" not in log


def test_an_error_of_the_command_itself_is_logged(terminal: Terminal) -> None:
    scan(terminal.folder)
    code = terminal.digitize(*RUN, "--workers", "0", "--debug", double=doubles.fault)
    assert code == ExitCode.FAULT
    log = log_of(terminal).read_text()
    assert re.search(r"stopped by Traceback.*:\n(  .+\n)+RuntimeError$", log, re.M)
    assert "Muster" not in log + terminal.err


@pytest.mark.parametrize(("value", "written"), [("1", True), ("0", False), ("", False)])
def test_the_environment_can_ask_for_the_log(value: str, written: bool, terminal: Terminal) -> None:
    scan(terminal.folder)
    terminal.patch.setenv("DIGITIZE_DEBUG", value)
    assert terminal.digitize(*RUN, "--workers", "0") == ExitCode.OK
    assert log_of(terminal).exists() == written


def test_no_log_is_written_unless_asked_for(terminal: Terminal) -> None:
    scan(terminal.folder)
    terminal.digitize(*RUN, "--workers", "1", double=doubles.fault_in_page)
    assert list(terminal.folder.rglob("*.log")) == []
    assert terminal.err == ""


def test_a_command_whose_folder_does_not_exist_logs_to_the_current_folder(terminal: Terminal) -> None:
    assert terminal.digitize("tally", "out", "--debug") == ExitCode.BAD_STORE
    assert "BadStore: out holds no campaign" in (terminal.folder / "digitize.log").read_text()
    assert not (terminal.folder / "out").exists()


def test_erasing_deletes_the_log_too_because_it_names_files(terminal: Terminal) -> None:
    scan(terminal.folder, "scans/Zypresse.pdf")
    terminal.digitize("--debug", *RUN, "--workers", "0")
    assert "Zypresse" in log_of(terminal).read_text()
    assert terminal.digitize("--debug", "erase", "out", "--keep", "tally", "--yes") == ExitCode.OK
    assert not log_of(terminal).exists()
