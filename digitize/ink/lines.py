"""Fit straight lines to the px of a stroke."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


class LineFit(NamedTuple):
    """The best straight line through points: its length, slope (rise over run) and RMS deviation."""

    length: float
    slope: float
    deviation: float


def fit_line(points: Points) -> LineFit:
    """Fit a straight line to points (n, 2) by total least squares."""
    centred = points - points.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    across, along = centred @ vectors[:, 0], centred @ vectors[:, 1]
    run, rise = abs(float(vectors[0, 1])), abs(float(vectors[1, 1]))
    return LineFit(float(np.ptp(along)), rise / max(run, 1e-9), float(np.sqrt(np.mean(across**2))))
