"""The tally, and the sums on which the tables agree."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize import tally
from digitize.errors import SumsDiffer
from digitize.records import (
    Place,
    Region,
    Status,
)
from tests.outcomes import row, sheet_page
from tests.tally.written import A, build, recounted, signed, written


def test_the_tally_has_cantons_in_official_order_other_regions_and_a_total(tmp_path: Path) -> None:
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
        ("ZH", "2", "0", "1", "0", "0", "0"),
        ("JU", "1", "0", "0", "0", "1", "0"),
        ("LI", "1", "0", "0", "0", "0", "0"),
        ("abroad", "1", "0", "0", "0", "0", "0"),
        ("ambiguous", "1", "0", "0", "0", "0", "0"),
        ("unknown", "2", "0", "0", "1", "0", "0"),
        ("total", "8", "0", "1", "1", "1", "0"),
    ]


def test_an_invalid_region_is_counted_as_unknown(tmp_path: Path) -> None:
    page = sheet_page(A.path, 1, signed(1, Place("XX")))
    table = written(tmp_path, [replace(A, pages=1)], page)["tally.csv"]
    assert [line["region"] for line in table] == ["unknown", "total"]
    assert table[-1]["signed"] == "1"


def test_there_are_26_cantons() -> None:
    assert len(set(tally.CANTONS)) == 26


_lines = st.lists(st.tuples(st.sampled_from(Status), st.none() | st.sampled_from(tally.REGIONS)), max_size=8)


@given(st.lists(_lines, min_size=1, max_size=4))
def test_the_sums_agree_whatever_the_rows(pages: list[list[tuple[Status, str | None]]]) -> None:
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
    tables = build([replace(A, pages=len(pages))], made)
    truth = Counter(status for lines in pages for status, _ in lines)
    total = tables.tally[tables.tally["region"] == tally.TOTAL].iloc[0]
    assert {s: total[s.value] for s in Status if s is not Status.BLANK} == {
        s: truth[s] for s in Status if s is not Status.BLANK
    }
    assert len(tables.rows) == truth.total()
    assert list(tables.pages["rows"]) == [len(lines) for lines in pages]


def test_tables_that_disagree_are_found() -> None:
    tables = build([replace(A, pages=1)], [sheet_page(A.path, 1, signed(1), signed(2))])
    tally.check_sums(tables.count, 1)
    for broken in (
        recounted(tables, tables.rows.iloc[:1]),
        replace(tables.count, tally=tables.tally.assign(signed=3)),
        replace(tables.count, tally=tables.tally.assign(late=1)),
        replace(tables.count, pages=tables.pages.assign(blank=1)),
        replace(tables.count, pages=tables.pages.iloc[:0]),
    ):
        with pytest.raises(SumsDiffer):
            tally.check_sums(broken, 1)


def test_a_page_that_occurs_twice_or_belongs_to_no_file_is_found() -> None:
    page = sheet_page(A.path, 1)
    for files, outcomes in (
        ([A], [page, page]),
        ([], [page]),
        ([replace(A, pages=1)], [sheet_page(A.path, 2)]),
    ):
        with pytest.raises(SumsDiffer):
            build(files, outcomes)


def test_the_summary_has_counts_and_no_texts() -> None:
    page = sheet_page(A.path, 1, replace(signed(1), review=True), row(2, Status.BLANK))
    tables = build([A], [page])
    summary = tally.summary(tables.count)
    assert dict(summary.pages) == {"list": 1, "waiting": 1}
    assert dict(summary.rows)["signed"] == dict(summary.rows)["blank"] == 1
    assert summary.regions == (("ZH", (1, 0, 0, 0, 0, 0)), ("total", (1, 0, 0, 0, 0, 0)))
    assert (summary.review, tables.waiting) == (1, 1)
    assert "Muster" not in repr(summary)
