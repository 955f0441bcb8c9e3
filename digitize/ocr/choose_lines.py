"""Of several ways to split a cell into lines, choose the one in which most is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance.Levenshtein import normalized_similarity

from digitize.images import Pixels
from digitize.ocr.engines import Line
from digitize.records import ADDRESS_ROLES, Role

Way = Sequence[tuple[Pixels, Line]]  # the crop of each line and what was read in it


@dataclass(frozen=True)
class _Settings:
    """When a line of an address reads like the whole cell: the other lines were not read there."""

    alike: float = 0.66  # share of the characters; the foot of the other line makes it hard to read
    min_letters: int = 2  # letters and digits of every line


_SETTINGS = _Settings()


def best_way(ways: Sequence[Way], role: Role) -> Way:
    """Return the most legible way to split a cell, [] if there is none."""
    best = max(ways, key=lambda way: legibility([line for _, line in way]), default=[])
    if role in ADDRESS_ROLES:
        return next((way for way in ways if _reads_more(way, best)), best)
    return best


def legibility(lines: Sequence[Line]) -> float:
    """Return the mean confidence per character: halves of letters are read worse than whole ones."""
    characters = sum(len(line.text) for line in lines)
    return sum(line.confidence * len(line.text) for line in lines) / max(characters, 1)


def _reads_more(way: Way, best: Way) -> bool:
    """Return whether the first line of `way` is all that `best` reads, and more lines follow.

    A recogniser reads only the larger one of two lines in one crop, and often more surely than both apart.
    """
    if len(best) != 1 or len(way) < 2:
        return False
    (_, alone), (_, first) = best[0], way[0]
    alike = normalized_similarity(alone.text.casefold(), first.text.casefold()) >= _SETTINGS.alike
    letters = min(sum(map(str.isalnum, line.text)) for _, line in way)
    return alike and first.confidence >= alone.confidence and letters >= _SETTINGS.min_letters
