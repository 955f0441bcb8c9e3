"""Find rows beside a signed row of the same family name: one signature may have been meant for both."""

from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from digitize.address.directory import fold

SHORTEST_NAME = 3  # letters; shorter words are initials and particles
EXACT_NAME = 4  # letters; up to here a letter more or less makes another name
MISREAD_LETTERS = 1  # in a longer name


def beside_signed_relatives(names: Sequence[str], signed: Sequence[bool]) -> set[int]:
    """Return the rows without a signature whose neighbour is signed and has a word of its name in common.

    `names` are the names of the rows from top to bottom as they were read, given and family name in any
    order; `signed` tells which rows have a signature of their own.
    """
    words = [[word for word in fold(name).split() if len(word) >= SHORTEST_NAME] for name in names]
    return {
        r
        for r, own in enumerate(words)
        if not signed[r]
        and any(0 <= i < len(words) and signed[i] and _share_a_name(own, words[i]) for i in (r - 1, r + 1))
    }


def _share_a_name(words: Sequence[str], others: Sequence[str]) -> bool:
    return any(_is_same(word, other) for word in words for other in others)


def _is_same(word: str, other: str) -> bool:
    misread = MISREAD_LETTERS if min(len(word), len(other)) > EXACT_NAME else 0
    return Levenshtein.distance(word, other, score_cutoff=misread) <= misread
