"""A row with ditto marks follows the row whose address it repeats, when a person corrects that."""

from dataclasses import replace

from digitize.campaign.decisions import Field, Kind
from digitize.campaign.store import Campaign
from digitize.records import Flag, FlagCode, Row, RowKey, Status
from tests.campaign.store.deciding import clear, doubtful, in_step, key, placeless, store
from tests.finished import finished

DITTO = (Flag(FlagCode.DITTO),)


def ditto(number: int, like: Row) -> Row:
    """Return a row that repeats the address of another."""
    flags = (*like.flags, Flag(FlagCode.DITTO))
    return replace(clear(number), address=like.address, place=like.place, flags=flags, review=like.review)


def lines(campaign: Campaign) -> list[tuple[int, str, str, str]]:
    """Return number, canton, address and flags in rows.csv, after checking that the site counts alike."""
    tables = finished(campaign)
    assert in_step(campaign)
    counts = {region: n for region, n in campaign.review.totals().regions.items() if n}
    tally = tables.tally[(tables.tally["region"] != "total") & (tables.tally["signed"] > 0)]
    assert counts == dict(zip(tally["region"], tally["signed"], strict=True))
    columns = (tables.rows[name] for name in ("row", "canton", "address", "flags"))
    return list(zip(*columns, strict=True))


def decide(campaign: Campaign, at: RowKey, field: Field, value: str) -> None:
    campaign.review.decide(at, field, value, "ann")


def test_dittos_follow_a_corrected_address_and_say_so(campaign: Campaign) -> None:
    first = clear(1)
    page = store(campaign, first, ditto(2, first), ditto(3, first), clear(4))
    decide(campaign, key(page, first), Field.ADDRESS, "Weg 9\n3000 Bern")
    found = lines(campaign)
    assert [(number, canton) for number, canton, *_ in found] == [(1, "BE"), (2, "BE"), (3, "BE"), (4, "ZH")]
    assert [address for _, _, address, _ in found[:3]] == ["Weg 9, 3000 Bern"] * 3
    assert ["follows-above" in flags for *_, flags in found] == [False, True, True, False]
    campaign.review.undo("ann")
    assert {canton for _, canton, *_ in lines(campaign)} == {"ZH"}


def test_the_canton_of_a_household_is_asked_once(campaign: Campaign) -> None:
    first = placeless(1)
    page = store(campaign, first, ditto(2, first), ditto(3, first))
    assert campaign.review.totals().open[Kind.REGION] == 1
    assert list(finished(campaign).rows["review"]) == ["yes"] * 3  # nothing is settled yet
    decide(campaign, key(page, first), Field.PLACE, "ZH / 8001 / Zürich")
    assert campaign.review.totals().open[Kind.REGION] == 0
    assert [canton for _, canton, *_ in lines(campaign)] == ["ZH"] * 3
    assert list(finished(campaign).rows["review"]) == ["no"] * 3


def test_the_canton_of_a_household_is_asked_lower_down_if_the_row_above_does_not_count(
    campaign: Campaign,
) -> None:
    first = placeless(1)
    page = store(campaign, first, ditto(2, first), ditto(3, first))
    decide(campaign, key(page, first), Field.STATUS, Status.BLANK.value)
    [asked] = campaign.review.next_questions(Kind.REGION, "ben", 9)
    assert asked.number == 2
    decide(campaign, asked.key, Field.PLACE, "LU / 6003 / Luzern")
    assert campaign.review.totals().open[Kind.REGION] == 0
    assert [canton for number, canton, *_ in lines(campaign) if number > 1] == ["LU", "LU"]


def test_whether_a_row_counts_waits_with_its_canton_and_not_without(campaign: Campaign) -> None:
    first = placeless(1)
    unsure = replace(
        doubtful(2), address=first.address, place=None, flags=(*DITTO, Flag(FlagCode.UNSURE_INK))
    )
    page = store(campaign, first, unsure)
    assert [row.number for row in campaign.review.next_questions(Kind.REGION, "ben", 9)] == [1]
    decide(campaign, key(page, first), Field.PLACE, "ZH / 8001 / Zürich")
    [asked] = campaign.review.next_questions(Kind.COUNT, "ben", 9)
    assert (asked.number, asked.asks) == (2, {Kind.COUNT})


def test_another_decision_on_a_row_does_not_make_it_wait_less(campaign: Campaign) -> None:
    first = placeless(1)
    page = store(campaign, first, ditto(2, first))
    decide(campaign, RowKey(page, 1, 2), Field.NAME, "Ada Muster")  # says nothing about its canton
    assert [row.number for row in campaign.review.next_questions(Kind.REGION, "ben", 9)] == [1]


def test_a_ditto_row_that_a_person_decided_keeps_its_own(campaign: Campaign) -> None:
    first = clear(1)
    page = store(campaign, first, ditto(2, first), ditto(3, first))
    decide(campaign, RowKey(page, 1, 2), Field.PLACE, "LU / 6003 / Luzern")
    decide(campaign, key(page, first), Field.ADDRESS, "Weg 9\n3000 Bern")
    assert [canton for _, canton, *_ in lines(campaign)] == ["BE", "LU", "LU"]  # the third repeats the second


def test_a_blank_row_between_changes_nothing(campaign: Campaign) -> None:
    first = clear(1)
    blank = replace(clear(2), status=Status.BLANK, name=None, address=None, place=None)
    page = store(campaign, first, blank, ditto(3, first))
    decide(campaign, key(page, first), Field.ADDRESS, "Weg 9\n3000 Bern")
    assert [canton for number, canton, *_ in lines(campaign) if number != 2] == ["BE", "BE"]


def test_rows_without_ditto_marks_never_follow(campaign: Campaign) -> None:
    first = clear(1)
    page = store(campaign, first, clear(2))
    decide(campaign, key(page, first), Field.ADDRESS, "Weg 9\n3000 Bern")
    assert [canton for _, canton, *_ in lines(campaign)] == ["BE", "ZH"]
