"""Weigh whether two rows were written by one person or by different people.

Record linkage after Fellegi and Sunter, "A Theory for Record Linkage" (JASA, 1969): each part of
name and address supports the explanations under which it is likely, the more the rarer it is
otherwise.  How rare a word is, is counted in the campaign itself, which knows better than any
list which readings are names: if a `Daniela` has signed elsewhere, the word is not a misread
`Daniel`.  All weights are natural logarithms.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from digitize.campaign.duplicates.signer import Key, Signer
from digitize.campaign.duplicates.signer_table import Numbers, SignerTable


@dataclass(frozen=True)
class EvidenceSettings:
    """Assumptions about signers and misreadings, tuned on synthetic signers with misreadings.

    Where no other unit is given, a value is the natural logarithm of a probability.
    """

    # Expected number of other rows that match a row, as a logarithm.
    same_person: float = math.log(0.01)  # one person in a hundred signs twice
    household: float = math.log(0.6)  # half the rows of a sheet are by members of one household
    same_house: float = math.log(0.1)  # other people at the same address

    # Differences between two readings of one text.
    wrong_letter: float = math.log(0.03)
    similar_letter: float = math.log(0.05)  # letters that look alike in handwriting
    wrong_digit: float = math.log(0.02)
    initial: float = math.log(0.04)  # a given name shortened to its first letter
    left_out: float = math.log(0.08)  # a second given name, or half a double name
    joined: float = math.log(0.05)  # a space between two names lost or added
    either_order: float = math.log(0.5)
    other_address: float = math.log(0.03)  # the same person gives an unrelated street or number

    # Probability (0..1) that a word is read correctly, for readings of the highest and lowest confidence.
    max_correct: float = 0.97  # people misspell even their own address
    min_correct: float = 0.3

    # Frequency of words.
    novel_word: float = math.log(0.3)  # words that no other row has
    any_letter: float = -2.0  # per letter of a novel word: short words are seldom novel
    extra_rows: int = 200  # added to the rows counted: one household must not make its name seem common

    max_words: int = 4  # of a name that are compared in any order


SETTINGS = EvidenceSettings()

_LONGEST = 100  # letters of a word that make it less common; the exponential of many more is 0

# Letters that recognisers confuse in quick handwriting are mapped to the same letter.
_SHAPES = str.maketrans("oacuvwmrhijtfygqzbd", "eeennnnnnllllgggsll")


class Frequencies:
    """How often words, streets, numbers, postcodes and towns occur in a campaign.

    `words`, `parts` and `towns` are counts by the number of the text in the table.
    """

    def __init__(self, table: SignerTable[Key]) -> None:
        self.rows = len(table)
        self._table, texts = table, len(table.texts)
        self._lengths = np.fromiter((min(len(text), _LONGEST) for text in table.texts), np.int32, texts)
        self.words, self.towns = (np.bincount(all_, minlength=texts) for all_ in (table.words, table.town))
        columns = (table.street, table.house, table.postcode)
        self.parts = sum((np.bincount(column, minlength=texts) for column in columns), np.zeros(texts, int))
        self._shares: dict[tuple[int, int], float] = {}  # few combinations of count and length occur

    def word(self, word: str, here: int) -> float:
        """Return the log share of other signers with this name; `here` of them are those compared."""
        return self._share(self._count(self.words, word) - here, word)

    def part(self, part: str, here: int) -> float:
        """Return the same for a street, number or postcode."""
        return self._share(self._count(self.parts, part) - here, part)

    def town(self, town: str, here: int) -> float:
        """Return the same for a town."""
        return self._share(self._count(self.towns, town) - here, town)

    def shares(self, counts: Numbers, here: int) -> NDArray[np.float64]:
        """Return the log shares of all texts with one of these counts; `here` of each are left out."""
        novel = np.exp(SETTINGS.novel_word + SETTINGS.any_letter * self._lengths)
        shares: NDArray[np.float64] = np.log(np.maximum(0, counts - here) / self._all + novel)
        return shares

    @property
    def _all(self) -> int:
        return self.rows + SETTINGS.extra_rows

    def _count(self, counts: Numbers, text: str) -> int:
        number = self._table.known(text)
        return 0 if number is None or number >= len(counts) else int(counts[number])

    def _share(self, others: int, word: str) -> float:
        length = min(len(word), _LONGEST)
        known = self._shares.get((others, length))
        if known is None:
            novel = math.exp(SETTINGS.novel_word + SETTINGS.any_letter * length)
            known = math.log(max(0, others) / self._all + novel)
            self._shares[others, length] = known
        return known


def likelihood(a: Signer[Key], b: Signer[Key], frequencies: Frequencies, least: float = 0.0) -> float:
    """Return the probability (0..1) that one person wrote both rows, 0 if it is surely less than `least`."""
    address = _address_evidence(a, b, frequencies)
    unrelated = math.log(max(1, frequencies.rows))  # people who have nothing to do with each other
    one, other = sorted((a.words[: SETTINGS.max_words], b.words[: SETTINGS.max_words]), key=len)
    share = {word: frequencies.word(word, (word in one) + (word in other)) for word in {*one, *other}}
    if least and SETTINGS.same_person + _most_evidence(one, other, share) + address < unrelated + math.log(
        least
    ):
        return 0.0
    same_person, household = _name_evidence(one, other, share, a.name_confidence * b.name_confidence)
    explanations = [
        SETTINGS.same_person + same_person + address,
        SETTINGS.household + household + address,
        SETTINGS.same_house + address,
        unrelated,
    ]
    top = max(explanations)
    return math.exp(explanations[0] - top) / sum(math.exp(each - top) for each in explanations)


Share = Mapping[str, float]


def _most_evidence(one: Sequence[str], other: Sequence[str], share: Share) -> float:
    """Return what names could say at most, whatever was misread: `_name_evidence` takes much longer."""
    rarest = sorted(share[word] for word in (*one, *other))
    return -min(sum(rarest[: len(one)]), *(sum(share[word] for word in words) for words in (one, other)))


def _name_evidence(
    one: Sequence[str], other: Sequence[str], share: Share, confidence: float
) -> tuple[float, float]:
    """Return the log likelihood ratios of the names: one person, or relatives, against unrelated people.

    `one` has no more words than `other`.
    """
    same_person, household = -math.inf, -math.inf
    for arranged in permutations(other, len(one)):
        # The rarer of two readings is either a misreading of the commoner or as frequent as elsewhere.
        evidence = [
            word_evidence(x, y, confidence) - min(share[x], share[y])
            for x, y in zip(one, arranged, strict=True)
        ]
        same_person = max(same_person, sum(evidence) + (len(other) - len(one)) * SETTINGS.left_out)
        # Relatives share every word but the given name; a single word is the family name.
        household = max(household, sum(evidence) - (min(evidence) if len(evidence) > 1 else 0.0))
    if len(other) > 1:
        unrelated = min(sum(share[word] for word in words) for words in (one, other))
        same_person = max(same_person, _joined_evidence(one, other, confidence) - unrelated)
    return same_person, household


def _joined_evidence(one: Sequence[str], other: Sequence[str], confidence: float) -> float:
    """Compare the names without their spaces, in either order."""
    turned = (*other[1:], other[0])
    fits = [word_evidence("".join(one), "".join(order), confidence) for order in (other, turned)]
    return SETTINGS.joined + SETTINGS.either_order + max(fits)


def word_evidence(x: str, y: str, confidence: float) -> float:
    """Return the log probability that a word read as `x` is read or written as `y` another time.

    `confidence` is the probability (0..1) that both texts were read without a mistake.
    """
    correct = _correct(confidence)
    if x == y:
        return math.log(correct)
    if x[0] == y[0] and 1 in (len(x), len(y)):
        return SETTINGS.initial
    edits = Levenshtein.distance(x, y)
    wrong = Levenshtein.distance(x.translate(_SHAPES), y.translate(_SHAPES))
    return math.log(1 - correct) + wrong * SETTINGS.wrong_letter + (edits - wrong) * SETTINGS.similar_letter


def _correct(confidence: float) -> float:
    """Return the probability that a word is read correctly."""
    return SETTINGS.min_correct + (SETTINGS.max_correct - SETTINGS.min_correct) * confidence


def _address_evidence(a: Signer[Key], b: Signer[Key], frequencies: Frequencies) -> float:
    """Return the log likelihood ratio of the addresses: the same one against any two."""
    confidence = a.address_confidence * b.address_confidence
    evidence = 0.0
    if a.street and b.street:
        share = frequencies.part(b.street, 1 + (a.street == b.street))
        evidence += max(word_evidence(a.street, b.street, confidence) - share, SETTINGS.other_address)
    if a.number and b.number:
        share = frequencies.part(b.number, 1 + (a.number == b.number))
        evidence += max(_digit_evidence(a.number, b.number, confidence) - share, SETTINGS.other_address)
    if a.postcode and b.postcode:
        share = frequencies.part(b.postcode, 1 + (a.postcode == b.postcode))
        digits = _digit_evidence(a.postcode, b.postcode, confidence)
        return evidence + max(digits - share, SETTINGS.other_address)
    if a.town and a.town == b.town:
        evidence += -frequencies.town(b.town, 2)
    return evidence


def _digit_evidence(x: str, y: str, confidence: float) -> float:
    correct = _correct(confidence)
    if x == y:
        return math.log(correct)
    return math.log(1 - correct) + Levenshtein.distance(x, y) * SETTINGS.wrong_digit
