"""Parts the writing of a cell into lines and cuts each closely, as recognisers want it.

Line parting follows the usual recipe for handwriting (projection of the ink
along the writing's own slope, valleys as cuts, whole strokes assigned to one
side): no ascender or descender is cut unless it touches the other line.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.images import Pixels

PAPER = 255
INK_CONTRAST_SHARE = 0.45  # darker than this share of the way from paper to the pen's own darkness
INK_FAINTEST = 225  # lighter than this is paper in any case
SPECK_MM2 = 0.03  # smaller spots are dust, unless they are dots of the writing: see SPECK_REACH_MM
SPECK_REACH_MM = 1.5  # a dot or comma lies this close to a letter
FAR_SPECK_MM2 = 0.5  # what lies alone and is smaller is a spot, a letter has twice as much
FAR_SPECK_SHARE = 0.05  # of the largest group of letters; where all is faint, groups are small and alike

SLOPES = np.arange(-0.08, 0.081, 0.02)  # rise of a line of writing, tangent of its angle
BLUR_MM = 0.35  # smooths the projection: less than the height of the smallest letter
LINE_PITCH_MIN_MM = 2.0  # two lines closer than this cannot be told from one
SURE_VALLEY_SHARE = 0.45  # where the projection falls below this share of the lower peak, lines part
VALLEY_SHARE = 0.75  # above this share there is one line; in between reading decides
LINE_INK_SHARE = 0.12  # a line holds at least this share of the cell's ink
LINES_MAX = 3
STRADDLE_SHARE = 0.3  # a stroke with more than this on either side of a cut is cut there
BODY_SHARE = 0.15  # the body of a line is where its projection exceeds this share of the highest
STRAY_GAP_SHARE = 0.5  # ink farther from the body than this share of its height is no accent or dot
STRAY_INK_SHARE = 0.15  # and strays hold at most this share of the line's ink
REACH_SHARE = 0.8  # strokes are followed so far beyond the body, of its height: ascenders, not stains
WORTH_SHARE = 0.8  # strays are left where the line would keep more than this share of its height
MARGIN_SHARE = 0.03  # paper left around a line, of its height; 15 % and more reads worse


def split_lines(writing: Pixels, px_per_mm: float) -> list[list[Pixels]]:
    """The lines of a cell from top to bottom, each cut to its ink with a small margin.

    `writing` is grey uint8 (height, width), dark on paper of 255.  Gives one
    way to part it, or two where only reading can tell; none where there is no ink.
    """
    ink = ink_mask(writing, px_per_mm)
    if not ink.any():
        return []
    slope, valleys = _valleys_of(ink, px_per_mm)
    sure = [valley for valley in valleys if valley.share <= SURE_VALLEY_SHARE]
    ways = [sure] if len(sure) == len(valleys) else [sure, valleys]
    return [_parted(writing, ink, slope, [valley.at_px for valley in way]) for way in ways]


def _parted(writing: Pixels, ink: NDArray[np.bool_], slope: float, cuts: list[float]) -> list[Pixels]:
    if not cuts:
        return [cut_to(writing, ink)]
    sides = _sides(ink, slope, sorted(cuts))
    parts = [sides == line for line in range(len(cuts) + 1)]
    return [cut_to(_without(writing, ink & ~part), part) for part in parts if part.any()]


def ink_mask(writing: Pixels, px_per_mm: float) -> NDArray[np.bool_]:
    """Which pixels are writing: dark enough for this pen, and no lonely speck."""
    dark = writing[writing < INK_FAINTEST]
    if not dark.size:
        return np.zeros(writing.shape, dtype=np.bool_)
    pen = float(np.percentile(dark, 10))
    mask = writing < min(INK_FAINTEST, PAPER - INK_CONTRAST_SHARE * (PAPER - pen))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    large = areas >= SPECK_MM2 * px_per_mm**2
    large[0] = False
    if large.all() or count == 1 or not large.any():
        return np.asarray(mask, dtype=np.bool_)
    letters = large[labels]
    reach = 2 * round(SPECK_REACH_MM * px_per_mm) + 1
    near = cv2.dilate(letters.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    return _without_far_specks(letters | (mask & near), px_per_mm)


def _without_far_specks(ink: NDArray[np.bool_], px_per_mm: float) -> NDArray[np.bool_]:
    """The ink without small spots that lie off all letters: they make the writing small in its crop."""
    reach = 2 * round(SPECK_REACH_MM * px_per_mm) + 1
    near = cv2.dilate(ink.astype(np.uint8), np.ones((reach, reach), np.uint8))
    count, groups = cv2.connectedComponents(near, connectivity=8)
    if count <= 2:
        return np.asarray(ink, dtype=np.bool_)
    areas = np.bincount(groups[ink], minlength=count)
    specks = (areas < FAR_SPECK_MM2 * px_per_mm**2) & (areas < FAR_SPECK_SHARE * areas.max())
    return np.asarray(ink & ~specks[groups], dtype=np.bool_)


def cut_to(writing: Pixels, part: NDArray[np.bool_]) -> Pixels:
    """The writing within the bounds of `part`, with a small margin of paper."""
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    margin_px = max(2, round(MARGIN_SHARE * (rows[-1] - rows[0] + 1)))
    padded = np.pad(writing, margin_px, constant_values=PAPER)
    return padded[rows[0] : rows[-1] + 2 * margin_px + 1, columns[0] : columns[-1] + 2 * margin_px + 1]


def without_strays(crop: Pixels, px_per_mm: float) -> Pixels | None:
    """A line's crop without specks, ends of rules and stains above or below it, for a second look.

    They make the writing small in its crop.  None where there are none worth
    the while, or so many that the line itself is in doubt.
    """
    ink = ink_mask(crop, px_per_mm)
    profile = ink.sum(axis=1)
    peak = int(profile.argmax())
    thin = profile < BODY_SHARE * profile[peak]
    top = int(np.flatnonzero(thin[:peak])[-1]) + 1 if thin[:peak].any() else 0
    bottom = peak + int(thin[peak:].argmax()) if thin[peak:].any() else len(profile)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    high = stats[:, cv2.CC_STAT_TOP]
    gap = np.maximum(top - high - stats[:, cv2.CC_STAT_HEIGHT], high - bottom)
    kept = ink & ~(gap > STRAY_GAP_SHARE * (bottom - top))[labels]
    reach = REACH_SHARE * (bottom - top)
    kept[: max(0, int(top - reach))] = False
    kept[int(bottom + reach) :] = False
    if not kept.any() or ink.sum() - kept.sum() > STRAY_INK_SHARE * ink.sum():
        return None
    cut = cut_to(_without(crop, ink & ~kept), kept)
    return cut if cut.shape[0] <= WORTH_SHARE * crop.shape[0] else None


@dataclass(frozen=True)
class _Profile:
    """How much ink lies at each height along one slope."""

    slope: float
    ink_px: NDArray[np.float64]
    offset_px: int  # height 0 of the page in `ink_px`


def _profile(
    ys: NDArray[np.intp], xs: NDArray[np.float64], shape: tuple[int, ...], slope: float, px_per_mm: float
) -> _Profile:
    """Of ink px at `ys` and at `xs` from the middle of a crop of this shape."""
    offset_px = int(abs(slope) * shape[1]) + 1
    heights = np.rint(ys + slope * xs).astype(np.intp) + offset_px
    counts = np.bincount(heights, minlength=shape[0] + 2 * offset_px).astype(np.float64)
    sigma = BLUR_MM * px_per_mm
    smooth = cv2.GaussianBlur(counts.reshape(-1, 1), (1, 0 if sigma > 0 else 1), sigmaX=1, sigmaY=sigma)
    return _Profile(slope, np.asarray(smooth, dtype=np.float64).ravel(), offset_px)


@dataclass(frozen=True)
class _Valley:
    """A height at which lines may part; `share` compares its ink with the lower peak beside it."""

    share: float
    at_px: float


def _valleys_of(ink: NDArray[np.bool_], px_per_mm: float) -> tuple[float, list[_Valley]]:
    """Slope of the writing and the heights (px, in the middle of the crop) where lines may part."""
    ys, xs = np.nonzero(ink)
    from_middle = xs - ink.shape[1] / 2
    profiles = [_profile(ys, from_middle, ink.shape, float(slope), px_per_mm) for slope in SLOPES]
    best = max(profiles, key=lambda profile: float((profile.ink_px**2).sum()))
    pitch_px = LINE_PITCH_MIN_MM * px_per_mm
    found = [_Valley(share, at - best.offset_px) for share, at in _valleys(best.ink_px, pitch_px)]
    return best.slope, found[: LINES_MAX - 1]


def _valleys(ink_px: NDArray[np.float64], pitch_px: float) -> list[tuple[float, int]]:
    """Share and position of the valleys between lines, the deepest first, a line's pitch apart."""
    total = ink_px.sum()
    found: list[tuple[float, int]] = []
    for at in range(1, len(ink_px) - 1):
        above, below = ink_px[:at], ink_px[at:]
        falls_and_rises = ink_px[at - 1] > ink_px[at] <= ink_px[at + 1]
        if not falls_and_rises or min(above.sum(), below.sum()) < LINE_INK_SHARE * total:
            continue
        top, bottom = int(above.argmax()), at + int(below.argmax())
        share = float(ink_px[at] / min(ink_px[top], ink_px[bottom]))
        if share <= VALLEY_SHARE and bottom - top >= pitch_px:
            level = int(np.argmax(below > below[0]))  # a flat valley is cut in its middle
            found.append((share, at + level // 2))
    kept: list[tuple[float, int]] = []
    for share, at in sorted(found):
        if all(abs(at - other) >= pitch_px for _, other in kept):
            kept.append((share, at))
    return kept


def _sides(ink: NDArray[np.bool_], slope: float, cuts: list[float]) -> NDArray[np.int_]:
    """Line index of every ink pixel (-1 elsewhere): whole strokes, save those astride a cut."""
    ys, xs = np.nonzero(ink)
    line_of = np.searchsorted(np.array(cuts), ys + slope * (xs - ink.shape[1] / 2)).astype(np.intp)
    _, labels = cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)
    stroke_of = labels[ys, xs].astype(np.intp)
    shape = (int(labels.max()) + 1, len(cuts) + 1)
    tally = np.bincount(stroke_of * shape[1] + line_of, minlength=shape[0] * shape[1]).reshape(shape)
    shares = tally / np.maximum(tally.sum(axis=1, keepdims=True), 1)
    whole = (shares > STRADDLE_SHARE).sum(axis=1) == 1
    line_of = np.where(whole[stroke_of], tally.argmax(axis=1)[stroke_of], line_of)
    sides = np.full(ink.shape, -1)
    sides[ys, xs] = line_of
    return sides


def _without(writing: Pixels, others: NDArray[np.bool_]) -> Pixels:
    """The writing with other lines' ink painted over, its soft edges too."""
    edge = cv2.dilate(others.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(edge, np.uint8(PAPER), writing)


def narrowed(crop: Pixels, share: float) -> Pixels:
    """The crop at `share` of its width: letters closer together, for a second look."""
    width_px = max(1, round(crop.shape[1] * share))
    return np.asarray(
        cv2.resize(crop, (width_px, crop.shape[0]), interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
