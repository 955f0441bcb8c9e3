"""Addresses abroad are told by the form of their postcode, and never counted in a Swiss canton."""

import pytest

from digitize.address.country_marks import country_marked
from digitize.records import Role
from tests.address.addresses import DIRECTORY, located


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("12 Elm Street, Smallville, TX 78711", "US"),
        ("12 Elm Street\nAustin TX 78701-1234", "US"),
        ("The Cottage, Little Snoring NR21 0HX", "GB"),
        ("10 Downing Street, London SW1A 2AA", "GB"),
        ("Flat 3, Leeds LS1 4DY, England", "GB"),
        ("12 rue St-Denis, Montréal QC H2X 1K4", "CA"),
        ("9 Beach Rd, Bondi NSW 2026", "AU"),
        ("Dorpsstraat 5, 3512 AB Utrecht", "NL"),
    ],
)
def test_the_form_of_a_postcode_tells_the_country(text: str, country: str) -> None:
    assert country_marked(text) == country
    place = located(text).place
    assert (place.region, place.country) == ("abroad", country)


@pytest.mark.parametrize(
    "text",
    [
        "Bahnhofstrasse 5, 8001 Zürich",
        "Dorfstr. 3, 8400 ZH Winterthur",
        "CH-8001 Zürich, Seestr. 10",
        "Rosenweg 8, 5000 Aarau AG",
        "Hauptstrasse 5, DE 79539 Lörrach",
        "Via Roma 3, I-22100 Como",
        "Migros SA, 1000 Lausanne",
        "Wil SG 9500",
    ],
)
def test_other_forms_tell_nothing(text: str) -> None:
    assert country_marked(text) == ""


@pytest.mark.parametrize("street", ["Seestrasse 12", "Rue du Lac 3b", "Postfach 12", "Via Motta 7"])
def test_no_swiss_address_looks_foreign(street: str) -> None:
    for place in DIRECTORY.localities:
        code, name, canton = place.postcode, place.name, place.cantons[0][0]
        for text in (f"{street}\n{code} {name} {canton}", f"{street}, {name} {code}"):
            assert country_marked(text) == country_marked(text.upper()) == "", text


@pytest.mark.parametrize(
    "text",
    [
        "55 Pine Rd, Berne, IN 46711",
        "901 Main St, Zurich, KS 67663",
        "12 Water St, Geneva, NY 14456",
        "3 Oak Dr\nBasel, NE 68001",
        "12 Hill St, Glasgow G3 6RN, Scotland",
        "4 Bay View, Cardiff CF10 1EP, Wales",
        "Via Trieste 8, 23100 Sondrio (SO)",
        "Via XX Settembre 3, 16121 Genova GE",
        "Jl. Sudirman 12, Jakarta 10220, Indonesia",
    ],
)
def test_towns_abroad_with_swiss_names_or_letters_are_abroad(text: str) -> None:
    assert located(text).place.region == "abroad"


@pytest.mark.parametrize(("town", "code"), [("Zurich", "67663"), ("Geneva", "14456")])
def test_a_swiss_town_with_a_foreign_code_is_a_question(town: str, code: str) -> None:
    roles = (Role.STREET, Role.TOWN, Role.POSTCODE)
    assert located("12 Main St", town, code, roles=roles, confidence=0.99).place.confidence <= 0.9


@pytest.mark.parametrize(("code", "asked"), [("1098", True), ("1708", False), ("1700", False)])
def test_a_postcode_of_another_place_before_a_clear_town_is_a_question(code: str, asked: bool) -> None:
    place = located(f"Birkenstr. 110, {code} Freiburg", confidence=0.99).place
    assert place.region == "FR"
    assert (place.confidence <= 0.9) is asked


@pytest.mark.parametrize("code", ["8001", "80001"])
def test_a_digit_too_many_is_a_misreading(code: str) -> None:
    place = located(f"Seestrasse 5, {code} Zürich", confidence=0.99).place
    assert place.region == "ZH" and place.confidence > 0.95


@pytest.mark.parametrize(
    ("letters", "country"), [("GB", "GB"), ("us", "US"), ("Indonesia", "ID"), ("D", "DE"), ("CH", "CH")]
)
def test_a_cell_for_the_country_may_hold_its_letters(letters: str, country: str) -> None:
    roles = (Role.STREET, Role.TOWN, Role.COUNTRY)
    region = "BE" if country == "CH" else "abroad"
    place = located("Hill Street 5", "Bern" if country == "CH" else "Newtown", letters, roles=roles).place
    assert (place.region, place.country) == (region, country)


def test_the_letters_of_a_canton_are_no_country() -> None:
    roles = (Role.STREET, Role.POSTCODE, Role.TOWN, Role.COUNTRY)
    assert located("Seestrasse 5", "3600", "Thun", "BE", roles=roles).place.region == "BE"


@pytest.mark.parametrize(
    ("text", "is_doubted"),
    [
        ("Neugasse 12, 1708 Fribourg B.", True),
        ("Neugasse 12, 1708 Freiburg i. Br", True),
        ("Neugasse 12, 1700 Freiburg im Breisgau", True),
        ("Neugasse 12, 1700 Fribourg", False),
        ("Rte de Beaumont 12, 1700 Fribourg", False),
    ],
)
def test_what_is_left_of_freiburg_im_breisgau_is_a_doubt(text: str, is_doubted: bool) -> None:
    place = located(text, confidence=0.99).place
    assert place.region in ("FR", "abroad")
    assert place.region == "abroad" or (place.confidence <= 0.9) is is_doubted
