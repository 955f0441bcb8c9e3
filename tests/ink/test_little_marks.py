"""Little marks that decide a row: initials, dots for ditto marks, lines written over a border."""

import numpy as np
import pytest

from digitize.ink.assign_strokes import lies_over_border
from digitize.ink.marks import are_initials, ditto_strokes, off_borders
from digitize.ink.strokes import find_strokes
from digitize.records import Ink, Mark, Role, Status
from tests.ink.inks import empty_strip, flat_page, measured, owned, penned

TOP, PITCH = 16.0, 8.5
NAME, ADDRESS = 1, 2


def row_y(r: float) -> float:
    return TOP + PITCH * (r + 0.5)


def letter_k(x: float, y: float, height: float = 2.0) -> list[np.ndarray]:
    stem = np.array([(x, y - height / 2), (x, y + height / 2)])
    arms = np.array([(x + 0.8 * height, y - height / 2), (x + 0.1, y), (x + 0.8 * height, y + height / 2)])
    return [stem, arms]


def dot(x: float, y: float, size: float = 0.7) -> np.ndarray:
    return np.array([(x, y), (x + size / 2, y)])


def looks(*lines: np.ndarray, width_mm: float = 0.3, initials: bool) -> int | bool:
    """What strokes drawn on an empty strip are taken for in the signature or the address cell."""
    page = empty_strip()
    flat = flat_page(page, penned(page, *lines, width_mm=width_mm))
    xs = [x * flat.px_per_mm for x in (90.0, 130.0)]
    found = find_strokes(flat, xs, [row_y(-0.5) * flat.px_per_mm, row_y(7.5) * flat.px_per_mm], False)
    near = (found.boxes[:, 0] >= 95 * flat.px_per_mm) & (found.boxes[:, 2] <= 128 * flat.px_per_mm)
    rows = (found.boxes[:, 1] > row_y(1.6) * flat.px_per_mm) & (
        found.boxes[:, 3] < row_y(2.4) * flat.px_per_mm
    )
    ids = np.flatnonzero(near & rows)
    assert len(ids)
    if initials:
        return are_initials(found, ids, flat.px_per_mm)
    return ditto_strokes(found, ids, Role.ADDRESS, flat.px_per_mm)


def test_two_letters_are_initials() -> None:
    assert looks(*letter_k(104, row_y(2)), *letter_k(108, row_y(2)), initials=True)


@pytest.mark.parametrize(
    "lines",
    [
        letter_k(104, row_y(2)),  # one letter may be a crumb of anything
        [np.array([(x, row_y(2) - 1), (x, row_y(2) + 1)]) for x in (104.0, 106.0)],  # ditto marks
        [*letter_k(104, row_y(2) - 1, 1.4), *letter_k(108, row_y(2) + 1, 1.4)],  # one above the other
        [np.array([(104.0, row_y(2)), (112.0, row_y(2))])],  # a dash
    ],
)
def test_what_are_no_initials(lines: list[np.ndarray]) -> None:
    assert not looks(*lines, initials=True)


def test_two_dots_at_one_height_are_ditto_marks_and_others_are_dust() -> None:
    y = row_y(2)
    assert looks(dot(104, y), dot(107, y + 0.2), width_mm=0.5, initials=False) == 2
    assert not looks(dot(104, y), dot(107, y + 1.4), width_mm=0.5, initials=False), "not at one height"
    assert not looks(dot(104, y), dot(116, y), width_mm=0.5, initials=False), "too far apart"


def test_a_speck_beside_ditto_marks_does_not_matter() -> None:
    marks = [np.array([(x, row_y(2) - 1), (x, row_y(2) + 1)]) for x in (104.0, 105.5)]
    assert looks(*marks, dot(115, row_y(2), 0.4), width_mm=0.4, initials=False) == 2


def test_ends_of_neighbours_letters_lie_at_the_border() -> None:
    page = empty_strip()
    y = row_y(1.5)
    found = owned(page, penned(page, np.array([(100.0, y + 0.1), (100.0, y + 1.2)]), width_mm=0.3))
    ids = np.flatnonzero(found.own[:, 2, ADDRESS])
    row = found.table.row_box(2)
    assert len(ids) == 1 and not len(off_borders(found.strokes, ids, row.top, row.bottom))


def test_a_line_written_over_the_border_is_no_sure_address() -> None:
    """Row 3 goes on writing above its upper border: row 2 may have no address at all."""
    page = empty_strip()
    over = [line for x in (100.0, 104.0, 108.0) for line in letter_k(x, row_y(2.5) - 0.35, 2.4)]
    rest = [line for x in (84.0, 88.0, 92.0, 96.0) for line in letter_k(x, row_y(3), 2.4)]
    rest += [line for x in (28.0, 32.0, 36.0, 40.0) for line in letter_k(x, row_y(2), 2.4)]  # a name in row 2
    found = owned(page, penned(page, *over, *rest, width_mm=0.3))
    assert found.own_mm(2, ADDRESS) > 8, "most of it lies in row 2"
    assert lies_over_border(found, 2, ADDRESS) and not lies_over_border(found, 3, ADDRESS)
    ink = measured(page, penned(page, *over, *rest, width_mm=0.3)).measure(2, Role.ADDRESS)
    assert ink.verdict is Ink.UNSURE


def test_a_lone_dot_is_for_a_person() -> None:
    """It may be dust, or all that is left of ditto marks."""
    page = empty_strip()
    signature = np.column_stack([np.linspace(142, 170, 60), row_y(2) + 2.5 * np.sin(np.linspace(0, 40, 60))])
    name = [line for x in np.arange(28.0, 60.0, 4.0) for line in letter_k(float(x), row_y(2), 2.4)]
    above = [line for x in np.arange(84.0, 120.0, 4.0) for line in letter_k(float(x), row_y(1), 2.4)]
    found = measured(page, penned(page, signature, *name, *above, dot(100, row_y(2), 1.4), width_mm=0.35))
    assert found.measure(2, Role.ADDRESS).mark is Mark.WRITING
    assert found.statuses()[2] is Status.DOUBTFUL
