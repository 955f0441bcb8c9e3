"""Words that are known to be common, as weak evidence beside the character model.

A character model prefers what looks like a name; a list knows which of two such texts is one ("Bernasconi",
"Bemasconi").  Each letter of a known word therefore adds a little to the score of a text, in the manner of
Hori, Watanabe and Hershey 2017, "Multi-level language modeling and decoding for open vocabulary end-to-end
speech recognition", but only as a bonus: no word is worse off for being unknown.
"""

import gzip
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

NAMES_FILE = "names.txt.gz"
MIN_LETTERS = 3  # shorter words are known by chance
MAX_LETTERS = 6  # that count of one word: the rest of a long name hardly adds to the evidence
COMMONEST_LETTERS = 14  # that count of the commonest endings

# Kinds of streets, which nearly every address names, and what joins them to their names.  Names of streets
# and towns are not among them: there are more than any list knows, and the directory weighs those of towns.
_GERMAN_KINDS = (
    "strasse straße str weg gasse platz allee rain halde matte acker ring graben steig promenade quai wegli"
)
_LATIN_WORDS = (
    "rue rte route chemin avenue boulevard place impasse passage sentier ruelle esplanade cité montée"
    " via viale vicolo piazza piazzetta strada salita sentiero contrada corso largo"
    " des les aux sur saint sainte alla alle della delle dei del dal san santa"
)
# Half of all German addresses have this one, and it is often written as a bow with a hook.
_COMMONEST_ENDINGS = frozenset({"strasse", "straße"})
# What a word that stands where the kind of street does may be, as ending and as word.
_PROPOSED_ENDINGS = ("strasse", "straße", "weg", "gasse", "platz")
_PROPOSED_BEFORE = (
    *("rue", "route", "rte", "chemin", "ch.", "avenue", "av.", "boulevard", "place", "impasse", "passage"),
    *("sentier", "ruelle", "quai", "via", "viale", "vicolo", "piazza", "strada", "salita", "contrada"),
)
_LOST_LETTERS = range(3, 9)  # of the end of a compound
_MIN_BEGINNING = 3  # letters of a compound before its ending
_WORD_BEFORE_NUMBER = re.compile(r"(?:[^\W\d][^\s\d]* )?([^\W\d][^\s\d]*)(?= \S*\d)")
_MAX_PIECE = 3  # letters of a piece of a word, that a gap before an ß cuts off
_WORD_BEFORE_WORD = re.compile(r"[^\W\d][^\s\d]*(?= [^\W\d])")
_BETWEEN_WORDS = re.compile(r"[^\w'’]+|\d+")


@lru_cache(maxsize=50_000)
def without_accents(text: str) -> str:
    """Return `text` without accents, which are often left out in capitals."""
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, both halves of a double name, as the list has them."""
    found = _BETWEEN_WORDS.split(without_accents(text))
    return [word for word in found if len(word) >= MIN_LETTERS]


@dataclass(frozen=True)
class KnownWords:
    """Words without accents in lower case, and endings of compounds of which the beginnings are not known."""

    words: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()

    def letters(self, text: str) -> int:
        """Return how many letters of `text` (lower case) are known.

        At most MAX_LETTERS of each word count, and COMMONEST_LETTERS for the commonest ending.
        """
        if not self.words:
            return 0
        return sum(self._letters_of(word) for word in words_of(text))

    def _letters_of(self, word: str) -> int:
        ending = next((ending for ending in self.endings if word.endswith(ending)), "")
        if ending in _COMMONEST_ENDINGS:
            return COMMONEST_LETTERS
        return min(len(word if word in self.words else ending), MAX_LETTERS)

    def with_kind_of_street(self, text: str) -> list[str]:
        """Return a line of an address (lower case) with each kind of street in place of an unknown word.

        That is the word before the first number, or its end, in German, and the first word in other
        languages.  The letters of a kind that is hardly legible are often too unlikely, one by one, for a
        search to follow them.
        """
        if not self.endings:
            return []
        found: list[str] = []
        last = _WORD_BEFORE_NUMBER.search(text)
        if last and self.words.isdisjoint(words_of(text)) and self.letters(last[1]) < COMMONEST_LETTERS:
            start = last.start(0 if len(last[1]) <= _MAX_PIECE else 1)
            before, word, after = text[:start], text[start : last.end()], text[last.end() :]
            beginnings = [word[:-lost] for lost in _LOST_LETTERS if len(word) - lost >= _MIN_BEGINNING]
            beginnings += [""] if before else []
            found += [before + begun + ending + after for begun in beginnings for ending in _PROPOSED_ENDINGS]
        if last and (first := _WORD_BEFORE_WORD.match(text)) and not self.letters(first[0]):
            found += [kind + text[first.end() :] for kind in _PROPOSED_BEFORE]
        return found


NO_WORDS = KnownWords()


def load_names() -> KnownWords:
    """Load the list of first and family names; takes about 10 ms."""
    packed = (resources.files("digitize.data") / NAMES_FILE).read_bytes()
    return KnownWords(frozenset(gzip.decompress(packed).decode("utf-8").split("\n")))


def street_words() -> KnownWords:
    """Return words of addresses in three languages; "Bahnhofstrasse" is known by its ending."""
    kinds = without_accents(_GERMAN_KINDS).split()
    endings = sorted((kind for kind in kinds if len(kind) > MIN_LETTERS), key=len, reverse=True)
    return KnownWords(frozenset([*kinds, *without_accents(_LATIN_WORDS).split()]), tuple(endings))
