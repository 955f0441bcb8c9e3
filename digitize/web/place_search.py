"""Towns and postcodes by their first letters, for a person who looks at the address."""

import re
from functools import cache
from typing import Any

from digitize.address.directory import CANTONS, LIECHTENSTEIN, Locality, key, load_directory
from digitize.campaign.decisions import place_text
from digitize.records import Place

MOST = 6  # suggestions: more than one can take in at a glance
_POSTCODE = re.compile(r"^\s*(\d{1,4})\s*(.*)$")


def suggestions(text: str) -> list[dict[str, Any]]:
    """Places for the beginning of a postcode or a name, or both ("8001 zü"); cantons by their letters.

    Large towns come first.  Without a postcode a town with several is named without any.
    """
    match = _POSTCODE.match(text)
    postcode, name = match.groups() if match else ("", text)
    wanted = key(name)
    if not postcode and not wanted:
        return []
    ranked = [
        (rank, locality) for locality in _beginning(postcode) if (rank := _rank(locality, wanted)) is not None
    ]
    ranked.sort(key=lambda each: (each[0], -_postcodes(each[1].name), each[1].postcode, each[1].name))
    places = [Place(canton) for canton in (*sorted(CANTONS), LIECHTENSTEIN) if name.strip().upper() == canton]
    for _, locality in ranked:
        shown = locality.postcode if postcode or _postcodes(locality.name) == 1 else ""
        places += [Place(canton, shown, locality.name) for canton, _ in locality.cantons]
    return [_values(place) for place in list(dict.fromkeys(places))[:MOST]]


@cache
def _postcodes(name: str) -> int:
    """How many postcodes a place has: the more, the larger it is."""
    return sum(locality.name == name for locality in load_directory().by_name(name))


def _rank(locality: Locality, wanted: str) -> int | None:
    """0 for the name itself, 1 for its beginning, then the same of its other names; None where none fits."""
    if not wanted:
        return 0
    own, *others = (name.key for name in locality.names)
    ranks = [_fit(own, wanted)] if wanted in own else []
    return min((*ranks, *(2 + _fit(name, wanted) for name in others if wanted in name)), default=None)


def _fit(name: str, wanted: str) -> int:
    if name == wanted:
        return 0
    return 1 if name.startswith(wanted) else 4


@cache
def _beginning(postcode: str) -> tuple[Locality, ...]:
    localities = load_directory().localities
    return tuple(locality for locality in localities if locality.postcode.startswith(postcode))


def _values(place: Place) -> dict[str, Any]:
    shown = f"{place.postcode} {place.locality}".strip()
    return {"value": place_text(place), "region": place.region, "place": shown}
