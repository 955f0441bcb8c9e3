"""Find several tables in one: side by side, one below the other, or without a header.

A header whose words occur twice belongs to two tables.  A table without a
header that has the columns of a known table is its continuation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.images import INK_SHARE, Page, Pixels
from digitize.records import Column, Role, Table


@dataclass(frozen=True, slots=True)
class SplitSettings:
    """Tolerances for recognising the columns or the header of a table a second time."""

    edge_tolerance_share: float = 0.015  # of the table's width: column edges of the same print differ by less
    scale_tolerance_share: float = 0.1  # two scans of the same print differ by less
    # Lines without columns are rows only if they keep the known row height.
    pitch_tolerance_share: float = 0.15
    min_columns: int = 3  # any box may have two columns of equal width
    header_height_share: float = 0.2  # of a row's height by which an illegible header differs from a row
    number_width_share: float = 0.3  # relative difference in width of two number columns
    print_px_per_mm: float = 3.0  # headers are compared at this resolution
    shift_mm: float = 1.5  # by which a repeated header may be displaced in its row
    min_correlation: float = 0.6  # of a header with its repetition; writing reaches 0.3


SETTINGS = SplitSettings()
NAMES = (Role.NAME, Role.FAMILY_NAME)  # the same header may be read as either


class GridEdges(Protocol):
    """The part of a grid that is needed here."""

    @property
    def column_edges_px(self) -> tuple[float, ...]: ...
    @property
    def row_edges_px(self) -> tuple[float, ...]: ...
    @property
    def ruled(self) -> bool: ...


def as_continuation(
    page: Page, grid: GridEdges, known: Table, known_px_per_mm: float | None = None
) -> Table | None:
    """Return the grid as a table with the columns of `known`, None if its columns are different.

    `known` may lie on another page, whose resolution is then `known_px_per_mm`.
    """
    scale = page.px_per_mm / (known_px_per_mm or page.px_per_mm)
    left, right = grid.column_edges_px[0], grid.column_edges_px[-1]
    stretch = (right - left) / (known.right_px - known.left_px)
    edges = np.unique([edge for column in known.columns for edge in (column.left_px, column.right_px)])
    expected = left + (edges - known.left_px) * stretch
    distance = np.abs(expected[:, None] - np.array(grid.column_edges_px)[None, :])
    tolerance = SETTINGS.edge_tolerance_share * (right - left)
    columns_match = distance.min(axis=0).max() <= tolerance and (
        not grid.ruled or distance.min(axis=1).max() <= tolerance
    )
    width_share = SETTINGS.scale_tolerance_share if grid.ruled else SETTINGS.edge_tolerance_share
    if not columns_match or len(edges) <= SETTINGS.min_columns or abs(stretch / scale - 1) > width_share:
        return None
    heights = np.diff(grid.row_edges_px)
    pitch = float(np.median(np.diff(known.row_edges_px))) * scale
    if not grid.ruled and abs(float(np.median(heights)) / pitch - 1) > SETTINGS.pitch_tolerance_share:
        return None
    nearest_edge = {
        edge: grid.column_edges_px[i] for edge, i in zip(edges.tolist(), distance.argmin(axis=1), strict=True)
    }
    position = nearest_edge if grid.ruled else dict(zip(edges.tolist(), expected.tolist(), strict=True))
    columns = tuple(
        replace(c, left_px=position[c.left_px], right_px=position[c.right_px]) for c in known.columns
    )
    rows = grid.row_edges_px
    has_header = len(rows) > 2 and abs(heights[0] / np.median(heights[1:]) - 1) > SETTINGS.header_height_share
    return Table(columns, rows[1:] if has_header else rows, rows[0])


def split_tables(page: Page, table: Table) -> tuple[Table, ...]:
    """Return the tables that a table consists of, from top to bottom, then left to right."""
    beside = _columns_side_by_side(table.columns)
    stacked = _split_at_headers(page, table)
    return tuple(replace(part, columns=columns) for part in stacked for columns in beside)


def _columns_side_by_side(columns: Sequence[Column]) -> list[tuple[Column, ...]]:
    """Return the columns of each table if several stand side by side: where the roles start again."""
    whole = [tuple(columns)]
    known = [i for i, column in enumerate(columns) if column.role is not Role.OTHER]
    if len({columns[i].top_share for i in known}) > 1 or not known:
        return whole
    lead = next((columns[i].role for i in known if columns[i].role is not Role.NUMBER), Role.NUMBER)
    starts = [i for i in known if columns[i].role in (NAMES if lead in NAMES else (lead,))]
    if len(starts) < 2:
        return whole
    starts = [0, *(_index_of_number(columns, start) for start in starts[1:])]
    groups = [
        tuple(columns[start:end]) for start, end in zip(starts, (*starts[1:], len(columns)), strict=True)
    ]
    groups = [_with_number_role(_drop_gap(group), groups[0]) for group in groups]
    signed = all(any(column.role is Role.SIGNATURE for column in group) for group in groups)
    return groups if signed else whole


def _index_of_number(columns: Sequence[Column], start: int) -> int:
    """Return the index of a table's first column: its number column if there is one before `start`."""
    before = columns[start - 1] if start else None
    if before is None:
        return start
    if before.role is Role.NUMBER:
        return start - 1
    width = columns[0].right_px - columns[0].left_px
    narrow = abs((before.right_px - before.left_px) / width - 1) <= SETTINGS.number_width_share
    return start - 1 if columns[0].role is Role.NUMBER and before.role is Role.OTHER and narrow else start


def _drop_gap(group: tuple[Column, ...]) -> tuple[Column, ...]:
    """Drop the gap before the next table, which looks like a column without a header."""
    gap = len(group) > 1 and group[-1].role is Role.OTHER and not group[-1].header
    return group[:-1] if gap else group


def _with_number_role(group: tuple[Column, ...], first: tuple[Column, ...]) -> tuple[Column, ...]:
    """Treat an unread first column as a number column if the first table has one."""
    unread = group[0].role is Role.OTHER and first[0].role is Role.NUMBER
    return (replace(group[0], role=Role.NUMBER), *group[1:]) if unread else group


def _split_at_headers(page: Page, table: Table) -> list[Table]:
    """Split the table where its header is printed again between its rows."""
    edges = table.row_edges_px
    # In rows with storeys, the rules between them make every row look like the header.
    if table.has_storeys or edges[0] - table.header_top_px < page.px(2 * SETTINGS.shift_mm):
        return [table]
    header = _ink_thumbnail(page, Box(table.left_px, table.header_top_px, table.right_px, edges[0]))
    repeated = [
        r
        for r in range(len(edges) - 1)
        if _correlation(header, _ink_thumbnail(page, table.row_box(r))) >= SETTINGS.min_correlation
    ]
    if not repeated:
        return [table]
    tops = [table.header_top_px, *(edges[r] for r in repeated)]
    spans = zip([0, *(r + 1 for r in repeated)], [*repeated, len(edges) - 1], tops, strict=True)
    return [
        replace(table, row_edges_px=edges[start : end + 1], header_top_px=top)
        for start, end, top in spans
        if end > start
    ]


def _ink_thumbnail(page: Page, box: Box) -> Pixels:
    """Return the ink between the rules of a row at low resolution, 255 = full."""
    inner = box.expanded(-page.px(0.6)).clipped(page.width_px, page.height_px)
    rows, columns = inner.slices()
    ink = np.where(page.even[rows, columns] < 255 * INK_SHARE, np.uint8(255), np.uint8(0))
    scale = SETTINGS.print_px_per_mm / page.px_per_mm
    size = max(1, round(inner.width * scale)), max(1, round(inner.height * scale))
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _correlation(header: Pixels, row: Pixels) -> float:
    """Return the correlation (-1 to 1) of two prints at the shift where they agree best."""
    reach = round(SETTINGS.shift_mm * SETTINGS.print_px_per_mm)
    inner: NDArray[np.uint8] = header[reach:-reach, reach:-reach]
    if inner.size == 0 or row.shape[0] < inner.shape[0] or row.shape[1] < inner.shape[1] or not inner.any():
        return 0.0
    return float(cv2.matchTemplate(row, inner, cv2.TM_CCOEFF_NORMED).max())
