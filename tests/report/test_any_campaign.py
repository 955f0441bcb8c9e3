"""Any campaign gives a report, or one clear sentence: empty, one row, erased, counts only."""

import sys
from datetime import date
from pathlib import Path

import pytest

from digitize.campaign.store import open_campaign
from digitize.errors import MissingProgram
from digitize.records import Digitized, PageKind, Status
from digitize.redact import redact
from digitize.report import drawing
from digitize.report.build import build, files, write
from digitize.report.details import Details
from digitize.report.page import Report, render
from digitize.translations import LANGUAGES
from tests.outcomes import row, sheet_page
from tests.report.campaigns import HOW, PLACES, fill, make, page_of_kind
from tests.report.read_back import numbers_of, read_page, sheets_of

DAY = date(2025, 1, 3)


def report_of(folder: Path, details: Details = Details()) -> Report:  # noqa: B008 (frozen)
    with open_campaign(folder) as campaign:
        return build(campaign, details).whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_campaign_gives_a_report_of_zeros(language: str, tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True) as campaign:
        _, written = write(campaign, Details(), [language])
    html, pdf, book = (path.read_bytes() for path in written)
    page = read_page(html.decode("utf-8"))
    assert page.big == "0"
    assert len(numbers_of(page.tables[0])) == 30
    assert pdf.startswith(b"%PDF")
    assert next(iter(sheets_of(book).values()))[4][1] == 0


def test_one_row_gives_a_report(tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True) as campaign:
        one = row(1, Status.SIGNED, "Ada", "Weg 1", PLACES[0])
        fill(campaign, [("/scans/a.pdf", 1, DAY, "", [one])])
        _, written = write(campaign, Details(), ["fr"])
    page = read_page(written[0].read_text("utf-8"))
    assert page.big == "1"
    assert numbers_of(page.tables[0])["Zurich"] == [1, 0, 0, 0, 0, 0, 1]


def test_an_erased_campaign_gives_the_same_numbers_without_names(tmp_path: Path) -> None:
    make(tmp_path, 3)
    with open_campaign(tmp_path) as campaign:
        before = build(campaign, Details()).whole.figures
        campaign.erase(lambda: None)
        reports = build(campaign, Details())
        after = reports.whole.figures
        ((_, book),) = files(campaign, reports, "en", ["xlsx"])
    assert (after.regions, after.total, after.days) == (before.regions, before.total, before.days)
    assert "Names and pictures erased" in render(reports.whole, "en")
    headings, *lines = sheets_of(book)["Rows"]
    assert lines
    assert {line[headings.index("Name")] for line in lines} == {None}


def test_a_campaign_of_counts_only_gives_a_report(tmp_path: Path) -> None:
    with open_campaign(tmp_path, create=True) as campaign:
        entry = campaign.inputs.add("/scans/a.pdf", "a", 1, 1, DAY)
        campaign.inputs.set_pages(entry.id, 1)
        page = sheet_page("/scans/a.pdf", 1, row(1, Status.SIGNED, "Ada Muster", "Weg 1", PLACES[2]))
        campaign.pages.save(entry.id, redact(Digitized(page, b""), ()), *HOW)
    report = report_of(tmp_path)
    assert report.figures.regions["TI"].valid == 1
    assert "Ada" not in render(report, "en")


def test_pages_that_failed_or_wait_are_told_with_their_reason(tmp_path: Path) -> None:
    make(tmp_path, 2)
    with open_campaign(tmp_path) as campaign:
        entry = campaign.inputs.add("/scans/later.pdf", "later", 1, 1, DAY)
        campaign.inputs.set_pages(entry.id, 3)
        blank = campaign.inputs.add("/scans/blank.pdf", "blank", 1, 1, DAY)
        campaign.inputs.set_pages(blank.id, 1)
        campaign.pages.save(blank.id, page_of_kind("/scans/blank.pdf", 1, PageKind.BLANK), *HOW)
    html = render(report_of(tmp_path), "en")
    assert "5 pages are missing from the count" in html
    assert "3 pages have not been processed yet" in html
    for cell in ("broken.pdf", "damaged or not a scan", "blurred.pdf", "cut off or too blurred to count"):
        assert f"<td>{cell}</td>" in html
    assert '<th scope="row">blank pages</th><td>1</td>' in html


def test_what_users_type_is_text_in_every_place(tmp_path: Path) -> None:
    nasty = "<script>alert(1)</script> \"'}@import url(http://example.org/x.css);"
    with open_campaign(tmp_path, create=True) as campaign:
        fill(campaign, [(f"/scans/{nasty[:8]}.pdf", 1, DAY, nasty, [row(1, Status.SIGNED)])])
        fill(campaign, [("/scans/b.pdf", 1, DAY, "=1+1 is another title", [row(1, Status.SIGNED)])])
        details = Details(nasty, nasty)
        reports, written = write(campaign, details, ["de"])
    html = written[0].read_text("utf-8")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert len(reports.petitions) == 2
    assert nasty in str(sheets_of(written[-1].read_bytes())["Übersicht"][0][0])


def test_a_missing_package_is_said_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, 1)
    for package in ("weasyprint", "xlsxwriter"):
        with monkeypatch.context() as patch, open_campaign(tmp_path) as campaign:
            patch.setitem(sys.modules, package, None)
            kind = "pdf" if package == "weasyprint" else "xlsx"
            with pytest.raises(MissingProgram, match=r"pip install 'digitize\[report\]'"):
                write(campaign, Details(), ["en"], [kind])
    assert drawing.EXTRA_MISSING.endswith(".")


def test_the_goal_and_the_deadline_are_told(tmp_path: Path) -> None:
    make(tmp_path, 5)
    report = report_of(tmp_path, Details(goal=100_000))
    html = render(report, "en")
    lacking = 100_000 - report.figures.total.valid
    assert f"{lacking:,} are lacking for the goal of 100,000." in html
    assert "06.01.2025" in html
    assert report.figures.total.late > 0
    assert f"without these, it is {report.figures.total.in_time}." in html
