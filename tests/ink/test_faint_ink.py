"""Faint ink below the threshold: a person looks at the cell, whatever the paper's grain."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.records import Ink, Role, Status
from samples.synthetic import Entry, Paper
from tests.ink.inks import measured, penned, signers, synthetic

TOP, PITCH = 16.0, 8.5
GRAINY = Paper(dpi=150.0, noise=7.0)


def without_address(seed: int, faint: float, paper: Paper = GRAINY) -> tuple[Ink, Status]:
    """Verdict and status of row 1, written but for a small mark `faint` (0..1) dark in its address cell."""
    first, second = signers(seed, pen="black fineliner")[:2]
    page = synthetic((first, replace(second, address=Entry.BLANK)), paper, seed)
    y = TOP + PITCH * 1.5
    marks = [np.array([(100.0 + x, y - 0.8), (100.0 + x, y + 0.8)]) for x in (0.0, 1.6)]
    found = measured(page, penned(page, *marks, width_mm=0.5, darkness=faint))
    return found.measure(1, Role.ADDRESS).verdict, found.statuses()[1]


@pytest.mark.parametrize("seed", range(4))
def test_marks_too_faint_for_the_threshold_are_for_a_person(seed: int) -> None:
    assert without_address(seed, 0.13) == (Ink.UNSURE, Status.DOUBTFUL)


@pytest.mark.parametrize("seed", range(4))
def test_grain_alone_is_nothing(seed: int) -> None:
    assert without_address(seed, 0.0) == (Ink.BLANK, Status.INCOMPLETE)


def test_blank_rows_are_not_searched() -> None:
    """Where nothing else is written faint spots decide nothing."""
    page = synthetic((), GRAINY)
    y = TOP + PITCH * 1.5
    found = measured(page, penned(page, np.array([(100.0, y - 1), (101.0, y + 1)]), darkness=0.13))
    assert set(found.statuses()) == {Status.BLANK}
