"""Digits read as letters: the table of lookalikes, digit cells and house numbers."""

import numpy as np
import pytest

from digitize.address.directory.ocr_error_model import digit_evidence
from digitize.ocr.digits import (
    CLEAR_DIGIT_OF,
    DIGITS,
    LOOKALIKES,
    POSSIBLE_DIGITS_OF,
    digits_of,
    with_house_number,
)
from digitize.ocr.engines import Line
from digitize.ocr.open_reader import open_reader
from tests.ocr.written import written

ALPHABET = "0123456789OoISz ."


def certain_line(text: str) -> Line:
    """Return a line whose recogniser is sure of `text`."""
    steps = [step for character in text for step in (ALPHABET.index(character) + 1, 0)]
    table = np.eye(len(ALPHABET) + 1)[steps] * 0.9 + 0.1 / (len(ALPHABET) + 1)
    return Line(text, 0.9, np.log(table).astype(np.float32), ALPHABET)


def test_table_covers_every_digit_and_no_letter_clearly_stands_for_two() -> None:
    assert "".join(LOOKALIKES) == DIGITS
    clear = "".join(letters.clear for letters in LOOKALIKES.values())
    assert len(set(clear)) == len(clear)
    assert not set(clear + "".join(letters.possible for letters in LOOKALIKES.values())) & set(DIGITS)


def test_every_clear_lookalike_is_a_possible_one() -> None:
    assert all(digit in POSSIBLE_DIGITS_OF[letter] for letter, digit in CLEAR_DIGIT_OF.items())
    assert POSSIBLE_DIGITS_OF["Z"] == "27"
    assert CLEAR_DIGIT_OF["Z"] == "2"
    assert "J" not in CLEAR_DIGIT_OF


@pytest.mark.parametrize("letter", sorted(POSSIBLE_DIGITS_OF))
def test_directory_weighs_postcodes_by_the_same_table(letter: str) -> None:
    possible = POSSIBLE_DIGITS_OF[letter]
    assert all((digit_evidence(letter, digit) > 0) == (digit in possible) for digit in DIGITS)


@pytest.mark.parametrize(
    ("seen", "digits"),
    [("8400", "8400"), ("84OO", "8400"), ("30 I z", "3012"), ("12.", "12"), ("S000", "5000"), (".", "")],
)
def test_clear_lookalikes_count_as_digits_in_a_digit_cell(seen: str, digits: str) -> None:
    assert digits_of(certain_line(seen)) == digits


def test_text_without_probabilities_keeps_its_digits() -> None:
    assert digits_of(Line("8400.", 0.9)) == "8400"


@pytest.mark.parametrize("font", ["kalam", "patrick-hand", "architects-daughter", "arimo-regular"])
def test_handwritten_postcodes_are_read(font: str) -> None:
    reader = open_reader("rapid")
    for code in ("3011", "8606", "2540"):
        assert digits_of(reader.read_line(written(code, font=font)[15:80])) == code


@pytest.mark.parametrize(
    ("read", "corrected"),
    [
        ("Waldweg zz", "Waldweg 22"),
        ("Moosstrasse zic", "Moosstrasse 21c"),
        ("Bahnhofstr. I9, 6460 Altdorf", "Bahnhofstr. 19, 6460 Altdorf"),
        ("BERGGASSE lO 8400 WINTERTHUR", "BERGGASSE 10 8400 WINTERTHUR"),
        ("Dorfplatz g", "Dorfplatz 9"),
        ("Moosplatz1, 2505 Biel", "Moosplatz 1, 2505 Biel"),
        ("HAUPTSTR.12b", "HAUPTSTR. 12b"),
    ],
)
def test_letters_after_a_street_become_its_house_number(read: str, corrected: str) -> None:
    assert with_house_number(read) == corrected


@pytest.mark.parametrize(
    "line",
    [
        "Waldweg 22",
        "Waldweg 21b",
        "Dorfplatz am See",
        "Bahnhofstrasse sud",  # not every letter looks like a digit
        "Waldweg Ey",  # possible lookalikes are not enough
        "Hofmatte oo",  # no house number starts with 0
        "Via al Ri",
        "Rue du Sol",
        "Oberweg Bissig",
        "8212 Neuhausen",
        "",
    ],
)
def test_other_words_after_a_street_are_kept(line: str) -> None:
    assert with_house_number(line) == line
