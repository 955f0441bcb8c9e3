"""Find stains that were taken for strokes, such as coffee rings: broader and paler than a pen writes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ink.strokes import Strokes

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class StainSettings:
    """What is no stroke of a pen."""

    min_width_mm: float = 1.2  # on average; felt pens have 0.9
    min_length_mm: float = 25.0
    min_size_mm: tuple[float, float] = (25.0, 9.0)  # of the box around it: wider, and higher than a row
    max_darkness_share: float = 0.55  # of that of a dark stroke
    written_mm: float = 5.0  # length of a stroke that tells how dark writing is
    dark_quantile: float = 0.75  # of these strokes


SETTINGS = StainSettings()


def find_stains(strokes: Strokes, px_per_mm: float) -> Mask:
    """Mark the strokes that are stains."""
    size = strokes.boxes[:, 2:] - strokes.boxes[:, :2]
    found = strokes.width_px >= SETTINGS.min_width_mm * px_per_mm
    found &= strokes.length_px >= SETTINGS.min_length_mm * px_per_mm
    found &= (size >= np.multiply(SETTINGS.min_size_mm, px_per_mm)).all(axis=1)
    if not found.any():
        return found
    written = strokes.darkness[strokes.length_px >= SETTINGS.written_mm * px_per_mm]
    dark = float(np.quantile(written, SETTINGS.dark_quantile))
    return np.asarray(found & (strokes.darkness <= SETTINGS.max_darkness_share * dark))
