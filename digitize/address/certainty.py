"""Which characters of an address the directory confirms, and which rest on the recogniser alone."""

import re
from collections.abc import Sequence

from digitize.address.candidates import Hit
from digitize.address.directory import key
from digitize.address.join_lines import Piece
from digitize.ocr.engines import Line
from digitize.ocr.line_slices import slice_line

CERTAIN_SHARE = 0.9  # of the weight on one spelling, for it to replace what was read
LIKELY_SHARE = 0.5  # is enough for a postcode that was read with letters
MAX_LOST_LETTERS = 3  # a corrected town may be this much shorter than what was read: specks read as letters
_WORD_END = re.compile(r"\w*")

Hits = Sequence[tuple[Hit, float]]  # hits and their shares of the weight, best first


def postcode_share(hits: Hits) -> float:
    """Return the share of the best hit's postcode, 0 if it has none."""
    best = hits[0][0]
    if not best.postcode:
        return 0.0
    return sum(share for hit, share in hits if hit.postcode == best.postcode)


def is_postcode_certain(hits: Hits) -> bool:
    """Return whether the best hit's postcode may replace what was read."""
    best = hits[0][0]
    if best.postcode_span is None:
        return False
    # No postcode contains letters, so a reading that does is wrong in any case.
    return postcode_share(hits) >= (CERTAIN_SHARE if best.postcode_span.text.isdigit() else LIKELY_SHARE)


def town_share(hits: Hits) -> float:
    """Return the share of the best hit's spelling."""
    best = hits[0][0]
    return sum(share for hit, share in hits if hit.spelling == best.spelling)


def is_town_certain(hits: Hits) -> bool:
    """Return whether the best hit's spelling may replace the town that was read."""
    best = hits[0][0]
    if best.town_span is None or not best.spelling:
        return False
    # "Zürich-Altstetten": more was written than the name of the town
    has_more_words = len(best.town_span.key) > len(key(best.spelling)) + MAX_LOST_LETTERS
    return town_share(hits) >= CERTAIN_SHARE and not has_more_words


def end_of_word(text: str, end: int) -> int:
    """Return the end of the word at index `end`: digits attached to a town are misread letters."""
    found = _WORD_END.match(text, end)
    return found.end() if found else end


def unconfirmed_parts(text: str, hits: Hits, pieces: Sequence[Piece]) -> tuple[tuple[Line, ...], float]:
    """Return the parts of the lines that the directory does not confirm, and the share of the rest.

    The share is 0 if nothing is confirmed.
    """
    best = hits[0][0]
    spans, share = [], 1.0
    if best.postcode_span is not None and is_postcode_certain(hits):
        spans.append((best.postcode_span.start, best.postcode_span.end))
        share = min(share, postcode_share(hits))
    if best.town_span is not None and is_town_certain(hits):
        spans.append((best.town_span.start, end_of_word(text, best.town_span.end)))
        share = min(share, town_share(hits))
    parts = [part for start, line in pieces for part in _outside(line, start, sorted(spans))]
    return tuple(parts), min(1.0, share) if spans else 0.0


def _outside(line: Line, start: int, spans: Sequence[tuple[int, int]]) -> list[Line]:
    """Return the parts of a line, which begins at `start`, outside the spans, except mere punctuation."""
    parts, position, length = [], 0, len(line.text)
    for first, last in [(first - start, last - start) for first, last in spans] + [(length, length)]:
        before = line.text[position : max(position, first)]
        if any(character.isalnum() for character in before):
            parts.append(slice_line(line, position, min(first, length)))
        position = max(position, min(last, length))
    return parts
