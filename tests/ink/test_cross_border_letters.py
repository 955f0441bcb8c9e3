"""Letters written over the border of their cell are read with their line; tails and first letters are not."""

import numpy as np

from digitize.images import Pixels
from digitize.ink.cross_border_letters import CrossBorderPart, find_cross_border_parts
from digitize.records import Ink, Role
from tests.ink.inks import (
    ADDRESS,
    COLUMN_EDGES_MM,
    NAME,
    draw_lines,
    empty_strip,
    measured,
    ownership_of,
    row_y,
)

BORDER = COLUMN_EDGES_MM[ADDRESS]  # mm: the rule between name and address
HEIGHT, WIDTH, ADVANCE = 3.0, 2.0, 2.8  # of a letter, mm

Letter = list[tuple[float, float]]


def foot_of(r: float) -> float:
    """Return the y (mm) of the foot of the line in row `r`."""
    return row_y(r + 0.3)


def letter(left: float, foot: float, height: float = HEIGHT) -> Letter:
    """Return a letter like N."""
    return [(left, foot), (left, foot - height), (left + WIDTH, foot), (left + WIDTH, foot - height)]


def line(left: float, foot: float, letters: int) -> list[Letter]:
    return [letter(left + i * ADVANCE, foot) for i in range(letters)]


def find(pixels: Pixels) -> tuple[CrossBorderPart, ...]:
    return find_cross_border_parts(ownership_of(empty_strip(), pixels))


def ink_mm2(pixels: Pixels, r: int, role: Role) -> float:
    """Return the dark area of a cell's crop."""
    found = measured(empty_strip(), pixels)
    writing = found.inks[r].cells[found.synthetic.truth.roles.index(role)].writing
    return 0.0 if writing is None else float((writing < 128).sum()) / found.page.px_per_mm**2


def ink_state(pixels: Pixels, r: int, role: Role) -> Ink:
    return measured(empty_strip(), pixels).measure(r, role).state


def name_over_the_border() -> list[Letter]:
    """Return six letters, two thirds of the last one beyond the border."""
    last = BORDER - 0.8
    *letters, n = line(last - 5 * ADVANCE, foot_of(2), 6)
    return [*letters, [*n, (last + WIDTH + 0.8, foot_of(2))]]


def test_a_last_letter_half_in_the_next_column_is_read_with_its_name() -> None:
    whole, over = (
        ink_mm2(draw_lines(empty_strip(), *name), 2, Role.NAME)
        for name in (line(40, foot_of(2), 6), name_over_the_border())
    )
    assert over > whole
    five = ink_mm2(draw_lines(empty_strip(), *line(40, foot_of(2), 5)), 2, Role.NAME)
    assert over > 1.1 * five


def test_a_letter_of_the_name_is_not_an_address() -> None:
    pixels = draw_lines(empty_strip(), *name_over_the_border())
    assert ink_state(pixels, 2, Role.NAME) is Ink.INKED
    assert ink_state(pixels, 2, Role.ADDRESS) is not Ink.INKED


def test_the_address_beside_such_a_name_is_read_without_the_letter() -> None:
    address = line(BORDER + 8, foot_of(2), 6)
    alone = ink_mm2(draw_lines(empty_strip(), *address), 2, Role.ADDRESS)
    pixels = draw_lines(empty_strip(), *name_over_the_border(), *address)
    assert abs(ink_mm2(pixels, 2, Role.ADDRESS) - alone) < 0.1 * alone
    assert ink_state(pixels, 2, Role.ADDRESS) is Ink.INKED


def test_a_first_letter_that_begins_left_of_the_border_stays_in_its_line() -> None:
    name, address = line(40, foot_of(2), 6), line(BORDER - 0.8, foot_of(2), 6)
    assert not find(draw_lines(empty_strip(), *name, *address))


def touching_lines() -> tuple[list[Letter], list[Letter]]:
    """Return a line low in row 2 whose third letter touches the line in row 3, which is a single stroke."""
    above, below = line(30, foot_of(2.1), 6), [[point for n in line(30, foot_of(3), 6) for point in n]]
    above[2] = [*above[2], below[0][9]]
    return above, below


def test_a_letter_that_touches_the_row_below_is_read_in_its_own_row() -> None:
    above, below = touching_lines()
    pixels = draw_lines(empty_strip(), *above, *below)
    assert len(find(pixels)) == 1
    for r, lines in ((2, above), (3, below)):
        alone = ink_mm2(draw_lines(empty_strip(), *lines), r, Role.NAME)
        assert abs(ink_mm2(pixels, r, Role.NAME) - alone) < 0.08 * alone


def test_a_tail_from_the_row_above_is_not_read_below() -> None:
    above, below = line(30, foot_of(2), 6), line(30, foot_of(3), 6)
    above[2] = [*above[2], (above[2][3][0] - 0.5, foot_of(3) - 2.0), (above[2][3][0] - 1.5, foot_of(3) - 2.2)]
    assert not find(draw_lines(empty_strip(), *above, *below))


def test_ownership_does_not_change() -> None:
    """A stroke that is read elsewhere still counts where most of it lies."""
    page = empty_strip()
    pixels = draw_lines(page, *name_over_the_border())
    ownership = ownership_of(page, pixels)
    before = ownership.owned_px.copy()
    part, *_ = find_cross_border_parts(ownership)
    assert before[part.label, 2, ADDRESS] > 0 and before[part.label, 2, NAME] == 0
    assert np.array_equal(ownership.owned_px, before)
