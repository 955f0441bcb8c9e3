"""The address in parts, with postcode and town in the spelling of the directory."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from digitize.address.address_words import is_street
from digitize.address.candidates import Hit
from digitize.address.certainty import (
    Hits,
    end_of_word,
    is_postcode_certain,
    is_town_certain,
    unconfirmed_parts,
)
from digitize.address.join_lines import Piece
from digitize.ocr.engines import Line
from digitize.records import Place, Region

_NUMBER_AFTER = re.compile(r"^(.*?[^\W\d].*?)[\s,.]+(\d+\s?[a-zA-Z]?)$", re.S)
_NUMBER_BEFORE = re.compile(r"^(\d+\s?[a-zA-Z]?)[\s,.]+(.*[^\W\d].*)$", re.S)
_AFTER_TOWN = re.compile(r"[ /]*(?:\d{1,2}\b|\(?[A-Z]{2}\b\)?)")  # "Genève 15", "Buchs (AG)"
_SEGMENT_END = re.compile(r"[,;\n]|$")
_EDGES = " ,;:.\n-–_/|"


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """An address in parts.  Parts that were not written are empty.

    `postcode` and `town` are as written, corrected where the place is certain;
    `corrected` is the whole address in one line, "street, postcode town".
    `unconfirmed` are the parts of the lines that rest on the recogniser alone;
    the rest is right with the probability `confirmed_share`, 0 if there is no rest.
    """

    street: str
    house_number: str
    postcode: str
    town: str
    place: Place
    corrected: str
    unconfirmed: tuple[Line, ...] = ()
    confirmed_share: float = 0.0


def normalise(text: str, place: Place, hits: Hits, pieces: Sequence[Piece] = ()) -> ParsedAddress:
    """Take `text` apart according to the best hit and correct its spelling where that is certain.

    `pieces` are the lines with their start indices in the text.
    """
    if not hits or place.region == Region.UNKNOWN:
        one_line = _joined(text)
        lines = tuple(line for _, line in pieces)
        return ParsedAddress(*_street_parts(one_line), "", "", place, one_line, lines)
    best = hits[0][0]
    postcode, town = _postcode(text, hits), _town(text, hits)
    street, trailing = _rest_of(text, best)
    tail = " ".join(part for part in (postcode, town) if part)
    corrected = ", ".join(part for part in (street, tail, trailing) if part)
    unconfirmed = unconfirmed_parts(text, hits, pieces)
    return ParsedAddress(*_street_parts(street), postcode, town, place, corrected, *unconfirmed)


def _postcode(text: str, hits: Hits) -> str:
    """Return the postcode with its prefix ("CH-6460"), "" if none was written."""
    best = hits[0][0]
    code = best.postcode_span
    if code is None:
        return ""
    digits = best.postcode if is_postcode_certain(hits) else code.text
    return text[code.first : code.start] + digits


def _town(text: str, hits: Hits) -> str:
    """Return the town as written, in the spelling that matched where that is certain."""
    best = hits[0][0]
    if best.town_span is None:
        return _joined(text[best.postcode_span.end :]) if best.postcode_span else ""
    end = end_of_word(text, best.town_span.end)
    read = text[best.town_span.start : end]
    after = _joined(text[end : _end_of_town(text, end)])
    gap = "-" if text[end : end + 1] == "-" else " "
    addition = gap + after if after else ""
    if not is_town_certain(hits):
        return read + addition
    return (best.spelling.upper() if read.isupper() else best.spelling) + addition


def _end_of_town(text: str, end: int) -> int:
    """Return where additions to the town end: a sector, a canton, or words that did not match."""
    addition = _AFTER_TOWN.match(text, end)
    if addition:
        return addition.end()
    segment = _SEGMENT_END.search(text, end)
    assert segment
    rest = text[end : segment.start()]
    return end if is_street(rest) or any(c.isdigit() for c in rest) else segment.start()


def _rest_of(text: str, best: Hit) -> tuple[str, str]:
    """Return what is neither postcode nor town: street, box and c/o, and what follows them, as a country."""
    code, town = best.postcode_span, best.town_span
    starts = ([code.first] if code else []) + ([town.start] if town else [])
    ends = [code.end] if code else []
    ends += [_end_of_town(text, end_of_word(text, town.end))] if town else []
    if not starts:
        return _joined(text), ""
    head = text[: min(starts)]
    between = text[min(ends) : max(starts)] if len(starts) > 1 else ""
    tail = _joined(text[max(ends) :]) if town is not None else ""
    if tail and not is_street(tail) and not any(c.isdigit() for c in tail):
        return _joined("\n".join((head, between))), tail
    return _joined("\n".join((head, between, tail))), ""


def _joined(text: str) -> str:
    """Return `text` in one line: line breaks and semicolons become commas."""
    parts = (part.strip(_EDGES) for part in re.split(r"[\n;]+", text))
    return ", ".join(part for part in parts if part)


def _street_parts(street: str) -> tuple[str, str]:
    """Return street and house number, which follows it or, in French, precedes it."""
    for pattern, name, number in ((_NUMBER_AFTER, 1, 2), (_NUMBER_BEFORE, 2, 1)):
        found = pattern.match(street)
        if found:
            return found[name].strip(_EDGES), found[number].strip()
    return street, ""
