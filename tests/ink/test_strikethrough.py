"""Struck rows, closing lines through blank ones, and what ran together with them."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.records import Role, Status
from samples.synthetic import Extras, Mode, Paper, Strike
from tests.ink.inks import PLAIN, empty_strip, measured, penned, signers, synthetic

XS = (12.0, 23.0, 75.0, 134.0, 178.0)
TOP, PITCH = 16.0, 8.5


def row_y(r: float) -> float:
    return TOP + PITCH * (r + 0.5)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("paper", [PLAIN, Paper(dpi=150.0), replace(PLAIN, mode=Mode.BITONAL)], ids=str)
def test_a_closing_z_leaves_the_rows_blank(seed: int, paper: Paper) -> None:
    """Its level arms strike nothing, its slanted one, cut up by the rules, is no writing."""
    page = synthetic(signers(seed)[:2], paper, seed, Extras(closing_z=True))
    found = measured(page).statuses()
    assert set(found[2:]) == {Status.BLANK}
    assert not {Status.BLANK, Status.STRUCK} & set(found[:2])


@pytest.mark.parametrize("strike", [strike for strike in Strike if strike])
@pytest.mark.parametrize("seed", range(2))
def test_a_struck_row_is_struck_and_not_blank(strike: Strike, seed: int) -> None:
    """Though all of its writing runs together with the line."""
    rows = tuple(replace(row, strike=strike) if r == 3 else None for r, row in enumerate(signers(seed)))
    found = measured(synthetic(rows, seed=seed)).statuses()
    assert found == [Status.STRUCK if r == 3 else Status.BLANK for r in range(8)]


def test_a_signature_that_runs_into_the_strike_below_stays_with_its_row() -> None:
    """Row 3 is signed down into row 4, which is struck out."""
    seed = 4
    rows = [replace(row, strike=Strike.SINGLE) if r == 4 else row for r, row in enumerate(signers(seed)[:5])]
    page = synthetic(tuple(rows), seed=seed)
    loops = np.column_stack(
        [
            np.linspace(142, 172, 40),
            row_y(3.2) + 6.5 * np.sin(np.linspace(0, 9 * np.pi, 40)),
        ]
    )
    found = measured(page, penned(page, loops))
    assert found.statuses()[4] is Status.STRUCK
    assert found.measure(3, Role.SIGNATURE).stroke_mm > 40
    assert found.statuses()[3] in (Status.SIGNED, Status.DOUBTFUL)


@pytest.mark.parametrize(("reach_mm", "found"), [(7.5, Status.DOUBTFUL), (2.0, Status.STRUCK)])
def test_a_fold_of_the_paper_strikes_nothing_without_a_person(reach_mm: float, found: Status) -> None:
    """It runs from edge to edge of the sheet, a pen's line from name to signature."""
    page = synthetic(signers(2)[:4], seed=2)
    line = np.array([(XS[0] - reach_mm, row_y(2)), (XS[-1] + reach_mm, row_y(2) + 0.3)])
    statuses = measured(page, penned(page, line, darkness=0.4)).statuses()
    assert statuses[2] is found
    assert set(statuses[4:]) == {Status.BLANK}


def test_a_fold_that_is_faint_on_one_side_strikes_nothing_either() -> None:
    page = synthetic(signers(2)[:4], seed=2)
    line = np.array([(XS[1] + 20, row_y(2)), (XS[-1] + 8.5, row_y(2) + 0.3)])
    assert measured(page, penned(page, line, darkness=0.4)).statuses()[2] is Status.DOUBTFUL


def test_a_fold_over_nothing_makes_no_row() -> None:
    line = np.array([(XS[0] - 7.5, row_y(2)), (XS[-1] + 7.5, row_y(2) + 0.3)])
    assert set(measured(empty_strip(), penned(empty_strip(), line)).statuses()) == {Status.BLANK}


def test_a_line_over_nothing_makes_no_row() -> None:
    page = empty_strip()
    line = np.array([(26.0, row_y(2)), (172.0, row_y(2) + 0.4)])
    assert set(measured(page, penned(page, line)).statuses()) == {Status.BLANK}
