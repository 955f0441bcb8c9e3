"""How likely a reading of digits and letters is, given what was written.

A noisy-channel model (Kernighan, Church and Gale 1990, "A spelling correction
program based on a noisy channel model").  Every function returns a weight of
evidence: the natural logarithm of P(reading | written) / P(reading | anything
else written), so that numbers and names of any length can be compared and added.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from digitize.ocr.digits import POSSIBLE_DIGITS_OF

DIGITS = 4  # in a Swiss postcode


@dataclass(frozen=True)
class _DigitErrors:
    """Probabilities of what is read where a digit was written.

    Measured on handwriting read by small recognisers: 19 of 20 digits are right.
    """

    right: float = 0.94
    similar_digit: float = 0.012  # one that looks like it, see `_SIMILAR_DIGITS`
    other_digit: float = 0.003
    similar_letter: float = 0.02  # "O" for 0, see `digitize.ocr.digits`
    other_letter: float = 0.001
    lost_or_added: float = 0.01
    any_digit: float = 0.1  # of each digit if another number was written
    any_letter: float = 0.01  # of each letter if something else was written


@dataclass(frozen=True)
class _LetterErrors:
    """Probabilities of letters, for a character error rate of 10-15 % as measured on handwriting."""

    right: float = 0.88
    wrong: float = 0.12 / 26 * 8  # errors go to few, similar letters
    any_letter: float = math.exp(-2.4)  # entropy of names per letter, about 3.5 bit


_DIGIT = _DigitErrors()
_LETTER = _LetterErrors()
_SIMILAR_DIGITS = frozenset(
    frozenset(pair)
    for pair in "17 06 49 38 56 08 35 27 01 69 14 79 47 89 68 09".split()  # noqa: SIM905
)


@lru_cache(maxsize=100_000)
def digit_evidence(read: str, written: str) -> float:
    """Return the evidence of one character for the digit `written`."""
    if read == written:
        return math.log(_DIGIT.right / _DIGIT.any_digit)
    if frozenset((read, written)) in _SIMILAR_DIGITS:
        return math.log(_DIGIT.similar_digit / _DIGIT.any_digit)
    if read.isdigit():
        return math.log(_DIGIT.other_digit / _DIGIT.any_digit)
    is_similar = written in POSSIBLE_DIGITS_OF.get(read, "")
    return math.log((_DIGIT.similar_letter if is_similar else _DIGIT.other_letter) / _DIGIT.any_letter)


@lru_cache(maxsize=20_000)
def number_evidence(read: str, written: str) -> float:
    """Return the evidence of a number for the number `written`.

    The result is -inf if more than one digit was lost or added.
    """
    if len(read) == len(written):
        return sum(digit_evidence(r, w) for r, w in zip(read, written, strict=True))
    cost = math.log(_DIGIT.lost_or_added)
    longer, shorter = (read, written) if len(read) > len(written) else (written, read)
    if len(longer) != len(shorter) + 1:
        return -math.inf
    cuts = (longer[:i] + longer[i + 1 :] for i in range(len(longer)))
    if longer is read:
        return max(cost + number_evidence(cut, written) for cut in cuts)
    return max(cost + number_evidence(read, cut) for cut in cuts)


def name_evidence(read: str, written: str, edits: int | None = None) -> float:
    """Return the evidence of a folded text for the folded name `written`, `edits` apart if that is known."""
    if edits is None:
        edits = Levenshtein.distance(read, written)
    right = max(0, len(read) - edits)
    return right * math.log(_LETTER.right / _LETTER.any_letter) + edits * math.log(_LETTER.wrong)


def max_edits(length: int) -> int:
    """Return how many letters of a name of `length` letters may be wrong for it to be recognised."""
    return max(1, min(5, length // 3 + (length > 6)))
