"""Towns abroad, enough to tell that an address is abroad and in which country.

Postcodes and towns of the neighbouring countries come from data/foreign.tsv.gz,
cities of the world with their names in several languages from
data/cities.tsv.gz (both GeoNames, CC BY 4.0).  Both are loaded when the first
address needs them, because most sheets never do.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

MIN_PREFIX_LETTERS = 10  # the beginning of a name identifies it if it has at least this many letters


@dataclass(frozen=True)
class ForeignPlaces:
    """Keys of town names (see `spelling_key.key`) by postcode and country."""

    _keys: Mapping[str, Mapping[str, str]]  # postcode -> country -> "|key|key|"
    _table: str

    @property
    def count(self) -> int:
        """Number of postcodes."""
        return len(self._keys)

    def towns(self, postcode: str) -> Mapping[str, tuple[str, ...]]:
        """Return the keys of a postcode's towns by country, nothing for an unknown postcode."""
        found = self._keys.get(postcode, {})
        return {country: tuple(keys.strip("|").split("|")) for country, keys in found.items()}

    def countries_of(self, town_key: str) -> Mapping[str, int]:
        """Return the countries that have a town of this key, with the number of its postcodes.

        A long key may be the beginning of the name: "Freiburg i. Br.".
        """
        counts: dict[str, int] = {}
        wanted = f"|{town_key}" if len(town_key) >= MIN_PREFIX_LETTERS else f"|{town_key}|"
        found = self._table.find(wanted)
        while found >= 0:
            start = self._table.rfind("\n", 0, found) + 1
            country = self._table[start : start + 2]
            counts[country] = counts.get(country, 0) + 1
            found = self._table.find(wanted, found + 1)
        return counts


@cache
def load_foreign_places() -> ForeignPlaces:
    """Load the table that ships with digitize, once per process."""
    packed = (resources.files("digitize.data") / "foreign.tsv.gz").read_bytes()
    table = gzip.decompress(packed).decode("utf-8")
    keys: dict[str, dict[str, str]] = {}
    for line in table.splitlines():
        country, postcode, towns = line.split("\t")
        keys.setdefault(postcode, {})[country] = towns
    return ForeignPlaces(keys, table)


@cache
def load_cities() -> Mapping[str, tuple[tuple[str, float], ...]]:
    """Load the cities of the world, once per process.

    Returns, by the key of a city's name, the countries with such a city and its
    share (0..1) of the addresses abroad, estimated from distance and inhabitants
    (see samples/build_data/make_cities.py).
    """
    packed = (resources.files("digitize.data") / "cities.tsv.gz").read_bytes()
    found: dict[str, list[tuple[str, float]]] = {}
    for line in gzip.decompress(packed).decode("utf-8").splitlines():
        country, per_million, names = line.split("\t")
        for name in names.strip("|").split("|"):
            found.setdefault(name, []).append((country, int(per_million) / 1_000_000))
    return {name: tuple(places) for name, places in found.items()}
