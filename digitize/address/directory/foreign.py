"""Towns abroad, enough to say "abroad" and where.

Postcodes and towns of the neighbouring countries are read from
data/foreign.tsv.gz, cities of the world with their names in several languages
from data/cities.tsv.gz (both GeoNames, CC BY 4.0), when the first address asks
for them: most sheets never do.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

LONG_KEY = 10  # letters from which on the beginning of a name tells which is meant


@dataclass(frozen=True)
class ForeignPlaces:
    """Keys of town names (see fold.key) by postcode and country."""

    _keys: Mapping[str, Mapping[str, str]]  # postcode -> country -> "|key|key|"
    _table: str

    @property
    def count(self) -> int:
        """Number of postcodes."""
        return len(self._keys)

    def towns(self, postcode: str) -> Mapping[str, tuple[str, ...]]:
        """The towns' keys of a postcode, by country."""
        found = self._keys.get(postcode, {})
        return {country: tuple(keys.strip("|").split("|")) for country, keys in found.items()}

    def countries_of(self, town_key: str) -> Mapping[str, int]:
        """In which countries a town of this key lies, and how many postcodes it has there.

        A long key may be the beginning of the name only: "Freiburg i. Br.".
        """
        counts: dict[str, int] = {}
        wanted = f"|{town_key}" if len(town_key) >= LONG_KEY else f"|{town_key}|"
        found = self._table.find(wanted)
        while found >= 0:
            start = self._table.rfind("\n", 0, found) + 1
            country = self._table[start : start + 2]
            counts[country] = counts.get(country, 0) + 1
            found = self._table.find(wanted, found + 1)
        return counts


@cache
def load_foreign_places() -> ForeignPlaces:
    """The table that ships with digitize; read once per process."""
    packed = (resources.files("digitize.data") / "foreign.tsv.gz").read_bytes()
    table = gzip.decompress(packed).decode("utf-8")
    keys: dict[str, dict[str, str]] = {}
    for line in table.splitlines():
        country, postcode, towns = line.split("\t")
        keys.setdefault(postcode, {})[country] = towns
    return ForeignPlaces(keys, table)


@cache
def load_cities() -> Mapping[str, tuple[tuple[str, float], ...]]:
    """By the key of its name, the countries in which a city lies and its share of the addresses abroad.

    The shares are estimates by distance and inhabitants (see data/make_cities.py).
    """
    packed = (resources.files("digitize.data") / "cities.tsv.gz").read_bytes()
    found: dict[str, list[tuple[str, float]]] = {}
    for line in gzip.decompress(packed).decode("utf-8").splitlines():
        country, per_million, names = line.split("\t")
        for name in names.strip("|").split("|"):
            found.setdefault(name, []).append((country, int(per_million) / 1_000_000))
    return {name: tuple(places) for name, places in found.items()}
