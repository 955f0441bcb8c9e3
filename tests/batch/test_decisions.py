"""Decisions survive every run, and never apply to a row that nobody looked at."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from digitize.campaign.decisions import Field, Kind
from digitize.campaign.store import Campaign, open_campaign
from digitize.page.pipeline import Settings
from digitize.records import Digitized, Failure, PageId, RowKey, Status
from tests.batch.runs import run, scan
from tests.campaign.store.deciding import clear, doubtful, placeless
from tests.finished import finished
from tests.outcomes import sheet_page


def first(file: str, page: int, _settings: Settings) -> Digitized:
    """Three rows, of which one is doubtful and one has no canton."""
    return Digitized(sheet_page(file, page, doubtful(1), placeless(2), clear(3)), b"first")


def sure_of_itself(file: str, page: int, _settings: Settings) -> Digitized:
    """A later recognition that takes the doubtful row for signed and another for struck out."""
    struck = replace(clear(3), status=Status.STRUCK)
    return Digitized(sheet_page(file, page, clear(1), clear(2), struck), b"second")


def renumbered(file: str, page: int, _settings: Settings) -> Digitized:
    """A later recognition that reads other numbers."""
    rows = (replace(clear(n + 3), index=n - 1) for n in (1, 2, 3))
    return Digitized(sheet_page(file, page, *rows), b"third")


def failing(file: str, page: int, _settings: Settings) -> Digitized:
    return Digitized(Failure(PageId(file, page), "grid", "unusable", "Cut off."))


@pytest.fixture
def a(scans: Path) -> Path:
    return scan(scans, "a.pdf")


@pytest.fixture
def campaign(a: Path, out: Path) -> Iterator[Campaign]:
    """A run, and what ann decided after it."""
    run(a, out, first)
    with open_campaign(out) as opened:
        opened.review.decide(RowKey(1, 0, 1), Field.STATUS, "incomplete", "ann")
        opened.review.decide(RowKey(1, 1, 2), Field.PLACE, "VD / 1000 / Lausanne", "ann")
        opened.review.decide(RowKey(1, 2, 3), Field.NAME, "Eva", "ann")
        yield opened


def statuses(campaign: Campaign) -> list[Status]:
    return [row.status for row in campaign.review.rows(1)]


DECIDED = [Status.INCOMPLETE, Status.SIGNED, Status.SIGNED]


def test_a_second_run_changes_nothing(campaign: Campaign, a: Path, out: Path) -> None:
    before = campaign.review.totals()
    assert run(a, out, sure_of_itself).done == 0
    assert campaign.review.totals() == before


def test_recognition_never_overwrites_a_decision(campaign: Campaign, a: Path, out: Path) -> None:
    assert run(a, out, sure_of_itself, redo=True).done == 1
    rows = campaign.review.rows(1)
    assert [row.status for row in rows] == [Status.INCOMPLETE, Status.SIGNED, Status.STRUCK]
    assert rows[1].place is not None
    assert (rows[1].place.region, rows[1].place.locality) == ("VD", "Lausanne")
    assert rows[2].name is not None
    assert (rows[2].name.text, rows[2].name.reader) == ("Eva", "person")
    assert campaign.review.orphaned() == []
    (stored,) = campaign.pages.outcomes()
    assert not isinstance(stored, Failure)
    assert [row.status for row in stored.rows] == [Status.SIGNED, Status.SIGNED, Status.STRUCK]


def test_the_tables_of_a_run_reflect_what_was_decided(campaign: Campaign, a: Path, out: Path) -> None:
    run(a, out, sure_of_itself, redo=True)
    tables = finished(campaign)
    with (out / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(x["status"], x["canton"], x["name"], x["decided"], x["decided_by"]) for x in lines] == [
        ("incomplete", "ZH", "Name 1", "status", "ann"),
        ("signed", "VD", "Name 2", "canton", "ann"),
        ("struck", "ZH", "Eva", "name", "ann"),
    ]
    total = tables.tally.iloc[-1]
    assert [total[name] for name in ("signed", "incomplete", "struck", "decided")] == [1, 1, 1, 3]
    assert campaign.review.totals().counted == 1


def test_rows_with_other_numbers_are_asked_again_and_not_given_the_decisions(
    campaign: Campaign, a: Path, out: Path
) -> None:
    run(a, out, renumbered, redo=True)
    assert statuses(campaign) == [Status.SIGNED] * 3
    assert not any(row.decided for row in campaign.review.rows(1))
    assert len(campaign.review.orphaned()) == 3
    asked = [
        campaign.review.next_questions(kind, "bob", 9) for kind in Kind if kind not in ("person", "page")
    ]
    assert [[shown.number for shown in rows] for rows in asked] == [[4], [5], [6], []]
    run(a, out, first, redo=True)
    assert statuses(campaign) == DECIDED
    assert campaign.review.orphaned() == []


def test_a_page_that_fails_later_keeps_the_decisions_for_when_it_comes_back(
    campaign: Campaign, a: Path, out: Path
) -> None:
    run(a, out, failing, redo=True)
    assert campaign.review.totals().counted == 0
    assert len(campaign.review.orphaned()) == 3
    run(a, out, first)
    assert statuses(campaign) == DECIDED


def test_a_file_that_now_holds_another_sheet_gets_none_of_the_decisions(
    campaign: Campaign, a: Path, out: Path
) -> None:
    a.write_text("1 another sheet")
    run(a, out, first)
    assert campaign.review.totals().decided == 0
    assert campaign.review.totals().doubtful == 1
    assert len(campaign.review.orphaned()) == 3


def test_a_file_that_moved_keeps_its_decisions(campaign: Campaign, a: Path, out: Path, scans: Path) -> None:
    moved = scans / "done" / "a.pdf"
    moved.parent.mkdir()
    a.rename(moved)
    assert run(moved, out, sure_of_itself).done == 0
    assert statuses(campaign) == DECIDED
