"""Where the cells of a table lie: in storeys of a row, and under a header cell that spans several columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from samples.synthetic.form_design import Design

GROUP_SHARE = 0.5  # of the header's height is taken by a cell that spans several columns

BoxMm = tuple[float, float, float, float]  # left, top, right, bottom
Segment = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class CellSpan:
    """Where a column's cells lie: left and right edge in mm, top and bottom as shares of the row's height."""

    left_mm: float
    right_mm: float
    top_share: float = 0.0
    bottom_share: float = 1.0

    def within(self, top_mm: float, bottom_mm: float) -> BoxMm:
        """Return the box of the cell in a row from `top_mm` to `bottom_mm`."""
        height = bottom_mm - top_mm
        return (
            self.left_mm,
            top_mm + self.top_share * height,
            self.right_mm,
            top_mm + self.bottom_share * height,
        )


def cell_spans(design: Design) -> tuple[CellSpan, ...]:
    """Return the span of every column: each starts where the one before it in its storey ends."""
    edges = [sum(design.storeys[:i]) for i in range(len(design.storeys) + 1)]
    filled_to = [design.margin_mm[0]] * len(design.storeys)
    spans: list[CellSpan] = []
    for column in design.columns:
        storeys = range(len(filled_to)) if column.storey is None else (column.storey,)
        left = max(filled_to[i] for i in storeys)
        right = round(left + column.width_mm, 6)  # the same edge in every storey
        for i in storeys:
            filled_to[i] = right
        spans.append(CellSpan(left, right, edges[storeys[0]], edges[storeys[-1] + 1]))
    return tuple(spans)


def is_plain(design: Design) -> bool:
    """Tell whether every rule crosses the whole table."""
    return len(design.storeys) == 1 and not any(column.group for column in design.columns)


def header_cells(design: Design, top_mm: float, bottom_mm: float) -> list[tuple[str, BoxMm]]:
    """Return the text and the box of every header cell."""
    cells: list[tuple[str, BoxMm]] = []
    middle = top_mm + GROUP_SHARE * (bottom_mm - top_mm)
    spans = list(zip(design.columns, cell_spans(design), strict=True))
    for group, members in groupby(spans, key=lambda pair: pair[0].group):
        columns = list(members)
        if group:
            cells.append((group, (columns[0][1].left_mm, top_mm, columns[-1][1].right_mm, middle)))
            cells += [(c.header, (span.left_mm, middle, span.right_mm, bottom_mm)) for c, span in columns]
        else:
            cells += [(c.header, span.within(top_mm, bottom_mm)) for c, span in columns]
    return cells


def cell_borders(design: Design, y_mm: tuple[float, ...]) -> Iterator[Segment]:
    """Yield the rules of a table that is not plain: the borders of its cells, each once."""
    header = [box for _, box in header_cells(design, y_mm[0], y_mm[1])]
    if design.stacked_header:
        header = [(left, y_mm[0], right, y_mm[1]) for left, _, right, _ in header]
    rows = [span.within(top, bottom) for top, bottom in pairwise(y_mm[1:]) for span in cell_spans(design)]
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
