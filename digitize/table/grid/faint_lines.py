"""Measure lines that cannot be seen at any one place, but that many places show together."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import FloatArray
from digitize.images import Page, Pixels

FloatImage = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FaintLineSettings:
    """How visible a line is at a station along it."""

    thickness_mm: float = 1.2  # a rule is thinner
    station_mm: float = 2.0  # along a rule; a broken rule shows in most stations
    beside_mm: tuple[float, float] = (0.7, 1.5)  # on both sides of a rule, where only writing is dark
    max_contrast: float = 60.0  # grey levels to which a station is limited


SETTINGS = FaintLineSettings()


@dataclass(frozen=True, slots=True)
class Stations:
    """The contrast of thin dark lines at stations along them: (across, stations), in grey levels.

    `centres_px` are the positions of the stations along the lines.
    """

    contrast: FloatImage
    centres_px: FloatArray

    def part(self, start_px: float, end_px: float) -> "Stations":
        """Return the stations between two positions."""
        inside = (self.centres_px > start_px) & (self.centres_px < end_px)
        return Stations(self.contrast[:, inside], self.centres_px[inside])

    def along(self, across_px: FloatArray) -> FloatImage:
        """Return the contrast at positions across (..., stations), which are clipped to the page."""
        at = np.clip(np.rint(across_px).astype(np.intp), 0, len(self.contrast) - 1)
        return self.contrast[at, np.arange(self.contrast.shape[1])]


def horizontal_stations(page: Page) -> Stations:
    """Return the stations of horizontal lines, from left to right."""
    return _stations(page.grey, page.px_per_mm)


def vertical_stations(page: Page) -> Stations:
    """Return the stations of vertical lines, from top to bottom."""
    return _stations(np.ascontiguousarray(page.grey.T), page.px_per_mm)


def _stations(grey: Pixels, px_per_mm: float) -> Stations:
    kernel_px = 2 * round(SETTINGS.thickness_mm * px_per_mm / 2) + 1
    black_hat = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((kernel_px, 1), np.uint8)))
    station_px = round(SETTINGS.station_mm * px_per_mm)
    count = grey.shape[1] // station_px
    strongest = black_hat[:, : count * station_px].reshape(len(grey), count, station_px).max(axis=2)
    limited = np.minimum(strongest.astype(np.float32), np.float32(SETTINGS.max_contrast))
    thick = cv2.dilate(limited, np.ones((2, 1), np.uint8))
    centres = (np.arange(count) + 0.5) * station_px
    return Stations(np.asarray(thick, dtype=np.float32), np.asarray(centres, dtype=np.float64))


def above_beside(profile: FloatArray | FloatImage, px_per_mm: float) -> FloatArray:
    """Return by how much each value of a profile across lines exceeds the greatest beside it."""
    near, far = (round(mm * px_per_mm) for mm in SETTINGS.beside_mm)
    padded = np.pad(profile, far, mode="edge")
    offs = [*range(-far, -near + 1), *range(near, far + 1)]
    beside = np.max([padded[far + off : far + off + len(profile)] for off in offs], axis=0)
    return np.asarray(profile - beside, dtype=np.float64)
