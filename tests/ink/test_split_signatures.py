"""Signatures of neighbouring rows that touch are split; single signatures over two rows are not."""

import numpy as np
import pytest

from digitize.ink.split_signatures import split_signatures
from digitize.ink.strokes import Strokes
from digitize.records import Column, Role, Table
from tests.ink.drawn_strokes import PX_PER_MM, Line, Mask, draw_mask, labels_on, strokes_of

SIZE_MM = (120.0, 34.0)
PITCH_MM = 8.5
BORDER_MM = PITCH_MM  # below the first of four rows
TABLE = Table(
    (Column(Role.NAME, 0.0, 60 * PX_PER_MM), Column(Role.SIGNATURE, 60 * PX_PER_MM, 120 * PX_PER_MM)),
    tuple(r * PITCH_MM * PX_PER_MM for r in range(5)),
    0.0,
)


def signature(row: float, height_mm: float = 5.0, left_mm: float = 70.0, width_mm: float = 30.0) -> Line:
    """Return a zigzag in the middle of a row."""
    xs = np.arange(left_mm, left_mm + width_mm, 1.0)
    middle = PITCH_MM * (row + 0.5)
    return [(x, middle + (height_mm / 2 if i % 2 else -height_mm / 2)) for i, x in enumerate(xs.tolist())]


def meander(row: float) -> Line:
    """Return a wave of vertical stems that fills a row nearly up to its borders."""
    return [(x + dx, y) for x, y in signature(row, 7.5) for dx in (0.0, 1.0)]


def stem(x_mm: float, first: float, last: float) -> Line:
    """Return a vertical line from the middle of one row to that of another."""
    return [(x_mm, PITCH_MM * (first + 0.5)), (x_mm, PITCH_MM * (last + 0.5))]


def names(*rows: int) -> list[Line]:
    """Return a name in the first column of these rows."""
    return [signature(row, 3.0, 10.0, 20.0) for row in rows]


def split(*lines: Line, named: tuple[int, ...] = (0, 1, 2, 3), table: Table = TABLE) -> tuple[Strokes, Mask]:
    """Return the strokes after splitting and a mask of these lines, without the names."""
    mask = draw_mask(*lines, size_mm=SIZE_MM)
    strokes = strokes_of(mask | draw_mask(*names(*named), size_mm=SIZE_MM))
    return split_signatures(strokes, table, PX_PER_MM), mask


def test_two_touching_signatures_become_two_strokes() -> None:
    found, mask = split(signature(0), signature(1), stem(85, 0, 1))
    labels = labels_on(found, mask)
    assert len(labels) == 2
    upper, lower = sorted(labels, key=lambda i: found.boxes[i, 1])
    for label, row in ((upper, 0), (lower, 1)):
        drawn = draw_mask(signature(row), size_mm=SIZE_MM)
        assert (found.labels[drawn] == label).all()
    assert found.boxes[upper, 3] == found.boxes[lower, 1] == pytest.approx(BORDER_MM * PX_PER_MM, abs=12)


def test_two_lines_of_writing_become_two_strokes_although_much_runs_across_the_border() -> None:
    """An upright line crosses each of them twice, and both four times."""
    waves = [
        [
            (x, PITCH_MM * (row + 0.5) + (3.0 if (i + phase) % 2 else -3.0))
            for i, x in enumerate(range(70, 100, 4))
        ]
        for row in (0, 1)
        for phase in (0, 1)
    ]
    stems = [stem(71.5 + 28 * i / 18, 0, 1) for i in range(18)]
    assert len(labels_on(*split(*waves, *stems))) == 2
    assert len(labels_on(*split(*waves[::2], *stems))) == 1, "crossed twice only"


def test_areas_and_boxes_are_those_of_the_parts() -> None:
    found, mask = split(signature(0), signature(1, left_mm=75.0), stem(85, 0, 1))
    assert (found.labels > 0)[mask].all()
    for label in labels_on(found, mask):
        ys, xs = np.nonzero(found.labels == label)
        assert found.area_px[label] == len(xs)
        bounds = [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
        assert found.boxes[label] == pytest.approx(bounds, abs=0)


def test_three_touching_signatures_become_three_strokes() -> None:
    found, mask = split(signature(0), signature(1), signature(2), stem(85, 0, 1), stem(90, 1, 2))
    assert len(labels_on(found, mask)) == 3


def test_an_underline_at_the_border_does_not_hide_the_split() -> None:
    """It fills the gap between the signatures with as much ink as they have at any height."""
    underline = [(70.0, BORDER_MM), (90.0, BORDER_MM)]
    found, mask = split(meander(0), meander(1), stem(85, 0, 1), underline)
    assert len(labels_on(found, mask)) == 2


@pytest.mark.parametrize("height_mm", [9.5, 14.0])
def test_a_signature_over_two_rows_stays_in_one_piece(height_mm: float) -> None:
    found, mask = split(signature(0.5, height_mm))
    assert len(labels_on(found, mask)) == 1


def test_the_tail_of_a_large_signature_stays_with_it() -> None:
    loop = [(85.0, PITCH_MM / 2), (83.0, 1.6 * PITCH_MM), (88.0, 1.6 * PITCH_MM), (86.0, PITCH_MM / 2)]
    found, mask = split(signature(0), loop)
    assert len(labels_on(found, mask)) == 1


@pytest.mark.parametrize("named", [(0,), (1,), ()])
def test_nothing_is_split_where_a_row_is_otherwise_blank(named: tuple[int, ...]) -> None:
    found, mask = split(signature(0), signature(1), stem(85, 0, 1), named=named)
    assert len(labels_on(found, mask)) == 1


def test_words_in_other_columns_are_not_split() -> None:
    found, mask = split(signature(0, 5.0, 10.0, 30.0), signature(1, 5.0, 10.0, 30.0), stem(20, 0, 1))
    assert len(labels_on(found, mask)) == 1


STACKED = (
    Column(Role.NAME, 0.0, 60 * PX_PER_MM),
    Column(Role.SIGNATURE, 60 * PX_PER_MM, 120 * PX_PER_MM, "", 0.0, 0.6),
    Column(Role.TOWN, 60 * PX_PER_MM, 120 * PX_PER_MM, "", 0.6, 1.0),
)


@pytest.mark.parametrize(
    "columns", [TABLE.columns[:1], STACKED], ids=["no signature column", "stacked cells"]
)
def test_tables_where_signatures_do_not_adjoin_are_left_alone(columns: tuple[Column, ...]) -> None:
    table = Table(columns, TABLE.row_edges_px, 0.0)
    found, mask = split(signature(0), signature(1), stem(85, 0, 1), table=table)
    assert len(labels_on(found, mask)) == 1
