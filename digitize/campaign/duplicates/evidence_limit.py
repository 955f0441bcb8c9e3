"""Leave out the pairs whose evidence cannot suffice, many at a time, before their texts are compared.

Most rows that share parts of two names are namesakes at different places: how rare their words are, and which
parts of their addresses are the same, already tells that they are not a pair.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from digitize.campaign.duplicates.blocking import Pairs, RowIndices
from digitize.campaign.duplicates.evidence import SETTINGS, Frequencies
from digitize.campaign.duplicates.signer_table import NO_TEXT, Numbers, SignerTable

Logs = NDArray[np.float64]
_Edits = Callable[[Numbers, Numbers], Numbers]

_ROUNDING = 1e-6  # much more than the sums of `evidence` and of this file differ by


class EvidenceLimit:
    """The most that `evidence.likelihood` can find for a pair."""

    def __init__(self, table: SignerTable[Any], frequencies: Frequencies) -> None:
        self._table = table
        self._lengths = np.fromiter(map(len, table.texts), np.int32, len(table.texts))
        self._characters = np.fromiter(map(_characters, table.texts), np.uint64, len(table.texts))
        self._words = _padded_words(table)
        share = frequencies.shares
        # The fewer others have a word, the more it says; both rows of the pair may have it.
        self._word_share = np.append(share(frequencies.words, 2), np.inf)
        self._same_part, self._other_part = share(frequencies.parts, 2), share(frequencies.parts, 1)
        self._town_share = share(frequencies.towns, 2)
        self._unrelated = math.log(max(1, len(table)))

    def likely(self, pairs: Pairs, least: float, *, exact: bool = False) -> Pairs:
        """Return the pairs that may be by one person with at least this probability (0..1).

        `exact` counts the mistakes in addresses instead of estimating them, which takes ten times as long.
        """
        a, b = pairs
        edits = self._edits if exact else self._fewest_edits
        evidence = SETTINGS.same_person + self._names(a, b) + self._addresses(a, b, edits)
        kept = evidence >= self._unrelated + math.log(least) - _ROUNDING
        return a[kept], b[kept]

    def _names(self, a: RowIndices, b: RowIndices) -> Logs:
        """See `evidence._most_evidence`."""
        ones, others = self._word_share[self._words[a]], self._word_share[self._words[b]]
        counts = np.minimum(*(np.isfinite(each).sum(axis=1) for each in (ones, others)))
        rarest = np.sort(np.concatenate((ones, others), axis=1))
        in_all = np.take_along_axis(np.cumsum(rarest, axis=1), counts[:, None] - 1, axis=1)[:, 0]
        sums = [np.where(np.isfinite(each), each, 0.0).sum(axis=1) for each in (ones, others)]
        most: Logs = -np.minimum(in_all, np.minimum(*sums))
        return most

    def _addresses(self, a: RowIndices, b: RowIndices, edits: _Edits) -> Logs:
        """See `evidence._address_evidence`; texts that differ count as those with the fewest mistakes."""
        table = self._table
        confidence = table.address_confidence[a] * table.address_confidence[b]
        right = SETTINGS.min_correct + (SETTINGS.max_correct - SETTINGS.min_correct) * confidence
        is_right, is_wrong = np.log(right), np.log(1 - right)
        streets = self._part(table.street, a, b, is_right, self._wrong_street(a, b, is_wrong, edits))
        houses, postcodes = (
            self._part(texts, a, b, is_right, is_wrong + edits(texts[a], texts[b]) * SETTINGS.wrong_digit)
            for texts in (table.house, table.postcode)
        )
        town, coded = table.town[a], (table.postcode[a] != NO_TEXT) & (table.postcode[b] != NO_TEXT)
        same_town = ~coded & (town == table.town[b]) & (town != NO_TEXT)
        return streets + houses + postcodes - np.where(same_town, self._town_share[town], 0.0)

    def _wrong_street(self, a: RowIndices, b: RowIndices, is_wrong: Logs, edits: _Edits) -> Logs:
        one, other = self._table.street[a], self._table.street[b]
        mistakes = is_wrong + edits(one, other) * max(SETTINGS.similar_letter, SETTINGS.wrong_letter)
        is_initial = np.minimum(self._lengths[one], self._lengths[other]) == 1
        return np.where(is_initial, np.maximum(mistakes, SETTINGS.initial), mistakes)

    def _fewest_edits(self, one: Numbers, other: Numbers) -> Numbers:
        """Return how many edits there are at least between texts: each adds one character at most."""
        longer = abs(self._lengths[one] - self._lengths[other])
        here, there = self._characters[one], self._characters[other]
        lacking = np.maximum(_bit_counts(here & ~there), _bit_counts(there & ~here))
        fewest: Numbers = np.maximum(longer, lacking)
        return fewest

    def _edits(self, one: Numbers, other: Numbers) -> Numbers:
        texts, count = self._table.texts, len(self._table.texts)
        pairs, at = np.unique(one.astype(np.int64) * count + other, return_inverse=True)
        both = [[texts[number] for number in each.tolist()] for each in (pairs // count, pairs % count)]
        edits: Numbers = process.cpdist(*both, scorer=Levenshtein.distance, dtype=np.int32)
        return edits[at]

    def _part(self, texts: Numbers, a: RowIndices, b: RowIndices, same: Logs, differing: Logs) -> Logs:
        one, other = texts[a], texts[b]
        evidence = np.where(one == other, same - self._same_part[other], differing - self._other_part[other])
        both = (one != NO_TEXT) & (other != NO_TEXT)
        return np.where(both, np.maximum(evidence, SETTINGS.other_address), 0.0)


def _characters(text: str) -> int:
    """Return a set of letters and digits as bits; two characters that share a bit count as the same."""
    bits = 0
    for character in set(text):
        bits |= 1 << (ord(character) % 64)
    return bits


def _bit_counts(values: NDArray[np.uint64]) -> Numbers:
    counts: Numbers = _BIT_COUNTS[values.view(np.uint16).reshape(-1, 4)].sum(axis=1)
    return counts


_BIT_COUNTS = np.array([bits.bit_count() for bits in range(1 << 16)], np.int32)


def _padded_words(table: SignerTable[Any]) -> Numbers:
    """Return the first words of each name, a row each, filled up with -1."""
    most = SETTINGS.max_words
    at = np.arange(len(table.words)) - np.repeat(table.starts[:-1], np.diff(table.starts))
    padded = np.full((len(table), most), -1, np.int32)
    first = at < most
    padded[table.word_rows()[first], at[first]] = table.words[first]
    return padded
