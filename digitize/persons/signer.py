"""What is compared of a row: its name and address taken apart into plain words."""

import re
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from digitize.records import Row
from digitize.regions import fold

_HOUSE_NUMBER = re.compile(r"^\d{1,4}[a-z]?$")
_POSTCODE = re.compile(r"^\d{4,5}$")
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
_TITLE_LETTERS = 2  # a name keeps so many words at least: "M. Rossi" is an initial, not a title


Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Signer(Generic[Key]):
    """Who signed a row, in folded words.

    What was not written or not legible is empty.  Confidences are those of the
    readings, 0..1: how likely a text is read without any mistake.
    """

    key: Key
    words: tuple[str, ...]  # of the name, in the order in which they stand
    name_confidence: float
    street: str = ""  # words without the number, no spaces
    number: str = ""
    postcode: str = ""
    town: str = ""
    address_confidence: float = 0.0

    @property
    def name(self) -> str:
        return " ".join(self.words)


def signer(key: Key, row: Row) -> Signer[Key] | None:
    """The signer of a row; None where no name could be read, for then nobody is recognised."""
    words = _name_words(row.name.text) if row.name else ()
    if row.name is None or not any(len(word) > 1 for word in words):
        return None
    postcode, locality = (row.place.postcode, row.place.locality) if row.place else ("", "")
    street, number, written = _address_parts(row.address.text if row.address else "", postcode, locality)
    confidence = row.address.confidence if row.address else 0.0
    town = fold(locality).replace(" ", "")
    return Signer(key, words, row.name.confidence, street, number, written, town, confidence)


def _name_words(text: str) -> tuple[str, ...]:
    words = [word for word in fold(text).split() if not word.isdigit()]
    named = [word for word in words if word not in _TITLES]
    return tuple(named if len(named) >= _TITLE_LETTERS else words)


def _address_parts(text: str, postcode: str, locality: str) -> tuple[str, str, str]:
    """Street, house number and postcode of an address."""
    words = fold(text).split()
    town = fold(locality).split()
    for at in range(len(words) - len(town), -1, -1) if town else ():
        if words[at : at + len(town)] == town:
            words = words[:at]
            break
    if postcode in words:
        words.remove(postcode)
    elif not postcode:
        postcode = next((word for word in reversed(words) if _POSTCODE.match(word)), "")
        words = [word for word in words if word != postcode]
    number = next((word for word in reversed(words) if _HOUSE_NUMBER.match(word)), "")
    rest = [_FRENCH_WORDS.get(word, word) for word in words if word != number]
    street = _STREET_WORD.sub("str", " ".join(rest)).replace(" ", "")
    return street, number, postcode
