"""Postcodes and row numbers."""

import numpy as np
import pytest

from digitize.ocr.digits import digits_of
from digitize.ocr.engines import Line, open_reader
from tests.ocr.written import written

ALPHABET = "0123456789OoISz ."


def line(text: str) -> Line:
    """A line whose recogniser is sure of `text`."""
    steps = [step for character in text for step in (ALPHABET.index(character) + 1, 0)]
    table = np.eye(len(ALPHABET) + 1)[steps] * 0.9 + 0.1 / (len(ALPHABET) + 1)
    return Line(text, 0.9, np.log(table).astype(np.float32), ALPHABET)


@pytest.mark.parametrize(
    ("seen", "digits"),
    [("8400", "8400"), ("84OO", "8400"), ("30 I z", "3012"), ("12.", "12"), ("S000", "5000"), (".", "")],
)
def test_lookalikes_count_as_digits(seen: str, digits: str) -> None:
    assert digits_of(line(seen)) == digits


def test_engines_without_probabilities_keep_their_digits() -> None:
    assert digits_of(Line("8400.", 0.9)) == "8400"


@pytest.mark.parametrize("font", ["kalam", "patrick-hand", "architects-daughter", "arimo-regular"])
def test_written_postcodes(font: str) -> None:
    reader = open_reader("rapid")
    assert [
        digits_of(reader.read_line(written(code, font=font)[15:80])) for code in ("3011", "8606", "2540")
    ] == [
        "3011",
        "8606",
        "2540",
    ]
