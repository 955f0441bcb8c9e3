"""Find a column of printed row numbers, on a page whose rules are too faint or too broken to trace.

Short pieces of print with nothing to their left are read, and those are kept whose numbers and
positions agree: the same distance from one number to the next, one below the other.  Numbers that
are misread and writing do not agree with each other.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

import cv2
import numpy as np

from digitize.geometry import Box, FloatArray
from digitize.images import INK_SHARE, Page
from digitize.ocr.engines import Reader


@dataclass(frozen=True, slots=True)
class NumberColumnSettings:
    """What row numbers look like and how well they agree with each other."""

    # A piece of print that may be a number
    digit_height_mm: tuple[float, float] = (1.2, 4.5)
    max_digit_mm: float = 8.0  # width of digits that touch each other; longer strokes are rules and writing
    joined_mm: float = 1.4  # digits of a number and the point behind it are closer
    number_width_mm: tuple[float, float] = (0.5, 9.0)
    room_left_mm: float = 4.0  # without print: words stand closer to the words before them
    room_right_mm: float = 2.5  # without print: the house number at the start of a line is followed by a word
    margin_mm: float = 0.4  # around a number when it is read
    max_read: int = 150  # pieces on a page; reading more takes seconds
    # Agreement
    row_height_mm: tuple[float, float] = (4.0, 32.0)
    max_lean: float = 0.12  # of the column, where a photo was taken at an angle
    max_beside_mm: float = 2.5  # from the line through the numbers: "9." is narrower than "10."
    max_off_mm: float = 1.6  # from the height at which the others expect a number
    max_on_line: int = 5  # so few numbers lie on a line, whatever the paper does
    max_bend_mm: float = 0.6  # of a number from the line through all; narrow and wide digits differ as much
    # Of a row's height, from the bottom of the header words to the middle of the first row; at most one more.
    first_row_share: float = 0.3
    min_read: int = 3
    min_read_below_header: int = 2  # of rows from 1 on
    max_left_mm: float = 45.0  # of the first header word
    max_right_mm: float = 6.0
    min_read_share: float = 0.4  # of the numbers from the first to the last one


SETTINGS = NumberColumnSettings()
Curve = np.polynomial.Polynomial  # position in px by number


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """Row numbers as they stand on the page: what was read, by number, and where each of them stands.

    `centres_px` (rows, 2) holds x and y of each number from `first` on.
    """

    first: int
    centres_px: FloatArray
    boxes: tuple[Box, ...]  # of those that were read

    @property
    def numbers(self) -> tuple[int, ...]:
        """All numbers, from top to bottom."""
        return tuple(range(self.first, self.first + len(self.centres_px)))

    def up_to(self, header: Box) -> "NumberColumn":
        """Return the column with the numbers that must stand between its first one and the header words."""
        step = self.centres_px[1] - self.centres_px[0]
        rows = (self.centres_px[0, 1] - header.bottom) / step[1] - SETTINGS.first_row_share
        count = max(0, min(int(rows), self.first - 1))
        if not count:
            return self
        above = self.centres_px[0] - step * np.arange(count, 0, -1)[:, None]
        return replace(self, first=self.first - count, centres_px=np.vstack([above, self.centres_px]))


def find_number_column(page: Page, reader: Reader, header: Box | None = None) -> NumberColumn | None:
    """Return the column with the most row numbers on a deskewed page, None if there is none.

    If the `header` words of a table are known, it begins with the first row below them; two numbers are
    enough then, if they belong to rows counted from 1.
    """
    pieces, alone = _pieces(page)

    @cache
    def number_in(box: Box) -> int | None:
        return _number(_read(page, box, reader))

    def column_in(boxes: Sequence[Box], min_read: int) -> NumberColumn | None:
        boxes = boxes[: SETTINGS.max_read]
        read = [(number, box) for box in boxes if (number := number_in(box)) is not None]
        return _column_of(page, reader, pieces, read, min_read)

    found = column_in(alone, SETTINGS.min_read)
    if header is None:
        return found
    # The first header word may be one for the numbers, or that of the next column, in the middle of it.
    low, high = header.left - page.px(SETTINGS.max_left_mm), header.left + page.px(SETTINGS.max_right_mm)
    below = [box for box in alone if box.top >= header.bottom and low <= box.left <= high]
    near = column_in(below[::-1], SETTINGS.min_read_below_header)
    columns = [column.up_to(header) for column in (near, found) if column is not None]
    likely = [column for column in columns if column.first == 1 or len(column.boxes) >= SETTINGS.min_read]
    return max(likely, key=lambda column: len(column.boxes), default=None)


def _column_of(
    page: Page, reader: Reader, pieces: Sequence[Box], read: Sequence[tuple[int, Box]], min_read: int
) -> NumberColumn | None:
    """Return the column with the most of the numbers that were read, None if fewer than `min_read` agree."""
    # Of as many numbers those follow each other more closely that are no chance.
    best = max(_columns(page, read), key=lambda found: (len(found), -_span(found)), default=[])
    numbers = sorted({number for number, _ in best})
    if len(numbers) < min_read:
        return None
    first, last = numbers[0], numbers[-1]
    if len(numbers) < SETTINGS.min_read_share * (last - first + 1):
        return None
    at = np.array([(number, *box.centre) for number, box in best])
    curves = tuple(_curve(at[:, 0], at[:, axis], page.px(SETTINGS.max_bend_mm)) for axis in (1, 2))
    width, height = (max(sides) for sides in zip(*((box.width, box.height) for _, box in best), strict=True))

    def stands_there(number: int) -> bool:
        x, y = (float(curve(number)) for curve in curves)
        place = Box(x, y, x, y).expanded(width / 2, height / 2)
        return _has_digit_of(page, pieces, place, number, reader) or _shows(page, place, number, reader)

    # A number that was misread is still one where the next number must be.
    while first > 1 and stands_there(first - 1):
        first -= 1
    while stands_there(last + 1):
        last += 1
    every = np.arange(first, last + 1)
    centres = np.column_stack([curve(every) for curve in curves])
    return NumberColumn(first, centres, tuple(box for _, box in best))


def _pieces(page: Page) -> tuple[list[Box], list[Box]]:
    """Return what may be a number by its size, and what of it has room on both sides, from left to right."""
    px = page.px
    ink = (page.grey < 255 * INK_SHARE).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    low, high = (px(mm) for mm in SETTINGS.digit_height_mm)
    letters = (stats[:, cv2.CC_STAT_HEIGHT] <= high) & (
        stats[:, cv2.CC_STAT_WIDTH] <= px(SETTINGS.max_digit_mm)
    )
    letters[0] = False
    joined = cv2.morphologyEx(
        letters[labels].astype(np.uint8),
        cv2.MORPH_CLOSE,
        np.ones((1, round(px(SETTINGS.joined_mm))), np.uint8),
    )
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    width, height = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].T
    narrow, wide = (px(mm) for mm in SETTINGS.number_width_mm)
    print_like = (height >= low) & (height <= high)
    fits = print_like & (width >= narrow) & (width <= wide)
    others = stats[1:][height >= low]
    pieces: list[Box] = []
    alone: list[Box] = []
    for x, y, w, h in stats[1:][fits, :4].tolist():
        beside = others[(others[:, 1] < y + h) & (others[:, 1] + others[:, 3] > y)]
        before, behind = x - (beside[:, 0] + beside[:, 2]), beside[:, 0] - (x + w)
        pieces.append(Box(x, y, x + w, y + h))
        has_words_beside = (before >= 0) & (before < px(SETTINGS.room_left_mm))
        has_words_beside |= (behind >= 0) & (behind < px(SETTINGS.room_right_mm))
        if not has_words_beside.any():
            alone.append(pieces[-1])
    return pieces, sorted(alone, key=lambda box: box.left)


def _read(page: Page, box: Box, reader: Reader) -> str:
    part = box.expanded(page.px(SETTINGS.margin_mm)).clipped(page.width_px, page.height_px)
    return reader.read_line(page.grey[part.slices()]).text


def _number(text: str) -> int | None:
    """Return the number in a piece of print, None if it is something else."""
    found = re.fullmatch(r"\W*(\d{1,3})\W*", text)
    return int(found.group(1)) or None if found else None


def _span(found: Sequence[tuple[int, Box]]) -> int:
    numbers = [number for number, _ in found]
    return max(numbers) - min(numbers)


def _columns(page: Page, read: Sequence[tuple[int, Box]]) -> Iterator[list[tuple[int, Box]]]:
    """Yield the numbers that agree with each pair of numbers, one of each."""
    if not read:
        return
    at = np.array([(number, *box.centre) for number, box in read])
    low, high = (page.px(mm) for mm in SETTINGS.row_height_mm)
    for i, j in combinations(range(len(read)), 2):
        (n, x, y), (other, other_x, other_y) = at[i], at[j]
        if n == other or not low <= (other_y - y) / (other - n) <= high:
            continue
        lean = (other_x - x) / (other_y - y)
        if abs(lean) > SETTINGS.max_lean:
            continue
        off = np.abs(at[:, 2] - (y + (at[:, 0] - n) * (other_y - y) / (other - n)))
        beside = np.abs(at[:, 1] - (x + (at[:, 2] - y) * lean))
        agree = (off <= page.px(SETTINGS.max_off_mm)) & (beside <= page.px(SETTINGS.max_beside_mm))
        nearest: dict[int, int] = {}
        for k in np.flatnonzero(agree)[np.argsort(off[agree])].tolist():
            nearest.setdefault(read[k][0], k)
        yield [read[k] for k in nearest.values()]


def _curve(numbers: FloatArray, positions: FloatArray, max_bend_px: float) -> Curve:
    """Return a line through the positions of the numbers, or a parabola where perspective or curl bends it.

    Beyond the numbers that were read, a parabola soon leaves the paper if all it follows is their digits.
    """
    line: Curve = np.polynomial.Polynomial.fit(numbers, positions, 1)
    bends = len(numbers) > SETTINGS.max_on_line and np.abs(line(numbers) - positions).max() > max_bend_px
    return np.polynomial.Polynomial.fit(numbers, positions, 2) if bends else line


def _has_digit_of(page: Page, pieces: Sequence[Box], place: Box, number: int, reader: Reader) -> bool:
    """Return whether a piece of print with a digit of a number stands where the number is expected."""
    x, y = place.centre
    beside, off = page.px(SETTINGS.max_beside_mm), page.px(SETTINGS.max_off_mm)
    near = [box for box in pieces if abs(box.centre[0] - x) <= beside and abs(box.centre[1] - y) <= off]
    return any(not set(str(number)).isdisjoint(_read(page, box, reader)) for box in near)


def _shows(page: Page, place: Box, number: int, reader: Reader) -> bool:
    """Return whether a number can be read at its place, though a rule or a stain touches it."""
    if not (page.grey[place.clipped(page.width_px, page.height_px).slices()] < 255 * INK_SHARE).any():
        return False
    return str(number) in re.findall(r"\d+", _read(page, place, reader))
