"""`digitize log`: who decided what, without what was written on the sheets."""

import csv
from pathlib import Path

import pytest

from digitize.campaign.decisions import AUDIT_COLUMNS, Field
from digitize.campaign.store import open_campaign
from digitize.errors import ExitCode
from digitize.records import RowKey
from tests.campaign.store.deciding import clear, doubtful, store
from tests.cli.terminal import Terminal

KEY = RowKey(1, 0, 1)


@pytest.fixture
def folder(terminal: Terminal) -> Path:
    """Return a campaign with three decisions, one of them undone."""
    folder = terminal.folder / "friday"
    with open_campaign(folder, create=True) as campaign:
        store(campaign, doubtful(1), clear(2))
        campaign.review.decide(KEY, Field.STATUS, "signed", "ann")
        campaign.review.decide(KEY, Field.NAME, "=Eva Muster", "ann")
        campaign.review.decide(RowKey(1, 1, 2), Field.PLACE, "VD / 1000 / Lausanne", "bob")
        campaign.review.undo("bob")
    return folder


def test_a_line_says_who_when_where_and_what(terminal: Terminal, folder: Path) -> None:
    assert terminal.digitize("log", str(folder)) is ExitCode.OK
    lines = terminal.out.splitlines()
    assert [line.split("  ")[2:] for line in lines[:-1]] == [
        ["ann", "a.pdf, page 1, row 1: status doubtful -> signed"],
        ["ann", "a.pdf, page 1, row 1: name (text) -> (text)"],
        ["bob", "a.pdf, page 1, row 2: canton (text) -> (text)"],
        ["bob", "a.pdf, page 1, row 2: canton (text) -> (text) (undoes 3)"],
    ]
    assert lines[-1] == "4 decisions"


def test_values_are_shown_on_request_only(terminal: Terminal, folder: Path) -> None:
    terminal.digitize("log", str(folder), "--values", "--row", "a.pdf:1:2")
    assert "canton ZH / 8001 / Zürich -> VD / 1000 / Lausanne" in terminal.out
    assert "Eva" not in terminal.out
    assert terminal.out.endswith("2 decisions\n")


@pytest.mark.parametrize("values", [True, False])
def test_the_log_can_be_written_as_a_table(values: bool, terminal: Terminal, folder: Path) -> None:
    table = terminal.folder / "trail.csv"
    assert terminal.digitize("log", str(folder), "--csv", str(table), *["--values"] * values) is ExitCode.OK
    assert "Written:" in terminal.out
    with table.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert tuple(lines[0]) == AUDIT_COLUMNS
    assert [line["field"] for line in lines] == ["status", "name", "canton", "canton"]
    assert lines[1]["value"] == ("'=Eva Muster" if values else "(text)")
    assert lines[3]["undoes"] == "3"


@pytest.mark.parametrize("row", ["a.pdf", "a.pdf:1", "a.pdf:x:1", "a.pdf:1:²"])
def test_a_malformed_row_is_a_wrong_option(row: str, terminal: Terminal, folder: Path) -> None:
    assert terminal.digitize("log", str(folder), "--row", row) is ExitCode.USAGE
    assert "FILE:PAGE:ROW" in terminal.err


def test_a_folder_without_a_campaign_is_reported(terminal: Terminal) -> None:
    assert terminal.digitize("log", "nowhere") is ExitCode.BAD_STORE
    assert "holds no campaign" in terminal.sentence


def test_the_summary_counts_decided_rows(terminal: Terminal, folder: Path) -> None:
    with open_campaign(folder) as campaign:
        store(campaign, doubtful(1), clear(2), page=2)
        campaign.review.decide(RowKey(1, 1, 2), Field.PERSON, "same", "ann", other=RowKey(2, 1, 2))
    assert terminal.digitize("tally", str(folder)) is ExitCode.OK
    assert "1 row was decided by people; see columns decided and decided_by in rows.csv.\n" in terminal.out
    assert "1 row is a second signature of the same person and not counted" in terminal.out
