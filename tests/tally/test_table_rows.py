"""Every row and every page has a line in the tables."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from digitize.records import (
    Failure,
    Flag,
    FlagCode,
    Ink,
    Mark,
    Note,
    NoteCode,
    PageId,
    PageKind,
    Place,
    Region,
    ScanFile,
    Status,
)
from tests.outcomes import row, sheet_page, signature
from tests.tally.written import NAMES, ZURICH, A, signed, written


def test_a_row_has_its_columns_in_order_and_its_address_in_one_line(tmp_path: Path) -> None:
    line = replace(
        signed(7),
        flags=(Flag(FlagCode.STAMP), Flag(FlagCode.DITTO)),
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
        ("signature", "yes"),
        ("name", "Ada Muster"),
        ("address", "Dorfstrasse 1, 8001 Zürich"),
        ("postcode", "8001"),
        ("locality", "Zürich"),
        ("canton", "ZH"),
        ("region", "canton"),
        ("received", "2025-01-17"),
        ("flags", "stamp; ditto"),
        ("remarks", "A stamp lies over the row. Ditto marks: the value above was taken."),
        ("review", "yes"),
        ("decided", ""),
        ("decided_by", ""),
        ("comment", ""),
        ("name_confidence", "0.9"),
        ("address_confidence", "0.8"),
        ("canton_confidence", "0.97"),
    ]


def test_a_blank_row_has_a_line_without_texts(tmp_path: Path) -> None:
    page = sheet_page(A.path, 1, row(3, Status.BLANK, **NAMES, place=ZURICH))
    (line,) = written(tmp_path, [replace(A, pages=1)], page)["rows.csv"]
    filled = {name for name, value in line.items() if value}
    assert filled == {"file", "page", "row", "status", "signature", "review"}
    assert (line["status"], line["signature"], line["review"]) == ("blank", "no", "no")


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
def test_canton_has_two_letters_or_nothing_and_region_tells_its_kind(
    place: Place | None, canton: str, region: str, tmp_path: Path
) -> None:
    (line,) = written(tmp_path, [replace(A, pages=1)], sheet_page(A.path, 1, signed(1, place)))["rows.csv"]
    assert (line["canton"], line["region"]) == (canton, region)


def test_rows_are_in_natural_order_of_file_page_and_row(tmp_path: Path) -> None:
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
        (Status.DOUBTFUL, Ink.INKED, Mark.WRITING, "yes"),  # something else is doubtful
        (Status.DOUBTFUL, Ink.BLANK, Mark.NONE, "no"),
        (Status.DOUBTFUL, Ink.UNSURE, Mark.WRITING, ""),
        (Status.DOUBTFUL, Ink.INKED, Mark.TICK, ""),
        (Status.SIGNED, Ink.UNSURE, Mark.WRITING, "yes"),  # somebody has decided
        (Status.INCOMPLETE, Ink.UNSURE, Mark.WRITING, "no"),
    ],
)
def test_the_table_tells_whether_there_is_a_signature_unless_that_is_left_to_a_person(
    status: Status, verdict: Ink, mark: Mark, expected: str, tmp_path: Path
) -> None:
    page = sheet_page(A.path, 1, row(1, status, cells=(signature(verdict, mark),)))
    (line,) = written(tmp_path, [replace(A, pages=1)], page)["rows.csv"]
    assert line["signature"] == expected


def test_every_page_is_listed_whatever_its_kind(tmp_path: Path) -> None:
    files = [
        ScanFile("/s/b.pdf", "b.pdf", 5),
        ScanFile("/s/copy.pdf", "copy.pdf", 1, same_as="b.pdf"),
        ScanFile("/s/broken.pdf", "broken.pdf", None),
    ]
    outcomes = [
        sheet_page("/s/b.pdf", 1, signed(1), row(2, Status.BLANK), kind=PageKind.LETTER),
        sheet_page(
            "/s/b.pdf", 2, kind=PageKind.BLANK, notes=(Note.of(NoteCode.TEXT, text="An empty back."),)
        ),
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


def test_an_empty_campaign_has_tables(tmp_path: Path) -> None:
    tables = written(tmp_path, [])
    assert (tables["rows.csv"], tables["pages.csv"]) == ([], [])
    assert [line["region"] for line in tables["tally.csv"]] == ["total"]
