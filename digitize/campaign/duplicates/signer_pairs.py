"""Find pairs of rows by one person among hundreds of thousands, without comparing each with each.

Rows are first looked up by parts of name and address (`blocking`), then filtered by the similarity of their
texts, and only the remaining pairs are weighed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from digitize.campaign.duplicates.blocking import RowIndices, candidates
from digitize.campaign.duplicates.evidence import Frequencies, likelihood
from digitize.campaign.duplicates.signer import Key, Signer

BLOCK_PAIRS = 1_000_000  # whose texts are compared at a time: some 200 MB
MIN_LIKELIHOOD = 0.1  # 0..1; low, because looking costs seconds and a missed pair is a false signature


# Similarity of texts, 0..100, of pairs that are weighed: two readings of one text are more alike.
MIN_NAME_SIMILARITY = 55  # holds for an initial as well
MIN_STREET_SIMILARITY = 50  # of street and house number


@dataclass(frozen=True, slots=True)
class Pair(Generic[Key]):
    """Two rows that may be by one person; `a` comes first in the order given."""

    a: Key
    b: Key
    likelihood: float  # 0..1


def find_signer_pairs(signers: Sequence[Signer[Key]], least: float = MIN_LIKELIHOOD) -> list[Pair[Key]]:
    """Return the pairs that are by one person with at least this probability, the likeliest first.

    100,000 rows take about ten seconds, a million some two minutes.
    """
    frequencies, texts = Frequencies(signers), _Texts(signers)
    found = []
    for i, j in _similar(texts, *candidates(signers)):
        a, b = signers[i], signers[j]
        probability = likelihood(a, b, frequencies, least)
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
    similar = _similarity(texts.names, texts.names, first, second) >= MIN_NAME_SIMILARITY
    similar |= _similarity(texts.names, texts.turned, first, second) >= MIN_NAME_SIMILARITY
    first, second = first[similar], second[similar]
    similar = _similarity(texts.streets, texts.streets, first, second) >= MIN_STREET_SIMILARITY
    similar |= texts.has_no_street[first] | texts.has_no_street[second]
    return zip(first[similar].tolist(), second[similar].tolist(), strict=True)


def _similarity(
    ones: Sequence[str], others: Sequence[str], first: RowIndices, second: RowIndices
) -> NDArray[np.uint8]:
    """Return the similarity of the texts of each pair, 0 to 100."""
    pairs = [ones[i] for i in first.tolist()], [others[j] for j in second.tolist()]
    return process.cpdist(*pairs, scorer=fuzz.ratio, dtype=np.uint8)
