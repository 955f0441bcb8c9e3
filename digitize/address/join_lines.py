"""One text out of the lines of one or several cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from digitize.address.address_words import CANTON_OF_NAME, country_named, country_of_code
from digitize.address.directory import CANTONS, key
from digitize.ocr.engines import Line
from digitize.records import Role

_CANTON_LETTERS = re.compile(r"\b[A-Z]{2}\b")


_PLACE_ROLES = (Role.POSTCODE, Role.POSTCODE_TOWN, Role.TOWN)  # beside them an address cell holds the street


@dataclass(frozen=True, slots=True)
class Address:
    """The address as one text, its lines parted by newlines.

    Postcode and town stand at or behind `place_from`.  `pieces` are the lines
    and where in the text each begins.  `canton` and `country` come from cells
    or words of their own, "" if there are none.
    """

    text: str
    place_from: int
    pieces: tuple[tuple[int, Line], ...]
    canton: str
    country: str
    canton_confidence: float = 1.0  # the reader's, of the cell that `canton` comes from

    @property
    def confidence(self) -> float:
        """The readers' confidence 0..1 over all characters; 1 for an empty address."""
        characters = sum(len(line.text) for _, line in self.pieces)
        surely = sum(line.confidence * len(line.text) for _, line in self.pieces)
        return surely / characters if characters else 1.0


def assemble(lines: Sequence[Line], roles: Sequence[Role]) -> Address:
    """Street first, then postcode and town on one line, as on an envelope."""
    given = list(roles) or [Role.ADDRESS] * len(lines)
    by_role = list(zip(given, lines, strict=True))
    cantons = [(canton_named(line.text), line.confidence) for role, line in by_role if role is Role.CANTON]
    canton, canton_confidence = cantons[0] if cantons else ("", 1.0)
    country = next((_country(line.text) for role, line in by_role if role is Role.COUNTRY), "")
    placed = any(role in _PLACE_ROLES and line.text.strip() for role, line in by_role)
    streets = (Role.STREET, Role.ADDRESS) if placed else (Role.STREET,)
    text, place_from = "", 0
    pieces: list[tuple[int, Line]] = []
    for role in (Role.ADDRESS, Role.STREET, Role.POSTCODE_TOWN, Role.POSTCODE, Role.TOWN):
        for line in (line for its, line in by_role if its is role):
            after_postcode = role is Role.TOWN and Role.POSTCODE in given
            text += "" if not text else " " if after_postcode and not text.endswith(" ") else "\n"
            pieces.append((len(text), line))
            text += line.text
            if role in streets:
                place_from = len(text)
    return Address(text, place_from, tuple(pieces), canton, country or country_named(text), canton_confidence)


def canton_named(text: str) -> str:
    """Two letters of the canton that `text` means, "" if it means none."""
    letters = _CANTON_LETTERS.search(text.upper())
    if letters and letters.group() in CANTONS:
        return letters.group()
    return CANTON_OF_NAME.get(key(text), "")


def _country(text: str) -> str:
    return country_of_code(text.strip(" .")) or country_named(text)
