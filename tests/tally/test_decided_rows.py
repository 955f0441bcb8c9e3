"""Decisions are shown and counted in the tables, and the sums agree."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize import tally
from digitize.campaign.collate import PageState
from digitize.campaign.decisions import Field, RowNote
from digitize.errors import SumsDiffer
from digitize.messages import FLAG_SENTENCES
from digitize.records import PageId, Row, RowFlag, ScanFile, SheetPage, Status
from tests.outcomes import row, sheet_page
from tests.tally.written import A, build, changed, lines, read, signed

FILE = replace(A, pages=1)
HERE = PageId(A.path, 1)
TWICE = RowNote(flags=(RowFlag.DUPLICATE_PERSON,))
DECIDED = RowNote((Field.STATUS, Field.PLACE), ("ann", "bob"))


def page() -> SheetPage:
    return sheet_page(A.path, 1, signed(1), replace(signed(2), review=True), signed(3), row(4, Status.BLANK))


Notes = dict[tuple[PageId, int], RowNote]


def built(notes: Notes) -> tally.Tables:
    return build([FILE], [page()], notes=notes)


def write(notes: Notes, folder: Path) -> tally.Count:
    return tally.write(lines([FILE], [page()], notes=notes), folder)[0]


def test_a_row_shows_what_was_decided_and_by_whom(tmp_path: Path) -> None:
    write({(HERE, 0): DECIDED}, tmp_path)
    first, second, *_ = read(tmp_path / "rows.csv")
    assert (first["decided"], first["decided_by"]) == ("status; canton", "ann; bob")
    assert (second["decided"], second["decided_by"]) == ("", "")


def test_tally_and_summary_count_decided_rows() -> None:
    tables = built({(HERE, 0): DECIDED, (HERE, 3): RowNote((Field.STATUS,), ("ann",))})
    assert list(tables.tally["decided"]) == [1, 1]  # blank rows are not in the tally
    assert tally.summary(tables.count).decided == 2


def test_a_second_signature_is_listed_but_not_counted(tmp_path: Path) -> None:
    summary = tally.summary(write({(HERE, 1): TWICE}, tmp_path))
    shown = read(tmp_path / "rows.csv")
    assert [(x["status"], x["flags"], x["review"]) for x in shown[:2]] == [
        ("signed", "", "no"),
        ("signed", "duplicate-person", "no"),
    ]
    assert shown[1]["remarks"] == FLAG_SENTENCES[RowFlag.DUPLICATE_PERSON]
    assert read(tmp_path / "tally.csv")[-1]["signed"] == "2"
    assert read(tmp_path / "pages.csv")[0]["signed"] == "3"
    assert (summary.second_signatures, dict(summary.rows)["signed"]) == (1, 2)


@pytest.mark.parametrize(
    "flag", [RowFlag.POSSIBLE_DUPLICATE_PERSON, RowFlag.CONTESTED, RowFlag.DECISION_LOST]
)
def test_what_decisions_leave_open_is_for_review(flag: RowFlag) -> None:
    tables = built({(HERE, 0): RowNote(flags=(flag,))})
    first = tables.rows.iloc[0]
    assert (first["flags"], first["review"]) == (flag.value, "yes")
    assert tables.tally.iloc[-1]["signed"] == 3


def test_a_decision_answers_whether_a_row_that_differs_on_another_scan_counts() -> None:
    states = {HERE: PageState(1, differing=frozenset({0, 2}))}
    tables = build([FILE], [page()], states, {(HERE, 0): DECIDED})
    assert list(tables.rows["flags"]) == ["", "", "scans-differ", ""]
    assert list(tables.rows["review"]) == ["no", "yes", "yes", "no"]


def test_a_decision_missing_in_the_tables_is_found() -> None:
    tables = built({(HERE, 0): DECIDED})
    tally.check_sums(tables.count, 1, decided=1)
    for broken, decided in (
        (tables.count, 2),
        (changed(tables, decided=""), 1),
        (replace(tables.count, tally=tables.tally.assign(decided=0)), 1),
    ):
        with pytest.raises(SumsDiffer, match="decided"):
            tally.check_sums(broken, 1, decided)


def test_a_second_signature_that_is_counted_is_found() -> None:
    tables = built({(HERE, 1): TWICE})
    for broken in (
        changed(tables, flags=""),
        replace(tables.count, tally=built({}).tally),
    ):
        with pytest.raises(SumsDiffer):
            tally.check_sums(broken, 1)


_notes = st.builds(
    RowNote,
    st.lists(st.sampled_from([Field.STATUS, Field.NAME]), unique=True).map(tuple),
    st.just(("ann",)),
    st.lists(st.sampled_from(RowFlag), unique=True).map(tuple),
)
_lines = st.lists(st.tuples(st.sampled_from(Status), st.none() | _notes), min_size=1, max_size=6)


@given(st.lists(_lines, min_size=1, max_size=4), st.booleans())
def test_the_sums_agree_whatever_was_decided(
    pages: list[list[tuple[Status, RowNote | None]]], again: bool
) -> None:
    ids = [PageId(A.path, number) for number in range(1, len(pages) + 1)]
    made = [sheet_page(A.path, at.page, *_rows(lines)) for at, lines in zip(ids, pages, strict=True)]
    notes = {
        (at, index): note
        for at, lines in zip(ids, pages, strict=True)
        for index, (_, note) in enumerate(lines)
        if note is not None
    }
    second = len(ids) > 1 and again
    states = {ids[-1]: PageState(duplicate_of=ids[0])} if second else {}
    tables = build([ScanFile(A.path, "a.pdf", len(pages))], made, states, notes)
    counted = pages[:-1] if second else pages
    truth = Counter(status for lines in counted for status, note in lines if note is None or note.counts)
    total = tables.tally.iloc[-1]
    kinds = (Status.SIGNED, Status.DOUBTFUL, Status.INCOMPLETE, Status.STRUCK)
    assert {status: total[status.value] for status in kinds} == {status: truth[status] for status in kinds}
    assert (tables.rows["decided"] != "").sum() == sum(bool(note.decided) for note in notes.values())


def _rows(given: list[tuple[Status, RowNote | None]]) -> list[Row]:
    return [row(number, status) for number, (status, _) in enumerate(given, 1)]
