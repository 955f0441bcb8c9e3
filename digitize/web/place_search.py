"""Search places by the first letters of a town or the first digits of a postcode."""

import re
from datetime import date
from functools import cache
from typing import Any

from digitize.address.directory import CANTONS, LIECHTENSTEIN, Locality, canton_on, key, load_directory
from digitize.address.directory.towns import town_of
from digitize.campaign.decisions import place_text
from digitize.records import Place

SUGGESTIONS_MAX = 6  # as many as fit at a glance
_POSTCODE = re.compile(r"^\s*(\d{1,4})\s*(.*)$")


def suggestions(text: str, day: date | None = None) -> list[dict[str, Any]]:
    """Return places for the beginning of a postcode, a name or both ("8001 zü"), or for a canton code.

    Large towns come first.  If no postcode was typed, a town with several postcodes is
    suggested without one.  `day` is the one whose cantons are used, None for today.
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
        town = town_of(locality)
        shown = locality.postcode if postcode or _postcodes(town) == 1 else ""
        places += [Place(_canton(canton, locality, day), shown, town) for canton, _ in locality.cantons]
    return [_values(place) for place in list(dict.fromkeys(places))[:SUGGESTIONS_MAX]]


def _canton(canton: str, locality: Locality, day: date | None) -> str:
    return canton if day is None else canton_on(day, canton, locality.postcode, locality.name)


@cache
def _postcodes(name: str) -> int:
    """Return the number of postcodes of a place, an indication of its size."""
    return sum(locality.name == name for locality in load_directory().by_name(name))


def _rank(locality: Locality, wanted: str) -> int | None:
    """Rank a match: 0 exact, 1 beginning, 4 inside; 2 more for other names; None if nothing matches."""
    if not wanted:
        return 0
    own, *others = (name.key for name in locality.names)
    ranks = [_match_rank(own, wanted)] if wanted in own else []
    return min((*ranks, *(2 + _match_rank(name, wanted) for name in others if wanted in name)), default=None)


def _match_rank(name: str, wanted: str) -> int:
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
