"""Swiss candidates and the evidence for them."""

from collections.abc import Mapping

import pytest

from digitize.address.candidates import (
    PRIORS,
    Hit,
    canton_evidence,
    country_evidence,
    may_be_abroad,
    name_fit,
    neighbour_shares,
    nowhere_score,
    region_shares,
    swiss_hits,
)
from digitize.address.parse import parse
from digitize.records import Place, Region
from tests.address.addresses import DIRECTORY, locality


def best_hit(
    text: str,
    canton: str = "",
    country: str = "",
    neighbours: Mapping[str, float] | None = None,
    confidence: float = 0.95,
) -> Hit:
    hits = all_hits(text, canton, country, neighbours, confidence)
    return max(hits, key=lambda hit: hit.score)


def all_hits(
    text: str,
    canton: str = "",
    country: str = "",
    neighbours: Mapping[str, float] | None = None,
    confidence: float = 0.95,
) -> list[Hit]:
    return [
        hit
        for way in parse(text)
        for hit in swiss_hits(way, DIRECTORY, canton, country, neighbours or {}, confidence)
    ]


@pytest.mark.parametrize(
    ("text", "postcode", "spelling"),
    [
        ("6460 Altdorf", "6460", "Altdorf"),
        ("6160 Altdorf", "6460", "Altdorf"),  # a wrong digit
        ("b460 Altdorf", "6460", "Altdorf"),  # a letter for a digit
        ("460 Altdorf", "6460", "Altdorf"),  # a lost digit
        ("64600 Altdorf", "6460", "Altdorf"),  # an added digit
        ("6460 Altbort", "6460", "Altdorf"),
        ("8620 Wetzik", "8620", "Wetzikon"),
    ],
)
def test_best_candidate_is_the_place_with_the_fewest_errors(text: str, postcode: str, spelling: str) -> None:
    hit = best_hit(text)
    assert (hit.postcode, hit.spelling) == (postcode, spelling)


def test_beginning_of_a_name_is_marked_as_truncated() -> None:
    assert best_hit("8620 Wetzik").truncated
    assert not best_hit("8620 Wetzikon").truncated


def test_text_unlike_any_place_has_no_candidates() -> None:
    assert all_hits("qqqqqqqqqq") == []


def test_written_canton_decides_between_towns_of_one_name() -> None:
    for canton in ("TG", "UR", "OW"):
        hit = best_hit("Bürglen", canton)
        assert hit.locality is not None
        assert dict(hit.locality.cantons) == {canton: 1.0}


def test_stated_country_lowers_the_score_of_places_elsewhere() -> None:
    assert best_hit("6460 Altdorf", country="CH").score > best_hit("6460 Altdorf").score
    assert best_hit("6460 Altdorf", country="DE").score < best_hit("6460 Altdorf").score


def test_neighbours_raise_the_score_of_their_postcode_only() -> None:
    alone, among = (best_hit("6460 Altdorf", neighbours=neighbours) for neighbours in ({}, {"6460": 1.0}))
    assert among.score > alone.score
    assert best_hit("6460 Altdorf", neighbours={"8243": 1.0}).score < alone.score


def test_hardly_legible_town_weakens_a_clear_postcode_less_than_a_clear_other_town() -> None:
    clear, unclear = (best_hit("6460 Xyzwvu", confidence=confidence) for confidence in (0.95, 0.5))
    assert clear.postcode == unclear.postcode == "6460"
    assert unclear.score > clear.score


@pytest.mark.parametrize(
    ("read", "name", "truncated"),
    [("altdorf", "altdorf", False), ("wetzik", "wetzikonzh", True), ("alt", "altdorf", False)],
)
def test_beginning_of_a_name_fits_from_some_letters_on(read: str, name: str, truncated: bool) -> None:
    assert name_fit(read, name, 5)[1] is truncated


def test_evidence_of_canton_and_country_is_neutral_if_none_is_written() -> None:
    altdorf = locality("6460", "Altdorf UR")
    assert canton_evidence(altdorf, "") == country_evidence("CH", "") == 0
    assert canton_evidence(altdorf, "UR") > 0 > canton_evidence(altdorf, "SH")
    assert country_evidence("CH", "CH") > 0 > country_evidence("CH", "DE")


def test_no_place_becomes_more_likely_with_less_confidence_but_never_certain() -> None:
    scores = [nowhere_score(confidence) for confidence in (1.0, 0.9, 0.7, 0.3, 0.0)]
    assert scores == sorted(scores)
    assert scores[0] == scores[1] == PRIORS.nowhere
    assert scores[-1] == 0


def test_neighbour_shares_count_confident_postcodes_only() -> None:
    places = [Place("UR", "6460", confidence=0.99)] * 3 + [Place("OW", "6060", confidence=0.96)]
    places += [Place("ZH", "8001", confidence=0.9), Place("ZH", confidence=0.99)]
    assert neighbour_shares(places) == {"6460": 0.75, "6060": 0.25}
    assert neighbour_shares([]) == {}


def test_search_abroad_is_needed_unless_postcode_and_town_fit() -> None:
    assert not may_be_abroad(all_hits("6460 Altdorf"))
    assert may_be_abroad([])
    assert may_be_abroad(all_hits("Altdorf"))
    assert may_be_abroad(all_hits("6460 Bregenz"))


def test_regions_of_a_hit_are_cantons_liechtenstein_or_abroad() -> None:
    assert dict(region_shares(Hit(locality("9105", "Schönengrund"), 0.0))).keys() == {"AR", "SG"}
    assert region_shares(Hit(None, 0.0, country="DE")) == ((Region.ABROAD.value, 1.0),)
    assert region_shares(Hit(None, 0.0, country="LI")) == ((Region.LIECHTENSTEIN.value, 1.0),)
