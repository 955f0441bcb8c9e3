"""Fit circles to px of ink."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Circle:
    """A circle: its centre (2,) and radius, in px."""

    centre: Points
    radius: float

    def deviation(self, points: Points) -> float:
        """Return how far points (n, 2) lie from the circle, root mean square."""
        return float(np.sqrt(np.mean((np.hypot(*(points - self.centre).T) - self.radius) ** 2)))


def fit_circle(points: Points) -> Circle:
    """Fit a circle by least squares for x^2 + y^2 = 2 a x + 2 b y + c.

    The method is that of Kasa, "A circle fitting procedure and its error analysis", IEEE Transactions on
    Instrumentation and Measurement, 1976.
    """
    shift = points.mean(axis=0)
    near = points - shift
    square = near[:, 0] ** 2 + near[:, 1] ** 2
    # As the positions are taken from their mean, c is the mean of the squares: two equations are left.
    a, b = np.linalg.lstsq(2 * (near.T @ near), near.T @ square, rcond=None)[0]
    c = square.mean()
    return Circle(shift + np.array([a, b]), float(np.sqrt(max(c + a * a + b * b, 0.0))))
