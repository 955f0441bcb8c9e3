"""Arrows and brackets that mean "as above" repeat the address above them."""

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
    """Return the height in mm of a fraction of a row: 1.5 is the middle of row 1."""
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
    """Return four rows and the marks of their address cells, `lines` drawn and some addresses left out."""
    fills = signers(3)[:4]
    page = synthetic(
        [replace(f, address=Entry.BLANK) if r in without_address else f for r, f in enumerate(fills)], seed=3
    )
    found = measured(page, draw_lines(page, *lines))
    return found.rows(open_reader("rapid"))[:4], [found.measure(r, Role.ADDRESS).mark for r in range(4)]


def has(row: Row, code: FlagCode) -> bool:
    return any(flag.code is code for flag in row.flags)


@pytest.mark.parametrize(
    ("lines", "status", "flags"),
    [
        (arrow(1), Status.SIGNED, {FlagCode.DITTO}),
        # A bare line may be dirt: a person confirms it.
        (bracket(0, 1), Status.DOUBTFUL, {FlagCode.DITTO, FlagCode.UNSURE_INK, FlagCode.WEAK_ADDRESS}),
    ],
    ids=["arrow", "bracket"],
)
def test_an_arrow_or_bracket_takes_the_address_above(
    lines: list[Line], status: Status, flags: set[FlagCode]
) -> None:
    rows, marks = rows_with(lines, without_address=(1,))
    above, below = rows[:2]
    assert marks[1] is Mark.ARROW
    assert above.address is not None and below.address is not None
    assert below.address.text == above.address.text
    assert below.place == above.place
    assert below.status is status
    assert {flag.code for flag in below.flags} == flags
    assert below.review is (status is Status.DOUBTFUL)
    assert not any(has(rows[r], FlagCode.DITTO) for r in (0, 2, 3))


def test_a_bracket_over_many_rows_leaves_none_of_them_out() -> None:
    """Such a line may be many things, so a person decides."""
    rows, _ = rows_with(bracket(0, 3), (1, 2, 3))
    assert [row.status for row in rows[1:]] == [Status.DOUBTFUL] * 3


def test_an_arrow_with_no_address_above_it_repeats_nothing() -> None:
    rows, marks = rows_with(arrow(0), (0,))
    assert marks[0] is Mark.ARROW
    assert not has(rows[0], FlagCode.DITTO) and rows[0].review


def test_addresses_are_not_taken_for_arrows() -> None:
    _, marks = rows_with([], ())
    assert marks == [Mark.WRITING] * 4
