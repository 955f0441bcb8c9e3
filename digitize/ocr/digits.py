"""Digits that a recogniser took for letters.

One table says which letters look like which digits.  It is used in three
places: in cells that hold nothing but digits, for house numbers after a
German street name, and to weigh a misread postcode against the directory.
"""

import re
from typing import NamedTuple

import numpy as np

from digitize.ocr.ctc import greedy_labels
from digitize.ocr.engines import Line

DIGITS = "0123456789"


class Letters(NamedTuple):
    """Letters read in place of one digit.

    `clear` ones stand for the digit wherever only a digit makes sense.  `possible`
    ones resemble it in some hands: enough to consider the digit, not to write it.
    """

    clear: str
    possible: str


# From misread house numbers and postcodes of handwritten addresses.
LOOKALIKES = {
    "0": Letters("oODQ", "Uua"),
    "1": Letters("lIi|!", "/Ltj"),
    "2": Letters("zZ", ""),
    "3": Letters("", "EeJ"),
    "4": Letters("", "AHyuL"),
    "5": Letters("sS", ""),
    "6": Letters("bG", ""),
    "7": Letters("T", "tFZ?"),
    "8": Letters("B", "g&S"),
    "9": Letters("gq", "Py"),
}
CLEAR_DIGIT_OF = {letter: digit for digit, letters in LOOKALIKES.items() for letter in letters.clear}
POSSIBLE_DIGITS_OF = {
    letter: "".join(digit for digit in DIGITS if letter in "".join(LOOKALIKES[digit]))
    for letters in LOOKALIKES.values()
    for letter in "".join(letters)
}

# Only in German does the number follow a word that can be nothing but a street; in French and Italian a
# short word after the street may be part of its name.
_AFTER_STREET = re.compile(
    r"(?:(?:strasse|straße|gasse|weg|platz|allee|ring|rain|halde|matte|steig)|str\.?)\s+([^\s,;\d]\w{0,3}|\|\w{0,3})"
    r"(?=\s*$|,|;|\s+\d{4}\b)",
    re.I,
)
_STREET_AND_NUMBER = re.compile(
    r"((?:strasse|straße|gasse|weg|platz|allee|ring|rain|halde|matte|steig)|str\.)(?=\d)", re.I
)
_ENTRANCE = re.compile(r"(?<=.)[a-f]$")  # 21c


def digits_of(line: Line) -> str:
    """Return the likeliest digits of a line that holds nothing else; other characters are left out.

    The probability of a clear lookalike counts towards its digit.  For engines
    without `log_probs`, the digits of their text are returned.
    """
    if line.log_probs is None:
        return "".join(character for character in line.text if character in DIGITS)
    probabilities = np.exp(line.log_probs)
    for letter, digit in CLEAR_DIGIT_OF.items():
        label = line.alphabet.find(letter) + 1
        if label:
            probabilities[:, line.alphabet.index(digit) + 1] += probabilities[:, label]
            probabilities[:, label] = 0
    best = (line.alphabet[label - 1] for label in greedy_labels(probabilities))
    return "".join(character for character in best if character in DIGITS)


def with_house_number(line: str) -> str:
    """Replace letters read as the house number of a German street by digits: "Waldweg zz" is "Waldweg 22".

    The word after the street is replaced only if each of its letters clearly looks like a digit.  A number
    that was read without a space before it gets one.
    """
    line = _STREET_AND_NUMBER.sub(r"\1 ", line)
    found = _AFTER_STREET.search(line)
    if found is None:
        return line
    return line[: found.start(1)] + _house_number(found[1]) + line[found.end(1) :]


def _house_number(word: str) -> str:
    entrance = _ENTRANCE.search(word)
    letters = word[: entrance.start()] if entrance else word
    digits = "".join(c if c.isdigit() else CLEAR_DIGIT_OF.get(c, "") for c in letters)
    if len(digits) < len(letters) or digits.startswith("0"):
        return word
    return digits + (entrance.group() if entrance else "")
