"""With --counts-only, nothing that identifies people reaches the disk."""

import pytest

from digitize.campaign.decisions import Field
from digitize.campaign.store import open_campaign
from digitize.errors import BadDecision, ExitCode
from digitize.page.pipeline import Settings
from digitize.records import Digitized, Place, RowKey, Status
from tests.cli.terminal import Terminal, scan
from tests.outcomes import row, sheet_page
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


def test_the_canton_follows_the_deadline_even_without_localities(terminal: Terminal) -> None:
    scan(terminal.folder, "scans/a.pdf", "1")
    tally = terminal.folder / "out" / "tally.csv"
    before, since = ("2025-12-31", b"\nBE,1,"), ("2026-02-01", b"\nJU,1,")
    for deadline, canton in (before, since, since):
        how = ("--out", "out", "--workers", "0", "--counts-only", "--deadline", deadline)
        assert terminal.digitize("run", "scans", *how, double=live_in_moutier) == ExitCode.OK
        assert canton in tally.read_bytes()
    assert "1 finished before" in terminal.out
    assert b"Moutier" not in (terminal.folder / "out" / "campaign.sqlite").read_bytes()


def test_decisions_store_no_names_either(terminal: Terminal) -> None:
    scan(terminal.folder, "scans/a.pdf", "1")
    assert run(terminal, "counts", "--counts-only") == ExitCode.OK
    row = RowKey(1, 2, 6)
    with open_campaign(terminal.folder / "counts") as campaign:
        for field, text in ((Field.NAME, "Xenia Zypresse"), (Field.ADDRESS, "Quittenweg 7")):
            with pytest.raises(BadDecision, match="counts only"):
                campaign.review.decide(row, field, text, "ann")
        campaign.review.decide(row, Field.PLACE, "UR / 9876 / Ypsilonia", "ann")
        campaign.review.decide(row, Field.STATUS, "signed", "ann")
        assert campaign.review.totals().regions["UR"] == 1
    assert found_in(terminal.folder / "counts") == {}


def live_in_moutier(file: str, page: int, _settings: Settings) -> Digitized:
    place = Place("JU", "2740", "Moutier", "CH", 0.99)
    return Digitized(sheet_page(file, page, row(1, Status.SIGNED, "Ada", "2740 Moutier", place)), b"")
