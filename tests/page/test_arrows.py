"""Arrows and brackets that say "as above": the address is taken from there."""

from dataclasses import replace

import pytest

from digitize.ocr.engines import open_reader
from digitize.records import FlagCode, Mark, Role, Row, Status
from samples.synthetic.fills import Entry
from tests.ink.inks import draw_lines, measured, signers, synthetic

Line = list[tuple[float, float]]

ADDRESS_X = 75.0  # mm: where the addresses begin
TOP, PITCH = 16.0, 8.5


def level(r: float) -> float:
    """Between the upper (0) and the lower (1) rule of row int(r)."""
    return TOP + PITCH * r


def arrow(r: int) -> list[Line]:
    x, tip = ADDRESS_X + 20, level(r + 0.85)
    return [[(x, level(r + 0.1)), (x, tip)], [(x - 0.9, tip - 1.3), (x, tip), (x + 0.9, tip - 1.3)]]


def bracket(first: int, last: int) -> list[Line]:
    x = ADDRESS_X + 45
    top, foot = level(first + 0.2), level(last + 0.8)
    middle = (top + foot) / 2
    return [[(x, top), (x + 1, top + 1), (x + 1, middle), (x + 1, foot - 1), (x, foot)]]


def rows_with(lines: list[Line], without_address: tuple[int, ...]) -> tuple[tuple[Row, ...], list[Mark]]:
    """Four rows, the address left out in some and `lines` drawn; and the marks in their address cells."""
    fills = signers(3)[:4]
    page = synthetic(
        [replace(f, address=Entry.BLANK) if r in without_address else f for r, f in enumerate(fills)], seed=3
    )
    found = measured(page, draw_lines(page, *lines))
    return found.rows(open_reader("rapid"))[:4], [found.measure(r, Role.ADDRESS).mark for r in range(4)]


def has(row: Row, code: FlagCode) -> bool:
    return any(flag.code is code for flag in row.flags)


@pytest.mark.parametrize(("lines", "below"), [(arrow(1), (1,)), (bracket(0, 1), (1,))])
def test_an_arrow_or_bracket_takes_the_address_above(lines: list[Line], below: tuple[int, ...]) -> None:
    rows, marks = rows_with(lines, below)
    above = rows[0].address
    assert above is not None
    assert any(rows[r].review for r in below) or len(lines) > 1  # a bare line may be dirt: a person confirms
    for r in below:
        found = rows[r].address
        assert marks[r] is Mark.ARROW and found is not None
        assert found.text == above.text
        assert rows[r].place == rows[0].place
        assert has(rows[r], FlagCode.DITTO)
        assert rows[r].status in (Status.SIGNED, Status.DOUBTFUL)
    assert not has(rows[3], FlagCode.DITTO)


def test_a_bracket_over_many_rows_leaves_none_of_them_out() -> None:
    """It is a line that may be many things: a person decides."""
    rows, _ = rows_with(bracket(0, 3), (1, 2, 3))
    assert [row.status for row in rows[1:]] == [Status.DOUBTFUL] * 3


def test_an_arrow_under_nothing_is_no_address() -> None:
    rows, marks = rows_with(arrow(0), (0,))
    assert marks[0] is Mark.ARROW
    assert not has(rows[0], FlagCode.DITTO) and rows[0].review


def test_addresses_are_no_arrows() -> None:
    _, marks = rows_with([], ())
    assert marks == [Mark.WRITING] * 4
