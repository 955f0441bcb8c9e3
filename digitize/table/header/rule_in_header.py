"""Find a column rule that is seen in the header, where toner or ink has gone in the rows below it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digitize.images import INK_SHARE, Page


@dataclass(frozen=True, slots=True)
class HeaderRuleSettings:
    """What a column rule looks like between two header words."""

    min_share: float = 0.7  # of the header's height; stems of letters have half of it
    max_width_mm: float = 1.2
    margin_mm: float = 0.8  # from the row rules
    min_height_mm: float = 4.0  # of a header in which letters are told from rules
    above_mm: float = 6.0  # above the header, where streaks and folds go on
    max_share_above: float = 0.5
    min_share_in_rows: float = 0.15  # what is left of the rule
    padding_mm: float = 4.0  # from the columns on both sides


SETTINGS = HeaderRuleSettings()


def rule_in_header(
    page: Page, left: float, right: float, top: float, rows_px: Sequence[float]
) -> float | None:
    """Return the x of a column rule between `left` and `right` in the header, None if there is none.

    `top` is the upper end of the header, which ends where the rows begin.
    """
    margin, padding = page.px(SETTINGS.margin_mm), page.px(SETTINGS.padding_mm)
    start, end = max(0, round(left + padding)), min(page.width_px, round(right))
    y0, y1 = round(top + margin), round(rows_px[0] - margin)
    if end <= start or y1 - y0 < page.px(SETTINGS.min_height_mm):
        return None
    dark = page.even[:, start:end] < 255 * INK_SHARE
    header = dark[max(0, y0) : max(0, y1)].mean(axis=0) >= SETTINGS.min_share
    above = dark[max(0, round(top - page.px(SETTINGS.above_mm))) : max(0, round(top - margin))]
    below = dark[max(0, round(rows_px[0])) : max(0, round(rows_px[-1]))]
    found: list[float] = []
    inked = np.flatnonzero(header)
    for run in np.split(inked, np.flatnonzero(np.diff(inked) > 1) + 1):
        if not len(run) or len(run) > page.px(SETTINGS.max_width_mm):
            continue
        around = slice(max(0, int(run[0]) - 1), int(run[-1]) + 2)
        goes_on = above.size and above[:, around].any(axis=1).mean() >= SETTINGS.max_share_above
        if not goes_on and below[:, around].any(axis=1).mean() >= SETTINGS.min_share_in_rows:
            found.append(start + float(run.mean()))
    return found[0] if len(found) == 1 else None
