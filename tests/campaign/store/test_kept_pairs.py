"""Pairs of rows and of pages: asked about once, counted once, and undone."""

from dataclasses import replace

import pytest

from digitize.campaign.collate import PageState
from digitize.campaign.decisions import Field, Kind
from digitize.campaign.store import Campaign
from digitize.campaign.store.review_items import OpenPage, OpenRow
from digitize.errors import BadDecision
from digitize.records import PageId, RowFlag, RowKey, ScanFile, Status
from tests.campaign.store.deciding import clear, doubtful, in_step, key, save_states, store
from tests.campaign.store.looking import SCAN

A, B, C, D = clear(1), clear(2), clear(3), doubtful(4)


@pytest.fixture
def page(campaign: Campaign) -> int:
    return store(campaign, A, B, C, D)


def same(campaign: Campaign, one: RowKey, other: RowKey, by: str = "ann") -> None:
    campaign.review.decide(one, Field.PERSON, "same", by, other=other)


def counted(campaign: Campaign, page: int) -> list[bool]:
    return [row.counted for row in campaign.review.rows(page)]


# Signers


def test_the_likeliest_pairs_come_first_and_each_goes_to_one_person(campaign: Campaign, page: int) -> None:
    a, b, c, d = (key(page, row) for row in (A, B, C, D))
    campaign.review.save_signer_pairs([(b, a, 0.6), (c, d, 0.9)])
    first = campaign.review.next_pairs(Kind.PERSON, "ann", 1)
    second = campaign.review.next_pairs(Kind.PERSON, "bob", 5)
    assert [pair.keys for pair in (*first, *second)] == [(c, d), (a, b)]
    assert campaign.review.next_pairs(Kind.PERSON, "cleo", 5) == []
    assert isinstance(first[0].first, OpenRow)
    assert (first[0].first.row, first[0].likelihood) == (C, 0.9)
    assert campaign.review.totals().open[Kind.PERSON] == 2


def test_rows_of_the_same_person_count_once_and_others_twice(campaign: Campaign, page: int) -> None:
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


def test_one_of_three_rows_of_a_person_counts(campaign: Campaign, page: int) -> None:
    a, b, c = (key(page, row) for row in (A, B, C))
    same(campaign, a, b)
    same(campaign, c, b)
    assert counted(campaign, page) == [True, False, False, True]
    campaign.review.decide(a, Field.STATUS, "struck", "ann")
    assert counted(campaign, page) == [True, True, False, True]  # the first that counts
    assert campaign.review.totals().counted == 1
    assert in_step(campaign)


def test_a_signed_row_counts_rather_than_a_doubtful_one(campaign: Campaign, page: int) -> None:
    c, d = key(page, C), key(page, D)
    same(campaign, c, d)
    assert counted(campaign, page) == [True, True, True, False]
    assert campaign.review.totals().open[Kind.COUNT] == 0  # one row counts in any case
    campaign.review.decide(c, Field.STATUS, "incomplete", "ann")
    assert counted(campaign, page) == [True] * 4
    assert campaign.review.totals().open[Kind.COUNT] == 1
    assert in_step(campaign)


def test_a_row_in_time_counts_rather_than_a_late_one(campaign: Campaign, page: int) -> None:
    other = store(campaign, clear(7), page=2)
    same(campaign, key(page, A), key(other, clear(7)))
    assert counted(campaign, other) == [False]
    save_states(campaign, {PageId(SCAN, 1): PageState(1, late=True), PageId(SCAN, 2): PageState(2)})
    assert (counted(campaign, page)[0], counted(campaign, other)) == (False, [True])
    assert campaign.review.totals().late == 2
    assert in_step(campaign)


def test_the_other_row_counts_if_the_one_that_counted_is_gone(campaign: Campaign, page: int) -> None:
    other = store(campaign, clear(7), path="/scans/b.pdf")
    same(campaign, key(page, A), key(other, clear(7)))
    store(campaign, B)  # recognised again without the row
    assert counted(campaign, other) == [True]
    assert [line.field for line in campaign.review.orphaned()] == [Field.PERSON]
    store(campaign, A, B)
    assert counted(campaign, other) == [False]
    entry = campaign.inputs.at(SCAN)
    assert entry is not None
    campaign.inputs.remove(entry.id)
    assert counted(campaign, other) == [True]
    assert in_step(campaign)


def test_new_pairs_replace_undecided_ones(campaign: Campaign, page: int) -> None:
    a, b, c = (key(page, row) for row in (A, B, C))
    campaign.review.save_signer_pairs([(a, b, 0.9), (b, c, 0.8)])
    same(campaign, a, b)
    campaign.review.save_signer_pairs([(a, b, 0.7), (a, c, 0.5)])
    assert counted(campaign, page) == [True, False, True, True]
    assert [pair.keys for pair in campaign.review.next_pairs(Kind.PERSON, "ann", 9)] == [(a, c)]


def test_rows_that_do_not_count_are_not_asked_about(campaign: Campaign, page: int) -> None:
    a, b = key(page, A), key(page, B)
    campaign.review.save_signer_pairs([(a, b, 0.9)])
    campaign.review.decide(a, Field.STATUS, "struck", "ann")
    assert campaign.review.next_pairs(Kind.PERSON, "ann", 9) == []
    assert campaign.review.totals().open[Kind.PERSON] == 0


def test_signers_are_searched_in_rows_as_decided(campaign: Campaign, page: int) -> None:
    campaign.review.decide(key(page, A), Field.NAME, "Eva", "ann")
    campaign.review.decide(key(page, B), Field.STATUS, "struck", "ann")
    found = dict(campaign.review.signers())
    assert list(found) == [key(page, row) for row in (A, C, D)]
    assert found[key(page, A)].name is not None
    assert found[key(page, A)].name.text == "Eva"
    save_states(campaign, {PageId(SCAN, 1): PageState(duplicate_of=PageId(SCAN, 1))})
    assert list(campaign.review.signers()) == []


def test_a_pair_needs_two_existing_rows(campaign: Campaign, page: int) -> None:
    for other in (None, key(page, A), RowKey(page, 9, 10)):
        with pytest.raises(BadDecision):
            campaign.review.decide(key(page, A), Field.PERSON, "same", "ann", other=other)
    assert list(campaign.review.trail()) == []


# Pages

ONE, TWO = PageId(SCAN, 1), PageId(SCAN, 2)
LIKELY = {ONE: PageState(1, possible_duplicates=(TWO,)), TWO: PageState(2, possible_duplicates=(ONE,))}


def test_possible_duplicates_are_asked_about_and_count_once_if_they_are(
    campaign: Campaign, page: int
) -> None:
    other = store(campaign, A, B, page=2)
    save_states(campaign, LIKELY)
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


def test_duplicates_both_count_if_a_person_decides_that_they_differ(campaign: Campaign, page: int) -> None:
    other = store(campaign, A, B, page=2)
    save_states(campaign, {ONE: PageState(1, other_scans=(TWO,)), TWO: PageState(1, duplicate_of=ONE)})
    assert campaign.review.totals().counted == 3
    keys = (RowKey(page, -1, 0), RowKey(other, -1, 0))
    campaign.review.decide(keys[1], Field.PAGE, "different", "ann", other=keys[0])
    assert campaign.review.totals().counted == 5
    undone = campaign.review.undo("ann")
    assert undone is not None
    assert (undone.before, undone.value) == ("different", "same")
    assert campaign.review.totals().counted == 3
    assert in_step(campaign)


def test_decisions_on_pages_survive_new_page_states(campaign: Campaign, page: int) -> None:
    other = store(campaign, A, B, page=2)
    save_states(campaign, LIKELY)
    keys = (RowKey(page, -1, 0), RowKey(other, -1, 0))
    campaign.review.decide(keys[0], Field.PAGE, "different", "ann", other=keys[1])
    save_states(campaign, {ONE: PageState(1), TWO: PageState(2)})  # as computed with the decision
    assert campaign.review.decided_pages() == {frozenset({ONE, TWO}): False}
    assert campaign.review.next_pairs(Kind.PAGE, "ann", 5) == []


def test_the_other_scan_counts_if_the_one_that_counted_is_removed(campaign: Campaign, page: int) -> None:
    store(campaign, A, B, path="/scans/b.pdf")
    first, again = ONE, PageId("/scans/b.pdf", 1)
    save_states(
        campaign, {first: PageState(1, other_scans=(again,)), again: PageState(1, duplicate_of=first)}
    )
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
    campaign.review.save_page_states({}, replace(campaign.derived.take_snapshot(), files=(elsewhere,)))
    totals = campaign.review.totals()
    assert (totals.counted, totals.doubtful, totals.open[Kind.COUNT]) == (0, 0, 0)
    assert Status.SIGNED not in totals.statuses
