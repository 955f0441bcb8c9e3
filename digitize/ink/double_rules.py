"""Take away double rules, and the sides of cells that are boxes with paper between them.

Only one of the two lines, or a place between them, is the edge of the table; the other would be taken for
writing.  The lines of all rules of a table lie equally far apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitize.geometry import FloatArray
from digitize.images import INK_SHARE, Page, Pixels
from digitize.ink.cell_map import vertical_edges
from digitize.ink.remove_rules import remove_rule
from digitize.records import Table

WHITE = 255


@dataclass(frozen=True)
class DoubleRuleSettings:
    """What the lines of a double rule look like.  Contrasts are grey levels, averaged along a line."""

    reach_mm: float = 1.5  # from the edge of the table to either line
    min_contrast: float = 50.0  # of the fainter line; less is a dotted rule, which writing may resemble
    min_share: float = 0.5  # of the darker line
    max_between_share: float = 0.5  # of the fainter line, at the palest place between the two
    max_difference_mm: float = 0.25  # of the distance between the lines of two rules
    min_edges: int = 3
    min_edge_share: float = 0.6  # of the edges are double rules; the outermost often are not
    margin_mm: float = 3.0  # around the table, for rules outside its edges
    halo_mm: float = 0.15  # around a line: its soft edges
    paper_mm: float = 2.5  # over which most px are paper, even along a double rule


SETTINGS = DoubleRuleSettings()


def without_double_rules(page: Page, table: Table, ruled: bool) -> Page:
    """Return the page with paper in place of its double rules; mostly it has none and stays as it is.

    What crosses them stays, as it does where other rules are removed.  `ruled` tells whether the columns are
    separated by printed rules.
    """
    window = table.box.expanded(page.px(SETTINGS.margin_mm)).clipped(page.width_px, page.height_px)
    rows, columns = window.slices()
    even = page.even[rows, columns]
    across = _pairs(page, even, [y - rows.start for y in table.row_edges_px])
    down = _pairs(page, even.T, [x - columns.start for x in vertical_edges(table)]) if ruled else []
    if not across and not down:
        return page
    ink = even < WHITE * INK_SHARE
    left_over = ink.copy()
    for pairs, lines, keep_crossings in ((across, left_over, False), (down, left_over.T, True)):
        for one, other in pairs:
            middle = (one + other) // 2  # what runs across one line is not to be compared with the other
            remove_rule(lines[:middle], one, page.px_per_mm, keep_crossings)
            remove_rule(lines[middle:], other - middle, page.px_per_mm, keep_crossings)
    halo = np.ones((2 * round(page.px(SETTINGS.halo_mm)) + 1,) * 2, np.uint8)
    painted = (cv2.dilate((ink & ~left_over).astype(np.uint8), halo) > 0) & ~left_over
    pixels = page.pixels.copy()
    part = pixels[rows, columns]
    side = 2 * round(page.px(SETTINGS.paper_mm) / 2) + 1
    part[painted] = np.asarray(cv2.medianBlur(part, side))[painted]
    return replace(page, pixels=pixels)


def _pairs(page: Page, part: Pixels, edges_px: Sequence[float]) -> list[tuple[int, int]]:
    """Return where lines along axis 1 are, in px, if most edges have two of them at the same distance."""
    reach = round(page.px(SETTINGS.reach_mm))
    inside = [round(y) for y in edges_px if reach <= round(y) < len(part) - reach]
    pairs = [
        (y - reach + pair[0], y - reach + pair[1])
        for y in inside
        if (pair := _pair((WHITE - part[y - reach : y + reach + 1]).mean(axis=1))) is not None
    ]
    if len(pairs) < max(SETTINGS.min_edges, SETTINGS.min_edge_share * len(inside)):
        return []
    distances = np.array([b - a for a, b in pairs])
    alike = np.abs(distances - np.median(distances)) <= page.px(SETTINGS.max_difference_mm)
    if alike.sum() < SETTINGS.min_edge_share * len(inside):
        return []
    return [pair for pair, is_alike in zip(pairs, alike.tolist(), strict=True) if is_alike]


def _pair(profile: FloatArray) -> tuple[int, int] | None:
    """Return the places of two dark lines with paper between them, None if there are not just two."""
    least = max(SETTINGS.min_contrast, SETTINGS.min_share * float(profile.max(initial=0.0)))
    dark = np.flatnonzero(profile >= least)
    runs = np.split(dark, np.flatnonzero(np.diff(dark) > 1) + 1)
    if len(runs) != 2:
        return None
    one, other = (int(run[np.argmax(profile[run])]) for run in runs)
    between = float(profile[one:other].min())
    return (one, other) if between <= SETTINGS.max_between_share * min(profile[one], profile[other]) else None
