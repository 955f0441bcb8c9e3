"""With --counts-only, nothing that identifies people reaches the disk."""

import pytest

from digitize.errors import ExitCode
from tests.cli.terminal import Terminal, scan
from tests.revealing import found_in, tell_all


def run(terminal: Terminal, out: str, *options: str, workers: int = 0) -> ExitCode:
    how = ("--out", out, "--workers", str(workers))
    return terminal.digitize("run", "scans", *how, *options, double=tell_all)


@pytest.mark.parametrize("workers", [0, 1])
def test_nothing_readable_is_stored_and_the_tally_equals_that_of_a_normal_run(
    workers: int, terminal: Terminal
) -> None:
    scan(terminal.folder, "scans/a.pdf", "2")
    assert run(terminal, "normal") == ExitCode.OK
    assert run(terminal, "counts", "--counts-only", workers=workers) == ExitCode.OK
    normal, counts = terminal.folder / "normal", terminal.folder / "counts"
    assert {"campaign.sqlite", "rows.csv"} <= found_in(normal).keys()
    assert found_in(counts) == {}
    assert list((counts / "pages").iterdir()) == []
    assert (counts / "tally.csv").read_bytes() == (normal / "tally.csv").read_bytes()
    assert b"GR,4,4,2" in (counts / "tally.csv").read_bytes()
    assert "Pictures" not in terminal.out


def test_readings_of_an_earlier_normal_run_are_removed(terminal: Terminal) -> None:
    scan(terminal.folder, "scans/a.pdf", "2")
    assert run(terminal, "out") == ExitCode.OK
    assert run(terminal, "out", "--counts-only") == ExitCode.OK
    assert "2 done" in terminal.out
    assert found_in(terminal.folder / "out") == {}


def test_crops_and_counts_only_exclude_each_other(terminal: Terminal) -> None:
    scan(terminal.folder, "scans/a.pdf", "2")
    assert run(terminal, "out", "--counts-only", "--crops") == ExitCode.USAGE
    assert not (terminal.folder / "out").exists()
