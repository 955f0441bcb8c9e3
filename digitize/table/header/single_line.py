"""Find the columns under a single-line header from column rules and header words.

Rules give the columns where there are any; header words give them where
rules are missing.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from digitize.geometry import Box
from digitize.images import Page
from digitize.ocr.engines import Reader
from digitize.ocr.split_lines import cut_to
from digitize.records import Column, Role
from digitize.table.header.header_words import SETTINGS as PHRASES
from digitize.table.header.header_words import (
    STRONG_MATCH,
    SURE_MATCH,
    Phrase,
    Words,
    best_match,
    fold,
    match_role,
    read_phrases,
    without_dust,
)
from digitize.table.header.joint_match import match_together
from digitize.table.header.rule_contrast import SETTINGS as CONTRAST
from digitize.table.header.rule_contrast import MeasuredRules
from digitize.table.header.whole_line import read_whole_line


@dataclass(frozen=True, slots=True)
class SingleLineSettings:
    """Limits for finding columns by their header words and numbers."""

    two_columns_mm: float = 70.0  # so wide a stretch between rules may have lost one between two columns
    column_gap_mm: float = 8.0  # words further apart belong to two columns: "Name      Vorname"
    joint_gap_mm: float = 4.0  # the same where they make up a whole header
    min_match_far_apart: int = 74  # of 100, for these: with two misread letters in seven
    padding_mm: float = 1.5  # usual distance of a header word from its left column rule
    min_padding_mm: float = 0.3
    min_number_room_mm: float = 5.0  # left of the first header word, for numbers without a column rule
    number_strip_mm: float = 12.0  # in which numbers are looked for where the header says nothing of them
    number_gap_mm: float = 1.0  # between a number and the writing next to it; its digits are closer
    max_numbers: int = 6  # rows read to detect a number column
    min_numbers: int = 3  # consecutive ones make a number column


SETTINGS = SingleLineSettings()
TALL_HEADER_ROWS = 1.6  # a header this tall may hide the first row
MIN_ROWS_BELOW = 2  # a header, if its lower part is no row


def read_columns(
    page: Page,
    edges: Sequence[float],
    upper: float,
    lower: float,
    words: Words,
    reader: Reader,
) -> list[Column]:
    """Return the columns between the edges, split further where one holds several header words."""
    columns: list[Column] = []
    for left, right in itertools.pairwise(edges):
        may_split = len(edges) == 2 or right - left >= page.px(SETTINGS.two_columns_mm)
        phrases = read_phrases(page, Box(left, upper, right, lower), words, reader, may_split)
        columns += _columns_of(page, left, right, phrases, words)
    return _join_cut_words(columns, words)


def _join_cut_words(columns: list[Column], words: Words) -> list[Column]:
    """Return the columns without edges that cut a header word in two: a streak is no column rule."""
    joined = columns[:1]
    for column in columns[1:]:
        before = joined[-1]
        apart = [match_role(each.header, words)[1] for each in (before, column)]
        whole, role, match = _best_joined(before.header, column.header, words)
        # "Full" and "Name" are no better than one; "Name" and "Vorname" are two.
        if match >= max(STRONG_MATCH, *apart) and min(apart) < STRONG_MATCH:
            joined[-1] = Column(role, before.left_px, column.right_px, whole)
        else:
            joined.append(column)
    return joined


def _best_joined(before: str, after: str, words: Words) -> tuple[str, Role, float]:
    """Return two texts joined, with or without a space, and what they match."""
    if not before or not after:
        return "", Role.OTHER, 0.0
    matches = (
        (gap.join((before, after)), *match_role(gap.join((before, after)), words)) for gap in ("", " ")
    )
    return max(matches, key=lambda match: match[2])


def read_pale_columns(
    page: Page,
    edges: Sequence[float],
    upper: float,
    lower: float,
    words: Words,
    reader: Reader,
) -> list[Column]:
    """Return the same as `read_columns` for header words that are too pale to be found by their ink."""
    phrases = read_whole_line(page, Box(edges[0], upper, edges[-1], lower), words, reader)
    columns: list[Column] = []
    for left, right in itertools.pairwise(edges):
        inside = [phrase for phrase in phrases if left <= phrase.box.centre[0] < right]
        columns += _columns_of(page, left, right, inside, words, SURE_MATCH)  # their gaps tell them apart
    return columns


def _columns_of(
    page: Page, left: float, right: float, phrases: list[Phrase], words: Words, least: int = STRONG_MATCH
) -> list[Column]:
    """Return the column between two edges with these header words, or several.

    Words that match at least so well (0 to 100) make columns of their own.
    """
    whole = " ".join(phrase.text for phrase in phrases)
    match_as_one, _ = best_match(fold(whole), words)
    parts = [phrase for phrase in phrases if phrase.match >= least]
    gap_px = page.px(SETTINGS.column_gap_mm)
    legible = [phrase for phrase in phrases if phrase.text]  # the others are dust
    if len(legible) > len(parts) and _are_apart(legible, page.px(SETTINGS.joint_gap_mm)):
        roles = match_together([phrase.text for phrase in legible], words)
        if roles is not None:
            named = [replace(phrase, role=role) for phrase, role in zip(legible, roles, strict=True)]
            return _split_column(page, left, right, named)
    if _have_roles_each(parts) and (match_as_one < STRONG_MATCH or _are_apart(parts, gap_px)):
        return _split_column(page, left, right, parts)
    telling = [phrase for phrase in phrases if _is_telling(phrase)]
    likely = [phrase for phrase in telling if phrase.match >= SETTINGS.min_match_far_apart]
    if _have_roles_each(likely) and _are_apart(likely, gap_px):
        return _split_column(page, left, right, likely)
    role, match = match_role(whole, words)
    if match < SURE_MATCH and telling:  # there may be dust or a stamp next to the header word
        word = max(telling, key=lambda phrase: phrase.match)
        role, match, whole = word.role, word.match, word.text if word.match >= SURE_MATCH else whole
    return [Column(role if match >= SURE_MATCH else Role.OTHER, left, right, whole)]


def _is_telling(phrase: Phrase) -> bool:
    """Return whether a phrase is no scrap: "Na", left of a faded "Name", is not nearly "NPA"."""
    return len(fold(phrase.text)) >= PHRASES.min_word_letters or phrase.match >= STRONG_MATCH


def _have_roles_each(parts: list[Phrase]) -> bool:
    """Return whether there are several header words, and not all of the same role."""
    return len(parts) >= 2 and len({part.role for part in parts}) >= 2


def _are_apart(parts: list[Phrase], gap_px: float) -> bool:
    """Return whether there are several words, each at least so far from the next."""
    gaps = [after.box.left - before.box.right for before, after in itertools.pairwise(parts)]
    return min(gaps, default=0.0) >= gap_px


def _split_column(page: Page, left: float, right: float, parts: list[Phrase]) -> list[Column]:
    """Split a stretch without rules into columns just left of each header word."""
    padding = parts[0].box.left - left
    if not page.px(SETTINGS.min_padding_mm) < padding <= page.px(2 * SETTINGS.padding_mm):
        padding = page.px(SETTINGS.padding_mm)  # the word is centred, or preceded by numbers
    cuts = [left, *(part.box.left - padding for part in parts[1:]), right]
    return [Column(part.role, a, b, part.text) for part, a, b in zip(parts, cuts, cuts[1:], strict=False)]


def split_off_numbers(
    page: Page,
    columns: list[Column],
    upper: float,
    rows: Sequence[float],
    words: Words,
    reader: Reader,
) -> list[Column]:
    """Split off a column of printed numbers left of the first header word that has no column rule."""
    if any(column.role is Role.NUMBER for column in columns):
        return columns
    first = columns[0]
    header = Box(first.left_px, upper, first.right_px, rows[0])
    phrases = read_phrases(page, header, words, reader) or read_whole_line(page, header, words, reader)
    # Pale print above the numbers may be misread; they end at the first word that is understood.
    phrases = [phrase for phrase in phrases if phrase.match >= STRONG_MATCH] or phrases
    if not phrases:
        return columns
    word_px = phrases[0].box.left
    has_room = word_px - first.left_px >= page.px(SETTINGS.min_number_room_mm)
    if not has_room and first.right_px - first.left_px < 2 * page.px(SETTINGS.number_strip_mm):
        return columns
    # What seems to be the start of the word may be a stain above the numbers.
    end_px = word_px if has_room else min(first.left_px + page.px(SETTINGS.number_strip_mm), first.right_px)
    boxes = _consecutive_numbers(page, first.left_px, end_px, rows, reader)
    if not boxes:
        return columns
    padding = min(float(np.median([box.left for box in boxes])) - first.left_px, page.px(SETTINGS.padding_mm))
    cut = max(word_px - padding, *(box.right + page.px(SETTINGS.number_gap_mm) / 2 for box in boxes))
    return [Column(Role.NUMBER, first.left_px, cut), replace(first, left_px=cut), *columns[1:]]


def _consecutive_numbers(
    page: Page, left: float, right: float, rows: Sequence[float], reader: Reader
) -> list[Box]:
    """Return where numbers that follow each other stand at the start of rows; nothing if too few do."""
    bands = list(enumerate(itertools.pairwise(rows)))[:: max(1, len(rows) // SETTINGS.max_numbers)]
    needed = min(SETTINGS.min_numbers, len(bands))
    found: list[tuple[int, Box]] = []
    for at, (i, (top, bottom)) in enumerate(bands):
        number = read_first_number(page, Box(left, top, right, bottom), reader)
        if number is not None:
            found.append((number[0] - i, number[1]))
        if len(found) + len(bands) - 1 - at < needed:
            return []
    starts = Counter(start for start, _ in found)
    start, votes = max(starts.items(), key=lambda item: item[1], default=(0, 0))
    return [box for other, box in found if other == start] if votes >= needed else []


def read_first_number(page: Page, strip: Box, reader: Reader) -> tuple[int, Box] | None:
    """Read the number at the start of a row; None if there is something else or nothing."""
    inner = strip.expanded(-page.px(PHRASES.rule_margin_mm)).clipped(page.width_px, page.height_px)
    rows, cols = inner.slices()
    even = page.even[rows, cols]
    ink = without_dust(even, page.px(PHRASES.dust_mm)) if even.size else np.zeros((0, 0), np.bool_)
    inked = np.flatnonzero(ink.any(axis=0))
    if not len(inked):
        return None
    group = np.split(inked, np.flatnonzero(np.diff(inked) > page.px(SETTINGS.number_gap_mm)) + 1)[0]
    start, stop = int(group[0]), int(group[-1]) + 1
    read = re.fullmatch(
        r"\W*(\d{1,4})\W*", reader.read_line(cut_to(even[:, start:stop], ink[:, start:stop])).text
    )
    box = Box(cols.start + start, inner.top, cols.start + stop, inner.bottom)
    return (int(read.group(1)), box) if read else None


def restore_first_row(
    page: Page, columns: Sequence[Column], upper: float, rows: tuple[float, ...], reader: Reader
) -> tuple[float, ...]:
    """Restore the first row if the rule above it is missing and the header includes it.

    The header is then taller than a row and a half, and its lower part contains
    the number that precedes the next one.
    """
    pitch = float(np.median(np.diff(rows)))
    number = next((column for column in columns if column.role is Role.NUMBER), None)
    if number is None or rows[0] - upper < TALL_HEADER_ROWS * pitch:
        return rows
    before, after = _numbers_around(page, number, rows[0] - pitch, rows[0], rows[0] + pitch, reader)
    are_consecutive = before is not None and after is not None and before + 1 == after
    return (rows[0] - pitch, *rows) if are_consecutive else rows


def without_header_lines(
    rules: MeasuredRules, columns: Sequence[Column], rows: tuple[float, ...], reader: Reader
) -> tuple[float, ...]:
    """Return the edges of the rows without a first one that is the lower part of a header.

    A header as high as two rows looks as if a rule between them were missing.  No such rule is seen, and only
    the row below has a number.
    """
    number = next((column for column in columns if column.role is Role.NUMBER), None)
    if number is None or len(rows) < MIN_ROWS_BELOW + 1:
        return rows
    contrast = np.median(rules.horizontal_contrast(rows[:2]), axis=1)
    if contrast[0] >= CONTRAST.min_relative_contrast * contrast[1]:
        return rows
    before, after = _numbers_around(rules.page, number, rows[0], rows[1], rows[2], reader)
    return rows[1:] if before is None and after is not None else rows


def _numbers_around(
    page: Page, number: Column, upper: float, edge: float, lower: float, reader: Reader
) -> tuple[int | None, int | None]:
    """Return the numbers printed above and below an edge between two rows, None where there is none."""
    strips = (Box(number.left_px, a, number.right_px, b) for a, b in ((upper, edge), (edge, lower)))
    before, after = (read_first_number(page, strip, reader) for strip in strips)
    return before and before[0], after and after[0]
