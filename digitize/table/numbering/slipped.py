"""Find a row that the feeder moved aside: the rules go on below the table, some mm further left or right."""

import re
from dataclasses import dataclass

import numpy as np

from digitize.geometry import Box
from digitize.images import INK_SHARE, Page
from digitize.ocr.engines import Reader
from digitize.ocr.split_lines import cut_to


@dataclass(frozen=True, slots=True)
class SlippedSettings:
    """Where the number of such a row is looked for, and what is a rule there."""

    slip_mm: float = 5.0  # to the left and to the right
    rule_share: float = 0.5  # of the height or width that ink covers along a rule
    margin_mm: float = 1.0  # above and below the place of the next rule


SETTINGS = SlippedSettings()


def number_of_slipped_row(page: Page, cell: Box, reader: Reader) -> int | None:
    """Return the number printed beside `cell`, which would hold that of the next row, None if there is none.

    None as well if no rule ends such a row: any text may have a number at the start of a line.
    """
    slip, margin = page.px(SETTINGS.slip_mm), page.px(SETTINGS.margin_mm)
    around = Box(cell.left - slip, cell.top + margin, cell.right + slip, cell.bottom + margin)
    rows, columns = around.clipped(page.width_px, page.height_px).slices()
    paper = page.even[rows, columns]
    ink = paper < 255 * INK_SHARE
    level = np.flatnonzero(ink.mean(axis=1) >= SETTINGS.rule_share)
    if not len(level) or level[0] < len(ink) - 3 * margin:
        return None
    paper, ink = paper[: level[0]], ink[: level[0]]
    ink = ink & (ink.mean(axis=0) < SETTINGS.rule_share)
    if not ink.any():
        return None
    # What is written in the next column may have been moved into the strip as well.
    number = re.match(r"\W*(\d{1,4})(?!\w)", reader.read_line(cut_to(paper, ink)).text)
    return int(number.group(1)) if number else None
