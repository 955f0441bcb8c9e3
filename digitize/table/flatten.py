"""Cut the full-resolution page so that the table's rules run along the axes.

Rotation, perspective and curl are taken out in one resampling of the scan,
through a mesh whose nodes lie on the traced rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import FloatArray, Lattice, Mesh, Rule, crossing
from digitize.images import Page, Pixels, Scan, resample

MAX_PX_PER_MM = 12.0  # 305 dpi: finer scans tell no more
STATION_MM = 12.0  # nodes along a rule: curl between them stays below 0.05 mm
BACK_ROUNDS = 6  # of correcting a place on the flat page until the mesh leads to the place on the draft
BENT_MM = 0.8  # rules further off the axes are traced again on the flattened draft

Edges = tuple[list[float], list[float]]  # of columns and of rows


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's edges: columns left to right, rows top to bottom; `ruled` as in its Lattice."""

    column_edges_px: tuple[float, ...]
    row_edges_px: tuple[float, ...]
    ruled: bool


@dataclass(frozen=True, slots=True)
class Flat:
    """A page with the edges of its tables in its px."""

    page: Page
    grids: tuple[Grid, ...]


def is_bent(lattice: Lattice, px_per_mm: float) -> bool:
    """Whether some rule leaves its axis by so much that tracing once more on a flat copy pays."""
    points = np.array(lattice.points())
    across_rows = np.ptp(points[:, :, 1], axis=1).max()
    across_columns = np.ptp(points[:, :, 0], axis=0).max()
    return bool(max(across_rows, across_columns) > BENT_MM * px_per_mm)


def flatten_draft(draft: Page, lattices: Sequence[Lattice]) -> Page:
    """The working copy with its tables flat, at the same resolution."""
    flat_mesh, _ = _mesh(draft, lattices)
    pixels = resample(draft.pixels, flat_mesh, round(flat_mesh.x_px[-1]), round(flat_mesh.y_px[-1]))
    return _page(draft, pixels, _through(flat_mesh, draft), draft.px_per_mm)


def flatten(scan: Scan, draft: Page, lattices: Sequence[Lattice]) -> Flat:
    """The page at the scan's resolution, at most MAX_PX_PER_MM, and the edges of its tables.

    It is the first table, the heaviest, that lies flat to a fraction of a px;
    tables above and below it lend their row rules, others lie as they may.
    """
    flat_mesh, edges = _mesh(draft, lattices)
    scale = min(scan.px_per_mm, MAX_PX_PER_MM) / draft.px_per_mm
    page = _cut(scan, draft, _scaled(_through(flat_mesh, draft), scale), draft.px_per_mm * scale)
    grids = (
        Grid(tuple(x * scale for x in columns), tuple(y * scale for y in rows), lattice.ruled)
        for (columns, rows), lattice in zip(edges, lattices, strict=True)
    )
    return Flat(page, tuple(grids))


def cut_plain(scan: Scan, draft: Page) -> Page:
    """The page at the scan's resolution where there is no table to flatten."""
    scale = min(scan.px_per_mm, MAX_PX_PER_MM) / draft.px_per_mm
    return _cut(scan, draft, _scaled(draft.to_scan, scale), draft.px_per_mm * scale)


def _cut(scan: Scan, draft: Page, mesh: Mesh, px_per_mm: float) -> Page:
    pixels = resample(scan.pixels, mesh, round(mesh.x_px[-1]), round(mesh.y_px[-1]))
    return _page(draft, pixels, mesh, px_per_mm)


def _page(draft: Page, pixels: Pixels, to_scan: Mesh, px_per_mm: float) -> Page:
    return Page(
        file=draft.file,
        page=draft.page,
        pixels=pixels,
        px_per_mm=px_per_mm,
        to_scan=to_scan,
        rotation_deg=draft.rotation_deg,
        skew_deg=draft.skew_deg,
        bitonal=draft.bitonal,
    )


def _scaled(mesh: Mesh, scale: float) -> Mesh:
    return Mesh(tuple(x * scale for x in mesh.x_px), tuple(y * scale for y in mesh.y_px), mesh.scan_px)


def _through(mesh: Mesh, draft: Page) -> Mesh:
    """A mesh onto the draft prolonged to the scan."""
    return Mesh(mesh.x_px, mesh.y_px, tuple(tuple(draft.to_scan.to_scan(row)) for row in mesh.scan_px))


def _mesh(draft: Page, lattices: Sequence[Lattice]) -> tuple[Mesh, list[Edges]]:
    """Flat px -> draft px, margins included, and the column and row edges of each lattice in flat px.

    Distances on the flat page are the mean distances along the rules.
    """
    lattice = _stacked(lattices)
    nodes, is_edge = _stations(lattice, STATION_MM * draft.px_per_mm)
    widths = np.linalg.norm(np.diff(nodes, axis=1), axis=2).mean(axis=0)
    heights = np.linalg.norm(np.diff(nodes, axis=0), axis=2).mean(axis=1)
    left, top = max(1.0, nodes[:, 0, 0].mean()), max(1.0, nodes[0, :, 1].mean())
    right = max(1.0, draft.width_px - nodes[:, -1, 0].mean())
    bottom = max(1.0, draft.height_px - nodes[-1, :, 1].mean())
    xs = left + np.concatenate([[0.0], np.cumsum(widths)])
    ys = top + np.concatenate([[0.0], np.cumsum(heights)])
    first = [rule in lattices[0].rows for rule in lattice.rows]
    edges: list[Edges] = [(xs[is_edge].tolist(), ys[first].tolist())]
    nodes = _with_margins(nodes, xs, left, right)
    nodes = _with_margins(nodes.transpose(1, 0, 2), ys, top, bottom).transpose(1, 0, 2)
    all_x = (0.0, *xs.tolist(), float(xs[-1] + right))
    all_y = (0.0, *ys.tolist(), float(ys[-1] + bottom))
    points = tuple(tuple((float(x), float(y)) for x, y in row) for row in nodes)
    mesh = Mesh(all_x, all_y, points)
    return mesh, edges + [_edges_on(mesh, further) for further in lattices[1:]]


def _stacked(lattices: Sequence[Lattice]) -> Lattice:
    """The first lattice with the row rules of those that lie wholly above or below it and each other."""
    columns, taken = lattices[0].columns, list(lattices[:1])
    for lattice in lattices[1:]:
        if all(_above(lattice, other, columns) or _above(other, lattice, columns) for other in taken):
            taken.append(lattice)
    taken.sort(key=lambda lattice: crossing(lattice.rows[0], columns[0])[1])
    return Lattice(tuple(rule for lattice in taken for rule in lattice.rows), columns, lattices[0].ruled)


def _above(upper: Lattice, lower: Lattice, columns: Sequence[Rule]) -> bool:
    """Whether one table ends before the other begins, as far as the columns are apart."""
    outer = (columns[0], columns[-1])
    return all(crossing(upper.rows[-1], c)[1] + 1 < crossing(lower.rows[0], c)[1] for c in outer)


def _edges_on(mesh: Mesh, lattice: Lattice) -> Edges:
    """Mean places of a lattice's columns and rows on the flat page, by going back through the mesh."""
    target: FloatArray = np.array(lattice.points())
    at = target.reshape(-1, 2).copy()
    for _ in range(BACK_ROUNDS):  # the mesh is nearly the identity
        there = mesh.to_scan([(x, y) for x, y in at.tolist()])
        at += target.reshape(-1, 2) - np.array(there)
    flat = at.reshape(target.shape)
    return flat[:, :, 0].mean(axis=0).tolist(), flat[:, :, 1].mean(axis=1).tolist()


def _stations(lattice: Lattice, step_px: float) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Points on every row rule, (rows, stations, 2): at the columns and in between; which are columns."""
    crossings = np.array(lattice.points())
    mean_widths = np.diff(crossings[:, :, 0], axis=1).mean(axis=0)
    pieces = [max(1, round(width / step_px)) for width in mean_widths.tolist()]
    rows = [_along(rule, line, pieces) for rule, line in zip(lattice.rows, crossings, strict=True)]
    is_edge = [share == 0 for count in pieces for share in range(count)] + [True]
    return np.array(rows), np.array(is_edge)


def _along(rule: Rule, line: FloatArray, pieces: list[int]) -> list[tuple[float, float]]:
    xs = [
        float(line[j, 0] + (line[j + 1, 0] - line[j, 0]) * k / count)
        for j, count in enumerate(pieces)
        for k in range(count)
    ]
    return [(x, rule.at(x)) for x in (*xs, float(line[-1, 0]))]


def _with_margins(nodes: FloatArray, at: FloatArray, before: float, after: float) -> FloatArray:
    """One more node at either end of each line (axis 1), straight on along the line's outer third."""
    third = max(1, len(at) // 3)
    first = (nodes[:, 0] - nodes[:, third]) / (at[third] - at[0])
    last = (nodes[:, -1] - nodes[:, -1 - third]) / (at[-1] - at[-1 - third])
    return np.concatenate(
        [nodes[:, :1] + first[:, None] * before, nodes, nodes[:, -1:] + last[:, None] * after], axis=1
    )
