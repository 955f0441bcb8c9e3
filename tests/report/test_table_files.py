"""Rows, tally and pages open in Excel: as workbooks in the language of the office, or CSV with semicolons."""

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from digitize.campaign.decisions import Content, Field, page_key
from digitize.campaign.store import open_campaign
from digitize.cli.tally import show_tally
from digitize.records import FlagCode, Status
from digitize.report.table_files import SHEETS, as_xlsx, write_workbooks
from digitize.report.table_words import HEADINGS
from digitize.tally import TALLY_COLUMNS, guard
from digitize.tally.publish import current_tables, finish
from digitize.tally.table_rows import PAGE_COLUMNS, ROW_COLUMNS
from digitize.translations import LANGUAGES
from tests.web.campaigns import doubtful, make, row, weak_name


def cells(path: Path) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "friday"
    rows = [row(1), doubtful(2), row(3, Status.STRUCK, codes=(FlagCode.STRUCK,)), weak_name(4, "=1+1, -x")]
    make(folder, [("a.pdf", rows), ("b.pdf", [row(1)])])
    with open_campaign(folder) as campaign:
        campaign.review.decide(page_key(2), Field.CONTENT, Content.OTHER.value, "Ada")
        finish(campaign)
    return folder


def test_every_column_has_a_heading() -> None:
    assert tuple(HEADINGS["rows"]) == ROW_COLUMNS
    assert tuple(HEADINGS["tally"]) == TALLY_COLUMNS
    assert tuple(HEADINGS["pages"]) == PAGE_COLUMNS


def test_headings_remarks_and_words_are_in_the_language(folder: Path, tmp_path: Path) -> None:
    with open_campaign(folder) as campaign:
        written = write_workbooks(campaign, "de", tmp_path / "out")
    assert [path.name for path in written] == ["rows-de.xlsx", "tally-de.xlsx", "pages-de.xlsx"]
    rows, tally, pages = (cells(path) for path in written)
    named = [dict(zip(rows[0], line, strict=True)) for line in rows[1:]]
    assert named[0]["Ergebnis"] == "unterschrieben"
    assert named[0]["Eingegangen am"].date() == date(2026, 11, 2)  # type: ignore[attr-defined]
    assert named[2]["Bemerkungen"] == "Die Zeile ist durchgestrichen."
    assert named[3]["Name"] == "=1+1, -x"  # as text
    assert tally[-1][0] == "Total" and tally[-1][1] == 2
    assert "keine Bogenseite" in str(pages[2]) or "kein" in str(pages[2])


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_numbers_are_those_of_the_csv_files(language: str, folder: Path) -> None:
    with open_campaign(folder) as campaign:
        tables = current_tables(campaign)
    for name, frame in (("rows", tables.rows), ("tally", tables.tally), ("pages", tables.pages)):
        book = openpyxl.load_workbook(io.BytesIO(as_xlsx(tables, name, language)))
        lines = list(book.worksheets[0].iter_rows(values_only=True))
        assert len(lines) == len(frame) + 1 and len(set(lines[0])) == len(frame.columns)
        for number, column in enumerate(frame.columns):
            if column in ("row", "page", "rows", "signed", "doubtful"):
                assert [line[number] for line in lines[1:]] == frame[column].tolist()
    assert set(SHEETS) == set(HEADINGS)


def test_semicolons_stay_until_commas_are_wanted(folder: Path) -> None:
    show_tally(folder, delimiter=";")
    for _ in range(2):
        text = (folder / "rows.csv").read_text(encoding="utf-8-sig")
        lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
        assert [line["name"] for line in lines][3] == "'=1+1, '-x" and len(lines) == 5 - 1
        show_tally(folder)
    show_tally(folder, delimiter=",", languages=("fr",))
    assert (folder / "rows.csv").read_text(encoding="utf-8-sig").startswith("file,page,row")
    assert (folder / "reports" / "tally-fr.xlsx").is_file()


def test_no_part_of_a_text_becomes_a_formula_whatever_splits_the_line() -> None:
    assert guard("a, =b;+c") == "a, =b;'+c"  # where lines are split at commas, such a text is quoted
    assert guard("a, =b;+c", ";") == "a, '=b;'+c"
    assert guard("Weg 1, 8001 Zürich", ";") == "Weg 1, 8001 Zürich"
