"""Fit a curve to the strips in which a rule was seen (see `rule_lines`)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import FloatArray, Rule
from digitize.images import Pixels


@dataclass(frozen=True, slots=True)
class FitSettings:
    """Limits for the curve of a rule."""

    strip_mm: float = 3.0  # length of a strip
    cubic_from_mm: float = 60.0  # shorter rules are fitted as straight lines
    quintic_from_mm: float = 120.0  # longer rules may bend twice, as on curled paper
    outlier_mm: float = 0.15  # strips further off the curve saw writing next to the rule
    fit_rounds: int = 4  # of reweighting, until strips that saw writing no longer matter
    end_gap_mm: float = 0.4  # a rule has ended where it is not seen for this long


SETTINGS = FitSettings()


def fit_rule(
    strips: Sequence[int],
    positions: Sequence[float],
    covers: Sequence[float],
    contrasts: Sequence[float],
    mask: Pixels,
    strip_px: int,
    px_per_mm: float,
) -> Rule:
    """Fit a polynomial to a rule seen in some strips, leaving out strips that saw writing.

    For each strip its index, the position across, the share that is covered and the contrast are given;
    `mask` (0 or 1) tells where rules may be.
    """
    along, across = (np.array(strips) + 0.5) * strip_px, np.array(positions)
    near = _inlier_strips(along, across, px_per_mm)
    first, last = int(near.argmax()), len(near) - 1 - int(near[::-1].argmax())
    kept = slice(first, last + 1)
    near, along, across = near[kept], along[kept], across[kept]
    start = _find_end(mask, float(along[0]), float(across[0]), -1, strip_px, px_per_mm)
    end = _find_end(mask, float(along[-1]), float(across[-1]), 1, strip_px, px_per_mm)
    t = (along - (start + end) / 2) / ((end - start) / 2)
    powers = _powers(t[near], _polynomial_degree(along[near], px_per_mm))
    fit = _least_squares(powers, across[near])
    share = sum(covers[kept]) / (strips[last] - strips[first] + 1)
    return Rule(start, end, tuple(fit.tolist()), share, _median(np.array(contrasts[kept])))


def _polynomial_degree(along: FloatArray, px_per_mm: float) -> int:
    """Return the degree of the polynomial for strips at these positions: 1, 3 or 5."""
    length_mm = float(along[-1] - along[0]) / px_per_mm
    seen_mm = len(along) * SETTINGS.strip_mm
    for degree, from_mm in ((5, SETTINGS.quintic_from_mm), (3, SETTINGS.cubic_from_mm)):
        if length_mm >= from_mm and seen_mm >= from_mm / 2:
            return degree
    return 1


def _inlier_strips(along: FloatArray, across: FloatArray, px_per_mm: float) -> NDArray[np.bool_]:
    """Return which strips lie on the curve that most of them follow.

    Least absolute deviations, by iteratively reweighted least squares.
    """
    t = (along - along.mean()) / max(np.ptp(along) / 2, 1e-9)
    degree = _polynomial_degree(along, px_per_mm)
    powers = _powers(t, degree)
    rest = np.ones(len(t))
    for _ in range(SETTINGS.fit_rounds):
        weights = 1 / np.sqrt(np.maximum(rest, 0.1))
        fit = _least_squares(powers * weights, across * weights)
        rest = np.abs(across - _values(fit, t))
    near = rest <= max(SETTINGS.outlier_mm * px_per_mm, 2.5 * _median(rest))
    return near if near.sum() > degree + 2 else np.ones(len(t), dtype=np.bool_)


# What follows gives to the last bit what numpy.polynomial and numpy.median give, of which each call costs
# several times as much as the arithmetic: hundreds of short arrays are fitted on every page.


def _powers(t: FloatArray, degree: int) -> FloatArray:
    """Return the powers of each position, from 0 to `degree` (degree + 1, n)."""
    powers = np.empty((degree + 1, len(t)))
    powers[0] = 1.0
    for i in range(1, degree + 1):
        np.multiply(powers[i - 1], t, out=powers[i])
    return powers


def _least_squares(powers: FloatArray, across: FloatArray) -> FloatArray:
    """Return the coefficients, lowest power first, as `numpy.polynomial.polynomial.polyfit` does."""
    scale = np.sqrt(np.square(powers).sum(axis=1))
    scale[scale == 0] = 1
    found = np.linalg.lstsq(powers.T / scale, across, len(across) * np.finfo(np.float64).eps)
    return np.asarray(found[0] / scale)


def _values(fit: FloatArray, t: FloatArray) -> FloatArray:
    """Return the polynomial's value at each position."""
    values = np.full(len(t), fit[-1])
    for coefficient in fit[-2::-1]:
        values *= t
        values += coefficient
    return values


def _median(values: FloatArray) -> float:
    ordered = np.sort(values)
    return float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _find_end(
    mask: Pixels, along_px: float, across_px: float, step: int, strip_px: int, px_per_mm: float
) -> float:
    """Return where the rule ends, to the px.

    The search starts in the middle of the last strip and ends within the next one.
    """
    first = int(along_px)
    at = np.arange(first, first + step * (strip_px + strip_px // 2), step)
    at = at[(at >= 0) & (at < mask.shape[1])]
    level = int(across_px)
    seen = np.flatnonzero(mask[max(0, level - 1) : level + 2, at].any(axis=0))
    if not len(seen):
        return along_px
    gaps = np.flatnonzero(np.diff(seen) > SETTINGS.end_gap_mm * px_per_mm)
    last = int(at[seen[gaps[0]] if len(gaps) else seen[-1]])
    return float(last + 1 if step > 0 else last)
