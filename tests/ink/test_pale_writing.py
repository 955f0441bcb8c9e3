"""A row whose ink is as pale as the grain of the paper is a question."""

import numpy as np
import pytest

from digitize.records import Status
from samples.synthetic import Paper
from tests.ink.inks import draw_lines, measured, row_y, synthetic, zigzag

GRAINY = Paper(dpi=150.0, noise=19.0)
ROW = 3
COLUMNS_MM = (30.0, 90.0, 145.0)


def word(x: float) -> np.ndarray:
    return zigzag(x, row_y(ROW), 14.0, 0.7)


def statuses(seed: int, *lines: np.ndarray, darkness: float = 0.1) -> tuple[Status, ...]:
    page = synthetic((), GRAINY, seed)
    return measured(page, draw_lines(page, *lines, width_mm=0.4, darkness=darkness)).statuses()


@pytest.mark.parametrize("seed", range(4))
def test_words_as_pale_as_the_grain_in_all_cells_are_a_question(seed: int) -> None:
    found = statuses(seed, *(word(x) for x in COLUMNS_MM))
    assert found[ROW] is Status.DOUBTFUL
    assert {status for r, status in enumerate(found) if r != ROW} == {Status.BLANK}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("missing", range(3))
def test_a_cell_without_them_leaves_the_row_blank(missing: int, seed: int) -> None:
    found = statuses(seed, *(word(x) for i, x in enumerate(COLUMNS_MM) if i != missing))
    assert set(found) == {Status.BLANK}


@pytest.mark.parametrize("seed", range(2))
def test_a_fold_is_not_as_high_as_a_word(seed: int) -> None:
    fold = np.array([(20.0, row_y(ROW)), (180.0, row_y(ROW) + 0.5)])
    assert set(statuses(seed, fold)) == {Status.BLANK}
