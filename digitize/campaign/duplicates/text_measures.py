"""Count the edits between many texts at a time: exactly, or at least so many."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from digitize.campaign.duplicates.signer_table import Numbers

Edits = Callable[[Numbers, Numbers], Numbers]  # between texts, given by their numbers
_Sets = NDArray[np.uint64]


class TextMeasures:
    """Lengths and characters of texts, by number."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts, self._count = texts, len(texts)
        self.lengths = np.fromiter(map(len, texts), np.int32, len(texts))
        self._characters = np.fromiter(map(_characters, texts), np.uint64, len(texts))

    def fewest_edits(self, one: Numbers, other: Numbers) -> Numbers:
        """Return how many edits there are at least: each makes up for one character at most."""
        longer = abs(self.lengths[one] - self.lengths[other])
        return _fewest(longer, self._characters[one], self._characters[other])

    def fewest_joined_edits(self, ones: Sequence[Numbers], others: Sequence[Numbers]) -> Numbers:
        """Return the same for two texts joined into one, in any order."""
        lengths, characters = self.lengths, self._characters
        longer = abs(lengths[ones[0]] + lengths[ones[1]] - lengths[others[0]] - lengths[others[1]])
        here, there = (characters[two[0]] | characters[two[1]] for two in (ones, others))
        return _fewest(longer, here, there)

    def edits(self, one: Numbers, other: Numbers) -> Numbers:
        """Return how many edits there are (Levenshtein)."""
        pairs, at = np.unique(one.astype(np.int64) * self._count + other, return_inverse=True)
        texts = [
            [self._texts[text] for text in each.tolist()]
            for each in (pairs // self._count, pairs % self._count)
        ]
        edits: Numbers = process.cpdist(*texts, scorer=Levenshtein.distance, dtype=np.int32)
        return edits[at]


def _fewest(longer: Numbers, here: _Sets, there: _Sets) -> Numbers:
    lacking = np.maximum(_bit_counts(here & ~there), _bit_counts(there & ~here))
    fewest: Numbers = np.maximum(longer, lacking)
    return fewest


def _characters(text: str) -> int:
    """Return a set of letters and digits as bits; two characters that share a bit count as the same."""
    bits = 0
    for character in set(text):
        bits |= 1 << (ord(character) % 64)
    return bits


def _bit_counts(values: _Sets) -> Numbers:
    counts: Numbers = _BIT_COUNTS[values.view(np.uint16).reshape(-1, 4)].sum(axis=1)
    return counts


_BIT_COUNTS = np.array([bits.bit_count() for bits in range(1 << 16)], np.int32)
