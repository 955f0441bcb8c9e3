"""Helpers that take synthetic pages through the steps that find the table and measure the result."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import cv2
import numpy as np

from digitize.form.definition import AUTO, Form
from digitize.geometry import FloatArray, Homography, Lattice, Mesh
from digitize.images import Page, Pixels, Scan
from digitize.ocr.engines import PRINT, Reader, open_reader
from digitize.page.detect_tables import trace_tables
from digitize.records import Role, Table
from digitize.table.flatten import Flat, flatten
from digitize.table.header import read_header
from digitize.table.straighten import straighten
from samples.synthetic import Design, Paper, SyntheticPage, make_page, random_fill

Mm = tuple[float, float]
LOW = Paper(dpi=150.0)  # the quickest scan an office would make


@cache
def print_reader() -> Reader:
    """The reader of print, opened once."""
    return open_reader(PRINT)


@cache
def synthetic(design: Design, paper: Paper = LOW, share: float = 0.6, seed: int = 5) -> SyntheticPage:
    """Return a page of this design with `share` of its rows filled."""
    return make_page(design, random_fill(design, seed, share), paper, seed)


def scan_of(page: SyntheticPage, pixels: Pixels | None = None) -> Scan:
    """Return the synthetic page, or other pixels for it, as the loader would."""
    shown = page.pixels if pixels is None else pixels
    return Scan("synthetic", 1, shown, page.truth.dpi, bool(np.isin(shown, (0, 255)).all()))


@dataclass(frozen=True)
class TableResult:
    """What was found on a page; everything but the working copy is None if there is no table."""

    draft: Page
    lattice: Lattice | None
    flat: Flat | None = None
    table: Table | None = None


def find_table(page: SyntheticPage, pixels: Pixels | None = None, form: Form = Form(AUTO)) -> TableResult:  # noqa: B008
    """Take the page, or `pixels` instead of its own, from the scan to the header."""
    scan = scan_of(page, pixels)
    draft, lattices = trace_tables(straighten(scan, print_reader()))
    if not lattices:
        return TableResult(draft, None)
    flat = flatten(scan, draft, lattices)
    grid = flat.grids[0]
    table = read_header(flat.page, grid.column_edges_px, grid.row_edges_px, form, print_reader())
    return TableResult(draft, lattices[0], flat, table)


@cache
def found_table(design: Design, paper: Paper = LOW) -> tuple[SyntheticPage, TableResult]:
    """Return a synthetic page with the table found on it, computed once for all tests."""
    page = synthetic(design, paper)
    return page, find_table(page)


def table_edges_px(table: Table) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the column and row edges, including the top of the header."""
    columns = (*(column.left_px for column in table.columns), table.columns[-1].right_px)
    return columns, (table.header_top_px, *table.row_edges_px)


def corner_errors_mm(
    page: SyntheticPage, flat: Page, columns_px: tuple[float, ...], rows_px: tuple[float, ...]
) -> FloatArray:
    """Return how far each cell corner lies from the printed one on paper: (rows, columns), in mm."""
    corners = [(x, y) for y in rows_px for x in columns_px]
    seen = np.array(page.mapping.to_sheet(flat.to_scan.to_scan(corners)))
    true = np.array([(x, y) for y in page.layout.y_mm for x in page.layout.x_mm])
    assert len(columns_px) == len(page.layout.x_mm), "columns are missing or too many"
    assert len(rows_px) == len(page.layout.y_mm), "rows are missing or too many"
    off: FloatArray = np.linalg.norm(seen - true, axis=1)
    return off.reshape(len(rows_px), len(columns_px))


def table_error_mm(page: SyntheticPage, result: TableResult) -> float:
    """Return the error of the worst corner of the table that was found."""
    assert result.flat is not None and result.table is not None, "no table was found"
    return float(corner_errors_mm(page, result.flat.page, *table_edges_px(result.table)).max())


def exact_page(page: SyntheticPage, pixels: Pixels | None = None) -> Page:
    """Return a synthetic page that needs no straightening (no skew, bed or rotation) as if flattened."""
    shown = page.pixels if pixels is None else pixels
    height, width = shown.shape[:2]
    mesh = Mesh.of_homography(Homography.identity(), width, height)
    return Page("synthetic", 1, shown, page.mapping.scale, mesh)


def exact_edges_px(page: SyntheticPage) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the true column and row edges of such a page."""
    scale = page.mapping.scale
    return tuple(x * scale for x in page.layout.x_mm), tuple(y * scale for y in page.layout.y_mm)


def roles_of(table: Table | None) -> tuple[Role, ...]:
    """Return the roles of the columns."""
    return () if table is None else tuple(column.role for column in table.columns)


def with_strokes(
    page: SyntheticPage, *strokes: tuple[Mm, ...], width_mm: float = 0.4, grey: int = 40
) -> Pixels:
    """Return the scan with pen strokes through points of the sheet (mm)."""
    pixels = page.pixels.copy()
    for stroke in strokes:
        points = (np.array(page.mapping.to_scan(stroke)) * 16 - 8).round().astype(np.int32)
        thickness = max(1, round(width_mm * page.mapping.scale))
        cv2.polylines(pixels, [points], False, (grey,) * 3, thickness, cv2.LINE_AA, 4)
    return pixels


def with_boxes(page: SyntheticPage, *boxes: tuple[float, float, float, float], grey: int = 251) -> Pixels:
    """Return the scan with boxes of the sheet (left, top, right, bottom in mm) painted white as paper."""
    pixels = page.pixels.copy()
    for left, top, right, bottom in boxes:
        quad = page.mapping.to_scan([(left, top), (right, top), (right, bottom), (left, bottom)])
        cv2.fillPoly(pixels, [np.array(quad).round().astype(np.int32)], (grey,) * 3)
    return pixels


def without_rule(page: SyntheticPage, *, row: int | None = None, column: int | None = None) -> Pixels:
    """Return the scan with one rule painted over, except where it crosses others."""
    xs, ys = page.layout.x_mm, page.layout.y_mm
    across = 0.6  # mm, more than half of the thickest rule
    if row is not None:
        spans = pairwise(xs)
        boxes = [(a + across, ys[row] - across, b - across, ys[row] + across) for a, b in spans]
    else:
        assert column is not None
        levels = pairwise(ys)
        boxes = [(xs[column] - across, a + across, xs[column] + across, b - across) for a, b in levels]
    return with_boxes(page, *boxes)
