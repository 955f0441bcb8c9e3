"""Pictures cut from the stored pages: thumbnails, rows, cells.  Nothing is written to disk."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

import cv2
import numpy as np

from digitize.geometry import Box
from digitize.images import Pixels, decode, encode

PAGES_KEPT = 4  # decoded pages: up to 26 MB each
PICTURES_KEPT = 600  # encoded cuttings: up to 60 kB each
ROW_WIDTH_PX = 1280  # widest a row is shown on a screen of 1366 px
CELL_WIDTH_PX = 520
THUMB_WIDTH_PX = 190
QUALITY = 78
AROUND_SHARE = 0.4  # of a row's height, shown around it: tails and neighbours' ink
AROUND_CELL_SHARE = 0.22  # the same for a cell, which is shown small
OUTSIDE_LIGHT = 0.88  # brightness of what lies around the row: it stands back without vanishing

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """The values made last, so that the next person need not wait for them again."""

    def __init__(self, most: int) -> None:
        self._most, self._values, self._lock = most, OrderedDict[Hashable, Value](), Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
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
    """Cuttings of the pages; all raise OSError or ValueError where the picture is gone or damaged."""

    def __init__(self) -> None:
        self._pages = Kept[Pixels](PAGES_KEPT)
        self._cut = Kept[bytes](PICTURES_KEPT)

    def thumbnail(self, picture: Path) -> bytes:
        """The page so small that one recognises it; the eighth of its size is decoded at once."""
        return self._cut.get((picture.name, "thumbnail"), lambda: _thumbnail(picture))

    def row(self, picture: Path, box: Box) -> bytes:
        """One row with a little of its neighbours."""
        return self._cutting(picture, box, ROW_WIDTH_PX, AROUND_SHARE)

    def cell(self, picture: Path, box: Box) -> bytes:
        """One cell with a little of its neighbours."""
        return self._cutting(picture, box, CELL_WIDTH_PX, AROUND_CELL_SHARE)

    def kept(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Any other picture that takes long to make."""
        return self._cut.get(key, make)

    def _cutting(self, picture: Path, box: Box, width_px: int, around_share: float) -> bytes:
        def cut() -> bytes:
            page = self._pages.get(picture.name, lambda: decode(picture.read_bytes()))
            return encode(_cut(page, box, width_px, around_share), ".jpg", QUALITY)

        return self._cut.get((picture.name, box, width_px), cut)


def _cut(page: Pixels, box: Box, width_px: int, around_share: float) -> Pixels:
    """What lies in the box and around it, the surroundings a little darker, not wider than `width_px`."""
    around = box.height * around_share
    outer = box.expanded(around, around).clipped(page.shape[1], page.shape[0])
    rows, columns = outer.slices()
    cutting = page[rows, columns]
    if not cutting.size:
        raise ValueError("the box lies beside the page")
    shaded = (cutting * OUTSIDE_LIGHT).astype(np.uint8)
    inside = Box(box.left - outer.left, box.top - outer.top, box.right - outer.left, box.bottom - outer.top)
    rows, columns = inside.slices()
    shaded[rows, columns] = cutting[rows, columns]
    return _narrowed(shaded, width_px)


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
