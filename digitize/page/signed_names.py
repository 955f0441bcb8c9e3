"""Recognise the signer's name in a signature cell whose ink alone leaves open whether it is a signature.

Who signs with a name in plain letters, or with initials, leaves little ink, or ink that looks like the end
of the address before it.
"""

from collections import Counter
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from digitize.address.directory import fold
from digitize.records import NAME_ROLES, Table

MIN_SIMILARITY = 0.75  # of a word to a word of the name
MIN_LETTERS = 4  # of the word; shorter ones are alike by chance
MAX_INITIALS = 3


def is_name_of_signer(
    signature: str, name: str, neighbours: Sequence[str] = (), *, is_mark: bool = False
) -> bool:
    """Return whether what was read in a signature cell is a word, or the initials, of the row's name.

    `neighbours` are the names of other rows that the ink may belong to: their words do not count.  Nor do
    initials in ink that looks like a tick or a cross (`is_mark`).
    """
    words, names = fold(signature).split(), fold(name).split()
    theirs = [word for other in neighbours for word in fold(other).split()]
    own = [word for word in names if not any(_is_same(word, other) for other in theirs)]
    has_word = any(_is_same(word, other) for word in words for other in own)
    if has_word or is_mark:
        return has_word
    letters = "".join(words)
    others = [fold(other).split() for other in neighbours]
    return any(
        _are_initials(each, names) and not any(_are_initials(each, other) for other in others)
        for each in _without_points(letters)
    )


def _without_points(letters: str) -> list[str]:
    """Return letters as read, and without an O after the first: the point of "L.T." looks like one."""
    return [letters, letters[0] + letters[2:]] if len(letters) == 3 and letters[1] in "o0" else [letters]


def _are_initials(letters: str, names: Sequence[str]) -> bool:
    initials = Counter(word[0] for word in names)
    return 2 <= len(letters) <= MAX_INITIALS and letters.isalpha() and not Counter(letters) - initials


def is_beside_name(table: Table, signature: int) -> bool:
    """Return whether the column before the signatures is one of names, which may run on into theirs."""
    left_px = table.columns[signature].left_px
    return any(column.role in NAME_ROLES and abs(column.right_px - left_px) < 1 for column in table.columns)


def _is_same(word: str, name: str) -> bool:
    if min(len(word), len(name)) < MIN_LETTERS:
        return False
    return bool(Levenshtein.normalized_similarity(word, name) >= MIN_SIMILARITY)
