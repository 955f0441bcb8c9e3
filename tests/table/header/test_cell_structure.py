"""Cells are the rectangles between the rules that are present."""

import numpy as np

from digitize.table.header.cell_structure import joined_cells


def test_every_rule_present_gives_single_cells() -> None:
    cells = joined_cells(np.ones((1, 2), bool), np.ones((2, 1), bool))
    assert cells == [
        (slice(0, 1), slice(0, 1)),
        (slice(1, 2), slice(0, 1)),
        (slice(0, 1), slice(1, 2)),
        (slice(1, 2), slice(1, 2)),
    ]


def test_missing_rules_merge_storeys_and_columns() -> None:
    horizontal = np.array([[True, True, False]])  # the last column has one storey
    vertical = np.array([[True, True], [False, True]])  # the lower storey spans two columns
    assert joined_cells(horizontal, vertical) == [
        (slice(0, 1), slice(0, 1)),
        (slice(1, 2), slice(0, 2)),
        (slice(0, 1), slice(1, 2)),
        (slice(0, 2), slice(2, 3)),
    ]


def test_cells_that_are_not_rectangles_are_separated_by_columns() -> None:
    horizontal = np.array([[False, True]])
    vertical = np.array([[False], [True]])  # the upper right cell would join an L-shaped one
    assert joined_cells(horizontal, vertical) == [
        (slice(0, 2), slice(0, 1)),
        (slice(0, 1), slice(1, 2)),
        (slice(1, 2), slice(1, 2)),
    ]
