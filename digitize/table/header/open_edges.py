"""Move column edges without a rule to between what is written on both sides.

The header words tell roughly where such columns are.  A centred word stands
further right than what is written below it, so that an edge just left of the
word would cut through names and addresses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from digitize.images import INK_SHARE, Page
from digitize.records import Column, Role
from digitize.table.header.rule_in_header import rule_in_header


@dataclass(frozen=True, slots=True)
class OpenEdgeSettings:
    """Limits for edges between columns that no rule separates."""

    rule_margin_mm: float = 1.0  # ignored above and below a row rule
    word_gap_mm: float = 2.5  # narrower gaps lie between words
    min_word_mm: float = 1.0  # width of a header word; a rule is narrower
    min_header_word_mm: float = 4.0  # of one that stands between a rule and the edge it is taken for
    beside_rule_mm: float = 0.5  # of a rule's middle: its print
    min_ink_mm: float = 0.6  # height of ink in a row that is no remnant of a dotted rule
    ruled_mm: float = 1.0  # an edge this close to a rule is one
    reach_share: float = 0.7  # of the column on the left in which the edge is searched
    reach_right_mm: float = 1.0
    min_gap_mm: float = 1.5  # width of a gap between two columns
    min_gain_rows: int = 2  # rows less that an edge crosses when it is moved ...
    min_gain_share: float = 0.5  # ... and of the rows written; an edge that cuts few of them is a good one
    clear_share: float = 0.7  # of the rows written: where a gap divides so many ...
    clear_gain_share: float = 0.3  # ... fewer are enough
    few_rows: int = 3  # written: of so few, one that the edge cuts is enough ...
    few_reach_mm: float = 10.0  # ... to move it so far; a gap further away may be one of its words
    slack_rows: int = 1  # more than the fewest that an edge may cross: one long name does not move it
    padding_mm: float = 1.5  # left of writing, which begins at the same place in most rows
    # The right end of a table without a frame
    min_ruled_share: float = 0.35  # of the rows' height in which a rule is dark, however dotted it is
    beside_mm: float = 5.0  # beyond the end found, where writing of the rows goes on
    max_beyond_mm: float = 60.0
    min_writing_mm: float = 2.0  # wide; narrower marks are dust and the rule of a frame


SETTINGS = OpenEdgeSettings()


def move_open_edges(
    page: Page, columns: list[Column], rules_px: Sequence[float], top_px: float, rows_px: Sequence[float]
) -> list[Column]:
    """Return the columns with the edges that are not rules where they cross the least writing.

    `top_px` is the upper end of the header, whose words no edge may cross.
    """
    result = list(columns)
    slack = page.px(SETTINGS.ruled_mm)
    for i, (before, after) in enumerate(pairwise(columns)):
        edge = after.left_px
        if abs(before.right_px - edge) > slack or any(abs(edge - rule) <= slack for rule in rules_px):
            continue
        seen = rule_in_header(page, before.left_px, edge, top_px, rows_px)
        if seen is not None and not _has_word(page, seen, edge, (top_px, rows_px[0])):
            result[i] = replace(result[i], right_px=seen)
            result[i + 1] = replace(after, left_px=seen)
            continue
        left = edge - SETTINGS.reach_share * (before.right_px - before.left_px)
        right = edge + page.px(SETTINGS.reach_right_mm)
        moved = _best_edge_px(page, edge, (left, right), top_px, rows_px)
        if moved == edge and before.role is Role.NUMBER:
            moved = _behind_numbers_px(page, before, rows_px)
        if moved == edge:
            moved = _dividing_edge_px(page, before, after, (left, right), top_px, rows_px)
        if moved == edge and _written_rows(page, before, after, rows_px) <= SETTINGS.few_rows:
            near = max(left, edge - page.px(SETTINGS.few_reach_mm))
            moved = _best_edge_px(page, edge, (near, right), top_px, rows_px, few=True)
        result[i] = replace(result[i], right_px=moved)
        result[i + 1] = replace(after, left_px=moved)
    result[-1] = replace(result[-1], right_px=_right_end_px(page, result[-1].right_px, rows_px))
    return result


def _has_word(page: Page, start_px: float, end_px: float, span_px: tuple[float, float]) -> bool:
    """Return whether a word of the header stands between two positions, right beside the first included."""
    start, end = round(start_px + page.px(SETTINGS.beside_rule_mm)), round(end_px)
    if end <= start:
        return False
    least_px = page.px(SETTINGS.min_header_word_mm)
    return any(last - first >= least_px for first, last in runs_of(_is_written(page, start, end, *span_px)))


def _right_end_px(page: Page, edge: float, rows_px: Sequence[float]) -> float:
    """Return the end of the last column: behind what is written there, unless a rule ends it."""
    around = page.px(SETTINGS.rule_margin_mm)
    beside = page.even[
        max(0, round(rows_px[0])) : round(rows_px[-1]), max(0, round(edge - around)) : round(edge + around)
    ]
    if not beside.size or (beside < 255 * INK_SHARE).any(axis=1).mean() >= SETTINGS.min_ruled_share:
        return edge
    start = round(edge)
    limit = min(page.width_px, round(edge + page.px(SETTINGS.max_beyond_mm)))
    ends = [edge]
    for upper, lower in pairwise(rows_px):
        runs = [
            (first, last)
            for first, last in runs_of(_is_written(page, start, limit, upper, lower))
            if last - first >= page.px(SETTINGS.min_writing_mm)
        ]
        if runs and runs[0][0] <= page.px(SETTINGS.beside_mm) and runs[0][1] < limit - start:
            ends.append(start + runs[0][1] + page.px(SETTINGS.padding_mm))
    return max(ends)


def _best_edge_px(
    page: Page,
    edge: float,
    reach: tuple[float, float],
    top_px: float,
    rows_px: Sequence[float],
    *,
    few: bool = False,
) -> float:
    """Return a position in the nearest gap that crosses the writing of fewer rows than the edge does.

    With `few`, one row less is enough where few are written.
    """
    start, end = max(0, round(reach[0])), min(page.width_px, round(reach[1]))
    if end - start < 2:
        return edge
    crossed = _crossed(page, start, end, rows_px)
    at = min(end - start - 1, max(0, round(edge) - start))
    header = _header_words(page, start, end, (top_px, rows_px[0]), at)
    allowed = np.where(header, len(rows_px), crossed)
    fewest = int(allowed.min())
    gain = 1 if few else SETTINGS.min_gain_rows
    if crossed[at] - fewest < max(gain, 0.0 if few else SETTINGS.min_gain_share * crossed.max()):
        return edge
    gaps = [
        (first, last)
        for first, last in runs_of(allowed <= fewest + (0 if few else SETTINGS.slack_rows))
        if last - first >= page.px(SETTINGS.min_gap_mm)
    ]
    if not gaps:
        return edge
    first, last = min(gaps, key=lambda gap: max(gap[0] - at, at - gap[1], 0))
    return start + place_in_gap_px(page, first, last)


def _written_rows(page: Page, before: Column, after: Column, rows_px: Sequence[float]) -> int:
    """Return in how many rows anything is written in two columns side by side."""
    margin = page.px(SETTINGS.rule_margin_mm)
    start, end = max(0, round(before.left_px + margin)), min(page.width_px, round(after.right_px - margin))
    return sum(bool(_is_written(page, start, end, *row).any()) for row in pairwise(rows_px))


def _behind_numbers_px(page: Page, numbers: Column, rows_px: Sequence[float]) -> float:
    """Return a position in the gap behind printed numbers, if anything is written between it and the edge."""
    edge = numbers.right_px
    start = max(0, round(numbers.left_px + page.px(SETTINGS.rule_margin_mm)))
    crossed = _crossed(page, start, max(start, round(edge)), rows_px)
    written = [run for run in runs_of(crossed > 0) if run[1] - run[0] >= page.px(SETTINGS.min_word_mm)]
    if len(written) < 2 or written[1][0] - written[0][1] < page.px(SETTINGS.min_gap_mm):
        return edge
    (_, first), (last, _) = written[:2]
    return start + place_in_gap_px(page, first, last)


def _header_words(
    page: Page, start: int, end: int, span_px: tuple[float, float], at: int
) -> NDArray[np.bool_]:
    """Mark the px over which an edge, `at` px from the start so far, may not stand for the header words.

    They keep to their side: those on the left of the edge are of the column on its left.
    """
    header = _is_written(page, start, end, *span_px)
    for first, last in runs_of(header):  # pieces of a faint rule are no words
        header[first:last] = last - first >= page.px(SETTINGS.min_word_mm)
    words = np.flatnonzero(header[:at])
    header[: int(words[-1]) + 1 if len(words) else 0] = True
    return header


def _dividing_edge_px(
    page: Page,
    before: Column,
    after: Column,
    reach: tuple[float, float],
    top_px: float,
    rows_px: Sequence[float],
) -> float:
    """Return the position in a gap that has writing on both sides in many more rows than the edge has.

    Short entries may all end left of the word that stands above the middle of their column: an edge there
    cuts nothing, but leaves the column blank.
    """
    edge, margin = after.left_px, page.px(SETTINGS.rule_margin_mm)
    start, end = max(0, round(before.left_px + margin)), min(page.width_px, round(after.right_px - margin))
    if end - start < 2 or not start < edge < end:
        return edge
    at = round(edge) - start
    divided, crossed, written = count_divided_rows(page, start, end, rows_px)
    header = _header_words(page, start, end, (top_px, rows_px[0]), at)
    out = np.ones(end - start, dtype=np.bool_)
    out[max(0, round(reach[0]) - start) : max(0, round(reach[1]) - start)] = False
    divided[out | header | (crossed > crossed[at])] = -1
    most = int(divided.max())
    clear = most >= SETTINGS.clear_share * written
    share = SETTINGS.clear_gain_share if clear else SETTINGS.min_gain_share
    if most - divided[at] < max(SETTINGS.min_gain_rows, share * written):
        return edge
    wide = [run for run in runs_of(divided == most) if run[1] - run[0] >= page.px(SETTINGS.min_gap_mm)]
    if not wide:
        return edge
    first, last = min(wide, key=lambda run: max(run[0] - at, at - run[1], 0))
    return start + place_in_gap_px(page, first, last)


def place_in_gap_px(page: Page, first: float, last: float) -> float:
    """Return where an edge stands in the gap from `first` to `last`.

    That is in the middle, or nearer to what is written on the right of it: writing begins at the edge of its
    column and ends anywhere.
    """
    return max((first + last) / 2, last - page.px(SETTINGS.padding_mm))


def count_divided_rows(
    page: Page, start: int, end: int, rows_px: Sequence[float]
) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
    """Return for each px in how many rows an edge would divide and cross writing, and how many are written.

    An edge divides a row if writing lies on both sides of it and none on it.
    """
    between, crossed = np.zeros((2, end - start), dtype=np.intp)
    written = 0
    for upper, lower in pairwise(rows_px):
        ink = _is_written(page, start, end, upper, lower)
        inked = np.flatnonzero(ink)
        if len(inked):
            written += 1
            between[inked[0] : inked[-1] + 1] += 1
            crossed += ink
    return between - crossed, crossed, written


def _crossed(page: Page, start: int, end: int, rows_px: Sequence[float]) -> NDArray[np.intp]:
    """Return for each px the number of rows in which there is writing."""
    crossed = np.zeros(end - start, dtype=np.intp)
    for upper, lower in pairwise(rows_px):
        crossed += _is_written(page, start, end, upper, lower)
    return crossed


def _is_written(page: Page, start: int, end: int, upper: float, lower: float) -> NDArray[np.bool_]:
    """Return for each px whether there is writing in a row, the gaps between its words included."""
    margin = page.px(SETTINGS.rule_margin_mm)
    rows = page.even[max(0, round(upper + margin)) : max(0, round(lower - margin)), start:end]
    ink = (rows < 255 * INK_SHARE).sum(axis=0) >= page.px(SETTINGS.min_ink_mm)
    gap_px = page.px(SETTINGS.word_gap_mm)
    for first, last in runs_of(~ink):
        if first > 0 and last < len(ink) and last - first < gap_px:
            ink[first:last] = True
    return np.asarray(ink, dtype=np.bool_)


def runs_of(values: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return start and end of each run of true values."""
    runs, start = [], 0
    for value, run in groupby(values.tolist()):
        end = start + len(list(run))
        runs += [(start, end)] if value else []
        start = end
    return runs
