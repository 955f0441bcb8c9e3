"""Persons and pages that may be there twice: asked once, counted once, and taken back."""

from dataclasses import replace

import pytest

from digitize.campaign.collate import PageState
from digitize.campaign.decisions import Field, Kind
from digitize.campaign.store import Campaign
from digitize.campaign.store.review_items import OpenPage, OpenRow
from digitize.errors import BadDecision
from digitize.records import PageId, RowFlag, RowKey, ScanFile, Status
from tests.campaign.store.deciding import clear, doubtful, in_step, key, relate, store
from tests.campaign.store.looking import SCAN

A, B, C, D = clear(1), clear(2), clear(3), doubtful(4)


@pytest.fixture
def page(campaign: Campaign) -> int:
    return store(campaign, A, B, C, D)


def same(campaign: Campaign, one: RowKey, other: RowKey, by: str = "ann") -> None:
    campaign.review.decide(one, Field.PERSON, "same", by, other=other)


def counted(campaign: Campaign, page: int) -> list[bool]:
    return [row.counted for row in campaign.review.rows(page)]


# Persons


def test_pairs_are_asked_the_likeliest_first_and_each_of_one_person(campaign: Campaign, page: int) -> None:
    a, b, c, d = (key(page, row) for row in (A, B, C, D))
    campaign.review.save_signer_pairs([(b, a, 0.6), (c, d, 0.9)])
    first = campaign.review.next_pairs(Kind.PERSON, "ann", 1)
    second = campaign.review.next_pairs(Kind.PERSON, "bob", 5)
    assert [pair.keys for pair in (*first, *second)] == [(c, d), (a, b)]
    assert campaign.review.next_pairs(Kind.PERSON, "cleo", 5) == []
    assert isinstance(first[0].first, OpenRow)
    assert (first[0].first.row, first[0].likeness) == (C, 0.9)
    assert campaign.review.totals().open[Kind.PERSON] == 2


def test_the_same_person_counts_once_and_a_different_one_twice(campaign: Campaign, page: int) -> None:
    a, b, c = (key(page, row) for row in (A, B, C))
    campaign.review.save_signer_pairs([(a, b, 0.9), (b, c, 0.8)])
    campaign.review.decide(b, Field.PERSON, "same", "ann", other=a)
    campaign.review.decide(b, Field.PERSON, "different", "ann", other=c)
    assert counted(campaign, page) == [True, False, True, True]
    totals = campaign.review.totals()
    assert (totals.counted, totals.open[Kind.PERSON]) == (2, 0)
    assert next(iter(campaign.review.notes().values())).flags == (RowFlag.DUPLICATE_PERSON,)
    assert campaign.review.undo("ann") is not None
    assert campaign.review.undo("ann") is not None
    assert counted(campaign, page) == [True] * 4
    assert campaign.review.totals().open[Kind.PERSON] == 2
    assert in_step(campaign)


def test_of_three_rows_of_a_person_one_counts(campaign: Campaign, page: int) -> None:
    a, b, c = (key(page, row) for row in (A, B, C))
    same(campaign, a, b)
    same(campaign, c, b)
    assert counted(campaign, page) == [True, False, False, True]
    campaign.review.decide(a, Field.STATUS, "struck", "ann")
    assert counted(campaign, page) == [True, True, False, True]  # the first that counts
    assert campaign.review.totals().counted == 1
    assert in_step(campaign)


def test_a_sure_row_counts_rather_than_a_doubtful_one(campaign: Campaign, page: int) -> None:
    c, d = key(page, C), key(page, D)
    same(campaign, c, d)
    assert counted(campaign, page) == [True, True, True, False]
    assert campaign.review.totals().open[Kind.COUNT] == 0  # whatever is decided, one counts
    campaign.review.decide(c, Field.STATUS, "incomplete", "ann")
    assert counted(campaign, page) == [True] * 4
    assert campaign.review.totals().open[Kind.COUNT] == 1
    assert in_step(campaign)


def test_a_row_in_time_counts_rather_than_a_late_one(campaign: Campaign, page: int) -> None:
    other = store(campaign, clear(7), page=2)
    same(campaign, key(page, A), key(other, clear(7)))
    assert counted(campaign, other) == [False]
    relate(campaign, {PageId(SCAN, 1): PageState(1, late=True), PageId(SCAN, 2): PageState(2)})
    assert (counted(campaign, page)[0], counted(campaign, other)) == (False, [True])
    assert campaign.review.totals().late == 2
    assert in_step(campaign)


def test_when_the_row_that_counts_goes_the_other_one_counts(campaign: Campaign, page: int) -> None:
    other = store(campaign, clear(7), path="/scans/b.pdf")
    same(campaign, key(page, A), key(other, clear(7)))
    store(campaign, B)  # recognised anew, the row is gone
    assert counted(campaign, other) == [True]
    assert [line.field for line in campaign.review.orphaned()] == [Field.PERSON]
    store(campaign, A, B)
    assert counted(campaign, other) == [False]
    entry = campaign.inputs.at(SCAN)
    assert entry is not None
    campaign.inputs.remove(entry.id)
    assert counted(campaign, other) == [True]
    assert in_step(campaign)


def test_pairs_found_anew_replace_those_nobody_decided(campaign: Campaign, page: int) -> None:
    a, b, c = (key(page, row) for row in (A, B, C))
    campaign.review.save_signer_pairs([(a, b, 0.9), (b, c, 0.8)])
    same(campaign, a, b)
    campaign.review.save_signer_pairs([(a, b, 0.7), (a, c, 0.5)])
    assert counted(campaign, page) == [True, False, True, True]
    assert [pair.keys for pair in campaign.review.next_pairs(Kind.PERSON, "ann", 9)] == [(a, c)]


def test_rows_that_do_not_count_are_no_pair(campaign: Campaign, page: int) -> None:
    a, b = key(page, A), key(page, B)
    campaign.review.save_signer_pairs([(a, b, 0.9)])
    campaign.review.decide(a, Field.STATUS, "struck", "ann")
    assert campaign.review.next_pairs(Kind.PERSON, "ann", 9) == []
    assert campaign.review.totals().open[Kind.PERSON] == 0


def test_rows_in_which_persons_are_looked_for_are_as_decided(campaign: Campaign, page: int) -> None:
    campaign.review.decide(key(page, A), Field.NAME, "Eva", "ann")
    campaign.review.decide(key(page, B), Field.STATUS, "struck", "ann")
    found = dict(campaign.review.signers())
    assert list(found) == [key(page, row) for row in (A, C, D)]
    assert found[key(page, A)].name is not None
    assert found[key(page, A)].name.text == "Eva"
    relate(campaign, {PageId(SCAN, 1): PageState(duplicate_of=PageId(SCAN, 1))})
    assert list(campaign.review.signers()) == []


def test_a_pair_needs_two_rows_that_are_there(campaign: Campaign, page: int) -> None:
    for other in (None, key(page, A), RowKey(page, 9, 10)):
        with pytest.raises(BadDecision):
            campaign.review.decide(key(page, A), Field.PERSON, "same", "ann", other=other)
    assert list(campaign.review.trail()) == []


# Pages

ONE, TWO = PageId(SCAN, 1), PageId(SCAN, 2)
LIKELY = {ONE: PageState(1, likely=(TWO,)), TWO: PageState(2, likely=(ONE,))}


def test_pages_that_may_be_one_paper_are_asked_and_count_once_if_so(campaign: Campaign, page: int) -> None:
    other = store(campaign, A, B, page=2)
    relate(campaign, LIKELY)
    (pair,) = campaign.review.next_pairs(Kind.PAGE, "ann", 5)
    assert isinstance(pair.first, OpenPage)
    assert (pair.first.file, pair.first.page, pair.other.page) == ("a.pdf", 1, 2)
    assert campaign.review.totals().counted == 5
    made = campaign.review.decide(pair.keys[0], Field.PAGE, "same", "ann", other=pair.keys[1])
    assert (made.before, made.value, made.row, made.page) == ("", "same", pair.keys[0], 1)
    assert (counted(campaign, page), counted(campaign, other)) == ([True] * 4, [False] * 2)
    assert campaign.review.totals().counted == 3
    assert campaign.review.decided_pages() == {frozenset({ONE, TWO}): True}
    undone = campaign.review.undo("ann")
    assert undone is not None
    assert (undone.before, undone.value) == ("same", "")
    assert campaign.review.totals().counted == 5
    assert campaign.review.totals().open[Kind.PAGE] == 1
    assert campaign.review.decided_pages() == {}
    assert in_step(campaign)


def test_pages_taken_for_one_paper_count_both_if_a_person_says_so(campaign: Campaign, page: int) -> None:
    other = store(campaign, A, B, page=2)
    relate(campaign, {ONE: PageState(1, again=(TWO,)), TWO: PageState(1, duplicate_of=ONE)})
    assert campaign.review.totals().counted == 3
    keys = (RowKey(page, -1, 0), RowKey(other, -1, 0))
    campaign.review.decide(keys[1], Field.PAGE, "different", "ann", other=keys[0])
    assert campaign.review.totals().counted == 5
    undone = campaign.review.undo("ann")
    assert undone is not None
    assert (undone.before, undone.value) == ("different", "same")
    assert campaign.review.totals().counted == 3
    assert in_step(campaign)


def test_what_people_decided_on_pages_outlives_new_books(campaign: Campaign, page: int) -> None:
    other = store(campaign, A, B, page=2)
    relate(campaign, LIKELY)
    keys = (RowKey(page, -1, 0), RowKey(other, -1, 0))
    campaign.review.decide(keys[0], Field.PAGE, "different", "ann", other=keys[1])
    relate(campaign, {ONE: PageState(1), TWO: PageState(2)})  # as books are kept that know of the decision
    assert campaign.review.decided_pages() == {frozenset({ONE, TWO}): False}
    assert campaign.review.next_pairs(Kind.PAGE, "ann", 5) == []


def test_when_the_scan_that_counts_is_forgotten_the_other_one_counts(campaign: Campaign, page: int) -> None:
    store(campaign, A, B, path="/scans/b.pdf")
    first, again = ONE, PageId("/scans/b.pdf", 1)
    relate(campaign, {first: PageState(1, again=(again,)), again: PageState(1, duplicate_of=first)})
    assert campaign.review.totals().counted == 3
    entry = campaign.inputs.at(SCAN)
    assert entry is not None
    assert page
    campaign.inputs.remove(entry.id)
    assert campaign.review.totals().counted == 2
    assert in_step(campaign)


def test_pages_of_a_file_that_counts_under_another_name_do_not_count(campaign: Campaign, page: int) -> None:
    assert page
    elsewhere = ScanFile(SCAN, "a.pdf", 2, same_as="b.pdf")
    campaign.review.save_page_states({}, replace(campaign.making.moment(), files=(elsewhere,)))
    totals = campaign.review.totals()
    assert (totals.counted, totals.doubtful, totals.open[Kind.COUNT]) == (0, 0, 0)
    assert Status.SIGNED not in totals.statuses
