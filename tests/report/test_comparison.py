"""Two counts are compared row by row, and every difference that was planted is found."""

import csv
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from digitize.campaign.store import open_campaign
from digitize.errors import BadTable
from digitize.records import Row, Status
from digitize.report.comparison import Compared, RowValues, compare
from digitize.report.comparison_page import render_comparison
from digitize.report.sides import crops_of, from_campaign, from_list
from digitize.translations import LANGUAGES
from tests.report.campaigns import fill, some_row
from tests.web import campaigns as drawn

DAY = date(2025, 1, 3)
HEADINGS = ("file", "page", "row", "status", "canton", "name")


def value(row: int, counts: str = "yes", name: str = "Ada", canton: str = "ZH", page: int = 1) -> RowValues:
    said = {Compared.COUNTS: counts, Compared.NAME: name, Compared.CANTON: canton}
    return RowValues("a.pdf", "a.pdf", page, row, said)


def test_what_differs_is_listed_once_and_what_agrees_is_not() -> None:
    first = [value(1), value(2), value(3, "no"), value(4), value(5, "open")]
    second = [value(1, name="ÁDA."), value(2, canton="BE"), value(3), value(5, "no"), value(6, page=2)]
    result = compare(first, second)
    assert [(one.page, one.row, one.what, one.first, one.second) for one in result.differences] == [
        (1, 2, Compared.CANTON, "ZH", "BE"),
        (1, 3, Compared.COUNTS, "no", "yes"),
        (1, 4, Compared.COUNTS, "yes", "-"),
        (1, 5, Compared.COUNTS, "open", "no"),
        (2, 6, Compared.COUNTS, "-", "yes"),
    ]
    assert (result.in_both, result.only_first, result.only_second, result.counted) == (4, 1, 1, (3, 4))
    assert (result.agreements[Compared.COUNTS].same, result.agreements[Compared.COUNTS].both) == (2, 4)
    assert result.agreements[Compared.NAME].share == 1.0
    assert result.agreements[Compared.CANTON].share == 0.5


def test_kappa_is_that_of_a_worked_example() -> None:
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    first, second = ([value(at, pair[side]) for at, pair in enumerate(pairs)] for side in (0, 1))
    assert compare(first, second).agreements[Compared.COUNTS].kappa == pytest.approx(0.4)
    same = [value(at) for at in range(3)]
    assert compare(same, same).agreements[Compared.COUNTS].kappa is None


def test_rows_with_the_same_number_are_paired_in_order() -> None:
    assert not compare([value(1), value(1, "no")], [value(1), value(1, "no")]).differences
    assert compare([value(1)], [value(1), value(1, "no")]).only_second == 1


def planted(dice: random.Random) -> Iterator[tuple[Row, Row, bool]]:
    """Yield rows of two counts, and whether they differ in what is compared."""
    for number in range(1, 30):
        row = some_row(dice, number)
        other, differs = row, False
        if dice.random() < 0.3 and row.status in (Status.SIGNED, Status.INCOMPLETE):
            swapped = {Status.SIGNED: Status.INCOMPLETE, Status.INCOMPLETE: Status.SIGNED}[row.status]
            other, differs = replace(row, status=swapped), True
        yield row, other, differs


@pytest.mark.parametrize("seed", range(4))
def test_two_campaigns_of_the_same_scans_differ_where_it_was_planted(seed: int, tmp_path: Path) -> None:
    rows = list(planted(random.Random(seed)))
    for name, at in (("first", 0), ("second", 1)):
        with open_campaign(tmp_path / name, create=True) as campaign:
            fill(campaign, [("/scans/a.pdf", 1, DAY, "", [row[at] for row in rows])])
            if at:
                scan = campaign.inputs.at("/scans/a.pdf")
                assert scan is not None
                campaign.inputs.move(scan.id, "/elsewhere/renamed.pdf", 1)
    with open_campaign(tmp_path / "first") as one, open_campaign(tmp_path / "second") as other:
        result = compare(from_campaign(one, True).rows, from_campaign(other, True).rows)
    assert [one.row for one in result.differences] == [row[0].number for row in rows if row[2]]
    assert (result.only_first, result.only_second) == (0, 0)


def keyed(path: Path, *lines: tuple[object, ...], headings: tuple[str, ...] = HEADINGS) -> Path:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for line in (headings, *lines):
            book.active.append(line)
        book.save(path)
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows([headings, *lines])
    return path


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_keyed_list_is_read_from_csv_and_xlsx(suffix: str, tmp_path: Path) -> None:
    path = keyed(
        tmp_path / f"keyed{suffix}", ("A.PDF", 1, 1, "signed", "ZH", "Ada"), ("a.pdf", 1, 2, "blank", "", "")
    )
    rows = from_list(path).rows
    assert [(row.content, row.page, row.row, row.values[Compared.COUNTS], row.is_blank) for row in rows] == [
        ("a.pdf", 1, 1, "yes", False),
        ("a.pdf", 1, 2, "no", True),
    ]


@pytest.mark.parametrize(
    ("headings", "line", "said"),
    [
        (("file", "page"), ("a.pdf", 1), "no column row"),
        (HEADINGS, ("a.pdf", "one", 1, "signed", "", ""), "line 2: page and row"),
        (HEADINGS, ("a.pdf", 1, 1, "perhaps", "", ""), "must be yes or no"),
    ],
)
def test_mistakes_in_a_list_are_named(
    headings: tuple[str, ...], line: tuple[object, ...], said: str, tmp_path: Path
) -> None:
    with pytest.raises(BadTable, match=said):
        from_list(keyed(tmp_path / "keyed.csv", line, headings=headings))
    (tmp_path / "no.xlsx").write_bytes(b"PK")
    with pytest.raises(BadTable, match="cannot be read as a workbook"):
        from_list(tmp_path / "no.xlsx")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_each_difference_with_its_row(language: str, tmp_path: Path) -> None:
    drawn.make(tmp_path / "friday", [("a.png", [drawn.row(1), drawn.row(2, name="<b>Eva</b>")])])
    path = keyed(tmp_path / "keyed.csv", ("a.png", 1, 1, "no", "", ""), ("a.png", 1, 2, "yes", "ZH", "Udo"))
    with open_campaign(tmp_path / "friday") as campaign:
        result = compare(from_campaign(campaign, False).rows, from_list(path).rows)
        html = render_comparison(result, ("friday", "keyed"), crops_of(campaign), language)
    assert html.count("data:image/jpeg;base64,") == 2
    assert "&lt;b&gt;Eva&lt;/b&gt;" in html
    assert "<b>Eva" not in html
