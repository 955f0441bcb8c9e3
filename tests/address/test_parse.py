"""Where postcode and town may be in the text of an address."""

import pytest

from digitize.address.parse import RARELY_A_TOWN, parse, postcode_spans


def codes(text: str) -> set[str]:
    return {span.text for span in postcode_spans(text)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("6460 Altdorf", "6460"),
        ("Zeughausweg 29, 6460 Altdorf", "6460"),
        ("Zeughausweg 29 6460Altdorf", "6460"),
        ("Altdorf6460", "6460"),
        ("CH-6460 Altdorf", "6460"),
        ("CH6460 Altdorf", "6460"),
        ("64 60 Altdorf", "6460"),
        ("6O78 Bürglen", "6O78"),  # letters that look like digits
        ("460 Altdorf", "460"),  # a lost digit
        ("D-78462 Konstanz", "78462"),
        ("Postfach, 3001 Bern", "3001"),  # a box without a number
    ],
)
def test_postcode_is_found(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("Postfach 8001, 6060 Sarnen", "8001"), ("Case postale 1234", "1234"), ("Rue de la Paix", "Paix")],
)
def test_box_numbers_and_words_are_no_postcodes(text: str, number: str) -> None:
    assert number not in codes(text)


@pytest.mark.parametrize(
    ("text", "country", "first"),
    [
        ("D-78462 Konstanz", "DE", 0),
        ("Weg 1, CH - 8001 Zürich", "CH", 7),
        ("FL 9490 Vaduz", "LI", 0),
        ("Bad 6460 Altdorf", "", 4),  # the last letter of a word is no prefix
    ],
)
def test_prefix_of_a_postcode_names_its_country(text: str, country: str, first: int) -> None:
    span = max(postcode_spans(text), key=lambda span: span.log_prior)
    assert (span.country, span.first) == (country, first)


def test_usual_position_has_the_higher_prior() -> None:
    usual, unusual = (postcode_spans(text)[0] for text in ("Weg 1, 6460 Altdorf", "Altdorf 6460 xx"))
    assert usual.log_prior > unusual.log_prior


def towns(text: str, place_from: int = 0) -> dict[str, float]:
    """Return the towns of all parses of `text` with their best priors."""
    found: dict[str, float] = {}
    for way in parse(text, place_from):
        for span in way.towns:
            found[span.key] = max(span.log_prior, found.get(span.key, RARELY_A_TOWN * 2))
    return found


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("6460 Altdorf", "altdorf"),
        ("Altdorf, 6460", "altdorf"),
        ("Via Pretorio 118 Mendrisio", "mendrisio"),
        ("14, route de Valmont Payerne", "payerne"),
        ("Hirschenstrasse 45, goss Teufen", "teufen"),
        ("Zürich-Oerlikon", "zurich"),
        ("Genève 15", "geneve"),
        ("Bahnhofstr. 1, Buchs (AG)", "buchs"),
        ("8001 Zürich, Schweiz", "zurich"),
        ("6460 Altdorf am See", "altdorf"),  # first words where more follows
    ],
)
def test_town_is_found(text: str, town: str) -> None:
    assert town in towns(text)


def test_street_is_no_town_beside_a_postcode() -> None:
    (with_code, _) = parse("6460, Rue de Lausanne")
    assert with_code.towns == ()


def test_name_with_a_number_after_it_is_rarely_a_town() -> None:
    assert towns("Schlossrain 6")["schlossrain"] <= RARELY_A_TOWN
    assert towns("Schlossrain")["schlossrain"] > RARELY_A_TOWN


def test_letters_after_a_town_are_its_canton() -> None:
    spans = [span for way in parse("Wil SG") for span in way.towns]
    assert ("wil", "SG") in [(span.key, span.canton) for span in spans]
    assert all(span.canton == "" for way in parse("SG") for span in way.towns)


def test_last_parse_has_no_postcode_and_is_unlikely_if_there_is_a_number() -> None:
    *_, without = parse("6460 Altdorf")
    (only,) = parse("Altdorf")
    assert without.postcode is None and only.postcode is None
    assert without.log_prior < only.log_prior


def test_nothing_before_the_index_is_postcode_or_town() -> None:
    text = "Rue de Fribourg 1700\n1950 Sion"
    assert {way.postcode.text for way in parse(text, 20) if way.postcode} == {"1950"}
    assert all(span.start >= 20 for way in parse(text, 20) for span in way.towns)
    assert "sion" in towns(text, 20)


def test_empty_text_has_one_empty_parse() -> None:
    (only,) = parse("")
    assert (only.postcode, only.towns) == (None, ())
