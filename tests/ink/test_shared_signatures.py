"""Struck rows, stamps and signatures for two, told from what merely looks like them."""

from dataclasses import replace

import pytest

from digitize.ink.strikethrough import STRUCK_SHARE, struck_share, trace_strikes
from digitize.page.judge import STRUCK_UNSURE_SHARE
from samples.synthetic import (
    Design,
    Entry,
    Extras,
    Mode,
    Paper,
    RowFill,
    Signing,
    Strike,
    SyntheticPage,
    make_page,
)
from tests.ink.inks import PLAIN, STRIP, measured, owned, signers, synthetic

STRIKES = [strike for strike in Strike if strike]


def shares(page: SyntheticPage) -> list[float]:
    """The struck share of every row."""
    ownership = owned(page)
    lines = trace_strikes(ownership)
    return [struck_share(ownership, lines, r) for r in range(ownership.row_count)]


def some_struck(seed: int, strike: Strike) -> tuple[RowFill, ...]:
    """Rows 2, 5 and 8 struck out, the others as they should be."""
    rows = signers(seed)
    return tuple(replace(row, strike=strike) if r % 3 == 1 else row for r, row in enumerate(rows))


@pytest.mark.parametrize("strike", STRIKES)
@pytest.mark.parametrize("paper", [PLAIN, Paper(dpi=150.0), replace(PLAIN, mode=Mode.BITONAL)], ids=str)
@pytest.mark.parametrize("seed", [1, 2])
def test_struck_rows_are_struck_and_no_others(strike: Strike, paper: Paper, seed: int) -> None:
    found = shares(synthetic(some_struck(seed, strike), paper, seed))
    assert min(share for r, share in enumerate(found) if r % 3 == 1) >= STRUCK_SHARE
    assert max(share for r, share in enumerate(found) if r % 3 != 1) < STRUCK_UNSURE_SHARE


@pytest.mark.parametrize("seed", range(4))
def test_a_correction_does_not_strike_the_row(seed: int) -> None:
    rows = tuple(replace(row, corrected=True) for row in signers(seed))
    assert max(shares(synthetic(rows, seed=seed))) < STRUCK_UNSURE_SHARE


@pytest.mark.parametrize("seed", range(4))
def test_large_and_overflowing_writing_does_not_strike_the_row(seed: int) -> None:
    rows = tuple(replace(row, overflow=True, signature=Signing.LARGE) for row in signers(seed))
    assert max(shares(synthetic(rows, seed=seed))) < STRUCK_UNSURE_SHARE


@pytest.mark.parametrize("seed", range(3))
def test_dashes_in_every_cell_do_not_strike_the_row(seed: int) -> None:
    rows = tuple(
        replace(row, name=Entry.DASH, address=Entry.DASH, signature=Signing.DASH) for row in signers(seed)
    )
    assert max(shares(synthetic(rows, seed=seed))) < STRUCK_UNSURE_SHARE


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("filled", [1, 3])
def test_a_closing_stroke_makes_no_blank_row_count(seed: int, filled: int) -> None:
    page = synthetic(signers(seed)[:filled], seed=seed, extras=Extras(closing_z=True))
    found = [status.value for status in measured(page).statuses()]
    assert set(found[:filled]) <= {"signed", "doubtful"}
    # The end of the stroke in the signature column may look like somebody's signature without a name.
    assert set(found[filled:]) <= {"blank", "incomplete", "struck"}
    assert found[filled:].count("blank") >= len(found[filled:]) - 3


TALL: Design = replace(STRIP, row_height_mm=12.0, paper_mm=(190.0, 124.0))


@pytest.mark.parametrize("strike", STRIKES)
def test_strikes_in_tall_rows(strike: Strike) -> None:
    page = make_page(TALL, some_struck(3, strike), PLAIN, 3)
    found = [ink.struck_share for ink in measured(page).inks]
    assert min(found[r] for r in (1, 4, 7)) >= STRUCK_SHARE
