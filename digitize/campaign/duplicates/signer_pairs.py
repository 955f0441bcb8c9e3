"""Find pairs of rows by one person among hundreds of thousands, without comparing each with each.

Rows are first looked up by parts of name and address ("blocking" in record linkage), then
filtered by the similarity of their texts, and only the remaining pairs are weighed.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Generic

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from digitize.campaign.duplicates.evidence import Frequencies, likelihood
from digitize.campaign.duplicates.signer import Key, Signer

BLOCK_PAIRS = 1_000_000  # whose texts are compared at a time: some 200 MB
MIN_LIKELIHOOD = 0.1  # 0..1; low, because looking costs seconds and a missed pair is a false signature


@dataclass(frozen=True)
class BlockingSettings:
    """Which pairs of rows are weighed; measured on synthetic signers with misreadings."""

    word_letters: int = 3  # of a name, from either end: a misreading seldom affects both ends
    street_letters: int = 4  # from its beginning
    max_rows: int = 400  # with one look-up key: more share a common name, which other keys tell apart
    # Similarity of texts, 0..100: two readings of one text are more alike.
    min_name_similarity: int = 55  # holds for an initial as well
    min_street_similarity: int = 50  # of street and house number


SETTINGS = BlockingSettings()

RowIndices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pair(Generic[Key]):
    """Two rows that may be by one person; `a` comes first in the order given."""

    a: Key
    b: Key
    likelihood: float  # 0..1


def find_signer_pairs(signers: Sequence[Signer[Key]], least: float = MIN_LIKELIHOOD) -> list[Pair[Key]]:
    """Return the pairs that are by one person with at least this probability, the likeliest first.

    100,000 rows take about ten seconds.
    """
    frequencies, texts = Frequencies(signers), _Texts(signers)
    found = []
    for i, j in _similar(texts, *_candidates(signers)):
        a, b = signers[i], signers[j]
        probability = likelihood(a, b, frequencies)
        if probability >= least:
            found.append(Pair(a.key, b.key, probability))
    return sorted(found, key=lambda pair: -pair.likelihood)


class _Texts:
    """What is compared of each signer; names also with their last word moved to the front."""

    def __init__(self, signers: Sequence[Signer[Key]]) -> None:
        self.names = [one.name for one in signers]
        self.turned = [" ".join((one.words[-1], *one.words[:-1])) for one in signers]
        self.streets = [f"{one.street} {one.number}".strip() for one in signers]
        self.has_no_street = np.array([not street for street in self.streets], dtype=bool)


def _similar(texts: _Texts, first: RowIndices, second: RowIndices) -> Iterator[tuple[int, int]]:
    """Yield the pairs with similar names and addresses; some are compared at a time, to save memory."""
    for start in range(0, len(first), BLOCK_PAIRS):
        block = slice(start, start + BLOCK_PAIRS)
        yield from _similar_in(texts, first[block], second[block])


def _similar_in(texts: _Texts, first: RowIndices, second: RowIndices) -> Iterator[tuple[int, int]]:
    similar = _similarity(texts.names, texts.names, first, second) >= SETTINGS.min_name_similarity
    similar |= _similarity(texts.names, texts.turned, first, second) >= SETTINGS.min_name_similarity
    first, second = first[similar], second[similar]
    similar = _similarity(texts.streets, texts.streets, first, second) >= SETTINGS.min_street_similarity
    similar |= texts.has_no_street[first] | texts.has_no_street[second]
    return zip(first[similar].tolist(), second[similar].tolist(), strict=True)


def _similarity(
    ones: Sequence[str], others: Sequence[str], first: RowIndices, second: RowIndices
) -> NDArray[np.uint8]:
    """Return the similarity of the texts of each pair, 0 to 100."""
    pairs = [ones[i] for i in first.tolist()], [others[j] for j in second.tolist()]
    return process.cpdist(*pairs, scorer=fuzz.ratio, dtype=np.uint8)


def _candidates(signers: Sequence[Signer[Key]]) -> tuple[RowIndices, RowIndices]:
    """Return the pairs of positions (first < second) that share a look-up key."""
    by_key = [(row, hash(key)) for row, one in enumerate(signers) for key in set(_keys(one))]
    if not by_key:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    table = np.array(by_key, dtype=np.int64)
    table = table[np.argsort(table[:, 1], kind="stable")]
    starts = np.flatnonzero(np.diff(table[:, 1], prepend=table[0, 1] - 1))
    sizes = np.diff(starts, append=len(table))
    codes = []  # a pair (i, j) as the number i * rows + j
    for size in np.unique(sizes[(sizes > 1) & (sizes <= SETTINGS.max_rows)]):
        groups = table[starts[sizes == size][:, None] + np.arange(size), 0]
        one, other = np.triu_indices(size, 1)
        codes.append(np.unique(groups[:, one] * len(signers) + groups[:, other]))
    pairs = np.unique(np.concatenate(codes)) if codes else np.zeros(0, np.int64)
    return pairs // len(signers), pairs % len(signers)


def _keys(one: Signer[Key]) -> Iterator[Hashable]:
    """Yield parts of the name with parts of the address: two rows by one person share one of them."""
    street = one.street[: SETTINGS.street_letters]
    area = one.postcode or one.town
    anchors: list[Hashable] = []
    if one.number:
        anchors += [(area, one.number), (street, one.number)]
    if street:
        anchors.append((area, street))
    if not anchors:
        anchors.append(area)
    if one.number and street:
        yield "address", area, street, one.number
    letters = SETTINGS.word_letters
    words = sorted({word for word in one.words if len(word) > 1})
    for word in words:
        for part in {word[:letters], f"-{word[-letters:]}"}:
            for anchor in anchors:
                yield part, anchor
    for x, y in combinations(words, 2):
        yield "names", x[:letters], y[:letters]
