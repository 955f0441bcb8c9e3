"""What a person may type where a canton is wanted: "8400", "Winterthur", "ZH", "Ausland"."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from digitize.address.directory import CANTONS, LIECHTENSTEIN, Locality, canton_on, fold, key, load_directory
from digitize.address.directory.region_names import CANTON_OF_NAME, COUNTRY_OF_WORD
from digitize.address.directory.towns import town_of
from digitize.campaign.decisions import place_of, place_text
from digitize.errors import BadDecision
from digitize.records import Place, Region

ABROAD: Final = frozenset(
    {"abroad", "ausland", "etranger", "letranger", "aletranger", "estero", "allestero", "foreign"}
)
UNKNOWN: Final = frozenset({"unknown", "unbekannt", "inconnu", "sconosciuto", "ignoto"})
REGIONS: Final = frozenset((*CANTONS, LIECHTENSTEIN))

_POSTCODE = re.compile(r"^(?:CH[\s-]*|FL[\s-]*|LI[\s-]*)?(\d{4})\b[\s,]*(.*)$", re.IGNORECASE)
_CANTON_AFTER = re.compile(r"^(.*\S)[\s,]+\(?([A-Za-z]{2})\)?$")


class UnknownPlace(BadDecision):
    """No place, or several in different cantons, fits what was typed; `cantons` are those possible."""

    def __init__(self, cantons: Iterable[str] = ()) -> None:
        self.cantons = tuple(sorted(cantons))
        super().__init__("What was typed for the canton names no place, or places in several cantons.")


def typed_place(text: str, day: date | None = None) -> str:
    """Return the place that a text names, as written by `decisions.place_text`; "" for an empty text.

    `day` is the one whose cantons are used, None for today.  Raises UnknownPlace.
    """
    wanted = " ".join(text.split())
    if not wanted:
        return ""
    if " / " in f"{wanted} ":  # as stored
        return _checked(wanted, day)
    return place_text(Place(region)) if (region := _region(wanted)) else _swiss(wanted, day)


def _region(wanted: str) -> str:
    """Return the region that is named without a town, "" if none is."""
    if wanted.upper() in REGIONS:
        return wanted.upper()
    if wanted.upper() == "FL":
        return LIECHTENSTEIN
    if key(wanted) in ABROAD or COUNTRY_OF_WORD.get(fold(wanted), "CH") not in ("CH", LIECHTENSTEIN):
        return Region.ABROAD
    return Region.UNKNOWN if key(wanted) in UNKNOWN or wanted == "?" else ""


def _swiss(wanted: str, day: date | None) -> str:
    match = _POSTCODE.match(wanted)
    postcode, name = match.groups() if match else ("", wanted)
    found = _named(postcode, name)
    after = _CANTON_AFTER.match(name)
    if not found and after and after.group(2).upper() in REGIONS:
        canton = after.group(2).upper()
        found = [each for each in _named(postcode, after.group(1)) if canton in dict(each.cantons)]
        return _one(found, postcode, day, canton)
    if not found and not postcode and key(wanted) in CANTON_OF_NAME:
        return place_text(Place(CANTON_OF_NAME[key(wanted)]))
    return _one(found, postcode, day)


def _named(postcode: str, name: str) -> list[Locality]:
    directory = load_directory()
    found = directory.by_postcode(postcode) if postcode else directory.by_name(name)
    if not key(name):
        return list(found)
    fitting = [each for each in found if any(known.key == key(name) for known in each.names)]
    strict = [
        each for each in fitting if any(known.key == key(name) and not known.loose for known in each.names)
    ]
    return strict or fitting


def _one(found: list[Locality], postcode: str, day: date | None, canton: str = "") -> str:
    """Return the place if all of these are in one canton; a town with several postcodes has none."""
    cantons = {canton} if canton and found else {region for each in found for region, _ in each.cantons}
    if len(cantons) != 1:
        raise UnknownPlace(cantons)
    towns = {town_of(each) for each in found}
    postcodes = {each.postcode for each in found}
    town = towns.pop() if len(towns) == 1 else ""
    code = postcode or (postcodes.pop() if len(postcodes) == 1 else "")
    region = cantons.pop()
    return place_text(Place(region if day is None else canton_on(day, region, code, town), code, town))


def _checked(text: str, day: date | None) -> str:
    place = place_of(text)
    region = place.region.upper() if place.region.upper() in REGIONS else place.region.lower()
    if region not in (*REGIONS, Region.ABROAD, Region.UNKNOWN):
        raise UnknownPlace
    if day is not None:
        region = canton_on(day, region, place.postcode, place.locality)
    return place_text(Place(region, place.postcode, place.locality))
