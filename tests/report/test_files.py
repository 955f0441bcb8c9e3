"""PDF and workbook say what the page says, in forms that other programs understand."""

import io
import re
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from digitize.campaign.decisions import Field
from digitize.campaign.store import open_campaign
from digitize.records import Status
from digitize.report import table_words
from digitize.report.build import build, files, write
from digitize.report.details import Details
from digitize.report.workbook import as_workbook
from digitize.tally.publish import told_tables
from digitize.translations import LANGUAGES, catalogue, shown_number
from tests.report.campaigns import make
from tests.report.read_back import numbers_of, read_page

A4_PT = (595, 842)


def without_spaces(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_has_the_text_of_the_page_on_a4(language: str, tmp_path: Path) -> None:
    make(tmp_path, 3)
    with open_campaign(tmp_path) as campaign:
        reports = build(campaign, Details(title="Mehr Bäume", organisation="Verein Wald"))
        made = dict(files(campaign, reports, language, ["html", "pdf"]))
    pdf = PdfReader(io.BytesIO(made[f"report-{language}.pdf"]))
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in pdf.pages} == {A4_PT}
    text = without_spaces("".join(page.extract_text() for page in pdf.pages))  # kerning looks like a space
    assert "MehrBäume" in text
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Mehr Bäume"
    assert without_spaces(shown_number(reports.whole.figures.total.valid, language)) in text
    for name, numbers in numbers_of(read_page(made[f"report-{language}.html"].decode()).tables[0]).items():
        assert without_spaces(name) + "".join(map(str, numbers)) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_has_tables_with_filters_frozen_heads_and_real_dates(
    language: str, tmp_path: Path
) -> None:
    told = catalogue(language).gettext
    make(tmp_path, 3)
    with open_campaign(tmp_path) as campaign:
        reports = build(campaign, Details(), language)
        packed = as_workbook(reports.whole, reports.tables, campaign.review.trail(), language)
        trail = list(campaign.review.trail())
    book = openpyxl.load_workbook(io.BytesIO(packed))
    assert len(book.worksheets) == 6
    for sheet in book.worksheets:
        (table,) = sheet.tables.values()
        assert table.autoFilter is not None
        assert sheet.freeze_panes == (None if sheet is book.worksheets[0] else "A2")
    _, cantons, days, rows, _pages, log = book.worksheets
    assert len(cantons._charts) == len(days._charts) == 1
    assert isinstance(days["A2"].value, datetime)
    headings = [cell.value for cell in rows[1]]
    assert headings == [told(heading) for heading in table_words.HEADINGS["rows"].values()]
    assert [cell.value for cell in log[1]] == [told(name) for name in table_words.LOG_HEADINGS.values()]
    received = rows.cell(2, headings.index(told("Received on")) + 1)
    assert (type(received.value), received.number_format) == (datetime, "dd.mm.yyyy")
    assert received.value.date() >= date(2025, 1, 1)
    assert log.max_row == len(trail) + 1
    assert cantons.cell(cantons.max_row, 2).value == f"=SUBTOTAL(109,B2:B{cantons.max_row - 1})"


def test_texts_in_the_workbook_are_never_formulas_or_links(tmp_path: Path) -> None:
    make(tmp_path, 3)
    with open_campaign(tmp_path) as campaign:
        reports = build(campaign, Details())
        nasty = ["=1+1", "@SUM(A1)", "https://example.org", "\ud800", "x" * 40_000, "12"]
        for at, text in enumerate(nasty):
            reports.tables.rows.loc[at, "name"] = text
        packed = as_workbook(reports.whole, reports.tables, (), "en")
    sheet = openpyxl.load_workbook(io.BytesIO(packed))["Rows"]
    column = [cell.value for cell in sheet[1]].index("Name") + 1
    cells = [sheet.cell(at + 2, column) for at in range(len(nasty))]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.hyperlink for cell in cells] == [None] * len(nasty)
    assert [cells[0].value, cells[2].value, cells[5].value] == ["=1+1", "https://example.org", "12"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_and_remarks_in_the_workbook_are_words_of_the_language(language: str, tmp_path: Path) -> None:
    make(tmp_path, 3)
    with open_campaign(tmp_path) as campaign:
        [key, *_] = [key for key, row in campaign.review.signers() if row.status is Status.SIGNED]
        campaign.review.decide(key, Field.STATUS, Status.STRUCK.value, "Ada")
        _, [path] = write(campaign, Details(), [language], ["xlsx"])
        remarks = set(told_tables(campaign, catalogue(language).gettext).rows["remarks"]) - {""}
    told = catalogue(language).gettext
    *_, rows, _pages, log = openpyxl.load_workbook(path).worksheets
    columns = list(table_words.HEADINGS["rows"])
    lines = [dict(zip(columns, line, strict=True)) for line in rows.iter_rows(min_row=2, values_only=True)]
    assert {line["status"] for line in lines} <= {
        told(word) for word in table_words.VALUES["status"].values()
    }
    assert {line["remarks"] for line in lines} - {None} == remarks
    last = dict(zip(table_words.LOG_HEADINGS, [cell.value for cell in log[log.max_row]], strict=True))
    assert (last["field"], last["value"]) == (told("counts?"), told("struck out"))
