"""Read the title of the petition and the deadline for returning sheets from the print around the table.

Only a few lines are read: on a list, the largest print above the table and
the first lines below it.  A letter consists of text throughout and has no
title that could be told from it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import cv2
import numpy as np
from rapidfuzz import fuzz, process

from digitize.geometry import Box
from digitize.images import INK_SHARE, Page, Pixels
from digitize.ocr.engines import Reader
from digitize.ocr.split_lines import cut_to, narrowed
from digitize.records import Table


@dataclass(frozen=True, slots=True)
class TextSettings:
    """How lines of print around the table are found and which are read; set on the shipped forms."""

    # Lines of print
    margin_mm: float = 3.0  # print around the table is as wide as the table, give or take this much
    rule_clearance_mm: float = 0.8  # distance kept from the table's outer rules
    min_line_ink_mm: float = 1.5  # pixel rows with less ink do not belong to a line
    line_height_mm: tuple[float, float] = (1.4, 9.0)
    # The scanner bed beyond the sheet inks this share of the width; print never does.
    scanner_bed_share: float = 0.85
    min_letter_mm: float = 0.8  # smaller spots are dots and dust
    narrowing: float = 0.8  # lines are narrowed to this width: read as well, in four fifths of the time
    # The title
    max_lines_above: int = 12  # more print above the table is a letter, which has no title
    title_type_share: float = 0.85  # of the largest type; lines as large belong to the title
    max_title_lines: int = 2
    min_title_letters: int = 6  # less is a page number or a scribble
    # The deadline
    max_gap_mm: float = 25.0  # from the table to the first line, and between lines
    max_lines_below: int = 3  # read until a deadline is found
    keyword_reach: int = 60  # most characters between the word for a deadline and its date
    min_month_similarity: int = 80  # of 100


SETTINGS = TextSettings()

_MONTHS = (
    ("januar", "jänner", "janvier", "gennaio", "january"),
    ("februar", "février", "febbraio", "february"),
    ("märz", "mars", "marzo", "march"),
    ("april", "avril", "aprile"),
    ("mai", "maggio", "may"),
    ("juni", "juin", "giugno", "june"),
    ("juli", "juillet", "luglio", "july"),
    ("august", "août", "agosto"),
    ("september", "septembre", "settembre"),
    ("oktober", "octobre", "ottobre", "october"),
    ("november", "novembre"),
    ("dezember", "décembre", "dicembre", "december"),
)
_MONTH_NUMBERS = {word: number for number, words in enumerate(_MONTHS, 1) for word in words}
_KEYWORDS = re.compile(
    r"frist|einsende|r.cksend|zur.ck|sp.testens|bis|d[ée]lai|jusqu|avant|d['’]?ici|renvoy|retour"
    r"|entro|termine|scadenza|rispedi|ritorn|rinvi|by|before|until|deadline|return",
    re.IGNORECASE,
)
_NUMERIC_DATE = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(20\d\d)")
_DAY_MONTH = re.compile(r"(\d{1,2})\s*(?:\.|er|°|º|st|nd|rd|th)?\s*([^\W\d]{3,9})\s*,?\s*(20\d\d)")
_MONTH_DAY = re.compile(r"([^\W\d]{3,9})\s*(\d{1,2})(?:st|nd|rd|th)?\s*,?\s*(20\d\d)")


@dataclass(frozen=True, slots=True)
class TitleDeadline:
    """Title of the petition (empty if none was found) and the last day on which sheets are in time."""

    title: str = ""
    deadline: date | None = None


def read_title_deadline(page: Page, first: Table, last: Table, reader: Reader) -> TitleDeadline:
    """Read the title above the first table of a page and the deadline below its last one."""
    return TitleDeadline(_read_title(page, first, reader), _read_deadline(page, last, reader))


def _read_title(page: Page, table: Table, reader: Reader) -> str:
    """Read the largest print above a table.

    There is none if all lines are of one size, for instance because a stamp hides the title.
    """
    lines = _find_lines(
        page, _text_area(page, table, 0.0, table.header_top_px - page.px(SETTINGS.rule_clearance_mm))
    )
    if not lines or len(lines) > SETTINGS.max_lines_above:
        return ""
    large = SETTINGS.title_type_share * max(line.type_px for line in lines)
    title = [line.box for line in lines if line.type_px >= large]
    if len(title) > SETTINGS.max_title_lines:
        return ""
    text = " ".join(_read_line(page, line, reader) for line in title).strip()
    return text if sum(map(str.isalpha, text)) >= SETTINGS.min_title_letters else ""


def _read_deadline(page: Page, table: Table, reader: Reader) -> date | None:
    """Read the lines below a table until one gives a deadline."""
    top = table.row_edges_px[-1] + page.px(SETTINGS.rule_clearance_mm)
    text = ""
    previous_bottom = top
    for line in _find_lines(page, _text_area(page, table, top, page.height_px))[: SETTINGS.max_lines_below]:
        if line.box.top - previous_bottom > page.px(SETTINGS.max_gap_mm):
            break
        text = f"{text} {_read_line(page, line.box, reader)}".strip()
        previous_bottom = line.box.bottom
        found = find_deadline(text)
        if found is not None:
            return found
    return None


def find_deadline(text: str) -> date | None:
    """Return the first date that follows a keyword such as "Frist", "avant le", "entro" or "by"."""
    for begin, day in sorted(_find_dates(text), key=lambda found: found[0]):
        if _KEYWORDS.search(text[max(0, begin - SETTINGS.keyword_reach) : begin]):
            return day
    return None


def _find_dates(text: str) -> Iterator[tuple[int, date]]:
    """Yield dates in figures or with the name of a month in four languages, with their positions."""
    for match in _NUMERIC_DATE.finditer(text):
        yield from _valid_date(match.start(), match[3], int(match[2]), match[1])
    for match in _DAY_MONTH.finditer(text):
        yield from _valid_date(match.start(), match[3], _month_number(match[2]), match[1])
    for match in _MONTH_DAY.finditer(text):
        yield from _valid_date(match.start(), match[3], _month_number(match[1]), match[2])


def _month_number(word: str) -> int:
    """Return the number of a month by its name, 0 if the word is not similar to any."""
    found = process.extractOne(
        word.lower(), _MONTH_NUMBERS.keys(), scorer=fuzz.ratio, score_cutoff=SETTINGS.min_month_similarity
    )
    return _MONTH_NUMBERS[found[0]] if found else 0


def _valid_date(begin: int, year: str, month: int, day: str) -> Iterator[tuple[int, date]]:
    """Yield the date with its position if it exists in the calendar."""
    try:
        yield begin, date(int(year), month, int(day))
    except ValueError:
        return


def _text_area(page: Page, table: Table, top_px: float, bottom_px: float) -> Box:
    """Return the area between two heights that is about as wide as the table."""
    margin = page.px(SETTINGS.margin_mm)
    box = Box(table.box.left - margin, top_px, table.box.right + margin, bottom_px)
    return box.clipped(page.width_px, page.height_px)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of print; `type_px` is its median letter height."""

    box: Box
    type_px: float


def _find_lines(page: Page, area: Box) -> Sequence[_Line]:
    """Find the lines of print in an area, from top to bottom."""
    rows, columns = area.slices()
    even = page.even[rows, columns]
    if not even.size:
        return []
    ink_px = (even < 255 * INK_SHARE).sum(axis=1)
    inked = np.flatnonzero(ink_px >= page.px(SETTINGS.min_line_ink_mm))
    runs = np.split(inked, np.flatnonzero(np.diff(inked) > 1) + 1) if len(inked) else []
    min_px, max_px = (page.px(mm) for mm in SETTINGS.line_height_mm)
    found = []
    for run in runs:
        is_scanner_bed = ink_px[run].max() > SETTINGS.scanner_bed_share * even.shape[1]
        if min_px <= len(run) <= max_px and not is_scanner_bed:
            box = Box(area.left, rows.start + int(run[0]), area.right, rows.start + int(run[-1]) + 1)
            found.append(
                _Line(box, _type_height_px(even[run[0] : run[-1] + 1], page.px(SETTINGS.min_letter_mm)))
            )
    return found


def _type_height_px(even: Pixels, least_px: float) -> float:
    """Return the median height of the letters in a line."""
    ink = (even < 255 * INK_SHARE).astype(np.uint8)
    heights = cv2.connectedComponentsWithStats(ink)[2][1:, cv2.CC_STAT_HEIGHT]
    letters = heights[heights >= least_px]
    return float(np.median(letters)) if len(letters) else 0.0


def _read_line(page: Page, line: Box, reader: Reader) -> str:
    """Read a line of print."""
    rows, columns = (
        line.expanded(page.px(SETTINGS.rule_clearance_mm)).clipped(page.width_px, page.height_px).slices()
    )
    even = page.even[rows, columns]
    ink = even < 255 * INK_SHARE
    return reader.read_line(narrowed(cut_to(even, ink), SETTINGS.narrowing)).text.strip() if ink.any() else ""
