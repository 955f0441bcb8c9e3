"""Thumbnails and crops of rows and cells, made from the stored pages and kept in memory only."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

import cv2
import numpy as np

from digitize.geometry import Box
from digitize.images import Pixels, decode, encode

PAGES_KEPT = 4  # decoded pages: up to 26 MB each
PICTURES_KEPT = 600  # encoded crops: up to 60 kB each
THUMB_WIDTH_PX = 190
QUALITY = 78  # of JPEG
MARGIN_BRIGHTNESS = 0.88  # the margin is dimmed so that the row stands out

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class CropStyle:
    """How a box is cropped: the largest width, and the margin as a share of the height of the box."""

    width_px: int
    margin_share: float


ROW = CropStyle(1280, 0.4)  # fills a screen of 1366 px; the margin shows tails and neighbouring ink
CELL = CropStyle(520, 0.22)


class RecentlyUsed(Generic[Value]):
    """A thread-safe cache of the values used last."""

    def __init__(self, most: int) -> None:
        self._most, self._values, self._lock = most, OrderedDict[Hashable, Value](), Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the cached value, or make and keep it."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        made = make()
        with self._lock:
            self._values[key] = made
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return made


class Pictures:
    """Crops of the pages; all methods raise OSError or ValueError if the picture is missing or damaged."""

    def __init__(self) -> None:
        self._pages = RecentlyUsed[Pixels](PAGES_KEPT)
        self._encoded = RecentlyUsed[bytes](PICTURES_KEPT)

    def thumbnail(self, picture: Path) -> bytes:
        """Return a small picture of the page, decoded at an eighth of its size."""
        return self._encoded.get((picture.name, "thumbnail"), lambda: _thumbnail(picture))

    def row(self, picture: Path, box: Box) -> bytes:
        """Return one row with a little of its neighbours."""
        return self._crop(picture, box, ROW)

    def cell(self, picture: Path, box: Box) -> bytes:
        """Return one cell with a little of its neighbours."""
        return self._crop(picture, box, CELL)

    def kept(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return any other picture that takes long to make, from the cache if possible."""
        return self._encoded.get(key, make)

    def _crop(self, picture: Path, box: Box, style: CropStyle) -> bytes:
        def make() -> bytes:
            page = self._pages.get(picture.name, lambda: decode(picture.read_bytes()))
            return encode(_cropped(page, box, style), ".jpg", QUALITY)

        return self._encoded.get((picture.name, box, style), make)


def _cropped(page: Pixels, box: Box, style: CropStyle) -> Pixels:
    """Return the box with a dimmed margin; raises ValueError if it lies outside the page."""
    around = box.height * style.margin_share
    outer = box.expanded(around, around).clipped(page.shape[1], page.shape[0])
    rows, columns = outer.slices()
    crop = page[rows, columns]
    if not crop.size:
        raise ValueError("the box lies outside the page")
    shaded = (crop * MARGIN_BRIGHTNESS).astype(np.uint8)
    inside = Box(box.left - outer.left, box.top - outer.top, box.right - outer.left, box.bottom - outer.top)
    rows, columns = inside.slices()
    shaded[rows, columns] = crop[rows, columns]
    return _narrowed(shaded, style.width_px)


def _narrowed(pixels: Pixels, width_px: int) -> Pixels:
    scale = width_px / pixels.shape[1]
    if scale >= 1:
        return pixels
    size = width_px, max(1, round(pixels.shape[0] * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _thumbnail(picture: Path) -> bytes:
    data = np.frombuffer(picture.read_bytes(), np.uint8)
    small = cv2.imdecode(data, cv2.IMREAD_REDUCED_COLOR_8)
    if small is None:
        raise ValueError("not an image that OpenCV can decode")
    return encode(_narrowed(np.asarray(small, dtype=np.uint8), THUMB_WIDTH_PX), ".jpg", QUALITY)


def turned(picture: bytes, turn_deg: int) -> bytes:
    """Return a JPEG turned clockwise by quarter turns; raises ValueError if it cannot be decoded."""
    if not turn_deg:
        return picture
    return encode(np.ascontiguousarray(np.rot90(decode(picture), -turn_deg // 90)), ".jpg", QUALITY)
