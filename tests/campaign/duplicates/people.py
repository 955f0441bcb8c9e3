"""Synthetic signers as rows: households, people who sign twice, different spellings, misreadings."""

import random
from dataclasses import dataclass, replace

import numpy as np

from digitize.campaign.duplicates import Signer, signer
from digitize.records import Place, Reading, Row, Status
from samples.synthetic.signers import Person, random_people
from tests.outcomes import row

CONFUSED = {
    **{"a": "oue", "o": "ae", "u": "ni", "n": "ur", "m": "nw", "e": "ci", "i": "lj", "l": "it", "r": "nv"},
    **{"t": "lf", "s": "r", "h": "b", "b": "h", "g": "y", "1": "7", "7": "1", "3": "8", "5": "6", "0": "6"},
}
MISREAD = (0.0, 0.0, 0.0, 0.03, 0.1)  # shares of misread characters; most texts have none
CONFIDENCE = {0.0: 0.93, 0.03: 0.7, 0.1: 0.4}  # of a recogniser, by the share misread
SHEET_ROWS = 27
GIVEN = (
    "Al Be Car Da El Fer Gi Han Il Jo Kar Lu Mar Ni Or Pa Ro Sa Ti Va",
    "a bert ina o ena ian ette ius ko lene mi na ric sel tin",
)
FAMILY = (
    "Am Bau Cha Dub Eg Fav Gug Hub Im Jen Kel Lam Mon Nuss Ober Per Roch Stei Tan Wyss",
    "bach berg eli ent er et i in lin mann ner oz ry ti wil",
)


def signed(name: str, address: str, postcode: str = "", town: str = "", confidence: float = 0.9) -> Row:
    """Return a row as it is stored; both texts have this `confidence`."""
    made = row(1, Status.SIGNED, place=Place("ZH", postcode, town))
    texts = (Reading(name, confidence, "double 1"), Reading(address, confidence, "double 1"))
    return Row(1, 0, made.box, (), Status.SIGNED, name=texts[0], address=texts[1], place=made.place)


@dataclass
class Crowd:
    """Signers, and the pairs of keys that are by one person (`again`)."""

    signers: list[Signer]
    again: set[tuple[int, int]]


def crowd(rows: int, seed: int, again_share: float = 0.03) -> Crowd:
    """Return so many signers; a few of them have signed on another sheet as well."""
    rng = random.Random(seed)
    people: list[Person] = []
    for sheet in range(rows // SHEET_ROWS + 1):
        make = np.random.default_rng((seed, sheet))
        neighbours = random_people(make, SHEET_ROWS, rng.choice(("de", "de", "fr", "it")))
        people += [_renamed(person, sheet) for person in neighbours]
    people = people[: round(rows * (1 - again_share))]
    twice = rng.sample(range(len(people)), rows - len(people))
    writers = [*people, *(people[i] for i in twice)]
    read = [signer(key, _written(person, rng)) for key, person in enumerate(writers)]
    pairs = {(first, len(people) + second) for second, first in enumerate(twice)}
    return Crowd([one for one in read if one is not None], pairs)


def _renamed(person: Person, sheet: int) -> Person:
    """Return a person with a synthetic name; members of a household share the family name."""
    family = random.Random(f"{sheet} {person.family} {person.street}")
    given = random.Random(f"{sheet} {person.given} {person.family} {person.street}")
    return replace(person, given=_name(given, GIVEN), family=_name(family, FAMILY))


def _name(rng: random.Random, parts: tuple[str, str]) -> str:
    return "".join(rng.choice(part.split()) for part in parts)


def _written(person: Person, rng: random.Random) -> Row:
    given = f"{person.given[0]}." if rng.random() < 0.03 else person.given
    name = f"{given} {person.family}" if rng.random() < 0.8 else f"{person.family} {given}"
    street = person.street.replace("strasse", "str.") if rng.random() < 0.4 else person.street
    misread = rng.choice(MISREAD)
    address = f"{_misread(street, misread, rng)}, {person.postcode_town}"
    place = (person.town.postcode, person.town.name)
    return signed(_misread(name, misread, rng), address, *place, confidence=CONFIDENCE[misread])


def _misread(text: str, share: float, rng: random.Random) -> str:
    return "".join(_misread_letter(letter, rng) if rng.random() < share else letter for letter in text)


def _misread_letter(letter: str, rng: random.Random) -> str:
    return rng.choice((*CONFUSED.get(letter.lower(), letter), ""))
