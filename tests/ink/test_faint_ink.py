"""Faint ink below the threshold makes a cell unsure, however grainy the paper."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.records import Ink, Role, Status
from samples.synthetic import Entry, Paper
from tests.ink.inks import draw_lines, measured, row_y, signers, synthetic

GRAINY = Paper(dpi=150.0, noise=7.0)


def without_address(seed: int, faint: float, paper: Paper = GRAINY) -> tuple[Ink, Status]:
    """Return the ink state of the address cell and the status of row 1, which has no address.

    Its address cell holds two small marks of darkness `faint` (0..1).
    """
    first, second = signers(seed, pen="black fineliner")[:2]
    page = synthetic((first, replace(second, address=Entry.BLANK)), paper, seed)
    y = row_y(1)
    marks = [np.array([(100.0 + x, y - 0.8), (100.0 + x, y + 0.8)]) for x in (0.0, 1.6)]
    found = measured(page, draw_lines(page, *marks, width_mm=0.5, darkness=faint))
    return found.measure(1, Role.ADDRESS).state, found.statuses()[1]


@pytest.mark.parametrize("seed", range(4))
def test_marks_below_the_threshold_are_unsure(seed: int) -> None:
    assert without_address(seed, 0.13) == (Ink.UNSURE, Status.DOUBTFUL)


@pytest.mark.parametrize("seed", range(4))
def test_grain_of_the_paper_is_blank(seed: int) -> None:
    assert without_address(seed, 0.0) == (Ink.BLANK, Status.INCOMPLETE)


def test_faint_spots_in_blank_rows_are_ignored() -> None:
    """They decide nothing where nothing else is written."""
    page = synthetic((), GRAINY)
    y = row_y(1)
    found = measured(page, draw_lines(page, np.array([(100.0, y - 1), (101.0, y + 1)]), darkness=0.13))
    assert set(found.statuses()) == {Status.BLANK}
