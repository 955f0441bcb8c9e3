"""Writing under a marker or a black bar: still ink where it can be seen, a question where it cannot."""

import numpy as np
import pytest

from digitize.images import Pixels
from digitize.records import FlagCode, Ink, Mark, Role, Status
from samples.synthetic import Mode, Paper, SyntheticPage
from tests.ink.inks import COLUMN_EDGES_MM, Measured, measured, row_y, signers, synthetic

BAR_MM = 5.5
HALF = tuple(row if r % 2 else None for r, row in enumerate(signers(2)))


def with_bar(page: SyntheticPage, r: int, columns: tuple[int, int], level: float) -> Pixels:
    """Return the page with a bar over some columns (the first and the last) of a row."""
    scale, pixels = page.mapping.scale, page.pixels.astype(np.float32)
    left, right = COLUMN_EDGES_MM[columns[0]] + 1.0, COLUMN_EDGES_MM[columns[1] + 1] - 1.0
    top, bottom = row_y(r) - BAR_MM / 2, row_y(r) + BAR_MM / 2
    top, bottom, left, right = (round(side * scale) for side in (top, bottom, left, right))
    pixels[top:bottom, left:right] *= level
    return pixels.astype(np.uint8)


def flags(found: Measured, r: int) -> set[FlagCode]:
    return {flag.code for flag in found.rows()[r].flags}


@pytest.mark.parametrize("level", [0.55, 0.75])
def test_rows_under_a_marker_that_shows_the_writing_come_out_as_without_it(level: float) -> None:
    page = synthetic(HALF, Paper(dpi=300.0), seed=2)
    for r in (2, 3):
        assert measured(page, with_bar(page, r, (1, 3), level)).statuses() == measured(page).statuses()


@pytest.mark.parametrize("mode", [Mode.GREY, Mode.BITONAL])
def test_a_row_under_a_black_bar_is_a_question(mode: Mode) -> None:
    page = synthetic(HALF, Paper(dpi=300.0, mode=mode), seed=2)
    for r in (2, 3):
        found = measured(page, with_bar(page, r, (0, 3), 0.05))
        assert found.statuses()[r] is Status.DOUBTFUL
        assert FlagCode.COVERED in flags(found, r)
        others = [status for i, status in enumerate(found.statuses()) if i != r]
        assert others == [status for i, status in enumerate(measured(page).statuses()) if i != r]


def test_a_name_that_was_blacked_out_is_a_question() -> None:
    page = synthetic(HALF, Paper(dpi=300.0), seed=2)
    found = measured(page, with_bar(page, 3, (1, 1), 0.05))
    measure = found.measure(3, Role.NAME)
    assert (measure.state, measure.mark) == (Ink.UNSURE, Mark.COVERED)
    row = found.rows()[3]
    assert row.status is Status.DOUBTFUL and row.review
    assert flags(found, 3) & {FlagCode.COVERED, FlagCode.UNSURE_INK} == {FlagCode.COVERED}


def test_a_bar_over_one_cell_of_a_blank_row_leaves_it_blank() -> None:
    page = synthetic(HALF, Paper(dpi=300.0), seed=2)
    row = measured(page, with_bar(page, 2, (1, 1), 0.05)).rows()[2]
    assert row.status is Status.BLANK
    assert row.review
