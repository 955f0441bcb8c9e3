"""Texts that people write into the cells of a petition, and words printed around them.

From the same lists as in `make_language_model.py`: names of mimesis and faker (both
MIT), towns of `places.tsv`, and streets composed of the words in `street_words.py`.
"""

# ruff: noqa: SIM905 - lists of words are easier to read and edit without quotes

import csv
import importlib
import json
from importlib import resources
from pathlib import Path

import numpy as np

from samples.build_data import street_words
from samples.build_data.make_language_model import FAKER, MIMESIS
from samples.build_data.make_model import KEPT

PLACES = Path(str(resources.files("digitize.data") / "places.tsv"))

CAPITALS_SHARE = 0.3  # of the lines are in block capitals
PRINTED_WORDS = (
    "Name|Vorname|Name, Vorname|Name und Vorname|Name / Vorname|Adresse|Adresse (Strasse, PLZ, Ort)|"
    "Strasse|PLZ|Ort|PLZ / Ort|Wohnort|Unterschrift|Eigenhändige Unterschrift|Geburtsdatum|Kanton|Gemeinde|"
    "Datum|Nr.|E-Mail|Telefon|Nom|Prénom|Nom et prénom|Nom, prénom|NOM|Adresse complète|"
    "Adresse (rue, NPA, localité)|Rue et numéro|NPA|Localité|NPA / Localité|Domicile|Signature|"
    "Signature manuscrite|Date de naissance|Canton|Commune|N°|"
    "Nome|Cognome|Nome e cognome|Cognome, nome|Indirizzo|Indirizzo completo|Via e numero|NPA / Luogo|Luogo|"
    "Firma|Firma autografa|Data di nascita|Cantone|Comune|"
    "First name|Last name|Full name|Address|Street|Postcode|Town|City|Country|Date of birth|Date|No."
).split("|")


class Texts:
    """Draw random texts, reproducible for the same state of `rng`."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._given, self._family = _people()
        with PLACES.open(encoding="utf-8") as file:
            rows = [row for row in csv.reader(file, delimiter="\t") if len(row) > 1]
        self._towns = [(row[0], row[1]) for row in rows]
        names = sorted({town for _, town in self._towns})
        german = street_words.streets(names, self._family)
        kinds = tuple(set(street_words.GERMAN_KINDS))
        streets = sorted(street for street in german if street.endswith(kinds) and len(street) > 5)
        self._german = streets
        self._weights = np.cumsum([german[street] for street in streets], dtype=np.float64)

    def printed(self) -> str:
        """Return a row number or a word of a table header."""
        if self._rng.random() < 0.35:
            return f"{self._rng.integers(1, 60)}{self._pick(['.', '', ')'])}"
        return self._pick(PRINTED_WORDS)

    def written(self) -> str:
        """Return a handwritten line: a name, a street, a town, an address, or something rare."""
        kind = self._rng.random()
        if kind < 0.36:
            text = self._name()
        elif kind < 0.6:
            text = self._street()
        elif kind < 0.84:
            text = self._town()
        elif kind < 0.92:
            text = f"{self._street()}{self._pick([', ', ' ', ','])}{self._town()}"
        else:
            text = self._rare()
        text = "".join(character for character in text if character in KEPT)
        return text.upper() if self._rng.random() < CAPITALS_SHARE else text

    def _pick(self, choices: "list[str] | tuple[str, ...]") -> str:
        return choices[int(self._rng.integers(len(choices)))]

    def _name(self) -> str:
        given, family = self._pick(self._given), self._pick(self._family)
        kind = self._rng.random()
        if kind < 0.08:
            family = f"{family}{self._pick(['-', ' - ', ' '])}{self._pick(self._family)}"
        elif kind < 0.16:
            given = f"{given}{self._pick(['-', ' ', ' '])}{self._pick(self._given)}"
        orders: tuple[str, ...] = (
            f"{given} {family}",
            f"{family} {given}",
            f"{family}, {given}",
            given,
            family,
        )
        couple = f"{given} & {self._pick(self._given)} {family}"
        orders += (f"{given[0]}. {family}", f"{family} {given[0]}.", couple)
        return orders[int(self._rng.choice(8, p=[0.34, 0.24, 0.06, 0.12, 0.16, 0.03, 0.03, 0.02]))]

    def _street(self) -> str:
        kind = self._rng.random()
        number = f"{int(self._rng.integers(1, 200) ** self._rng.uniform(0.5, 1))}"
        number += self._pick(["", "", "", "", "", "a", "b", "c", "A", "B", ".", " a"])
        if kind < 0.55:
            index = int(np.searchsorted(self._weights, self._rng.random() * self._weights[-1]))
            street = self._german[min(index, len(self._german) - 1)]
            street = street[0].upper() + street[1:]
            if kind < 0.05:
                street = f"{self._pick(self._given)} {self._pick(self._family)}-"
                street += self._pick(["Strasse", "Str.", "Weg"])
        elif kind < 0.85:
            link = self._pick(["de la ", "du ", "des ", "de ", "de l'", ""])
            kind_of = self._pick(street_words.FRENCH_KINDS).capitalize()
            street = f"{kind_of} {link}{self._pick(street_words.FRENCH_STEMS).title()}"
            if kind > 0.79:
                return f"{number}, {street}"
        else:
            link = self._pick(["alla ", "al ", "dei ", "della ", "San ", "", ""])
            kind_of = self._pick(street_words.ITALIAN_KINDS).capitalize()
            street = f"{kind_of} {link}{self._pick(street_words.ITALIAN_STEMS).title()}"
        return street if self._rng.random() < 0.2 else f"{street} {number}"

    def _town(self) -> str:
        code, town = self._towns[int(self._rng.integers(len(self._towns)))]
        kind = self._rng.random()
        if kind < 0.3:
            return town
        return f"{self._pick(['', '', '', '', 'CH-', 'CH '])}{code} {town}" if kind < 0.95 else code

    def _rare(self) -> str:
        number = self._rng.integers
        date = f"{number(1, 32)}.{number(1, 13)}.{number(1930, 2012)}"
        host = self._pick(["bluewin", "gmx", "mail"])
        email = f"{self._pick(self._given)}.{self._pick(self._family)}@{host}.ch"
        rare: tuple[str, ...] = (
            date,
            email.lower(),
            f"c/o {self._pick(self._family)}",
            f"Postfach {number(1, 999)}",
        )
        rare += (f"Case postale {number(1, 999)}", f"Fam. {self._pick(self._family)}")
        rare += (f"{number(0, 99999)}", f"Dr. {self._name()}", f"07{number(6, 10)} {number(100, 999)}")
        return self._pick(rare)


def _people() -> tuple[list[str], list[str]]:
    """Return given and family names, each as many times as the weight of its list."""
    given: list[str] = []
    family: list[str] = []
    for locale, weight in MIMESIS.items():
        source = resources.files("mimesis") / "datasets" / locale / "person.json"
        people = json.loads(source.read_text(encoding="utf-8"))
        for known, part in ((given, people["names"]), (family, people["surnames"])):
            lists = part.values() if isinstance(part, dict) else [part]
            known.extend(weight * [name for entries in lists for name in entries])
    for locale, weight in FAKER.items():
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        given += weight * list(provider.first_names)
        family += weight * list(provider.last_names)
    return given, family
