"""The exact mapping from the flat sheet to the scan and back.

The sheet may curl: y is displaced as a function of x, then x as a function of y, so that both can be inverted
in closed form.  The curled sheet is then projected by a homography.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import FloatArray, Homography, Point

Image = NDArray[np.uint8]
Pixel = TypeVar("Pixel", np.uint8, np.int16)
_COARSE_PX = 8  # step of the grid on which the curl is computed; interpolation is exact to 0.002 px


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping; `scale` is px of the flat sheet per mm, sizes are (width, height) in px."""

    scale: float
    flat_size: tuple[int, int]
    scan_size: tuple[int, int]
    view: Homography  # flat (curled) px -> scan px
    curl_px: float = 0.0  # by how much the middle of the sheet is displaced

    def to_scan(self, points_mm: Iterable[Point]) -> list[Point]:
        """Convert points of the sheet (mm) to continuous coordinates on the scan (px)."""
        flat = np.array(list(points_mm), dtype=np.float64).reshape(-1, 2) * self.scale
        return self.view.apply([(float(x), float(y)) for x, y in self._curl(flat)])

    def to_sheet(self, points_px: Iterable[Point]) -> list[Point]:
        """Convert points of the scan (px) to points of the sheet (mm)."""
        curled = np.array(self.view.inverse().apply(points_px), dtype=np.float64).reshape(-1, 2)
        flat = self._uncurl(curled) / self.scale
        return [(float(x), float(y)) for x, y in flat]

    def turned(self, quarter_turns: int) -> "Mapping":
        """Return the mapping for the scan turned clockwise by a number of quarter turns."""
        width, height = self.scan_size
        result = self
        for _ in range(quarter_turns % 4):
            turn = Homography((0, -1, float(height), 1, 0, 0, 0, 0, 1))
            width, height = height, width
            result = Mapping(
                self.scale, self.flat_size, (width, height), turn.after(result.view), self.curl_px
            )
        return result

    def warp(
        self, image: NDArray[Pixel], outside: int | tuple[int, int, int], nearest: bool = False
    ) -> NDArray[Pixel]:
        """Warp the flat image to the scan; `outside` is the value around the sheet."""
        size = self.scan_size
        method = cv2.INTER_NEAREST if nearest else cv2.INTER_LINEAR
        border = outside if isinstance(outside, tuple) else (outside, outside, outside)
        shift = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])  # OpenCV's origin is the centre of a pixel
        matrix = np.linalg.inv(shift) @ self.view.matrix @ shift
        if not self.curl_px:
            if size == self.flat_size and np.allclose(matrix, np.eye(3)):
                return image
            return _like(
                cv2.warpPerspective(
                    image, matrix, size, flags=method, borderMode=cv2.BORDER_CONSTANT, borderValue=border
                ),
                image,
            )
        xs, ys = self._sources(matrix)
        return _like(
            cv2.remap(image, xs, ys, method, borderMode=cv2.BORDER_CONSTANT, borderValue=border), image
        )

    def _sources(self, matrix: FloatArray) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return x and y of the flat image that OpenCV has to sample for every pixel of the scan."""
        width, height = self.scan_size
        back = np.linalg.inv(matrix)
        xs = np.arange(0, width + _COARSE_PX, _COARSE_PX, dtype=np.float64)[None, :]
        ys = np.arange(0, height + _COARSE_PX, _COARSE_PX, dtype=np.float64)[:, None]
        depth = back[2, 0] * xs + back[2, 1] * ys + back[2, 2]
        x = (back[0, 0] * xs + back[0, 1] * ys + back[0, 2]) / depth + 0.5
        y = (back[1, 0] * xs + back[1, 1] * ys + back[1, 2]) / depth + 0.5
        x -= self._sway(y)
        y -= self._bow(x)
        grow = np.array([[_COARSE_PX, 0, 0], [0, _COARSE_PX, 0]], dtype=np.float64)
        fine_x = cv2.warpAffine((x - 0.5).astype(np.float32), grow, (width, height))
        fine_y = cv2.warpAffine((y - 0.5).astype(np.float32), grow, (width, height))
        return np.asarray(fine_x, dtype=np.float32), np.asarray(fine_y, dtype=np.float32)

    def _curl(self, flat: FloatArray) -> FloatArray:
        y = flat[:, 1] + self._bow(flat[:, 0])
        return np.column_stack([flat[:, 0] + self._sway(y), y])

    def _uncurl(self, curled: FloatArray) -> FloatArray:
        x = curled[:, 0] - self._sway(curled[:, 1])
        return np.column_stack([x, curled[:, 1] - self._bow(x)])

    def _bow(self, x: FloatArray) -> FloatArray:
        """Return the displacement of y: the middle of the sheet lies lower than its sides."""
        t = x / self.flat_size[0]
        return np.asarray(self.curl_px * (np.sin(np.pi * t) + 0.35 * np.sin(2.6 * np.pi * t)))

    def _sway(self, y: FloatArray) -> FloatArray:
        return np.asarray(0.4 * self.curl_px * np.sin(1.7 * np.pi * y / self.flat_size[1]))


def _like(image: object, like: NDArray[Pixel]) -> NDArray[Pixel]:
    return np.asarray(image, dtype=like.dtype)
