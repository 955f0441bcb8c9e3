"""Erasing leaves no byte of what was read and changes no number."""

import re
from pathlib import Path

import pytest

from digitize.campaign.decisions import DIFFERENT, Field
from digitize.campaign.store import open_campaign
from digitize.errors import ExitCode
from digitize.records import RowKey
from tests.cli.terminal import Terminal, scan
from tests.revealing import SECRETS, found_in, tell_all, tell_twice

OLD_FILES = {"campaign.sqlite", "decisions.jsonl", "rows.csv", "pages.csv", "pages", "crops"}


@pytest.fixture
def told(terminal: Terminal) -> Path:
    """Return a campaign whose readings and decisions name people."""
    scan(terminal.folder, "scans/Zypresse.pdf", "2 Zypresse")
    scan(terminal.folder, "scans/again.pdf", "2 Zypresse")
    assert run(terminal) == ExitCode.OK
    folder = terminal.folder / "out"
    with open_campaign(folder) as campaign:
        decide = campaign.review.decide
        first, second, third = (RowKey(1, index, index + 4) for index in range(3))
        decide(first, Field.NAME, "Yvo Zypresse", "Ada")
        decide(first, Field.ADDRESS, "Quittenweg 78", "Ada")
        decide(second, Field.PLACE, "UR / 9876 / Ypsilonia", "Ada")
        decide(third, Field.STATUS, "signed", "Bob")
        decide(second, Field.PERSON, DIFFERENT, "Bob", other=first)
    assert terminal.digitize("tally", "out") == ExitCode.OK
    return folder


def run(terminal: Terminal, *options: str) -> ExitCode:
    return terminal.digitize(
        "run", "scans", "--out", "out", "--workers", "0", "--crops", *options, double=tell_all
    )


def test_nothing_that_was_read_is_left_and_the_count_stays(told: Path, terminal: Terminal) -> None:
    assert {Path(name).parts[0] for name in found_in(told)} == OLD_FILES
    tally = (told / "tally.csv").read_bytes()
    assert terminal.digitize("erase", "out", "--keep", "tally", "--yes") == ExitCode.OK
    assert found_in(told) == {}
    assert not [name for name in ("Ada", "Bob") if name.encode() in (told / "campaign.sqlite").read_bytes()]
    assert (told / "tally.csv").read_bytes() == tally
    assert terminal.digitize("tally", "out") == ExitCode.OK
    assert (told / "tally.csv").read_bytes() == tally
    assert found_in(told) == {}
    assert b"UR,1," in tally  # what a person decided still counts


def test_copies_of_scans_from_elsewhere_are_erased(told: Path, terminal: Terminal) -> None:
    copy = told / "fetched" / "s3" / "sheets" / "Zypresse.pdf"
    copy.parent.mkdir(parents=True)
    copy.write_text("Zypresse")
    assert terminal.digitize("erase", "out", "--keep", "tally", "--yes") == ExitCode.OK
    assert not (told / "fetched").exists()


def test_reports_are_erased_and_can_be_written_again(told: Path, terminal: Terminal) -> None:
    assert terminal.digitize("report", "out", "--format", "xlsx", "--format", "html") == ExitCode.OK
    book = told / "reports" / "count-en.xlsx"
    assert book.is_file()
    assert terminal.digitize("erase", "out", "--keep", "tally", "--yes") == ExitCode.OK
    assert not book.parent.exists()
    assert terminal.digitize("report", "out", "--format", "html") == ExitCode.OK
    page = (told / "reports" / "report-en.html").read_text("utf-8")
    assert "Names and pictures erased" in page
    text = re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)  # coordinates may look like a postcode
    assert not [secret for secret in SECRETS if secret in text]


def test_the_receipt_lists_what_was_erased_and_what_was_not_touched(told: Path, terminal: Terminal) -> None:
    (told / "notes.txt").write_text("mine")
    assert terminal.digitize("erase", "out", "--keep", "tally", "--yes") == ExitCode.OK
    receipt = terminal.out
    assert receipt.rstrip("\n") == (told / "erased.txt").read_text().rstrip("\n")
    for line in (
        "6 names, 6 addresses, the texts of 3 decisions",
        "10 pictures of pages and rows",
        "0 scans in this folder",
        "Kept: the count, 5 signed rows, 1 doubtful (tally.csv).",
        "Not touched: 2 scans outside this folder.",
        "Not touched: 1 file in this folder that digitize did not write: notes.txt.",
    ):
        assert line in receipt
    assert not [secret for secret in SECRETS if secret in receipt]
    with open_campaign(told) as campaign:
        decisions = [(line.field, line.value, line.by) for line in campaign.review.trail()]
    assert decisions == [
        *((Field.NAME, "", "staff"), (Field.ADDRESS, "", "staff"), (Field.PLACE, "UR", "staff")),
        *((Field.STATUS, "signed", "staff"), (Field.PERSON, DIFFERENT, "staff")),
    ]


def test_second_scans_are_still_recognised_after_erasing(terminal: Terminal) -> None:
    scan(terminal.folder, "scans/a.pdf", "2")
    how = ("--out", "out", "--workers", "0")
    assert terminal.digitize("run", "scans", *how, double=tell_twice) == ExitCode.OK
    tally = terminal.folder / "out" / "tally.csv"
    before = tally.read_bytes()
    assert b"GR,2," in before
    assert terminal.digitize("erase", "out", "--keep", "tally", "--yes") == ExitCode.OK
    assert terminal.digitize("tally", "out") == ExitCode.OK
    assert tally.read_bytes() == before


def test_digitized_scans_are_erased_too_but_waiting_ones_stop_it(told: Path, terminal: Terminal) -> None:
    for place in ("inbox", "done"):
        (told / place).mkdir()
    waiting = scan(told, "inbox/new.pdf", "1 Zypresse")
    old = scan(told, "done/old.pdf", "1 Zypresse")
    assert terminal.digitize("erase", "out", "--keep", "tally", "--yes") == ExitCode.BAD_STORE
    assert "1 file is still waiting in inbox and scans" in terminal.sentence
    assert old.exists()
    waiting.unlink()
    assert terminal.digitize("erase", "out", "--keep", "tally", "--yes") == ExitCode.OK
    assert not old.exists()


def test_it_asks_first_and_an_erased_campaign_accepts_no_scans(told: Path, terminal: Terminal) -> None:
    terminal.patch.setattr("click.confirm", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    assert terminal.digitize("erase", "out", "--keep", "tally") == ExitCode.INTERRUPTED
    assert "1 row is still doubtful" in terminal.out
    assert found_in(told)
    assert terminal.digitize("erase", "out", "--keep", "tally", "--yes") == ExitCode.OK
    assert run(terminal) == ExitCode.BAD_STORE
    assert "were erased on" in terminal.sentence
    assert terminal.digitize("watch", "out", "--once") == ExitCode.BAD_STORE
    assert terminal.digitize("erase", "out", "--keep", "tally", "--yes") == ExitCode.OK  # no harm done
    assert "0 names, 0 addresses, the texts of 0 decisions" in terminal.out


def test_an_interrupted_erasure_is_completed_the_next_time(told: Path, terminal: Terminal) -> None:
    tally = (told / "tally.csv").read_bytes()

    def end(_folder: Path) -> None:
        raise KeyboardInterrupt

    with terminal.patch.context() as sudden:
        sudden.setattr("digitize.campaign.store.shred.shred_folder", end)
        assert terminal.digitize("erase", "out", "--keep", "tally", "--yes") == ExitCode.INTERRUPTED
    assert found_in(told)
    assert terminal.digitize("erase", "out", "--keep", "tally", "--yes") == ExitCode.OK
    assert found_in(told) == {}
    assert (told / "tally.csv").read_bytes() == tally


def test_a_scan_linked_from_elsewhere_is_not_overwritten(told: Path, terminal: Terminal) -> None:
    (told / "done").mkdir()
    kept = scan(terminal.folder, "kept.pdf", "1 kept")
    (told / "done" / "linked.pdf").hardlink_to(kept)
    (told / "done" / "symbolic.pdf").symlink_to(kept)
    assert terminal.digitize("erase", "out", "--keep", "tally", "--yes") == ExitCode.OK
    assert kept.read_text() == "1 kept"
    assert not (told / "done").exists()
