"""Read a header line in one piece, where its print is too pale to find its words by their ink.

A recogniser reads pale and grainy print that no threshold separates from the paper, and a CTC recogniser
also tells roughly where each letter stands.  The line is split into header words where the letters are
further apart than within words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from digitize.geometry import Box
from digitize.images import Page, Pixels
from digitize.ocr.engines import Line, Reader
from digitize.ocr.line_slices import first_steps
from digitize.table.header.header_words import SETTINGS as PHRASES
from digitize.table.header.header_words import SURE_MATCH, Phrase, Words, match_role


@dataclass(frozen=True, slots=True)
class WholeLineSettings:
    """How letters are put together into header words by their positions."""

    letter_gap_mm: float = 5.0  # between the middles of letters: in one header text they are closer
    letter_mm: float = 1.0  # half a letter, which the words extend beyond the middles of their ends
    margin_mm: float = 0.4  # above and below the line of print
    min_line_mm: float = 1.5  # of print, high; less is a rule
    rule_share: float = 0.4  # darkness of a row of px that belongs to a rule; one of print is paler
    print_share: float = 0.25  # of the darkest row's darkness that a row of print has at least


SETTINGS = WholeLineSettings()
NO_LETTERS = " .,-_"  # what may be read between two header words, in grain and in remnants of rules


def read_whole_line(page: Page, cell: Box, words: Words, reader: Reader) -> list[Phrase]:
    """Return the known header words in a line over all columns, from left to right.

    `reader` must be a CTC recogniser: others do not tell where the letters stand, and nothing is found.
    """
    inner = cell.expanded(-page.px(PHRASES.rule_margin_mm)).clipped(page.width_px, page.height_px)
    rows, cols = inner.slices()
    found: list[Phrase] = []
    for strip in _lines_of_print(page.even[rows, cols], page.px_per_mm):
        phrases: list[Phrase] = []
        for text, start, end in _texts(reader.read_line(strip), page.px_per_mm):
            role, match = match_role(text, words)
            if match >= SURE_MATCH:
                reach = page.px(SETTINGS.letter_mm)
                left, right = round(cols.start + start - reach), round(cols.start + end + reach)
                box = Box(max(inner.left, left), inner.top, min(inner.right, right), inner.bottom)
                phrases.append(Phrase(box, text, role, match))
        found = max(found, phrases, key=len)
    return found


def _lines_of_print(even: Pixels, px_per_mm: float) -> Iterator[Pixels]:
    """Yield the strips to read: all lines of print in one, and the lowest alone if there are several.

    The last line of a paragraph may lie above the header.
    """
    if not even.size:
        return
    dark = 255.0 - even.mean(axis=1)
    dark[dark >= 255 * SETTINGS.rule_share] = 0.0
    paper = float(np.percentile(dark, 20))
    at = np.flatnonzero(dark >= paper + SETTINGS.print_share * (dark.max() - paper))
    lines = np.split(at, np.flatnonzero(np.diff(at) > SETTINGS.margin_mm * px_per_mm) + 1)
    lines = [line for line in lines if len(line) >= SETTINGS.min_line_mm * px_per_mm]
    if not lines:
        return
    margin = round(SETTINGS.margin_mm * px_per_mm)
    for first in dict.fromkeys((int(lines[0][0]), int(lines[-1][0]))):
        yield even[max(0, first - margin) : int(lines[-1][-1]) + 1 + margin]


def _texts(line: Line, px_per_mm: float) -> Iterator[tuple[str, float, float]]:
    """Yield the texts of a line, and where their first and last letter stand, in px of the line's picture."""
    if line.log_probs is None:
        return
    at_px = (np.array(first_steps(line)) + 0.5) * line.step_px
    letters = [i for i, character in enumerate(line.text) if character not in NO_LETTERS]
    if not letters:
        return
    wide = np.flatnonzero(np.diff(at_px[letters]) > SETTINGS.letter_gap_mm * px_per_mm)
    starts = [letters[0], *(letters[i + 1] for i in wide)]
    for first, after in pairwise((*starts, len(line.text))):
        last = max(i for i in letters if i < after)
        yield line.text[first:after].rstrip(NO_LETTERS), float(at_px[first]), float(at_px[last])
