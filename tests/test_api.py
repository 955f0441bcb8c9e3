"""The public API: lazy, typed, and with the figures of the tables."""

import csv
import subprocess
import sys
from datetime import date
from functools import partial
from pathlib import Path

import pytest

import digitize
from digitize import batch
from digitize.campaign.decisions import Field
from digitize.campaign.store import open_campaign
from digitize.records import Digitized, Failure, PageId, PageKind, RowKey, SheetPage, Status
from tests.page import pipeline_doubles as doubles

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
HEAVY = {
    "numpy",
    "cv2",
    "pandas",
    "openvino",
    "click",
    "rich",
    "PIL",
    "sqlite3",
    "logging",
    "digitize.records",
}
REAL_RUN = batch.run


@pytest.fixture
def campaign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A campaign of three pages that was run through the API, with one decision."""
    double = partial(REAL_RUN, digitize_file=doubles.fail, count_pages=doubles.count_pages)
    monkeypatch.setattr(batch, "run", double)
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "a.pdf").write_text("3")
    folder = tmp_path / "friday"
    report = digitize.run(tmp_path / "scans", folder, received=date(2025, 1, 17))
    assert isinstance(report, digitize.Report)
    assert (report.pages, report.done, report.failed) == (3, 2, 1)
    with open_campaign(folder) as store:
        store.review.decide(RowKey(1, 0, 1), Field.PLACE, "ZH / 8001 / Zürich", "ann")
    return folder


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_importing_digitize_loads_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-c", "import digitize"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "digitize" in loaded
    assert loaded & HEAVY == set()


@pytest.mark.parametrize("name", digitize.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(digitize, name) is not None
    assert name in dir(digitize)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'read_scans'"):
        digitize.read_scans  # noqa: B018


def test_the_package_says_that_it_is_typed() -> None:
    assert (ROOT / "digitize" / "py.typed").is_file()


def test_a_scan_is_read_page_by_page() -> None:
    (page,) = digitize.read_scan(SAMPLES / "no-table.png")
    assert isinstance(page, SheetPage)
    assert page.kind is PageKind.NO_TABLE


def test_a_page_that_cannot_be_processed_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(file: str, page: int, settings: object) -> Digitized:
        assert getattr(settings, "form", "") == "acat"
        return Digitized(Failure(PageId(file, page), "grid", "unusable", "Cut off."))

    monkeypatch.setattr("digitize.api.digitize_file", fail)
    (page,) = digitize.read_scan(str(SAMPLES / "acat-sheet.pdf"), pages=[2], form="acat")
    assert isinstance(page, digitize.Failure)
    assert page.id.page == 2


def test_errors_are_digitize_errors(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("no PDF")
    with pytest.raises(digitize.DigitizeError, match=r"a\.pdf"):
        list(digitize.read_scan(tmp_path / "a.pdf"))
    with pytest.raises(digitize.DigitizeError, match="no form called"):
        list(digitize.read_scan(SAMPLES / "no-table.png", form="eagle"))
    with pytest.raises(digitize.DigitizeError, match="no campaign"), digitize.open_campaign(tmp_path):
        pass


def test_rows_are_the_lines_of_rows_csv_as_decided(campaign: Path) -> None:
    with digitize.open_campaign(campaign) as opened:
        first, second = opened.rows()
        opened.write_tables()
    assert (first.file, first.page, first.row, first.status) == ("a.pdf", 1, 1, Status.SIGNED)
    assert (first.canton, first.postcode, first.decided, first.decided_by) == (
        "ZH",
        "8001",
        ("canton",),
        ("ann",),
    )
    assert (second.page, second.canton, second.decided, second.received) == (3, "", (), date(2025, 1, 17))
    assert second.canton_confidence is None
    for row, line in zip((first, second), lines(campaign / "rows.csv"), strict=True):
        assert (row.name, row.region, row.remarks) == (line["name"], line["region"], line["remarks"])
        assert (row.signature, row.review) == (line["signature"] == "yes", line["review"] == "yes")


def test_totals_are_the_lines_of_tally_csv(campaign: Path) -> None:
    with digitize.open_campaign(campaign) as opened:
        totals = opened.totals()
        opened.write_tables()
    assert (
        list(totals)
        == [line["region"] for line in lines(campaign / "tally.csv")]
        == ["ZH", "unknown", "total"]
    )
    assert totals["total"].signed == totals["ZH"].signed + totals["unknown"].signed == 2
    assert totals["ZH"].decided == 1


def test_a_table_is_scored(tmp_path: Path) -> None:
    truth = SAMPLES / "truth.csv"
    rows = [line | {"status": "signed", "review": "no"} for line in lines(truth)]
    with (tmp_path / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    accuracy = digitize.score(tmp_path / "rows.csv", truth)["all"]
    assert isinstance(accuracy, digitize.Accuracy)
    assert accuracy.figures()["row recall"] == 1.0


def test_the_environment_can_ask_for_a_debug_log(campaign: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITIZE_DEBUG", "1")
    digitize.run([campaign.parent / "scans"], campaign, redo=True)
    assert "a.pdf, page 3" in (campaign / "digitize.log").read_text()
