"""Cut the full-resolution page so that the table's rules run along the axes.

Rotation, perspective and curl are taken out in one resampling of the scan,
through a mesh whose nodes lie on the traced rules.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import FloatArray, Lattice, Mesh, Rule
from digitize.images import Page, Pixels, Scan, resample

MAX_PX_PER_MM = 12.0  # 305 dpi: finer scans tell no more
STATION_MM = 12.0  # nodes along a rule: curl between them stays below 0.05 mm
BENT_MM = 0.8  # rules further off the axes are traced again on the flattened draft


@dataclass(frozen=True, slots=True)
class Flat:
    """A page with the table's edges in its px: columns left to right, rows top to bottom."""

    page: Page
    column_edges_px: tuple[float, ...]
    row_edges_px: tuple[float, ...]


def is_bent(lattice: Lattice, px_per_mm: float) -> bool:
    """Whether some rule leaves its axis by so much that tracing once more on a flat copy pays."""
    points = np.array(lattice.points())
    across_rows = np.ptp(points[:, :, 1], axis=1).max()
    across_columns = np.ptp(points[:, :, 0], axis=0).max()
    return bool(max(across_rows, across_columns) > BENT_MM * px_per_mm)


def flatten_draft(draft: Page, lattice: Lattice) -> Page:
    """The working copy with its table flat, at the same resolution."""
    flat_mesh, _, _ = _mesh(draft, lattice)
    pixels = resample(draft.pixels, flat_mesh, round(flat_mesh.x_px[-1]), round(flat_mesh.y_px[-1]))
    return _page(draft, pixels, _through(flat_mesh, draft), draft.px_per_mm)


def flatten(scan: Scan, draft: Page, lattice: Lattice) -> Flat:
    """The page at the scan's resolution, at most MAX_PX_PER_MM, and the table's edges on it."""
    flat_mesh, columns, rows = _mesh(draft, lattice)
    scale = min(scan.px_per_mm, MAX_PX_PER_MM) / draft.px_per_mm
    page = _cut(scan, draft, _scaled(_through(flat_mesh, draft), scale), draft.px_per_mm * scale)
    return Flat(page, tuple(x * scale for x in columns), tuple(y * scale for y in rows))


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


def _mesh(draft: Page, lattice: Lattice) -> tuple[Mesh, list[float], list[float]]:
    """Flat px -> draft px, and the column and row edges in flat px; margins included.

    Distances on the flat page are the mean distances along the rules.
    """
    nodes, is_edge = _stations(lattice, STATION_MM * draft.px_per_mm)
    widths = np.linalg.norm(np.diff(nodes, axis=1), axis=2).mean(axis=0)
    heights = np.linalg.norm(np.diff(nodes, axis=0), axis=2).mean(axis=1)
    left, top = max(1.0, nodes[:, 0, 0].mean()), max(1.0, nodes[0, :, 1].mean())
    right = max(1.0, draft.width_px - nodes[:, -1, 0].mean())
    bottom = max(1.0, draft.height_px - nodes[-1, :, 1].mean())
    xs = left + np.concatenate([[0.0], np.cumsum(widths)])
    ys = top + np.concatenate([[0.0], np.cumsum(heights)])
    columns, rows = xs[is_edge].tolist(), ys.tolist()
    nodes = _with_margins(nodes, xs, left, right)
    nodes = _with_margins(nodes.transpose(1, 0, 2), ys, top, bottom).transpose(1, 0, 2)
    all_x = (0.0, *xs.tolist(), float(xs[-1] + right))
    all_y = (0.0, *ys.tolist(), float(ys[-1] + bottom))
    points = tuple(tuple((float(x), float(y)) for x, y in row) for row in nodes)
    return Mesh(all_x, all_y, points), columns, rows


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
