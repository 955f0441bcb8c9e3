"""The directory of Swiss and Liechtenstein postcodes, localities and cantons.

Loaded from data/places.tsv (GeoNames, CC BY 4.0) on first use.  Lookups only:
which of several cantons or localities is meant is decided elsewhere.
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
    """A way to write a locality; `loose` marks short forms and names of the municipality."""

    key: str
    spelling: str
    loose: bool


@dataclass(frozen=True, slots=True)
class Locality:
    """One postcode and one place it serves.

    `cantons` has pairs of a canton ("LI" for Liechtenstein) and its share; the
    shares sum to 1.  For places on a border they are rough, see
    samples/build_data/border_facts.py.
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
    """All localities, to be looked up by postcode or by name."""

    localities: tuple[Locality, ...]
    _by_postcode: Mapping[str, list[Locality]]
    _by_key: Mapping[str, list[Locality]]
    _keys: Sequence[str]

    def by_postcode(self, postcode: str) -> Sequence[Locality]:
        """Return the localities of a postcode, none for an unknown postcode."""
        return self._by_postcode.get(postcode, ())

    def by_name(self, name: str) -> Sequence[Locality]:
        """Return every locality that may be written like `name`, regardless of accents and spaces."""
        return self.by_key(key(name))

    def by_key(self, folded: str) -> Sequence[Locality]:
        """Return the localities of a key, as made by `spelling_key.key`."""
        return self._by_key.get(folded, ())

    def nearest_keys(self, folded: str, max_edits: int, limit: int) -> list[tuple[str, int]]:
        """Return up to `limit` keys within `max_edits` edits of the key `folded`, nearest first."""
        found = process.extract(
            folded, self._keys, scorer=Levenshtein.distance, score_cutoff=max_edits, limit=limit
        )
        return [(name, int(edits)) for name, edits, _ in found]


@cache
def load_directory() -> Directory:
    """Load the directory that ships with digitize, once per process."""
    table = resources.files("digitize.data") / "places.tsv"
    return read_directory(table.read_text(encoding="utf-8"))


def read_directory(table: str) -> Directory:
    """Return the directory in the text of a places table (format: samples/build_data/make_places.py)."""
    by_postcode: dict[str, list[Locality]] = {}
    by_key: dict[str, list[Locality]] = {}
    localities: list[Locality] = []
    names_made: dict[tuple[str, bool], Name] = {}  # the same few thousand names occur many times
    for line in table.splitlines():
        postcode, name, cantons, equal, loose = line.split("\t")
        names = [_name(names_made, name, False)]
        if equal:
            names += [_name(names_made, other, False) for other in equal.split("|")]
        if loose:
            names += [_name(names_made, other, True) for other in loose.split("|")]
        locality = Locality(postcode, name, _shares(cantons), tuple(names))
        localities.append(locality)
        by_postcode.setdefault(postcode, []).append(locality)
        for folded in dict.fromkeys(each.key for each in names):  # a set's order varies from run to run
            by_key.setdefault(folded, []).append(locality)
    return Directory(tuple(localities), by_postcode, by_key, tuple(by_key))


def _name(names_made: dict[tuple[str, bool], Name], spelling: str, loose: bool) -> Name:
    name = names_made.get((spelling, loose))
    if name is None:
        name = names_made[spelling, loose] = Name(key(spelling), spelling, loose)
    return name


def _shares(cantons: str) -> tuple[tuple[str, float], ...]:
    """Return the shares in "BE", or in "BE:0.65 SO:0.35"."""
    if ":" not in cantons:
        return ((cantons, 1.0),)
    pairs = (pair.split(":") for pair in cantons.split(" "))
    return tuple((canton, float(share)) for canton, share in pairs)
