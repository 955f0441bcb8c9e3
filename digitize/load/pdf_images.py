"""The pictures on a PDF page: their pixels, their place on the page as shown."""

import logging
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

from digitize.geometry import Box
from digitize.load.raster import Dpi

POINTS_PER_INCH = 72.0
EDGE_PX = 1.0  # a picture whose edges are closer than this to the page's is the page
CAMERA_SHAPES = (4 / 3, 3 / 2, 16 / 9)  # no paper has them: A4 is 1.414, Letter 1.294, Legal 1.647
CAMERA_SHAPE_SLACK = 0.003  # cameras round to multiples of 8 or 16 px
CONTENT_MAX_BYTES = 500_000  # longer page descriptions are drawings; walking one takes seconds
DEPTH_MAX = 6  # forms within forms; deeper nesting is a loop
JPEG_END = b"\xff\xd9"
JPEG_TAIL_BYTES = 4096  # writers pad, but not with more
INFLATED_BYTES = 1 << 20  # at a time, only to see whether it can be done

Matrix = NDArray[np.float64]  # 3x3, acts on row vectors as in PDF


@dataclass(frozen=True, slots=True)
class Picture:
    """An embedded picture; pixels along the axes of the page as shown, `box` in points from its top left."""

    width_px: int
    height_px: int
    box: Box
    grey: bool
    bitonal: bool
    cut_off: bool

    @property
    def dpi(self) -> Dpi:
        return (
            POINTS_PER_INCH * self.width_px / self.box.width,
            POINTS_PER_INCH * self.height_px / self.box.height,
        )

    @property
    def camera_shaped(self) -> bool:
        """Whether it has the proportions of a photo, which no paper has."""
        ratio = max(self.width_px, self.height_px) / min(self.width_px, self.height_px)
        return any(abs(ratio / shape - 1) < CAMERA_SHAPE_SLACK for shape in CAMERA_SHAPES)

    def fills(self, width_pt: float, height_pt: float) -> bool:
        """Whether it is the whole page."""
        x_pt, y_pt = (EDGE_PX * POINTS_PER_INCH / dpi for dpi in self.dpi)
        across = max(abs(self.box.left), abs(self.box.right - width_pt))
        down = max(abs(self.box.top), abs(self.box.bottom - height_pt))
        return across < x_pt and down < y_pt


def read(path: Path, page: int) -> tuple[float, float, list[Picture]]:
    """Width and height of a page in points, as shown, and its pictures.

    Reads only this page's objects.  Damaged files raise whatever pypdf raises.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports every repair on stderr
    with path.open("rb") as file:
        shown = PdfReader(file).pages[page - 1]
        unit = float(shown.user_unit)
        width_pt, height_pt = float(shown.cropbox.width) * unit, float(shown.cropbox.height) * unit
        if shown.rotation % 180 != 0:
            width_pt, height_pt = height_pt, width_pt
        pictures = list(_pictures(shown, shown, _to_shown(shown), 0))
    return width_pt, height_pt, pictures


def _to_shown(page: PageObject) -> Matrix:
    """From the page's own units (y up) to points of the page as shown (turned, y down)."""
    left, bottom, right, top = (float(v) for v in page.cropbox)
    turned = {
        0: [[1, 0, 0], [0, -1, 0], [-left, top, 1]],
        90: [[0, 1, 0], [1, 0, 0], [-bottom, -left, 1]],
        180: [[-1, 0, 0], [0, 1, 0], [right, -bottom, 1]],
        270: [[0, -1, 0], [-1, 0, 0], [top, right, 1]],
    }[page.rotation % 360]
    unit = float(page.user_unit)
    return np.array(turned, dtype=np.float64) @ np.diag([unit, unit, 1.0])


def _pictures(page: PageObject, holder: Any, place: Matrix, depth: int) -> Iterator[Picture]:
    """Every picture drawn by `holder` (the page or a form on it), forms within included."""
    stream = page.get_contents() if depth == 0 else holder
    if stream is None or depth > DEPTH_MAX or len(stream.get_data()) > CONTENT_MAX_BYTES:
        return
    objects = holder.get("/Resources", {}).get_object().get("/XObject", {}).get_object()
    stack: list[Matrix] = []
    for operands, operator in ContentStream(stream, page.pdf).operations:
        if operator == b"q":
            stack.append(place)
        elif operator == b"Q" and stack:
            place = stack.pop()
        elif operator == b"cm":
            place = _matrix(operands) @ place
        elif operator == b"Do" and operands[0] in objects:
            drawn = objects[operands[0]].get_object()
            if drawn.get("/Subtype") == "/Image" and abs(np.linalg.det(place)) > 0:
                yield _picture(drawn, place)
            elif drawn.get("/Subtype") == "/Form":
                inner = _matrix(drawn.get("/Matrix", [1, 0, 0, 1, 0, 0])) @ place
                yield from _pictures(page, drawn, inner, depth + 1)


def _matrix(values: list[Any]) -> Matrix:
    a, b, c, d, e, f = (float(v) for v in values)
    return np.array([[a, b, 0], [c, d, 0], [e, f, 1]], dtype=np.float64)


def _picture(drawn: Any, place: Matrix) -> Picture:
    """The picture drawn on the unit square of `place`."""
    corners = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]]) @ place
    (left, top), (right, bottom) = corners[:, :2].min(axis=0), corners[:, :2].max(axis=0)
    width_px, height_px = int(drawn["/Width"]), int(drawn["/Height"])
    if abs(place[0, 1]) > abs(place[0, 0]):  # lies on its side
        width_px, height_px = height_px, width_px
    bits = 1 if drawn.get("/ImageMask") else drawn.get("/BitsPerComponent", 8)
    grey = _is_grey(drawn.get("/ColorSpace"))
    box = Box(float(left), float(top), float(right), float(bottom))
    return Picture(width_px, height_px, box, grey, grey and bits == 1, _is_cut_off(drawn))


def _is_grey(space: Any) -> bool:
    """Whether a colour space has one channel of lightness."""
    space = space.get_object() if space is not None else None
    if isinstance(space, list) and space and space[0] == "/ICCBased":
        return bool(space[1].get_object().get("/N") == 1)
    return (space[0] if isinstance(space, list) and space else space) in ("/DeviceGray", "/CalGray", "/G")


def _is_cut_off(drawn: Any) -> bool:
    """Whether a stream lacks its end, of which poppler says nothing: it leaves the rest of the page empty."""
    encoded = bytes(getattr(drawn, "_data", b""))  # get_data() would decode, and hide the damage
    if drawn.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
        return JPEG_END not in encoded[-JPEG_TAIL_BYTES:]
    if drawn.get("/Filter") in ("/FlateDecode", ["/FlateDecode"]):
        return not _inflates(encoded)
    return False


def _inflates(encoded: bytes) -> bool:
    inflater, rest = zlib.decompressobj(), encoded
    while rest and not inflater.eof:
        try:
            inflater.decompress(rest, INFLATED_BYTES)
        except zlib.error:
            return False
        rest = inflater.unconsumed_tail
    return inflater.eof
