"""Geometry of a page: boxes, transforms back to the scan, traced rules and the table lattice.

Unless a name says otherwise, positions are pixels of the flattened page with
the origin at the top left, x to the right and y down.  The resolution is a
property of the page (`Page.px_per_mm`), so geometry itself is unit-free.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MM_PER_INCH = 25.4
MESH_ERROR_PX = 0.1  # largest error between the nodes of a mesh; far below the width of a rule
MESH_NODES_MAX = 65  # per side; doubling it would cost four times the data and gain a tenth of a px

Point = tuple[float, float]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def px_per_mm(dpi: float) -> float:
    """Return the resolution in pixels per millimetre for `dpi` dots per inch."""
    return dpi / MM_PER_INCH


@dataclass(frozen=True, slots=True)
class Box:
    """Axis-aligned rectangle in px; `right` and `bottom` are exclusive."""

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
        """The four corners, clockwise from the top left."""
        return (
            (self.left, self.top),
            (self.right, self.top),
            (self.right, self.bottom),
            (self.left, self.bottom),
        )

    def expanded(self, x_px: float, y_px: float | None = None) -> "Box":
        """Return the box grown by `x_px` on the left and right and `y_px` above and below.

        `y_px` defaults to `x_px`; negative values shrink the box.
        """
        y_px = x_px if y_px is None else y_px
        return Box(self.left - x_px, self.top - y_px, self.right + x_px, self.bottom + y_px)

    def clipped(self, width_px: float, height_px: float) -> "Box":
        """Return the part of the box on a page of the given size (possibly empty, never inverted)."""
        left, top = min(max(self.left, 0), width_px), min(max(self.top, 0), height_px)
        right = max(left, min(self.right, width_px))
        bottom = max(top, min(self.bottom, height_px))
        return Box(left, top, right, bottom)

    def union(self, other: "Box") -> "Box":
        """Return the smallest box that contains both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def common(self, other: "Box") -> "Box":
        """Return the intersection of the boxes; its area is 0 if they do not overlap."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        return Box(
            left, top, max(left, min(self.right, other.right)), max(top, min(self.bottom, other.bottom))
        )

    def slices(self) -> tuple[slice, slice]:
        """Return the row and column slices that cut this box out of a page array."""
        return (
            slice(max(0, round(self.top)), max(0, round(self.bottom))),
            slice(max(0, round(self.left)), max(0, round(self.right))),
        )


@dataclass(frozen=True, slots=True)
class Homography:
    """Projective transform of the plane: the nine entries of its matrix, row by row."""

    m: tuple[float, float, float, float, float, float, float, float, float]

    @staticmethod
    def identity() -> "Homography":
        """Return the transform that moves nothing."""
        return Homography((1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0))

    @staticmethod
    def of(matrix: NDArray[np.floating]) -> "Homography":
        """Build a transform from a 2x3 (affine) or 3x3 matrix."""
        full = np.vstack([matrix, [0, 0, 1]]) if matrix.shape == (2, 3) else matrix
        values = [float(v) for v in np.asarray(full, dtype=np.float64).ravel()]
        a, b, c, d, e, f, g, h, i = values
        return Homography((a, b, c, d, e, f, g, h, i))

    @property
    def matrix(self) -> FloatArray:
        """The transform as a 3x3 float64 array."""
        return np.array(self.m, dtype=np.float64).reshape(3, 3)

    def apply(self, points: Iterable[Point]) -> list[Point]:
        """Transform points."""
        array = np.array(list(points), dtype=np.float64).reshape(-1, 2)
        homogeneous = np.hstack([array, np.ones((len(array), 1))]) @ self.matrix.T
        points_2d = homogeneous[:, :2] / homogeneous[:, 2:]
        return [(float(x), float(y)) for x, y in points_2d]

    def inverse(self) -> "Homography":
        """Return the inverse transform."""
        return Homography.of(np.linalg.inv(self.matrix))

    def after(self, first: "Homography") -> "Homography":
        """Return the composition that applies `first`, then this transform."""
        return Homography.of(self.matrix @ first.matrix)


def from_centres(transform: Homography) -> FloatArray:
    """Return the matrix of a transform between pictures for OpenCV, whose origin is the centre of a px."""
    centre = Homography((1, 0, 0.5, 0, 1, 0.5, 0, 0, 1))
    return centre.inverse().after(transform).after(centre).matrix


def undo_turn(turn_deg: int, width: float, height: float) -> Homography:
    """Return the transform that undoes a clockwise turn; width and height are those of the turned page."""
    matrices = {
        0: [[1, 0, 0], [0, 1, 0]],
        90: [[0, 1, 0], [-1, 0, width]],
        180: [[-1, 0, width], [0, -1, height]],
        270: [[0, -1, height], [1, 0, 0]],
    }
    return Homography.of(np.array(matrices[turn_deg], dtype=np.float64))


@dataclass(frozen=True, slots=True)
class Mesh:
    """Map from the flattened page to the scan, given on a grid of nodes.

    `x_px` (n values) and `y_px` (m values) are increasing positions on the
    flattened page; `scan_px` holds, in m rows of n points, where each node lies
    on the scan.  The map is bilinear between nodes and extends the nearest cell
    beyond them.  Every page uses this one representation: a flat page needs two
    by two nodes, perspective and curl need more.
    """

    x_px: tuple[float, ...]
    y_px: tuple[float, ...]
    scan_px: tuple[tuple[Point, ...], ...]

    @staticmethod
    def of_homography(to_scan: Homography, width_px: float, height_px: float) -> "Mesh":
        """Build the mesh of a flat page, with as many nodes as its perspective needs.

        The result is exact for rotation, translation and scaling, within
        MESH_ERROR_PX for perspective up to 18 degrees on both axes, and within
        twice that up to 25 degrees (A4 at 300 dpi, camera 35 cm away).
        """
        nodes = 2
        while True:
            mesh = _sample_mesh(to_scan, width_px, height_px, nodes)
            if nodes >= MESH_NODES_MAX:
                return mesh
            nodes = 2 * nodes - 1
            finer = _sample_mesh(to_scan, width_px, height_px, nodes)
            between = [(x, y) for y in finer.y_px for x in finer.x_px]
            error_px = np.array(mesh.to_scan(between)) - np.array(finer.scan_px).reshape(-1, 2)
            if np.abs(error_px).max() <= MESH_ERROR_PX:
                return mesh

    def to_scan(self, points: Iterable[Point]) -> list[Point]:
        """Map points of the flattened page to px of the scan."""
        array = np.array(list(points), dtype=np.float64).reshape(-1, 2)
        nodes = np.array(self.scan_px, dtype=np.float64)
        i, u = _cells(np.array(self.x_px), array[:, 0])
        j, v = _cells(np.array(self.y_px), array[:, 1])
        top = nodes[j, i] * (1 - u) + nodes[j, i + 1] * u
        bottom = nodes[j + 1, i] * (1 - u) + nodes[j + 1, i + 1] * u
        return [(x, y) for x, y in (top * (1 - v) + bottom * v).tolist()]


def _cells(edges: FloatArray, positions: FloatArray) -> tuple[NDArray[np.intp], FloatArray]:
    """Return the nearest cell of each position (n), and where in it the position lies (n, 1)."""
    cell = np.clip(np.searchsorted(edges, positions, side="right") - 1, 0, len(edges) - 2)
    return cell, ((positions - edges[cell]) / (edges[cell + 1] - edges[cell]))[:, None]


def _sample_mesh(to_scan: Homography, width_px: float, height_px: float, nodes: int) -> Mesh:
    """Evaluate a homography on a grid of `nodes` by `nodes` points."""
    xs = tuple(float(x) for x in np.linspace(0, width_px, nodes))
    ys = tuple(float(y) for y in np.linspace(0, height_px, nodes))
    rows = tuple(tuple(to_scan.apply([(x, y) for x in xs])) for y in ys)
    return Mesh(xs, ys, rows)


@dataclass(frozen=True, slots=True)
class Rule:
    """A traced ruling line: a polynomial across(along).

    `along` is x and `across` is y for a horizontal rule, and the other way round
    for a vertical one.  `coefficients` (lowest power first) apply to
    `(along - middle) / half length`; beyond its ends a rule continues straight.
    `coverage_share` is the share of the length on which ink was found (0 for a
    rule that was only inferred), and `contrast` how many grey levels darker it
    is than the paper next to it.
    """

    start_px: float
    end_px: float
    coefficients: tuple[float, ...]
    coverage_share: float
    contrast: float = 0.0

    @property
    def length_px(self) -> float:
        """Distance between the two ends."""
        return self.end_px - self.start_px

    def at(self, along_px: float) -> float:
        """Return the position across at `along_px`."""
        mid, half = (self.start_px + self.end_px) / 2, max(self.length_px / 2, 1e-9)
        t = (along_px - mid) / half
        inside = -1.0 if t < -1.0 else min(t, 1.0)
        value = slope = 0.0
        for c in reversed(self.coefficients):  # Horner's scheme, because this is called very often
            slope = slope * inside + value
            value = value * inside + c
        return value + slope * (t - inside)

    def at_each(self, along_px: FloatArray) -> FloatArray:
        """Return the positions across at many positions along; the same as `at` for each of them."""
        mid, half = (self.start_px + self.end_px) / 2, max(self.length_px / 2, 1e-9)
        t = (along_px - mid) / half
        inside = np.clip(t, -1.0, 1.0)
        value, slope = np.zeros_like(t), np.zeros_like(t)
        for c in reversed(self.coefficients):
            slope = slope * inside + value
            value = value * inside + c
        return np.asarray(value + slope * (t - inside))

    def moved(self, across_px: float) -> "Rule":
        """Return the parallel rule at a distance of `across_px`."""
        first, *rest = self.coefficients
        return Rule(
            self.start_px, self.end_px, (first + across_px, *rest), self.coverage_share, self.contrast
        )


def crossing(horizontal: Rule, vertical: Rule) -> Point:
    """Return the point where a horizontal and a vertical rule meet.

    Fixed-point iteration: it converges fast because both are nearly axis-aligned.
    """
    x = vertical.at((horizontal.at(horizontal.start_px) + horizontal.at(horizontal.end_px)) / 2)
    for _ in range(5):
        before, x = x, vertical.at(horizontal.at(x))
        if x == before:
            break
    return x, horizontal.at(x)


@dataclass(frozen=True, slots=True)
class Lattice:
    """The rules of one table: `rows` from top to bottom, `columns` from left to right.

    `ruled` is false if the table has no column rules.  `columns` then holds only
    the two outer edges, and the columns must be found from the header words.
    `undivided` is true if it is known that each interval between `rows` is a whole row.
    """

    rows: tuple[Rule, ...]
    columns: tuple[Rule, ...]
    ruled: bool
    undivided: bool = False

    def points(self) -> list[list[Point]]:
        """Return the crossings as one list of points per row rule."""
        return [[crossing(row, column) for column in self.columns] for row in self.rows]
