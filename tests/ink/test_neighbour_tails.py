"""Ends of strokes go back to the row they run in from; what stands by itself stays."""

import numpy as np
import pytest

from digitize.records import Ink, Role, Status
from tests.ink.inks import PITCH_MM, draw_lines, empty_strip, measured, ownership_of, row_y

Line = np.ndarray
SIGNATURE = 3  # column
UPPER_MM = PITCH_MM / 2  # from the middle of a row to its borders


def name(r: int) -> list[Line]:
    """Return letters like N in the name cell of row `r`."""
    letter = np.array([(0.0, 0.0), (0.0, -2.4), (1.5, 0.0), (1.5, -2.4)])
    return [letter + np.array([x, row_y(r) + 1.2]) for x in np.arange(28.0, 60.0, 3.0)]


def address(r: int) -> list[Line]:
    """Return the same letters in the address cell of row `r`."""
    return [letter + np.array([55.0, 0.0]) for letter in name(r)]


def signature(r: int, last: tuple[float, float]) -> Line:
    """Return the signature of row `r`, whose stroke ends `last` (x, and y from the middle of the row; mm)."""
    x = np.linspace(142, 164, 160)
    wave = np.column_stack([x, row_y(r) + 2.5 * np.sin(2.2 * x)])
    return np.vstack([wave, [(last[0], row_y(r) + last[1])]])


def owned_mm(r: int, *lines: Line) -> float:
    """Return the stroke that the signature cell of row `r` owns; row 2 is filled in."""
    page = empty_strip()
    return ownership_of(page, draw_lines(page, *name(2), *lines)).owned_mm(r, SIGNATURE)


@pytest.mark.parametrize("slant_mm", [0.5, 4.0, 12.0])
def test_a_stroke_that_ends_in_the_row_below_goes_back(slant_mm: float) -> None:
    """The flatter it crosses the rule, the longer the gap that removing the rule leaves."""
    crossing = np.array([(160.0, row_y(2.5) - 0.3), (160.0 + slant_mm, row_y(2.5) + 2.8)])
    assert owned_mm(3, signature(2, (160.0, UPPER_MM - 0.4)), crossing) == 0.0


@pytest.mark.parametrize("gap_mm", [1.0, 1.4, 2.0])
def test_a_lone_signature_close_to_that_of_the_row_above_stays(gap_mm: float) -> None:
    """A tail of the signature above ends just over the middle of this one."""
    top_mm = row_y(3) - 1.5
    x = np.linspace(146, 168, 120)
    lone = np.column_stack([x, top_mm + 1.5 + 1.5 * np.sin(3 * x)])
    above = signature(2, (156.0, top_mm - gap_mm - row_y(2)))
    assert owned_mm(3, above, lone) > 20


def test_a_lone_signature_down_to_the_border_stays() -> None:
    """It fills its row, and the tall letters of the row below begin at the border."""
    x = np.linspace(146, 166, 100)
    lone = np.column_stack([x, row_y(3) + 3.6 * np.sin(2.2 * x)])
    below = np.column_stack([x, row_y(4) + 3.2 * np.sin(2.9 * x)])
    assert owned_mm(3, *name(4), lone, below) > 20


def test_small_letters_of_a_name_close_to_a_descender_stay() -> None:
    """Only the first of them stands close to the letter from the row above."""
    page = empty_strip()
    letter = np.array([(0.0, 0.0), (0.0, -1.6), (0.9, 0.0), (0.9, -1.6)])
    letters = [letter + np.array([x, row_y(3) - 0.6]) for x in np.arange(30.0, 44.0, 1.6)]
    descender = np.array([(29.4, row_y(2) - 1), (29.4, row_y(3) - 1.5)])
    ownership = ownership_of(page, draw_lines(page, *name(2), descender, *letters, width_mm=0.25))
    assert ownership.owned_mm(3, 1) > 20


def test_dust_in_another_cell_does_not_keep_a_tail_in_its_row() -> None:
    crossing = np.array([(160.0, row_y(2.5) - 0.3), (161.0, row_y(2.5) + 2.8)])
    dust = np.array([(100.0, row_y(3)), (100.5, row_y(3) + 0.4)])
    assert owned_mm(3, signature(2, (160.0, UPPER_MM - 0.4)), crossing, dust) == 0.0


def test_the_end_of_a_signature_in_a_written_row_is_not_its_own() -> None:
    crossing = np.array([(160.0, row_y(2.5) - 0.3), (160.5, row_y(2.5) + 2.2)])
    lines = [*name(3), signature(2, (160.0, UPPER_MM - 0.4)), crossing]
    assert owned_mm(3, *lines) == 0.0
    page = empty_strip()
    found = measured(page, draw_lines(page, *name(2), *lines))
    assert found.statuses()[3] is Status.INCOMPLETE
    apart = np.array([(160.0, row_y(3) - 1.0), (160.5, row_y(3) + 2.5)])
    assert owned_mm(3, *lines[:-1], apart) > 2, "it stands by itself"


def test_a_lone_signature_that_may_be_a_neighbours_is_unsure() -> None:
    """An underline with a hook, or the end of a slanting signature, in a row that is blank otherwise."""
    page = empty_strip()
    hook = np.array([(150.0, row_y(3) - 2.9), (166.0, row_y(3) - 2.7), (159.0, row_y(3) - 0.8)])
    lines = [*name(2), signature(2, (165.0, 0.0))]
    assert measured(page, draw_lines(page, *lines, hook)).measure(3, Role.SIGNATURE).state is Ink.UNSURE
    assert (
        measured(page, draw_lines(page, *lines, *name(3), hook)).measure(3, Role.SIGNATURE).state is Ink.INKED
    )
    streak = np.array([(171.0, row_y(5) - 3.5), (171.2, row_y(5) + 3.5), (171.0, row_y(5) + 3.6)])
    assert measured(page, draw_lines(page, *lines, streak)).measure(5, Role.SIGNATURE).state is not Ink.INKED
    ys = np.linspace(-3.8, 3.8, 16)
    hooked = [np.array([(171.0, row_y(5) - 3.8), (171.3, row_y(5) + 3.8)])]
    hooked += [np.array([(171.0, row_y(5) + y), (171.7, row_y(5) + y)]) for y in ys[::2]]
    assert measured(page, draw_lines(page, *lines, *hooked)).measure(5, Role.SIGNATURE).state is not Ink.INKED


def test_letters_of_a_signature_that_rises_over_the_border_are_unsure_above() -> None:
    """The last letters of the lower signature lie mostly in the row above, which nobody has signed."""
    page = empty_strip()
    rise_mm = np.linspace(0.0, -5.5, 7)
    letters = [
        np.array([(0.0, 1.2), (0.5, -1.2), (1.2, 1.2), (1.9, -1.2)]) + np.array([142 + 4 * i, row_y(3) + y])
        for i, y in enumerate(rise_mm.tolist())
    ]
    written = draw_lines(page, *name(2), *address(2), *name(3), *address(3), *letters)
    found = measured(page, written)
    assert found.measure(2, Role.SIGNATURE).state is Ink.UNSURE
    assert found.measure(3, Role.SIGNATURE).state is Ink.INKED
    assert found.statuses()[2:4] == [Status.DOUBTFUL, Status.SIGNED]


def test_a_low_signature_close_to_the_next_is_inked() -> None:
    page = empty_strip()
    x = np.linspace(0.0, 12.0, 80)
    low, below = (
        np.column_stack([145 + x, row_y(r) + y + 2.2 * np.sin(2.2 * x)]) for r, y in ((2, 1.9), (3, 0.3))
    )
    found = measured(page, draw_lines(page, *name(2), *address(2), *name(3), *address(3), low, below))
    assert found.measure(2, Role.SIGNATURE).state is Ink.INKED


def test_a_long_underline_in_a_blank_row_may_be_the_neighbours() -> None:
    page = empty_strip()
    x = np.linspace(140.0, 172.0, 60)
    bent = np.column_stack([x, row_y(3) - 2.6 + 3.0 * ((x - 156) / 16) ** 2])
    found = measured(page, draw_lines(page, *name(2), *address(2), signature(2, (165.0, 0.0)), bent))
    assert found.measure(3, Role.SIGNATURE).stroke_mm > 28
    assert found.measure(3, Role.SIGNATURE).state is Ink.UNSURE
    assert found.statuses()[3] is Status.BLANK


def test_what_a_neighbours_stroke_has_beyond_the_border_does_not_make_it_a_signature() -> None:
    """A word of the signature above lies to more than half in a row that is blank otherwise."""
    page, x = empty_strip(), np.linspace(166.0, 172.0, 300)
    word = np.column_stack([x, row_y(2.5) + 1.0 + 3.8 * np.sin(2.4 * x)])
    lines = [*name(2), signature(2, (156.0, 0.5)), word]
    found = measured(page, draw_lines(page, *lines)).measure(3, Role.SIGNATURE)
    assert found.stroke_mm > 28
    assert found.state is Ink.UNSURE
