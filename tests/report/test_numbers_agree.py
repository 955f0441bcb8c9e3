"""Report, workbook, tables and site give the same numbers, whatever happened in the campaign."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from digitize.campaign.store import open_campaign
from digitize.errors import SumsDiffer
from digitize.report import words
from digitize.report.build import build, files
from digitize.report.details import Details
from digitize.report.figures import LINES, compute_figures
from digitize.report.page import render
from digitize.report.pictures import counts_of, counts_of_totals
from tests.report.campaigns import TITLES, make
from tests.report.read_back import number, numbers_of, read_page, sheets_of


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("seed", range(8))
def test_report_workbook_tables_and_site_agree(seed: int, tmp_path: Path) -> None:
    make(tmp_path, seed)
    with open_campaign(tmp_path) as campaign:
        reports = build(campaign, Details())
        totals = campaign.review.totals()
        html = render(reports.whole, "en")
        ((_, packed),) = files(campaign, reports, "en", ["xlsx"])
    book = sheets_of(packed)
    tally = {line["region"]: line for line in lines(tmp_path / "tally.csv")}
    rows = lines(tmp_path / "rows.csv")

    page = read_page(html)
    shown = numbers_of(page.tables[0])
    valid = int(tally["total"]["signed"])
    assert number(page.big) == valid == totals.counted == shown["Total"][0]
    late = int(tally["total"]["late"])
    columns = [line[1:] for line in book["Cantons"]]
    printed = {
        name: [
            values[0],
            *([values[1]] if late else []),
            *values[2:],
        ]
        for name, *values in book["Cantons"][1:]
        if name in words.REGION_NAMES.values()
    }
    assert columns and {name: shown[name] for name in printed} == printed
    for region in LINES[:-1]:
        told = tally.get(region, {"signed": "0", "doubtful": "0", "incomplete": "0", "struck": "0"})
        line = reports.whole.figures.regions[region]
        assert [line.valid, line.open, line.incomplete, line.struck] == [
            int(told[name]) for name in ("signed", "doubtful", "incomplete", "struck")
        ]
        assert shown[words.REGION_NAMES[region]][0] == line.valid == totals.regions.get(region, 0)

    # Recounted from the rows of the workbook and of rows.csv, by rules written down here.
    headings, *sheet_rows = book["Rows"]
    of_book = [dict(zip(headings, line, strict=True)) for line in sheet_rows if line[0]]
    for recounted in (
        [(row["status"], row["flags"]) for row in rows],
        [(row["Result"], row["Codes"] or "") for row in of_book],
    ):
        flags = [(status, set(text.split("; "))) for status, text in recounted]
        on_paper = [(status, codes) for status, codes in flags if "duplicate-page" not in codes]
        first = [(status, codes) for status, codes in on_paper if "duplicate-person" not in codes]
        counted = Counter(status for status, _ in first)
        total = reports.whole.figures.total
        assert counted["signed"] == total.valid == valid
        assert counted["doubtful"] == total.open == totals.doubtful
        assert sum(status == "signed" and "late" in codes for status, codes in first) == total.late == late
        filled = [1 for status, _ in on_paper if status != "blank"]
        assert len(filled) == total.total
    assert (
        sum(values[0] for values in numbers_of(page.tables[1]).values()) == 2 * total.invalid
    )  # with the total
    days = {line[0].date(): line[1] for line in book["Days"][1:] if line[0]}
    assert {day: n for day, n in days.items() if n} == dict(totals.days)
    assert counts_of(reports.whole.figures).days == days


@pytest.mark.parametrize("seed", range(4))
def test_pictures_of_report_and_site_show_the_same_counts(seed: int, tmp_path: Path) -> None:
    make(tmp_path, seed)
    with open_campaign(tmp_path) as campaign:
        figures = build(campaign, Details()).whole.figures
        site = counts_of_totals(campaign.review.totals())
    report = counts_of(figures)
    assert {region: n for region, n in report.valid.items() if n} == {
        r: n for r, n in site.valid.items() if n
    }
    assert {day: n for day, n in report.days.items() if n} == dict(site.days)


@pytest.mark.parametrize("seed", range(6))
def test_the_petitions_make_up_the_whole(seed: int, tmp_path: Path) -> None:
    make(tmp_path, seed, pages=14)
    with open_campaign(tmp_path) as campaign:
        reports = build(campaign, Details(title="The campaign"))
    whole = reports.whole.figures
    own = {report.figures.title: report.figures.total for report in reports.petitions}
    assert own == {title: line for title, line in whole.petitions.items() if title}
    assert all(report.title == report.figures.title for report in reports.petitions)
    assert len(own) == len(TITLES)
    assert sum(line.valid for line in whole.petitions.values()) == whole.total.valid
    assert reports.whole.title == "The campaign"


def test_figures_that_are_not_those_of_the_tally_are_refused(tmp_path: Path) -> None:
    make(tmp_path, 1)
    with open_campaign(tmp_path) as campaign:
        tables = build(campaign, Details()).tables
    counted = (tables.rows["status"] == "signed") & ~tables.rows["flags"].str.contains("duplicate")
    at = tables.rows.index[counted][0]
    tables.rows.loc[at, "status"] = "struck"
    with pytest.raises(SumsDiffer, match="does not add up"):
        compute_figures(tables)
