"""Trace the printed rules of a page as curves.

The page is cut into narrow strips; in each strip a rule is a thin dark bar
right across, and bars of neighbouring strips that continue each other are one
rule.  A rule may thus be broken, slanted by some degrees or bent, and writing,
which rarely runs straight for several strips, leaves no trace.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np

from digitize.geometry import Rule
from digitize.images import Pixels

STRIP_MM = 3.0  # long against the width of a pen stroke, short against a row's height
RULE_MAX_MM = 1.0  # thicker bars are shadows, bed or shading
RULE_CONTRAST = 26  # grey levels of 255 by which a rule is darker than the paper beside it
STRIP_COVER_SHARE = 0.62  # of a strip's length is dark where a rule crosses it
LINK_MM = 0.7  # a rule departs no further than this from where it was heading
MAX_GAP_MM = 30.0  # a rule may vanish this long (stamp, fold, faint toner) and go on
MIN_RULE_MM = 18.0  # shorter pieces are dashes, underlines, strokes
MAX_SLOPE = 0.14  # 8 degrees: what perspective leaves after levelling
MIN_COVERAGE_SHARE = 0.55  # printed rules reach 0.85 and more, chains of letters at most 0.5
LOOSE_END_STRIPS = 4  # so few strips behind a gap as long are writing that a rule ran into
CURVE_FROM_MM = 60.0  # shorter rules are fitted as straight lines


def trace_horizontal(grey: Pixels, px_per_mm: float) -> tuple[Rule, ...]:
    """Horizontal rules of a levelled grey picture at least MIN_RULE_MM long, unordered."""
    return _trace(grey, px_per_mm)


def trace_vertical(grey: Pixels, px_per_mm: float) -> tuple[Rule, ...]:
    """Vertical rules of a levelled grey picture at least MIN_RULE_MM long, unordered."""
    return _trace(np.ascontiguousarray(grey.T), px_per_mm)


@dataclass(frozen=True, slots=True)
class _Bar:
    """A dark bar across one strip: where, how much of the strip's length it fills, how dark it is."""

    position: float
    cover: float
    contrast: float


@dataclass(slots=True)
class _Track:
    """A rule in the making: the strips it was seen in."""

    strips: list[int] = field(default_factory=list)
    positions: list[float] = field(default_factory=list)
    covers: list[float] = field(default_factory=list)
    contrasts: list[float] = field(default_factory=list)
    slope: float = 0.0  # px across per strip

    def expected(self, strip: int) -> float:
        return self.positions[-1] + self.slope * (strip - self.strips[-1])

    def extend(self, strip: int, bar: "_Bar") -> None:
        self.strips.append(strip)
        self.positions.append(bar.position)
        self.covers.append(bar.cover)
        self.contrasts.append(bar.contrast)
        recent = slice(-12, None)
        s, p = np.array(self.strips[recent]), np.array(self.positions[recent])
        if len(s) >= 3:
            s = s - s.mean()
            self.slope = float((s @ (p - p.mean())) / (s @ s))


def _trace(grey: Pixels, px_per_mm: float) -> tuple[Rule, ...]:
    strip_px = max(4, round(STRIP_MM * px_per_mm))
    bars = _bars(grey, px_per_mm, strip_px)
    tracks = _link(bars, px_per_mm, strip_px)
    rules = (_fit(_trimmed(track), strip_px, px_per_mm) for track in tracks)
    long_enough = MIN_RULE_MM * px_per_mm
    return tuple(
        rule for rule in rules if rule.length_px >= long_enough and rule.coverage_share >= MIN_COVERAGE_SHARE
    )


def _bars(grey: Pixels, px_per_mm: float, strip_px: int) -> list[list[_Bar]]:
    """Per strip the positions across at which a thin dark bar runs through it."""
    tall = 2 * round(RULE_MAX_MM * px_per_mm / 2 + 1) + 1
    # Black-hat: what is darker than its surroundings above and below, and thin.
    thin = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((tall, 1), np.uint8))
    mask = (thin >= RULE_CONTRAST).astype(np.uint8)
    # One px up and down, so that a slanted rule still fills its strip.
    mask = np.asarray(cv2.dilate(mask, np.ones((3, 1), np.uint8)), dtype=np.uint8)
    count = grey.shape[1] // strip_px
    cover = mask[:, : count * strip_px].reshape(len(mask), count, strip_px).mean(axis=2, dtype=np.float32)
    weight = thin[:, : count * strip_px].reshape(len(thin), count, strip_px).mean(axis=2, dtype=np.float32)
    bars: list[list[_Bar]] = []
    for strip in range(count):
        hit = np.flatnonzero(cover[:, strip] >= STRIP_COVER_SHARE)
        groups = np.split(hit, np.flatnonzero(np.diff(hit) > 1) + 1) if len(hit) else []
        bars.append(
            [
                _Bar(
                    float(np.average(group, weights=weight[group, strip] + 1e-3)) + 0.5,
                    float(cover[group, strip].max()),
                    float(weight[group, strip].max()),
                )
                for group in groups
                if len(group) <= tall
            ]
        )
    return bars


def _link(bars: list[list[_Bar]], px_per_mm: float, strip_px: int) -> list[_Track]:
    """Bars of successive strips joined where one continues the other, nearest first."""
    reach = LINK_MM * px_per_mm
    max_gap = round(MAX_GAP_MM * px_per_mm / strip_px)
    done: list[_Track] = []
    active: list[_Track] = []
    for strip, here in enumerate(bars):
        still = [track for track in active if strip - track.strips[-1] <= max_gap]
        done += [track for track in active if strip - track.strips[-1] > max_gap]
        pairs = sorted(
            (abs(track.expected(strip) - bar.position), t, b)
            for t, track in enumerate(still)
            for b, bar in enumerate(here)
            if abs(track.expected(strip) - bar.position) <= _reach(track, strip, reach)
        )
        used_tracks: set[int] = set()
        used_bars: set[int] = set()
        for _, t, b in pairs:
            if t in used_tracks or b in used_bars:
                continue
            used_tracks.add(t)
            used_bars.add(b)
            still[t].extend(strip, here[b])
        fresh = [_Track() for b in range(len(here)) if b not in used_bars]
        for track, bar in zip(fresh, (bar for b, bar in enumerate(here) if b not in used_bars), strict=True):
            track.extend(strip, bar)
        active = still + fresh
    limit = MAX_SLOPE * strip_px
    return [track for track in done + active if len(track.strips) >= 3 and abs(track.slope) <= limit]


def _reach(track: _Track, strip: int, reach_px: float) -> float:
    """How far from its course a track may go on: a young track's course is not known well yet."""
    young = len(track.strips) < 4
    gap = strip - track.strips[-1]
    if young and gap > 4:
        return 0.0  # two or three bars far apart are chance
    return reach_px * (1.3 if young else 1.0)


def _trimmed(track: _Track) -> _Track:
    """The track without short pieces behind gaps at its two ends."""
    strips = np.array(track.strips)
    breaks = np.flatnonzero(np.diff(strips) > LOOSE_END_STRIPS) + 1
    pieces = np.split(np.arange(len(strips)), breaks)
    while len(pieces) > 1 and len(pieces[0]) < LOOSE_END_STRIPS:
        pieces.pop(0)
    while len(pieces) > 1 and len(pieces[-1]) < LOOSE_END_STRIPS:
        pieces.pop()
    kept = slice(int(pieces[0][0]), int(pieces[-1][-1]) + 1)
    lists = (track.strips[kept], track.positions[kept], track.covers[kept], track.contrasts[kept])
    return _Track(*lists, track.slope)


def _fit(track: _Track, strip_px: int, px_per_mm: float) -> Rule:
    """A polynomial through the track (cubic where it is long), outliers left out once."""
    along = (np.array(track.strips) + 0.5) * strip_px
    across = np.array(track.positions)
    start, end = float(along[0] - strip_px / 2), float(along[-1] + strip_px / 2)
    t = (along - (start + end) / 2) / ((end - start) / 2)
    degree = 3 if end - start >= CURVE_FROM_MM * px_per_mm and len(along) >= 8 else 1
    fit = np.polynomial.polynomial.polyfit(t, across, degree)
    rest = np.abs(across - np.polynomial.polynomial.polyval(t, fit))
    near = rest <= max(0.15 * px_per_mm, 2.5 * float(np.median(rest)))
    if near.sum() > degree + 2:
        fit = np.polynomial.polynomial.polyfit(t[near], across[near], degree)
    share = sum(track.covers) / (track.strips[-1] - track.strips[0] + 1)
    return Rule(start, end, tuple(float(c) for c in fit), share, float(np.median(track.contrasts)))
