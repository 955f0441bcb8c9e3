"""Find pairs of rows by one person among hundreds of thousands, without comparing each with each.

Rows are first looked up by parts of name and address (`blocking`), then left out if what they have in common
is too common (`evidence_limit`) or their texts differ, and only the remaining pairs are weighed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from digitize.campaign.duplicates.blocking import Pairs, RowIndices, candidates
from digitize.campaign.duplicates.evidence import Frequencies, likelihood
from digitize.campaign.duplicates.evidence_limit import EvidenceLimit
from digitize.campaign.duplicates.signer import Key, Signer
from digitize.campaign.duplicates.signer_table import SignerTable

BLOCK_PAIRS = 50_000  # whose texts are compared at a time: some 20 MB
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


def find_signer_pairs(signers: Iterable[Signer[Key]], least: float = MIN_LIKELIHOOD) -> list[Pair[Key]]:
    """Return the pairs that are by one person with at least this probability, the likeliest first."""
    return find_pairs_in(SignerTable(signers), least)


def find_pairs_in(table: SignerTable[Key], least: float = MIN_LIKELIHOOD) -> list[Pair[Key]]:
    """Return the same for the signers of a table."""
    frequencies = Frequencies(table)
    found: list[Pair[Key]] = []
    for i, j in _similar(table, _likely(table, frequencies, least)):
        a, b = table.signer(i), table.signer(j)
        probability = likelihood(a, b, frequencies, least)
        if probability >= least:
            found.append(Pair(a.key, b.key, probability))
    return sorted(found, key=lambda pair: -pair.likelihood)


def _likely(table: SignerTable[Key], frequencies: Frequencies, least: float) -> Pairs:
    """Return the candidates that may be likely enough, each once, in the order of the rows."""
    rows = max(1, len(table))
    limit = EvidenceLimit(table, frequencies)
    known, new = np.zeros(0, np.int64), [np.zeros(0, np.int64)]
    for pairs in candidates(table):
        first, second = limit.likely(pairs, least) if least > 0 else pairs
        new.append(first * rows + second)
        if sum(map(len, new)) > max(BLOCK_PAIRS, len(known)):
            known, new = np.unique(np.concatenate((known, *new))), []
    known = np.unique(np.concatenate((known, *new)))
    if least <= 0:
        return known // rows, known % rows
    some = range(0, len(known), BLOCK_PAIRS)
    kept = [limit.likelier(divmod(known[at : at + BLOCK_PAIRS], rows), least) for at in some]
    none = np.zeros(0, np.int64)
    return np.concatenate([none, *(a for a, _ in kept)]), np.concatenate([none, *(b for _, b in kept)])


def _similar(table: SignerTable[Key], pairs: Pairs) -> Iterator[tuple[int, int]]:
    """Yield the pairs with similar names and addresses; some are compared at a time, to save memory."""
    for start in range(0, len(pairs[0]), BLOCK_PAIRS):
        block = slice(start, start + BLOCK_PAIRS)
        yield from _similar_in(table, pairs[0][block], pairs[1][block])


def _similar_in(table: SignerTable[Key], first: RowIndices, second: RowIndices) -> Iterator[tuple[int, int]]:
    rows, at = np.unique(np.concatenate((first, second)), return_inverse=True)
    texts = _Texts([table.signer(row) for row in rows.tolist()])
    a, b = at[: len(first)], at[len(first) :]
    similar = _similarity(texts.names, texts.names, a, b) >= MIN_NAME_SIMILARITY
    similar |= _similarity(texts.names, texts.turned, a, b) >= MIN_NAME_SIMILARITY
    first, second, a, b = first[similar], second[similar], a[similar], b[similar]
    similar = _similarity(texts.streets, texts.streets, a, b) >= MIN_STREET_SIMILARITY
    similar |= texts.has_no_street[a] | texts.has_no_street[b]
    return zip(first[similar].tolist(), second[similar].tolist(), strict=True)


class _Texts:
    """What is compared of each signer; names also with their last word moved to the front."""

    def __init__(self, signers: Sequence[Signer[Key]]) -> None:
        self.names = [one.name for one in signers]
        self.turned = [" ".join((one.words[-1], *one.words[:-1])) for one in signers]
        self.streets = [f"{one.street} {one.number}".strip() for one in signers]
        self.has_no_street = np.array([not street for street in self.streets], dtype=bool)


def _similarity(
    ones: Sequence[str], others: Sequence[str], first: RowIndices, second: RowIndices
) -> NDArray[np.uint8]:
    """Return the similarity of the texts of each pair, 0 to 100."""
    pairs = [ones[i] for i in first.tolist()], [others[j] for j in second.tolist()]
    return process.cpdist(*pairs, scorer=fuzz.ratio, dtype=np.uint8)
