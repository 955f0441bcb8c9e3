"""What may be taken for ditto marks in a cell, or be all that is left of them."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.records import Mark, Role, Status
from samples.synthetic import Entry
from tests.ink.inks import ADDRESS, COLUMN_EDGES_MM, draw_lines, measured, row_y, signers, synthetic


@pytest.mark.parametrize(
    ("starts_mm", "status"),
    [((90.0,), Status.INCOMPLETE), ((90.0, 108.0), Status.DOUBTFUL), ((90.0, 97.0), Status.INCOMPLETE)],
    ids=["one", "two apart", "two in a line"],
)
def test_two_dashes_for_an_address_may_frame_a_ditto_mark_in_the_row_above(
    starts_mm: tuple[float, ...], status: Status
) -> None:
    rows = tuple(
        replace(row, address=Entry.BLANK) if r == 3 else row
        for r, row in enumerate(signers(1, pen="black fineliner"))
    )
    page = synthetic(rows, seed=1)
    dashes = [np.array([(x, row_y(3)), (x + 5.0, row_y(3))]) for x in starts_mm]
    assert measured(page, draw_lines(page, *dashes)).statuses()[3] is status


@pytest.mark.parametrize(("gap_mm", "mark"), [(2.5, Mark.WRITING), (12.0, Mark.DITTO)])
def test_the_last_letter_of_a_name_beyond_its_cell_is_no_ditto_mark(gap_mm: float, mark: Mark) -> None:
    rows = tuple(
        replace(row, name=Entry.BLANK, address=Entry.BLANK) if r == 3 else row
        for r, row in enumerate(signers(1, pen="black fineliner"))
    )
    y, border = row_y(3), COLUMN_EDGES_MM[ADDRESS]
    name = [np.array([(x, y - 1.5), (x + 1.0, y + 1.5)]) for x in np.arange(border - 30.0, border - 1.0, 2.0)]
    letter = np.array([(border - 1.0 + gap_mm, y - 1.5), (border - 1.0 + gap_mm, y + 1.5)])
    found = measured(synthetic(rows, seed=1), draw_lines(synthetic(rows, seed=1), *name, letter))
    assert found.measure(3, Role.ADDRESS).mark is mark
    assert (found.statuses()[3] is Status.SIGNED) == (mark is Mark.DITTO)
