"""Small synthetic tables whose place is known exactly, led through the stages that judge ink."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np

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

# The customer's columns on a strip of paper: as wide as the real thing, quick to make.
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
PLAIN = Paper(dpi=200.0)
BALLPOINT, PENCIL = (next(pen for pen in PENS if pen.name == name) for name in ("blue ballpoint", "pencil"))


@dataclass(frozen=True)
class Measured:
    """A synthetic page and what was made of its ink."""

    synthetic: SyntheticPage
    page: Page
    table: Table
    inks: tuple[RowInk, ...]

    def measure(self, r: int, role: Role) -> InkMeasure:
        column = self.synthetic.truth.roles.index(role)
        return self.inks[r].cells[column].measure

    def rows(self, reader: Reader | None = None) -> tuple[Row, ...]:
        """The finished rows, read by `reader` or by none that finds anything."""
        truth = self.synthetic.truth
        numbers = Numbering(tuple(row.number for row in truth.rows), True, PageKind.LIST)
        return build_rows(self.page, self.table, numbers, self.inks, tools(reader or MuteReader()))

    def statuses(self) -> list[Status]:
        return [row.status for row in self.rows()]


def tools(reader: Reader) -> Tools:
    return Tools(Form(AUTO), reader, reader, load_language_model(), load_directory())


def exact_table(page: SyntheticPage) -> Table:
    """The table of a page that lies straight, as if the grid had been found without any error."""
    xs, ys = exact_edges_px(page)
    spans = zip(page.truth.roles, pairwise(xs), strict=True)
    return Table(tuple(Column(role, left, right) for role, (left, right) in spans), ys[1:], ys[0])


def flat_page(page: SyntheticPage, pixels: Pixels | None = None) -> Page:
    flat = exact_page(page, pixels)
    return replace(flat, bitonal=bool(np.isin(flat.pixels, (0, 255)).all()))


def ruled(design: Design) -> bool:
    return design.rules in (Rules.FULL, Rules.INNER, Rules.DOTTED_FULL)


def measured(page: SyntheticPage, pixels: Pixels | None = None, design: Design = STRIP) -> Measured:
    """The ink of a page that needs no straightening, or of `pixels` instead of its own."""
    flat, table = flat_page(page, pixels), exact_table(page)
    return Measured(page, flat, table, measure_ink(flat, table, ruled(design)))


def owned(page: SyntheticPage, pixels: Pixels | None = None, design: Design = STRIP) -> Ownership:
    """The strokes of a page that needs no straightening, shared out."""
    return assign_strokes(flat_page(page, pixels), exact_table(page), ruled(design))


def signers(seed: int = 1, design: Design = STRIP, pen: str = "") -> tuple[RowFill, ...]:
    """Every row filled as it should be; with `pen` all in the same ink."""
    rows = [row for row in random_fill(design, seed, 1.0, TIDY) if row is not None]
    if pen:
        ink = next(known for known in PENS if known.name == pen)
        rows = [replace(row, hand=replace(row.hand, pen=ink)) for row in rows]
    return tuple(rows)


def synthetic(
    rows: Rows = (), paper: Paper = PLAIN, seed: int = 1, extras: Extras | None = None
) -> SyntheticPage:
    """A strip filled with `rows`."""
    return make_page(STRIP, rows, paper, seed, extras or Extras())


@cache
def empty_strip(dpi: float = 200.0, mode: Mode = Mode.GREY, noise: float = 1.5) -> SyntheticPage:
    """A strip that nobody wrote on."""
    return synthetic((), Paper(dpi=dpi, mode=mode, noise=noise))


def penned(
    page: SyntheticPage, *lines: Sequence[tuple[float, float]], width_mm: float = 0.4, darkness: float = 0.85
) -> Pixels:
    """The page with pen strokes of one width through points of the sheet (mm)."""
    scale, pixels = page.mapping.scale, page.pixels.astype(np.float32)
    for line in lines:
        patch = draw([np.array(line, dtype=np.float64)], width_mm, scale, np.random.default_rng(0), 0.0)
        height, width = patch.cover.shape
        top, left = max(0, patch.top_px), max(0, patch.left_px)
        bottom, right = min(len(pixels), patch.top_px + height), patch.left_px + width
        cover = patch.cover[top - patch.top_px : bottom - patch.top_px, left - patch.left_px :]
        pixels[top:bottom, left:right] *= 1 - darkness * cover / np.float32(255)
    return pixels.astype(np.uint8)
