"""Weights of record linkage: rare and well-read parts count most, and differences cost something."""

import math

import pytest

from digitize.campaign.duplicates.evidence import Frequencies, likelihood, word_evidence
from digitize.campaign.duplicates.signer import Signer
from digitize.campaign.duplicates.signer_table import SignerTable

CONFIDENT, UNSURE = 0.9, 0.3


def person(key: int, *words: str, confidence: float = CONFIDENT, number: str = "12") -> Signer[int]:
    return Signer(key, words, confidence, "seestr", number, "8800", "thalwil", confidence)


OTHERS = [person(key, f"given{key}", f"family{key}", number=str(key)) for key in range(1, 200)]
FREQUENCIES = Frequencies(SignerTable(OTHERS))


@pytest.mark.parametrize(
    ("likelier", "less_likely"),
    [
        ("hofer", "hofen"),
        ("hofen", "hafen"),  # fewer misread letters
        ("hofcr", "hofxr"),  # e and c look alike, e and x do not
        ("h", "x"),  # an initial
    ],
)
def test_words_are_likelier_the_same_the_less_they_differ(likelier: str, less_likely: str) -> None:
    assert word_evidence("hofer", likelier, CONFIDENT) > word_evidence("hofer", less_likely, CONFIDENT)


def test_a_difference_is_likelier_in_texts_that_are_hard_to_read() -> None:
    assert word_evidence("hofer", "hofen", UNSURE) > word_evidence("hofer", "hofen", CONFIDENT)
    assert word_evidence("hofer", "hofer", UNSURE) < word_evidence("hofer", "hofer", CONFIDENT)


def test_rare_words_have_a_small_share_and_new_ones_depend_on_their_length() -> None:
    common = Frequencies(SignerTable(person(key, "anna", f"family{key}") for key in range(200)))
    assert common.word("anna", 2) > common.word("family7", 1)
    assert common.word("family7", 1) == common.word("unknown", 0)  # as long, and nobody else has it
    assert common.word("unknown", 0) > common.word("unknownlonger", 0)
    assert common.town("thalwil", 2) > common.town("zurich", 0)


def test_a_rare_name_identifies_a_person_better_than_a_common_one() -> None:
    many = [person(key, "anna", "meier", number=str(key)) for key in range(1, 200)]
    namesakes = Frequencies(SignerTable(many))
    one, other = person(1, "anna", "meier"), person(2, "anna", "meier")
    assert likelihood(one, other, FREQUENCIES) > likelihood(one, other, namesakes)


def test_the_likelihood_is_symmetric_and_a_probability() -> None:
    pairs = [
        (person(1, "anna", "hofer"), person(2, "anna", "hofer")),
        (person(1, "anna", "hofer"), person(2, "beat", "hofer", number="14")),
        (person(1, "anna", "hofer"), person(2, "ueli", "wyss", number="3")),
    ]
    found = [likelihood(a, b, FREQUENCIES) for a, b in pairs]
    assert found == sorted(found, reverse=True)
    assert all(0 <= value <= 1 for value in found)
    for a, b in pairs:
        assert math.isclose(likelihood(a, b, FREQUENCIES), likelihood(b, a, FREQUENCIES))
