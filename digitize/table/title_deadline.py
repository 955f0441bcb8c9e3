"""Read what a sheet prints around its table: the title of the petition and the day by which it must be back.

Only few lines are read: on a list the largest print above the table, and the
first lines below it.  A letter is all text; its title stands nowhere.
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

BESIDE_MM = 3.0  # print begins and ends with the table, or so far beside it
CLEAR_MM = 0.8  # from the table's outer rules
LINE_INK_MM = 1.5  # a row of px with less ink than this is no part of a line of print
LINE_HEIGHT_MM = (1.4, 9.0)
FIRST_GAP_MM = 25.0  # the first line below the table stands within this
BED_SHARE = 0.85  # of the width is inked by a scanner bed beyond the sheet's edge, not by print
LINES_ABOVE = 12  # more print than this above the table is a letter, which has no title
TITLE_SHARE = 0.85  # of the largest type above the table: lines as large belong to the title
LETTER_MM = 0.8  # smaller spots are dots and dust
TITLE_LINES = 2
TITLE_LETTERS = 6  # fewer are a page number or a scribble
LINES_BELOW = 3  # read below the table until a deadline is found
NARROWED = 0.8  # of their width: print is read as well so, in four fifths of the time
WORD_REACH = 60  # letters between the word for a deadline and its day, at most
MONTH_LIKE = 80  # of 100

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
_MONTH_OF = {word: number for number, words in enumerate(_MONTHS, 1) for word in words}
_WORDS = re.compile(
    r"frist|einsende|r.cksend|zur.ck|sp.testens|bis|d[ée]lai|jusqu|avant|d['’]?ici|renvoy|retour"
    r"|entro|termine|scadenza|rispedi|ritorn|rinvi|by|before|until|deadline|return",
    re.IGNORECASE,
)
_DAY = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(20\d\d)")
_DAY_MONTH = re.compile(r"(\d{1,2})\s*(?:\.|er|°|º|st|nd|rd|th)?\s*([^\W\d]{3,9})\s*,?\s*(20\d\d)")
_MONTH_DAY = re.compile(r"([^\W\d]{3,9})\s*(\d{1,2})(?:st|nd|rd|th)?\s*,?\s*(20\d\d)")


@dataclass(frozen=True, slots=True)
class TitleDeadline:
    """Title of the petition, empty where none was found, and the last day on which sheets are in time."""

    title: str = ""
    deadline: date | None = None


def read_title_deadline(page: Page, first: Table, last: Table, reader: Reader) -> TitleDeadline:
    """What is printed above the first table of a page and below its last one."""
    return TitleDeadline(_title(page, first, reader), _deadline(page, last, reader))


def _title(page: Page, table: Table, reader: Reader) -> str:
    """The largest print above a table; none where all is of one size, as where a stamp hides the title."""
    lines = _lines(page, _beside(page, table, 0.0, table.header_top_px - page.px(CLEAR_MM)))
    if not lines or len(lines) > LINES_ABOVE:
        return ""
    large = TITLE_SHARE * max(line.type_px for line in lines)
    title = [line.box for line in lines if line.type_px >= large]
    if len(title) > TITLE_LINES:
        return ""
    text = " ".join(_read(page, line, reader) for line in title).strip()
    return text if sum(map(str.isalpha, text)) >= TITLE_LETTERS else ""


def _deadline(page: Page, table: Table, reader: Reader) -> date | None:
    top = table.row_edges_px[-1] + page.px(CLEAR_MM)
    text = ""
    before = top
    for line in _lines(page, _beside(page, table, top, page.height_px))[:LINES_BELOW]:
        if line.box.top - before > page.px(FIRST_GAP_MM):
            break
        text = f"{text} {_read(page, line.box, reader)}".strip()
        before = line.box.bottom
        found = deadline_in(text)
        if found is not None:
            return found
    return None


def deadline_in(text: str) -> date | None:
    """The first day in the text that a word such as "Frist", "avant le", "entro" or "by" announces."""
    for begin, day in sorted(_days(text), key=lambda found: found[0]):
        if _WORDS.search(text[max(0, begin - WORD_REACH) : begin]):
            return day
    return None


def _days(text: str) -> Iterator[tuple[int, date]]:
    """Days in figures or with the name of a month in one of four languages, and where they begin."""
    for match in _DAY.finditer(text):
        yield from _valid(match.start(), match[3], int(match[2]), match[1])
    for match in _DAY_MONTH.finditer(text):
        yield from _valid(match.start(), match[3], _month(match[2]), match[1])
    for match in _MONTH_DAY.finditer(text):
        yield from _valid(match.start(), match[3], _month(match[1]), match[2])


def _month(word: str) -> int:
    """Number of the month, 0 where the word is none."""
    found = process.extractOne(word.lower(), _MONTH_OF.keys(), scorer=fuzz.ratio, score_cutoff=MONTH_LIKE)
    return _MONTH_OF[found[0]] if found else 0


def _valid(begin: int, year: str, month: int, day: str) -> Iterator[tuple[int, date]]:
    try:
        yield begin, date(int(year), month, int(day))
    except ValueError:
        return


def _beside(page: Page, table: Table, top_px: float, bottom_px: float) -> Box:
    margin = page.px(BESIDE_MM)
    box = Box(table.box.left - margin, top_px, table.box.right + margin, bottom_px)
    return box.clipped(page.width_px, page.height_px)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of print; `type_px` is the height of most of its letters, which are small ones."""

    box: Box
    type_px: float


def _lines(page: Page, area: Box) -> Sequence[_Line]:
    """Lines of print in an area, top to bottom."""
    rows, columns = area.slices()
    even = page.even[rows, columns]
    if not even.size:
        return []
    ink_px = (even < 255 * INK_SHARE).sum(axis=1)
    inked = np.flatnonzero(ink_px >= page.px(LINE_INK_MM))
    runs = np.split(inked, np.flatnonzero(np.diff(inked) > 1) + 1) if len(inked) else []
    least, most = (page.px(mm) for mm in LINE_HEIGHT_MM)
    found = []
    for run in runs:
        bed = ink_px[run].max() > BED_SHARE * even.shape[1]
        if least <= len(run) <= most and not bed:
            box = Box(area.left, rows.start + int(run[0]), area.right, rows.start + int(run[-1]) + 1)
            found.append(_Line(box, _type_px(even[run[0] : run[-1] + 1], page.px(LETTER_MM))))
    return found


def _type_px(even: Pixels, least_px: float) -> float:
    ink = (even < 255 * INK_SHARE).astype(np.uint8)
    heights = cv2.connectedComponentsWithStats(ink)[2][1:, cv2.CC_STAT_HEIGHT]
    letters = heights[heights >= least_px]
    return float(np.median(letters)) if len(letters) else 0.0


def _read(page: Page, line: Box, reader: Reader) -> str:
    rows, columns = line.expanded(page.px(CLEAR_MM)).clipped(page.width_px, page.height_px).slices()
    even = page.even[rows, columns]
    ink = even < 255 * INK_SHARE
    return reader.read_line(narrowed(cut_to(even, ink), NARROWED)).text.strip() if ink.any() else ""
