"""Tell an empty side from a page that holds something.

Bleed-through, dust, punch holes and the scanner's bed are not content: only
letter-sized marks of real darkness away from the edges count.
"""

import cv2
import numpy as np

from digitize.images import Page

CORE_SHARE = 0.55  # print and pen are darker than this share of paper, bleed-through is not
EDGE_MM = 12.0  # bed, shadows and staples lie here
MARK_MM = (1.2, 40.0)  # letters, words, lines of a form
MAX_MARKS = 12  # a few crumbs and the odd note of the office leave a page blank


def is_blank(draft: Page) -> bool:
    """Whether the levelled page holds no more than a few marks."""
    edge = round(draft.px(EDGE_MM))
    dark = (draft.grey[edge:-edge, edge:-edge] < 255 * CORE_SHARE).astype(np.uint8)
    if dark.size == 0:
        return True
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark)
    size = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    low, high = (draft.px(mm) for mm in MARK_MM)
    return int(((size >= low) & (size <= high)).sum()) <= MAX_MARKS
