"""The place named by an address that a person typed, if the directory leaves no doubt about it."""

import re
from collections.abc import Sequence

from digitize.address.directory import CANTONS, Locality, key, load_directory
from digitize.campaign.decisions.value_text import place_of
from digitize.records import Place, Region

_POSTCODE = re.compile(r"(?<![\w-])(?:CH-?\s?|FL-?\s?|LI-?\s?)?(\d{4})(?!\d)[ \t]*([^\n,]*)", re.IGNORECASE)
_REGION_ONLY = re.compile(r"\(([A-Z]{2})\)")  # what is left of an address when texts are erased


def region_only(address: str) -> str:
    """Return what is kept of a decided address when its text is erased: the region it determined."""
    place = place_in(address)
    return "" if place is None else f"({place.region})"


def place_in(address: str) -> Place | None:
    """Return the place of an address, None if it names none or one that lies in several cantons.

    A postcode is used only together with its town: alone, four digits may be a house number.
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
    """Return the text of a decided address, "" if it was erased."""
    return "" if _REGION_ONLY.fullmatch(address) else address


def _named(localities: Sequence[Locality], text: str) -> list[Locality]:
    """Return the localities that have the name `text`."""
    wanted = key(text)
    if not wanted:
        return []
    return [place for place in localities if any(wanted == name.key for name in place.names)]
