"""Take away what is printed in the cells of every row: words, lines to write on, the teeth of a comb.

"Name:", "PLZ/Ort:" or "Signature" in each cell of a column is the form's, not a signer's.  It is found by
comparing the rows: print stands at the same place in all of them, writing never does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.components import connected_components
from digitize.images import Page
from digitize.ink.cell_map import signature_column, writable_columns
from digitize.paper import shrink
from digitize.records import Table

Mask = NDArray[np.bool_]
WHITE = 255


@dataclass(frozen=True)
class RepeatedPrintSettings:
    """What tells print from writing, at a resolution at which its letters are one dark line."""

    px_per_mm: float = 6.0
    ink_share: float = 0.88  # of the paper's grey level: small grey print gets pale when it is reduced
    min_rows: int = 3
    margin_mm: float = 0.45  # along the rules of a cell
    max_rule_mm: float = 0.7  # what shows of a thick or blurred rule beside this margin
    min_row_share: float = 0.7  # of the rows: in some, writing hides it
    min_found_share: float = 0.75  # of the print's px in a row that shows it
    # Where people write at the same place, there are other strokes beside those that lie there in most rows.
    alone_share: float = 0.9  # of the ink around print is in it
    min_alone_share: float = 0.5  # of the rows
    max_blank_mm2: float = 0.6  # of other ink in a blank row
    word_gap_mm: float = 1.2  # between words of one line
    min_word_mm: float = 3.0  # width; a ditto mark is narrower
    word_height_mm: tuple[float, float] = (0.9, 3.2)
    min_mark_mm: float = 0.6
    # The same address may be typed in all rows if all are filled in, but not the same signature; and it is
    # larger than a word that leaves room for writing, and stands lower.
    max_small_mm: float = 2.4
    max_middle_share: float = 0.35  # of the row's height
    max_left_mm: float = 4.0  # from the left edge of the column
    min_filled_rows: int = 4
    # Lines to write on, and lines from the border of a cell: nobody draws them in all rows.
    line_share: float = 0.5  # of the column's width
    max_line_mm: float = 1.0
    min_line_rows: float = 0.9


SETTINGS = RepeatedPrintSettings()


@dataclass(frozen=True)
class _Print:
    """Something that is dark at the same place of a column in most rows, and the rows that show it."""

    mask: Mask
    shows: NDArray[np.bool_]
    alone: NDArray[np.bool_]

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height."""
        ys, xs = np.nonzero(self.mask)
        return (np.ptp(xs) + 1) / SETTINGS.px_per_mm, (np.ptp(ys) + 1) / SETTINGS.px_per_mm

    @property
    def at_border(self) -> bool:
        """Return whether it starts at the upper or the lower border of the cell."""
        return bool(self.mask[[0, -1]].any())

    @property
    def is_left_alone(self) -> bool:
        """Return whether people write beside it, not over it."""
        return bool(self.alone.sum() >= max(SETTINGS.min_rows, SETTINGS.min_alone_share * len(self.alone)))

    @property
    def is_mark(self) -> bool:
        """Return whether it is print if it stands in a blank row; pieces of a scanner's streak are none."""
        return self.is_left_alone and (self.at_border or self.size_mm[0] > SETTINGS.max_line_mm)

    @property
    def is_word(self) -> bool:
        """Return whether it has the size of a printed word, and people leave it alone as one."""
        (width, height), (low, high) = self.size_mm, SETTINGS.word_height_mm
        return self.is_left_alone and width >= SETTINGS.min_word_mm and bool(low <= height <= high)

    @property
    def is_small_word(self) -> bool:
        """Return whether it is a word too small to be typed, at the upper left of the cell."""
        ys, xs = np.nonzero(self.mask)
        return (
            self.is_word
            and len(self.shows) >= SETTINGS.min_filled_rows
            and self.size_mm[1] <= SETTINGS.max_small_mm
            and bool(ys.mean() <= SETTINGS.max_middle_share * len(self.mask))
            and bool(xs.min() <= SETTINGS.max_left_mm * SETTINGS.px_per_mm)
        )

    @property
    def is_line(self) -> bool:
        """Return whether it is a line to write on, or one that starts at the border of the cell."""
        width, height = self.size_mm
        along = not self.at_border and width >= SETTINGS.line_share * self.mask.shape[1] / SETTINGS.px_per_mm
        upright = self.at_border and width <= SETTINGS.max_line_mm
        often = len(self.shows) >= SETTINGS.min_filled_rows and self.shows.mean() >= SETTINGS.min_line_rows
        return bool(often and (upright or (along and height <= SETTINGS.max_line_mm)))


@dataclass(frozen=True)
class _Column:
    """The cells of a column, reduced and as high as the lowest of them: (rows, height, width)."""

    index: int
    ink: Mask
    found: tuple[_Print, ...]

    @property
    def other_px(self) -> NDArray[np.intp]:
        """The px of ink in each row that are none of the print."""
        print_px = np.zeros(self.ink.shape[1:], dtype=np.bool_)
        for one in self.found:
            print_px |= one.mask
        return np.asarray((self.ink & ~_grow(print_px)).sum(axis=(1, 2)), dtype=np.intp)


def without_repeated_print(page: Page, table: Table) -> Page:
    """Return the page with blank paper in place of what is printed in every row; mostly it stays as it is."""
    if len(table.row_edges_px) - 1 < SETTINGS.min_rows:
        return page
    compared = [_compare_rows(page, table, c) for c in writable_columns(table)]
    columns = [column for column in compared if column is not None]
    if not any(column.found for column in columns):
        return page
    other_px = np.sum([column.other_px for column in columns], axis=0)
    blank = other_px <= SETTINGS.max_blank_mm2 * SETTINGS.px_per_mm**2
    is_labelled = any(
        one.is_word for column in columns if column.index == signature_column(table) for one in column.found
    )

    def is_print(one: _Print) -> bool:
        in_blank_row = one.is_mark and bool((blank & one.shows).any())
        return in_blank_row or one.is_line or (one.is_word and is_labelled) or one.is_small_word

    known = [replace(column, found=tuple(filter(is_print, column.found))) for column in columns]
    return _painted(page, table, [column for column in known if column.found])


def _compare_rows(page: Page, table: Table, c: int) -> _Column | None:
    """Return the cells of a column with what stands in most of them, None if they are too small."""
    column, margin, count = table.columns[c], page.px(SETTINGS.margin_mm), len(table.row_edges_px) - 1
    scale = SETTINGS.px_per_mm / page.px_per_mm
    left, right = round(column.left_px + margin), round(column.right_px - margin)
    boxes = [table.cell_box(r, column) for r in range(count)]
    height = round(min(box.height for box in boxes) - 2 * margin)
    top, bottom = round(boxes[0].top), round(boxes[-1].bottom)
    if min(height, right - left) < page.px(SETTINGS.min_word_mm) or top < 0 or bottom > page.height_px:
        return None
    strip = shrink(page.even[top:bottom, left:right], scale) < WHITE * SETTINGS.ink_share
    starts = np.array([round((box.top + margin - top) * scale) for box in boxes])
    at = starts[:, None] + np.arange(round(height * scale))
    ink, grown = strip[at], _grow(strip)[at]
    common = grown.mean(axis=0) >= SETTINGS.min_row_share
    gap = np.ones((1, round(SETTINGS.word_gap_mm * SETTINGS.px_per_mm)), np.uint8)
    joined = cv2.morphologyEx(common.astype(np.uint8), cv2.MORPH_CLOSE, gap) > 0
    pieces = connected_components(np.asarray(joined, dtype=np.bool_))
    rule_px = SETTINGS.max_rule_mm * SETTINGS.px_per_mm
    found: list[_Print] = []
    for k, (x, y, width, tall, _) in enumerate(pieces.stats.tolist()[1:], start=1):
        along_rule = (tall <= rule_px and not 0 < y < common.shape[0] - tall) or (
            width <= rule_px and not 0 < x < common.shape[1] - width
        )
        if along_rule or max(width, tall) < SETTINGS.min_mark_mm * SETTINGS.px_per_mm:
            continue
        mask = np.asarray(common & (pieces.labels == k), dtype=np.bool_)
        shows = (grown & mask).sum(axis=(1, 2)) >= SETTINGS.min_found_share * mask.sum()
        around_px = ink[:, y : y + tall, x : x + width].sum(axis=(1, 2))
        alone = shows & ((ink & mask).sum(axis=(1, 2)) >= SETTINGS.alone_share * around_px)
        if shows.mean() >= SETTINGS.min_row_share and shows.sum() >= SETTINGS.min_rows:
            found.append(_Print(mask, shows, alone))
    return _Column(c, ink, tuple(found))


def _grow(mask: Mask) -> Mask:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0, dtype=np.bool_)


def _painted(page: Page, table: Table, columns: Sequence[_Column]) -> Page:
    """Return the page with paper over the print in each row that shows it."""
    if not columns:
        return page
    pixels, margin = page.pixels.copy(), page.px(SETTINGS.margin_mm)
    for column in columns:
        left = round(table.columns[column.index].left_px + margin)
        height, width = (round(n * page.px_per_mm / SETTINGS.px_per_mm) for n in column.ink.shape[1:])
        for one in column.found:
            mask = cv2.resize(
                _grow(one.mask).astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR
            )
            for r in np.flatnonzero(one.shows).tolist():
                top = round(table.cell_box(r, table.columns[column.index]).top + margin)
                part = pixels[top : top + height, left : left + width]
                part[mask[: part.shape[0], : part.shape[1]] > 0] = np.median(part, axis=(0, 1))
    return replace(page, pixels=pixels)
