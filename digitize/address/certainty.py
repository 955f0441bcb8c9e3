"""Which characters of an address the directory vouches for, and for which the recogniser alone does."""

import re
from collections.abc import Sequence

from digitize.address.candidates import Hit
from digitize.address.directory import key
from digitize.ocr.engines import Line
from digitize.ocr.line_slices import slice_line

SURE_SHARE = 0.9  # of the weight must lie in one place before its spelling replaces what was read
LIKELY_SHARE = 0.5
_LOST_LETTERS = 3  # a mended town may be this much shorter than what was read: specks read as letters
_STUCK = re.compile(r"\w*")
Hits = Sequence[tuple[Hit, float]]
Piece = tuple[int, Line]  # a line and where in the text it begins


def postcode_share(hits: Hits) -> float:
    """The share of the best hit's postcode, 0 where it has none."""
    best = hits[0][0]
    if not best.postcode:
        return 0.0
    return sum(share for hit, share in hits if hit.postcode == best.postcode)


def is_postcode_settled(hits: Hits) -> bool:
    best = hits[0][0]
    if best.number is None:
        return False
    # No postcode has letters.
    return postcode_share(hits) >= (SURE_SHARE if best.number.text.isdigit() else LIKELY_SHARE)


def town_share(hits: Hits) -> float:
    """The share of the best hit's spelling."""
    best = hits[0][0]
    return sum(share for hit, share in hits if hit.spelling == best.spelling)


def is_town_settled(hits: Hits) -> bool:
    best = hits[0][0]
    if best.town is None or not best.spelling:
        return False
    more_was_written = len(best.town.key) > len(key(best.spelling)) + _LOST_LETTERS  # "Zürich-Altstetten"
    return town_share(hits) >= SURE_SHARE and not more_was_written


def end_of_word(text: str, end: int) -> int:
    """Behind digits that stick to a town ("Mendr1510"): letters misread."""
    found = _STUCK.match(text, end)
    return found.end() if found else end


def unsettled_parts(text: str, hits: Hits, pieces: Sequence[Piece]) -> tuple[tuple[Line, ...], float]:
    """Parts of the lines that the directory does not know, and how sure it is of the rest.

    0 stands for no rest: nothing was settled.
    """
    best = hits[0][0]
    spans, share = [], 1.0
    if best.number is not None and is_postcode_settled(hits):
        spans.append((best.number.start, best.number.end))
        share = min(share, postcode_share(hits))
    if best.town is not None and is_town_settled(hits):
        spans.append((best.town.start, end_of_word(text, best.town.end)))
        share = min(share, town_share(hits))
    parts = [part for start, line in pieces for part in _without(line, start, sorted(spans))]
    return tuple(parts), min(1.0, share) if spans else 0.0


def _without(line: Line, start: int, spans: Sequence[tuple[int, int]]) -> list[Line]:
    """What is left of a line that begins at `start`, if it says anything."""
    parts, at, length = [], 0, len(line.text)
    for first, last in [(first - start, last - start) for first, last in spans] + [(length, length)]:
        before, at_next = line.text[at : max(at, first)], max(at, min(last, length))
        if any(character.isalnum() for character in before):
            parts.append(slice_line(line, at, min(first, length)))
        at = at_next
    return parts
