"""The outline of a stroke, and loops in it."""

import numpy as np
import pytest

from digitize.ink.outlines import has_loop, outline_px
from tests.ink.drawn_strokes import PEN_MM, PX_PER_MM, draw_mask

SQUARE = [(2.0, 2.0), (8.0, 2.0), (8.0, 8.0), (2.0, 8.0)]


def points(*lines: list[tuple[float, float]]) -> np.ndarray:
    ys, xs = np.nonzero(draw_mask(*lines, size_mm=(10, 10)))
    return np.column_stack([xs, ys]).astype(np.float64)


def test_the_outline_of_a_line_is_twice_as_long_as_the_line() -> None:
    outline_mm = outline_px(points([(1, 5), (9, 5)])) / PX_PER_MM
    assert outline_mm == pytest.approx(2 * (8 + PEN_MM), rel=0.1)


def test_a_closed_line_has_a_loop_and_an_open_one_none() -> None:
    assert has_loop(points([*SQUARE, SQUARE[0]]), PX_PER_MM)
    assert not has_loop(points(SQUARE), PX_PER_MM)


def test_a_speck_of_paper_in_the_ink_is_no_loop() -> None:
    worn = points([(1, 5), (9, 5)])
    assert not has_loop(worn[~(worn == worn[len(worn) // 2]).all(axis=1)], PX_PER_MM)
