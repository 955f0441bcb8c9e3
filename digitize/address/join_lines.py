"""Join the lines of one or several cells to one address text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from digitize.address.address_words import country_named, country_of_code
from digitize.address.country_marks import country_marked
from digitize.address.directory import CANTONS, key
from digitize.address.directory.region_names import CANTON_OF_NAME
from digitize.ocr.engines import Line
from digitize.records import Role

Piece = tuple[int, Line]  # a line and its start index in the text of the address

_CANTON_LETTERS = re.compile(r"\b[A-Z]{2}\b")
_PLACE_ROLES = (Role.POSTCODE, Role.POSTCODE_TOWN, Role.TOWN)  # beside them an address cell holds the street


@dataclass(frozen=True, slots=True)
class Address:
    """An address as one text, with its lines separated by newlines.

    Postcode and town are at or after the index `place_from`.  `pieces` are the
    lines with their start indices.  `canton` and `country` come from cells of
    their own or, the country, from words in the text or the form of its postcode;
    "" if there are none.
    """

    text: str
    place_from: int
    pieces: tuple[Piece, ...]
    canton: str
    country: str
    canton_confidence: float = 1.0  # the recogniser's, of the cell that `canton` comes from
    country_by_code: bool = False  # `country` follows from the form of the postcode

    @property
    def confidence(self) -> float:
        """The recogniser's mean confidence per character, 0..1; 1 for an empty address."""
        characters = sum(len(line.text) for _, line in self.pieces)
        weighted = sum(line.confidence * len(line.text) for _, line in self.pieces)
        return weighted / characters if characters else 1.0


def join_lines(lines: Sequence[Line], roles: Sequence[Role]) -> Address:
    """Return the address with the street first, then postcode and town on one line.

    `roles` has the role of the cell of each line; without any, all lines come
    from one address cell.
    """
    given = list(roles) or [Role.ADDRESS] * len(lines)
    by_role = list(zip(given, lines, strict=True))
    cantons = [(canton_named(line.text), line.confidence) for role, line in by_role if role is Role.CANTON]
    canton, canton_confidence = cantons[0] if cantons else ("", 1.0)
    country = next((_country(line.text) for role, line in by_role if role is Role.COUNTRY), "")
    has_place = any(role in _PLACE_ROLES and line.text.strip() for role, line in by_role)
    streets = (Role.STREET, Role.ADDRESS) if has_place else (Role.STREET,)
    text, place_from = "", 0
    pieces: list[Piece] = []
    for role in (Role.ADDRESS, Role.STREET, Role.POSTCODE_TOWN, Role.POSTCODE, Role.TOWN):
        for line in (line for line_role, line in by_role if line_role is role):
            after_postcode = role is Role.TOWN and Role.POSTCODE in given
            text += "" if not text else " " if after_postcode and not text.endswith(" ") else "\n"
            pieces.append((len(text), line))
            text += line.text
            if role in streets:
                place_from = len(text)
    country = country or country_named(text)
    marked = "" if country else country_marked(text)
    return Address(
        text, place_from, tuple(pieces), canton, country or marked, canton_confidence, bool(marked)
    )


def canton_named(text: str) -> str:
    """Return the two letters of the canton that `text` names, "" if it names none."""
    letters = _CANTON_LETTERS.search(text.upper())
    if letters and letters.group() in CANTONS:
        return letters.group()
    return CANTON_OF_NAME.get(key(text), "")


def _country(text: str) -> str:
    return country_of_code(text.strip(" .")) or country_named(text)
