"""Columns from rules and header words where every word stands over one column.

Rules give the columns where there are any; header words give them where rules
are missing or lost.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitize.geometry import Box
from digitize.images import INK_SHARE, Page
from digitize.ocr.engines import Reader
from digitize.ocr.split_lines import cut_to
from digitize.records import Column, Role
from digitize.table.header.header_words import (
    RULE_MARGIN_MM,
    STRONG_MATCH,
    SURE_MATCH,
    Phrase,
    Words,
    likeness,
    meaning,
    phrases_in,
    plain,
)

COLUMN_GAP_MM = 8.0  # words further apart head two columns: "Name      Vorname"
SWALLOWED_ROWS = 1.6  # a header taller than so many rows may hide the first row
DEFAULT_PADDING_MM = 1.5  # between a column's left rule and its header word
MIN_PADDING_MM = 0.3
NUMBER_ROOM_MM = 5.0  # left of the first header word there may be numbers in a column without a rule
NUMBER_GAP_MM = 1.0  # between a number and the writing beside it; its digits stand closer
NUMBERS_READ = 6  # rows looked at to find out
MIN_NUMBERS = 3  # that count on make a number column


def columns_of(
    page: Page,
    edges: Sequence[float],
    upper: float,
    lower: float,
    words: Words,
    reader: Reader,
) -> list[Column]:
    """The columns between the edges, cut further where one holds several header words."""
    columns: list[Column] = []
    for left, right in itertools.pairwise(edges):
        close = len(edges) == 2
        phrases = phrases_in(page, Box(left, upper, right, lower), words, reader, close)
        whole = " ".join(phrase.text for phrase in phrases)
        together, _ = likeness(plain(whole), words)
        parts = [phrase for phrase in phrases if phrase.match >= STRONG_MATCH]
        several = len(parts) >= 2 and len({part.role for part in parts}) >= 2
        if several and (together < STRONG_MATCH or _far_apart(page, parts)):
            columns += _split(page, left, right, parts)
            continue
        role, match = meaning(whole, words)
        if match < SURE_MATCH and phrases:  # dust and stamps stand beside the header word
            word = max(phrases, key=lambda phrase: phrase.match)
            role, match, whole = word.role, word.match, word.text if word.match >= SURE_MATCH else whole
        columns.append(Column(role if match >= SURE_MATCH else Role.OTHER, left, right, whole))
    return columns


def _far_apart(page: Page, parts: list[Phrase]) -> bool:
    """Whether so much room lies between the words that each heads a column of its own."""
    gaps = [after.box.left - before.box.right for before, after in itertools.pairwise(parts)]
    return min(gaps) >= page.px(COLUMN_GAP_MM)


def _split(page: Page, left: float, right: float, parts: list[Phrase]) -> list[Column]:
    """A stretch without rules cut into columns just left of each header word."""
    padding = parts[0].box.left - left
    if not page.px(MIN_PADDING_MM) < padding <= page.px(2 * DEFAULT_PADDING_MM):
        padding = page.px(DEFAULT_PADDING_MM)  # a centred word, or numbers stand before it
    cuts = [left, *(part.box.left - padding for part in parts[1:]), right]
    return [Column(part.role, a, b, part.text) for part, a, b in zip(parts, cuts, cuts[1:], strict=False)]


def numbers_apart(
    page: Page,
    columns: list[Column],
    upper: float,
    rows: Sequence[float],
    words: Words,
    reader: Reader,
) -> list[Column]:
    """The columns with printed numbers that stand left of the first header word, without a rule, cut off."""
    first = columns[0]
    phrases = phrases_in(page, Box(first.left_px, upper, first.right_px, rows[0]), words, reader)
    known = any(column.role is Role.NUMBER for column in columns)
    if known or not phrases or phrases[0].box.left - first.left_px < page.px(NUMBER_ROOM_MM):
        return columns
    bands = list(enumerate(itertools.pairwise(rows)))[:: max(1, len(rows) // NUMBERS_READ)]
    found: list[tuple[int, Box]] = []
    for i, (top, bottom) in bands:
        number = _first_number(page, Box(first.left_px, top, phrases[0].box.left, bottom), reader)
        if number is not None:
            found.append((number[0] - i, number[1]))
    starts = Counter(start for start, _ in found)
    start, votes = max(starts.items(), key=lambda item: item[1], default=(0, 0))
    if votes < min(MIN_NUMBERS, len(bands)):
        return columns
    boxes = [box for other, box in found if other == start]
    padding = min(float(np.median([box.left for box in boxes])) - first.left_px, page.px(DEFAULT_PADDING_MM))
    cut = max(phrases[0].box.left - padding, *(box.right for box in boxes))
    return [Column(Role.NUMBER, first.left_px, cut), replace(first, left_px=cut), *columns[1:]]


def _first_number(page: Page, strip: Box, reader: Reader) -> tuple[int, Box] | None:
    """The number that stands first in a row, and where; None where something else does, or nothing."""
    inner = strip.expanded(-page.px(RULE_MARGIN_MM)).clipped(page.width_px, page.height_px)
    rows, cols = inner.slices()
    even = page.even[rows, cols]
    ink = even < 255 * INK_SHARE
    inked = np.flatnonzero(ink.any(axis=0)) if even.size else np.array([], dtype=np.intp)
    if not len(inked):
        return None
    group = np.split(inked, np.flatnonzero(np.diff(inked) > page.px(NUMBER_GAP_MM)) + 1)[0]
    start, stop = int(group[0]), int(group[-1]) + 1
    read = re.fullmatch(
        r"\W*(\d{1,4})\W*", reader.read_line(cut_to(even[:, start:stop], ink[:, start:stop])).text
    )
    box = Box(cols.start + start, inner.top, cols.start + stop, inner.bottom)
    return (int(read.group(1)), box) if read else None


def with_first_row(
    page: Page, columns: Sequence[Column], upper: float, rows: tuple[float, ...], reader: Reader
) -> tuple[float, ...]:
    """The row edges, the first row put back where the rule above it was lost and the header swallowed it.

    The header is then taller than a row and a half, and the number before the
    next one is printed in its lower part.
    """
    pitch = float(np.median(np.diff(rows)))
    number = next((column for column in columns if column.role is Role.NUMBER), None)
    if number is None or rows[0] - upper < SWALLOWED_ROWS * pitch:
        return rows
    strips = (Box(number.left_px, y, number.right_px, y + pitch) for y in (rows[0] - pitch, rows[0]))
    before, after = (_first_number(page, strip, reader) for strip in strips)
    follow = before is not None and after is not None and before[0] + 1 == after[0]
    return (rows[0] - pitch, *rows) if follow else rows
