"""Tell an empty side from a page that holds something.

Bleed-through, dust, punch holes and the scanner's bed are not content: only
letter-sized marks of real darkness away from the edges count.
"""

import cv2
import numpy as np

from digitize.images import Page

CORE_SHARE = 0.55  # print and pen are darker than this share of paper, bleed-through is not
PALE_SHARE = 0.75  # print that is blurred or pale is darker than this, bleed-through mostly paler
MAX_PALE_MARKS = 30  # a page of pale print has hundreds, a back with bleed-through up to 15
EDGE_MM = 12.0  # bed, shadows and staples lie here
MARK_MM = (1.2, 40.0)  # letters, words, lines of a form
MAX_MARKS = 12  # a few crumbs and the odd note of the office leave a page blank


def is_blank(draft: Page) -> bool:
    """Whether the levelled page holds no more than a few marks, dark or pale."""
    pale = not draft.bitonal and _marks(draft, PALE_SHARE) > MAX_PALE_MARKS
    return not pale and _marks(draft, CORE_SHARE) <= MAX_MARKS


def _marks(draft: Page, core_share: float) -> int:
    """How many letter-sized marks are darker than this share of the paper."""
    edge = round(draft.px(EDGE_MM))
    dark = (draft.grey[edge:-edge, edge:-edge] < 255 * core_share).astype(np.uint8)
    if dark.size == 0:
        return 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark)
    size = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    low, high = (draft.px(mm) for mm in MARK_MM)
    return int(((size >= low) & (size <= high)).sum())
