"""The flat, filled sheet: print and ink on paper, before anything scans it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import px_per_mm
from digitize.records import Mark, Role
from samples.forge import strokes
from samples.forge.content import Content, cell_content
from samples.forge.design import Design, Layout, layout
from samples.forge.fill import Extras, RowFill, Rows, Signing
from samples.forge.hands import Hand, Pen, write
from samples.forge.printing import Cover, print_cover
from samples.forge.strokes import Patch, Points

BoxMm = tuple[float, float, float, float]  # left, top, right, bottom

NOBODY = 0  # no ink
STRAY = -1  # stamps, notes, closing strokes, corrections
OWN_INK = 50  # pen cover 0..255 from which a pixel is taken to be somebody's ink


@dataclass
class Sheet:
    """A flat sheet under the pen.

    `printed` is the cover of the print, 255 = full.  `pixels` (height, width, 3)
    uint8 holds the ink, white where there is none.  `owner` (height, width)
    int16 says whose ink lies there: 1 + row index * columns + column,
    -(2 + row index) for what strikes a row out, STRAY or NOBODY.
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
        """Put a patch of ink whose origin comes to `at_px`."""
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
        mine = cover > OWN_INK
        self.owner[window][mine] = owner


def _grain(
    shape: tuple[int, ...], grain: float, scale: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """How evenly a pen writes: spots of about 0.2 mm."""
    spot = max(1, round(0.2 * scale))
    small = (-(-shape[0] // spot), -(-shape[1] // spot))
    noise = 1 - grain * rng.random(small, dtype=np.float32)
    return np.asarray(cv2.resize(noise, (shape[1], shape[0])), dtype=np.float32)


def blank_sheet(design: Design, dpi: float) -> Sheet:
    printed = print_cover(design, dpi)
    height, width = printed.shape
    pixels = np.full((height, width, 3), 255, dtype=np.uint8)
    return Sheet(design, layout(design), px_per_mm(dpi), printed, pixels, np.zeros((height, width), np.int16))


def fill_sheet(sheet: Sheet, rows: Rows, extras: Extras, rng: np.random.Generator) -> None:
    """Write all rows and extras on the sheet."""
    for index, row in enumerate(rows):
        if row is not None:
            _write_row(sheet, index, row, rng)
    if extras.date:
        pen = next((row.hand.pen for row in rows if row), None)
        hand = Hand("caveat", pen, 1.5) if pen else None
        if hand:
            start = sheet.design.margin_mm[0] + 1.0
            line = next((w for w in sheet.plan.words if w.text.startswith("___")), None)
            if line:
                _text(sheet, extras.date, hand, (start, line.baseline_mm - 0.6), 9.0, STRAY, rng)
    if extras.closing_z:
        _close(sheet, rows, rng)


def cell_box(sheet: Sheet, index: int, column: int) -> BoxMm:
    plan = sheet.plan
    return plan.x_mm[column], plan.y_mm[1 + index], plan.x_mm[column + 1], plan.y_mm[2 + index]


def cell_owner(sheet: Sheet, index: int, column: int) -> int:
    return 1 + index * len(sheet.design.columns) + column


def _write_row(sheet: Sheet, index: int, row: RowFill, rng: np.random.Generator) -> None:
    inked: list[BoxMm] = []
    for column, printed in enumerate(sheet.design.columns):
        content = cell_content(row, printed.role, sheet.design.language)
        box = cell_box(sheet, index, column)
        owner = cell_owner(sheet, index, column)
        if not content.inked:
            continue
        inked.append(box)
        if printed.role is Role.SIGNATURE:
            _sign(sheet, row, box, owner, rng)
        elif content.lines:
            _write_lines(sheet, row, content, printed.role, box, owner, rng)
        else:
            _mark(sheet, content.mark, row.hand.pen, box, owner, rng)
    if row.strike and inked:
        left, top, right, bottom = inked[0][0], inked[0][1], inked[-1][2], inked[0][3]
        reach = (left + rng.uniform(0.5, 3), top + 1, right - rng.uniform(0.5, 6), bottom - 1)
        _draw(sheet, strokes.strike(rng, row.strike, reach), row.hand.pen, (0.0, 0.0), -(2 + index), rng)


def _write_lines(
    sheet: Sheet, row: RowFill, content: Content, role: Role, box: BoxMm, owner: int, rng: np.random.Generator
) -> None:
    left, top, right, bottom = box
    height, room = bottom - top, right - left - 2.4
    count = len(content.lines)
    need = row.hand.x_height_mm * 2.1 * count + 0.4
    size = min(1.0, height / need)
    for i, line in enumerate(content.lines):
        share = (i + 0.72 + rng.normal(0, 0.04)) / count if count > 1 else 0.66 + rng.normal(0, 0.07)
        start = (left + rng.uniform(0.8, 2.6) + (rng.uniform(0, 2) if i else 0), top + share * height)
        more = 1.35 if row.overflow and role in (Role.ADDRESS, Role.STREET) else 1.0
        _text(sheet, line, row.hand, start, room * more, owner, rng, size * more)
        if row.corrected and i == 0 and role in (Role.NAME, Role.FAMILY_NAME, Role.STREET):
            crossed = (start[0], start[1] - 2.6, start[0] + 0.3 * room, start[1] + 0.6)
            _draw(sheet, strokes.strike(rng, "double", crossed), row.hand.pen, (0.0, 0.0), owner, rng)


def _text(
    sheet: Sheet,
    text: str,
    hand: Hand,
    at_mm: tuple[float, float],
    room_mm: float,
    owner: int,
    rng: np.random.Generator,
    size: float = 1.0,
) -> None:
    patch = write(text, hand, sheet.scale, rng, room_mm, size)
    at = (round(at_mm[0] * sheet.scale), round(at_mm[1] * sheet.scale))
    sheet.lay(patch, at, hand.pen, owner, rng)


def _sign(sheet: Sheet, row: RowFill, box: BoxMm, owner: int, rng: np.random.Generator) -> None:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    centre = (
        (left + right) / 2 + rng.normal(0, 0.05) * width,
        (top + bottom) / 2 + rng.normal(0, 0.06) * height,
    )
    if row.signature in (Signing.DASH, Signing.TICK):
        mark = strokes.dash if row.signature is Signing.DASH else strokes.tick
        _draw(sheet, mark(rng), row.hand.pen, centre, owner, rng)
        return
    if row.signature in (Signing.PRINTED, Signing.INITIALS):
        person = row.person
        initials = f"{person.given[0]}.{person.family[0]}."
        text = initials if row.signature is Signing.INITIALS else f"{person.given[0]}. {person.family}"
        room = min(width - 3, 2.0 * len(text) * row.hand.x_height_mm)
        start = (centre[0] - room / 2.4, top + 0.66 * height)
        _text(sheet, text, row.hand, (max(left + 0.8, start[0]), start[1]), room, owner, rng)
        return
    length, tall = width * rng.uniform(0.45, 0.85), min(height, 11.0) * rng.uniform(0.55, 0.95)
    if row.signature is Signing.LARGE:
        tall = height * rng.uniform(1.25, 1.7)
    elif row.signature in (Signing.JOINT, Signing.JOINT_BELOW):
        if row.signature is Signing.JOINT_BELOW:
            return  # drawn with the row above
        tall, centre = height * rng.uniform(1.5, 1.8), (centre[0], bottom)
    _draw(sheet, strokes.signature(rng, length, tall), row.hand.pen, centre, owner, rng)


def _mark(sheet: Sheet, mark: Mark, pen: Pen, box: BoxMm, owner: int, rng: np.random.Generator) -> None:
    left, top, right, bottom = box
    across = rng.uniform(0.25, 0.55)
    at = (left + across * (right - left), (top + bottom) / 2 + rng.normal(0, 0.06) * (bottom - top))
    shape = {Mark.DASH: strokes.dash, Mark.TICK: strokes.tick, Mark.DITTO: strokes.ditto}[mark]
    _draw(sheet, shape(rng), pen, at, owner, rng)


def _draw(
    sheet: Sheet,
    lines: list[Points],
    pen: Pen,
    at_mm: tuple[float, float],
    owner: int,
    rng: np.random.Generator,
) -> None:
    moved = [line + np.array(at_mm) for line in lines]
    sheet.lay(strokes.draw(moved, pen.width_mm, sheet.scale, rng), (0, 0), pen, owner, rng)


def _close(sheet: Sheet, rows: Rows, rng: np.random.Generator) -> None:
    """A Z through the rows after the last filled one."""
    filled = [i for i, row in enumerate(rows) if row is not None]
    if not filled or filled[-1] > len(rows) - 4:
        return
    last = rows[filled[-1]]
    assert last is not None
    first_column = 1 if sheet.design.columns[0].role is Role.NUMBER else 0
    box = (sheet.plan.x_mm[first_column] + 6, sheet.plan.y_mm[2 + filled[-1]] + 4)
    end = (sheet.plan.x_mm[-1] - 8, sheet.plan.y_mm[-1] - 4)
    _draw(sheet, strokes.closing_z(rng, (*box, *end)), last.hand.pen, (0.0, 0.0), STRAY, rng)
