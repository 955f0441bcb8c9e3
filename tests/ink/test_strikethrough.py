"""Struck rows, lines that close blank rows, and writing joined to such lines."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.ink.strikethrough import (
    STRUCK_SHARE,
    STRUCK_UNSURE_SHARE,
    assign_struck_rows,
    struck_share,
    trace_strikes,
)
from digitize.records import Role, Status
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
from tests.ink.inks import (
    COLUMN_EDGES_MM,
    PLAIN,
    STRIP,
    draw_lines,
    empty_strip,
    measured,
    ownership_of,
    row_y,
    signers,
    synthetic,
)

STRIKES = [strike for strike in Strike if strike]


def shares(page: SyntheticPage) -> list[float]:
    """Return the struck share of every row."""
    ownership = ownership_of(page)
    lines = trace_strikes(ownership)
    return [struck_share(ownership, lines, r) for r in range(ownership.row_count)]


def some_struck(seed: int, strike: Strike) -> tuple[RowFill, ...]:
    """Return filled rows, of which the second, fifth and eighth are struck out."""
    rows = signers(seed)
    return tuple(replace(row, strike=strike) if r % 3 == 1 else row for r, row in enumerate(rows))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("paper", [PLAIN, Paper(dpi=150.0), replace(PLAIN, mode=Mode.BITONAL)], ids=str)
def test_a_closing_z_leaves_the_rows_blank(seed: int, paper: Paper) -> None:
    """Its horizontal arms strike no row out, and its slanted one, cut by the rules, is not writing."""
    page = synthetic(signers(seed)[:2], paper, seed, Extras(closing_z=True))
    found = measured(page).statuses()
    assert set(found[2:]) == {Status.BLANK}
    assert not {Status.BLANK, Status.STRUCK} & set(found[:2])


@pytest.mark.parametrize("strike", STRIKES)
@pytest.mark.parametrize("seed", range(2))
def test_a_struck_row_is_struck_and_not_blank(strike: Strike, seed: int) -> None:
    """Even where all of its writing is joined to the line."""
    rows = tuple(replace(row, strike=strike) if r == 3 else None for r, row in enumerate(signers(seed)))
    found = measured(synthetic(rows, seed=seed)).statuses()
    assert found == [Status.STRUCK if r == 3 else Status.BLANK for r in range(8)]


@pytest.mark.parametrize("seed", range(3))
def test_a_struck_row_is_struck_where_a_hair_joins_its_line_to_other_rows(seed: int) -> None:
    """The whole is as high as a closing Z, but writing hangs on the line."""
    rows = tuple(
        replace(row, strike=Strike.SINGLE) if r == 3 else None for r, row in enumerate(signers(seed))
    )
    page = synthetic(rows, seed=seed)
    hair = np.column_stack([np.linspace(132.0, 138.0, 40), np.linspace(row_y(1), row_y(6), 40)])
    found = measured(page, draw_lines(page, hair)).statuses()
    assert found[3] is Status.STRUCK


def test_a_signature_joined_to_the_strike_below_stays_with_its_row() -> None:
    """The signature of row 3 reaches down into row 4, which is struck out."""
    seed = 4
    rows = [replace(row, strike=Strike.SINGLE) if r == 4 else row for r, row in enumerate(signers(seed)[:5])]
    page = synthetic(tuple(rows), seed=seed)
    loops = np.column_stack(
        [
            np.linspace(142, 172, 40),
            row_y(3.2) + 6.5 * np.sin(np.linspace(0, 9 * np.pi, 40)),
        ]
    )
    found = measured(page, draw_lines(page, loops))
    assert found.statuses()[4] is Status.STRUCK
    assert found.measure(3, Role.SIGNATURE).stroke_mm > 40
    assert found.statuses()[3] in (Status.SIGNED, Status.DOUBTFUL)


@pytest.mark.parametrize(("reach_mm", "found"), [(7.5, Status.DOUBTFUL), (2.0, Status.STRUCK)])
def test_a_fold_through_a_row_is_doubtful(reach_mm: float, found: Status) -> None:
    """A fold runs on beyond the table, a line that strikes the row out does not."""
    page = synthetic(signers(2)[:4], seed=2)
    line = np.array(
        [(COLUMN_EDGES_MM[0] - reach_mm, row_y(2)), (COLUMN_EDGES_MM[-1] + reach_mm, row_y(2) + 0.3)]
    )
    statuses = measured(page, draw_lines(page, line, darkness=0.4)).statuses()
    assert statuses[2] is found
    assert set(statuses[4:]) == {Status.BLANK}


def test_a_fold_that_is_faint_on_one_side_is_doubtful() -> None:
    page = synthetic(signers(2)[:4], seed=2)
    line = np.array([(COLUMN_EDGES_MM[1] + 20, row_y(2)), (COLUMN_EDGES_MM[-1] + 8.5, row_y(2) + 0.3)])
    assert measured(page, draw_lines(page, line, darkness=0.4)).statuses()[2] is Status.DOUBTFUL


@pytest.mark.parametrize(("darkness", "found"), [(0.18, Status.DOUBTFUL), (0.05, Status.STRUCK)])
def test_a_fold_that_is_only_a_shade_beyond_the_table_is_doubtful(darkness: float, found: Status) -> None:
    page, y = synthetic(signers(2)[:4], seed=2), row_y(2)
    left, right = COLUMN_EDGES_MM[0], COLUMN_EDGES_MM[-1]
    pixels = draw_lines(page, np.array([(left + 1, y), (right - 1, y + 0.3)]), darkness=0.3)
    shaded = replace(page, pixels=pixels)
    beyond = np.array([(left - 9, y - 0.02), (left, y)])
    pixels = draw_lines(shaded, beyond, width_mm=0.6, darkness=darkness)
    assert measured(page, pixels).statuses()[2] is found


def test_a_fold_through_a_blank_row_leaves_it_blank() -> None:
    line = np.array([(COLUMN_EDGES_MM[0] - 7.5, row_y(2)), (COLUMN_EDGES_MM[-1] + 7.5, row_y(2) + 0.3)])
    assert set(measured(empty_strip(), draw_lines(empty_strip(), line)).statuses()) == {Status.BLANK}


def test_the_arm_of_a_closing_z_leaves_a_row_blank_into_which_a_signature_reaches() -> None:
    x = np.linspace(142.0, 170.0, 60)
    signature = np.column_stack([x, row_y(1) + 2.0 + 4.5 * np.sin(2.2 * x)])
    corners = [(26.0, row_y(2)), (172.0, row_y(2)), (30.0, row_y(6)), (172.0, row_y(6))]
    drawn = draw_lines(empty_strip(), np.array(corners), signature)
    found = measured(empty_strip(), drawn).statuses()
    assert set(found[2:]) == {Status.BLANK}
    assert found[1] is not Status.BLANK


def test_a_line_through_a_blank_row_leaves_it_blank() -> None:
    page = empty_strip()
    line = np.array([(26.0, row_y(2)), (172.0, row_y(2) + 0.4)])
    assert set(measured(page, draw_lines(page, line)).statuses()) == {Status.BLANK}


@pytest.mark.parametrize(
    ("pieces", "least", "most"), [(3, STRUCK_UNSURE_SHARE, STRUCK_SHARE), (1, STRUCK_SHARE, 1.1)]
)
def test_a_wave_in_long_pieces_through_a_row_is_a_question(pieces: int, least: float, most: float) -> None:
    first, second, third, last = signers(2)[:4]
    short = replace(third, address=Entry.DITTO, signature=Signing.INITIALS)
    page = synthetic((first, second, short, last), seed=2)
    x = np.linspace(24.0, 174.0, 300)
    wave = np.column_stack([x, row_y(2) + 2.8 * np.sin(0.5 * x)])
    parts = [part[:-12] for part in np.array_split(wave, pieces)]
    ownership = ownership_of(page, draw_lines(page, *parts))
    assert least <= struck_share(ownership, trace_strikes(ownership), 2) < most


@pytest.mark.parametrize("strike", STRIKES)
@pytest.mark.parametrize("paper", [PLAIN, Paper(dpi=150.0), replace(PLAIN, mode=Mode.BITONAL)], ids=str)
@pytest.mark.parametrize("seed", [1, 2])
def test_only_struck_rows_have_a_high_struck_share(strike: Strike, paper: Paper, seed: int) -> None:
    found = shares(synthetic(some_struck(seed, strike), paper, seed))
    assert min(share for r, share in enumerate(found) if r % 3 == 1) >= STRUCK_SHARE
    assert max(share for r, share in enumerate(found) if r % 3 != 1) < STRUCK_UNSURE_SHARE


@pytest.mark.parametrize("seed", range(4))
def test_a_correction_does_not_strike_the_row(seed: int) -> None:
    rows = tuple(replace(row, corrected=True) for row in signers(seed))
    assert max(shares(synthetic(rows, seed=seed))) < STRUCK_UNSURE_SHARE


@pytest.mark.parametrize("from_mm", [125.0, 142.0])
def test_a_wide_flourish_of_a_signature_does_not_strike_the_row(from_mm: float) -> None:
    """It begins in the address column, and ends beyond the table."""
    x = np.linspace(from_mm, 184, 200)
    flourish = np.column_stack([x, row_y(1) + 1.5 * np.sin(0.4 * x)])
    page = empty_strip()
    ownership = ownership_of(page, draw_lines(page, flourish))
    assert struck_share(ownership, trace_strikes(ownership), 1) < STRUCK_UNSURE_SHARE
    through = np.array([(30.0, row_y(1)), (172.0, row_y(1) + 0.5)])
    ownership = ownership_of(page, draw_lines(page, through))
    assert struck_share(ownership, trace_strikes(ownership), 1) >= STRUCK_SHARE


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
def test_a_closing_z_makes_no_blank_row_signed_or_doubtful(seed: int, filled: int) -> None:
    page = synthetic(signers(seed)[:filled], seed=seed, extras=Extras(closing_z=True))
    found = [status.value for status in measured(page).statuses()]
    assert set(found[:filled]) <= {"signed", "doubtful"}
    # The end of the stroke in the signature column may look like a signature.
    assert set(found[filled:]) <= {"blank", "incomplete", "struck"}
    assert found[filled:].count("blank") >= len(found[filled:]) - 3


TALL: Design = replace(STRIP, row_height_mm=12.0, paper_mm=(190.0, 124.0))


@pytest.mark.parametrize("strike", STRIKES)
def test_strikes_are_found_in_tall_rows(strike: Strike) -> None:
    page = make_page(TALL, some_struck(3, strike), PLAIN, 3)
    found = [ink.struck_share for ink in measured(page).inks]
    assert min(found[r] for r in (1, 4, 7)) >= STRUCK_SHARE


def test_assigning_struck_rows_leaves_the_old_ownership_unchanged() -> None:
    page = empty_strip()
    ownership = ownership_of(page, draw_lines(page, np.array([(26.0, row_y(2)), (110.0, row_y(2.1))])))
    ownership.owned_px[1:, 2, 1] = 1.0
    before = ownership.owned_px.copy()
    assigned = assign_struck_rows(ownership, [r == 2 for r in range(8)])
    assert not assigned.owned_px[:, 2].any()
    assert np.array_equal(ownership.owned_px, before)
