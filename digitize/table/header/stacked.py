"""Read a header whose words stand above each other: over storeys of a row, or one over several columns.

The header's cells are found like those of the rows.  A column's texts from
top to bottom then go to its cells from top to bottom; a word over several
columns is understood where the words below it are not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import cv2
import numpy as np

from digitize.geometry import Box
from digitize.ocr.engines import Reader
from digitize.ocr.split_lines import split_lines
from digitize.records import Column, Role
from digitize.table.header.cell_structure import Storeys, joined_cells
from digitize.table.header.header_words import MAX_PHRASE_MM, SURE_MATCH, Words, meaning, phrases_in
from digitize.table.header.rule_contrast import FAINTEST, INSET_MM, LINE_MM, SEEN_SHARE, Floats, Rules

WORD_GAP_MM = 2.5  # a printed line has gaps between its words, a rule has none
GAPS_SHARE = 0.15  # of such pieces may be bare where a rule is worn
LEAST_STOREY_MM = 3.0  # header words need so much height
RULE_MARGIN_MM = 0.6

HEADINGS_MOST = 32  # more cells are lines of text that were taken for rules


@dataclass(frozen=True)
class Heading:
    """A cell of the header: its columns, what is read in it, and the same line by line."""

    columns: slice
    box: Box
    text: str
    lines: tuple[str, ...]
    role: Role
    match: float


def read_stacked(
    rules: Rules, top_px: float, bottom_px: float, storeys: Storeys | None, words: Words, reader: Reader
) -> list[Column]:
    """The columns (in storeys: the cells of a row) under the header between two heights."""
    headings = _headings(rules, top_px, bottom_px, words, reader)
    xs, count = rules.column_edges_px, len(rules.column_edges_px) - 1
    if storeys is None:
        cells = [(slice(0, 1), slice(c, c + 1)) for c in range(count)]
        shares: tuple[float, ...] = (0.0, 1.0)
    else:
        cells, shares = joined_cells(storeys.level, storeys.upright), storeys.shares
    columns: dict[int, Column] = {}
    for c in range(count):
        own = [i for i, (_, across) in enumerate(cells) if across.start <= c < across.stop]
        own.sort(key=lambda i: cells[i][0].start)
        over = [h for h in headings if h.columns.start <= c < h.columns.stop and h.text]
        meanings = _shared_out(over, len(own), words)
        same = len({(cells[i][1].start, cells[i][1].stop) for i in own}) == 1
        if len(own) > 1 and len(meanings) == 1 and same:  # storeys under one word: lines to write on
            rows = slice(cells[own[0]][0].start, cells[own[-1]][0].stop)
            cells[own[0]], own = (rows, cells[own[0]][1]), own[:1]
        blank: list[tuple[Role, str]] = [(Role.OTHER, "")] * len(own)
        for i, (role, text) in zip(own, (meanings + blank)[: len(own)], strict=True):
            (down, across) = cells[i]
            if across.start == c:
                sides = xs[across.start], xs[across.stop]
                columns[i] = Column(role, *sides, text, shares[down.start], shares[down.stop])
    return sorted(columns.values(), key=lambda column: (column.left_px, column.top_share))


def _shared_out(over: Sequence[Heading], count: int, words: Words) -> list[tuple[Role, str]]:
    """What `count` cells above each other are for; one meaning where it holds for all of them."""
    if not over:
        return []
    if count == 1:
        return [_lowest(over, words)]
    if len(over) >= count:
        return [_of(heading) for heading in over[-count:]]
    lines = over[-1].lines
    if len(lines) < count:
        return [_of(over[-1])]
    ways = [
        [" ".join(lines[a:b]) for a, b in pairwise((0, *cuts, len(lines)))]
        for cuts in combinations(range(1, len(lines)), count - 1)
    ]
    best = max(ways, key=lambda texts: min(meaning(text, words)[1] for text in texts))
    found = [(meaning(text, words), text) for text in best]
    if all(match >= SURE_MATCH for (_, match), _ in found) and len({role for (role, _), _ in found}) > 1:
        return [(role, text) for (role, _), text in found]
    return [_of(over[-1])]


def _of(heading: Heading) -> tuple[Role, str]:
    return heading.role if heading.match >= SURE_MATCH else Role.OTHER, heading.text


def _lowest(over: Sequence[Heading], words: Words) -> tuple[Role, str]:
    """What the lowest understood word says; the words over it are for several columns."""
    for heading in reversed(over):
        if heading.match >= SURE_MATCH:
            return _of(heading)
    text = " ".join(heading.text for heading in over)
    role, match = meaning(text, words)
    return role if match >= SURE_MATCH else Role.OTHER, text


def _headings(rules: Rules, top_px: float, bottom_px: float, words: Words, reader: Reader) -> list[Heading]:
    """The cells of the header with what is read in them, top to bottom."""
    page, xs = rules.page, rules.column_edges_px
    contrast = _unbroken(rules, top_px, bottom_px)
    inner = _heights(rules, contrast, top_px, bottom_px)
    reach = round(page.px(RULE_MARGIN_MM))
    level = np.array(
        [
            contrast[max(0, round(y - top_px) - reach) : round(y - top_px) + reach + 1].max(axis=0)
            for y in inner
        ]
    ).reshape(len(inner), len(xs) - 1)
    ys = (top_px, *inner, bottom_px)
    uprights = rules.uprights(list(pairwise(ys)))
    usual = max(FAINTEST, float(np.median(uprights.max(axis=0)))) if uprights.size else FAINTEST
    cells = joined_cells(level >= SEEN_SHARE * rules.typical, uprights >= SEEN_SHARE * usual)
    if len(cells) > HEADINGS_MOST:
        return []
    found = []
    for down, across in sorted(cells, key=lambda cell: cell[0].start):
        box = Box(xs[across.start], ys[down.start], xs[across.stop], ys[down.stop])
        found.append(_heading(rules, box, across, words, reader))
    return found


def _heading(rules: Rules, box: Box, across: slice, words: Words, reader: Reader) -> Heading:
    page = rules.page
    inner = box.expanded(-page.px(RULE_MARGIN_MM)).clipped(page.width_px, page.height_px)
    even = page.even[inner.slices()]
    ways = split_lines(even, page.px_per_mm) if even.size else []
    ways = [[line for line in lines if line.shape[1] <= page.px(MAX_PHRASE_MM)] for lines in ways]
    read = [tuple(reader.read_line(line).text.strip() for line in lines) for lines in ways]
    texts = [(meaning(" ".join(lines), words), lines) for lines in read] or [((Role.OTHER, 0.0), ())]
    (role, match), lines = max(texts, key=lambda pair: (pair[0][1] >= SURE_MATCH, len(pair[1]), pair[0][1]))
    text = " ".join(lines).strip()
    if match < SURE_MATCH and text:  # dust and stamps stand beside the header word
        phrases = phrases_in(page, box, words, reader)
        best = max(phrases, key=lambda phrase: phrase.match, default=None)
        if best is not None and best.match >= SURE_MATCH:
            role, match, text = best.role, best.match, best.text
    return Heading(across, box, text, lines, role, match)


def _unbroken(rules: Rules, top_px: float, bottom_px: float) -> Floats:
    """Contrast of level lines without gaps at every height of the header: (px, columns)."""
    page, inset = rules.page, rules.page.px(INSET_MM)
    margin = round(page.px(LINE_MM))
    top, bottom = max(0, round(top_px) - margin), round(bottom_px) + margin
    columns = []
    for left, right in pairwise(rules.column_edges_px):
        strip = page.even[
            top:bottom, round(left + inset) : max(round(left + inset) + 1, round(right - inset))
        ]
        count = max(2, round((right - left - 2 * inset) / page.px(WORD_GAP_MM)))
        pieces = cv2.resize(strip, (count, strip.shape[0]), interpolation=cv2.INTER_AREA).astype(np.float32)
        side = margin | 1
        lines = cv2.morphologyEx(pieces, cv2.MORPH_BLACKHAT, np.ones((side, 1), np.uint8))
        thick = cv2.dilate(lines, np.ones((3, 1), np.uint8))  # a rule may run through two rows of px
        columns.append(np.quantile(thick, GAPS_SHARE, axis=1))
    return np.array(columns, dtype=np.float64).T[round(top_px) - top :]


def _heights(rules: Rules, contrast: Floats, top_px: float, bottom_px: float) -> list[float]:
    """The heights within the header at which some column has a rule."""
    least = rules.page.px(LEAST_STOREY_MM)
    best = contrast.max(axis=1)
    found: list[float] = []
    for y in np.argsort(-best).tolist():
        if best[y] < SEEN_SHARE * rules.typical:
            break
        at = top_px + y
        if all(abs(at - other) >= least for other in (top_px, bottom_px, *found)):
            found.append(at)
    return sorted(found)
