"""A place that changed its canton lies where it lay on the day that counts."""

from datetime import date

import pytest

from digitize.address.directory import CANTONS, canton_on, load_directory
from digitize.address.directory.canton_changes import _MOVED

BEFORE, SINCE = date(2025, 12, 31), date(2026, 1, 1)


@pytest.mark.parametrize("postcode", ["2740", ""])
def test_moutier_is_bernese_until_the_end_of_2025(postcode: str) -> None:
    assert canton_on(BEFORE, "JU", postcode, "Moutier") == "BE"
    assert canton_on(SINCE, "JU", postcode, "Moutier") == "JU"


def test_other_places_stay_where_they_are() -> None:
    assert canton_on(BEFORE, "JU", "2800", "Delémont") == "JU"
    assert canton_on(BEFORE, "unknown", "", "") == "unknown"
    assert canton_on(BEFORE, "VD", "1510", "Moutier") == "VD"  # another one


def test_the_directory_knows_every_moved_place_by_its_canton_of_today() -> None:
    directory = load_directory()
    for name, (postcodes, _, before, after) in _MOVED.items():
        assert {before, after} <= CANTONS
        for postcode in postcodes:
            places = [place for place in directory.by_postcode(postcode) if place.name == name]
            assert [dict(place.cantons) for place in places] == [{after: 1.0}]
