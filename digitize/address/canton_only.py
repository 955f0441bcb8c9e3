"""An address that names a canton but no town: "ZH", "Kanton Bern", or a cell for the canton."""

import re

from digitize.address.directory import CANTONS, fold, key
from digitize.address.directory.region_names import CANTON_OF_NAME
from digitize.address.join_lines import Address
from digitize.records import Place

_MAX_CONFIDENCE = 0.9  # two letters without a town are weak evidence: low enough for a review of the row
_PART_END = re.compile(r"[,;\n]")
_CANTON_WORD = re.compile(r"^(?:kanton|kt|canton|cantone|ct)\b(?: (?:de|du|di|d|la|le))*\s*")


def canton_only(address: Address) -> Place | None:
    """Return the canton of an address in which no place was found, None if it names no canton either."""
    if address.canton:
        return Place(address.canton, country="CH", confidence=address.canton_confidence)
    canton = _canton_of(_PART_END.split(address.text)[-1])
    if not canton:
        return None
    return Place(canton, country="CH", confidence=min(_MAX_CONFIDENCE, address.confidence))


def _canton_of(part: str) -> str:
    """Return the canton that `part` names without any other word, "" if it does not.

    A full name needs the word canton: without it, "Bern" or "Zug" is a town.
    """
    words = fold(part)
    name = _CANTON_WORD.sub("", words)
    if name.upper() in CANTONS:
        return name.upper()
    return CANTON_OF_NAME.get(key(name), "") if name != words else ""
