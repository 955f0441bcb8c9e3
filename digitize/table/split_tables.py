"""Tables that are parts of others: side by side under one frame, one below the other, or without a header.

A header whose words come twice heads two tables.  A table without a header
that has the columns of a known one goes on where that one ended.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.images import INK_SHARE, Page, Pixels
from digitize.records import Column, Role, Table

ALIKE_SHARE = 0.015  # of the table's width: column edges of the same print differ no more
WIDTH_SHARE = 0.1  # two scans of the same print differ no more in scale
PITCH_SHARE = 0.15  # lines without columns are rows only where they keep the pitch of the known ones
LEAST_COLUMNS = 3  # two columns of equal width are in any box
HEADER_SHARE = 0.2  # of a row's height by which a header that cannot be read is taller or lower than a row
NUMBERS_SHARE = 0.3  # two columns of numbers differ no more in width
PRINT_PX_PER_MM = 3.0  # headers are compared on a coarse picture
NAMES = (Role.NAME, Role.FAMILY_NAME)  # the same header may be read as either
SHIFT_MM = 1.5  # by which a repeated header may lie elsewhere in its row
SAME_PRINT = 0.6  # correlation of a header with its repetition; writing reaches 0.3


class Edges(Protocol):
    """What of a grid is needed here."""

    @property
    def column_edges_px(self) -> tuple[float, ...]: ...
    @property
    def row_edges_px(self) -> tuple[float, ...]: ...
    @property
    def ruled(self) -> bool: ...


def continued(page: Page, grid: Edges, known: Table, known_px_per_mm: float | None = None) -> Table | None:
    """The grid as a table with the columns of `known`; None where its columns are others.

    `known` may lie on another page, whose resolution is then `known_px_per_mm`.
    """
    scale = page.px_per_mm / (known_px_per_mm or page.px_per_mm)
    left, right = grid.column_edges_px[0], grid.column_edges_px[-1]
    stretch = (right - left) / (known.right_px - known.left_px)
    edges = np.unique([edge for column in known.columns for edge in (column.left_px, column.right_px)])
    here = left + (edges - known.left_px) * stretch
    off = np.abs(here[:, None] - np.array(grid.column_edges_px)[None, :])
    slack = ALIKE_SHARE * (right - left)
    same = off.min(axis=0).max() <= slack and (not grid.ruled or off.min(axis=1).max() <= slack)
    width_share = WIDTH_SHARE if grid.ruled else ALIKE_SHARE
    if not same or len(edges) <= LEAST_COLUMNS or abs(stretch / scale - 1) > width_share:
        return None
    heights = np.diff(grid.row_edges_px)
    pitch = float(np.median(np.diff(known.row_edges_px))) * scale
    if not grid.ruled and abs(float(np.median(heights)) / pitch - 1) > PITCH_SHARE:
        return None
    nearest = {
        edge: grid.column_edges_px[i] for edge, i in zip(edges.tolist(), off.argmin(axis=1), strict=True)
    }
    places = nearest if grid.ruled else dict(zip(edges.tolist(), here.tolist(), strict=True))
    columns = tuple(replace(c, left_px=places[c.left_px], right_px=places[c.right_px]) for c in known.columns)
    rows = grid.row_edges_px
    headed = len(rows) > 2 and abs(heights[0] / np.median(heights[1:]) - 1) > HEADER_SHARE
    return Table(columns, rows[1:] if headed else rows, rows[0])


def split_tables(page: Page, table: Table) -> tuple[Table, ...]:
    """The tables that a table consists of, top to bottom, then left to right; mostly itself alone."""
    beside = _beside(table.columns)
    stacked = _stacked(page, table)
    return tuple(replace(part, columns=columns) for part in stacked for columns in beside)


def _beside(columns: Sequence[Column]) -> list[tuple[Column, ...]]:
    """The columns of each table where several stand side by side: where the roles begin again."""
    whole = [tuple(columns)]
    known = [i for i, column in enumerate(columns) if column.role is not Role.OTHER]
    if len({columns[i].top_share for i in known}) > 1 or not known:
        return whole
    lead = next((columns[i].role for i in known if columns[i].role is not Role.NUMBER), Role.NUMBER)
    starts = [i for i in known if columns[i].role in (NAMES if lead in NAMES else (lead,))]
    if len(starts) < 2:
        return whole
    starts = [0, *(_with_number(columns, start) for start in starts[1:])]
    groups = [
        tuple(columns[start:end]) for start, end in zip(starts, (*starts[1:], len(columns)), strict=True)
    ]
    groups = [_numbered(_without_gap(group), groups[0]) for group in groups]
    signed = all(any(column.role is Role.SIGNATURE for column in group) for group in groups)
    return groups if signed else whole


def _with_number(columns: Sequence[Column], start: int) -> int:
    """The index of the first column of a table whose first named column is at `start`."""
    before = columns[start - 1] if start else None
    if before is None:
        return start
    if before.role is Role.NUMBER:
        return start - 1
    width = columns[0].right_px - columns[0].left_px
    narrow = abs((before.right_px - before.left_px) / width - 1) <= NUMBERS_SHARE
    return start - 1 if columns[0].role is Role.NUMBER and before.role is Role.OTHER and narrow else start


def _without_gap(group: tuple[Column, ...]) -> tuple[Column, ...]:
    """Without the gap that parts it from the next table and looks like a column without a header."""
    gap = len(group) > 1 and group[-1].role is Role.OTHER and not group[-1].header
    return group[:-1] if gap else group


def _numbered(group: tuple[Column, ...], first: tuple[Column, ...]) -> tuple[Column, ...]:
    unread = group[0].role is Role.OTHER and first[0].role is Role.NUMBER
    return (replace(group[0], role=Role.NUMBER), *group[1:]) if unread else group


def _stacked(page: Page, table: Table) -> list[Table]:
    """The table cut where its header is printed again between its rows."""
    edges = table.row_edges_px
    # The rules between storeys make every row look like the header.
    if table.has_storeys or edges[0] - table.header_top_px < page.px(2 * SHIFT_MM):
        return [table]
    header = _print(page, Box(table.left_px, table.header_top_px, table.right_px, edges[0]))
    again = [
        r for r in range(len(edges) - 1) if _likeness(header, _print(page, table.row_box(r))) >= SAME_PRINT
    ]
    if not again:
        return [table]
    tops = [table.header_top_px, *(edges[r] for r in again)]
    spans = zip([0, *(r + 1 for r in again)], [*again, len(edges) - 1], tops, strict=True)
    return [
        replace(table, row_edges_px=edges[start : end + 1], header_top_px=top)
        for start, end, top in spans
        if end > start
    ]


def _print(page: Page, box: Box) -> Pixels:
    """The ink between the rules of a row on a coarse picture, 255 = full."""
    inner = box.expanded(-page.px(0.6)).clipped(page.width_px, page.height_px)
    rows, columns = inner.slices()
    ink = np.where(page.even[rows, columns] < 255 * INK_SHARE, np.uint8(255), np.uint8(0))
    scale = PRINT_PX_PER_MM / page.px_per_mm
    size = max(1, round(inner.width * scale)), max(1, round(inner.height * scale))
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _likeness(header: Pixels, row: Pixels) -> float:
    """Correlation of two prints where they agree best, -1..1."""
    reach = round(SHIFT_MM * PRINT_PX_PER_MM)
    inner: NDArray[np.uint8] = header[reach:-reach, reach:-reach]
    if inner.size == 0 or row.shape[0] < inner.shape[0] or row.shape[1] < inner.shape[1] or not inner.any():
        return 0.0
    return float(cv2.matchTemplate(row, inner, cv2.TM_CCOEFF_NORMED).max())
