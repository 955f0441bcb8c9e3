"""Take name and address of a row apart into plain words that can be compared."""

import re
from collections.abc import Hashable
from dataclasses import dataclass
from sys import intern
from typing import Generic, TypeVar

from digitize.address.directory import fold
from digitize.records import Row

_HOUSE_NUMBER = re.compile(r"^\d{1,4}[a-z]?$")
_POSTCODE = re.compile(r"^\d{4,5}$")
_BREAK = re.compile(r"[,;\n]")  # between street and town, or between a number and its street
_STREET_WORD = re.compile(r"str(?:asse|aße|ase)?(?=\s|$)")  # "Seestr." and "Seestrasse" are one street
_FRENCH_WORDS = {
    "r": "rue",
    "ch": "chemin",
    "che": "chemin",
    "chem": "chemin",
    "av": "avenue",
    "ave": "avenue",
    "rte": "route",
    "pl": "place",
    "bd": "boulevard",
    "imp": "impasse",
}
_TITLES = frozenset({"dr", "prof", "frau", "herr", "hr", "fr", "mme", "mlle", "m", "sig", "mr", "mrs"})
_MIN_NAME_WORDS = 2  # left after titles are removed: in "M. Rossi", the M is an initial

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Signer(Generic[Key]):
    """Who signed a row, in folded words; what is not legible is empty.

    Confidences are those of the readings, 0..1: the probability that a text has no mistake.
    """

    key: Key
    words: tuple[str, ...]  # of the name, in their order
    name_confidence: float
    street: str = ""  # without number and spaces
    number: str = ""
    postcode: str = ""
    town: str = ""
    address_confidence: float = 0.0

    @property
    def name(self) -> str:
        return " ".join(self.words)


def signer(key: Key, row: Row) -> Signer[Key] | None:
    """Return the signer of a row, None if no name could be read."""
    words = _name_words(row.name.text) if row.name else ()
    if row.name is None or not any(len(word) > 1 for word in words):
        return None
    postcode, locality = (row.place.postcode, row.place.locality) if row.place else ("", "")
    street, number, written = _address_parts(row.address.text if row.address else "", postcode, locality)
    confidence = row.address.confidence if row.address else 0.0
    town = fold(locality).replace(" ", "")
    # Names and streets occur thousands of times in a large campaign: one text serves all of them.
    words = tuple(map(intern, words))
    street, number, written, town = map(intern, (street, number, written, town))
    return Signer(key, words, row.name.confidence, street, number, written, town, confidence)


def _name_words(text: str) -> tuple[str, ...]:
    words = [word for word in fold(text).split() if not word.isdigit()]
    untitled = [word for word in words if word not in _TITLES]
    return tuple(untitled if len(untitled) >= _MIN_NAME_WORDS else words)


def _address_parts(text: str, postcode: str, locality: str) -> tuple[str, str, str]:
    """Return street, house number and postcode of an address.

    `postcode` and `locality` are those of the directory, empty where unknown.
    """
    parts = [words for part in _BREAK.split(text) if (words := fold(part).split())]
    written = next((word for words in reversed(parts) for word in words if _POSTCODE.match(word)), "")
    words, rest = _street_line(parts)
    town = fold(locality).split()
    end = next((i for i, word in enumerate(words) if _POSTCODE.match(word)), len(words))
    if town and words[end - len(town) : end] == town:
        end -= len(town)
    words = words[:end]
    number = next((word for word in reversed(words) if _HOUSE_NUMBER.match(word)), "")
    if not number and words and rest and len(rest[0]) == 1 and _HOUSE_NUMBER.match(rest[0][0]):
        number = rest[0][0]
    named = [_FRENCH_WORDS.get(word, word) for word in words if word != number]
    street = _STREET_WORD.sub("str", " ".join(named)).replace(" ", "")
    return street, number, postcode or written


def _street_line(parts: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Return the words up to the end of the first part that holds a name, and the parts after it."""
    words: list[str] = []
    for i, part in enumerate(parts):
        words += part
        if any(len(word) > 1 and word.isalpha() for word in part):
            return words, parts[i + 1 :]
    return words, []
