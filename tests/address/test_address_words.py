"""Words that tell streets, boxes, countries and ditto marks from towns."""

import pytest

from digitize.address.address_words import (
    country_named,
    country_of_code,
    ends_with_town,
    is_box,
    is_ditto,
    is_perhaps_ditto,
    is_street,
    starts_street,
    without_country,
)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Bahnhofstrasse",
            "Dorfstr. 4",
            "Rue de la Paix",
            "12, chemin du Lac",
            "Via Motta",
            "Grand rue du Lac",
        ),
        *("Postfach 12", "c/o Muster", "Untere Gasse"),
    ],
)
def test_streets_boxes_and_care_of_lines_are_streets(text: str) -> None:
    assert is_street(text)


@pytest.mark.parametrize("text", ["Altdorf", "La Chaux-de-Fonds", "Weggis", "Strassberg", "Chemin", ""])
def test_towns_are_no_streets(text: str) -> None:
    assert not is_street(text)


def test_german_street_names_do_not_start_like_a_street() -> None:
    assert starts_street("Rue Neuve 7")
    assert not starts_street("Bahnhofstrasse 3")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("route de valmont payerne", True),
        ("route de payerne", False),
        ("rue lausanne", False),
        ("via pretorio 118 mendrisio", True),
        ("", False),
    ],
)
def test_last_word_of_a_street_may_be_the_town(words: str, expected: bool) -> None:
    assert ends_with_town(words.split()) is expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("Postfach ", True),
        ("Case postale ", True),
        ("C.P. ", True),
        ("Postfach, ", False),
        ("Dorfweg ", False),
    ],
)
def test_number_after_a_post_office_box_is_that_of_the_box(before: str, expected: bool) -> None:
    assert is_box(before) is expected


@pytest.mark.parametrize(("code", "country"), [("D", "DE"), ("fl", "LI"), ("CH", "CH"), ("XX", ""), ("", "")])
def test_letters_of_a_country_have_an_iso_code(code: str, country: str) -> None:
    assert country_of_code(code) == country


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Konstanz, Deutschland", "DE"),
        ("9490 Vaduz (Liechtenstein)", "LI"),
        ("New York United States", "US"),
        ("Weg 3\nSuisse", "CH"),
        ("Viale Italia", ""),  # a street
        ("Altdorf", ""),
    ],
)
def test_country_is_found_at_the_end(text: str, country: str) -> None:
    assert country_named(text) == country


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Konstanz, Deutschland", "Konstanz,"),
        ("Konstanz Deutschland", "Konstanz"),
        ("London, United Kingdom", "London,"),
        ("Altdorf", "Altdorf"),
    ],
)
def test_country_at_the_end_is_removed(text: str, without: str) -> None:
    assert without_country(text).rstrip() == without


@pytest.mark.parametrize(
    "text", ["dito", "Idem", "AM dito", "Dit.", "dato", '"', "11", "111", "1, 11", "11\n11\n11", "” ”", "〃"]
)
def test_ditto_words_and_marks_are_recognised(text: str) -> None:
    assert is_ditto(text)


@pytest.mark.parametrize("text", ["", "-", ".", "6460", "1110", "Dino", "dito 6460 Altdorf"])
def test_other_texts_are_no_ditto(text: str) -> None:
    assert not is_ditto(text)


@pytest.mark.parametrize("text", ["8888", "R", "H 110", "T\n1", "1 l 1", "11 11"])
def test_misread_marks_may_be_ditto(text: str) -> None:
    assert is_perhaps_ditto(text)


@pytest.mark.parametrize("text", ["", "ZH", "be", "Zug", "Elm", "1800", "8008", "8102", "4", "24", "Dorf 1"])
def test_short_addresses_are_not_taken_for_ditto(text: str) -> None:
    assert not is_perhaps_ditto(text)
