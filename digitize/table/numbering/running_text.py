"""Tell lines of print from rows: a line of print runs on across the columns of a table."""

from dataclasses import dataclass

import cv2
import numpy as np

from digitize.components import connected_components
from digitize.images import INK_SHARE, Page
from digitize.records import Table


@dataclass(frozen=True, slots=True)
class RunningTextSettings:
    """What a line of print looks like."""

    word_gap_mm: float = 2.5  # words of a line of print are closer
    line_height_mm: tuple[float, float] = (1.2, 9.0)  # two lines of print may touch
    min_width_share: float = 0.5  # of the table
    min_edges_crossed: int = 2  # edges between columns; writing in neighbouring cells may cross one
    single_line_mm: float = 4.0  # up to this height one edge is enough: no signature is so low
    letter_height_mm: tuple[float, float] = (0.8, 5.0)
    max_stroke_mm: float = 12.0  # longer strokes are rules, lines through rows, joined letters and signatures
    min_letters: int = 25  # on half the width of a sheet there are 40 and more


SETTINGS = RunningTextSettings()


def is_running_text(page: Page, table: Table, index: int) -> bool:
    """Return whether a line of print runs through a row from one column into another.

    Toner may have faded over a part of it.
    """
    box = table.row_box(index).clipped(page.width_px, page.height_px)
    ink = page.even[box.slices()] < 255 * INK_SHARE
    if not ink.any():
        return False
    gap = np.ones((1, max(1, round(page.px(SETTINGS.word_gap_mm)))), np.uint8)
    joined = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, gap) > 0
    lines, letters = connected_components(joined), connected_components(ink)
    lowest, highest = (page.px(height) for height in SETTINGS.letter_height_mm)
    is_letter = (letters.stats[:, 3] >= lowest) & (letters.stats[:, 3] <= highest)
    is_letter[0] = False
    edges_px = np.array([column.left_px - box.left for column in table.columns[1:]])
    low, high = (page.px(height_mm) for height_mm in SETTINGS.line_height_mm)
    for k, (left, _, width, height, _) in enumerate(lines.stats.tolist()[1:], start=1):
        if width < SETTINGS.min_width_share * box.width or not low <= height <= high:
            continue
        crossed = int(((edges_px > left) & (edges_px < left + width)).sum())
        needed = 1 if height <= page.px(SETTINGS.single_line_mm) else SETTINGS.min_edges_crossed
        written = np.unique(letters.labels[lines.labels == k])
        longest = letters.stats[written[written > 0], 2].max(initial=0)
        is_print = is_letter[written].sum() >= SETTINGS.min_letters
        if crossed >= needed and is_print and longest <= page.px(SETTINGS.max_stroke_mm):
            return True
    return False
