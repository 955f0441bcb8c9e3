"""Where the cells of a table lie: in one row, in storeys of a row, under a header over several columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a design is laid out with its cells
    from samples.synthetic.form_design import Design

GROUP_SHARE = 0.5  # of the header's height holds the word over several columns

BoxMm = tuple[float, float, float, float]  # left, top, right, bottom
Segment = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column's cells lie: from left to right in mm, and from top to bottom as shares of a row."""

    left_mm: float
    right_mm: float
    top_share: float = 0.0
    bottom_share: float = 1.0

    def within(self, top_mm: float, bottom_mm: float) -> BoxMm:
        """The cell of the row between two heights."""
        height = bottom_mm - top_mm
        return (
            self.left_mm,
            top_mm + self.top_share * height,
            self.right_mm,
            top_mm + self.bottom_share * height,
        )


def places(design: "Design") -> tuple[Place, ...]:
    """The place of every column: each starts where the one before it in its storey ended."""
    edges = [sum(design.storeys[:i]) for i in range(len(design.storeys) + 1)]
    reached = [design.margin_mm[0]] * len(design.storeys)
    found: list[Place] = []
    for column in design.columns:
        storeys = range(len(reached)) if column.storey is None else (column.storey,)
        left = max(reached[i] for i in storeys)
        right = round(left + column.width_mm, 6)  # the same edge in every storey
        for i in storeys:
            reached[i] = right
        found.append(Place(left, right, edges[storeys[0]], edges[storeys[-1] + 1]))
    return tuple(found)


def is_plain(design: "Design") -> bool:
    """Whether every rule runs through the whole table."""
    return len(design.storeys) == 1 and not any(column.group for column in design.columns)


def header_cells(design: "Design", top_mm: float, bottom_mm: float) -> list[tuple[str, BoxMm]]:
    """The header's texts and the cells in which they stand."""
    found: list[tuple[str, BoxMm]] = []
    height = bottom_mm - top_mm
    laid = list(zip(design.columns, places(design), strict=True))
    for group, members in groupby(laid, key=lambda pair: pair[0].group):
        columns = list(members)
        if group:
            middle = top_mm + GROUP_SHARE * height
            found.append((group, (columns[0][1].left_mm, top_mm, columns[-1][1].right_mm, middle)))
            found += [(c.header, (at.left_mm, middle, at.right_mm, bottom_mm)) for c, at in columns]
        else:
            found += [(c.header, at.within(top_mm, bottom_mm)) for c, at in columns]
    return found


def rules(design: "Design", y_mm: tuple[float, ...]) -> Iterator[Segment]:
    """The rules of a table that is not plain, as segments: the borders of its cells."""
    header = [box for _, box in header_cells(design, y_mm[0], y_mm[1])]
    if design.stacked_header:
        header = [(left, y_mm[0], right, y_mm[1]) for left, _, right, _ in header]
    rows = [at.within(top, bottom) for top, bottom in pairwise(y_mm[1:]) for at in places(design)]
    seen: set[Segment] = set()
    for left, top, right, bottom in (*header, *rows):
        for segment in (
            ((left, top), (right, top)),
            ((left, bottom), (right, bottom)),
            ((left, top), (left, bottom)),
            ((right, top), (right, bottom)),
        ):
            if segment not in seen:
                seen.add(segment)
                yield segment
