"""Tell a blank page from one with content.

Bleed-through, dust, punch holes and the scanner bed are not content: only
letter-sized marks that are dark and away from the edges count.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitize.components import connected_components
from digitize.images import Page


@dataclass(frozen=True, slots=True)
class BlankPageSettings:
    """Limits, set between blank backs with bleed-through, dust and holes and pages of pale print."""

    dark_share: float = 0.55  # print and pen are darker than this share of paper white, bleed-through is not
    pale_share: float = 0.75  # blurred or pale print is darker than this, bleed-through mostly is not
    max_pale_marks: int = 30  # a page of pale print has hundreds, a back with bleed-through up to 15
    edge_mm: float = 12.0  # scanner bed, shadows and staples lie within it
    mark_mm: tuple[float, float] = (1.2, 40.0)  # smallest and largest letters, words and lines of a form
    max_dark_marks: int = 12  # a few specks and a note by the office leave a page blank
    grain_mm: float = 0.25  # standard deviation of the blur that hides grain and leaves letters
    faint_share: float = 0.95  # of the paper on such a copy; the palest print that can be read is darker


SETTINGS = BlankPageSettings()


def is_blank(draft: Page) -> bool:
    """Return whether a deskewed page holds no more than a few marks, dark or pale."""
    has_pale_print = not draft.bitonal and _count_marks(draft, SETTINGS.pale_share) > SETTINGS.max_pale_marks
    return not has_pale_print and _count_marks(draft, SETTINGS.dark_share) <= SETTINGS.max_dark_marks


def has_pale_marks(draft: Page) -> bool:
    """Return whether a page holds marks that may be pale print, or shine through from the other side."""
    if draft.bitonal:
        return False
    blurred = cv2.GaussianBlur(draft.grey, (0, 0), draft.px(SETTINGS.grain_mm))
    smooth = replace(draft, pixels=np.asarray(blurred, np.uint8))
    paper = float(np.median(smooth.grey)) / 255  # below 1 where there is grain
    return _count_marks(smooth, SETTINGS.faint_share * paper) > SETTINGS.max_pale_marks


def _count_marks(draft: Page, darkness_share: float) -> int:
    """Count the letter-sized marks darker than `darkness_share` of paper white."""
    edge = round(draft.px(SETTINGS.edge_mm))
    stats = connected_components(draft.grey[edge:-edge, edge:-edge] < 255 * darkness_share).stats
    size = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    low, high = (draft.px(mm) for mm in SETTINGS.mark_mm)
    return int(((size >= low) & (size <= high)).sum())
