"""Pairs among hundreds of thousands of rows without comparing each with each."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Generic

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from digitize.campaign.duplicates.evidence import Commonness, likelihood
from digitize.campaign.duplicates.signer import Key, Signer

LEAST = 0.1  # probability from which a pair is shown: to look costs a second, to miss a false signature
_BEGIN, _END = 3, 3  # letters of a word by which it is looked up: misreadings seldom spoil both ends
_STREET = 4  # and of a street
_CROWD = 400  # rows with one look-up key: more share a common name, and other keys tell them apart
_NAMES_LIKE = 55  # of 100: less alike no two readings of one name are, even as an initial
_STREETS_LIKE = 50  # of 100, street and number: less alike two readings of one street hardly ever are

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pair(Generic[Key]):
    """Two rows that may be by one person; `a` comes first in the order given."""

    a: Key
    b: Key
    likelihood: float


def find_signer_pairs(signers: Sequence[Signer[Key]], least: float = LEAST) -> list[Pair[Key]]:
    """Pairs that are at least so likely (0..1) by one person, the likeliest first.

    100,000 rows take some ten seconds.
    """
    common = Commonness(signers)
    found = []
    for i, j in _alike(signers, *_candidates(signers)):
        a, b = signers[i], signers[j]
        likely = likelihood(a, b, common)
        if likely >= least:
            found.append(Pair(a.key, b.key, likely))
    return sorted(found, key=lambda pair: -pair.likelihood)


def _alike(signers: Sequence[Signer[Key]], first: Rows, second: Rows) -> Iterator[tuple[int, int]]:
    """The pairs whose names and addresses are roughly alike, the last name tried in front as well."""
    names = [one.name for one in signers]
    turned = [" ".join((one.words[-1], *one.words[:-1])) for one in signers]
    streets = [f"{one.street} {one.number}".strip() for one in signers]
    near = _like(names, names, first, second) >= _NAMES_LIKE
    near |= _like(names, turned, first, second) >= _NAMES_LIKE
    first, second = first[near], second[near]
    unknown = np.array([not street for street in streets], dtype=bool)
    near = _like(streets, streets, first, second) >= _STREETS_LIKE
    near |= unknown[first] | unknown[second]
    return zip(first[near].tolist(), second[near].tolist(), strict=True)


def _like(ones: Sequence[str], others: Sequence[str], first: Rows, second: Rows) -> NDArray[np.uint8]:
    """How alike the texts of each pair are, 0 to 100."""
    pair = [ones[i] for i in first.tolist()], [others[j] for j in second.tolist()]
    return process.cpdist(*pair, scorer=fuzz.ratio, dtype=np.uint8)


def _candidates(signers: Sequence[Signer[Key]]) -> tuple[Rows, Rows]:
    """Pairs of positions (first < second) that share a look-up key."""
    looked_up = [(row, hash(key)) for row, one in enumerate(signers) for key in set(_keys(one))]
    if not looked_up:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    table = np.array(looked_up, dtype=np.int64)
    table = table[np.argsort(table[:, 1], kind="stable")]
    begins = np.flatnonzero(np.diff(table[:, 1], prepend=table[0, 1] - 1))
    sizes = np.diff(begins, append=len(table))
    codes = []
    for size in np.unique(sizes[(sizes > 1) & (sizes <= _CROWD)]):
        groups = table[begins[sizes == size][:, None] + np.arange(size), 0]
        one, other = np.triu_indices(size, 1)
        codes.append(np.unique(groups[:, one] * len(signers) + groups[:, other]))
    pairs = np.unique(np.concatenate(codes)) if codes else np.zeros(0, np.int64)
    return pairs // len(signers), pairs % len(signers)


def _keys(one: Signer[Key]) -> Iterator[Hashable]:
    """Parts of the name with parts of the address: two rows by one person share one of them."""
    street = one.street[:_STREET]
    anchors: list[Hashable] = []
    if one.number:
        anchors += [(one.postcode or one.town, one.number), (street, one.number)]
    if street:
        anchors.append((one.postcode or one.town, street))
    if not anchors:
        anchors.append(one.postcode or one.town)
    if one.number and street:
        yield "address", one.postcode or one.town, street, one.number
    words = sorted({word for word in one.words if len(word) > 1})
    for word in words:
        for part in {word[:_BEGIN], f"-{word[-_END:]}"}:
            for anchor in anchors:
                yield part, anchor
    for x, y in combinations(words, 2):
        yield "names", x[:_BEGIN], y[:_BEGIN]
