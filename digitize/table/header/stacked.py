"""Read a header with words above each other: over the storeys of a row, or over several columns.

The cells of the header are found like those of the rows.  The texts above a
column are then assigned, from top to bottom, to its cells; a word over
several columns counts where the words below it are unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import cv2
import numpy as np

from digitize.geometry import Box, FloatArray
from digitize.ocr.engines import Reader
from digitize.ocr.split_lines import split_lines
from digitize.records import Column, Role
from digitize.table.header.cell_structure import Storeys, joined_cells
from digitize.table.header.header_words import SETTINGS as PHRASES
from digitize.table.header.header_words import SURE_MATCH, Words, match_role, read_phrases
from digitize.table.header.rule_contrast import SETTINGS as CONTRAST
from digitize.table.header.rule_contrast import MeasuredRules, inner_strip

WORD_GAP_MM = 2.5  # a line of print has gaps between its words, a rule has none
GAPS_SHARE = 0.15  # of the pieces of a rule that may be missing where it is worn
MIN_STOREY_MM = 3.0  # header words need this height

MAX_HEADINGS = 32  # more cells are lines of text mistaken for rules


@dataclass(frozen=True)
class Heading:
    """A cell of the header: its columns, its text as a whole and line by line, and the role it matches."""

    columns: slice
    box: Box
    text: str
    lines: tuple[str, ...]
    role: Role
    match: float


def read_stacked(
    rules: MeasuredRules,
    top_px: float,
    bottom_px: float,
    storeys: Storeys | None,
    words: Words,
    reader: Reader,
) -> list[Column]:
    """Return the columns (with storeys: the cells of a row) under the header between two heights."""
    headings = _read_headings(rules, top_px, bottom_px, words, reader)
    xs, count = rules.column_edges_px, len(rules.column_edges_px) - 1
    if storeys is None:
        cells = [(slice(0, 1), slice(c, c + 1)) for c in range(count)]
        shares: tuple[float, ...] = (0.0, 1.0)
    else:
        cells, shares = joined_cells(storeys.horizontal, storeys.vertical), storeys.shares
    columns: dict[int, Column] = {}
    for c in range(count):
        own = [i for i, (_, across) in enumerate(cells) if across.start <= c < across.stop]
        own.sort(key=lambda i: cells[i][0].start)
        over = [h for h in headings if h.columns.start <= c < h.columns.stop and h.text]
        meanings = _assign_texts(over, len(own), words)
        same_columns = len({(cells[i][1].start, cells[i][1].stop) for i in own}) == 1
        if len(own) > 1 and len(meanings) == 1 and same_columns:  # storeys under one word are writing lines
            rows = slice(cells[own[0]][0].start, cells[own[-1]][0].stop)
            cells[own[0]], own = (rows, cells[own[0]][1]), own[:1]
        unknown: list[tuple[Role, str]] = [(Role.OTHER, "")] * len(own)
        for i, (role, text) in zip(own, (meanings + unknown)[: len(own)], strict=True):
            (down, across) = cells[i]
            if across.start == c:
                sides = xs[across.start], xs[across.stop]
                columns[i] = Column(role, *sides, text, shares[down.start], shares[down.stop])
    return sorted(columns.values(), key=lambda column: (column.left_px, column.top_share))


def _assign_texts(over: Sequence[Heading], count: int, words: Words) -> list[tuple[Role, str]]:
    """Return the roles and texts of `count` cells above each other; a single one if it holds for all."""
    if not over:
        return []
    if count == 1:
        return [_lowest_known(over, words)]
    if len(over) >= count:
        return [_role_and_text(heading) for heading in over[-count:]]
    lines = over[-1].lines
    if len(lines) < count:
        return [_role_and_text(over[-1])]
    splits = [
        [" ".join(lines[a:b]) for a, b in pairwise((0, *cuts, len(lines)))]
        for cuts in combinations(range(1, len(lines)), count - 1)
    ]
    best = max(splits, key=lambda texts: min(match_role(text, words)[1] for text in texts))
    found = [(match_role(text, words), text) for text in best]
    if all(match >= SURE_MATCH for (_, match), _ in found) and len({role for (role, _), _ in found}) > 1:
        return [(role, text) for (role, _), text in found]
    return [_role_and_text(over[-1])]


def _role_and_text(heading: Heading) -> tuple[Role, str]:
    """Return role and text of a heading, OTHER if the match is uncertain."""
    return heading.role if heading.match >= SURE_MATCH else Role.OTHER, heading.text


def _lowest_known(over: Sequence[Heading], words: Words) -> tuple[Role, str]:
    """Return the lowest known heading; words above it are for several columns."""
    for heading in reversed(over):
        if heading.match >= SURE_MATCH:
            return _role_and_text(heading)
    text = " ".join(heading.text for heading in over)
    role, match = match_role(text, words)
    return role if match >= SURE_MATCH else Role.OTHER, text


def _read_headings(
    rules: MeasuredRules, top_px: float, bottom_px: float, words: Words, reader: Reader
) -> list[Heading]:
    """Read the cells of the header, from top to bottom."""
    page, xs = rules.page, rules.column_edges_px
    contrast = _line_contrast(rules, top_px, bottom_px)
    inner = _find_rules(rules, contrast, top_px, bottom_px)
    reach_px = round(page.px(PHRASES.rule_margin_mm))
    horizontal = np.array(
        [
            contrast[max(0, round(y - top_px) - reach_px) : round(y - top_px) + reach_px + 1].max(axis=0)
            for y in inner
        ]
    ).reshape(len(inner), len(xs) - 1)
    ys = (top_px, *inner, bottom_px)
    vertical_contrast = rules.vertical_contrast(list(pairwise(ys)))
    usual_contrast = (
        max(CONTRAST.min_contrast, float(np.median(vertical_contrast.max(axis=0))))
        if vertical_contrast.size
        else CONTRAST.min_contrast
    )
    cells = joined_cells(
        horizontal >= CONTRAST.min_relative_contrast * rules.typical,
        vertical_contrast >= CONTRAST.min_relative_contrast * usual_contrast,
    )
    if len(cells) > MAX_HEADINGS:
        return []
    found = []
    for down, across in sorted(cells, key=lambda cell: cell[0].start):
        box = Box(xs[across.start], ys[down.start], xs[across.stop], ys[down.stop])
        found.append(_read_heading(rules, box, across, words, reader))
    return found


def _read_heading(rules: MeasuredRules, box: Box, across: slice, words: Words, reader: Reader) -> Heading:
    """Read one cell of the header."""
    page = rules.page
    inner = box.expanded(-page.px(PHRASES.rule_margin_mm)).clipped(page.width_px, page.height_px)
    even = page.even[inner.slices()]
    line_splits = split_lines(even, page.px_per_mm) if even.size else []
    line_splits = [
        [line for line in lines if line.shape[1] <= page.px(PHRASES.max_phrase_mm)] for lines in line_splits
    ]
    read = [tuple(reader.read_line(line).text.strip() for line in lines) for lines in line_splits]
    texts = [(match_role(" ".join(lines), words), lines) for lines in read] or [((Role.OTHER, 0.0), ())]
    (role, match), lines = max(texts, key=lambda pair: (pair[0][1] >= SURE_MATCH, len(pair[1]), pair[0][1]))
    text = " ".join(lines).strip()
    if match < SURE_MATCH and text:  # there may be dust or a stamp next to the header word
        phrases = read_phrases(page, box, words, reader)
        best = max(phrases, key=lambda phrase: phrase.match, default=None)
        if best is not None and best.match >= SURE_MATCH:
            role, match, text = best.role, best.match, best.text
    return Heading(across, box, text, lines, role, match)


def _line_contrast(rules: MeasuredRules, top_px: float, bottom_px: float) -> FloatArray:
    """Return the contrast of uninterrupted horizontal lines at every height: (px, columns)."""
    page, inset_px = rules.page, rules.page.px(CONTRAST.inset_mm)
    margin_px = round(page.px(CONTRAST.max_thickness_mm))
    top, bottom = max(0, round(top_px) - margin_px), round(bottom_px) + margin_px
    columns = []
    for left, right in pairwise(rules.column_edges_px):
        strip = inner_strip(page, top, bottom, left, right)
        count = max(2, round((right - left - 2 * inset_px) / page.px(WORD_GAP_MM)))
        pieces = cv2.resize(strip, (count, strip.shape[0]), interpolation=cv2.INTER_AREA).astype(np.float32)
        kernel_px = margin_px | 1
        lines = cv2.morphologyEx(pieces, cv2.MORPH_BLACKHAT, np.ones((kernel_px, 1), np.uint8))
        thickened = cv2.dilate(lines, np.ones((3, 1), np.uint8))  # a rule may cross two pixel rows
        columns.append(np.quantile(thickened, GAPS_SHARE, axis=1))
    return np.array(columns, dtype=np.float64).T[round(top_px) - top :]


def _find_rules(rules: MeasuredRules, contrast: FloatArray, top_px: float, bottom_px: float) -> list[float]:
    """Return the heights within the header at which a column has a rule."""
    min_distance_px = rules.page.px(MIN_STOREY_MM)
    strongest = contrast.max(axis=1)
    found: list[float] = []
    for y in np.argsort(-strongest).tolist():
        if strongest[y] < CONTRAST.min_relative_contrast * rules.typical:
            break
        position = top_px + y
        if all(abs(position - other) >= min_distance_px for other in (top_px, bottom_px, *found)):
            found.append(position)
    return sorted(found)
