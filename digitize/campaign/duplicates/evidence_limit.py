"""Leave out the pairs whose evidence cannot suffice, many at a time, before their texts are compared.

Most rows that share parts of two names are namesakes at different places: how rare their words are, and which
parts of their addresses are the same, already tells that they are not a pair.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitize.campaign.duplicates.blocking import Pairs, RowIndices
from digitize.campaign.duplicates.evidence import SETTINGS, Frequencies
from digitize.campaign.duplicates.signer_table import NO_TEXT, Numbers, SignerTable
from digitize.campaign.duplicates.text_measures import Edits, TextMeasures

Logs = NDArray[np.float64]

_ROUNDING = 1e-6  # much more than the sums of `evidence` and of this file differ by


class EvidenceLimit:
    """The most that `evidence.likelihood` can find for a pair."""

    def __init__(self, table: SignerTable[Any], frequencies: Frequencies) -> None:
        self._table, self._texts = table, TextMeasures(table.texts)
        self._words = _padded_words(table)
        self._counts = (self._words != NO_TEXT).sum(axis=1)
        share = frequencies.shares
        # The fewer others have a word, the more it says; both rows of the pair may have it.
        self._word_share = share(frequencies.words, 2)
        self._word_share[NO_TEXT] = np.inf
        self._same_part, self._other_part = share(frequencies.parts, 2), share(frequencies.parts, 1)
        self._town_share = share(frequencies.towns, 2)
        self._unrelated = math.log(max(1, len(table)))

    def likely(self, pairs: Pairs, least: float) -> Pairs:
        """Return the pairs that may be by one person with at least this probability (0..1)."""
        return self._enough(pairs, self._rarity, self._texts.fewest_edits, least)

    def likelier(self, pairs: Pairs, least: float) -> Pairs:
        """Return fewer of them after looking at their texts, which takes ten times as long."""
        return self._enough(pairs, self._names, self._texts.edits, least)

    def _enough(
        self, pairs: Pairs, names: Callable[[RowIndices, RowIndices], Logs], edits: Edits, least: float
    ) -> Pairs:
        a, b = pairs
        evidence = SETTINGS.same_person + names(a, b) + self._addresses(a, b, edits)
        kept = evidence >= self._unrelated + math.log(least) - _ROUNDING
        return a[kept], b[kept]

    def _rarity(self, a: RowIndices, b: RowIndices) -> Logs:
        """See `evidence._most_evidence`."""
        ones, others = self._word_share[self._words[a]], self._word_share[self._words[b]]
        counts = np.minimum(self._counts[a], self._counts[b])
        rarest = np.sort(np.concatenate((ones, others), axis=1))
        in_all = np.take_along_axis(np.cumsum(rarest, axis=1), counts[:, None] - 1, axis=1)[:, 0]
        sums = [np.where(np.isfinite(each), each, 0.0).sum(axis=1) for each in (ones, others)]
        most: Logs = -np.minimum(in_all, np.minimum(*sums))
        return most

    def _names(self, a: RowIndices, b: RowIndices) -> Logs:
        """See `evidence._name_evidence`; only for two names of two words, as most are."""
        most = self._rarity(a, b)
        which = np.flatnonzero((self._counts[a] == 2) & (self._counts[b] == 2))
        a, b = a[which], b[which]
        (x, y), (z, w) = (self._words[each, :2].T for each in (a, b))
        right = _correct(self._table.name_confidence[a] * self._table.name_confidence[b])
        straight = self._word(x, z, right) + self._word(y, w, right)
        turned = self._word(x, w, right) + self._word(y, z, right)
        share = self._word_share
        joined = _text_evidence(self._texts.fewest_joined_edits((x, y), (z, w)), right)
        joined += (
            SETTINGS.joined + SETTINGS.either_order - np.minimum(share[x] + share[y], share[z] + share[w])
        )
        most[which] = np.minimum(most[which], np.maximum(joined, np.maximum(straight, turned)))
        return most

    def _word(self, one: Numbers, other: Numbers, right: Logs) -> Logs:
        shares = np.minimum(self._word_share[one], self._word_share[other])
        return self._spelling(one, other, self._texts.fewest_edits, right) - shares

    def _spelling(self, one: Numbers, other: Numbers, edits: Edits, right: Logs) -> Logs:
        """See `evidence.word_evidence`."""
        evidence = _text_evidence(np.where(one == other, 0, np.maximum(1, edits(one, other))), right)
        is_initial = np.minimum(self._texts.lengths[one], self._texts.lengths[other]) == 1
        return np.where(is_initial, np.maximum(evidence, SETTINGS.initial), evidence)

    def _addresses(self, a: RowIndices, b: RowIndices, edits: Edits) -> Logs:
        """See `evidence._address_evidence`; texts that differ count as those with the fewest mistakes."""
        table = self._table
        right = _correct(table.address_confidence[a] * table.address_confidence[b])
        street = self._spelling(table.street[a], table.street[b], edits, right)
        evidence = self._part(table.street, a, b, street)
        for texts in (table.house, table.postcode):
            differing = np.log(1 - right) + edits(texts[a], texts[b]) * SETTINGS.wrong_digit
            evidence += self._part(texts, a, b, np.where(texts[a] == texts[b], np.log(right), differing))
        town, coded = table.town[a], (table.postcode[a] != NO_TEXT) & (table.postcode[b] != NO_TEXT)
        same_town = ~coded & (town == table.town[b]) & (town != NO_TEXT)
        return evidence - np.where(same_town, self._town_share[town], 0.0)

    def _part(self, texts: Numbers, a: RowIndices, b: RowIndices, evidence: Logs) -> Logs:
        one, other = texts[a], texts[b]
        evidence = evidence - np.where(one == other, self._same_part[other], self._other_part[other])
        both = (one != NO_TEXT) & (other != NO_TEXT)
        return np.where(both, np.maximum(evidence, SETTINGS.other_address), 0.0)


def _correct(confidence: Logs) -> Logs:
    return SETTINGS.min_correct + (SETTINGS.max_correct - SETTINGS.min_correct) * confidence


def _text_evidence(edits: Numbers, right: Logs) -> Logs:
    """Return the most that texts with so many edits between them say."""
    likeliest = max(SETTINGS.similar_letter, SETTINGS.wrong_letter)
    return np.where(edits == 0, np.log(right), np.log(1 - right) + edits * likeliest)


def _padded_words(table: SignerTable[Any]) -> Numbers:
    """Return the first words of each name, a row each, filled up with no text."""
    most = SETTINGS.max_words
    at = np.arange(len(table.words)) - np.repeat(table.starts[:-1], np.diff(table.starts))
    padded = np.full((len(table), most), NO_TEXT, np.int32)
    first = at < most
    padded[table.word_rows()[first], at[first]] = table.words[first]
    return padded
