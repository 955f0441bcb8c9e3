"""Take away what is printed in the cells of every row: small words that say what belongs in them.

"Name:", "PLZ/Ort:" or "Signature" in each cell of a column is the form's, not a signer's.  It is found by
comparing the rows: print stands at the same place in all of them, writing never does.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.components import connected_components
from digitize.images import INK_SHARE, Page
from digitize.ink.cell_map import signature_column, writable_columns
from digitize.paper import shrink
from digitize.records import Table

Mask = NDArray[np.bool_]
WHITE = 255


@dataclass(frozen=True)
class RepeatedPrintSettings:
    """What tells a printed word from writing, at a resolution at which its letters are one dark line."""

    px_per_mm: float = 6.0
    min_rows: int = 3
    margin_mm: float = 0.45  # along the rules of a cell
    min_row_share: float = 0.7  # of the rows: in some, writing hides it
    min_found_share: float = 0.75  # of the word's px in a row that shows it
    word_gap_mm: float = 1.2  # between words of one line
    # Where people write at the same place, there are other strokes beside those that lie there in most rows.
    alone_share: float = 0.9  # of the ink around a word is in it
    min_alone_share: float = 0.5  # of the rows
    min_width_mm: float = 3.0  # a ditto mark is narrower
    height_mm: tuple[float, float] = (0.9, 3.2)
    # The same address may be typed in all rows if all are filled in, but not the same signature; and it is
    # larger than a word that leaves room for writing, and stands lower.
    max_small_mm: float = 2.4
    max_middle_share: float = 0.35  # of the row's height
    max_left_mm: float = 4.0  # from the left edge of the column
    min_filled_rows: int = 4
    max_blank_mm2: float = 0.6  # of other ink in a blank row


SETTINGS = RepeatedPrintSettings()


@dataclass(frozen=True)
class _Column:
    """The cells of a column, reduced and as high as the lowest of them: (rows, height, width).

    `grown` is the ink with a margin by which print may lie off its place; `words` (height, width) is what
    looks like print; `shows` tells for each row whether it is in it.
    """

    left_px: int
    ink: Mask
    grown: Mask
    words: Mask
    shows: NDArray[np.bool_]


def without_repeated_print(page: Page, table: Table) -> Page:
    """Return the page with blank paper in place of words that are printed in every row; mostly as it is."""
    if len(table.row_edges_px) - 1 < SETTINGS.min_rows:
        return page
    compared = {c: _compare_rows(page, table, c) for c in writable_columns(table)}
    found = [column for column in compared.values() if column is not None and column.words.any()]
    if not found:
        return page
    signed = compared.get(signature_column(table) or 0)
    if not (signed is not None and signed.words.any()) and not _stand_in_blank_row(compared.values()):
        found = [replace(column, words=_small_words(column.words)) for column in found]
        found = [
            column for column in found if column.words.any() and _count(table) >= SETTINGS.min_filled_rows
        ]
    return _painted(page, table, found) if found else page


def _stand_in_blank_row(columns: Iterable[_Column | None]) -> bool:
    """Return whether words stand in a row in which nothing else does."""
    known = [column for column in columns if column is not None]
    other_px = np.sum([(column.ink & ~_grow(column.words)).sum(axis=(1, 2)) for column in known], axis=0)
    blank = other_px <= SETTINGS.max_blank_mm2 * SETTINGS.px_per_mm**2
    return any(bool((blank & column.shows).any()) for column in known)


def _compare_rows(page: Page, table: Table, c: int) -> _Column | None:
    """Return the cells of a column with the words that stand in most of them, None if they are too small."""
    column, margin = table.columns[c], page.px(SETTINGS.margin_mm)
    scale = SETTINGS.px_per_mm / page.px_per_mm
    left, right = round(column.left_px + margin), round(column.right_px - margin)
    height = round(min(table.cell_box(r, column).height for r in range(_count(table))) - 2 * margin)
    if height < page.px(SETTINGS.height_mm[0]) or right - left < page.px(SETTINGS.min_width_mm):
        return None
    cells = [
        shrink(page.even[top : top + height, left:right], scale)
        for top in (round(table.cell_box(r, column).top + margin) for r in range(_count(table)))
    ]
    if len({cell.shape for cell in cells}) > 1:  # a row runs out of the page
        return None
    ink = np.array([cell < WHITE * INK_SHARE for cell in cells])
    grown = np.array([_grow(one) for one in ink])
    words = np.zeros(ink.shape[1:], dtype=np.bool_)
    shows = np.zeros(len(ink), dtype=np.bool_)
    for word in _words(grown.mean(axis=0) >= SETTINGS.min_row_share):
        found = (grown & word).sum(axis=(1, 2)) >= SETTINGS.min_found_share * word.sum()
        rows, columns = (slice(at.min(), at.max() + 1) for at in np.nonzero(word))
        around_px = ink[:, rows, columns].sum(axis=(1, 2))
        alone = found & ((ink & word).sum(axis=(1, 2)) >= SETTINGS.alone_share * around_px)
        enough = alone.sum() >= max(SETTINGS.min_rows, SETTINGS.min_alone_share * len(ink))
        if enough and found.mean() >= SETTINGS.min_row_share:
            words |= word
            shows |= found
    return _Column(left, ink, grown, words, shows)


def _count(table: Table) -> int:
    return len(table.row_edges_px) - 1


def _words(common: Mask) -> Iterator[Mask]:
    """Yield what is as wide and as high as a printed word, of the px that are dark in most rows."""
    gap = np.ones((1, round(SETTINGS.word_gap_mm * SETTINGS.px_per_mm)), np.uint8)
    joined = cv2.morphologyEx(common.astype(np.uint8), cv2.MORPH_CLOSE, gap) > 0
    lines = connected_components(np.asarray(joined, dtype=np.bool_))
    low, high = SETTINGS.height_mm
    for k, (_, _, width, height, _) in enumerate(lines.stats.tolist()[1:], start=1):
        is_line = low <= height / SETTINGS.px_per_mm <= high
        if is_line and width / SETTINGS.px_per_mm >= SETTINGS.min_width_mm:
            yield np.asarray(common & (lines.labels == k), dtype=np.bool_)


def _small_words(words: Mask) -> Mask:
    """Return those of the words that are too small to be typed and stand at the upper left of the cell."""
    small = np.zeros_like(words)
    for word in _words(words):
        ys, xs = np.nonzero(word)
        is_small = np.ptp(ys) + 1 <= SETTINGS.max_small_mm * SETTINGS.px_per_mm
        is_above = ys.mean() <= SETTINGS.max_middle_share * len(words)
        if is_small and is_above and xs.min() <= SETTINGS.max_left_mm * SETTINGS.px_per_mm:
            small |= word
    return small


def _grow(mask: Mask) -> Mask:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0, dtype=np.bool_)


def _painted(page: Page, table: Table, columns: Sequence[_Column]) -> Page:
    """Return the page with paper over the words in each row that shows them."""
    pixels = page.pixels.copy()
    for column in columns:
        height, width = (round(n * page.px_per_mm / SETTINGS.px_per_mm) for n in column.words.shape)
        words = cv2.resize(
            _grow(column.words).astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR
        )
        for r in np.flatnonzero(column.shows).tolist():
            top = round(table.row_box(r).top + page.px(SETTINGS.margin_mm))
            part = pixels[top : top + height, column.left_px : column.left_px + width]
            part[words[: part.shape[0], : part.shape[1]] > 0] = np.median(part, axis=(0, 1))
    return replace(page, pixels=pixels)
