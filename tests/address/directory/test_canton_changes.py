"""A place that changed its canton lies where it lay on the day asked for."""

from datetime import date, timedelta
from itertools import product

import pytest

from digitize.address.directory import CANTONS, canton_on, load_directory
from digitize.address.directory.canton_changes import CANTON_CHANGES, CantonChange

BEFORE, SINCE = date(2025, 12, 31), date(2026, 1, 1)


@pytest.mark.parametrize("postcode", ["2740", ""])
@pytest.mark.parametrize("region", ["BE", "JU"])
def test_moutier_is_bernese_until_the_end_of_2025(region: str, postcode: str) -> None:
    assert canton_on(BEFORE, region, postcode, "Moutier") == "BE"
    assert canton_on(SINCE, region, postcode, "Moutier") == "JU"


@pytest.mark.parametrize("change", CANTON_CHANGES, ids=lambda change: change.locality)
def test_any_number_of_changed_days_gives_the_canton_of_the_last_one(change: CantonChange) -> None:
    days = (change.since - timedelta(days=1), change.since, date(2000, 1, 1), date(2100, 1, 1))
    place = change.postcodes[0], change.locality
    for start, first, last in product((change.before, change.after), days, days):
        direct = canton_on(last, start, *place)
        assert direct == (change.before if last < change.since else change.after)
        assert canton_on(last, canton_on(first, start, *place), *place) == direct
        assert canton_on(last, direct, *place) == direct


@pytest.mark.parametrize(
    ("region", "postcode", "locality"),
    [
        ("JU", "2800", "Delémont"),
        ("BE", "3011", "Bern"),
        ("unknown", "", ""),
        ("VD", "1510", "Moutier"),  # another place of the same name in a third canton
        ("BE", "1510", "Moutier"),  # not the postcode of the place that changed
        ("abroad", "", "Moutier"),
    ],
)
def test_other_places_keep_their_region(region: str, postcode: str, locality: str) -> None:
    assert canton_on(BEFORE, region, postcode, locality) == region
    assert canton_on(SINCE, region, postcode, locality) == region


@pytest.mark.parametrize("change", CANTON_CHANGES, ids=lambda change: change.locality)
def test_directory_lists_every_changed_place_under_its_canton_of_today(change: CantonChange) -> None:
    directory = load_directory()
    assert {change.before, change.after} <= CANTONS
    for postcode in change.postcodes:
        places = [place for place in directory.by_postcode(postcode) if place.name == change.locality]
        assert [dict(place.cantons) for place in places] == [{change.after: 1.0}]
