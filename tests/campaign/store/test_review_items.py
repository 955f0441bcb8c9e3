"""The order of questions, their reservation, and second looks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from types import SimpleNamespace

import pytest

from digitize.campaign.collate import PageState
from digitize.campaign.decisions import Field, Kind
from digitize.campaign.store import Campaign, Review, open_campaign
from digitize.campaign.store import review_queue as module
from digitize.errors import BadStore
from digitize.records import PageId, RowFlag, RowKey, Status
from tests.campaign.store.deciding import (
    clear,
    doubtful,
    in_step,
    key,
    open_keys,
    placeless,
    save_states,
    store,
)
from tests.campaign.store.looking import SCAN

YEARS_S = 4 * 365 * 86400.0
ROWS = tuple(doubtful(number, stroke_mm=8.5 + number / 10) for number in range(1, 13))


@pytest.fixture
def page(campaign: Campaign) -> int:
    return store(campaign, *reversed(ROWS), placeless(13), clear(14))


def test_the_closest_calls_come_first_and_each_row_goes_to_one_person(campaign: Campaign, page: int) -> None:
    first = open_keys(campaign, Kind.COUNT, "ann", 5)
    second = open_keys(campaign, Kind.COUNT, "bob", 5)
    third = open_keys(campaign, Kind.COUNT, "cleo", 5)
    assert [*first, *second, *third] == [key(page, row) for row in ROWS]
    assert open_keys(campaign, Kind.COUNT, "ann", 5) == first  # as when the page is loaded again


def test_two_connections_never_return_the_same_row(campaign: Campaign, page: int) -> None:
    assert page
    with open_campaign(campaign.folder) as other:
        taken = [open_keys(at, Kind.COUNT, f"person {n}", 2) for n, at in enumerate([campaign, other] * 3)]
    assert len({row for rows in taken for row in rows}) == 12


@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.PERSON])
def test_a_reservation_made_while_another_person_waited_for_the_database_holds(
    kind: Kind, campaign: Campaign, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = [(key(page, a), key(page, b), 0.9) for a, b in zip(ROWS[::2], ROWS[1::2], strict=True)]
    campaign.review.save_signer_pairs(pairs)
    clock = SimpleNamespace(time=partial(next, count(time.time(), 1.0)))  # every look at it takes a second
    monkeypatch.setattr("digitize.campaign.store.review.time", clock)
    with open_campaign(campaign.folder) as other:

        def ask(review: Review) -> set[object]:
            if kind is Kind.COUNT:
                return {each.key for each in review.next_questions(kind, f"person {id(review)}", 2)}
            return {each.first.key for each in review.next_pairs(kind, f"person {id(review)}", 2)}  # type: ignore[union-attr]

        changing = campaign.review._changing

        @contextmanager
        def waiting() -> Iterator[object]:
            taken.append(ask(other.review))
            with changing() as connection:
                yield connection

        taken: list[set[object]] = []
        monkeypatch.setattr(campaign.review, "_changing", waiting)
        taken.append(ask(campaign.review))
    assert len(taken[0] | taken[1]) == len(taken[0]) + len(taken[1]) == 4


@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.PERSON])
def test_reservations_from_before_the_clock_was_set_back_are_void(
    kind: Kind, campaign: Campaign, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind is Kind.PERSON:
        campaign.review.save_signer_pairs([(key(page, ROWS[0]), key(page, ROWS[1]), 0.9)])
    ask = campaign.review.next_questions if kind is Kind.COUNT else campaign.review.next_pairs
    with monkeypatch.context() as wrong:
        clock = SimpleNamespace(time=lambda: time.time() + YEARS_S)
        wrong.setattr("digitize.campaign.store.review.time", clock)
        assert ask(kind, "ann", 12)
    assert ask(kind, "bob", 12)
    assert not ask(kind, "cleo", 12)


def test_rows_are_released_after_some_time_on_request_and_when_decided(
    campaign: Campaign, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(open_keys(campaign, Kind.COUNT, "ann")) == 12
    assert open_keys(campaign, Kind.COUNT, "bob") == []
    campaign.review.release("ann")
    assert len(open_keys(campaign, Kind.COUNT, "bob")) == 12
    later_s = time.time() + module.RESERVED_S + 1
    monkeypatch.setattr("digitize.campaign.store.review.time.time", lambda: later_s)
    assert len(open_keys(campaign, Kind.COUNT, "ann")) == 12
    campaign.review.decide(key(page, ROWS[0]), Field.STATUS, "signed", "ann")
    assert key(page, ROWS[0]) not in open_keys(campaign, Kind.COUNT, "ann")


def test_an_open_row_has_everything_needed_to_decide(campaign: Campaign, page: int) -> None:
    (shown,) = campaign.review.next_questions(Kind.REGION, "ann", 12)
    assert (shown.key.page_id, shown.file, shown.page, shown.number) == (page, "a.pdf", 1, 13)
    assert (shown.kind, shown.status, shown.second) == (Kind.REGION, Status.SIGNED, False)
    assert shown.picture is not None
    assert shown.picture.read_bytes() == b"picture"
    assert shown.row == placeless(13)
    assert shown.px_per_mm > 0


def test_scans_with_the_same_name_have_different_labels(campaign: Campaign) -> None:
    for folder in ("monday", "tuesday"):
        store(campaign, doubtful(1), path=f"/{folder}/a.pdf")
    labels = {shown.file for shown in campaign.review.next_questions(Kind.COUNT, "ann", 5)}
    assert labels == {"monday/a.pdf", "tuesday/a.pdf"}
    assert labels == {file.label for file in campaign.inputs.files()}


def test_rows_of_a_second_scan_have_no_question(campaign: Campaign, page: int) -> None:
    again = store(campaign, *ROWS, page=2)
    here, there = PageId(SCAN, 1), PageId(SCAN, 2)
    save_states(campaign, {here: PageState(1, other_scans=(there,)), there: PageState(1, duplicate_of=here)})
    assert {at.page_id for at in open_keys(campaign, Kind.COUNT)} == {page}
    save_states(campaign, {here: PageState(1), there: PageState(2)})
    assert {at.page_id for at in open_keys(campaign, Kind.COUNT, most=50)} == {page, again}
    assert in_step(campaign)


def test_a_row_that_differs_on_another_scan_is_asked_about_until_decided(campaign: Campaign) -> None:
    page = store(campaign, clear(1), clear(2))
    save_states(campaign, {PageId(SCAN, 1): PageState(1, differing=frozenset({1}))})
    assert open_keys(campaign, Kind.COUNT) == [key(page, clear(2))]
    campaign.review.decide(key(page, clear(2)), Field.STATUS, "signed", "ann")
    assert open_keys(campaign, Kind.COUNT) == []
    assert in_step(campaign)


def test_a_row_that_differs_is_asked_about_with_its_canton_where_that_is_open(campaign: Campaign) -> None:
    page = store(campaign, clear(1), placeless(2))
    save_states(campaign, {PageId(SCAN, 1): PageState(1, differing=frozenset({1}))})
    assert open_keys(campaign, Kind.COUNT) == []
    (shown,) = campaign.review.next_questions(Kind.REGION, "ann", 5)
    assert (shown.key, shown.asks) == (key(page, placeless(2)), {Kind.COUNT, Kind.REGION})


# A second look


def confirm_all(campaign: Campaign, page: int, who: str = "ann") -> None:
    for row in ROWS:
        campaign.review.decide(key(page, row), Field.STATUS, "signed", who)


def test_a_sample_of_decided_rows_goes_to_another_person_without_the_decision(
    campaign: Campaign, page: int
) -> None:
    campaign.review.set_second_look(0.5)
    confirm_all(campaign, page)
    assert campaign.review.second_look() == 0.5
    due = campaign.review.totals().seconds
    assert 3 <= due <= 9
    assert open_keys(campaign, Kind.COUNT, "ann") == []  # she decided them
    shown = campaign.review.next_questions(Kind.COUNT, "bob", 12)
    assert len(shown) == due
    assert all(row.second and row.status is Status.DOUBTFUL and not row.decided_by for row in shown)
    assert campaign.review.next_questions(Kind.COUNT, "cleo", 12) == []  # kept for bob
    assert campaign.review.totals().counted == 14  # a second look that is due changes nothing


def test_a_second_look_with_the_same_result_closes_the_row(campaign: Campaign, page: int) -> None:
    campaign.review.set_second_look(1.0)
    confirm_all(campaign, page)
    for row in campaign.review.next_questions(Kind.COUNT, "bob", 12):
        campaign.review.decide(row.key, Field.STATUS, "signed", "bob", second=row.second)
    totals = campaign.review.totals()
    assert (totals.seconds, totals.open[Kind.COUNT], totals.counted) == (0, 0, 14)
    assert campaign.review.disagreements() == []
    assert in_step(campaign)


def test_two_different_results_are_listed_and_open_the_row_again(campaign: Campaign, page: int) -> None:
    campaign.review.set_second_look(1.0)
    confirm_all(campaign, page)
    shown = campaign.review.next_questions(Kind.COUNT, "bob", 1)[0]
    second = campaign.review.decide(shown.key, Field.STATUS, "struck", "bob", second=True)
    assert second.second
    (found,) = campaign.review.disagreements()
    assert (found.shown.key, found.first.by, found.second.by) == (shown.key, "ann", "bob")
    assert found.shown.notes == (RowFlag.CONTESTED,)
    totals = campaign.review.totals()
    assert (totals.doubtful, totals.open[Kind.COUNT], totals.counted) == (1, 1, 13)
    campaign.review.decide(shown.key, Field.STATUS, "struck", "cleo")
    assert campaign.review.disagreements() == []
    assert campaign.review.totals().open[Kind.COUNT] == 0
    assert in_step(campaign)


def disagree(campaign: Campaign, page: int) -> RowKey:
    """Let ann and bob decide differently about one row; the others are decided."""
    campaign.review.set_second_look(1.0)
    confirm_all(campaign, page)
    shown = campaign.review.next_questions(Kind.COUNT, "bob", 1)[0]
    campaign.review.decide(shown.key, Field.STATUS, "struck", "bob", second=True)
    return shown.key


def test_a_row_on_which_two_disagree_goes_to_a_third_person(campaign: Campaign, page: int) -> None:
    contested = disagree(campaign, page)
    for who in ("ann", "bob"):
        assert contested not in open_keys(campaign, Kind.COUNT, who)
        campaign.review.release(who)
    shown = campaign.review.next_questions(Kind.COUNT, "an", 100)  # her name only begins like theirs
    assert contested in [row.key for row in shown if not row.second]


def test_or_to_one_of_the_two_who_coordinates(campaign: Campaign, page: int) -> None:
    contested = disagree(campaign, page)
    shown = campaign.review.next_questions(Kind.COUNT, "ann", 100, coordinates=True)
    assert [row.key for row in shown] == [contested]


def test_second_looks_are_counted_for_those_who_can_take_them(campaign: Campaign, page: int) -> None:
    disagree(campaign, page)
    assert campaign.second_looks.due("ann") == {}
    assert campaign.second_looks.due("bob") == {Kind.COUNT: 11}


def test_how_often_second_looks_agree(campaign: Campaign, page: int) -> None:
    assert campaign.second_looks.agreement().made == 0
    disagree(campaign, page)
    for row in campaign.review.next_questions(Kind.COUNT, "bob", 3):
        campaign.review.decide(row.key, Field.STATUS, "signed", "bob", second=True)
    agreement = campaign.second_looks.agreement()
    assert (agreement.made, agreement.agreed, agreement.share) == (4, 3, 0.75)
    campaign.review.undo("bob")
    assert campaign.second_looks.agreement().made == 3


def test_second_looks_at_cantons_agree_if_the_canton_does(campaign: Campaign, page: int) -> None:
    campaign.review.set_second_look(1.0)
    one = key(page, ROWS[0])
    campaign.review.decide(one, Field.STATUS, "signed", "ann")
    campaign.review.decide(one, Field.PLACE, "BE / 3000 / Bern", "ann")
    campaign.review.decide(one, Field.PLACE, "BE / 3001 / Bern", "bob", second=True)
    assert campaign.second_looks.agreement().share == 1.0


def test_nobody_takes_a_second_look_at_their_own_decision(campaign: Campaign, page: int) -> None:
    campaign.review.set_second_look(1.0)
    confirm_all(campaign, page)
    made = campaign.review.decide(key(page, ROWS[0]), Field.STATUS, "struck", "ann", second=True)
    assert not made.second  # a change of mind, not a second look
    assert campaign.review.disagreements() == []


def test_second_looks_are_mixed_in(campaign: Campaign, page: int) -> None:
    campaign.review.set_second_look(1.0)
    for row in ROWS[:6]:
        campaign.review.decide(key(page, row), Field.STATUS, "signed", "ann")
    shown = campaign.review.next_questions(Kind.COUNT, "bob", 8)
    seconds = [row.second for row in shown]
    assert sum(seconds) == 2
    assert not seconds[0]
    assert not seconds[-1]


def test_the_share_of_second_looks_can_be_changed(campaign: Campaign, page: int) -> None:
    confirm_all(campaign, page)
    assert campaign.review.totals().seconds == 0
    campaign.review.set_second_look(1.0)
    assert campaign.review.totals().seconds == 12
    assert in_step(campaign)
    campaign.review.set_second_look(0.0)
    assert campaign.review.totals().seconds == 0


def test_a_locked_database_is_reported_as_a_sentence(campaign: Campaign, page: int) -> None:
    assert page
    connection = campaign.review._database.connection
    connection.execute("PRAGMA busy_timeout = 0")
    with open_campaign(campaign.folder) as other, other.review._database.transaction():
        with pytest.raises(BadStore, match="try again"):
            campaign.review.next_questions(Kind.COUNT, "ann", 1)
        assert campaign.review.totals().doubtful == 12  # reading is still possible
