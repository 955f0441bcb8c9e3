"""Boxes, millimetres and the way back from the straightened page to the scan.

All positions are pixels of the straightened page, origin top left, x to the
right, y down.  `px_per_mm` belongs to the page; nothing else knows resolution.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MM_PER_INCH = 25.4
MESH_ERROR_PX = 0.1  # between the nodes of a mesh; far below the width of a rule
MESH_NODES_MAX = 65  # along each side: twice as many would make four times the data for a tenth of a px

Point = tuple[float, float]
FloatArray = NDArray[np.float64]


def px_per_mm(dpi: float) -> float:
    """Pixels per millimetre at `dpi` dots per inch."""
    return dpi / MM_PER_INCH


@dataclass(frozen=True, slots=True)
class Box:
    """Axis-aligned rectangle in px; right and bottom are exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def corners(self) -> tuple[Point, Point, Point, Point]:
        """Clockwise from the top left."""
        return (
            (self.left, self.top),
            (self.right, self.top),
            (self.right, self.bottom),
            (self.left, self.bottom),
        )

    def expanded(self, x_px: float, y_px: float | None = None) -> "Box":
        """The box grown by `x_px` left and right and `y_px` above and below."""
        y_px = x_px if y_px is None else y_px
        return Box(self.left - x_px, self.top - y_px, self.right + x_px, self.bottom + y_px)

    def clipped(self, width_px: float, height_px: float) -> "Box":
        """The part that lies on a page of the given size (may be empty, never inverted)."""
        left, top = min(max(self.left, 0), width_px), min(max(self.top, 0), height_px)
        right = max(left, min(self.right, width_px))
        bottom = max(top, min(self.bottom, height_px))
        return Box(left, top, right, bottom)

    def union(self, other: "Box") -> "Box":
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def common(self, other: "Box") -> "Box":
        """What both boxes cover; without area where they are apart."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        return Box(
            left, top, max(left, min(self.right, other.right)), max(top, min(self.bottom, other.bottom))
        )

    def slices(self) -> tuple[slice, slice]:
        """Row and column slices that cut this box out of a page array."""
        return (
            slice(max(0, round(self.top)), max(0, round(self.bottom))),
            slice(max(0, round(self.left)), max(0, round(self.right))),
        )


@dataclass(frozen=True, slots=True)
class Homography:
    """Projective map of the plane; nine numbers, row by row."""

    m: tuple[float, float, float, float, float, float, float, float, float]

    @staticmethod
    def identity() -> "Homography":
        return Homography((1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0))

    @staticmethod
    def of(matrix: NDArray[np.floating]) -> "Homography":
        """From a 2x3 (affine) or 3x3 array."""
        full = np.vstack([matrix, [0, 0, 1]]) if matrix.shape == (2, 3) else matrix
        values = [float(v) for v in np.asarray(full, dtype=np.float64).ravel()]
        a, b, c, d, e, f, g, h, i = values
        return Homography((a, b, c, d, e, f, g, h, i))

    @property
    def matrix(self) -> FloatArray:
        """3x3 float64."""
        return np.array(self.m, dtype=np.float64).reshape(3, 3)

    def apply(self, points: Iterable[Point]) -> list[Point]:
        array = np.array(list(points), dtype=np.float64).reshape(-1, 2)
        lifted = np.hstack([array, np.ones((len(array), 1))]) @ self.matrix.T
        flat = lifted[:, :2] / lifted[:, 2:]
        return [(float(x), float(y)) for x, y in flat]

    def inverse(self) -> "Homography":
        return Homography.of(np.linalg.inv(self.matrix))

    def after(self, first: "Homography") -> "Homography":
        """This map applied after `first`."""
        return Homography.of(self.matrix @ first.matrix)


@dataclass(frozen=True, slots=True)
class Mesh:
    """A grid of straightened points and where each lies on the scan.

    `x_px` (n) and `y_px` (m) are increasing positions on the straightened
    page; `scan_px` holds m rows of n points on the scan.  Between the nodes
    the map is bilinear, outside it continues the nearest cell.  One way
    back serves all pages: a flat page is described exactly by two by two
    nodes, perspective and curl by as many as it takes.
    """

    x_px: tuple[float, ...]
    y_px: tuple[float, ...]
    scan_px: tuple[tuple[Point, ...], ...]

    @staticmethod
    def of_homography(to_scan: Homography, width_px: float, height_px: float) -> "Mesh":
        """The mesh of a flat page, with as many nodes as its perspective needs.

        Exact for a page that is only turned, shifted and scaled; within
        MESH_ERROR_PX up to 18 degrees of perspective both ways, within twice
        that up to 25 degrees (A4 at 300 dpi, camera 35 cm away).
        """
        nodes = 2
        while True:
            mesh = _sampled(to_scan, width_px, height_px, nodes)
            if nodes >= MESH_NODES_MAX:
                return mesh
            nodes = 2 * nodes - 1
            finer = _sampled(to_scan, width_px, height_px, nodes)
            between = [(x, y) for y in finer.y_px for x in finer.x_px]
            off = np.array(mesh.to_scan(between)) - np.array(finer.scan_px).reshape(-1, 2)
            if np.abs(off).max() <= MESH_ERROR_PX:
                return mesh

    def to_scan(self, points: Iterable[Point]) -> list[Point]:
        """Where straightened points lie on the scan, in px of the scan."""
        nodes = np.array(self.scan_px, dtype=np.float64)
        xs, ys = np.array(self.x_px), np.array(self.y_px)
        result: list[Point] = []
        for x, y in points:
            i = int(np.clip(np.searchsorted(xs, x, side="right") - 1, 0, len(xs) - 2))
            j = int(np.clip(np.searchsorted(ys, y, side="right") - 1, 0, len(ys) - 2))
            u = (x - xs[i]) / (xs[i + 1] - xs[i])
            v = (y - ys[j]) / (ys[j + 1] - ys[j])
            top = nodes[j, i] * (1 - u) + nodes[j, i + 1] * u
            bottom = nodes[j + 1, i] * (1 - u) + nodes[j + 1, i + 1] * u
            point = top * (1 - v) + bottom * v
            result.append((float(point[0]), float(point[1])))
        return result


def _sampled(to_scan: Homography, width_px: float, height_px: float, nodes: int) -> Mesh:
    """`nodes` by `nodes` points of a flat page."""
    xs = tuple(float(x) for x in np.linspace(0, width_px, nodes))
    ys = tuple(float(y) for y in np.linspace(0, height_px, nodes))
    rows = tuple(tuple(to_scan.apply([(x, y) for x in xs])) for y in ys)
    return Mesh(xs, ys, rows)


@dataclass(frozen=True, slots=True)
class Rule:
    """A printed line traced along the page: across(along) as a polynomial.

    For a horizontal rule `along` is x and `across` is y, for a vertical one
    the other way round.  `coefficients` belong to `(along - along_mid) / half
    length`, lowest power first; beyond its ends a rule goes on straight.
    `coverage_share` is the share of its length that was really seen as ink,
    `contrast` how many grey levels it is darker than the paper beside it.
    """

    start_px: float
    end_px: float
    coefficients: tuple[float, ...]
    coverage_share: float
    contrast: float = 0.0

    @property
    def length_px(self) -> float:
        return self.end_px - self.start_px

    def at(self, along_px: float) -> float:
        """Position across at `along_px`."""
        mid, half = (self.start_px + self.end_px) / 2, max(self.length_px / 2, 1e-9)
        t = (along_px - mid) / half
        inside = min(max(t, -1.0), 1.0)
        value = sum(c * inside**power for power, c in enumerate(self.coefficients))
        slope = sum(power * c * inside ** (power - 1) for power, c in enumerate(self.coefficients) if power)
        return value + slope * (t - inside)

    def moved(self, across_px: float) -> "Rule":
        """The parallel rule `across_px` further on."""
        first, *rest = self.coefficients
        return Rule(
            self.start_px, self.end_px, (first + across_px, *rest), self.coverage_share, self.contrast
        )


def crossing(horizontal: Rule, vertical: Rule) -> Point:
    """Where two rules meet (they are nearly level and upright, so iteration converges fast)."""
    x = vertical.at((horizontal.at(horizontal.start_px) + horizontal.at(horizontal.end_px)) / 2)
    for _ in range(5):
        y = horizontal.at(x)
        x = vertical.at(y)
    return x, horizontal.at(x)


@dataclass(frozen=True, slots=True)
class Lattice:
    """A table's rules in order: `rows` top to bottom, `columns` left to right.

    `ruled` tells whether the columns were seen as rules (else there are only
    the two outer edges, and the header words must tell the columns).
    """

    rows: tuple[Rule, ...]
    columns: tuple[Rule, ...]
    ruled: bool

    def points(self) -> list[list[Point]]:
        """Crossings, one list per row rule."""
        return [[crossing(row, column) for column in self.columns] for row in self.rows]
