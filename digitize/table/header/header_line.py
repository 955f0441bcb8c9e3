"""Find the header of a table whose rules cannot be seen: a line of words far apart that name columns."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import cv2
import numpy as np

from digitize.components import connected_components
from digitize.form.definition import Form
from digitize.geometry import Box
from digitize.images import INK_SHARE, Page
from digitize.ocr.engines import Reader
from digitize.records import NAME_ROLES, Role
from digitize.table.header.header_words import SURE_MATCH, match_role, vocabulary
from digitize.table.header.joint_match import match_together


@dataclass(frozen=True, slots=True)
class HeaderLineSettings:
    """The size and the distance of header words, between those of other print and of handwriting."""

    letter_mm: tuple[float, float] = (0.7, 5.0)  # height of a letter, or of letters that touch
    word_gap_mm: float = 2.5  # words of one header are closer
    height_mm: tuple[float, float] = (1.2, 5.5)  # of a header text
    width_mm: tuple[float, float] = (4.0, 70.0)
    min_apart_mm: float = 4.0  # of texts in two columns
    max_off_mm: float = 1.5  # between the middles of texts on one line
    margin_mm: float = 0.5  # around a text when it is read
    max_read: int = 60  # texts on a page; a letter has some ten that stand beside another one


SETTINGS = HeaderLineSettings()
MIN_ROLES = 2
LIKELY_MATCH = 70  # of 100: a header word with several misread letters, beside one that is sure


def find_header_line(page: Page, form: Form, reader: Reader) -> Box | None:
    """Return the box around the header words on a straightened page, None if no line names columns.

    A header names a column for names or signatures, and at least one more.
    """
    words = vocabulary(form)
    texts: dict[Box, str] = {}
    for line in _lines(page, _texts(page)):
        for box in line:
            if box not in texts and len(texts) < SETTINGS.max_read:
                part = box.expanded(page.px(SETTINGS.margin_mm)).clipped(page.width_px, page.height_px)
                texts[box] = reader.read_line(page.grey[part.slices()]).text
        read = [box for box in line if box in texts]
        matches = {box: match_role(texts[box], words) for box in read}
        known = [box for box in read if matches[box][1] >= LIKELY_MATCH]
        roles = {matches[box][0] for box in known}
        sure = {matches[box][0] for box in known if matches[box][1] >= SURE_MATCH}
        if len(roles) >= MIN_ROLES and not sure.isdisjoint((*NAME_ROLES, Role.SIGNATURE)):
            return reduce(Box.union, known)
        if match_together([texts[box] for box in read], words) is not None:
            return reduce(Box.union, read)
    return None


def _texts(page: Page) -> list[Box]:
    """Return the boxes of what may be header texts by its size, from top to bottom."""
    px = page.px
    labels, stats, _ = connected_components(page.grey < 255 * INK_SHARE)
    low, high = (px(mm) for mm in SETTINGS.letter_mm)
    height = stats[:, cv2.CC_STAT_HEIGHT]
    letters = (height >= low) & (height <= high) & (stats[:, cv2.CC_STAT_WIDTH] <= px(SETTINGS.width_mm[1]))
    letters[0] = False
    gap = np.ones((1, round(px(SETTINGS.word_gap_mm))), np.uint8)
    joined = cv2.morphologyEx(letters[labels].astype(np.uint8), cv2.MORPH_CLOSE, gap)
    _, stats, _ = connected_components(np.asarray(joined) > 0)
    sizes = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    least, most = np.transpose([SETTINGS.width_mm, SETTINGS.height_mm]) * page.px_per_mm
    fits = ((sizes >= least) & (sizes <= most)).all(axis=1)
    fits[0] = False
    boxes = [Box(x, y, x + width, y + height) for x, y, width, height, _ in stats[fits].tolist()]
    return sorted(boxes, key=lambda box: box.top)


def _lines(page: Page, texts: list[Box]) -> Iterator[list[Box]]:
    """Yield for each text those on its line, from left to right, if there are several far apart."""
    if not texts:
        return
    middles = np.array([box.centre[1] for box in texts])
    seen: set[tuple[Box, ...]] = set()
    for middle in middles.tolist():
        near = np.flatnonzero(np.abs(middles - middle) <= page.px(SETTINGS.max_off_mm))
        line = sorted((texts[i] for i in near.tolist()), key=lambda box: box.left)
        apart = [after.left - before.right for before, after in itertools.pairwise(line)]
        if tuple(line) not in seen and apart and min(apart) >= page.px(SETTINGS.min_apart_mm):
            seen.add(tuple(line))
            yield line
