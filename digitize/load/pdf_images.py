"""The images on a PDF page: their size in pixels and where they lie on the displayed page."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pypdf import PageObject
from pypdf.generic import ContentStream

from digitize.geometry import Box
from digitize.load.pdf_picture import DEFAULT_SPACES, PLACING, StoredPicture, stored_picture
from digitize.load.pdf_reader import opened
from digitize.load.pdf_streams import is_damaged
from digitize.load.raster import Dpi

POINTS_PER_INCH = 72.0


@dataclass(frozen=True, slots=True)
class PdfImageSettings:
    """Limits for reading a page description and for recognising photos."""

    page_edge_px: float = 1.0  # an image whose edges are this close to the page's fills the page
    # No paper size has these proportions (see images.PAPER_SIZES).
    camera_aspects: tuple[float, float, float] = (4 / 3, 3 / 2, 16 / 9)
    camera_aspect_tolerance: float = 0.003  # relative; cameras round to multiples of 8 or 16 px
    max_content_bytes: int = 500_000  # of a page with its forms; longer ones are drawings, slow to parse
    form_bytes: int = 500  # what a form counts for besides its length, so that their number is limited too
    max_depth: int = 6  # of forms within forms; deeper nesting is a loop


SETTINGS = PdfImageSettings()

Matrix = NDArray[np.float64]  # 3x3, acts on row vectors as in PDF


@dataclass(frozen=True, slots=True)
class PdfImage:
    """An embedded image.

    Width and height follow the axes of the displayed page; `box` is in points
    from its top left corner.  `damaged` is true if data are missing or wrong.
    """

    width_px: int
    height_px: int
    box: Box
    grey: bool
    bitonal: bool
    damaged: bool

    @property
    def dpi(self) -> Dpi:
        """Resolution along x and y."""
        return (
            POINTS_PER_INCH * self.width_px / self.box.width,
            POINTS_PER_INCH * self.height_px / self.box.height,
        )

    @property
    def camera_shaped(self) -> bool:
        """Whether it has the aspect ratio of a photo, which no paper has."""
        ratio = max(self.width_px, self.height_px) / min(self.width_px, self.height_px)
        return any(
            abs(ratio / shape - 1) < SETTINGS.camera_aspect_tolerance for shape in SETTINGS.camera_aspects
        )

    def fills(self, width_pt: float, height_pt: float) -> bool:
        """Return whether the image covers exactly a page of this size."""
        x_pt, y_pt = (SETTINGS.page_edge_px * POINTS_PER_INCH / dpi for dpi in self.dpi)
        error_x_pt = max(abs(self.box.left), abs(self.box.right - width_pt))
        error_y_pt = max(abs(self.box.top), abs(self.box.bottom - height_pt))
        return error_x_pt < x_pt and error_y_pt < y_pt


@dataclass(frozen=True, slots=True)
class PdfPage:
    """The displayed size of a page in points, and the images on it.

    `picture` is its only image as it is stored, if it holds nothing else.
    """

    width_pt: float
    height_pt: float
    user_unit: float
    images: tuple[PdfImage, ...]
    picture: StoredPicture | None = None


def read_page(path: Path, page: int) -> PdfPage:
    """Read the objects of one page.  Damaged files raise whatever pypdf raises."""
    with opened(path) as reader:
        shown = reader.pages[page - 1]
        unit = float(shown.user_unit)
        width_pt, height_pt = float(shown.cropbox.width) * unit, float(shown.cropbox.height) * unit
        if shown.rotation % 180 != 0:
            width_pt, height_pt = height_pt, width_pt
        images = _Images(shown)
        found = tuple(images.found(shown, _display_matrix(shown)))
        extras = unit != 1 or any(entry in shown for entry in ("/Annots", "/Group"))
        picture = images.picture if len(found) == 1 and not extras else None
    return PdfPage(width_pt, height_pt, unit, found, picture)


def _display_matrix(page: PageObject) -> Matrix:
    """Return the matrix from page units (y up) to points of the displayed page (rotated, y down)."""
    left, bottom, right, top = (float(v) for v in page.cropbox)
    turned = {
        0: [[1, 0, 0], [0, -1, 0], [-left, top, 1]],
        90: [[0, 1, 0], [1, 0, 0], [-bottom, -left, 1]],
        180: [[-1, 0, 0], [0, 1, 0], [right, -bottom, 1]],
        270: [[0, -1, 0], [-1, 0, 0], [top, right, 1]],
    }[page.rotation % 360]
    unit = float(page.user_unit)
    return np.array(turned, dtype=np.float64) @ np.diag([unit, unit, 1.0])


class _Images:
    """Follows the description of a page and of the forms on it, up to a limit on their length."""

    def __init__(self, page: PageObject) -> None:
        self._page = page
        self._left_bytes = SETTINGS.max_content_bytes
        self._damaged: dict[int, bool] = {}  # by object: a picture may be drawn many times
        self._only_placed = True  # so far, nothing but placed images was found
        self._stored: StoredPicture | None = None

    @property
    def picture(self) -> StoredPicture | None:
        """The image found last, None if it is not stored plainly or anything else is drawn."""
        return self._stored if self._only_placed else None

    def found(self, holder: Any, transform: Matrix, depth: int = 0) -> Iterator[PdfImage]:
        """Yield the images drawn by `holder`, which is the page or a form on it, including nested forms."""
        stream = self._page.get_contents() if depth == 0 else holder
        if stream is None or depth > SETTINGS.max_depth:
            return
        self._left_bytes -= len(stream.get_data()) + SETTINGS.form_bytes
        if self._left_bytes < 0:
            self._only_placed = False
            return
        resources = holder.get("/Resources", {}).get_object()
        objects = resources.get("/XObject", {}).get_object()
        if (spaces := resources.get("/ColorSpace")) is not None:
            self._only_placed &= not any(space in spaces.get_object() for space in DEFAULT_SPACES)
        stack: list[Matrix] = []
        for operands, operator in ContentStream(stream, self._page.pdf).operations:
            self._only_placed &= operator in PLACING
            if operator == b"q":
                stack.append(transform)
            elif operator == b"Q" and stack:
                transform = stack.pop()
            elif operator == b"cm":
                transform = _to_matrix(operands) @ transform
            elif operator == b"Do" and operands[0] in objects:
                xobject = objects[operands[0]].get_object()
                if xobject.get("/Subtype") == "/Image" and abs(np.linalg.det(transform)) > 0:
                    self._stored = stored_picture(xobject, transform)
                    yield self._image(xobject, transform)
                    continue
                self._only_placed = False
                if xobject.get("/Subtype") == "/Form":
                    inner = _to_matrix(xobject.get("/Matrix", [1, 0, 0, 1, 0, 0])) @ transform
                    yield from self.found(xobject, inner, depth + 1)

    def _image(self, xobject: Any, transform: Matrix) -> PdfImage:
        """Describe the image that `transform` places: PDF draws images on the unit square."""
        corners = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]]) @ transform
        (left, top), (right, bottom) = corners[:, :2].min(axis=0), corners[:, :2].max(axis=0)
        width_px, height_px = int(xobject["/Width"]), int(xobject["/Height"])
        if id(xobject) not in self._damaged:
            self._damaged[id(xobject)] = is_damaged(xobject, width_px, height_px)
        damaged = self._damaged[id(xobject)]
        if abs(transform[0, 1]) > abs(transform[0, 0]):  # rotated by a quarter turn
            width_px, height_px = height_px, width_px
        bits = 1 if xobject.get("/ImageMask") else xobject.get("/BitsPerComponent", 8)
        grey = _is_grey(xobject.get("/ColorSpace"))
        box = Box(float(left), float(top), float(right), float(bottom))
        return PdfImage(width_px, height_px, box, grey, grey and bits == 1, damaged)


def _to_matrix(values: list[Any]) -> Matrix:
    """Convert the six operands of a PDF transformation to a matrix."""
    a, b, c, d, e, f = (float(v) for v in values)
    return np.array([[a, b, 0], [c, d, 0], [e, f, 1]], dtype=np.float64)


def _is_grey(space: Any) -> bool:
    """Return whether a colour space has a single channel of lightness."""
    space = space.get_object() if space is not None else None
    if isinstance(space, list) and space and space[0] == "/ICCBased":
        return bool(space[1].get_object().get("/N") == 1)
    return (space[0] if isinstance(space, list) and space else space) in ("/DeviceGray", "/CalGray", "/G")
