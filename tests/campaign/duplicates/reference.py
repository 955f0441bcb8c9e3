"""The search for people who signed twice as one would first write it: slow, and with everything in memory."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from rapidfuzz import fuzz

from digitize.campaign.duplicates import Pair, Signer, SignerTable
from digitize.campaign.duplicates.blocking import SETTINGS
from digitize.campaign.duplicates.evidence import Frequencies, likelihood
from digitize.campaign.duplicates.signer_pairs import MIN_NAME_SIMILARITY, MIN_STREET_SIMILARITY

Blocks = Mapping[Hashable, Sequence[int]]


def find_pairs(signers: Sequence[Signer[int]], least: float) -> list[Pair[int]]:
    """Return the pairs that are by one person with at least this probability, the likeliest first."""
    frequencies = Frequencies(SignerTable(signers))
    found = []
    for i, j in sorted(compared(signers)):
        a, b = signers[i], signers[j]
        if alike(a, b) and (probability := likelihood(a, b, frequencies)) >= least:
            found.append(Pair(a.key, b.key, probability))
    return sorted(found, key=lambda pair: -pair.likelihood)


def compared(signers: Sequence[Signer[int]]) -> set[tuple[int, int]]:
    """Return the pairs of positions that share a key, or two keys where many share the first."""
    blocks = blocks_of((key, at) for at, one in enumerate(signers) for key in keys(one))
    large = [(key, at) for key, rows in blocks.items() if len(rows) > SETTINGS.max_rows for at in rows]
    near = blocks_of(((key, part), at) for key, at in large for part in enumerate(address(signers[at])))
    near = {key: rows for key, rows in near.items() if key[1][1]}  # type: ignore[index]
    rare = blocks_of(((key, part), at) for key, at in large for part in rare_names(signers[at]))
    return {
        *pairs(blocks, SETTINGS.max_rows),
        *pairs(near, SETTINGS.max_near_rows),
        *pairs(rare, SETTINGS.max_rows),
    }


def blocks_of(keyed: Iterable[tuple[Hashable, int]]) -> dict[Hashable, list[int]]:
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for key, at in dict.fromkeys(keyed):
        blocks[key].append(at)
    return blocks


def pairs(blocks: Blocks, most: int) -> Iterator[tuple[int, int]]:
    for rows in blocks.values():
        if len(rows) <= most:
            yield from combinations(rows, 2)


def keys(one: Signer[int]) -> Iterator[Hashable]:
    area, street, number = address(one)
    anchors: list[Hashable] = [(area, number), (street, number)] if number else []
    anchors += [(area, street)] if street else []
    for word in names(one):
        for part in (word[:3], f"-{word[-3:]}"):
            for anchor in anchors or [area]:
                yield part, anchor
    if number and street:
        yield "address", area, street, number
    for x, y in combinations(names(one), 2):
        yield "names", x[:3], y[:3]


def rare_names(one: Signer[int]) -> Iterator[Hashable]:
    for x, y in combinations(names(one), 2):
        yield "begin", x[:5], y[:5]
        yield "end", x[-3:], y[-3:]


def names(one: Signer[int]) -> list[str]:
    return sorted({word for word in one.words if len(word) > 1})


def address(one: Signer[int]) -> tuple[str, str, str]:
    return one.postcode or one.town, one.street[:4], one.number


def alike(a: Signer[int], b: Signer[int]) -> bool:
    """Return whether the texts of two rows are alike enough to be weighed."""
    turned = " ".join((b.words[-1], *b.words[:-1]))
    if max(round_(a.name, b.name), round_(a.name, turned)) < MIN_NAME_SIMILARITY:
        return False
    streets = [f"{one.street} {one.number}".strip() for one in (a, b)]
    return not all(streets) or round_(*streets) >= MIN_STREET_SIMILARITY


def round_(one: str, other: str) -> int:
    return round(fuzz.ratio(one, other))
