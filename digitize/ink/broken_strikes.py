"""Find lines through a row that the scanner left in pieces, by the ink between the words.

A line drawn lightly comes out of a scan in black and white as dashes and dots, too short to be traced.  But
it goes on where nothing is written: between words, beside them and from cell to cell.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import BoolArray
from digitize.images import INK_SHARE, Page
from digitize.ink.cell_map import signature_column, vertical_edges, writable_columns
from digitize.records import Table


@dataclass(frozen=True)
class BrokenStrikeSettings:
    """What makes scattered ink a line through a row."""

    # Of the row's height: lines closer to its rules are underlines, or the rules themselves.
    band_share: tuple[float, float] = (0.12, 0.88)
    max_line_mm: float = 1.1  # higher ink is writing
    max_lines: int = 2  # one above the other; letters have more
    margin_mm: float = 0.8  # around writing, and around the rules between columns
    min_clear_mm: float = 12.0  # of the row's width without writing; in less, a line must be seen better
    min_narrow_clear_mm: float = 7.0  # in less, nothing can be seen
    max_rise_share: float = 0.7  # of the row's height: what a line rises or falls over the row's width
    step_mm: float = 0.3  # between two slopes that are tried
    line_mm: float = 0.7  # height of the strip in which the pieces of a line lie
    min_cover_share: float = 0.4  # of the clear width that must have ink in that strip
    min_narrow_cover_share: float = 0.7  # the same of a small clear width
    # Of the tenths of the row's width, for those that are clear: a dash or an underline covers a few of them.
    min_tenth_cover_share: float = 0.3
    min_tenths_share: float = 0.6
    min_tenth_mm: float = 1.0  # clear width of a tenth that says something
    # Of the clear width beside the signature: with ink, or with ink in that strip.
    min_ink_beside_share: float = 0.65
    min_line_beside_share: float = 0.46
    # The same of a row through which no line runs.
    max_clear_share: float = 0.42
    min_clear_beside_mm: float = 5.0  # in less, that cannot be told
    # A wave in pieces.
    min_wave_share: float = 0.6  # of the clear width under it; dust covers less
    # The same beside the signature, whose flourishes are waves; pieces of letters cover 0.55 there.
    min_wave_beside_share: float = 0.7
    min_wave_clear_mm: float = 30.0  # of the row's width without writing: in less, letters look like a wave
    # In less, it must cover nearly all of that, beside the signature as well.
    min_narrow_wave_clear_mm: float = 15.0
    min_narrow_wave_share: float = 0.9
    min_wave_height_mm: float = 1.5  # less is a line, which would have been found
    max_wave_slope: float = 1.5  # rise over run, between neighbouring columns of px with ink
    wave_step_mm: float = 0.6  # between columns of px that are compared
    wave_slack_mm: float = 0.35  # beyond that slope: the line's own thickness
    min_smooth_share: float = 0.8  # of these columns that follow the one before
    # A line as pale as the grain of the paper, seen where the paper is smoothed.
    smooth_mm: float = 0.12  # standard deviation
    pale_share: float = 0.8  # of the paper's grey level; darker is ink (as usual: `INK_SHARE`)
    min_only_pale_share: float = 0.15  # of the columns of px with such ink: they have no darker ink


SETTINGS = BrokenStrikeSettings()
TENTHS = 10


def has_broken_strike(page: Page, table: Table, r: int) -> bool:
    """Return whether a line or wave, perhaps in pieces, runs through row `r` from name to signature."""
    band = _band(page, table, r)
    if band is None:
        return False
    if _is_crossed(band.dark, band.edges_px, band.beside, page.px_per_mm):
        return True
    with_pale = band.pale.any(axis=0)
    only_pale = with_pale & ~band.dark.any(axis=0)
    if only_pale.sum() < SETTINGS.min_only_pale_share * with_pale.sum():
        return False
    return _is_crossed(band.pale, band.edges_px, band.beside, page.px_per_mm)


def is_clear_between_words(page: Page, table: Table, r: int) -> bool:
    """Return whether so little ink lies between the words of row `r` that no line can run through them."""
    band = _band(page, table, r)
    if band is None:
        return False
    for ink in (band.dark, band.pale):
        clear = _clear_columns(ink, band.edges_px, page.px_per_mm) & band.beside
        if clear.sum() < SETTINGS.min_clear_beside_mm * page.px_per_mm:
            return False
        if ink[:, clear].any(axis=0).mean() >= SETTINGS.max_clear_share:
            return False
    return True


@dataclass(frozen=True)
class _Band:
    """Where in the middle of a row's height there is ink, and pale ink; `beside` as in `_is_crossed`."""

    dark: BoolArray
    pale: BoolArray
    edges_px: list[float]
    beside: BoolArray


def _band(page: Page, table: Table, r: int) -> _Band | None:
    columns = [table.columns[i] for i in writable_columns(table)]
    left, right = round(columns[0].left_px), round(max(column.right_px for column in columns))
    row = table.row_box(r)
    top, bottom = (round(row.top + share * row.height) for share in SETTINGS.band_share)
    paper = page.even[max(0, top) : bottom, max(0, left) : right]
    if paper.size == 0:
        return None
    smooth = cv2.GaussianBlur(paper, (0, 0), SETTINGS.smooth_mm * page.px_per_mm)
    return _Band(
        np.asarray(paper < 255 * INK_SHARE),
        np.asarray(smooth < 255 * SETTINGS.pale_share),
        [edge - left for edge in vertical_edges(table)],
        _beside_signature(table, left, paper.shape[1]),
    )


def _is_crossed(ink: BoolArray, edges_px: list[float], beside: BoolArray, px_per_mm: float) -> bool:
    """Return whether the ink between the words of a row is a line or a wave through it.

    `beside` marks the columns of px that are not in the signature column.
    """
    clear = _clear_columns(ink, edges_px, px_per_mm)
    is_narrow = clear.sum() < SETTINGS.min_clear_mm * px_per_mm
    least_share = SETTINGS.min_narrow_cover_share if is_narrow else SETTINGS.min_cover_share
    enough = max(SETTINGS.min_narrow_clear_mm * px_per_mm, 1.0)
    if clear.sum() < enough or ink[:, clear].any(axis=0).mean() < least_share:
        return False
    line = _best_line(ink & clear, px_per_mm)
    if _runs_through(line, clear, least_share, px_per_mm) and _lies_beside(ink, line, clear & beside):
        return True
    if clear.sum() < SETTINGS.min_narrow_wave_clear_mm * px_per_mm:
        return False
    least, least_beside = SETTINGS.min_wave_share, SETTINGS.min_wave_beside_share
    if clear.sum() < SETTINGS.min_wave_clear_mm * px_per_mm:
        least = least_beside = SETTINGS.min_narrow_wave_share
    wave, seen = _wave(ink & clear, px_per_mm), clear & beside
    if wave[seen].sum() < least_beside * seen.sum():
        return False
    return _runs_through(wave, clear, least, px_per_mm)


def _lies_beside(ink: BoolArray, line: BoolArray, seen: BoolArray) -> bool:
    """Return whether a line is also seen beside the signature, whose flourish may be one."""
    if not seen.any():
        return True
    inked = ink[:, seen].any(axis=0).mean() >= SETTINGS.min_ink_beside_share
    return bool(inked or line[seen].mean() >= SETTINGS.min_line_beside_share)


def _runs_through(covered: BoolArray, clear: BoolArray, least_share: float, px_per_mm: float) -> bool:
    """Return whether a line covers this share of the clear columns of px, and most tenths of the width."""
    if covered.sum() < least_share * clear.sum():
        return False
    seen, found = (np.array([part.sum() for part in np.array_split(m, TENTHS)]) for m in (clear, covered))
    telling = seen >= SETTINGS.min_tenth_mm * px_per_mm
    tenths = found[telling] >= SETTINGS.min_tenth_cover_share * seen[telling]
    return bool(tenths.mean() >= SETTINGS.min_tenths_share) if len(tenths) else False


def _clear_columns(ink: BoolArray, edges_px: list[float], px_per_mm: float) -> BoolArray:
    """Mark the columns of px in which nothing is written: there is no ink, or that of thin lines."""
    kernel = np.ones((max(2, round(SETTINGS.max_line_mm * px_per_mm)), 1), np.uint8)
    high = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_OPEN, kernel).any(axis=0)
    starts = ink[0].astype(np.intp) + (ink[1:] & ~ink[:-1]).sum(axis=0)
    margin = max(1, round(SETTINGS.margin_mm * px_per_mm))
    taken = np.asarray(high | (starts > SETTINGS.max_lines), dtype=np.uint8)
    clear = cv2.dilate(taken[None], np.ones((1, 2 * margin + 1), np.uint8))[0] == 0
    for edge in edges_px:
        clear[max(0, round(edge) - margin) : max(0, round(edge) + margin)] = False
    return np.asarray(clear)


def _beside_signature(table: Table, left_px: int, width_px: int) -> BoolArray:
    """Mark the columns of px, the first at `left_px`, that are not in the signature column."""
    beside = np.ones(width_px, dtype=np.bool_)
    c = signature_column(table)
    if c is not None:
        column = table.columns[c]
        beside[max(0, round(column.left_px) - left_px) : max(0, round(column.right_px) - left_px)] = False
    return beside


def _wave(ink: BoolArray, px_per_mm: float) -> BoolArray:
    """Mark the columns of px with ink if their ink rises and falls smoothly from one to the next."""
    covered = ink.any(axis=0)
    xs = np.flatnonzero(covered)
    if len(xs) < 2:
        return np.zeros_like(covered)
    part = ink[:, xs]
    middle = (part * np.arange(len(ink))[:, None]).sum(axis=0) / part.sum(axis=0)
    if np.ptp(np.percentile(middle, (10, 90))) < SETTINGS.min_wave_height_mm * px_per_mm:
        return np.zeros_like(covered)
    step, rise = np.diff(xs), np.abs(np.diff(middle))
    compared = step <= SETTINGS.wave_step_mm * px_per_mm
    smooth = rise <= SETTINGS.max_wave_slope * step + SETTINGS.wave_slack_mm * px_per_mm
    if not compared.any() or smooth[compared].mean() < SETTINGS.min_smooth_share:
        return np.zeros_like(covered)
    return np.asarray(covered)


def _best_line(ink: BoolArray, px_per_mm: float) -> BoolArray:
    """Mark the columns of px whose ink lies on the straight line that has the most of them.

    All slopes and heights are tried (Hough transform).
    """
    ys, xs = np.nonzero(ink)
    width, step, bin_px = ink.shape[1], SETTINGS.step_mm * px_per_mm, SETTINGS.line_mm / 2 * px_per_mm
    low, high = SETTINGS.band_share
    reach = SETTINGS.max_rise_share * len(ink) / (high - low)
    best: NDArray[np.bool_] = np.zeros(width, dtype=np.bool_)
    for rise in np.arange(-reach, reach + step, step).tolist():
        level = np.floor((ys - rise * (xs / width - 0.5)) / bin_px).astype(np.intp)
        level -= level.min()
        on_level = np.zeros((int(level.max()) + 2, width), dtype=np.bool_)
        on_level[level, xs] = True
        on_level[:-1] |= on_level[1:]  # a strip is two bins high, and may begin at each of them
        counts = on_level.sum(axis=1)
        if counts.max() > best.sum():
            best = on_level[int(counts.argmax())]
    return best
