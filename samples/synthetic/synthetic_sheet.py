"""The flat sheet with its print and ink, before it is aged and scanned."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import px_per_mm
from samples.synthetic.form_design import Design
from samples.synthetic.hands import Hand, Pen, write
from samples.synthetic.layout import Layout, layout
from samples.synthetic.printed_cells import BoxMm
from samples.synthetic.printing import Cover, print_cover
from samples.synthetic.strokes import Patch, Points, draw

NO_INK = 0  # label of pixels without ink
STRAY = -1  # label of ink that belongs to no cell: stamps, notes, closing strokes
INK_OPACITY = 50  # opacity (0..255) from which a pixel counts as ink


@dataclass
class Sheet:
    """A flat sheet that can be written on.

    `printed` is the opacity of the print, 255 = full.  `pixels`, uint8 (height, width, 3), holds the ink on a
    white ground.  `owner`, int16 (height, width), labels the ink: 1 + row index * number of columns + column
    for the ink of a cell, -(2 + row index) for strokes that cross out a row, STRAY, or NO_INK.
    """

    design: Design
    plan: Layout
    scale: float
    printed: Cover
    pixels: NDArray[np.uint8]
    owner: NDArray[np.int16]

    def lay(
        self, patch: Patch, at_px: tuple[int, int], pen: Pen, owner: int, rng: np.random.Generator
    ) -> None:
        """Put a patch of ink on the sheet with its origin at `at_px`."""
        height, width = patch.cover.shape
        left, top = at_px[0] + patch.left_px, at_px[1] + patch.top_px
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(self.pixels.shape[1], left + width), min(self.pixels.shape[0], top + height)
        if x0 >= x1 or y0 >= y1:
            return
        cover = patch.cover[y0 - top : y1 - top, x0 - left : x1 - left]
        cover = (cover * (pen.cover * _grain(cover.shape, pen.grain, self.scale, rng))).astype(np.float32)
        window = np.s_[y0:y1, x0:x1]
        share = (cover / 255)[..., None]
        colour = np.array(pen.bgr, dtype=np.float32)
        mixed = self.pixels[window] * (1 - share) + np.minimum(self.pixels[window], colour) * share
        self.pixels[window] = mixed.astype(np.uint8)
        self.owner[window][cover > INK_OPACITY] = owner

    def write(
        self,
        text: str,
        hand: Hand,
        at_mm: tuple[float, float],
        room_mm: float,
        owner: int,
        rng: np.random.Generator,
        size: float = 1.0,
    ) -> None:
        """Write a line of text whose baseline starts at `at_mm`; see `hands.write`."""
        patch = write(text, hand, self.scale, rng, room_mm, size)
        self.lay(patch, (round(at_mm[0] * self.scale), round(at_mm[1] * self.scale)), hand.pen, owner, rng)

    def draw(
        self,
        lines: list[Points],
        pen: Pen,
        at_mm: tuple[float, float],
        owner: int,
        rng: np.random.Generator,
    ) -> None:
        """Draw strokes whose points are given in mm relative to `at_mm`."""
        moved = [line + np.array(at_mm) for line in lines]
        self.lay(draw(moved, pen.width_mm, self.scale, rng), (0, 0), pen, owner, rng)

    def cell_box(self, index: int, column: int) -> BoxMm:
        plan = self.plan
        return plan.cells[column].within(plan.y_mm[1 + index], plan.y_mm[2 + index])

    def cell_owner(self, index: int, column: int) -> int:
        return 1 + index * len(self.design.columns) + column


def _grain(
    shape: tuple[int, ...], grain: float, scale: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return the factors by which a pen covers unevenly, in spots of about 0.2 mm."""
    spot = max(1, round(0.2 * scale))
    small = (-(-shape[0] // spot), -(-shape[1] // spot))
    noise = 1 - grain * rng.random(small, dtype=np.float32)
    return np.asarray(cv2.resize(noise, (shape[1], shape[0])), dtype=np.float32)


def blank_sheet(design: Design, dpi: float) -> Sheet:
    """Return the printed sheet before anybody has written on it."""
    printed = print_cover(design, dpi)
    height, width = printed.shape
    pixels = np.full((height, width, 3), 255, dtype=np.uint8)
    return Sheet(design, layout(design), px_per_mm(dpi), printed, pixels, np.zeros((height, width), np.int16))
