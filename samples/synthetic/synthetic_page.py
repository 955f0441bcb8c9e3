"""Make a page: print and fill it, age it, scan it, and record the truth about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Point
from digitize.images import to_grey
from digitize.records import Role
from samples.synthetic.capture import capture
from samples.synthetic.catalogue import EMPTY_BACK
from samples.synthetic.content import row_truth
from samples.synthetic.fills import Extras, Rows, random_fill
from samples.synthetic.form_design import Design
from samples.synthetic.layout import Layout
from samples.synthetic.mapping import Image, Mapping
from samples.synthetic.paper import Mode, Paper, mapping_of
from samples.synthetic.synthetic_sheet import Sheet, blank_sheet
from samples.synthetic.truth import Line, PageTruth, Quad
from samples.synthetic.visibility import with_visibility
from samples.synthetic.wear import cloud, interrupt_rules, stamp, wear
from samples.synthetic.write_fills import fill_sheet

FAINTEST = 0.55  # share of the print that is left where a copier ran out of toner
BLANK_BED = 250  # grey value around a sheet that the scan is cut to


@dataclass(frozen=True)
class SyntheticPage:
    """A synthetic scan: uint8 pixels (height, width) or (height, width, 3) in BGR order, and the truth.

    `owner`, int16 (height, width), labels the ink on each pixel of the scan (see
    `samples.synthetic.synthetic_sheet.Sheet`); `mapping` converts mm on the sheet to px of the scan and back.
    """

    pixels: Image
    truth: PageTruth
    mapping: Mapping
    layout: Layout
    owner: NDArray[np.int16]

    def own_ink(self, index: int, role: Role) -> NDArray[np.bool_]:
        """Return the mask of the ink written for the cell of this role in the row at `index`."""
        column = self.truth.roles.index(role)
        found = self.owner == 1 + index * len(self.truth.roles) + column
        return np.asarray(found, dtype=np.bool_)

    def strike_ink(self, index: int) -> NDArray[np.bool_]:
        """Return the mask of the strokes that cross out the row at `index`."""
        return np.asarray(self.owner == -(2 + index), dtype=np.bool_)


def make_page(
    design: Design,
    rows: Rows = (),
    paper: Paper = Paper(),  # noqa: B008 (frozen)
    seed: int = 0,
    extras: Extras = Extras(),  # noqa: B008 (frozen)
) -> SyntheticPage:
    """Make a page; the same arguments give the same pixels.

    `rows` may be shorter than the table; the remaining rows are blank.
    """
    return make_tables([(design, rows)], paper, seed, extras)[0]


def make_tables(
    tables: Sequence[tuple[Design, Rows]],
    paper: Paper = Paper(),  # noqa: B008 (frozen)
    seed: int = 0,
    extras: Extras = Extras(),  # noqa: B008 (frozen)
) -> tuple[SyntheticPage, ...]:
    """Make a page with several designs printed on it, each where its margins put it.

    Returns one SyntheticPage per design: all have the same pixels, each has the truth about its design.
    """
    rng = np.random.default_rng([seed, 3])
    filled = [(design, (*rows, *(None,) * (design.row_count - len(rows)))) for design, rows in tables]
    sheets = [blank_sheet(design, paper.dpi) for design, _ in filled]
    for sheet, (_, rows) in zip(sheets, filled, strict=True):
        fill_sheet(sheet, rows, extras, rng)
    for where in paper.stamps:
        stamp(sheets[0], where, rng)
    merged = _merged(sheets)
    mapping = mapping_of(paper, merged.design.paper_mm, rng)
    bed = BLANK_BED if paper.bed is None else round(255 * paper.bed)
    flat = _compose(merged, paper, rng)
    wear(flat, paper, merged.scale, bed, rng)
    pixels = capture(flat, mapping, paper, bed, rng)
    quarters = paper.rotation_deg // 90
    pixels = np.ascontiguousarray(np.rot90(pixels, -quarters))
    turned = mapping.turned(quarters)
    pages = []
    for sheet, (design, rows) in zip(sheets, filled, strict=True):
        owner = np.ascontiguousarray(np.rot90(mapping.warp(sheet.owner, 0, nearest=True), -quarters))
        truth = with_visibility(_truth(design, rows, paper, sheet, turned), to_grey(pixels), owner)
        pages.append(SyntheticPage(pixels, truth, turned, sheet.plan, owner))
    return tuple(pages)


def _merged(sheets: Sequence[Sheet]) -> Sheet:
    """Return the first sheet with the print and ink of all."""
    printed = np.maximum.reduce([sheet.printed for sheet in sheets])
    pixels = np.minimum.reduce([sheet.pixels for sheet in sheets])
    return replace(sheets[0], printed=printed, pixels=pixels)


def blank_back(paper: Paper, seed: int = 0) -> SyntheticPage:
    """Make the empty back of a sheet."""
    return make_page(EMPTY_BACK, (), paper, seed)


def _compose(sheet: Sheet, paper: Paper, rng: np.random.Generator) -> Image:
    """Return the picture of the flat sheet: paper, print, ink, and the back that shows through."""
    ink = sheet.pixels
    if paper.mode is not Mode.COLOUR:
        ink = np.asarray(cv2.cvtColor(ink, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    printed = sheet.printed * np.float32(paper.toner / 255)
    if paper.gaps and sheet.plan.y_mm:
        interrupt_rules(printed, sheet, paper.gaps, rng)
    if paper.faint_patches:
        printed *= np.clip(1.4 * cloud(printed.shape, 5, rng), FAINTEST, 1)
    light = (1 - printed) * np.float32(paper.white)
    if paper.bleed:
        light *= 1 - paper.bleed * _back(sheet, paper, rng)
    return np.asarray(ink * (light[..., None] if ink.ndim == 3 else light), dtype=np.uint8)


def _back(sheet: Sheet, paper: Paper, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the darkness (0..1) of a random back as it shows through: mirrored and blurred."""
    design = sheet.design
    back = blank_sheet(design, paper.dpi)
    if design.has_table:
        fill_sheet(back, random_fill(design, int(rng.integers(1 << 30)), 0.8), Extras(), rng)
    ink = 255 - np.asarray(cv2.cvtColor(back.pixels, cv2.COLOR_BGR2GRAY))
    mirrored = np.fliplr(np.maximum(ink, back.printed // 2))
    return np.asarray(
        cv2.GaussianBlur(mirrored, (0, 0), 0.12 * sheet.scale) / np.float32(255), dtype=np.float32
    )


def _truth(design: Design, rows: Rows, paper: Paper, sheet: Sheet, mapping: Mapping) -> PageTruth:
    width, height = mapping.scan_size
    turn = paper.rotation_deg % 360
    page = PageTruth(design.kind, design.form, paper.dpi, width, height, turn, paper.skew_deg)
    if not design.has_table:
        return page
    xs, ys = sheet.plan.x_mm, sheet.plan.y_mm

    def quad(left: float, top: float, right: float, bottom: float) -> Quad:
        a, b, c, d = mapping.to_scan([(left, top), (right, top), (right, bottom), (left, bottom)])
        return a, b, c, d

    def line(start: Point, end: Point) -> Line:
        a, b = mapping.to_scan([start, end])
        return a, b

    truths = []
    for index, row in enumerate(rows):
        top, bottom = ys[1 + index], ys[2 + index]
        cells = tuple(quad(*span.within(top, bottom)) for span in sheet.plan.cells)
        truths.append(row_truth(design, index, row, quad(xs[0], top, xs[-1], bottom), cells))
    return replace(
        page,
        table_quad=quad(xs[0], ys[0], xs[-1], ys[-1]),
        header_quad=quad(xs[0], ys[0], xs[-1], ys[1]),
        roles=tuple(column.role for column in design.columns),
        column_lines=tuple(line((x, ys[0]), (x, ys[-1])) for x in xs),
        row_lines=tuple(line((xs[0], y), (xs[-1], y)) for y in ys),
        rows=tuple(truths),
    )
