"""Invented signers: names, households, and streets that are invented too, in real towns."""

from dataclasses import dataclass, replace

import numpy as np

from samples.synthetic.towns import FAR_TOWNS, SWISS_TOWNS, Town


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_GIVEN = {
    "de": _words(
        """
        Anna Beat Claudia Daniel Elisabeth Fritz Gertrud Hans Irène Jürg Käthi Lukas
        Margrit Niklaus Regula Stefan Theres Ueli Verena Walter Yvonne Zoë Bärbel Jörg
        Rösli Silvan Sabine Urs Monika Reto
        """
    ),
    "fr": _words(
        """
        Aline Benoît Chloé Didier Élodie François Geneviève Hélène Isabelle Jérôme
        Laëtitia Michel Noémie Olivier Pauline René Sylvie Thérèse Véronique Xavier Yves
        Joëlle André Cécile Émile Mélanie Gaël Agnès
        """
    ),
    "it": _words(
        """
        Alessia Bruno Carla Davide Elena Fabio Giovanna Ivano Luca Marta Nicolò Ornella
        Paolo Rosanna Sergio Tiziana Ugo Valeria Graziella Maurizio Mattia Noè
        """
    ),
}
_FAMILY = {
    "de": _words(
        """
        Aebischer Baumann Bühler Dürr Egli Frei Gasser Häberli Imhof Jäggi Köchli Lüthi
        Meier Näf Oberholzer Pfister Rüegg Schmid Tanner Vögeli Wüthrich Zbinden Zürcher
        Hofer Stöckli Brunner Käser Ammann Schläpfer
        """
    ),
    "fr": _words(
        """
        Aubert Berset Chappuis Dubois Emery Favre Grandjean Huguenin Jaccard Lambelet
        Monney Nicolet Oberson Perrin Quartier Rochat Savary Thévoz Vuilleumier Zufferey
        Crausaz Délèze Bühlmann Pâquier Jeanneret
        """
    ),
    "it": _words(
        """
        Albertini Bianchi Cattaneo Delcò Fontana Galli Iseli Lurati Martinoni Nessi
        Ortelli Pedrazzini Quadri Rezzonico Storni Togni Valsangiacomo Zanetti Beretta
        Crivelli
        """
    ),
}
_STREETS: dict[str, tuple[str, ...]] = {
    "de": _words(
        """
        Bahnhofstrasse Dorfstrasse Lindenweg Rosenweg Schulgasse Sonnenhalde Mühlestrasse Birkenweg
        Oberdorfstr. Gartenweg Kirchgasse Bergstrasse Hinterfeldweg Seestrasse Wiesenrain Neugasse
        Höhenweg Bachtelstr. Ahornweg Zelgstrasse Brunnmatt Quellenweg Schlossbergstrasse
        """
    ),
    "fr": (
        *("Rue du Lac", "Ch. des Vignes", "Av. de la Gare", "Rte de Berne", "Rue de l'Église"),
        *("Rue des Alpes", "Pl. du Marché", "Impasse des Lilas", "Rte Cantonale", "Ch. de la Forêt"),
        *("Grand-Rue", "Ch. du Crêt", "Rue du Château", "Av. des Tilleuls", "Ruelle du Four"),
    ),
    "it": (
        *("Via Cantonale", "Via San Gottardo", "Via alla Chiesa", "Via delle Scuole", "Piazza Grande"),
        *("Via Motta", "Vicolo Vecchio", "Salita dei Frati", "Via Stazione", "Via ai Ronchi"),
    ),
}

HOUSEHOLD_SHARE = 0.45  # of the signers live with the signer above
SAME_TOWN_SHARE = 0.6  # of the others live in the town of the sheet
FAR_SHARE = 0.04  # of the towns are in Liechtenstein or abroad


@dataclass(frozen=True, slots=True)
class Person:
    """A signer."""

    given: str
    family: str
    street: str  # with the house number
    town: Town
    born: int  # year

    @property
    def postcode_town(self) -> str:
        prefix = f"{self.town.country}-" if self.town.country else ""
        return f"{prefix}{self.town.postcode} {self.town.name}"

    @property
    def address(self) -> str:
        return f"{self.street}, {self.postcode_town}"

    @property
    def email(self) -> str:
        plain = str.maketrans("äöüéèêëàâçîïôœñ", "aoueeeeaaciioon")
        return f"{self.given[0]}.{self.family}@example.ch".lower().translate(plain)


def random_people(rng: np.random.Generator, count: int, language: str = "de") -> list[Person]:
    """Return the signers of a sheet: neighbours and households, mostly of one language."""
    home = _town(rng, language)
    people: list[Person] = []
    while len(people) < count:
        if people and rng.random() < HOUSEHOLD_SHARE:
            given = _other_given(rng, people)
            people.append(replace(people[-1], given=given, born=int(rng.integers(1930, 2008))))
            continue
        people.append(_person(rng, home if rng.random() < SAME_TOWN_SHARE else _town(rng, language)))
    return people


def _other_given(rng: np.random.Generator, people: list[Person]) -> str:
    """Return a given name for another member of the last household."""
    last = people[-1]
    taken = {person.given for person in people if person.family == last.family}
    names = _GIVEN[last.town.language]
    return str(rng.choice([name for name in names if name not in taken] or names))


def _town(rng: np.random.Generator, language: str) -> Town:
    if rng.random() < FAR_SHARE:
        return FAR_TOWNS[int(rng.integers(len(FAR_TOWNS)))]
    near = [town for town in SWISS_TOWNS if town.language == language or language not in _GIVEN]
    choice = near if rng.random() < 0.85 else SWISS_TOWNS
    return choice[int(rng.integers(len(choice)))]


def _person(rng: np.random.Generator, town: Town) -> Person:
    number = f"{int(rng.integers(1, 90))}{rng.choice(['', '', '', '', 'a', 'B'])}"
    street = str(rng.choice(_STREETS[town.language]))
    return Person(
        given=str(rng.choice(_GIVEN[town.language])),
        family=str(rng.choice(_FAMILY[town.language])),
        street=f"{number}, {street}"
        if town.language == "fr" and rng.random() < 0.25
        else f"{street} {number}",
        town=town,
        born=int(rng.integers(1930, 2008)),
    )
