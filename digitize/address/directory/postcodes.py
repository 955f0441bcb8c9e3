"""The directory of Swiss and Liechtenstein postcodes, localities and cantons.

Read from data/places.tsv (GeoNames, CC BY 4.0) on first use.  A locality may
lie in several cantons; nothing here decides, it only looks up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from digitize.address.directory.spelling_key import key

CANTONS = frozenset(
    {"AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE"}
    | {"NW", "OW", "SG", "SH", "SO", "SZ", "TG", "TI", "UR", "VD", "VS", "ZG", "ZH"}
)
LIECHTENSTEIN = "LI"


@dataclass(frozen=True, slots=True)
class Name:
    """A way to write a locality; `loose` ones are short forms and municipalities."""

    key: str
    spelling: str
    loose: bool


@dataclass(frozen=True, slots=True)
class Locality:
    """One postcode and one place it serves.

    `cantons` holds two letters ("LI" for Liechtenstein) and the share of each,
    together 1.  The shares of border places are rough: see data/border_facts.py.
    """

    postcode: str
    name: str
    cantons: tuple[tuple[str, float], ...]
    names: tuple[Name, ...] = field(repr=False, compare=False)

    @property
    def country(self) -> str:
        return "LI" if self.cantons[0][0] == LIECHTENSTEIN else "CH"


@dataclass(frozen=True)
class Directory:
    """All localities, found by postcode or by name."""

    localities: tuple[Locality, ...]
    _by_postcode: Mapping[str, list[Locality]]
    _by_key: Mapping[str, list[Locality]]
    _keys: Sequence[str]

    def by_postcode(self, postcode: str) -> Sequence[Locality]:
        """The localities of a postcode, none where there is no such postcode."""
        return self._by_postcode.get(postcode, ())

    def by_name(self, name: str) -> Sequence[Locality]:
        """Every locality that may be written like `name`, however accents and spaces fall."""
        return self.by_key(key(name))

    def by_key(self, folded: str) -> Sequence[Locality]:
        """As `by_name`, for a text that went through `fold.key` already."""
        return self._by_key.get(folded, ())

    def nearest_keys(self, folded: str, most_edits: int, limit: int) -> list[tuple[str, int]]:
        """Up to `limit` keys within `most_edits` edits of the key `folded`, nearest first."""
        found = process.extract(
            folded, self._keys, scorer=Levenshtein.distance, score_cutoff=most_edits, limit=limit
        )
        return [(name, int(edits)) for name, edits, _ in found]


@cache
def load_directory() -> Directory:
    """The directory that ships with digitize; read once per process."""
    table = resources.files("digitize.data") / "places.tsv"
    return read_directory(table.read_text(encoding="utf-8"))


def read_directory(table: str) -> Directory:
    """A directory from the text of a places table (format: see data/make_places.py)."""
    by_postcode: dict[str, list[Locality]] = {}
    by_key: dict[str, list[Locality]] = {}
    localities: list[Locality] = []
    known: dict[tuple[str, bool], Name] = {}  # the same few thousand names come back again and again
    for line in table.splitlines():
        postcode, name, cantons, equal, loose = line.split("\t")
        names = [_name(known, name, False)]
        if equal:
            names += [_name(known, other, False) for other in equal.split("|")]
        if loose:
            names += [_name(known, other, True) for other in loose.split("|")]
        locality = Locality(postcode, name, _shares(cantons), tuple(names))
        localities.append(locality)
        by_postcode.setdefault(postcode, []).append(locality)
        for filed in dict.fromkeys(each.key for each in names):  # a set has another order in every run
            by_key.setdefault(filed, []).append(locality)
    return Directory(tuple(localities), by_postcode, by_key, tuple(by_key))


def _name(known: dict[tuple[str, bool], Name], spelling: str, loose: bool) -> Name:
    name = known.get((spelling, loose))
    if name is None:
        name = known[spelling, loose] = Name(key(spelling), spelling, loose)
    return name


def _shares(cantons: str) -> tuple[tuple[str, float], ...]:
    if ":" not in cantons:
        return ((cantons, 1.0),)
    parted = (part.split(":") for part in cantons.split(" "))
    return tuple((canton, float(share)) for canton, share in parted)
