"""The tables: every page and row, sums that hold, nothing that a spreadsheet would run."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize import tally
from digitize.errors import BadStore, SumsDiffer
from digitize.records import (
    Failure,
    Flag,
    FlagCode,
    Ink,
    Mark,
    PageId,
    PageKind,
    Place,
    Region,
    Row,
    ScanFile,
    SheetPage,
    Status,
)
from tests.outcomes import row, sheet_page, signature

ZURICH = Place("ZH", "8001", "Zürich", "CH", 0.97)
A = ScanFile("/scans/a.pdf", "a.pdf", 2)
NAMES = {"name": "Ada Muster", "address": "Dorfstrasse 1\n8001 Zürich"}


def signed(number: int, place: Place | None = ZURICH) -> Row:
    return row(number, Status.SIGNED, **NAMES, place=place)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def written(
    folder: Path, files: list[ScanFile], *outcomes: SheetPage | Failure
) -> dict[str, list[dict[str, str]]]:
    paths = tally.write(tally.build(files, outcomes), folder)
    return {path.name: read(path) for path in paths}


# rows.csv


def test_a_row_has_its_columns_in_order_and_one_line_per_address(tmp_path: Path) -> None:
    line = replace(
        signed(7),
        flags=(Flag(FlagCode.STAMP, "A stamp covers it."), Flag(FlagCode.DITTO, "As above.")),
        review=True,
    )
    page = sheet_page(A.path, 1, line)
    file = replace(A, pages=1, received=date(2025, 1, 17))
    rows = written(tmp_path, [file], page)["rows.csv"]
    assert list(rows[0].items()) == [
        ("file", "a.pdf"),
        ("page", "1"),
        ("row", "7"),
        ("status", "signed"),
        ("signed", "yes"),
        ("name", "Ada Muster"),
        ("address", "Dorfstrasse 1, 8001 Zürich"),
        ("postcode", "8001"),
        ("locality", "Zürich"),
        ("canton", "ZH"),
        ("region", "canton"),
        ("received", "2025-01-17"),
        ("flags", "stamp; ditto"),
        ("remarks", "A stamp covers it. As above."),
        ("review", "yes"),
        ("name_confidence", "0.9"),
        ("address_confidence", "0.8"),
        ("canton_confidence", "0.97"),
    ]


def test_a_blank_row_is_a_line_without_texts(tmp_path: Path) -> None:
    page = sheet_page(A.path, 1, row(3, Status.BLANK, **NAMES, place=ZURICH))
    (line,) = written(tmp_path, [replace(A, pages=1)], page)["rows.csv"]
    filled = {name for name, value in line.items() if value}
    assert filled == {"file", "page", "row", "status", "signed", "review"}
    assert (line["status"], line["signed"], line["review"]) == ("blank", "no", "no")


@pytest.mark.parametrize(
    ("place", "canton", "region"),
    [
        (Place("GR"), "GR", "canton"),
        (Place(Region.LIECHTENSTEIN), "LI", "LI"),
        (Place(Region.ABROAD, country="DE"), "", "abroad"),
        (Place(Region.AMBIGUOUS), "", "ambiguous"),
        (Place(Region.UNKNOWN), "", "unknown"),
        (Place("XX"), "", "unknown"),
        (None, "", "unknown"),
    ],
)
def test_canton_holds_two_letters_or_nothing_and_region_says_what_kind_it_is(
    place: Place | None, canton: str, region: str, tmp_path: Path
) -> None:
    (line,) = written(tmp_path, [replace(A, pages=1)], sheet_page(A.path, 1, signed(1, place)))["rows.csv"]
    assert (line["canton"], line["region"]) == (canton, region)


def test_rows_come_by_file_page_and_row_as_people_count(tmp_path: Path) -> None:
    files = [ScanFile(f"/s/scan{n}.pdf", f"scan{n}.pdf", 2) for n in (10, 2)]
    outcomes = [sheet_page(file.path, page, signed(10), signed(2)) for file in files for page in (2, 1)]
    rows = written(tmp_path, files, *outcomes)["rows.csv"]
    places = [(line["file"], line["page"], line["row"]) for line in rows]
    assert places == [(f"scan{n}.pdf", p, r) for n in (2, 10) for p in "12" for r in ("2", "10")]


@pytest.mark.parametrize(
    ("status", "verdict", "mark", "expected"),
    [
        (Status.INCOMPLETE, Ink.INKED, Mark.WRITING, "yes"),
        (Status.STRUCK, Ink.INKED, Mark.WRITING, "yes"),
        (Status.INCOMPLETE, Ink.INKED, Mark.DASH, "no"),
        (Status.INCOMPLETE, Ink.BLANK, Mark.NONE, "no"),
        (Status.SIGNED, Ink.INKED, Mark.WRITING, "yes"),
    ],
)
def test_signed_tells_of_the_signature_even_where_the_row_does_not_count(
    status: Status, verdict: Ink, mark: Mark, expected: str, tmp_path: Path
) -> None:
    page = sheet_page(A.path, 1, row(1, status, cells=(signature(verdict, mark),)))
    (line,) = written(tmp_path, [replace(A, pages=1)], page)["rows.csv"]
    assert line["signed"] == expected


# tally.csv


def test_the_tally_has_official_order_other_outcomes_and_a_total(tmp_path: Path) -> None:
    lines = [
        signed(1, Place("JU")),
        signed(2, Place("ZH")),
        signed(3, Place("ZH")),
        signed(4, Place(Region.LIECHTENSTEIN)),
        signed(5, Place(Region.ABROAD)),
        signed(6, Place(Region.AMBIGUOUS)),
        signed(7, Place(Region.UNKNOWN)),
        signed(8, None),
        row(9, Status.DOUBTFUL, place=Place("ZH")),
        row(10, Status.INCOMPLETE),
        row(11, Status.STRUCK, place=Place("JU")),
        row(12, Status.BLANK),
    ]
    files = [replace(A, pages=1)]
    table = written(tmp_path, files, sheet_page(A.path, 1, *lines))["tally.csv"]
    assert [tuple(line.values()) for line in table] == [
        ("ZH", "2", "0", "1", "0", "0"),
        ("JU", "1", "0", "0", "0", "1"),
        ("LI", "1", "0", "0", "0", "0"),
        ("abroad", "1", "0", "0", "0", "0"),
        ("ambiguous", "1", "0", "0", "0", "0"),
        ("unknown", "2", "0", "0", "1", "0"),
        ("total", "8", "0", "1", "1", "1"),
    ]


def test_a_region_nobody_knows_still_counts(tmp_path: Path) -> None:
    page = sheet_page(A.path, 1, signed(1, Place("XX")))
    table = written(tmp_path, [replace(A, pages=1)], page)["tally.csv"]
    assert [line["region"] for line in table] == ["unknown", "total"]
    assert table[-1]["signed"] == "1"


def test_there_are_26_cantons() -> None:
    assert len(set(tally.CANTONS)) == 26


_lines = st.lists(st.tuples(st.sampled_from(Status), st.none() | st.sampled_from(tally.REGIONS)), max_size=8)


@given(st.lists(_lines, min_size=1, max_size=4))
def test_the_sums_hold_whatever_the_rows(pages: list[list[tuple[Status, str | None]]]) -> None:
    made = [
        sheet_page(
            A.path,
            number,
            *(
                row(i, status, place=None if at is None else Place(at))
                for i, (status, at) in enumerate(lines, 1)
            ),
        )
        for number, lines in enumerate(pages, 1)
    ]
    tables = tally.build([replace(A, pages=len(pages))], made)
    truth = Counter(status for lines in pages for status, _ in lines)
    total = tables.tally[tables.tally["region"] == tally.TOTAL].iloc[0]
    assert {s: total[s.value] for s in Status if s is not Status.BLANK} == {
        s: truth[s] for s in Status if s is not Status.BLANK
    }
    assert len(tables.rows) == truth.total()
    assert list(tables.pages["rows"]) == [len(lines) for lines in pages]


def test_sums_that_differ_are_found() -> None:
    tables = tally.build([replace(A, pages=1)], [sheet_page(A.path, 1, signed(1), signed(2))])
    tally.check_sums(tables, 1)
    for broken in (
        replace(tables, rows=tables.rows.iloc[:1]),
        replace(tables, tally=tables.tally.assign(signed=3)),
        replace(tables, tally=tables.tally.assign(late=1)),
        replace(tables, pages=tables.pages.assign(blank=1)),
        replace(tables, pages=tables.pages.iloc[:0]),
    ):
        with pytest.raises(SumsDiffer):
            tally.check_sums(broken, 1)


def test_a_page_stored_twice_or_of_no_file_is_found() -> None:
    page = sheet_page(A.path, 1)
    for files, outcomes in (
        ([A], [page, page]),
        ([], [page]),
        ([replace(A, pages=1)], [sheet_page(A.path, 2)]),
    ):
        with pytest.raises(SumsDiffer):
            tally.build(files, outcomes)


# pages.csv


def test_every_page_is_listed_whatever_became_of_it(tmp_path: Path) -> None:
    files = [
        ScanFile("/s/b.pdf", "b.pdf", 5),
        ScanFile("/s/copy.pdf", "copy.pdf", 1, same_as="b.pdf"),
        ScanFile("/s/broken.pdf", "broken.pdf", None),
    ]
    outcomes = [
        sheet_page("/s/b.pdf", 1, signed(1), row(2, Status.BLANK), kind=PageKind.LETTER),
        sheet_page("/s/b.pdf", 2, kind=PageKind.BLANK, note="An empty back."),
        sheet_page("/s/b.pdf", 3, kind=PageKind.NO_TABLE),
        Failure(PageId("/s/b.pdf", 4), "grid", "unusable", "Cut off at the table."),
        Failure(PageId("/s/broken.pdf", 0), "load", "unreadable", "broken.pdf is damaged."),
    ]
    lines = written(tmp_path, files, *outcomes)["pages.csv"]
    shown = [
        (x["file"], x["page"], x["kind"], x["rows"], x["signed"], x["blank"], x["reason"]) for x in lines
    ]
    assert shown == [
        ("b.pdf", "1", "letter", "2", "1", "1", ""),
        ("b.pdf", "2", "blank", "0", "0", "0", ""),
        ("b.pdf", "3", "no-table", "0", "0", "0", ""),
        ("b.pdf", "4", "failed", "0", "0", "0", "unusable"),
        ("b.pdf", "5", "waiting", "0", "0", "0", ""),
        ("broken.pdf", "0", "failed", "0", "0", "0", "unreadable"),
        ("copy.pdf", "1", "duplicate", "0", "0", "0", ""),
    ]
    assert (lines[0]["form"], lines[0]["rotation_deg"], lines[0]["skew_deg"]) == ("acat", "90", "-1.25")
    assert [x["note"] for x in lines[3:6]] == [
        "Cut off at the table.",
        "Not processed yet: run the same command again.",
        "broken.pdf is damaged.",
    ]
    assert "b.pdf" in lines[6]["note"]
    assert lines[6]["duplicate_of"] == "b.pdf, page 1"


def test_an_empty_campaign_has_tables_too(tmp_path: Path) -> None:
    tables = written(tmp_path, [])
    assert (tables["rows.csv"], tables["pages.csv"]) == ([], [])
    assert [line["region"] for line in tables["tally.csv"]] == ["total"]


# Files that spreadsheets open


def test_files_begin_with_the_mark_that_excel_needs_and_end_lines_as_rfc_4180_says(tmp_path: Path) -> None:
    page = sheet_page(A.path, 1, row(1, Status.SIGNED, name='Zoë "Zo", Müller', address="x"))
    tally.write(tally.build([replace(A, pages=1)], [page]), tmp_path)
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


def test_numbers_and_harmless_texts_stay_as_they_are() -> None:
    assert [tally.files.guard(value) for value in (-1.5, "Jean-Luc", "", None)] == [
        -1.5,
        "Jean-Luc",
        "",
        None,
    ]


def test_a_table_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").mkdir()
    with pytest.raises(BadStore, match=r"rows\.csv cannot be written"):
        tally.write(tally.build([], []), tmp_path)


def test_the_summary_counts_without_texts() -> None:
    page = sheet_page(A.path, 1, replace(signed(1), review=True), row(2, Status.BLANK))
    tables = tally.build([A], [page])
    summary = tally.summary(tables)
    assert dict(summary.pages) == {"list": 1, "waiting": 1}
    assert dict(summary.rows)["signed"] == dict(summary.rows)["blank"] == 1
    assert summary.regions == (("ZH", (1, 0, 0, 0, 0)), ("total", (1, 0, 0, 0, 0)))
    assert (summary.review, tables.waiting) == (1, 1)
    assert "Muster" not in repr(summary)
