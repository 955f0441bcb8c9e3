"""Trace the printed ruling lines ("rules") of a page as curves.

The page is cut into narrow strips.  In each strip a rule is a thin dark bar
from one side to the other, and bars of neighbouring strips that continue each
other form one rule.  A rule may therefore be interrupted, slightly slanted or
bent, while handwriting, which rarely runs straight through several strips,
leaves no trace.  Rows of dots count as bars.
"""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.components import connected_components
from digitize.geometry import Rule
from digitize.images import Pixels
from digitize.rule_fit import fit_rule


@dataclass(frozen=True, slots=True)
class TracingSettings:
    """Limits for tracing rules, chosen on the synthetic forms at 100 to 300 dpi."""

    # Strips and bars
    strip_mm: float = 3.0  # long compared with a pen stroke's width, short compared with a row's height
    max_thickness_mm: float = 1.0  # thicker bars are shadows, the scanner bed or shading
    min_contrast: int = 26  # grey levels of 255 by which a rule is darker than the paper next to it
    min_contrast_to_noise: float = 3.0  # and at least so many times the noise of a poor scan
    min_strip_coverage_share: float = 0.62  # dark part of a strip's length where a rule crosses it
    # Linking bars of successive strips
    link_mm: float = 0.7  # largest distance of a bar from the extrapolated position
    mature_strips: int = 8  # after so many strips the course of a rule is known well ...
    mature_link_mm: float = 0.35  # ... and a bar must lie this close; a pen stroke across it soon does not
    course_strips: int = 12  # strips that determine the extrapolation
    max_gap_mm: float = 30.0  # a rule may be interrupted this long by a stamp, a fold or faint toner
    max_slope: float = 0.14  # 8 degrees: what perspective leaves after deskewing
    # What is kept
    min_length_mm: float = 18.0  # shorter pieces are dashes, underlines or strokes
    min_coverage_share: float = 0.55  # printed rules reach 0.85 and more, chains of letters at most 0.5
    loose_end_strips: int = 4  # a shorter piece behind a longer gap is writing that the rule ran into
    # Dotted rules
    max_dot_mm: float = 1.0  # blur included
    max_dot_gap_mm: float = 1.2
    dot_contrast: int = 60  # grey levels; higher than for rules, because a single dot must exceed the noise
    min_dot_area_mm2: float = 0.08  # smaller spots are noise


SETTINGS = TracingSettings()


def trace_horizontal(grey: Pixels, px_per_mm: float) -> tuple[Rule, ...]:
    """Return the horizontal rules of a deskewed grey image (height, width), in no order.

    Positions are px of the image; rules shorter than `SETTINGS.min_length_mm` are dropped.
    """
    return _trace(grey, px_per_mm)


def trace_vertical(grey: Pixels, px_per_mm: float) -> tuple[Rule, ...]:
    """Return the vertical rules of a deskewed grey image, like `trace_horizontal`."""
    return _trace(np.ascontiguousarray(grey.T), px_per_mm)


class _Bar(NamedTuple):  # thousands are made for every page
    """A dark bar across one strip: position (px), filled share of the strip, grey levels of contrast."""

    position: float
    cover: float
    contrast: float


@dataclass(slots=True)
class _Track:
    """A rule being traced: the strips in which it was seen."""

    strips: list[int]
    positions: list[float]
    covers: list[float]
    contrasts: list[float]
    slope: float = 0.0  # px across, per strip

    @classmethod
    def starting_with(cls, strip: int, bar: _Bar) -> "_Track":
        """Start a track with its first bar."""
        return cls([strip], [bar.position], [bar.cover], [bar.contrast])

    def expected(self, strip: int) -> float:
        """Extrapolate the position at a strip from the last one seen."""
        return self.positions[-1] + self.slope * (strip - self.strips[-1])

    def extend(self, strip: int, bar: _Bar) -> None:
        """Add a bar and update the slope by linear regression over the last strips."""
        self.strips.append(strip)
        self.positions.append(bar.position)
        self.covers.append(bar.cover)
        self.contrasts.append(bar.contrast)
        known, seen = self.strips[-SETTINGS.course_strips :], self.positions[-SETTINGS.course_strips :]
        if len(known) >= 3:
            # Plain Python: for a dozen numbers, creating arrays takes longer than adding up.
            middle = sum(known) / len(known)
            mean = sum(seen) / len(seen)
            rise = sum((s - middle) * (p - mean) for s, p in zip(known, seen, strict=True))
            self.slope = rise / sum((s - middle) ** 2 for s in known)


def _trace(grey: Pixels, px_per_mm: float) -> tuple[Rule, ...]:
    """Trace the horizontal rules of an image."""
    strip_px = max(4, round(SETTINGS.strip_mm * px_per_mm))
    # Black-hat transform: keeps what is thin and darker than its surroundings above and below.
    kernel_px = 2 * round(SETTINGS.max_thickness_mm * px_per_mm / 2 + 1) + 1
    kernel = np.ones((kernel_px, 1), np.uint8)
    black_hat = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, kernel), np.uint8)
    noise = float(np.median(black_hat[::5, ::5]))
    threshold = max(SETTINGS.min_contrast, SETTINGS.min_contrast_to_noise * noise)
    mask = (black_hat >= threshold).astype(np.uint8) | _dotted_lines(grey, px_per_mm, kernel_px)
    # Thicken by one px up and down, so that a slanted rule still fills its strip.
    mask = np.asarray(cv2.dilate(mask, np.ones((3, 1), np.uint8)), dtype=np.uint8)
    bars = _find_bars(black_hat, mask, kernel_px, strip_px)
    tracks = [_trim_loose_ends(track) for track in _link_bars(bars, px_per_mm, strip_px)]
    min_strips = max(3, round(SETTINGS.min_length_mm * px_per_mm / strip_px))
    long_tracks = (track for track in tracks if track.strips[-1] - track.strips[0] + 1 >= min_strips)
    rules = (
        fit_rule(track.strips, track.positions, track.covers, track.contrasts, mask, strip_px, px_per_mm)
        for track in long_tracks
        if len(track.strips) >= 3
    )
    return tuple(rule for rule in rules if rule.coverage_share >= SETTINGS.min_coverage_share)


def _dotted_lines(grey: Pixels, px_per_mm: float, kernel_px: int) -> Pixels:
    """Return a mask (0 or 1) of dotted lines, with the gaps between the dots filled."""
    ink = grey <= 255 - SETTINGS.dot_contrast
    labels, stats, _ = connected_components(ink)
    size = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    large_enough = stats[:, cv2.CC_STAT_AREA] >= SETTINGS.min_dot_area_mm2 * px_per_mm**2
    is_dot = (large_enough & (size <= SETTINGS.max_dot_mm * px_per_mm)).astype(np.uint8)
    if not is_dot.any():
        return np.zeros_like(grey)
    at = np.flatnonzero(ink)  # looking up the px of ink alone takes a quarter of the time
    dots = np.zeros_like(grey)
    dots.ravel()[at] = is_dot[labels.ravel()[at]]
    gap_px = round(SETTINGS.max_dot_gap_mm * px_per_mm)
    lines = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones((1, gap_px), np.uint8))
    # Dots stacked above each other are the halftone screen of a shaded area.
    screen = cv2.morphologyEx(lines, cv2.MORPH_CLOSE, np.ones((kernel_px, 1), np.uint8))
    screen = cv2.morphologyEx(screen, cv2.MORPH_OPEN, np.ones((kernel_px + 2, 1), np.uint8))
    return np.asarray(cv2.subtract(lines, screen), dtype=np.uint8)


def _find_bars(black_hat: Pixels, mask: Pixels, max_thickness_px: int, strip_px: int) -> list[list[_Bar]]:
    """Find for each strip the bars of at most `max_thickness_px` that cross it.

    `mask` (0 or 1) tells where rules may be; `black_hat` weighs the position.
    """
    count = mask.shape[1] // strip_px
    cover, darkness = (_strip_means(part, count, strip_px) for part in (mask, black_hat))
    # Lay the strips end to end, with paper at both ends of each: a bar is then one run in the array.
    cover, darkness = (np.pad(part, ((1, 1), (0, 0))).T.ravel() for part in (cover, darkness))
    steps = np.diff((cover >= SETTINGS.min_strip_coverage_share).astype(np.int8))
    first, after = np.flatnonzero(steps == 1) + 1, np.flatnonzero(steps == -1) + 1
    thin_enough = after - first <= max_thickness_px
    spans = np.stack([first[thin_enough], after[thin_enough]], axis=1).ravel()
    bars: list[list[_Bar]] = [[] for _ in range(count)]
    if not len(spans):
        return bars
    strips, ys = np.divmod(np.arange(len(cover)), len(mask) + 2)
    shares = (darkness + np.float32(1e-3)).astype(np.float64)
    middles = np.add.reduceat(shares * (ys - 1), spans)[::2] / np.add.reduceat(shares, spans)[::2] + 0.5
    covers, contrasts = (np.maximum.reduceat(part, spans)[::2] for part in (cover, darkness))
    found = strips[spans[::2]], middles, covers, contrasts
    for strip, *bar in zip(*(part.tolist() for part in found), strict=True):
        bars[strip].append(_Bar(*bar))
    return bars


def _strip_means(part: Pixels, count: int, strip_px: int) -> NDArray[np.float32]:
    """Return the mean of every row of each strip (height, strips)."""
    strips = np.ascontiguousarray(part[:, : count * strip_px]).reshape(-1, strip_px)
    if not strips.size:
        return np.zeros((len(part), count), np.float32)
    sums = cv2.reduce(strips, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32F)
    return np.asarray(sums, np.float32).reshape(len(part), count) / np.float32(strip_px)


def _link_bars(bars: list[list[_Bar]], px_per_mm: float, strip_px: int) -> list[_Track]:
    """Link bars of successive strips into tracks, closest pairs first."""
    link_px = SETTINGS.link_mm * px_per_mm
    max_gap = round(SETTINGS.max_gap_mm * px_per_mm / strip_px)
    done: list[_Track] = []
    active: list[_Track] = []
    for strip, here in enumerate(bars):
        continuing = [track for track in active if strip - track.strips[-1] <= max_gap]
        done += [track for track in active if strip - track.strips[-1] > max_gap]
        pairs = _candidate_pairs(continuing, here, strip, link_px)
        used_tracks: set[int] = set()
        used_bars: set[int] = set()
        for _, t, b in pairs:
            if t in used_tracks or b in used_bars:
                continue
            used_tracks.add(t)
            used_bars.add(b)
            continuing[t].extend(strip, here[b])
        started = [_Track.starting_with(strip, bar) for b, bar in enumerate(here) if b not in used_bars]
        active = continuing + started
    limit = SETTINGS.max_slope * strip_px
    return [track for track in done + active if len(track.strips) >= 3 and abs(track.slope) <= limit]


def _candidate_pairs(
    tracks: list[_Track], bars: list[_Bar], strip: int, link_px: float
) -> list[tuple[float, int, int]]:
    """Return (distance, track index, bar index) of the pairs that may be linked, closest first."""
    expected = np.array([track.expected(strip) for track in tracks])
    reach = np.array([_max_distance_px(track, strip, link_px) for track in tracks])
    distance = np.abs(expected[:, None] - np.array([bar.position for bar in bars]))
    t, b = np.nonzero(distance <= reach[:, None])
    return sorted(zip(distance[t, b].tolist(), t.tolist(), b.tolist(), strict=True))


def _max_distance_px(track: _Track, strip: int, link_px: float) -> float:
    """Return how far from its extrapolated position a track may continue.

    A young track's course is not known well yet, so it gets more room.
    """
    young = len(track.strips) < 4
    gap = strip - track.strips[-1]
    if young and gap > 4:
        return 0.0  # two or three bars far apart are a coincidence
    if len(track.strips) >= SETTINGS.mature_strips and gap <= 2:
        return link_px * SETTINGS.mature_link_mm / SETTINGS.link_mm
    return link_px * (1.3 if young else 1.0)


def _trim_loose_ends(track: _Track) -> _Track:
    """Return the track without short pieces behind gaps at either end."""
    strips = np.array(track.strips)
    breaks = np.flatnonzero(np.diff(strips) > SETTINGS.loose_end_strips) + 1
    pieces = np.split(np.arange(len(strips)), breaks)
    while len(pieces) > 1 and len(pieces[0]) < SETTINGS.loose_end_strips:
        pieces.pop(0)
    while len(pieces) > 1 and len(pieces[-1]) < SETTINGS.loose_end_strips:
        pieces.pop()
    kept = slice(int(pieces[0][0]), int(pieces[-1][-1]) + 1)
    lists = (track.strips[kept], track.positions[kept], track.covers[kept], track.contrasts[kept])
    return _Track(*lists, track.slope)
