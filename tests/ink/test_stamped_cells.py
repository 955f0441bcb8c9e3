"""What lies inside a stamp in a row that is filled in may be its print, or writing under it."""

import numpy as np
import pytest

from digitize.records import Ink, Role, Status
from tests.ink.inks import draw_lines, empty_strip, measured, row_y
from tests.ink.test_split_pens import BLACK, BLUE, RED, Line, in_colours

R = 3  # the row under the stamp


def letters(xs: np.ndarray) -> list[Line]:
    letter = np.array([(0.0, 0.0), (0.0, -2.4), (1.5, 0.0), (1.5, -2.4)])
    return [letter + np.array([x, row_y(R) + 1.2]) for x in xs.tolist()]


NAME, ADDRESS = letters(np.arange(28.0, 60.0, 3.0)), letters(np.arange(86.0, 116.0, 3.0))
X = np.linspace(143.0, 168.0, 200)
SIGNATURE = np.column_stack([X, row_y(R) + 2.5 * np.sin(2.2 * X)])
TOP, BOTTOM = row_y(R) - 6.5, row_y(R) + 6.5
FRAME = np.array([(81.0, TOP), (124.0, TOP), (124.0, BOTTOM), (81.0, BOTTOM), (81.0, TOP)])


def test_a_row_whose_address_may_be_the_print_of_a_stamp_is_a_question() -> None:
    found = measured(empty_strip(), draw_lines(empty_strip(), *NAME, *ADDRESS, SIGNATURE, FRAME))
    assert found.measure(R, Role.ADDRESS).state is Ink.UNSURE
    assert found.statuses()[R] is Status.DOUBTFUL


@pytest.mark.parametrize(
    ("pen", "status"), [(BLACK, Status.SIGNED), (BLUE, Status.SIGNED), (RED, Status.DOUBTFUL)]
)
def test_writing_of_another_colour_than_the_stamp_is_none_of_its_print(
    pen: tuple[int, int, int], status: Status
) -> None:
    pixels = in_colours((pen, [*NAME, *ADDRESS, SIGNATURE]), (RED, [FRAME]))
    assert measured(empty_strip(), pixels).statuses()[R] is status


def test_writing_that_reaches_beyond_the_stamp_is_a_persons() -> None:
    longer = letters(np.arange(86.0, 132.0, 3.0))
    found = measured(empty_strip(), draw_lines(empty_strip(), *NAME, *longer, SIGNATURE, FRAME))
    assert found.statuses()[R] is Status.SIGNED


@pytest.mark.parametrize(("pen", "state"), [(BLUE, Ink.BLANK), (RED, Ink.UNSURE)])
def test_the_print_of_a_coloured_stamp_is_no_address(pen: tuple[int, int, int], state: Ink) -> None:
    found = measured(empty_strip(), in_colours((pen, [*NAME, SIGNATURE]), (RED, [FRAME, *ADDRESS])))
    assert found.measure(R, Role.ADDRESS).state is state
    assert found.statuses()[R] is Status.DOUBTFUL
