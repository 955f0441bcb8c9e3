"""Decisions are logged for good, change the count at once, and are undone by an entry of their own."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from digitize.campaign.decisions import Field, Kind
from digitize.campaign.store import DATABASE, Campaign
from digitize.errors import BadDecision
from digitize.records import RowKey, Status
from tests.campaign.store.deciding import clear, doubtful, in_step, key, open_keys, placeless, store
from tests.campaign.store.looking import add

ROWS = (doubtful(1), placeless(2), clear(3))


@pytest.fixture
def page(campaign: Campaign) -> int:
    return store(campaign, *ROWS)


def test_an_entry_tells_who_decided_what_when_and_the_value_before(campaign: Campaign, page: int) -> None:
    made = campaign.review.decide(key(page, ROWS[0]), Field.STATUS, "signed", " ann ")
    assert (made.row, made.field, made.before, made.value) == (
        RowKey(page, 0, 1),
        "status",
        "doubtful",
        "signed",
    )
    assert (made.by, made.file, made.page, made.undoes, made.second) == ("ann", "a.pdf", 1, None, False)
    assert made.at.utcoffset() is not None
    again = campaign.review.decide(key(page, ROWS[0]), Field.STATUS, "struck", "bob")
    assert again.before == "signed"
    assert campaign.review.history(key(page, ROWS[0])) == [made, again]
    assert list(campaign.review.trail()) == [made, again]
    assert list(campaign.review.trail(since=made.id)) == [again]


def test_the_count_follows_every_decision_at_once(campaign: Campaign, page: int) -> None:
    before = campaign.review.totals()
    assert (before.counted, before.doubtful, before.decided) == (2, 1, 0)
    assert dict(before.regions) == {"ZH": 1, "ambiguous": 1}
    assert [before.open[kind] for kind in Kind] == [1, 1, 0, 0, 0, 0]
    campaign.review.decide(key(page, ROWS[0]), Field.STATUS, "signed", "ann")
    campaign.review.decide(key(page, ROWS[1]), Field.PLACE, "VD / 1000 / Lausanne", "ann")
    after = campaign.review.totals()
    assert (after.counted, after.doubtful, after.decided) == (3, 0, 2)
    assert dict(after.regions) == {"ZH": 2, "VD": 1}
    assert not any(after.open.values())
    assert sum(rows for _, rows in after.days) == 3
    assert in_step(campaign)


def test_the_recognised_row_is_kept(campaign: Campaign, page: int) -> None:
    campaign.review.decide(key(page, ROWS[2]), Field.NAME, "Eva", "ann")
    (outcome,) = campaign.pages.outcomes()
    assert not hasattr(outcome, "sentence")
    assert outcome.rows == ROWS
    shown = campaign.review.row(key(page, ROWS[2]))
    assert shown is not None
    assert shown.name is not None
    assert (shown.name.text, shown.decided, shown.decided_by) == ("Eva", ("name",), ("ann",))


def test_undoing_restores_the_value_before_and_keeps_the_entry(campaign: Campaign, page: int) -> None:
    review = campaign.review
    review.decide(key(page, ROWS[0]), Field.STATUS, "struck", "ann")
    second = review.decide(key(page, ROWS[0]), Field.STATUS, "signed", "ann")
    undone = review.undo("ann")
    assert undone is not None
    assert (undone.undoes, undone.before, undone.value) == (second.id, "signed", "struck")
    assert dict(review.totals().statuses) == {Status.SIGNED: 2, Status.STRUCK: 1}
    assert (undone := review.undo("ann")) is not None
    assert undone.value == "doubtful"
    assert review.undo("ann") is None
    assert len(list(review.trail())) == 4
    assert open_keys(campaign, Kind.COUNT) == [key(page, ROWS[0])]
    assert in_step(campaign)


def test_undo_affects_the_last_decision_of_the_same_person_only(campaign: Campaign, page: int) -> None:
    review = campaign.review
    review.decide(key(page, ROWS[0]), Field.STATUS, "signed", "ann")
    review.decide(key(page, ROWS[0]), Field.STATUS, "struck", "bob")
    review.decide(key(page, ROWS[1]), Field.PLACE, "ZH", "bob")
    undone = review.undo("ann")
    assert undone is not None
    assert undone.value == "struck"  # what bob decided since is still in effect
    assert review.totals().doubtful == 0
    assert review.undo("cleo") is None


def test_entries_can_be_neither_changed_nor_deleted(campaign: Campaign, page: int) -> None:
    campaign.review.decide(key(page, ROWS[2]), Field.NAME, "Eva", "ann")
    with closing(sqlite3.connect(campaign.folder / DATABASE)) as other:
        for forbidden in (
            "DELETE FROM decisions",
            "UPDATE decisions SET decided_by = 'bob'",
            "UPDATE decisions SET value = 'Bo'",
            "UPDATE decisions SET row_index = 1",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="never"):
                other.execute(forbidden)
        other.execute("UPDATE decisions SET value = '', value_before = ''")  # when a campaign is erased


@pytest.mark.parametrize(
    ("wrong", "field", "value"),
    [
        (RowKey(1, 0, 2), Field.STATUS, "signed"),  # another number
        (RowKey(1, 5, 6), Field.STATUS, "signed"),
        (RowKey(9, 0, 1), Field.STATUS, "signed"),
        (RowKey(1, 0, 1), Field.STATUS, "perhaps"),
        (RowKey(1, 0, 1), Field.PLACE, "XX"),
        (RowKey(1, 0, 1), Field.PERSON, "same"),  # without the other row
    ],
)
def test_an_invalid_decision_is_refused_and_not_stored(
    wrong: RowKey, field: Field, value: str, campaign: Campaign, page: int
) -> None:
    assert page == 1
    with pytest.raises(BadDecision):
        campaign.review.decide(wrong, field, value, "ann")
    with pytest.raises(BadDecision, match="who"):
        campaign.review.decide(RowKey(1, 0, 1), Field.STATUS, "signed", "  ")
    assert list(campaign.review.trail()) == []


def test_the_id_of_a_deleted_page_is_not_reused(campaign: Campaign, page: int) -> None:
    campaign.review.decide(key(page, ROWS[0]), Field.STATUS, "struck", "ann")
    entry = campaign.inputs.all()[0]
    campaign.inputs.remove(entry.id)
    add(campaign)
    anew = store(campaign, *ROWS)
    assert anew != page
    assert campaign.review.totals().doubtful == 1
    assert [line.row for line in campaign.review.orphaned()] == [key(page, ROWS[0])]


# Pages that are recognised again


def test_decisions_survive_a_second_recognition(campaign: Campaign, page: int) -> None:
    campaign.review.decide(key(page, ROWS[0]), Field.STATUS, "struck", "ann")
    campaign.review.decide(key(page, ROWS[2]), Field.NAME, "Eva", "ann")
    store(campaign, clear(1), placeless(2), doubtful(3))
    rows = campaign.review.rows(page)
    assert [row.status for row in rows] == [Status.STRUCK, Status.SIGNED, Status.DOUBTFUL]
    assert rows[2].name is not None
    assert rows[2].name.text == "Eva"
    assert campaign.review.orphaned() == []
    assert in_step(campaign)


def test_a_decision_on_a_row_with_another_number_is_orphaned_and_asked_again(
    campaign: Campaign, page: int
) -> None:
    made = campaign.review.decide(key(page, ROWS[0]), Field.STATUS, "struck", "ann")
    store(campaign, *(replace(clear(number), index=number - 4) for number in (4, 5, 6)))
    assert [row.status for row in campaign.review.rows(page)] == [Status.SIGNED] * 3  # not applied
    assert campaign.review.orphaned() == [made]
    assert open_keys(campaign, Kind.COUNT) == [RowKey(page, 0, 4)]
    campaign.review.decide(RowKey(page, 0, 4), Field.STATUS, "signed", "bob")
    assert campaign.review.orphaned() == []
    assert in_step(campaign)


def test_a_decision_without_a_row_is_orphaned_until_it_is_set_aside(campaign: Campaign, page: int) -> None:
    review = campaign.review
    made = review.decide(key(page, ROWS[2]), Field.STATUS, "struck", "ann")
    store(campaign, ROWS[0])
    assert review.orphaned() == [made]
    assert review.set_aside(made.id, "bob").undoes == made.id
    assert review.orphaned() == []
    with pytest.raises(BadDecision, match="already"):
        review.set_aside(made.id, "bob")
    assert in_step(campaign)


def test_a_row_that_is_found_again_has_its_decision_again(campaign: Campaign, page: int) -> None:
    campaign.review.decide(key(page, ROWS[2]), Field.STATUS, "struck", "ann")
    store(campaign, ROWS[0])
    store(campaign, *ROWS)
    assert campaign.review.rows(page)[2].status is Status.STRUCK
    assert campaign.review.orphaned() == []


def test_the_region_of_a_decided_address_survives_erasing_its_text(campaign: Campaign, page: int) -> None:
    campaign.review.decide(key(page, ROWS[1]), Field.ADDRESS, "Quittenweg 78\n3000 Bern", "ann")
    before = campaign.review.totals()
    assert dict(before.regions) == {"ZH": 1, "BE": 1}
    campaign.erase(lambda: None)
    assert campaign.review.totals() == before
    assert in_step(campaign)
    shown = campaign.review.row(key(page, ROWS[1]))
    assert shown is not None
    assert shown.address is not None
    assert shown.address.text == ""
    (line,) = campaign.review.trail()
    assert (line.value, line.before) == ("(BE)", "(ZH)")
