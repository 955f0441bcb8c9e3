"""Render the page so that the rules of its table run along the axes.

Rotation, perspective and curl are removed in a single resampling of the scan,
through a mesh whose nodes lie on the traced rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import FloatArray, Lattice, Mesh, Rule, crossing
from digitize.images import Page, Pixels, Scan, resample

MAX_PX_PER_MM = 12.0  # 305 dpi: finer scans give no more information
STATION_MM = 12.0  # distance of nodes along a rule: curl between them stays below 0.05 mm
INVERSION_ROUNDS = 6  # iterations to invert the mesh, which is close to the identity
BENT_MM = 0.8  # rules that deviate more from an axis are traced again on the flattened working copy

Edges = tuple[list[float], list[float]]  # of columns and of rows


@dataclass(frozen=True, slots=True)
class Grid:
    """The edges of a table on the flattened page: columns left to right, rows top to bottom.

    `ruled` and `undivided` have the same meaning as in `Lattice`.
    """

    column_edges_px: tuple[float, ...]
    row_edges_px: tuple[float, ...]
    ruled: bool
    undivided: bool = False


@dataclass(frozen=True, slots=True)
class Flat:
    """A flattened page with the grids of its tables."""

    page: Page
    grids: tuple[Grid, ...]


def is_bent(lattice: Lattice, px_per_mm: float) -> bool:
    """Return whether a rule deviates so far from its axis that tracing it again on a flat copy pays."""
    points = np.array(lattice.points())
    across_rows = np.ptp(points[:, :, 1], axis=1).max()
    across_columns = np.ptp(points[:, :, 0], axis=0).max()
    return bool(max(across_rows, across_columns) > BENT_MM * px_per_mm)


def flatten_draft(draft: Page, lattices: Sequence[Lattice]) -> Page:
    """Return the working copy, at its own resolution, with its tables flattened."""
    flat_mesh, _ = _build_mesh(draft, lattices)
    pixels = resample(draft.pixels, flat_mesh, round(flat_mesh.x_px[-1]), round(flat_mesh.y_px[-1]))
    return _make_page(draft, pixels, _to_scan(flat_mesh, draft), draft.px_per_mm)


def flatten(scan: Scan, draft: Page, lattices: Sequence[Lattice]) -> Flat:
    """Return the flattened page at the scan's resolution (at most MAX_PX_PER_MM) with its grids.

    The first table is flattened exactly.  Tables above and below it contribute
    their row rules to the mesh; any others are only located on the result.
    """
    flat_mesh, edges = _build_mesh(draft, lattices)
    scale = min(scan.px_per_mm, MAX_PX_PER_MM) / draft.px_per_mm
    page = _render(scan, draft, _scale(_to_scan(flat_mesh, draft), scale), draft.px_per_mm * scale)
    grids = (
        Grid(
            tuple(x * scale for x in columns),
            tuple(y * scale for y in rows),
            lattice.ruled,
            lattice.undivided,
        )
        for (columns, rows), lattice in zip(edges, lattices, strict=True)
    )
    return Flat(page, tuple(grids))


def cut_plain(scan: Scan, draft: Page) -> Page:
    """Return the page at the scan's resolution if there is no table to flatten."""
    scale = min(scan.px_per_mm, MAX_PX_PER_MM) / draft.px_per_mm
    return _render(scan, draft, _scale(draft.to_scan, scale), draft.px_per_mm * scale)


def _render(scan: Scan, draft: Page, mesh: Mesh, px_per_mm: float) -> Page:
    """Resample the scan through a mesh."""
    pixels = resample(scan.pixels, mesh, round(mesh.x_px[-1]), round(mesh.y_px[-1]))
    return _make_page(draft, pixels, mesh, px_per_mm)


def _make_page(draft: Page, pixels: Pixels, to_scan: Mesh, px_per_mm: float) -> Page:
    """Make a page with the metadata of the working copy."""
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


def _scale(mesh: Mesh, scale: float) -> Mesh:
    """Return the mesh for a page that is `scale` times as large."""
    return Mesh(tuple(x * scale for x in mesh.x_px), tuple(y * scale for y in mesh.y_px), mesh.scan_px)


def _to_scan(mesh: Mesh, draft: Page) -> Mesh:
    """Extend a mesh onto the working copy to one onto the scan."""
    return Mesh(mesh.x_px, mesh.y_px, tuple(tuple(draft.to_scan.to_scan(row)) for row in mesh.scan_px))


def _build_mesh(draft: Page, lattices: Sequence[Lattice]) -> tuple[Mesh, list[Edges]]:
    """Return a mesh from the flat page to the working copy, and each lattice's column and row edges.

    The mesh includes the margins of the page.  Distances on the flat page are
    mean distances along the rules.
    """
    lattice = _merge_rows(lattices)
    nodes, is_edge = _sample_rules(lattice, STATION_MM * draft.px_per_mm)
    widths = np.linalg.norm(np.diff(nodes, axis=1), axis=2).mean(axis=0)
    heights = np.linalg.norm(np.diff(nodes, axis=0), axis=2).mean(axis=1)
    left, top = max(1.0, nodes[:, 0, 0].mean()), max(1.0, nodes[0, :, 1].mean())
    right = max(1.0, draft.width_px - nodes[:, -1, 0].mean())
    bottom = max(1.0, draft.height_px - nodes[-1, :, 1].mean())
    xs = left + np.concatenate([[0.0], np.cumsum(widths)])
    ys = top + np.concatenate([[0.0], np.cumsum(heights)])
    first = [rule in lattices[0].rows for rule in lattice.rows]
    edges: list[Edges] = [(xs[is_edge].tolist(), ys[first].tolist())]
    nodes = _add_margins(nodes, xs, left, right)
    nodes = _add_margins(nodes.transpose(1, 0, 2), ys, top, bottom).transpose(1, 0, 2)
    all_x = (0.0, *xs.tolist(), float(xs[-1] + right))
    all_y = (0.0, *ys.tolist(), float(ys[-1] + bottom))
    points = tuple(tuple((float(x), float(y)) for x, y in row) for row in nodes)
    mesh = Mesh(all_x, all_y, points)
    return mesh, edges + [_locate_edges(mesh, further) for further in lattices[1:]]


def _merge_rows(lattices: Sequence[Lattice]) -> Lattice:
    """Add to the first lattice the row rules of those entirely above or below it and each other."""
    columns, merged = lattices[0].columns, list(lattices[:1])
    for lattice in lattices[1:]:
        if all(_is_above(lattice, other, columns) or _is_above(other, lattice, columns) for other in merged):
            merged.append(lattice)
    merged.sort(key=lambda lattice: crossing(lattice.rows[0], columns[0])[1])
    return Lattice(tuple(rule for lattice in merged for rule in lattice.rows), columns, lattices[0].ruled)


def _is_above(upper: Lattice, lower: Lattice, columns: Sequence[Rule]) -> bool:
    """Return whether one table ends before the other begins, over the full width of the columns."""
    outer = (columns[0], columns[-1])
    return all(crossing(upper.rows[-1], c)[1] + 1 < crossing(lower.rows[0], c)[1] for c in outer)


def _locate_edges(mesh: Mesh, lattice: Lattice) -> Edges:
    """Return the mean positions of a lattice's columns and rows on the flat page, by inverting the mesh."""
    target: FloatArray = np.array(lattice.points())
    position = target.reshape(-1, 2).copy()
    for _ in range(INVERSION_ROUNDS):  # fixed-point iteration
        mapped = mesh.to_scan([(x, y) for x, y in position.tolist()])
        position += target.reshape(-1, 2) - np.array(mapped)
    flat = position.reshape(target.shape)
    return flat[:, :, 0].mean(axis=0).tolist(), flat[:, :, 1].mean(axis=1).tolist()


def _sample_rules(lattice: Lattice, step_px: float) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Sample every row rule at the columns and between them.

    Returns the points (rows, stations, 2) and which stations are columns.
    """
    crossings = np.array(lattice.points())
    mean_widths = np.diff(crossings[:, :, 0], axis=1).mean(axis=0)
    pieces = [max(1, round(width / step_px)) for width in mean_widths.tolist()]
    rows = [_sample_rule(rule, line, pieces) for rule, line in zip(lattice.rows, crossings, strict=True)]
    is_edge = [share == 0 for count in pieces for share in range(count)] + [True]
    return np.array(rows), np.array(is_edge)


def _sample_rule(rule: Rule, crossings: FloatArray, pieces: list[int]) -> list[tuple[float, float]]:
    """Return points on a rule at its crossings and, in equal steps, between them."""
    xs = [
        float(crossings[j, 0] + (crossings[j + 1, 0] - crossings[j, 0]) * k / count)
        for j, count in enumerate(pieces)
        for k in range(count)
    ]
    return [(x, rule.at(x)) for x in (*xs, float(crossings[-1, 0]))]


def _add_margins(nodes: FloatArray, position: FloatArray, before: float, after: float) -> FloatArray:
    """Add a node at either end of each line (axis 1), extrapolating the outer third of the line."""
    third = max(1, len(position) // 3)
    first = (nodes[:, 0] - nodes[:, third]) / (position[third] - position[0])
    last = (nodes[:, -1] - nodes[:, -1 - third]) / (position[-1] - position[-1 - third])
    return np.concatenate(
        [nodes[:, :1] + first[:, None] * before, nodes, nodes[:, -1:] + last[:, None] * after], axis=1
    )
