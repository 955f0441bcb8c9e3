"""A fold through a blank row, or a line that closes it, is no writing."""

import numpy as np

from digitize.records import Ink, Role, Status
from tests.ink.inks import draw_lines, empty_strip, measured, row_y


def piece(start_mm: float, end_mm: float, r: int = 2, rise_mm: float = 0.0) -> np.ndarray:
    return np.array([(start_mm, row_y(r) + rise_mm), (end_mm, row_y(r) + rise_mm)])


def test_pieces_of_a_line_through_a_blank_row_leave_it_blank() -> None:
    page = empty_strip()
    pixels = draw_lines(page, piece(30, 48), piece(90, 97), piece(120, 121.2), piece(150, 157))
    found = measured(page, pixels)
    assert found.statuses()[2] is Status.BLANK
    assert found.measure(2, Role.SIGNATURE).state is Ink.BLANK


def test_a_dash_in_one_cell_and_dashes_at_several_heights_stay() -> None:
    page = empty_strip()
    assert measured(page, draw_lines(page, piece(150, 157))).measure(2, Role.SIGNATURE).state is Ink.INKED
    pixels = draw_lines(
        page, piece(30, 38, rise_mm=-2.5), piece(90, 97, rise_mm=2.5), piece(150, 157, rise_mm=-2)
    )
    assert measured(page, pixels).measure(2, Role.SIGNATURE).state is Ink.INKED
