"""Draw the results on a page: grid, row numbers, statuses, ink and readings."""

from functools import cache
from importlib import resources
from io import BytesIO

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitize.images import Pixels
from digitize.messages import sentences
from digitize.records import Ink, Mark, Role, Row, SheetPage, Status, Table

Colour = tuple[int, int, int]  # red, green, blue

COLOURS: dict[Status, Colour] = {
    Status.SIGNED: (0, 128, 60),
    Status.INCOMPLETE: (200, 110, 0),
    Status.STRUCK: (110, 110, 110),
    Status.DOUBTFUL: (205, 0, 60),
    Status.BLANK: (150, 170, 200),
}
GRID: Colour = (40, 110, 220)
TINT_SHARE = 0.14  # opacity of the status colour over a row
TEXT_MM = 2.3
LINE_MM = 0.25
MARGIN_MM = 46.0  # added on the right for the readings


def draw(pixels: Pixels, outcome: SheetPage) -> Pixels:
    """Return a colour picture uint8 (height, width + margin, 3) of the page with its results.

    `pixels` is the straightened page, grey or BGR; it is not changed.
    """
    page = (
        cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB)
        if pixels.ndim == 2
        else cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    )
    margin_px = round(MARGIN_MM * outcome.px_per_mm)
    picture = np.full((page.shape[0], page.shape[1] + margin_px, 3), 255, np.uint8)
    picture[:, : page.shape[1]] = page
    for row in outcome.rows:
        if row.status is not Status.BLANK:
            rows, columns = row.box.clipped(page.shape[1], page.shape[0]).slices()
            tint = np.array(COLOURS[row.status]) * TINT_SHARE
            picture[rows, columns] = (picture[rows, columns] * (1 - TINT_SHARE) + tint).astype(np.uint8)
    image = Image.fromarray(picture)
    canvas = ImageDraw.Draw(image)
    font = _font(TEXT_MM * outcome.px_per_mm)
    for table in outcome.tables:
        _draw_grid(canvas, table, outcome.px_per_mm)
    _draw_title(canvas, font, outcome)
    for row in outcome.rows:
        _draw_row(canvas, font, row, outcome)
    return np.asarray(cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _font(size_px: float) -> ImageFont.FreeTypeFont:
    """Return the typeface of the package; Pillow's default lacks umlauts and accents."""
    return ImageFont.truetype(BytesIO(_typeface()), size=max(6.0, size_px))


@cache
def _typeface() -> bytes:
    return (resources.files("digitize.data") / "roboto.ttf").read_bytes()


def _draw_grid(canvas: ImageDraw.ImageDraw, table: Table, px_per_mm: float) -> None:
    width = max(1, round(LINE_MM * px_per_mm))
    for y in (table.header_top_px, *table.row_edges_px):
        canvas.line((table.box.left, y, table.box.right, y), fill=GRID, width=width)
    if table.has_storeys:
        cells = [table.cell_box(r, c) for r in range(len(table.row_edges_px) - 1) for c in table.columns]
        for box in cells:
            canvas.rectangle((box.left, box.top, box.right, box.bottom), outline=GRID, width=width)
        return
    for x in (table.box.left, *(column.right_px for column in table.columns)):
        canvas.line((x, table.box.top, x, table.box.bottom), fill=GRID, width=width)


def _draw_title(canvas: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, outcome: SheetPage) -> None:
    """Write the kind of page at the top and the role of each column above it."""
    mm = outcome.px_per_mm
    signed = sum(row.status is Status.SIGNED for row in outcome.rows)
    rows = f"{len(outcome.rows)} row" + "s" * (len(outcome.rows) != 1)
    text = f"{outcome.kind.value}, {rows}, {signed} signed" if outcome.rows else outcome.kind.value
    canvas.text((4 * mm, 3 * mm), f"{text}. {sentences(outcome.notes)}".strip(" ."), fill=GRID, font=font)
    for table in outcome.tables:
        for column in table.columns:
            # labels of upper storeys go above those of the lowest
            above_mm = (TEXT_MM + 0.8) * (1 if column.bottom_share == 1 else 2)
            corner = column.left_px + 0.5 * mm, table.header_top_px - above_mm * mm
            canvas.text(corner, column.role.value, fill=GRID, font=font)


def _draw_row(
    canvas: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, row: Row, outcome: SheetPage
) -> None:
    """Draw number and status beside the row, readings in the margin, boxes around the ink of each cell."""
    mm = outcome.px_per_mm
    colour = COLOURS[row.status]
    width = max(1, round(LINE_MM * mm))
    for cell in row.cells:
        extent = cell.ink.extent
        if extent is not None and cell.role is not Role.NUMBER:
            outline = COLOURS[Status.DOUBTFUL] if cell.ink.state is Ink.UNSURE else colour
            canvas.rectangle(
                (extent.left, extent.top, extent.right, extent.bottom), outline=outline, width=width
            )
            if cell.ink.mark not in (Mark.WRITING, Mark.NONE):
                canvas.text((extent.right + mm, extent.top), cell.ink.mark.value, fill=outline, font=font)
    canvas.text((row.box.left - 5.5 * mm, row.box.centre[1] - mm), str(row.number), fill=colour, font=font)
    if row.status is Status.BLANK and not row.flags:
        return
    region = row.place.region if row.place else ""
    texts = (
        " ".join(part for part in (row.status.value, region, "- review" if row.review else "") if part),
        row.name.text.replace("\n", " ") if row.name else "",
        row.address.text.replace("\n", ", ") if row.address else "",
    )
    step = row.box.height / len(texts)
    size = min(step * 0.95, TEXT_MM * mm)
    small = _font(size)
    for i, text in enumerate(texts):
        canvas.text((row.box.right + 4 * mm, row.box.top + i * step), text, fill=colour, font=small)
