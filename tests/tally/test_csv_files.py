"""CSV files are opened correctly by spreadsheets and contain nothing that they would run."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from digitize import tally
from digitize.errors import BadStore, SumsDiffer
from digitize.records import (
    Place,
    ScanFile,
    Status,
)
from digitize.tally import csv_files
from tests.outcomes import row, sheet_page
from tests.tally.written import A, lines, written


def test_files_start_with_a_byte_order_mark_and_lines_end_as_in_rfc_4180(tmp_path: Path) -> None:
    page = sheet_page(A.path, 1, row(1, Status.SIGNED, name='Zoë "Zo", Müller', address="x"))
    written(tmp_path, [replace(A, pages=1)], page)
    data = (tmp_path / "rows.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbffile,page,row")
    assert '"Zoë ""Zo"", Müller"'.encode() in data
    assert data.count(b"\r\n") == data.count(b"\n") == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pages.csv", "rows.csv", "tally.csv"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_becomes_a_formula(start: str, tmp_path: Path) -> None:
    text = f"{start}cmd|' /C calc'!A0"
    line = row(1, Status.SIGNED, name=text, address=text, place=Place("ZH", text, text))
    file = ScanFile("/s/x.pdf", f"{start}x.pdf", 1)
    (shown,) = written(tmp_path, [file], sheet_page("/s/x.pdf", 1, line))["rows.csv"]
    for column in ("file", "name", "address", "postcode", "locality"):
        assert shown[column].startswith(f"'{start}"), column


@pytest.mark.parametrize("between", [";", "; ", ';"', "\t", "\n", "\r\n", ";  \"'"])
@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_text_becomes_a_formula_where_files_are_split_at_semicolons(
    start: str, between: str, tmp_path: Path
) -> None:
    text = f"Ada{between}{start}cmd|' /C calc'!A0"
    written(tmp_path, [A], sheet_page(A.path, 1, row(1, Status.SIGNED, name=text, address=text)))
    content = (tmp_path / "rows.csv").read_text("utf-8-sig")
    cells = [cell.strip(' \t"') for line in content.splitlines() for cell in re.split("[;\t]", line)]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_control_characters_are_no_part_of_a_table(tmp_path: Path) -> None:
    text = "".join(map(chr, range(32))) + "Ada\x7f"
    written(tmp_path, [A], sheet_page(A.path, 1, row(1, Status.SIGNED, name=text)))
    content = (tmp_path / "rows.csv").read_bytes()
    assert not set(content) & (set(range(32)) - set(b"\t\r\n") | {127})


def test_numbers_and_harmless_texts_are_unchanged() -> None:
    for value in (-1.5, "Jean-Luc", "", None, "a; b", "Weg 1, -2", "late;unsure-ink", "a@b.ch"):
        assert tally.guard(value) == value


def test_a_table_that_cannot_be_written_is_reported_as_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").mkdir()
    with pytest.raises(BadStore, match=r"rows\.csv cannot be written"):
        written(tmp_path, [])


def test_tables_are_the_same_however_many_lines_are_written_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = sheet_page(
        A.path, 1, *(row(number, Status.SIGNED, name=f"=Zoë {number}") for number in range(1, 6))
    )

    def content() -> list[bytes]:
        _, paths = tally.write(lines([replace(A, pages=1)], [page]), tmp_path)
        return [path.read_bytes() for path in paths]

    at_once = content()
    monkeypatch.setattr(csv_files, "LINES_AT_A_TIME", 2)
    assert content() == at_once


def test_no_draft_is_left_where_the_sums_differ(tmp_path: Path) -> None:
    page = sheet_page(A.path, 2, row(1, Status.SIGNED))
    with pytest.raises(SumsDiffer):
        tally.write(lines([replace(A, pages=1)], [page]), tmp_path)
    assert not list(tmp_path.iterdir())
