"""One key for the many ways to write the name of a place.

`key` gives "ST. GALLEN" and "Sankt-Gallen" the same key: capitals, accents,
umlauts and their digraphs, hyphens, apostrophes and the words for "saint" do
not matter.  Different places may share a key; the directory tells them apart by
their postcodes and cantons.
"""

import re
import unicodedata

_SPECIAL = str.maketrans(
    {"ß": "ss", "ẞ": "ss", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ı": "i"}
)
_SAINT = re.compile(r"\b(?:sankt|saint|sainte|sant|santa|santo|san|ste|sta|sto|st)\b|^s(?= )")
_NEAR = re.compile(r"\b(?:bei|beim|b)\b")  # "Aeschi b. Spiez", "Aeschi bei Spiez"
_IN = re.compile(r"\b(?:im|in|i)\b")  # "Schafhausen i. E."
_AT = re.compile(r"\b(?:am|an|a)\b(?= )")  # "Affoltern a. Albis"
_UPON = re.compile(r"\b(?:sur|s)\b(?= )")  # "Chavannes s/Moudon"
_UMLAUT = re.compile(r"([aou])e")  # ae, oe, ue stand for umlauts; where they do not, both sides lose the e
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Return the lower-case words of `text`, separated by single spaces, without accents and punctuation."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFD", text.translate(_SPECIAL))
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", text.lower()).strip()


def key(text: str) -> str:
    """Return the key under which the directory lists a place name: no spaces, ae = ä = a.

    Spaces are dropped because writers and recognisers omit and insert them.
    """
    words = fold(text)
    if " " not in words:
        return _UMLAUT.sub(r"\1", words)
    words = _SAINT.sub("st", words)
    words = _UPON.sub("s", _AT.sub("a", _IN.sub("i", _NEAR.sub("b", words))))
    return _UMLAUT.sub(r"\1", words.replace(" ", ""))
