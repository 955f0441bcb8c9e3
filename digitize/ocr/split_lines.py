"""Split the writing of a cell into lines and crop each closely, as recognisers need it.

The usual method for handwriting (see Likforman-Sulem et al. 2007, "Text line
segmentation of historical documents: a survey"): project the ink along the
slope of the writing, cut at the valleys of the projection, and assign whole
strokes to one side.  No ascender or descender is cut unless it touches the
other line.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.images import Pixels

PAPER = 255
MARGIN_SHARE = 0.03  # paper left around a line, of its height; from 15 % on lines are read worse

Ink = NDArray[np.bool_]


@dataclass(frozen=True)
class _InkSettings:
    """What counts as ink: faint pencil and full stops do, dust and grain do not."""

    contrast_share: float = 0.45  # darker than this share of the way from paper to the darkest ink
    paper_grey: int = 225  # from this grey level on it is paper in any case
    speck_mm2: float = 0.03  # smaller spots are dust, unless they are near a letter
    speck_reach_mm: float = 1.5  # a dot or a comma is at most this far from a letter
    far_speck_mm2: float = 0.5  # isolated groups below this are spots; letters are twice as large
    far_speck_share: float = 0.05  # and below this share of the largest group: faint writing is all small


@dataclass(frozen=True)
class _LineSettings:
    """Where lines are separated.

    `tests/ocr/test_split_lines.py` checks one to three lines in five handwriting fonts and three slopes.
    """

    max_slope: float = 0.08  # of a line of writing, tangent of its angle
    slope_step: float = 0.02
    blur_mm: float = 0.35  # smooths the projection; less than the height of the smallest letter
    min_pitch_mm: float = 2.0  # lines closer than this cannot be told apart
    sure_valley_share: float = 0.45  # ink in the valley, of the lower peak beside it: certainly two lines
    valley_share: float = 0.75  # above this it is one line; in between, reading decides
    min_ink_share: float = 0.12  # of the cell's ink, in every line
    max_lines: int = 3
    straddle_share: float = 0.3  # a stroke with more than this on both sides of a cut is cut there


@dataclass(frozen=True)
class _StraySettings:
    """What is removed above and below a line when it is read again: specks, stains and ends of rules."""

    body_share: float = 0.15  # rows with more ink than this share of the fullest row are the line's body
    gap_share: float = 0.5  # ink farther from the body than this, of its height, is no accent or dot
    max_ink_share: float = 0.15  # of the line's ink; with more, the line itself is in doubt
    reach_share: float = 0.8  # of the body's height; ascenders do not reach farther, stains do
    max_height_share: float = 0.8  # of the crop's height may remain; otherwise it is not worth reading again


_INK = _InkSettings()
_LINES = _LineSettings()
_STRAYS = _StraySettings()
_SLOPES = np.arange(-_LINES.max_slope, _LINES.max_slope + 0.001, _LINES.slope_step)


def split_lines(writing: Pixels, px_per_mm: float) -> list[list[Pixels]]:
    """Return the lines of a cell from top to bottom, each cropped to its ink with a small margin.

    `writing` is grey uint8 (height, width), dark on paper of 255.  Returns one
    way to split it, two if only reading can tell which is right, or none if
    there is no ink.
    """
    ink = ink_mask(writing, px_per_mm)
    if not ink.any():
        return []
    slope, valleys = _valleys_of(ink, px_per_mm)
    sure = [valley for valley in valleys if valley.share <= _LINES.sure_valley_share]
    ways = [sure] if len(sure) == len(valleys) else [sure, valleys]
    return [_split_at(writing, ink, slope, [valley.y_px for valley in way]) for way in ways]


def ink_mask(writing: Pixels, px_per_mm: float) -> Ink:
    """Return which pixels are writing: dark compared with the darkest ink, and not isolated specks."""
    dark = writing[writing < _INK.paper_grey]
    if not dark.size:
        return np.zeros(writing.shape, dtype=np.bool_)
    darkest = float(np.percentile(dark, 10))
    mask = writing < min(_INK.paper_grey, PAPER - _INK.contrast_share * (PAPER - darkest))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    is_large = stats[:, cv2.CC_STAT_AREA] >= _INK.speck_mm2 * px_per_mm**2
    is_large[0] = False
    if is_large.all() or count == 1 or not is_large.any():
        return np.asarray(mask, dtype=np.bool_)
    letters = is_large[labels]
    return _without_far_specks(letters | (mask & (_grown(letters, px_per_mm) > 0)), px_per_mm)


def _without_far_specks(ink: Ink, px_per_mm: float) -> Ink:
    """Return the ink without small spots far from all letters.

    They would make the writing small in its crop.
    """
    count, groups = cv2.connectedComponents(_grown(ink, px_per_mm), connectivity=8)
    if count <= 2:
        return np.asarray(ink, dtype=np.bool_)
    areas = np.bincount(groups[ink], minlength=count)
    is_speck = (areas < _INK.far_speck_mm2 * px_per_mm**2) & (areas < _INK.far_speck_share * areas.max())
    return np.asarray(ink & ~is_speck[groups], dtype=np.bool_)


def _grown(ink: Ink, px_per_mm: float) -> Pixels:
    """Return the ink dilated by the distance at which a speck may belong to a letter."""
    size_px = 2 * round(_INK.speck_reach_mm * px_per_mm) + 1
    kernel = np.ones((size_px, size_px), np.uint8)
    return np.asarray(cv2.dilate(ink.astype(np.uint8), kernel), dtype=np.uint8)


def cut_to(writing: Pixels, part: Ink) -> Pixels:
    """Crop the writing to the bounds of `part` with a small margin of paper."""
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    margin_px = max(2, round(MARGIN_SHARE * (rows[-1] - rows[0] + 1)))
    padded = np.pad(writing, margin_px, constant_values=PAPER)
    return padded[rows[0] : rows[-1] + 2 * margin_px + 1, columns[0] : columns[-1] + 2 * margin_px + 1]


def narrowed(crop: Pixels, share: float) -> Pixels:
    """Return the crop at `share` of its width, with the letters closer together, for another reading."""
    width_px = max(1, round(crop.shape[1] * share))
    return np.asarray(
        cv2.resize(crop, (width_px, crop.shape[0]), interpolation=cv2.INTER_AREA), dtype=np.uint8
    )


def without_strays(crop: Pixels, px_per_mm: float) -> Pixels | None:
    """Return a line's crop without specks, ends of rules and stains above or below, for another reading.

    They make the writing small in its crop.  Returns None if removing them would
    not make the crop much smaller, or if they are so many that the line itself
    is in doubt.
    """
    ink = ink_mask(crop, px_per_mm)
    top, bottom = _body_of(ink)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    start = stats[:, cv2.CC_STAT_TOP]
    gap = np.maximum(top - start - stats[:, cv2.CC_STAT_HEIGHT], start - bottom)
    kept = ink & ~(gap > _STRAYS.gap_share * (bottom - top))[labels]
    reach = _STRAYS.reach_share * (bottom - top)
    kept[: max(0, int(top - reach))] = False
    kept[int(bottom + reach) :] = False
    if not kept.any() or ink.sum() - kept.sum() > _STRAYS.max_ink_share * ink.sum():
        return None
    cropped = cut_to(_without(crop, ink & ~kept), kept)
    return cropped if cropped.shape[0] <= _STRAYS.max_height_share * crop.shape[0] else None


def _body_of(ink: Ink) -> tuple[int, int]:
    """Return top and bottom (px) of the rows around the fullest one in which most of the ink lies."""
    profile = ink.sum(axis=1)
    peak = int(profile.argmax())
    is_thin = profile < _STRAYS.body_share * profile[peak]
    top = int(np.flatnonzero(is_thin[:peak])[-1]) + 1 if is_thin[:peak].any() else 0
    bottom = peak + int(is_thin[peak:].argmax()) if is_thin[peak:].any() else len(profile)
    return top, bottom


@dataclass(frozen=True)
class _Profile:
    """Ink px at each height, counted along one slope."""

    slope: float
    ink_px: NDArray[np.float64]
    offset_px: int  # index in `ink_px` of height 0 of the crop


@dataclass(frozen=True)
class _Valley:
    """A height at which lines may be separated; `share` compares its ink with the lower peak beside it."""

    share: float
    y_px: float


def _valleys_of(ink: Ink, px_per_mm: float) -> tuple[float, list[_Valley]]:
    """Return the slope of the writing and the heights, at the middle of the crop, where lines may be cut."""
    ys, xs = np.nonzero(ink)
    from_middle = xs - ink.shape[1] / 2
    profiles = [_profile(ys, from_middle, ink.shape, float(slope), px_per_mm) for slope in _SLOPES]
    best = max(profiles, key=lambda profile: float((profile.ink_px**2).sum()))
    pitch_px = _LINES.min_pitch_mm * px_per_mm
    valleys = [_Valley(share, y - best.offset_px) for share, y in _valleys(best.ink_px, pitch_px)]
    return best.slope, valleys[: _LINES.max_lines - 1]


def _profile(
    ys: NDArray[np.intp], xs: NDArray[np.float64], shape: tuple[int, ...], slope: float, px_per_mm: float
) -> _Profile:
    """Project ink px at `ys`, and at `xs` from the middle of a crop of this shape, along the slope."""
    offset_px = int(abs(slope) * shape[1]) + 1
    heights = np.rint(ys + slope * xs).astype(np.intp) + offset_px
    counts = np.bincount(heights, minlength=shape[0] + 2 * offset_px).astype(np.float64)
    sigma = _LINES.blur_mm * px_per_mm
    smooth = cv2.GaussianBlur(counts.reshape(-1, 1), (1, 0 if sigma > 0 else 1), sigmaX=1, sigmaY=sigma)
    return _Profile(slope, np.asarray(smooth, dtype=np.float64).ravel(), offset_px)


def _valleys(ink_px: NDArray[np.float64], pitch_px: float) -> list[tuple[float, int]]:
    """Return share and position of the valleys between lines, deepest first, at least a pitch apart."""
    total = ink_px.sum()
    found: list[tuple[float, int]] = []
    for y in range(1, len(ink_px) - 1):
        above, below = ink_px[:y], ink_px[y:]
        is_lowest = ink_px[y - 1] > ink_px[y] <= ink_px[y + 1]
        if not is_lowest or min(above.sum(), below.sum()) < _LINES.min_ink_share * total:
            continue
        top, bottom = int(above.argmax()), y + int(below.argmax())
        share = float(ink_px[y] / min(ink_px[top], ink_px[bottom]))
        if share <= _LINES.valley_share and bottom - top >= pitch_px:
            flat_px = int(np.argmax(below > below[0]))  # a flat valley is cut in its middle
            found.append((share, y + flat_px // 2))
    kept: list[tuple[float, int]] = []
    for share, y in sorted(found):
        if all(abs(y - other) >= pitch_px for _, other in kept):
            kept.append((share, y))
    return kept


def _split_at(writing: Pixels, ink: Ink, slope: float, cuts_px: list[float]) -> list[Pixels]:
    """Return the crops of the lines between the cuts."""
    if not cuts_px:
        return [cut_to(writing, ink)]
    line_of = _assign_lines(ink, slope, sorted(cuts_px))
    parts = [line_of == line for line in range(len(cuts_px) + 1)]
    return [cut_to(_without(writing, ink & ~part), part) for part in parts if part.any()]


def _assign_lines(ink: Ink, slope: float, cuts_px: list[float]) -> NDArray[np.int_]:
    """Return the line index of every ink px, -1 elsewhere; only strokes that straddle a cut are divided."""
    ys, xs = np.nonzero(ink)
    line_of = np.searchsorted(np.array(cuts_px), ys + slope * (xs - ink.shape[1] / 2)).astype(np.intp)
    _, labels = cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)
    stroke_of = labels[ys, xs].astype(np.intp)
    shape = (int(labels.max()) + 1, len(cuts_px) + 1)
    counts = np.bincount(stroke_of * shape[1] + line_of, minlength=shape[0] * shape[1]).reshape(shape)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    is_whole = (shares > _LINES.straddle_share).sum(axis=1) == 1
    line_of = np.where(is_whole[stroke_of], counts.argmax(axis=1)[stroke_of], line_of)
    assigned = np.full(ink.shape, -1)
    assigned[ys, xs] = line_of
    return assigned


def _without(writing: Pixels, others: Ink) -> Pixels:
    """Return the writing with the ink of `others` and its soft edges painted over."""
    edge = cv2.dilate(others.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(edge, np.uint8(PAPER), writing)
