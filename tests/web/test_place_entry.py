"""What people type for a canton is understood, or refused with the cantons that it may mean."""

from datetime import date

import pytest

from digitize.address.directory import load_directory
from digitize.address.directory.towns import town_of
from digitize.records import Candidate, Place
from digitize.web.payloads import candidates
from digitize.web.place_entry import UnknownPlace, typed_place
from digitize.web.place_search import suggestions

BEFORE_2026, IN_2026 = date(2025, 12, 31), date(2026, 1, 1)


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("8400", "ZH / 8400 / Winterthur"),
        ("winterthur", "ZH /  / Winterthur"),
        ("8400 Winterthur", "ZH / 8400 / Winterthur"),
        ("CH-8400 Winterthur", "ZH / 8400 / Winterthur"),
        ("Ausland", "abroad"),
        ("à l'étranger", "abroad"),
        ("estero", "abroad"),
        ("Deutschland", "abroad"),
        ("zh", "ZH"),
        ("FL", "LI"),
        ("Buchs SG", "SG"),
        ("Buchs (SG)", "SG"),
        ("5033 Buchs", "AG / 5033 / Buchs AG"),
        ("9490", "LI / 9490 / Vaduz"),
        ("Genf", "GE /  / Genève"),
        ("Wallis", "VS"),
        ("unbekannt", "unknown"),
        ("ZH / 8001 / Zürich", "ZH / 8001 / Zürich"),
        ("3002", "BE / 3002 / Bern"),
        ("", ""),
    ],
)
def test_what_staff_type_is_understood(typed: str, place: str) -> None:
    found = typed_place(typed).rstrip(" /")
    assert found == place or (len(place) == 2 and found.startswith(f"{place} /"))


@pytest.mark.parametrize("typed", ["Buchs", "8400 Bern", "0000", "Nirgendwo", "XX / 8400 / Winterthur"])
def test_what_names_no_place_is_refused(typed: str) -> None:
    with pytest.raises(UnknownPlace):
        typed_place(typed)


def test_a_name_in_several_cantons_is_refused_with_these() -> None:
    with pytest.raises(UnknownPlace) as raised:
        typed_place("Buchs")
    assert {"AG", "SG", "ZH"} <= set(raised.value.cantons)


def test_the_last_day_of_the_petition_decides_about_moutier() -> None:
    assert typed_place("2740", BEFORE_2026).startswith("BE")
    assert typed_place("Moutier", IN_2026).startswith("JU")
    assert suggestions("moutier", BEFORE_2026)[0]["region"] == "BE"
    assert suggestions("2740", IN_2026)[0]["region"] == "JU"


def test_offices_of_companies_are_never_offered() -> None:
    offered = [
        each["place"] for text in ("9024", "3002 ", "st. gallen", "zofingen") for each in suggestions(text)
    ]
    assert offered and not [
        place for place in offered if "Presse" in place or "Finance" in place or "UBS" in place
    ]


def test_quarters_and_names_with_additions_stay_as_they_are() -> None:
    names = {town_of(locality) for locality in load_directory().localities}
    assert {
        "Muri b. Bern",
        "Buchs AG",
        "Bad Ragaz",
        "Neu St. Johann",
        "Wil SG",
        "Le Mont-sur-Lausanne",
    } <= names


def test_candidates_are_one_town_a_canton_the_best_first() -> None:
    found = (
        Candidate("SG", "9024", "St. Gallen Presse-Serv.Güll", 0.25),
        Candidate("LU", "6010", "Kriens", 0.2),
        Candidate("SG", "9000", "St. Gallen", 0.15),
        Candidate("LU", "6012", "Obernau", 0.1),
        Candidate("SG", "9001", "St. Gallen", 0.1),
    )
    shown = candidates(Place("ambiguous", candidates=found))
    assert [(each.region, each.postcode, each.locality) for each in shown] == [
        ("SG", "9000", "St. Gallen"),
        ("LU", "6010", "Kriens"),
    ]
    assert shown[0].probability == pytest.approx(0.5)
