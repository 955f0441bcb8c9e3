"""Synthetic pages with a small table at a known position, and what the ink stage makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitize.address.directory import load_directory
from digitize.form.definition import AUTO, Form
from digitize.images import Page, Pixels
from digitize.ink.assign_strokes import Ownership, assign_strokes
from digitize.ink.measure_ink import RowInk, measure_ink
from digitize.ocr.engines import Reader
from digitize.ocr.language import load_language_model
from digitize.page.build_rows import Tools, build_rows
from digitize.records import Column, InkMeasure, PageKind, Role, Row, Status, Table
from digitize.table.numbering import Numbering
from samples.synthetic import (
    TIDY,
    Design,
    Extras,
    Mode,
    Paper,
    RowFill,
    Rows,
    SyntheticPage,
    make_page,
    random_fill,
)
from samples.synthetic import Column as Printed
from samples.synthetic.form_design import Rules
from samples.synthetic.hands import PENS
from samples.synthetic.strokes import draw
from tests.doubles import MuteReader
from tests.table.tables import exact_edges_px, exact_page

# The columns of the ACAT list on a strip of paper with eight rows: full width, but quick to make.
STRIP = Design(
    "strip",
    PageKind.LIST,
    (
        Printed(Role.NUMBER, "", 11.0),
        Printed(Role.NAME, "Full Name", 52.0),
        Printed(Role.ADDRESS, "Address", 59.0),
        Printed(Role.SIGNATURE, "Signature", 44.0),
    ),
    row_count=8,
    row_height_mm=8.5,
    paper_mm=(190.0, 96.0),
    margin_mm=(12.0, 10.0),
    number_top=True,
)
# Positions on the sheet, in mm.
COLUMN_EDGES_MM = (12.0, 23.0, 75.0, 134.0, 178.0)
TOP_MM, PITCH_MM = 16.0, 8.5  # upper edge of the first row, height of a row
NUMBER, NAME, ADDRESS, SIGNATURE = range(4)  # columns
PLAIN = Paper(dpi=200.0)
BALLPOINT, PENCIL = (next(pen for pen in PENS if pen.name == name) for name in ("blue ballpoint", "pencil"))


@dataclass(frozen=True)
class Measured:
    """A synthetic page and the ink measured on it."""

    synthetic: SyntheticPage
    page: Page
    table: Table
    inks: tuple[RowInk, ...]

    def measure(self, r: int, role: Role) -> InkMeasure:
        """Return the measure of the cell of this role in row `r`."""
        column = self.synthetic.truth.roles.index(role)
        return self.inks[r].cells[column].measure

    def rows(self, reader: Reader | None = None) -> tuple[Row, ...]:
        """Return the finished rows, read by `reader` or, by default, by one that finds no text."""
        truth = self.synthetic.truth
        numbers = Numbering(tuple(row.number for row in truth.rows), True, PageKind.LIST)
        return build_rows(self.page, self.table, numbers, self.inks, tools(reader or MuteReader()))

    def statuses(self) -> list[Status]:
        return [row.status for row in self.rows()]


def row_y(r: float) -> float:
    """Return the y (mm) of the middle of row `r`: of the rule above it for r - 0.5."""
    return TOP_MM + PITCH_MM * (r + 0.5)


def tools(reader: Reader) -> Tools:
    return Tools(Form(AUTO), reader, reader, load_language_model(), load_directory())


def exact_table(page: SyntheticPage) -> Table:
    """Return the table of a page that is straight, as if the grid had been found without error."""
    xs, ys = exact_edges_px(page)
    spans = zip(page.truth.roles, pairwise(xs), strict=True)
    return Table(tuple(Column(role, left, right) for role, (left, right) in spans), ys[1:], ys[0])


def flat_page(page: SyntheticPage, pixels: Pixels | None = None) -> Page:
    """Return the page as if it had been flattened, with `pixels` in place of its own if given."""
    flat = exact_page(page, pixels)
    return replace(flat, bitonal=bool(np.isin(flat.pixels, (0, 255)).all()))


def has_ruled_columns(design: Design) -> bool:
    return design.rules in (Rules.FULL, Rules.INNER, Rules.DOTTED_FULL)


def measured(page: SyntheticPage, pixels: Pixels | None = None, design: Design = STRIP) -> Measured:
    """Measure the ink of a page that is straight, or of `pixels` in its place."""
    flat, table = flat_page(page, pixels), exact_table(page)
    return Measured(page, flat, table, measure_ink(flat, table, has_ruled_columns(design)).rows)


def ownership_of(page: SyntheticPage, pixels: Pixels | None = None, design: Design = STRIP) -> Ownership:
    """Return the strokes of a page that is straight and the cells they belong to."""
    return assign_strokes(flat_page(page, pixels), exact_table(page), has_ruled_columns(design))


def signers(seed: int = 1, design: Design = STRIP, pen: str = "") -> tuple[RowFill, ...]:
    """Return rows that are all filled in completely; with `pen`, all in the same ink."""
    rows = [row for row in random_fill(design, seed, 1.0, TIDY) if row is not None]
    if pen:
        ink = next(known for known in PENS if known.name == pen)
        rows = [replace(row, hand=replace(row.hand, pen=ink)) for row in rows]
    return tuple(rows)


def synthetic(
    rows: Rows = (), paper: Paper = PLAIN, seed: int = 1, extras: Extras | None = None
) -> SyntheticPage:
    """Make a strip filled with `rows`."""
    return make_page(STRIP, rows, paper, seed, extras or Extras())


@cache
def empty_strip(dpi: float = 200.0, mode: Mode = Mode.GREY, noise: float = 1.5) -> SyntheticPage:
    """Return a blank strip."""
    return synthetic((), Paper(dpi=dpi, mode=mode, noise=noise))


def zigzag(x_mm: float, y_mm: float, width_mm: float, step_mm: float) -> NDArray[np.float64]:
    """Return a line up and down (mm), 3 mm high as the letters of a word; it starts at `x_mm`."""
    across = np.arange(0.0, width_mm, step_mm)
    return np.stack([x_mm + across, y_mm + 1.5 * (-1.0) ** np.arange(len(across))], axis=1)


def draw_lines(
    page: SyntheticPage, *lines: Sequence[tuple[float, float]], width_mm: float = 0.4, darkness: float = 0.85
) -> Pixels:
    """Return the page with pen strokes of one width drawn through points of the sheet (mm)."""
    scale, pixels = page.mapping.scale, page.pixels.astype(np.float32)
    for line in lines:
        patch = draw([np.array(line, dtype=np.float64)], width_mm, scale, np.random.default_rng(0), 0.0)
        height, width = patch.cover.shape
        top, left = max(0, patch.top_px), max(0, patch.left_px)
        bottom, right = min(len(pixels), patch.top_px + height), patch.left_px + width
        cover = patch.cover[top - patch.top_px : bottom - patch.top_px, left - patch.left_px :]
        pixels[top:bottom, left:right] *= 1 - darkness * cover / np.float32(255)
    return pixels.astype(np.uint8)
