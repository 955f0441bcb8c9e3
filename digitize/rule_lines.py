"""Trace the printed rules of a page as curves.

The page is cut into narrow strips; in each strip a rule is a thin dark bar
right across, and bars of neighbouring strips that continue each other are one
rule.  A rule may thus be broken, slanted by some degrees or bent, and writing,
which rarely runs straight for several strips, leaves no trace.  Rows of dots count
as bars.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import FloatArray, Rule
from digitize.images import Pixels

STRIP_MM = 3.0  # long against the width of a pen stroke, short against a row's height
RULE_MAX_MM = 1.0  # thicker bars are shadows, bed or shading
RULE_CONTRAST = 26  # grey levels of 255 by which a rule is darker than the paper beside it
RULE_OVER_GRAIN = 3.0  # and by so many times the grain of a poor scan
STRIP_COVER_SHARE = 0.62  # of a strip's length is dark where a rule crosses it
LINK_MM = 0.7  # a rule departs no further than this from where it was heading
GROWN_STRIPS = 8  # a rule seen this often has a known course
GROWN_LINK_MM = 0.35  # from which it departs no further than this; a pen stroke across it does
COURSE_STRIPS = 12  # the last so many tell where it is heading
MAX_GAP_MM = 30.0  # a rule may vanish this long (stamp, fold, faint toner) and go on
MIN_RULE_MM = 18.0  # shorter pieces are dashes, underlines, strokes
MAX_SLOPE = 0.14  # 8 degrees: what perspective leaves after levelling
MIN_COVERAGE_SHARE = 0.55  # printed rules reach 0.85 and more, chains of letters at most 0.5
LOOSE_END_STRIPS = 4  # so few strips behind a gap as long are writing that a rule ran into
CURVE_FROM_MM = 60.0  # shorter rules are fitted as straight lines
WAVE_FROM_MM = 120.0  # longer ones may be bent twice, as curled paper is
OFF_RULE_MM = 0.15  # strips this far off the curve saw writing beside the rule, not the rule
FIT_ROUNDS = 4  # of reweighting until the strips that saw writing have no say
DOT_MM = 1.0  # the largest dot of a dotted rule, blur included
DOT_GAP_MM = 1.2  # the widest gap between two of them
DOT_CONTRAST = 60  # grey levels: a dot must stand out of the grain, as a whole rule need not
DOT_AREA_MM2 = 0.08  # smaller spots are grain
END_GAP_MM = 0.4  # where a rule is not seen for so long, it has ended


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
        known, seen = self.strips[-COURSE_STRIPS:], self.positions[-COURSE_STRIPS:]
        if len(known) >= 3:
            # Plain numbers: arrays of a dozen take longer to make than to add up.
            middle = sum(known) / len(known)
            mean = sum(seen) / len(seen)
            rise = sum((s - middle) * (p - mean) for s, p in zip(known, seen, strict=True))
            self.slope = rise / sum((s - middle) ** 2 for s in known)


def _trace(grey: Pixels, px_per_mm: float) -> tuple[Rule, ...]:
    strip_px = max(4, round(STRIP_MM * px_per_mm))
    # Black-hat: what is darker than its surroundings above and below, and thin.
    tall = 2 * round(RULE_MAX_MM * px_per_mm / 2 + 1) + 1
    thin = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((tall, 1), np.uint8)), np.uint8)
    contrast = max(RULE_CONTRAST, RULE_OVER_GRAIN * float(np.median(thin[::5, ::5])))
    mask = (thin >= contrast).astype(np.uint8) | _dotted(grey, px_per_mm, tall)
    # One px up and down, so that a slanted rule still fills its strip.
    mask = np.asarray(cv2.dilate(mask, np.ones((3, 1), np.uint8)), dtype=np.uint8)
    tracks = [_trimmed(track) for track in _link(_bars(thin, mask, tall, strip_px), px_per_mm, strip_px)]
    least = max(3, round(MIN_RULE_MM * px_per_mm / strip_px))
    long = (track for track in tracks if track.strips[-1] - track.strips[0] + 1 >= least)
    rules = (_fit(track, mask, strip_px, px_per_mm) for track in long if len(track.strips) >= 3)
    return tuple(rule for rule in rules if rule.coverage_share >= MIN_COVERAGE_SHARE)


def _dotted(grey: Pixels, px_per_mm: float, tall: int) -> Pixels:
    """1 where dots stand side by side on a line, the gaps between them included; 0 elsewhere."""
    ink = (grey <= 255 - DOT_CONTRAST).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    size = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    whole = stats[:, cv2.CC_STAT_AREA] >= DOT_AREA_MM2 * px_per_mm**2
    dots = (whole & (size <= DOT_MM * px_per_mm))[labels].astype(np.uint8)
    lines = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones((1, round(DOT_GAP_MM * px_per_mm)), np.uint8))
    # Dots above dots are the screen of a shaded area.
    screen = cv2.morphologyEx(lines, cv2.MORPH_CLOSE, np.ones((tall, 1), np.uint8))
    screen = cv2.morphologyEx(screen, cv2.MORPH_OPEN, np.ones((tall + 2, 1), np.uint8))
    return np.where(screen > 0, np.uint8(0), np.asarray(lines, dtype=np.uint8))


def _bars(thin: Pixels, mask: Pixels, tall: int, strip_px: int) -> list[list[_Bar]]:
    """Per strip the positions across at which a dark bar of at most `tall` px runs through it."""
    count = mask.shape[1] // strip_px
    cover = mask[:, : count * strip_px].reshape(len(mask), count, strip_px).mean(axis=2, dtype=np.float32)
    weight = thin[:, : count * strip_px].reshape(len(thin), count, strip_px).mean(axis=2, dtype=np.float32)
    # One strip after the other in memory, each with paper at both ends: a bar is one stretch of it.
    cover, dark = (np.pad(part, ((1, 1), (0, 0))).T.ravel() for part in (cover, weight))
    steps = np.diff((cover >= STRIP_COVER_SHARE).astype(np.int8))
    first, after = np.flatnonzero(steps == 1) + 1, np.flatnonzero(steps == -1) + 1
    thin_enough = after - first <= tall
    spans = np.stack([first[thin_enough], after[thin_enough]], axis=1).ravel()
    bars: list[list[_Bar]] = [[] for _ in range(count)]
    if not len(spans):
        return bars
    strips, ys = np.divmod(np.arange(len(cover)), len(mask) + 2)
    shares = (dark + np.float32(1e-3)).astype(np.float64)
    middles = np.add.reduceat(shares * (ys - 1), spans)[::2] / np.add.reduceat(shares, spans)[::2] + 0.5
    covers, contrasts = (np.maximum.reduceat(part, spans)[::2] for part in (cover, dark))
    found = strips[spans[::2]], middles, covers, contrasts
    for strip, *bar in zip(*(part.tolist() for part in found), strict=True):
        bars[strip].append(_Bar(*bar))
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
        pairs = _pairs(still, here, strip, reach)
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


def _pairs(
    tracks: list[_Track], bars: list[_Bar], strip: int, reach_px: float
) -> list[tuple[float, int, int]]:
    """Which track may go on with which bar (indices), by their distance, the nearest first."""
    course = np.array([track.expected(strip) for track in tracks])
    reach = np.array([_reach(track, strip, reach_px) for track in tracks])
    distance = np.abs(course[:, None] - np.array([bar.position for bar in bars]))
    t, b = np.nonzero(distance <= reach[:, None])
    return sorted(zip(distance[t, b].tolist(), t.tolist(), b.tolist(), strict=True))


def _reach(track: _Track, strip: int, reach_px: float) -> float:
    """How far from its course a track may go on: a young track's course is not known well yet."""
    young = len(track.strips) < 4
    gap = strip - track.strips[-1]
    if young and gap > 4:
        return 0.0  # two or three bars far apart are chance
    if len(track.strips) >= GROWN_STRIPS and gap <= 2:
        return reach_px * GROWN_LINK_MM / LINK_MM
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


def _fit(track: _Track, mask: Pixels, strip_px: int, px_per_mm: float) -> Rule:
    """A polynomial through the track (cubic where it is long), without the strips that saw writing."""
    along, across = (np.array(track.strips) + 0.5) * strip_px, np.array(track.positions)
    near = _on_rule(along, across, px_per_mm)
    first, last = int(near.argmax()), len(near) - 1 - int(near[::-1].argmax())
    kept = slice(first, last + 1)
    near, along, across = near[kept], along[kept], across[kept]
    start = _end(mask, float(along[0]), float(across[0]), -1, strip_px, px_per_mm)
    end = _end(mask, float(along[-1]), float(across[-1]), 1, strip_px, px_per_mm)
    t = (along - (start + end) / 2) / ((end - start) / 2)
    fit = np.polynomial.polynomial.polyfit(t[near], across[near], _degree(along[near], px_per_mm))
    share = sum(track.covers[kept]) / (track.strips[last] - track.strips[first] + 1)
    contrast = float(np.median(track.contrasts[kept]))
    return Rule(start, end, tuple(float(c) for c in fit), share, contrast)


def _degree(along: FloatArray, px_per_mm: float) -> int:
    """Of the polynomial that fits strips at these places."""
    length_mm = float(along[-1] - along[0]) / px_per_mm
    if length_mm >= WAVE_FROM_MM and len(along) * STRIP_MM >= WAVE_FROM_MM / 2:
        return 5
    return 3 if length_mm >= CURVE_FROM_MM and len(along) * STRIP_MM >= CURVE_FROM_MM / 2 else 1


def _on_rule(along: FloatArray, across: FloatArray, px_per_mm: float) -> NDArray[np.bool_]:
    """Which strips lie on the curve that most of them follow (least absolute deviations, reweighted)."""
    t = (along - along.mean()) / max(np.ptp(along) / 2, 1e-9)
    degree = _degree(along, px_per_mm)
    rest = np.ones(len(t))
    for _ in range(FIT_ROUNDS):
        weights = 1 / np.sqrt(np.maximum(rest, 0.1))
        fit = np.polynomial.polynomial.polyfit(t, across, degree, w=weights)
        rest = np.abs(across - np.polynomial.polynomial.polyval(t, fit))
    near = rest <= max(OFF_RULE_MM * px_per_mm, 2.5 * float(np.median(rest)))
    return near if near.sum() > degree + 2 else np.ones(len(t), dtype=np.bool_)


def _end(
    mask: Pixels, along_px: float, across_px: float, step: int, strip_px: int, px_per_mm: float
) -> float:
    """Where the rule ends, to the px: from the middle of its last strip on, at most into the next one."""
    first = int(along_px)
    at = np.arange(first, first + step * (strip_px + strip_px // 2), step)
    at = at[(at >= 0) & (at < mask.shape[1])]
    level = int(across_px)
    seen = np.flatnonzero(mask[max(0, level - 1) : level + 2, at].any(axis=0))
    if not len(seen):
        return along_px
    gaps = np.flatnonzero(np.diff(seen) > END_GAP_MM * px_per_mm)
    last = int(at[seen[gaps[0]] if len(gaps) else seen[-1]])
    return float(last + 1 if step > 0 else last)
