"""The address as text: its parts, and the postcode and town in the directory's spelling."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from digitize.address.address_words import is_street
from digitize.address.candidates import Hit
from digitize.address.certainty import (
    Piece,
    end_of_word,
    is_postcode_settled,
    is_town_settled,
    unsettled_parts,
)
from digitize.ocr.engines import Line
from digitize.records import Place, Region

_NUMBER_BEHIND = re.compile(r"^(.*?[^\W\d].*?)[\s,.]+(\d+\s?[a-zA-Z]?)$", re.S)
_NUMBER_BEFORE = re.compile(r"^(\d+\s?[a-zA-Z]?)[\s,.]+(.*[^\W\d].*)$", re.S)
_BEHIND_TOWN = re.compile(r"[ /]*(?:\d{1,2}\b|\(?[A-Z]{2}\b\)?)")  # "Genève 15", "Buchs (AG)"
_SEGMENT_END = re.compile(r"[,;\n]|$")
_EDGES = " ,;:.\n-–_/|"


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """An address in parts.  Parts that were not written are empty.

    `postcode` and `town` are as written, mended where the place is sure;
    `corrected` is the whole address in one line, "street, postcode town".
    `unsettled` are the parts of the lines of which only the recogniser speaks;
    of the rest the directory is as sure as `settled_share`, 0 where there is none.
    """

    street: str
    house_number: str
    postcode: str
    town: str
    place: Place
    corrected: str
    unsettled: tuple[Line, ...] = ()
    settled_share: float = 0.0


def written(
    text: str, place: Place, hits: list[tuple[Hit, float]], pieces: Sequence[Piece] = ()
) -> ParsedAddress:
    """Take `text` apart as the best of `hits` says and mend its spelling where that is sure.

    `pieces` are the lines and where each begins in the text.
    """
    if not hits or place.region == Region.UNKNOWN:
        one_line = _joined(text)
        lines = tuple(line for _, line in pieces)
        return ParsedAddress(*_street_parts(one_line), "", "", place, one_line, lines)
    best = hits[0][0]
    postcode, town = _postcode(text, hits), _town(text, hits)
    street, behind = _around(text, best)
    tail = " ".join(part for part in (postcode, town) if part)
    corrected = ", ".join(part for part in (street, tail, behind) if part)
    unsettled = unsettled_parts(text, hits, pieces)
    return ParsedAddress(*_street_parts(street), postcode, town, place, corrected, *unsettled)


def _postcode(text: str, hits: list[tuple[Hit, float]]) -> str:
    """The postcode with its prefix ("CH-6460"), "" where none was written."""
    best = hits[0][0]
    if best.number is None:
        return ""
    digits = best.postcode if is_postcode_settled(hits) else best.number.text
    return text[best.number.first : best.number.start] + digits


def _town(text: str, hits: list[tuple[Hit, float]]) -> str:
    """The town as written, in the spelling that matched where it is sure."""
    best = hits[0][0]
    if best.town is None:
        return _joined(text[best.number.end :]) if best.number else ""
    end = end_of_word(text, best.town.end)
    read = text[best.town.start : end]
    behind = _joined(text[end : _end_of_town(text, end)])
    gap = "-" if text[end : end + 1] == "-" else " "
    extra = gap + behind if behind else ""
    if not is_town_settled(hits):
        return read + extra
    return (best.spelling.upper() if read.isupper() else best.spelling) + extra


def _end_of_town(text: str, end: int) -> int:
    """Where what was written with the town ends: sector, canton, words that did not match."""
    behind = _BEHIND_TOWN.match(text, end)
    if behind:
        return behind.end()
    segment = _SEGMENT_END.search(text, end)
    assert segment
    rest = text[end : segment.start()]
    return end if is_street(rest) or any(c.isdigit() for c in rest) else segment.start()


def _around(text: str, best: Hit) -> tuple[str, str]:
    """What is neither postcode nor town: street, box and c/o; and what stands behind them, as a country."""
    starts = [best.number.first] if best.number else []
    starts += [best.town.start] if best.town else []
    ends = [best.number.end] if best.number else []
    ends += [_end_of_town(text, end_of_word(text, best.town.end))] if best.town else []
    if not starts:
        return _joined(text), ""
    head = text[: min(starts)]
    between = text[min(ends) : max(starts)] if len(starts) > 1 else ""
    tail = _joined(text[max(ends) :]) if best.town is not None else ""
    if tail and not is_street(tail) and not any(c.isdigit() for c in tail):
        return _joined("\n".join((head, between))), tail
    return _joined("\n".join((head, between, tail))), ""


def _joined(text: str) -> str:
    """One line: line breaks and strong separators become commas."""
    parts = (part.strip(_EDGES) for part in re.split(r"[\n;]+", text))
    return ", ".join(part for part in parts if part)


def _street_parts(street: str) -> tuple[str, str]:
    """Street and house number, which stands behind it or, in French, before it."""
    for pattern, name, number in ((_NUMBER_BEHIND, 1, 2), (_NUMBER_BEFORE, 2, 1)):
        found = pattern.match(street)
        if found:
            return found[name].strip(_EDGES), found[number].strip()
    return street, ""
