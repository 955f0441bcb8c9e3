"""People settle whole pages: type rows in, say what a page is, take it out; recognition never undoes that."""

from dataclasses import replace
from datetime import date

import pytest

from digitize.campaign.decisions import Content, Field, Kind, page_key
from digitize.campaign.store import Campaign, Due, TypedRow, open_campaign
from digitize.errors import BadDecision
from digitize.records import Digitized, Failure, Flag, FlagCode, PageId, PageKind, Reading, Status
from digitize.tally.publish import finish
from tests.campaign.store.deciding import clear, in_step, key, store
from tests.campaign.store.looking import HOW, SCAN, add, query
from tests.finished import finished
from tests.outcomes import sheet_page

ANNA = TypedRow(1, Status.SIGNED, "Anna Muster", "Weg 1\n8001 Zürich")
BEAT = TypedRow(2, Status.SIGNED, "Beat Gut", "", "BE")
CARL = TypedRow(3, Status.STRUCK)


def failed(campaign: Campaign, number: int = 1) -> int:
    """Store a page that could not be processed; return its id."""
    known = campaign.inputs.at(SCAN)
    input_id = known.id if known else add(campaign)
    failure = Failure(PageId(SCAN, number), "load", "unreadable", "It is damaged; scan it again.")
    campaign.pages.save(input_id, Digitized(failure), *HOW)
    found = query(campaign, f"SELECT id FROM pages WHERE input_id = {input_id} AND number = {number}")
    return int(str(found[0][0]))


def settle(campaign: Campaign, page: int, content: Content, by: str = "ann") -> None:
    campaign.review.decide(page_key(page), Field.CONTENT, content.value, by)


def lines(campaign: Campaign, page: int = 1) -> list[tuple[int, str, str, str]]:
    """Return number, status, name and canton of the rows of a page in rows.csv."""
    tables = finished(campaign)
    rows = tables.rows[tables.rows["page"] == page]
    return [
        (row.row, row.status, row.name_, row.canton)
        for row in rows.rename(columns={"name": "name_"}).itertuples()
    ]


def counted(campaign: Campaign) -> int:
    """Return the count, after checking that site and tables have the same."""
    tables = finished(campaign)
    total = int(tables.tally[tables.tally["region"] == "total"]["signed"].iloc[0])
    assert campaign.review.totals().counted == total
    assert in_step(campaign)
    return total


def test_rows_typed_in_for_a_failed_page_count(campaign: Campaign) -> None:
    page = failed(campaign)
    assert campaign.review.totals().unsettled == 1
    assert campaign.review.next_unsettled() == page
    campaign.review.add_rows(page, [ANNA, BEAT, CARL], "ann")
    assert lines(campaign) == [
        (1, "signed", "Anna Muster", "ZH"),
        (2, "signed", "Beat Gut", "BE"),
        (3, "struck", "", ""),
    ]
    assert counted(campaign) == 2
    assert campaign.review.totals().unsettled == 0
    tables = finished(campaign)
    [page_line] = tables.pages[tables.pages["page"] == 1].to_dict("records")
    assert (page_line["kind"], page_line["settled"], page_line["settled_by"]) == ("failed", "typed", "ann")
    assert page_line["rows"] == 3 and "typed the rows" in page_line["note"] and "damaged" in page_line["note"]
    assert set(tables.rows["decided_by"]) == {"ann"} and "typed-in" in tables.rows["flags"].iloc[0]


def test_typed_rows_stay_and_count_once_when_the_page_is_read_at_last(campaign: Campaign) -> None:
    page = failed(campaign)
    campaign.review.add_rows(page, [ANNA, BEAT], "ann")
    assert store(campaign, clear(1), clear(2), clear(5)) == page
    assert [line[:3] for line in lines(campaign)] == [(1, "signed", "Anna Muster"), (2, "signed", "Beat Gut")]
    assert counted(campaign) == 2
    settle(campaign, page, Content.AS_READ)  # a person prefers what was read
    assert [line[0] for line in lines(campaign)] == [1, 2, 5]
    assert counted(campaign) == 3


def test_a_missed_row_is_added_and_stands_in_place_of_one_found_later(campaign: Campaign) -> None:
    page = store(campaign, clear(1), clear(3))
    with pytest.raises(BadDecision, match="Row 3 is on this page already"):
        campaign.review.add_rows(page, [TypedRow(3, Status.SIGNED)], "ann")
    [added] = campaign.review.add_rows(page, [TypedRow(2, Status.SIGNED, "Beat Gut", "", "BE")], "ann")
    assert counted(campaign) == 3
    assert campaign.review.page(page).content is None
    store(campaign, clear(1), clear(2), clear(3))
    assert counted(campaign) == 3
    assert (2, "signed", "Beat Gut", "BE") in lines(campaign)
    campaign.review.decide(added, Field.ROW, "removed", "bob")
    assert (2, "signed", "Name 2", "ZH") in lines(campaign)
    campaign.review.undo("bob")
    assert (2, "signed", "Beat Gut", "BE") in lines(campaign)


def test_a_second_row_with_a_number_counts_beside_the_first(campaign: Campaign) -> None:
    page = store(campaign, clear(1))
    campaign.review.add_rows(page, [TypedRow(1, Status.SIGNED, "Beat Gut", "", "BE", again=True)], "ann")
    assert counted(campaign) == 2
    store(campaign, clear(1))
    assert counted(campaign) == 2


def test_a_row_that_was_made_up_is_removed_for_good(campaign: Campaign) -> None:
    page = store(campaign, clear(1), clear(2))
    made_up = key(page, clear(2))
    campaign.review.decide(made_up, Field.NAME, "Somebody", "bob")
    campaign.review.decide(made_up, Field.ROW, "removed", "ann")
    assert [line[0] for line in lines(campaign)] == [1]
    store(campaign, clear(1), clear(2))
    assert counted(campaign) == 1
    assert campaign.review.removed_rows(page) == [made_up]
    assert campaign.review.orphaned() == []
    with pytest.raises(BadDecision):
        campaign.review.decide(made_up, Field.STATUS, "signed", "bob")  # from a screen that is not reloaded
    assert counted(campaign) == 1
    campaign.review.decide(made_up, Field.ROW, "kept", "ann")
    assert (2, "signed", "Somebody", "ZH") in lines(campaign)


@pytest.mark.parametrize("content", [Content.OTHER, Content.BLANK, Content.AGAIN, Content.ARRIVED])
def test_nothing_counts_on_a_page_that_is_no_sheet(content: Content, campaign: Campaign) -> None:
    page = store(campaign, clear(1), clear(2))
    settle(campaign, page, content)
    assert counted(campaign) == 0 and lines(campaign) == []
    assert campaign.review.totals().again == (content is Content.AGAIN)
    store(campaign, clear(1), clear(2))  # read again
    assert counted(campaign) == 0
    campaign.review.undo("ann")
    assert counted(campaign) == 2


def test_a_page_in_the_trash_comes_back_with_all_its_decisions(campaign: Campaign) -> None:
    page = store(campaign, clear(1), clear(2))
    campaign.review.decide(key(page, clear(1)), Field.STATUS, "struck", "bob")
    campaign.review.decide(page_key(page), Field.TRASH, "removed", "ann")
    totals = campaign.review.totals()
    assert (counted(campaign), totals.trashed, totals.pages) == (0, 1, {})
    campaign.review.decide(page_key(page), Field.TRASH, "kept", "ann")
    assert lines(campaign) == [(1, "struck", "Name 1", "ZH"), (2, "signed", "Name 2", "ZH")]
    assert counted(campaign) == 1


def test_the_other_scan_counts_when_the_better_one_goes_to_the_trash(campaign: Campaign) -> None:
    first, other = store(campaign, clear(1), clear(2)), store(campaign, clear(1), clear(2), page=2)
    campaign.review.decide(page_key(first), Field.PAGE, "same", "ann", other=page_key(other))
    assert campaign.review.totals().counted == 2
    for page in (first, other):
        campaign.review.decide(page_key(page), Field.TRASH, "removed", "ann")
        assert campaign.review.totals().counted == 2  # at once, before the tables are written
        assert counted(campaign) == 2
        campaign.review.undo("ann")
        assert counted(campaign) == 2


def test_a_page_with_lost_rows_is_asked_once_and_not_by_its_row(campaign: Campaign) -> None:
    doubt = Flag(FlagCode.ROWS_LOST)
    page = store(campaign, replace(clear(1), flags=(doubt,), review=True))
    totals = campaign.review.totals()
    assert (totals.unsettled, totals.open[Kind.COUNT]) == (1, 0)
    assert finished(campaign).rows["review"].tolist() == ["yes"]
    settle(campaign, page, Content.AS_READ)
    assert campaign.review.totals().unsettled == 0
    assert finished(campaign).rows["review"].tolist() == ["no"]
    assert counted(campaign) == 1


def test_half_a_sheet_is_never_stored(campaign: Campaign) -> None:
    page = failed(campaign)
    wrong = TypedRow(2, Status.SIGNED, "x" * 301)
    with pytest.raises(BadDecision) as raised:
        campaign.review.add_rows(page, [ANNA, wrong], "ann")
    assert raised.value.at == 1
    assert list(campaign.review.trail()) == []
    assert campaign.review.totals().unsettled == 1


def test_typed_rows_are_late_with_the_other_pages_of_their_file(campaign: Campaign) -> None:
    store(campaign, clear(1), page=2)
    page = failed(campaign)
    campaign.review.add_rows(page, [ANNA, BEAT], "ann")
    campaign.settings.set_deadline(date(2025, 1, 1))  # before the scans were received
    finish(campaign)
    assert campaign.review.totals().late == 3


def test_a_typed_row_without_canton_is_asked_for_it(campaign: Campaign) -> None:
    page = failed(campaign)
    campaign.review.add_rows(page, [TypedRow(1, Status.SIGNED, "Anna", "")], "ann")
    [asked] = campaign.review.next_questions(Kind.REGION, "ann", 5)
    assert asked.picture is None and asked.number == 1


def test_a_typed_signer_is_compared_with_the_others(campaign: Campaign) -> None:
    store(campaign, replace(clear(1), name=Reading("Anna Muster", 0.9, "double 1")), page=2)
    page = failed(campaign)
    campaign.review.add_rows(page, [ANNA], "ann")
    finish(campaign)
    assert campaign.review.totals().open[Kind.PERSON] == 1


def test_comments_are_kept_changed_and_emptied(campaign: Campaign) -> None:
    page = store(campaign, clear(1))
    row = key(page, clear(1))
    campaign.review.decide(row, Field.COMMENT, "ask Ms Weber", "ann")
    campaign.review.decide(page_key(page), Field.COMMENT, "torn\nat the top", "ann")
    tables = finished(campaign)
    assert tables.rows["comment"].tolist() == ["ask Ms Weber"]
    assert tables.pages["comment"].tolist()[0] == "torn, at the top"
    campaign.review.decide(row, Field.COMMENT, "", "bob")
    assert finished(campaign).rows["comment"].tolist() == [""]
    assert counted(campaign) == 1


def test_what_was_settled_survives_erasing(campaign: Campaign) -> None:
    page = failed(campaign)
    campaign.review.add_rows(page, [ANNA, BEAT, CARL], "ann")
    campaign.review.decide(page_key(page), Field.COMMENT, "Anna wept", "ann")
    before = counted(campaign)
    campaign.erase(lambda: None)
    tables = finished(campaign)
    assert int(tables.tally["signed"].iloc[-1]) == before == 2
    assert not any(
        "Anna" in str(value) for table in (tables.rows, tables.pages) for value in table.to_numpy().ravel()
    )


def test_everything_is_derived_again_from_the_decisions(campaign: Campaign) -> None:
    page = failed(campaign)
    campaign.review.add_rows(page, [ANNA], "ann")
    second = failed(campaign, 2)
    settle(campaign, second, Content.AGAIN)
    stored = query(campaign, "SELECT * FROM page_settlements")
    campaign.review._database.connection.execute("DELETE FROM settings WHERE name = 'row-state-rules'")
    with open_campaign(campaign.folder) as again:
        assert query(again, "SELECT * FROM page_settlements") == stored
        assert again.review.totals().counted == 1
    assert Due.TABLES in campaign.derived.due()


def test_a_page_without_a_table_and_a_blank_one(campaign: Campaign) -> None:
    known = add(campaign)
    for number, kind in ((1, PageKind.NO_TABLE), (2, PageKind.BLANK)):
        campaign.pages.save(known, Digitized(sheet_page(SCAN, number, kind=kind)), *HOW)
    assert campaign.review.totals().unsettled == 1  # nobody is asked about every blank back
