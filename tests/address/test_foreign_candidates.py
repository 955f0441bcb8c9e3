"""Candidates abroad and the evidence for them."""

import pytest

from digitize.address.candidates import Hit
from digitize.address.foreign_candidates import foreign_hits
from digitize.address.parse import parse
from digitize.page.judge import USUAL
from digitize.records import Region
from tests.address.addresses import located


def hits(text: str, country: str = "") -> list[Hit]:
    return [hit for way in parse(text) for hit in foreign_hits(way, country)]


def best_country(text: str, country: str = "") -> str:
    return max(hits(text, country), key=lambda hit: hit.score).country


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("78462 Konstanz", "DE"),
        ("25300 Pontarlier", "FR"),
        ("22100 Como", "IT"),
        ("6900 Bregenz", "AT"),
        ("Pontarlier", "FR"),
        ("London", "GB"),
    ],
)
def test_country_is_found_by_postcode_or_exact_name(text: str, country: str) -> None:
    assert best_country(text) == country


def test_misread_town_fits_by_its_postcode_but_not_by_its_name() -> None:
    assert best_country("78462 Konstamz") == "DE"
    assert hits("Konstamz") == []


def test_stated_country_decides() -> None:
    assert best_country("10115 Berlin", "DE") == "DE"
    assert best_country("Somewhere", "US") == "US"
    assert hits("78462 Konstanz", "CH") == []


def test_liechtenstein_needs_no_town() -> None:
    (hit,) = (hit for way in parse("Vaduz") for hit in foreign_hits(way, "LI"))
    assert (hit.country, hit.locality) == ("LI", None)


def test_five_digits_that_the_table_lacks_are_still_abroad() -> None:
    unlisted = [hit for hit in hits("99999 Xyzwvu") if hit.postcode == "99999"]
    assert [(hit.country, hit.town_span) for hit in unlisted] == [("", None)]
    assert not any(hit.postcode == "9999" for hit in hits("9999 Xyzwvu"))


@pytest.mark.parametrize(
    ("text", "region", "certain"),
    [
        ("Grünewaldstraße 260, Mönchenmühle", Region.ABROAD, True),
        ("Grünewaldstrasse 260, Mönchenmühle", Region.UNKNOWN, False),
        ("Grünewaldstraße 260", Region.UNKNOWN, False),  # no place was read
        ("Grünewaldstraße 260, 178965 Engi", Region.UNKNOWN, False),  # no German code: a Swiss one misread
        ("Grünewaldstraße 32, 3.296 Mich", Region.UNKNOWN, False),
        ("Bahnhofstraße 3, 3011 Bern", "BE", True),  # known places go before spelling
        ("Bahnhofstraße 3, Bern", "BE", True),
        ("Bahnhofstraße 3, Altdorf", Region.AMBIGUOUS, False),
        ("Straße 73, Lupot le Prévoux", Region.UNKNOWN, False),  # something speaks for a known place
        ("Löbnitzer Straße 198, Kamerbrücke", "LU", False),  # its name is only like Emmenbrücke
    ],
)
def test_a_street_with_sharp_s_is_abroad_unless_its_place_is_known(
    text: str, region: str, certain: bool
) -> None:
    place = located(text).place
    assert place.region == region
    if region != Region.UNKNOWN:
        assert (place.confidence >= 1 - USUAL.canton_risk) is certain
