"""Words that are known to be common, as weak evidence beside the character model.

A character model prefers what looks like a name; a list knows which of two such texts is one ("Bernasconi",
"Bemasconi").  Each letter of a known word therefore adds a little to the score of a text, in the manner of
Hori, Watanabe and Hershey 2017, "Multi-level language modeling and decoding for open vocabulary end-to-end
speech recognition", but only as a bonus: no word is worse off for being unknown.
"""

import gzip
import re
import unicodedata
from functools import lru_cache
from importlib import resources

NAMES_FILE = "names.txt.gz"
MIN_LETTERS = 3  # shorter words are known by chance
MAX_LETTERS = 6  # that count of one word: the rest of a long name hardly adds to the evidence
_BETWEEN_WORDS = re.compile(r"[^\w'’]+")


@lru_cache(maxsize=50_000)
def without_accents(text: str) -> str:
    """Return `text` without accents, which are often left out in capitals."""
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, both halves of a double name, as the list has them."""
    found = _BETWEEN_WORDS.split(without_accents(text))
    return [word for word in found if len(word) >= MIN_LETTERS]


def known_letters(text: str, words: frozenset[str]) -> int:
    """Return how many letters of `text` (lower case) are in words of `words`, at most MAX_LETTERS of each."""
    if not words:
        return 0
    return sum(min(len(word), MAX_LETTERS) for word in words_of(text) if word in words)


def load_names() -> frozenset[str]:
    """Load the list of first and family names; takes about 10 ms."""
    packed = (resources.files("digitize.data") / NAMES_FILE).read_bytes()
    return frozenset(gzip.decompress(packed).decode("utf-8").split("\n"))
