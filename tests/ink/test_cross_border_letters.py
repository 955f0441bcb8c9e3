"""Letters over the border of their cell are read with their line; tails and first letters stay."""

import numpy as np

from digitize.images import Pixels
from digitize.ink.cross_border_letters import Moved, moved_parts
from digitize.records import Ink, Role
from tests.ink.inks import empty_strip, flat_page, measured, owned, penned

NAME, ADDRESS = 1, 2
BORDER = 75.0  # mm: the rule between name and address
TOP, PITCH = 16.0, 8.5
HEIGHT, WIDTH, ADVANCE = 3.0, 2.0, 2.8  # of a letter, mm

Letter = list[tuple[float, float]]


def level(r: float) -> float:
    """The foot of the line in row r."""
    return TOP + PITCH * (r + 0.8)


def letter(left: float, foot: float, height: float = HEIGHT) -> Letter:
    """An N."""
    return [(left, foot), (left, foot - height), (left + WIDTH, foot), (left + WIDTH, foot - height)]


def line(left: float, foot: float, letters: int) -> list[Letter]:
    return [letter(left + i * ADVANCE, foot) for i in range(letters)]


def moved(pixels: Pixels) -> tuple[Moved, ...]:
    return moved_parts(owned(empty_strip(), pixels))


def ink_mm2(pixels: Pixels, r: int, role: Role) -> float:
    """Dark area of a cell's crop."""
    found = measured(empty_strip(), pixels)
    writing = found.inks[r].cells[found.synthetic.truth.roles.index(role)].writing
    return 0.0 if writing is None else float((writing < 128).sum()) / found.page.px_per_mm**2


def verdict(pixels: Pixels, r: int, role: Role) -> Ink:
    return measured(empty_strip(), pixels).measure(r, role).verdict


def name_over_the_border() -> list[Letter]:
    """Six letters, the last of which lies for two thirds beyond the border."""
    last = BORDER - 0.8
    *letters, n = line(last - 5 * ADVANCE, level(2), 6)
    return [*letters, [*n, (last + WIDTH + 0.8, level(2))]]


def test_a_last_letter_half_in_the_next_column_is_read_with_its_name() -> None:
    whole, over = (
        ink_mm2(penned(empty_strip(), *name), 2, Role.NAME)
        for name in (line(40, level(2), 6), name_over_the_border())
    )
    assert over > whole
    five = ink_mm2(penned(empty_strip(), *line(40, level(2), 5)), 2, Role.NAME)
    assert over > 1.1 * five


def test_such_a_letter_is_no_address() -> None:
    pixels = penned(empty_strip(), *name_over_the_border())
    assert verdict(pixels, 2, Role.NAME) is Ink.INKED
    assert verdict(pixels, 2, Role.ADDRESS) is not Ink.INKED


def test_and_the_address_behind_it_is_read_without_it() -> None:
    address = line(BORDER + 8, level(2), 6)
    alone = ink_mm2(penned(empty_strip(), *address), 2, Role.ADDRESS)
    pixels = penned(empty_strip(), *name_over_the_border(), *address)
    assert abs(ink_mm2(pixels, 2, Role.ADDRESS) - alone) < 0.1 * alone
    assert verdict(pixels, 2, Role.ADDRESS) is Ink.INKED


def test_a_first_letter_that_begins_left_of_the_border_stays_in_its_line() -> None:
    name, address = line(40, level(2), 6), line(BORDER - 0.8, level(2), 6)
    assert not moved(penned(empty_strip(), *name, *address))


def touching_lines() -> tuple[list[Letter], list[Letter]]:
    """A line low in row 2 whose third letter runs into the line in row 3, which is written in one stroke."""
    above, below = line(30, level(2.1), 6), [[point for n in line(30, level(3), 6) for point in n]]
    above[2] = [*above[2], below[0][9]]
    return above, below


def test_a_letter_that_touches_the_row_below_is_read_in_its_own() -> None:
    above, below = touching_lines()
    pixels = penned(empty_strip(), *above, *below)
    assert len(moved(pixels)) == 1
    for r, lines in ((2, above), (3, below)):
        alone = ink_mm2(penned(empty_strip(), *lines), r, Role.NAME)
        assert abs(ink_mm2(pixels, r, Role.NAME) - alone) < 0.08 * alone


def test_a_tail_from_the_row_above_is_not_read_below() -> None:
    above, below = line(30, level(2), 6), line(30, level(3), 6)
    above[2] = [*above[2], (above[2][3][0] - 0.5, level(3) - 2.0), (above[2][3][0] - 1.5, level(3) - 2.2)]
    assert not moved(penned(empty_strip(), *above, *below))


def test_ownership_is_as_it_was() -> None:
    """What is read elsewhere still counts where most of its ink lies."""
    page = empty_strip()
    pixels = penned(page, *name_over_the_border())
    before = owned(page, pixels)
    part, *_ = moved_parts(before)
    assert before.own[part.label, 2, ADDRESS] > 0 and before.own[part.label, 2, NAME] == 0
    assert np.array_equal(owned(page, pixels).own, before.own)
    assert flat_page(page).width_px > BORDER
