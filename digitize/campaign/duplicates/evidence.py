"""How likely two rows are by one person, weighed against everyone else it may be.

Record linkage after Fellegi and Sunter (1969): each part of name and address
speaks for one of the explanations, as much as it would be rare under the
others.  What is rare is counted in the campaign itself, whose words know
better than any list which readings are names: a `Daniela` who has signed
elsewhere is no misread `Daniel`.  All figures are natural logarithms.
"""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import permutations

from rapidfuzz.distance import Levenshtein

from digitize.campaign.duplicates.signer import Key, Signer

# How many rows a signer's row may be met by, on average.
_AGAIN = math.log(0.01)  # by the same person: one in a hundred signs twice
_HOUSEHOLD = math.log(0.6)  # by others of the household: half the rows of a sheet are such
_HOUSE = math.log(0.1)  # by other people at the same address

_WRONG_LETTER = math.log(0.03)  # one certain mistake among the few that are likely for a letter
_LOOKALIKE_LETTER = math.log(0.05)
_INITIAL = math.log(0.04)  # a given name shortened to its first letter
_LEFT_OUT = math.log(0.08)  # a second given name, or half a double name
_JOINED = math.log(0.05)  # a space between two names lost or added
_EITHER_ORDER = math.log(0.5)
_WRITTEN_OTHERWISE = math.log(0.03)  # a street or number that has nothing to do with the other
_WRONG_DIGIT = math.log(0.02)
_ALMOST_SURE = 0.97  # no reading is surer: people misspell themselves
_HARDLY_READ = 0.3  # and where none is sure a word is right in a third of the cases all the same

_NOVEL = math.log(0.3)  # share of the words that no other row has
_ANY_LETTER = -2.0  # of the words that others have: a word is novel only where it is long
_FEW_ROWS = 200  # a household must not make its name look common where few rows are known yet
_MOST_WORDS = 4  # of a name that are compared in any order

# Letters that hurried hands and recognisers take for each other share a sign.
_SHAPES = str.maketrans("oacuvwmrhijtfygqzbd", "eeennnnnnllllgggsll")


class Commonness:
    """How often words, streets, numbers and postcodes occur in a campaign."""

    def __init__(self, signers: Sequence[Signer[Key]]) -> None:
        self.rows = len(signers)
        self._words = Counter(word for one in signers for word in one.words)
        self._parts = Counter(part for one in signers for part in (one.street, one.number, one.postcode))
        self._towns = Counter(one.town for one in signers)

    def word(self, word: str, here: int) -> float:
        """Log share of signers with this name; `here` of them are those compared."""
        return self._share(self._words[word] - here, word)

    def part(self, part: str, here: int) -> float:
        """The same for a street, number or postcode."""
        return self._share(self._parts[part] - here, part)

    def town(self, town: str, here: int) -> float:
        return self._share(self._towns[town] - here, town)

    def _share(self, others: int, word: str) -> float:
        novel = math.exp(_NOVEL + _ANY_LETTER * len(word))
        return math.log(max(0, others) / (self.rows + _FEW_ROWS) + novel)


def likelihood(a: Signer[Key], b: Signer[Key], common: Commonness) -> float:
    """The probability (0..1) that one person wrote both rows."""
    address = _address(a, b, common)
    again, household = _name(a, b, common)
    explanations = [
        _AGAIN + again + address,
        _HOUSEHOLD + household + address,
        _HOUSE + address,
        math.log(max(1, common.rows)),
    ]
    top = max(explanations)
    return math.exp(explanations[0] - top) / sum(math.exp(e - top) for e in explanations)


def _name(a: Signer[Key], b: Signer[Key], common: Commonness) -> tuple[float, float]:
    """Log of how much likelier the names are by one person, and by relatives, than by strangers."""
    sure = a.name_confidence * b.name_confidence
    one, other = sorted((a.words[:_MOST_WORDS], b.words[:_MOST_WORDS]), key=len)
    rare = {word: common.word(word, (word in one) + (word in other)) for word in (*one, *other)}
    again, household = -math.inf, -math.inf
    for arranged in permutations(other, len(one)):
        # The rarer of two readings is a misreading of the commoner, or stands as often as it does elsewhere.
        evidence = [
            word_alike(x, y, sure) - min(rare[x], rare[y]) for x, y in zip(one, arranged, strict=True)
        ]
        again = max(again, sum(evidence) + (len(other) - len(one)) * _LEFT_OUT)
        # Relatives share every word but one, which is another given name; a word alone is the family's.
        household = max(household, sum(evidence) - (min(evidence) if len(evidence) > 1 else 0.0))
    if len(other) > 1:
        strange = min(sum(rare[word] for word in words) for words in (one, other))
        again = max(again, _joined(one, other, sure) - strange)
    return again, household


def _joined(one: Sequence[str], other: Sequence[str], sure: float) -> float:
    """The names without their spaces, in either order."""
    turned = (*other[1:], other[0])
    fits = [word_alike("".join(one), "".join(order), sure) for order in (other, turned)]
    return _JOINED + _EITHER_ORDER + max(fits)


def word_alike(x: str, y: str, sure: float) -> float:
    """Log probability that a word read as `x` is read or written as `y` another time.

    `sure` is the probability that both texts were read without a mistake.
    """
    right = _HARDLY_READ + (_ALMOST_SURE - _HARDLY_READ) * sure
    if x == y:
        return math.log(right)
    if x[0] == y[0] and 1 in (len(x), len(y)):
        return _INITIAL
    edits = Levenshtein.distance(x, y)
    apart = Levenshtein.distance(x.translate(_SHAPES), y.translate(_SHAPES))
    return math.log(1 - right) + apart * _WRONG_LETTER + (edits - apart) * _LOOKALIKE_LETTER


def _address(a: Signer[Key], b: Signer[Key], common: Commonness) -> float:
    """Log of how much likelier the address `b` is where that of `a` is meant than anywhere."""
    sure = a.address_confidence * b.address_confidence
    evidence = 0.0
    if a.street and b.street:
        share = common.part(b.street, 1 + (a.street == b.street))
        evidence += max(word_alike(a.street, b.street, sure) - share, _WRITTEN_OTHERWISE)
    if a.number and b.number:
        share = common.part(b.number, 1 + (a.number == b.number))
        evidence += max(_digits_alike(a.number, b.number, sure) - share, _WRITTEN_OTHERWISE)
    if a.postcode and b.postcode:
        share = common.part(b.postcode, 1 + (a.postcode == b.postcode))
        return evidence + max(_digits_alike(a.postcode, b.postcode, sure) - share, _WRITTEN_OTHERWISE)
    if a.town and a.town == b.town:
        evidence += -common.town(b.town, 2)
    return evidence


def _digits_alike(x: str, y: str, sure: float) -> float:
    right = _HARDLY_READ + (_ALMOST_SURE - _HARDLY_READ) * sure
    return math.log(right) if x == y else math.log(1 - right) + Levenshtein.distance(x, y) * _WRONG_DIGIT
