"""The place that a person's address names, where the directory leaves no doubt about it."""

import re
from collections.abc import Sequence

from digitize.address.directory import CANTONS, Locality, key, load_directory
from digitize.campaign.decisions.value_text import place_of
from digitize.records import Place, Region

_POSTCODE = re.compile(r"(?<![\w-])(?:CH-?\s?|FL-?\s?|LI-?\s?)?(\d{4})(?!\d)[ \t]*([^\n,]*)", re.IGNORECASE)


_REGION_ONLY = re.compile(r"\(([A-Z]{2})\)")  # what is left of an address when texts are erased


def region_only(address: str) -> str:
    """What is kept of a decided address where its text must go: the region that it settled."""
    place = place_in(address)
    return "" if place is None else f"({place.region})"


def place_in(address: str) -> Place | None:
    """The place of an address as a person typed it; None where it names none or may be in two cantons.

    Only a postcode with its town tells: a number alone may be that of a house.
    """
    erased = _REGION_ONLY.fullmatch(address)
    if erased and erased.group(1) in (*CANTONS, Region.LIECHTENSTEIN):
        return place_of(erased.group(1))
    for postcode, rest in reversed(_POSTCODE.findall(address)):
        named = _named(load_directory().by_postcode(postcode), rest)
        cantons = {canton for locality in named for canton, _ in locality.cantons}
        if len(cantons) == 1:
            return Place(cantons.pop(), postcode, named[0].name, named[0].country, 1.0)
    return None


def text_of(address: str) -> str:
    """The text of a decided address; empty where it was erased."""
    return "" if _REGION_ONLY.fullmatch(address) else address


def _named(localities: Sequence[Locality], text: str) -> list[Locality]:
    """Those of the localities that the text names."""
    wanted = key(text)
    if not wanted:
        return []
    return [place for place in localities if any(wanted == name.key for name in place.names)]
