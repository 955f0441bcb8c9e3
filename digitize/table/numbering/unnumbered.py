"""Tell rows that are for no signer: an example above the first number, the sum below the last.

Only rows without a number of their own are looked at, and only what they say tells: a signer whose number
cannot be read must not get lost.  People may be called Muster, but do not live in a street of that name, too.
"""

import re
import unicodedata
from collections.abc import Sequence

from rapidfuzz import fuzz, process

# Lower case without accents; German, French, Italian, English.
EXAMPLE_WORDS = frozenset({"beispiel", "bsp", "zb", "exemple", "pex", "esempio", "example", "eg", "sample"})
EXAMPLE_NAMES = ("muster", "modele", "modello", "exempl", "beispiel")  # "Muster Hans, Musterstrasse 1"
SUM_WORDS = frozenset(
    {"total", "summe", "anzahl", "gesamt", "gesamtzahl", "unterschriften"}
    | {"somme", "nombre", "signatures", "totale", "somma", "firme", "sum", "number"}
)
TOTAL_WORDS = ("total", "totale")  # that begin the line; the others are two: "Anzahl Unterschriften"
MIN_SUM_WORDS = 2
MIN_MATCH = 80  # of 100: one letter of five was misread


def is_example(texts: Sequence[str], least_names: int = 1) -> bool:
    """Return whether a row with these texts in its cells shows how the sheet is filled in.

    It says so, or as many words begin as those of made-up names and addresses do.
    """
    words = _words(texts)
    names = sum(word.startswith(EXAMPLE_NAMES) for word in words)
    return names >= least_names or not EXAMPLE_WORDS.isdisjoint(words)


def is_sum(texts: Sequence[str]) -> bool:
    """Return whether a row with these texts in its cells asks for the number of signatures."""
    words = _words(texts)
    known = [process.extractOne(word, SUM_WORDS, scorer=fuzz.ratio, score_cutoff=MIN_MATCH) for word in words]
    found = {match[0] for match in known if match}
    return len(found) >= MIN_SUM_WORDS or bool(known and known[0] and known[0][0] in TOTAL_WORDS)


def _words(texts: Sequence[str]) -> list[str]:
    """Return the words in lower case without accents."""
    decomposed = unicodedata.normalize("NFD", " ".join(texts).lower())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.findall(r"[a-z]+", re.sub(r"\b([pz])\W+(ex|b)\b", r"\1\2", plain))  # "p. ex.", "z. B."
