"""What the geometry of a cell's strokes tells about its ink state."""

import numpy as np
import pytest

from digitize.records import Ink, Role
from tests.ink.inks import draw_lines, empty_strip, measured, row_y

CROSS = [np.array([(-2.5, -2.4), (2.5, 2.4)]), np.array([(-2.5, 2.4), (2.5, -2.4)])]
LETTER = np.array([(-1.6, 1.5), (-1.6, -1.5), (1.6, 1.5), (1.6, -1.5)])  # an N


@pytest.mark.parametrize(
    ("beside", "state"),
    [
        (LETTER, Ink.INKED),
        (LETTER / 3, Ink.UNSURE),  # too small for a letter
        (
            LETTER + np.array([0.0, 2.4]),
            Ink.UNSURE,
        ),  # it reaches over the border: the end of a neighbour's stroke
        (np.array([(-3.2, 0.0), (3.2, 0.0)]), Ink.UNSURE),  # a dash
    ],
)
def test_a_letter_beside_a_cross_makes_both_a_signature(beside: np.ndarray, state: Ink) -> None:
    page, at = empty_strip(), np.array([150.0, row_y(1)])
    lines = [line + at for line in (*CROSS, beside + np.array([9.0, 0.0]))]
    assert measured(page, draw_lines(page, *lines)).measure(1, Role.SIGNATURE).state is state


@pytest.mark.parametrize(("width_mm", "state"), [(0.9, Ink.INKED), (0.35, Ink.UNSURE)])
def test_two_ticks_of_a_broad_pen_are_letters(width_mm: float, state: Ink) -> None:
    tick, at = np.array([(-1.5, 0.2), (-0.3, 2.0), (3.0, -2.2)]), np.array([150.0, row_y(1)])
    page = empty_strip()
    lines = [tick + at, 1.05 * tick + at + np.array([7.0, 0.6])]
    pixels = draw_lines(page, *lines, width_mm=width_mm)
    assert measured(page, pixels).measure(1, Role.SIGNATURE).state is state


@pytest.mark.parametrize(("below_mm", "state"), [(1.6, Ink.UNSURE), (0.0, Ink.INKED)])
def test_a_tick_beside_letters_that_hang_over_from_a_signed_row_is_a_question(
    below_mm: float, state: Ink
) -> None:
    """Two capitals above the tail of the next row's signature stand beside the tick."""
    page, x = empty_strip(), np.linspace(160, 172, 80)
    tick = np.array([(-1.5, 0.2), (-0.3, 2.0), (3.0, -2.2)]) + np.array([142.0, row_y(1)])
    capitals = [LETTER * 1.3 + np.array([at, row_y(1.5) - 2.0 + below_mm]) for at in (152.0, 158.5)]
    rest = np.column_stack([x, row_y(2) + 1.2 * np.sin(2 * x)])
    found = measured(page, draw_lines(page, tick, *capitals, rest))
    assert found.measure(1, Role.SIGNATURE).state is state
    assert found.measure(2, Role.SIGNATURE).state is Ink.INKED


def test_a_word_beside_a_tick_stays_a_signature_if_the_row_above_touches_it() -> None:
    """The tick may be an initial; a stroke of the signature above runs into the word."""
    page, x = empty_strip(), np.linspace(150, 168, 200)
    tick = np.array([(-1.5, 0.2), (-0.3, 2.0), (3.0, -2.2)]) + np.array([142.0, row_y(1)])
    word = np.column_stack([x, row_y(1) - 1.0 + 1.4 * np.sin(2.2 * x)])
    tail = np.array([(168.0, word[-1, 1]), (172.0, row_y(0) + 1.5), (148.0, row_y(0) + 1.0)])
    signed = np.column_stack([x - 10.0, row_y(0) - 1.5 + 0.8 * np.sin(2 * x)])
    found = measured(page, draw_lines(page, tick, word, tail, signed))
    assert found.measure(1, Role.SIGNATURE).state is Ink.INKED


def test_pieces_of_a_neighbours_signature_are_no_initials() -> None:
    """Two of them stand side by side, beside a loop that hangs in from the row above."""
    page, x = empty_strip(), np.linspace(143, 168, 200)
    above = np.column_stack([x, row_y(1) + 2.5 * np.sin(2 * x)])
    loop = np.array([(160.0, row_y(1)), (160.0, row_y(2) + 1.0), (162.5, row_y(2) + 1.0), (162.5, row_y(1))])
    pieces = [0.7 * LETTER + np.array([at, row_y(2)]) for at in (146.0, 150.0)]
    found = measured(page, draw_lines(page, *pieces)).measure(2, Role.SIGNATURE)
    assert found.state is Ink.INKED
    found = measured(page, draw_lines(page, above, loop, *pieces)).measure(2, Role.SIGNATURE)
    assert found.state is Ink.UNSURE


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        # The lower side of a frame with its corners, broken twice.
        (
            [
                [(80.0, -2.5), (80.0, 0.0), (93.0, -0.4)],
                [(94.0, -0.4), (108.0, -0.8)],
                [(109.0, -0.8), (126.0, -1.4), (126.0, -3.0)],
            ],
            Ink.UNSURE,
        ),
        # Small spaced letters.
        ([[(x, -0.6), (x, 0.6), (x + 0.9, 0.6)] for x in np.arange(80.0, 126.0, 3.0)], Ink.INKED),
        # Writing of the same width.
        ([[(x, 0.6 * (-1) ** k) for k, x in enumerate(np.arange(80.0, 126.0, 0.9))]], Ink.INKED),
    ],
)
def test_a_lone_side_of_a_frame_in_an_address_cell_is_a_question(
    lines: list[list[tuple[float, float]]], state: Ink
) -> None:
    page = empty_strip()
    drawn = [np.array(line) + np.array([0.0, row_y(1)]) for line in lines]
    assert measured(page, draw_lines(page, *drawn)).measure(1, Role.ADDRESS).state is state


@pytest.mark.parametrize(
    ("last_mm", "below", "state"),
    [
        (5.5, True, Ink.UNSURE),
        (5.5, False, Ink.INKED),  # nobody signed there: a signature with a long last stroke
        (0.5, True, Ink.INKED),  # it hardly leaves the row
    ],
)
def test_a_cross_on_which_a_neighbours_letter_ends_is_a_question(
    last_mm: float, below: bool, state: Ink
) -> None:
    page, x, y = empty_strip(), np.linspace(156, 172, 200), row_y(1) + 1.0
    cross = [0.9 * line + np.array([150.0, y]) for line in CROSS]
    letter = np.array([(152.2, y + 2.1), (153.5, y + 2.1 + last_mm), (152.5, y + 2.1 + last_mm)])
    signed = [np.column_stack([x, row_y(2) + 1.5 + 1.4 * np.sin(2.2 * x)])] if below else []
    found = measured(page, draw_lines(page, *cross, letter, *signed)).measure(1, Role.SIGNATURE)
    assert found.state is state
