"""A list of names is weak evidence: it decides between texts that fit the ink about as well."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.ocr.beam import BeamSettings, decode, decode_views, search
from digitize.ocr.known_words import KnownWords, load_names, street_words, without_accents, words_of
from digitize.ocr.language import CharacterModel, load_language_model
from digitize.records import Role
from tests.ocr.outputs import ALPHABET, line_of, steps_of

SETTINGS = BeamSettings(language_weight=0.0)
NAMES = frozenset({"martin", "bieri", "isabelle", "anne"})


def model(words: frozenset[str] = NAMES) -> CharacterModel:
    """Return a model to which all letters are equal and these words are known."""
    symbols = "".join(dict.fromkeys(ALPHABET.lower()))
    return CharacterModel(
        symbols, np.array([], dtype=np.int64), np.array([], dtype=np.float32), KnownWords(words)
    )


def decoded(before: str, seen: dict[str, float], after: str, words: frozenset[str] = NAMES) -> str:
    line = line_of(*steps_of(before), seen, *steps_of(after))
    return decode(line, model(words), SETTINGS).text


def test_a_known_name_is_preferred_where_the_ink_does_not_decide() -> None:
    assert decoded("Ma", {"n": 0.55, "r": 0.4}, "tin", frozenset()) == "Mantin"
    assert decoded("Ma", {"n": 0.55, "r": 0.4}, "tin") == "Martin"


def test_an_unknown_name_that_is_written_clearly_stays() -> None:
    assert decoded("Ma", {"n": 0.96, "r": 0.03}, "tin") == "Mantin"


def test_views_of_a_line_prefer_a_known_name_as_well() -> None:
    line = line_of(*steps_of("Ma"), {"n": 0.55, "r": 0.4}, *steps_of("tin"))
    views = [search(line, model(), replace(SETTINGS, known_bonus=0.0)) for _ in range(2)]
    assert decode_views(views, model(), SETTINGS).text == "Martin"


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("martin bieri", 6 + 5),
        ("isabelle", 6),  # long names count no more
        ("anne-isabelle mertin", 4 + 6),
        ("m. bieri, anne", 5 + 4),
        ("an ma", 0),  # too short
        ("", 0),
    ],
)
def test_letters_of_known_words_are_counted(text: str, letters: int) -> None:
    assert KnownWords(NAMES).letters(text) == letters


def test_accents_are_left_out() -> None:
    assert without_accents("maëlle çöß") == "maelle coß"
    assert words_of("rené d'aubigné-von") == ["rene", "d'aubigne", "von"]


def test_the_list_has_names_of_all_parts_of_the_country() -> None:
    names = load_names().words
    assert {"müller", "zürcher"}.isdisjoint(names)  # without accents, as they are looked up
    assert {"muller", "urs", "bernasconi", "dario", "chantal", "jomini", "von", "dalla"} <= names
    assert all(name == without_accents(name.lower()) for name in names)


@pytest.mark.parametrize(
    ("address", "letters"),
    [
        ("bahnhofstrasse 3", 14),  # the commonest
        ("bahnhofstrasse3", 14),
        ("lindenallee 3", 5),
        ("obere mühlengasse 12", 5),
        ("chemin des lilas 4", 6 + 3),
        ("8001 zürich", 0),  # towns are weighed by the directory
        ("strahse 3", 0),
    ],
)
def test_an_address_is_known_by_the_kind_of_its_street(address: str, letters: int) -> None:
    assert street_words().letters(address) == letters


def test_names_are_known_in_cells_for_names_and_streets_in_cells_for_addresses() -> None:
    language = load_language_model()
    names, addresses = language.of(Role.NAME), language.of(Role.ADDRESS)
    assert names is not None and names.known == load_names()
    assert addresses is not None and addresses.known == street_words()


@pytest.mark.parametrize(
    ("text", "proposed", "others"),
    [
        ("rosa stube 11", "rosa straße 11", "rosa 11"),
        ("untere mühlshale 3, 8001 zürich", "untere mühlstrasse 3, 8001 zürich", ""),
        ("bosenwcg 3", "bosenweg 3", ""),
        ("haupigshalde 53", "haupigstrasse 53", ""),
        ("untere böhmsta be 43", "untere böhmstraße 43", "untere böhmsta straße 43"),
        ("rwe de la poste 4", "rue de la poste 4", "rue la poste 4"),
        ("vla roma 4b", "via roma 4b", "via 4b"),
    ],
)
def test_a_kind_of_street_is_proposed_where_it_stands_in_an_address(
    text: str, proposed: str, others: str
) -> None:
    found = street_words().with_kind_of_street(text)
    assert proposed in found
    assert others not in found
    assert KnownWords(NAMES).with_kind_of_street(text) == []


@pytest.mark.parametrize("text", ["strasse 11", "8001 zürich", "postfach", "", "rue rosa 4"])
def test_nothing_is_proposed_where_the_kind_of_street_is_known_or_missing(text: str) -> None:
    assert street_words().with_kind_of_street(text) == []


@pytest.mark.parametrize(
    ("seen", "text"), [({"u": 0.5, "r": 0.002}, "Rosa straße 1"), ({"u": 0.97}, "Rosa stuaße 1")]
)
def test_a_kind_of_street_of_which_a_letter_is_hardly_seen_is_found(
    seen: dict[str, float], text: str
) -> None:
    line = line_of(*steps_of("Rosa st"), seen, *steps_of("aße 1"))
    symbols = "".join(dict.fromkeys(ALPHABET.lower()))
    streets = CharacterModel(symbols, np.array([], np.int64), np.array([], np.float32), street_words())
    assert decode(line, streets, SETTINGS).text == text
    assert decode(line, model(), SETTINGS).text == "Rosa stuaße 1"
