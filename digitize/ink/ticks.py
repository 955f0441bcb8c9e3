"""Recognise a tick: a short arm down to the right and a longer one up to the right."""

from dataclasses import dataclass

import numpy as np

from digitize.ink.lines import Points, fit_line


@dataclass(frozen=True)
class TickSettings:
    """The shape of a tick."""

    min_size_mm: float = 2.0  # width and height
    max_size_mm: float = 14.0
    max_stroke_mm: float = 28.0
    # Of its width and twice its height, which a word whose letters ran together exceeds; ticks have 0.6.
    max_stroke_share: float = 0.65
    max_deviation_mm: float = 0.5  # of each arm from a straight line, root mean square
    # Of all of it from one straight line, per length of that line.  The arms of a tick make a corner, which
    # gives 0.1; a slanting scribble, thick and short, has no corner.
    min_bend_share: float = 0.065


SETTINGS = TickSettings()


def is_tick(points: Points) -> bool:
    """Return whether points (n, 2; mm) are a short arm down to the right and a longer one up to the right."""
    size = np.ptp(points, axis=0)
    if not all(SETTINGS.min_size_mm <= side <= SETTINGS.max_size_mm for side in size.tolist()):
        return False
    corner = points[points[:, 1].argmax(), 0]
    left, right = points[points[:, 0] <= corner], points[points[:, 0] > corner]
    if len(left) < 8 or len(right) < 8:
        return False
    left_arm, right_arm, both = fit_line(left), fit_line(right), fit_line(points)
    rises = right[right[:, 0].argmax(), 1] < points[:, 1].max() - 0.6 * size[1]
    falls = left[left[:, 0].argmin(), 1] < points[:, 1].max() - 0.1 * size[1]
    straight = max(left_arm.deviation, right_arm.deviation) <= SETTINGS.max_deviation_mm
    bent = both.deviation >= SETTINGS.min_bend_share * both.length
    return bool(rises and falls and straight and bent and right_arm.length > 1.2 * left_arm.length)
