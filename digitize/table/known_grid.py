"""Trace the rules of a table whose place on the page is known from the code of the sheet.

Where each rule must be is known to a few mm.  Seen pieces of rules tell how
far the page deviates there: paper bends, scanners stretch.  One smooth surface
is fitted to all deviations, so that rules which cannot be seen lie right as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import FloatArray, Lattice, Rule
from digitize.images import Page, Pixels


@dataclass(frozen=True, slots=True)
class KnownGridSettings:
    """How pieces of known rules are looked for."""

    piece_mm: float = 14.0  # of a rule; bent paper is straight over this length
    reaches_mm: tuple[float, ...] = (
        3.4,
        2.0,
        1.2,
        0.7,
    )  # around a rule: less than half a row, then ever nearer
    beside_mm: float = 0.7  # a rule is darker than what lies so far above and below it
    min_contrast: float = 5.0  # grey levels; a piece is averaged over its length, which removes the noise
    min_lead: float = 1.6  # times as dark as the second darkest line: writing has several
    min_pieces: int = 30  # for a surface; fewer only shift the table
    outlier_mm: float = 0.6  # pieces further from the surface are pen strokes
    rounds: int = 4
    # Where there is paper at all
    min_visible_share: float = 0.2  # of the pieces of a rule, to call it seen
    min_usual_share: float = 0.6  # seen of the usual rule, where one that is not seen is remarkable


SETTINGS = KnownGridSettings()
TERMS = 10  # of a polynomial of third degree in two variables


@dataclass(frozen=True, slots=True)
class KnownGrid:
    """The traced rules, and the share of the pieces of each row rule and each column rule that was seen."""

    lattice: Lattice
    rows_seen: tuple[float, ...]
    columns_seen: tuple[float, ...]

    @property
    def seen_share(self) -> float:
        """Share of all rules that was seen."""
        return float(np.mean((*self.rows_seen, *self.columns_seen)))

    def lost_rows(self) -> tuple[int, ...]:
        """Return the indices of rows neither of whose rules was seen, where most others were."""
        if float(np.median(self.rows_seen)) < SETTINGS.min_usual_share:
            return ()
        seen = [share >= SETTINGS.min_visible_share for share in self.rows_seen[1:]]
        return tuple(i for i, (upper, lower) in enumerate(pairwise(seen)) if not (upper or lower))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a rule: where its middle is expected, and how far off (across the rule) it was seen."""

    rule: int
    x_px: float
    y_px: float
    off_px: float | None


def trace_known_grid(page: Page, column_px: Sequence[float], row_px: Sequence[float]) -> KnownGrid:
    """Return the rules of the table whose rules are expected at these positions (px) of a working copy."""
    columns, rows = list(column_px), list(row_px)
    across = _trace(page.pixels, rows, columns, page.px_per_mm)
    turned = np.ascontiguousarray(page.pixels.T)
    down = _trace(turned, columns, rows, page.px_per_mm)
    lattice = Lattice(across[0], down[0], ruled=True)
    return KnownGrid(lattice, across[1], down[1])


def _trace(
    pixels: Pixels, across_px: Sequence[float], along_px: Sequence[float], px_per_mm: float
) -> tuple[tuple[Rule, ...], tuple[float, ...]]:
    """Trace the rules expected at `across_px` (y) between the first and last of `along_px` (x)."""
    start, end = along_px[0], along_px[-1]
    count = max(3, round((end - start) / (SETTINGS.piece_mm * px_per_mm)))
    edges = np.linspace(start, end, count + 1)
    surface = _Surface((start, end), (across_px[0], across_px[-1]))
    pieces: list[_Piece] = []
    for reach_mm in SETTINGS.reaches_mm:
        pieces = [
            _find_piece(pixels, i, y, (a, b), surface, reach_mm * px_per_mm, px_per_mm)
            for i, y in enumerate(across_px)
            for a, b in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
        ]
        surface = surface.fitted(pieces, SETTINGS.outlier_mm * px_per_mm)
    rules, seen = [], []
    x = np.linspace(start, end, 7)
    for i, y in enumerate(across_px):
        own = [piece for piece in pieces if piece.rule == i]
        good = [piece for piece in own if _fits(piece, surface, SETTINGS.outlier_mm * px_per_mm)]
        share = len(good) / len(own)
        rest = [float(piece.off_px or 0) - surface.at(piece.x_px, piece.y_px) for piece in good]
        own_shift = float(np.median(rest)) if share >= SETTINGS.min_visible_share else 0.0
        off = np.array([surface.at(at, y) for at in x.tolist()]) + own_shift
        t = (x - (start + end) / 2) / ((end - start) / 2)
        coefficients = np.polynomial.polynomial.polyfit(t, y + off, 3)
        rules.append(Rule(start, end, tuple(float(c) for c in coefficients), share))
        seen.append(share)
    return tuple(rules), tuple(seen)


def _fits(piece: _Piece, surface: "_Surface", limit_px: float) -> bool:
    return piece.off_px is not None and abs(piece.off_px - surface.at(piece.x_px, piece.y_px)) <= limit_px


def _find_piece(
    pixels: Pixels,
    rule: int,
    y: float,
    span: tuple[float, float],
    surface: "_Surface",
    reach_px: float,
    px_per_mm: float,
) -> _Piece:
    """Look for the darkest thin line near where a piece of a rule is expected."""
    x = (span[0] + span[1]) / 2
    expected = y + surface.at(x, y)
    beside = max(1, round(SETTINGS.beside_mm * px_per_mm))
    top = int(np.floor(expected - reach_px)) - beside
    bottom = int(np.ceil(expected + reach_px)) + beside + 1
    left, right = max(0, round(span[0])), min(pixels.shape[1], round(span[1]))
    if top < 0 or bottom > pixels.shape[0] or right - left < 2:
        return _Piece(rule, x, y, None)
    profile = 255.0 - pixels[top:bottom, left:right].mean(axis=1)
    line = profile[beside:-beside] - np.maximum(profile[: -2 * beside], profile[2 * beside :])
    line = np.clip(line, 0, None)
    best = int(np.argmax(line))
    others = np.delete(line, slice(max(0, best - beside), best + beside + 1))
    second = float(others.max()) if len(others) else 0.0
    if line[best] < SETTINGS.min_contrast or line[best] < SETTINGS.min_lead * second:
        return _Piece(rule, x, y, None)
    near = np.arange(max(0, best - 1), min(len(line), best + 2))
    at = float((near * line[near]).sum() / line[near].sum()) + top + beside + 0.5
    return _Piece(rule, x, y, at - y)


@dataclass(frozen=True, slots=True)
class _Surface:
    """How far a page deviates at each place: a polynomial of at most third degree in x and y."""

    x_span: tuple[float, float]
    y_span: tuple[float, float]
    coefficients: tuple[float, ...] = (0.0,)

    def at(self, x: float, y: float) -> float:
        """Return the deviation at a place, in px."""
        return float(self._terms(np.array([x]), np.array([y]), len(self.coefficients))[0] @ self.coefficients)

    def fitted(self, pieces: Sequence[_Piece], outlier_px: float) -> "_Surface":
        """Return the surface through the pieces that were seen, but for those far from all others."""
        seen = [piece for piece in pieces if piece.off_px is not None]
        if not seen:
            return self
        x, y, off = (
            np.array(values) for values in zip(*((p.x_px, p.y_px, p.off_px) for p in seen), strict=True)
        )
        if len(seen) < SETTINGS.min_pieces:
            return _Surface(self.x_span, self.y_span, (float(np.median(off)),))
        terms = self._terms(x, y, TERMS)
        weight = np.ones(len(off))
        found: FloatArray = np.zeros(TERMS)
        for _ in range(SETTINGS.rounds):  # iteratively reweighted least squares with Cauchy weights
            found = np.asarray(np.linalg.lstsq(terms * weight[:, None], off * weight, rcond=None)[0])
            residual = off - terms @ found
            weight = 1 / np.sqrt(1 + (residual / outlier_px) ** 2)
        return _Surface(self.x_span, self.y_span, tuple(float(c) for c in found))

    def _terms(self, x: FloatArray, y: FloatArray, count: int) -> NDArray[np.float64]:
        u = 2 * (x - self.x_span[0]) / (self.x_span[1] - self.x_span[0]) - 1
        v = 2 * (y - self.y_span[0]) / (self.y_span[1] - self.y_span[0]) - 1
        powers = [np.ones_like(u), u, v, u * u, u * v, v * v, u**3, u * u * v, u * v * v, v**3]
        return np.stack(powers, axis=1)[:, :count]
