"""Page states in the tables: sheets, second scans, late pages."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from digitize import tally
from digitize.campaign.collate import PageState, collate_pages, summarize
from digitize.errors import SumsDiffer
from digitize.form.definition import load_form
from digitize.messages import sentence
from digitize.records import Note, NoteCode, PageId, PageKind, ScanFile, SheetPage, Status
from tests.outcomes import row, sheet_page
from tests.tally.written import build, changed, lines, read, signed


def test_pages_show_their_sheet_and_its_missing_pages(tmp_path: Path) -> None:
    file = ScanFile("/s/a.pdf", "a.pdf", 4)
    numbers = [(1, 3), (4, 30), (4, 30), ()]
    pages = [
        sheet_page(file.path, n, *(row(i, Status.BLANK) for i in range(at[0], at[1] + 1)))
        for n, at in enumerate(numbers[:3], 1)
    ] + [sheet_page(file.path, 4, kind=PageKind.NO_TABLE, notes=(Note(NoteCode.NO_TABLE),), form="auto")]
    forms = {"acat": load_form("acat")}
    states = collate_pages([file], [summarize(page, forms) for page in pages])
    count, _ = tally.write(lines([file], pages, states), tmp_path)
    shown = read(tmp_path / "pages.csv")
    assert [(x["sheet"], x["form"], x["note"]) for x in shown] == [
        ("1", "acat", ""),
        ("1", "acat", ""),
        ("2", "acat", "The page with rows 1-3 is missing."),
        ("", "auto", sentence(Note(NoteCode.NO_TABLE))),
    ]
    summary = tally.summary(count)
    assert (summary.sheets, summary.missing) == (2, (((1, 3), 1),))


SECOND_SCAN = (PageId("/s/a.pdf", 1), PageId("/s/b.pdf", 1))


def scanned_twice(*, sure: bool) -> tuple[list[ScanFile], list[SheetPage], dict[PageId, PageState]]:
    """Return two scans of one page, with a row that counts and one that does not."""
    files = [ScanFile(at.file, at.file[3:], 1) for at in SECOND_SCAN]
    rows = (replace(signed(1), review=True), row(2, Status.INCOMPLETE), row(3, Status.BLANK))
    pages = [sheet_page(at.file, 1, *rows) for at in SECOND_SCAN]
    first, again = SECOND_SCAN
    if sure:
        states = {first: PageState(1, other_scans=(again,)), again: PageState(1, duplicate_of=first)}
    else:
        states = {
            first: PageState(1, possible_duplicates=(again,)),
            again: PageState(2, possible_duplicates=(first,)),
        }
    return files, pages, states


def test_a_page_scanned_twice_is_listed_twice_and_counted_once(tmp_path: Path) -> None:
    files, pages, states = scanned_twice(sure=True)
    count, _ = tally.write(lines(files, pages, states), tmp_path)
    rows = read(tmp_path / "rows.csv")
    assert [(x["file"], x["status"], x["flags"], x["review"]) for x in rows] == [
        ("a.pdf", "signed", "", "yes"),
        ("a.pdf", "incomplete", "", "no"),
        ("a.pdf", "blank", "", "no"),
        ("b.pdf", "signed", "duplicate-page", "no"),
        ("b.pdf", "incomplete", "duplicate-page", "no"),
        ("b.pdf", "blank", "duplicate-page", "no"),
    ]
    assert read(tmp_path / "tally.csv")[-1] == {
        "region": "total",
        "signed": "1",
        "late": "0",
        "doubtful": "0",
        "incomplete": "1",
        "struck": "0",
        "decided": "0",
    }
    shown = read(tmp_path / "pages.csv")
    assert [(x["kind"], x["signed"], x["duplicate_of"], x["note"]) for x in shown] == [
        ("list", "1", "", "Scanned again as b.pdf, page 1; counted here."),
        ("list", "1", "a.pdf, page 1", "Another scan of a.pdf, page 1, where it is counted."),
    ]
    summary = tally.summary(count)
    assert (
        dict(summary.rows)["signed"],
        summary.second_scans,
        summary.possible_duplicates,
        summary.review,
    ) == (1, 1, 0, 1)


def test_a_possible_duplicate_counts_and_is_for_review(tmp_path: Path) -> None:
    files, pages, states = scanned_twice(sure=False)
    count, _ = tally.write(lines(files, pages, states), tmp_path)
    flags = [(x["flags"], x["review"]) for x in read(tmp_path / "rows.csv")]
    assert flags == 2 * [("possible-duplicate-page", "yes"), ("possible-duplicate-page", "yes"), ("", "no")]
    assert read(tmp_path / "tally.csv")[-1]["signed"] == "2"
    shown = read(tmp_path / "pages.csv")
    assert [x["duplicate_of"] for x in shown] == ["", ""]
    assert (
        shown[0]["note"] == "It may be the same page as b.pdf, page 1: look at both; until then both count."
    )
    assert tally.summary(count).possible_duplicates == 2


def test_a_second_scan_that_is_counted_is_found() -> None:
    tables = build(*scanned_twice(sure=True))
    for broken in (
        changed(tables, flags=""),
        replace(tables.count, pages=tables.pages.assign(duplicate_of="")),
        replace(tables.count, tally=build(*scanned_twice(sure=False)).tally),
    ):
        with pytest.raises(SumsDiffer):
            tally.check_sums(broken, 2)


def test_scans_that_are_duplicates_of_each_other_are_found() -> None:
    files, pages, _ = scanned_twice(sure=True)
    first, again = SECOND_SCAN
    in_circles = {first: PageState(1, duplicate_of=again), again: PageState(1, duplicate_of=first)}
    of_nothing = {first: PageState(1, duplicate_of=PageId("/s/b.pdf", 2))}
    for states in (in_circles, of_nothing):
        with pytest.raises(SumsDiffer, match="counts in place of another scan"):
            build(files, pages, states)


def test_a_row_that_differs_on_another_scan_is_for_review_where_it_counts(tmp_path: Path) -> None:
    files, pages, states = scanned_twice(sure=True)
    first, again = SECOND_SCAN
    told = {first: replace(states[first], differing=frozenset({1})), again: states[again]}
    tally.write(lines(files, pages, told), tmp_path)
    rows = [(x["file"], x["row"], x["review"]) for x in read(tmp_path / "rows.csv") if "differ" in x["flags"]]
    assert rows == [("a.pdf", "2", "yes")]


def received(*days: date) -> tuple[list[ScanFile], list[SheetPage]]:
    """Return one list per day, with a signed, an incomplete and blank rows."""
    files = [ScanFile(f"/s/{day}.pdf", f"{day}.pdf", 1, received=day) for day in days]
    rows = (signed(4), row(5, Status.INCOMPLETE), *(row(n, Status.BLANK) for n in range(6, 31)))
    return files, [sheet_page(file.path, 1, *rows) for file in files]


IN_TIME, LATE = date(2025, 1, 20), date(2025, 1, 21)


def test_late_rows_are_flagged_and_still_count(tmp_path: Path) -> None:
    files, pages = received(IN_TIME, LATE)
    states = collate_pages(files, [summarize(page, {"acat": load_form("acat")}) for page in pages])
    count, _ = tally.write(lines(files, pages, states), tmp_path)
    rows = read(tmp_path / "rows.csv")
    filled = [(x["received"], x["status"], x["flags"], x["review"]) for x in rows if x["status"] != "blank"]
    assert filled == [
        ("2025-01-20", "signed", "", "no"),
        ("2025-01-20", "incomplete", "", "no"),
        ("2025-01-21", "signed", "late", "no"),
        ("2025-01-21", "incomplete", "late", "no"),
    ]
    assert not any(x["flags"] for x in rows if x["status"] == "blank")
    by_region = {x["region"]: (x["signed"], x["late"], x["incomplete"]) for x in read(tmp_path / "tally.csv")}
    assert by_region == {"ZH": ("2", "1", "0"), "unknown": ("0", "0", "2"), "total": ("2", "1", "2")}
    assert [x["received"] for x in read(tmp_path / "pages.csv")] == ["2025-01-20", "2025-01-21"]
    assert tally.summary(count).late == 1


def test_the_deadline_of_the_campaign_overrides_that_of_the_form() -> None:
    files, pages = received(IN_TIME, LATE)
    for deadline, late in (
        (None, [False, True]),
        (date(2025, 1, 19), [True, True]),
        (LATE, [False, False]),
    ):
        briefs = [summarize(page, {"acat": load_form("acat")}) for page in pages]
        found = collate_pages(files, briefs, deadline)
        assert [found[page.id].late for page in pages] == late


def test_a_printed_deadline_is_used_if_there_is_no_other() -> None:
    files, pages = received(IN_TIME, LATE)
    printed = [replace(page, form="unknown", deadline=IN_TIME) for page in pages]
    found = collate_pages(files, [summarize(page, {}) for page in printed])
    told = [(found[page.id].late, found[page.id].deadline, found[page.id].deadline_from) for page in pages]
    assert told == [(False, IN_TIME, "sheet"), (True, IN_TIME, "sheet")]
    printed_on = build(files, printed, found).pages
    shown = printed_on[["deadline", "deadline_from"]].to_numpy().tolist()
    assert shown == [["2025-01-20", "sheet"]] * 2
    acat = {"acat": load_form("acat")}
    other = [replace(page, deadline=date(2024, 1, 1)) for page in pages]
    found = collate_pages(files, [summarize(page, acat) for page in other])
    assert [found[page.id].deadline_from for page in pages] == ["form", "form"]
    found = collate_pages(files, [summarize(page, acat) for page in other], LATE)
    assert [(found[p.id].deadline, found[p.id].deadline_from) for p in pages] == [(LATE, "campaign")] * 2


def test_the_day_read_most_often_in_a_file_is_its_deadline() -> None:
    file = ScanFile("/s/a.pdf", "a.pdf", 4, received=LATE)
    days = (date(2025, 1, 26), None, date(2025, 1, 20), date(2025, 1, 20))
    pages = [
        replace(sheet_page(file.path, n, signed(n), form="unknown"), deadline=day)
        for n, day in enumerate(days, 1)
    ]
    found = collate_pages([file], [summarize(page, {}) for page in pages])
    assert [state.deadline for state in found.values()] == [IN_TIME] * 4
    assert all(state.late for state in found.values())


def test_nothing_is_late_without_a_deadline() -> None:
    files, pages = received(LATE)
    found = collate_pages(files, [summarize(replace(page, form="unknown"), {}) for page in pages])
    assert not found[pages[0].id].late
