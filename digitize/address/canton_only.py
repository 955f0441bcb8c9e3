"""An address that names no town but a canton: "ZH", "Kanton Bern", or a cell for the canton alone."""

import re

from digitize.address.address_words import CANTON_OF_NAME
from digitize.address.directory import CANTONS, fold, key
from digitize.address.join_lines import Address
from digitize.records import Place

_LEAST_SURE = 0.9  # two letters without a town are little evidence: a person looks at the row
_PART_END = re.compile(r"[,;\n]")
_CANTON_WORD = re.compile(r"^(?:kanton|kt|canton|cantone|ct)\b(?: (?:de|du|di|d|la|le))*\s*")


def canton_alone(address: Address) -> Place | None:
    """The canton of an address in which no place was found, None where it names no canton either."""
    if address.canton:
        return Place(address.canton, country="CH", confidence=address.canton_confidence)
    canton = _canton_of(_PART_END.split(address.text)[-1])
    if not canton:
        return None
    return Place(canton, country="CH", confidence=min(_LEAST_SURE, address.confidence))


def _canton_of(part: str) -> str:
    """The canton that `part` of an address names with no other word, "" if it names none."""
    words = fold(part)
    name = _CANTON_WORD.sub("", words)
    if name.upper() in CANTONS:
        return name.upper()
    return CANTON_OF_NAME.get(key(name), "") if name != words else ""
