"""Every stroke is assigned to the cell it was written for."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitize.ink.assign_strokes import Ownership, lies_over_border
from digitize.records import Ink, Role
from samples.synthetic import RowFill, Signing, SyntheticPage, strokes
from tests.ink.inks import (
    ADDRESS,
    NAME,
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


def owned_mm(ownership: Ownership) -> np.ndarray:
    """Return the length owned per row and column, without the printed numbers."""
    return ownership.owned_px.sum(axis=0)[:, NAME:] / ownership.px_per_mm


def recovered_share(page: SyntheticPage, ownership: Ownership, r: int, role: Role) -> float:
    """Return the share of a cell's true ink, as far as it was found, that is in strokes the cell owns."""
    found = ownership.strokes
    height, width = found.labels.shape
    window = np.s_[found.top : found.top + height, found.left : found.left + width]
    truth = page.own_ink(r, role)[window] & (found.labels > 0)
    owners = found.labels[truth]
    c = page.truth.roles.index(role)
    return float((ownership.owned_px[owners, r, c] > 0).mean())


@cache
def filled(seed: int) -> tuple[SyntheticPage, Ownership]:
    page = synthetic(signers(seed), seed=seed)
    return page, ownership_of(page)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("role", [Role.NAME, Role.ADDRESS])
def test_writing_belongs_to_its_cell(seed: int, role: Role) -> None:
    page, ownership = filled(seed)
    shares = [recovered_share(page, ownership, r, role) for r in range(STRIP.row_count)]
    assert min(shares) >= 0.8 and np.mean(shares) >= 0.97


@pytest.mark.parametrize("seed", (0, 2, 3, 4, 5))  # in seed 1 two neighbours' signatures cannot be split
def test_signatures_belong_to_their_row(seed: int) -> None:
    page, ownership = filled(seed)
    shares = [recovered_share(page, ownership, r, Role.SIGNATURE) for r in range(STRIP.row_count)]
    assert np.mean(shares) >= 0.9


def every_other(seed: int, **change: object) -> tuple[RowFill | None, ...]:
    """Return rows 1, 3, 5 and 7 filled in and the others blank."""
    rows = [replace(row, **change) for row in signers(seed)]  # type: ignore[arg-type]
    return tuple(row if i % 2 else None for i, row in enumerate(rows))


@pytest.mark.parametrize("seed", range(5))
def test_an_overflowing_address_belongs_to_its_row(seed: int) -> None:
    page = synthetic(every_other(seed, overflow=True), seed=seed)
    mm = owned_mm(ownership_of(page))
    assert mm[::2].max() < 3, "these rows are blank"
    assert mm[1::2].min() > 10


@pytest.mark.parametrize("seed", range(5))
def test_a_large_signature_belongs_to_its_row(seed: int) -> None:
    page = synthetic(every_other(seed, signature=Signing.LARGE), seed=seed)
    mm = owned_mm(ownership_of(page))
    assert mm[::2].max() < 4
    assert mm[1::2].min() > 10


@given(st.integers(0, 10_000), st.floats(0.5, 7.5), st.floats(8, 30), st.floats(3, 20))
@settings(max_examples=25, deadline=None)
def test_no_ink_is_counted_twice(seed: int, level: float, length_mm: float, height_mm: float) -> None:
    """Cells own no more than was drawn, and what a cell owns is not foreign to it."""
    page = empty_strip()
    lines = strokes.signature(np.random.default_rng(seed), length_mm, height_mm)
    ownership = ownership_of(
        page, draw_lines(page, *(stroke + np.array([120.0, row_y(level)]) for stroke in lines))
    )
    whole = ownership.strokes.length_px
    assert (ownership.owned_px.sum(axis=(1, 2)) <= whole + 1e-6).all()
    assert (ownership.in_cell_px.sum(axis=(1, 2)) <= whole + 1e-6).all()
    for r in range(ownership.row_count):
        for c in range(len(STRIP.columns)):
            assert not ((ownership.owned_px[:, r, c] > 0) & (ownership.foreign_px(r, c) > 0)).any()


@pytest.mark.parametrize(("share", "owner"), [(0.1, 3), (0.3, 3), (0.7, 4), (0.9, 4)])
def test_a_stroke_across_a_border_belongs_to_the_row_with_most_of_it(share: float, owner: int) -> None:
    """The letter is 4 mm high, with `share` of it below the border of rows 3 and 4."""
    page = empty_strip()
    border = row_y(3.5)
    stem = np.array([(50.0, border - 4 * (1 - share)), (51.0, border + 4 * share)])
    mm = owned_mm(ownership_of(page, draw_lines(page, stem)))
    assert mm[owner, NAME - 1] == pytest.approx(4.5, abs=0.8)
    assert mm.sum() == pytest.approx(mm[owner, NAME - 1], abs=0.3)


def test_a_line_through_three_columns_belongs_to_no_cell() -> None:
    page = empty_strip()
    ownership = ownership_of(page, draw_lines(page, np.array([(40.0, row_y(2)), (160.0, row_y(2))])))
    assert owned_mm(ownership)[2].tolist() == [0, 0, 0]
    lengths = ownership.in_cell_px.sum(axis=0)[2, NAME:] / ownership.px_per_mm
    assert lengths.tolist() == pytest.approx([35.0, 59.0, 26.0], abs=3), "its course is known"


STAMPED = replace(PLAIN, stamps=("over",))
ROUND = (1, 2, 3, 4, 5, 7)  # seeds with a round frame


@pytest.mark.parametrize("seed", ROUND)
def test_round_stamps_belong_to_no_cell(seed: int) -> None:
    """On a blank form, neither their frame nor the words inside."""
    ownership = ownership_of(synthetic((), STAMPED, seed))
    assert ownership.stamps.frame.any()
    assert owned_mm(ownership).max() < 3


@pytest.mark.parametrize("seed", range(4))
def test_signatures_are_not_stamps(seed: int) -> None:
    page = synthetic(tuple(replace(row, signature=Signing.LARGE) for row in signers(seed)), seed=seed)
    assert not ownership_of(page).stamps.frame.any()


def letter_k(x: float, y: float, height: float = 2.4) -> list[np.ndarray]:
    stem = np.array([(x, y - height / 2), (x, y + height / 2)])
    arms = np.array([(x + 0.8 * height, y - height / 2), (x + 0.1, y), (x + 0.8 * height, y + height / 2)])
    return [stem, arms]


def test_an_address_written_over_the_border_is_unsure() -> None:
    """The line of row 3 rises over its upper border, so row 2 may have no address of its own."""
    page = empty_strip()
    over = [line for x in (100.0, 104.0, 108.0) for line in letter_k(x, row_y(2.5) - 0.35)]
    rest = [line for x in (84.0, 88.0, 92.0, 96.0) for line in letter_k(x, row_y(3))]
    name = [line for x in (28.0, 32.0, 36.0, 40.0) for line in letter_k(x, row_y(2))]
    pixels = draw_lines(page, *over, *rest, *name, width_mm=0.3)
    ownership = ownership_of(page, pixels)
    assert ownership.owned_mm(2, ADDRESS) > 8, "most of the letters lies in row 2"
    assert lies_over_border(ownership, 2, ADDRESS) and not lies_over_border(ownership, 3, ADDRESS)
    assert measured(page, pixels).measure(2, Role.ADDRESS).state is Ink.UNSURE


def test_low_writing_above_a_zigzag_is_no_tail_of_it() -> None:
    """The box of the zigzag reaches over the border, so that all of the small writing seems to touch it."""
    page = empty_strip()
    x = np.arange(24.0, 174.0, 6.0)
    zigzag = np.column_stack([x, row_y(3) + np.where(np.arange(len(x)) % 2, 3.0, -4.6)])
    letter = np.array([(0.0, 0.0), (0.0, -1.4), (1.2, 0.0), (1.2, -1.4)])
    starts = [*np.arange(30.5, 62.0, 6.0), *np.arange(84.5, 122.0, 6.0), *np.arange(144.5, 162.0, 6.0)]
    letters = [shifted + letter for shifted in np.column_stack([starts, np.full(len(starts), row_y(2.3))])]
    ownership = ownership_of(page, draw_lines(page, zigzag, *letters))
    assert (owned_mm(ownership)[2] > 8).all()


def test_pieces_of_an_uneven_rule_belong_to_no_cell() -> None:
    """Where a rule is printed more heavily than elsewhere, pieces of it are left."""
    page, starts = empty_strip(300.0), np.arange(82.0, 130.0, 3.0)
    pieces = [np.array([(x, row_y(3.5)), (x + 1.6, row_y(3.5))]) for x in starts]
    found = ownership_of(page, draw_lines(page, *pieces, width_mm=0.5))
    assert owned_mm(found).max() == 0.0
