"""House numbers that were read as letters: behind a street, "zz" is 22.

Only in German does the number follow a word that can be nothing but a street;
elsewhere a short word behind it may be part of the name.
"""

import re

from digitize.ocr.digits import LOOKALIKES

_BEHIND_STREET = re.compile(
    r"(?:(?:strasse|straße|gasse|weg|platz|allee|ring|rain|halde|matte|steig)|str\.?)\s+([^\s,;\d]\w{0,3}|\|\w{0,3})"
    r"(?=\s*$|,|;|\s+\d{4}\b)",
    re.I,
)
_DIGIT_OF = {letter: digit for digit, letters in LOOKALIKES.items() for letter in letters}
_ENTRANCE = re.compile(r"(?<=.)[a-f]$")  # 21c


def with_house_number(line: str) -> str:
    """A line of an address, the letters behind its street as digits where all of them look like some."""
    found = _BEHIND_STREET.search(line)
    if found is None:
        return line
    return line[: found.start(1)] + _number(found[1]) + line[found.end(1) :]


def _number(word: str) -> str:
    entrance = _ENTRANCE.search(word)
    letters = word[: entrance.start()] if entrance else word
    digits = "".join(c if c.isdigit() else _DIGIT_OF.get(c, "") for c in letters)
    if len(digits) < len(letters) or digits.startswith("0"):
        return word
    return digits + (entrance.group() if entrance else "")
