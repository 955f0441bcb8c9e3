"""Find writing as pale as the grain of the paper: where paper is darker over the width of a word.

Single strokes cannot be told from grain then, but words are wide and grain evens out.  Folds and scratches
are as wide, but writing is as high as its letters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import cv2
import numpy as np

from digitize.geometry import Box
from digitize.images import Page, Pixels
from digitize.ink.assign_strokes import Ownership
from digitize.ink.cell_map import CellIndex
from digitize.paper import shrink


@dataclass(frozen=True)
class PaleWritingSettings:
    """Where darker paper is writing.  Contrasts are grey levels of 255."""

    px_per_mm: float = 4.0  # at which the page is looked at
    inset_mm: float = 1.3  # from the cell's borders, where rules and neighbours' strokes are
    word_mm: float = 3.0  # width over which the grain is evened out
    line_mm: float = 0.5  # the same in height
    lines: int = 4  # of a cell that must be as dark: folds and scratches are lower
    max_contrast: float = 70.0  # of a px: a few dark strokes are no pale word
    dark_quantile: float = 0.97  # of a line: its darkest word
    paper_quantile: float = 0.15
    # Of the darkest words to the paper: of each, and of all of a row on average.
    min_contrast: float = 11.9
    min_mean_contrast: float = 15.8


SETTINGS = PaleWritingSettings()


def pale_cells(
    page: Page, ownership: Ownership, lacking: Mapping[int, Sequence[Sequence[int]]]
) -> set[CellIndex]:
    """Return the cells with words that are hardly darker than the paper.

    `lacking` gives rows and for each the groups of columns without ink, such as those of the name.  Each
    group must hold such a word: a stain seldom lies in all.  The result is empty for bitonal scans.
    """
    if page.bitonal or not lacking:
        return set()
    table = ownership.table
    small = _reduced(page, Box(table.left_px, table.row_edges_px[0], table.right_px, table.row_edges_px[-1]))
    found: set[CellIndex] = set()
    for r, groups in lacking.items():
        darkest = [
            max((_contrast(small.part(table.cell_box(r, table.columns[c]))), c) for c in group)
            for group in groups
        ]
        if not _are_words([contrast for contrast, _ in darkest]):
            continue
        if _are_words([_contrast(_own_paper(page, ownership, r, c)) for _, c in darkest]):
            found |= {(r, c) for _, c in darkest}
    return found


@dataclass(frozen=True)
class _Reduced:
    """Part of a page, from `left` and `top` (px), at the resolution at which pale writing is looked for."""

    paper: Pixels
    left: int
    top: int
    scale: float

    def part(self, cell: Box) -> Pixels:
        """Return the inside of a cell."""
        box = Box(
            (cell.left - self.left) * self.scale,
            (cell.top - self.top) * self.scale,
            (cell.right - self.left) * self.scale,
            (cell.bottom - self.top) * self.scale,
        ).expanded(-SETTINGS.inset_mm * SETTINGS.px_per_mm)
        return self.paper[box.clipped(self.paper.shape[1], self.paper.shape[0]).slices()]


def _reduced(page: Page, box: Box) -> _Reduced:
    rows, columns = box.clipped(page.width_px, page.height_px).slices()
    scale = SETTINGS.px_per_mm / page.px_per_mm
    return _Reduced(shrink(page.even[rows, columns], scale), columns.start, rows.start, scale)


def _own_paper(page: Page, ownership: Ownership, r: int, c: int) -> Pixels:
    """Return the inside of a cell, at that resolution, with blank paper in place of other cells' strokes."""
    box = ownership.table.cell_box(r, ownership.table.columns[c]).expanded(-page.px(SETTINGS.inset_mm))
    rows, columns = box.clipped(page.width_px, page.height_px).slices()
    paper = page.even[rows, columns]
    foreign = (ownership.foreign_px(r, c) > 0)[ownership.strokes.labels_in(rows, columns)]
    hidden = cv2.dilate(foreign.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return shrink(np.where(hidden, np.uint8(np.median(paper)), paper), SETTINGS.px_per_mm / page.px_per_mm)


def _are_words(contrasts: Sequence[float]) -> bool:
    return min(contrasts) >= SETTINGS.min_contrast and fmean(contrasts) >= SETTINGS.min_mean_contrast


def _contrast(paper: Pixels) -> float:
    """Return the contrast of the darkest word to the paper, in as many lines as a word is high."""
    width, height = (round(mm * SETTINGS.px_per_mm) for mm in (SETTINGS.word_mm, SETTINGS.line_mm))
    if len(paper) < SETTINGS.lines * height or paper.shape[1] < 2 * width:
        return 0.0
    dark = np.minimum(255 - paper, np.uint8(SETTINGS.max_contrast)).astype(np.float32)
    evened = np.asarray(cv2.blur(dark, (width, height)), dtype=np.float32)[:, width // 2 : -(width // 2)]
    lines = evened[height // 2 :: height]
    darkest = np.sort(np.quantile(lines, SETTINGS.dark_quantile, axis=1))
    word = darkest[-min(SETTINGS.lines, len(darkest))]
    return float(word - np.quantile(evened, SETTINGS.paper_quantile))
