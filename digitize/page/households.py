"""Find rows beside a signed row of the same family: one signature may have been meant for both.

Relatives have a word of their names in common; where that is read worse, they also live at the same address.
"""

from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from digitize.address.directory import fold

SHORTEST_NAME = 3  # letters; shorter words are initials and particles
EXACT_NAME = 4  # letters; up to here a letter more or less makes another name
MISREAD_LETTERS = 1  # in a longer name
MIN_NAME_SIMILARITY = 0.65  # of two words read badly
MIN_ADDRESS_SIMILARITY = 0.7  # two addresses in one town are less alike


def beside_signed_relatives(
    names: Sequence[str], signed: Sequence[bool], addresses: Sequence[str] = ()
) -> set[int]:
    """Return the rows without a signature whose neighbour is signed and seems to be of the same family.

    `names` are the names of the rows from top to bottom as they were read, given and family name in any
    order; `signed` tells which rows have a signature of their own; `addresses` are those of all rows, if
    they are known.
    """
    words = [[word for word in fold(name).split() if len(word) >= SHORTEST_NAME] for name in names]
    homes = [fold(address) for address in addresses] or [""] * len(words)

    def are_relatives(r: int, i: int) -> bool:
        return _share_a_name(words[r], words[i]) or (
            _similarity(homes[r], homes[i]) >= MIN_ADDRESS_SIMILARITY
            and any(
                _similarity(word, other) >= MIN_NAME_SIMILARITY
                for word in words[r]
                for other in words[i]
                if min(len(word), len(other)) > EXACT_NAME
            )
        )

    return {
        r
        for r in range(len(words))
        if not signed[r]
        and any(0 <= i < len(words) and signed[i] and are_relatives(r, i) for i in (r - 1, r + 1))
    }


def _similarity(text: str, other: str) -> float:
    """Return how alike two texts are, 0 to 1; 0 if one is empty."""
    return float(Levenshtein.normalized_similarity(text, other)) if text and other else 0.0


def _share_a_name(words: Sequence[str], others: Sequence[str]) -> bool:
    return any(_is_same(word, other) for word in words for other in others)


def _is_same(word: str, other: str) -> bool:
    misread = MISREAD_LETTERS if min(len(word), len(other)) > EXACT_NAME else 0
    return Levenshtein.distance(word, other, score_cutoff=misread) <= misread
