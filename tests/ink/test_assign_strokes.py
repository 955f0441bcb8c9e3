"""Every stroke belongs to the cell it was written for, as far as geometry can tell."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitize.ink.assign_strokes import Ownership
from digitize.records import Role
from samples.synthetic import RowFill, Signing, SyntheticPage, strokes
from tests.ink.inks import PLAIN, STRIP, empty_strip, owned, penned, signers, synthetic

NUMBER, NAME, ADDRESS, SIGNATURE = range(4)
XS = (12.0, 23.0, 75.0, 134.0, 178.0)
TOP, PITCH = 16.0, 8.5


def row_y(r: float) -> float:
    return TOP + PITCH * (r + 0.5)


def own_mm(ownership: Ownership) -> np.ndarray:
    """Own stroke length per row and column but the printed numbers'."""
    return ownership.own.sum(axis=0)[:, NAME:] / ownership.px_per_mm


def given_back_share(page: SyntheticPage, ownership: Ownership, r: int, role: Role) -> float:
    """The share of a cell's true ink (that was found at all) that lies in strokes the cell owns."""
    found = ownership.strokes
    height, width = found.labels.shape
    window = np.s_[found.top : found.top + height, found.left : found.left + width]
    truth = page.own_ink(r, role)[window] & (found.labels > 0)
    owners = found.labels[truth]
    c = page.truth.roles.index(role)
    return float((ownership.own[owners, r, c] > 0).mean())


@cache
def filled(seed: int) -> tuple[SyntheticPage, Ownership]:
    page = synthetic(signers(seed), seed=seed)
    return page, owned(page)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("role", [Role.NAME, Role.ADDRESS])
def test_writing_belongs_to_its_cell(seed: int, role: Role) -> None:
    page, ownership = filled(seed)
    shares = [given_back_share(page, ownership, r, role) for r in range(STRIP.row_count)]
    assert min(shares) >= 0.8 and np.mean(shares) >= 0.97


@pytest.mark.parametrize("seed", (0, 2, 3, 4, 5))  # in 1 two neighbours cannot be parted
def test_signatures_belong_to_their_row(seed: int) -> None:
    page, ownership = filled(seed)
    shares = [given_back_share(page, ownership, r, Role.SIGNATURE) for r in range(STRIP.row_count)]
    assert np.mean(shares) >= 0.9


def every_other(seed: int, **change: object) -> tuple[RowFill | None, ...]:
    """Rows 1, 3, 5, 7 filled, the others left blank."""
    rows = [replace(row, **change) for row in signers(seed)]  # type: ignore[arg-type]
    return tuple(row if i % 2 else None for i, row in enumerate(rows))


@pytest.mark.parametrize("seed", range(5))
def test_an_overflowing_address_belongs_to_its_row(seed: int) -> None:
    page = synthetic(every_other(seed, overflow=True), seed=seed)
    mm = own_mm(owned(page))
    assert mm[::2].max() < 3, "nothing was written in these rows"
    assert mm[1::2].min() > 10


@pytest.mark.parametrize("seed", range(5))
def test_a_large_signature_belongs_to_its_row(seed: int) -> None:
    page = synthetic(every_other(seed, signature=Signing.LARGE), seed=seed)
    mm = own_mm(owned(page))
    assert mm[::2].max() < 4
    assert mm[1::2].min() > 10


@given(st.integers(0, 10_000), st.floats(0.5, 7.5), st.floats(8, 30), st.floats(3, 20))
@settings(max_examples=25, deadline=None)
def test_no_ink_is_counted_twice(seed: int, level: float, length_mm: float, height_mm: float) -> None:
    """Whatever is drawn wherever: cells own no more than there is, and a cell's own is not foreign to it."""
    page = empty_strip()
    lines = strokes.signature(np.random.default_rng(seed), length_mm, height_mm)
    ownership = owned(page, penned(page, *(stroke + np.array([120.0, row_y(level)]) for stroke in lines)))
    whole = ownership.strokes.length_px
    assert (ownership.own.sum(axis=(1, 2)) <= whole + 1e-6).all()
    assert (ownership.shares.sum(axis=(1, 2)) <= whole + 1e-6).all()
    for r in range(ownership.row_count):
        for c in range(len(STRIP.columns)):
            assert not ((ownership.own[:, r, c] > 0) & (ownership.foreign(r, c) > 0)).any()


@pytest.mark.parametrize(("share", "owner"), [(0.1, 3), (0.3, 3), (0.7, 4), (0.9, 4)])
def test_a_stroke_across_a_border_belongs_to_the_row_with_most_of_it(share: float, owner: int) -> None:
    """A letter 4 mm high, `share` of it below the border of rows 3 and 4."""
    page = empty_strip()
    border = row_y(3.5)
    stem = np.array([(50.0, border - 4 * (1 - share)), (51.0, border + 4 * share)])
    mm = own_mm(owned(page, penned(page, stem)))
    assert mm[owner, NAME - 1] == pytest.approx(4.5, abs=0.8)
    assert mm.sum() == pytest.approx(mm[owner, NAME - 1], abs=0.3)


def test_a_line_through_three_columns_belongs_to_nobody() -> None:
    page = empty_strip()
    ownership = owned(page, penned(page, np.array([(40.0, row_y(2)), (160.0, row_y(2))])))
    assert own_mm(ownership)[2].tolist() == [0, 0, 0]
    lengths = ownership.shares.sum(axis=0)[2, NAME:] / ownership.px_per_mm
    assert lengths.tolist() == pytest.approx([35.0, 59.0, 26.0], abs=3), "but it is known where it runs"


def underlined(level: float, x_mm: float = 140.0) -> np.ndarray:
    """Own length of the signature cells: row 2 is signed, a line runs `level` rows below its border."""
    page = empty_strip()
    signature = [
        p * (1, 0.8) + (156.0, row_y(2.05)) for p in strokes.signature(np.random.default_rng(3), 26, 7)
    ]
    y = row_y(2.5) + level * PITCH
    line = np.array([(x_mm, y), (x_mm + 24, y + 0.3)])
    return np.asarray(own_mm(owned(page, penned(page, *signature, line)))[:, SIGNATURE - 1])


def test_an_underline_belongs_to_the_signature_above() -> None:
    assert underlined(0.15)[3] == 0
    assert underlined(0.15)[2] > underlined(0.6)[2] + 20
    assert underlined(0.6)[3] == pytest.approx(24, abs=2), "in the middle of its own row it is a dash"


STAMPED = replace(PLAIN, stamps=("over",))
ROUND = (1, 2, 3, 4, 5, 7)  # the frames of other seeds have corners


@pytest.mark.parametrize("seed", ROUND)
def test_round_stamps_belong_to_nobody(seed: int) -> None:
    """Neither their frame nor the words inside, where nobody wrote."""
    ownership = owned(synthetic((), STAMPED, seed))
    assert ownership.stamps.any()
    assert own_mm(ownership).max() < 3


@pytest.mark.parametrize("seed", range(4))
def test_signatures_are_no_stamps(seed: int) -> None:
    page = synthetic(tuple(replace(row, signature=Signing.LARGE) for row in signers(seed)), seed=seed)
    assert not owned(page).stamps.any()
