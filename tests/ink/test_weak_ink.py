"""Ink that a scan has hardly kept: washed out or reduced to specks; and hairs, which are no ink."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.images import Pixels
from digitize.records import FlagCode, Ink, Mark, Role, Status
from samples.synthetic import Entry, Mode, Paper, Signing, SyntheticPage
from tests.ink.inks import PITCH_MM, STRIP, draw_lines, empty_strip, measured, row_y, signers, synthetic

FINE = Paper(dpi=300.0)


def pencilled(seed: int) -> SyntheticPage:
    """Return a page whose rows 3 and 6 are written in pencil, rows 1 and 4 blank and the others in ink."""
    ink, pencil = signers(seed, pen="black fineliner"), signers(seed, pen="pencil")
    rows = [pencil[r] if r in (3, 6) else ink[r] if r not in (1, 4) else None for r in range(STRIP.row_count)]
    return synthetic(tuple(rows), FINE, seed)


def washed_out(pixels: Pixels, black: int, white: int) -> Pixels:
    """Return the page with its grey levels between these two."""
    return (black + pixels * ((white - black) / 255)).astype(np.uint8)


@pytest.mark.parametrize(("black", "white"), [(150, 226), (170, 230), (190, 240)])
@pytest.mark.parametrize("seed", range(2))
def test_no_row_of_a_washed_out_page_is_lost(black: int, white: int, seed: int) -> None:
    page = pencilled(seed)
    found = measured(page, washed_out(page.pixels, black, white)).statuses()
    for r, status in enumerate(found):
        assert status is Status.BLANK if r in (1, 4) else status in (Status.SIGNED, Status.DOUBTFUL), r


def specks_of(page: SyntheticPage, r: int, share: float) -> Pixels:
    """Return the page in black and white; of the ink in row `r` only the darkest `share` is left."""
    black = page.pixels < 160
    writing = np.logical_or.reduce(
        [page.own_ink(r, role) for role in (Role.NAME, Role.ADDRESS, Role.SIGNATURE)]
    )
    black[writing] = page.pixels[writing] <= np.quantile(page.pixels[writing], share)
    return np.where(black, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("seed", range(3))
def test_a_row_of_which_a_bitonal_scan_left_only_specks_is_doubtful(seed: int) -> None:
    page = pencilled(seed)
    row = measured(page, specks_of(page, 3, 0.06)).rows()[3]
    assert row.status is Status.DOUBTFUL
    assert FlagCode.UNSURE_INK in {flag.code for flag in row.flags}


@pytest.mark.parametrize("seed", range(3))
def test_few_specks_in_a_row_tell_where_the_rest_of_the_page_is_clean(seed: int) -> None:
    page = empty_strip(300.0, Mode.BITONAL)
    rng, pixels = np.random.default_rng(seed), page.pixels.copy()
    low, high = (26.0, row_y(3) - 2.0), (70.0, row_y(3) + 2.0)
    for left in (0.0, 56.0, 108.0):  # name, address and signature
        for x, y in (rng.uniform(low, high, (6, 2)) + np.array([left, 0.0])) * page.mapping.scale:
            pixels[round(y) : round(y) + 3, round(x) : round(x) + 3] = 0
    statuses = measured(page, pixels).statuses()
    assert [r for r, status in enumerate(statuses) if status is not Status.BLANK] == [3]


@pytest.mark.parametrize("seed", range(3))
def test_as_many_specks_all_over_a_page_are_dust(seed: int) -> None:
    page = empty_strip(300.0, Mode.BITONAL)
    rng, pixels = np.random.default_rng(seed), page.pixels.copy()
    for x, y in rng.uniform((24, 17), (176, 83), (300, 2)) * page.mapping.scale:
        pixels[round(y) : round(y) + 3, round(x) : round(x) + 3] = 0
    assert set(measured(page, pixels).statuses()) == {Status.BLANK}


def hair(x: float, y: float, seed: int) -> np.ndarray:
    """Return the jagged line of a hair that begins at this point of the sheet (mm)."""
    steps = np.random.default_rng(seed).normal((0.9, 0.0), (0.3, 0.4), (16, 2))
    return np.array([x, y]) + np.cumsum(steps, axis=0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("x", [30.0, 90.0, 145.0], ids=["name", "address", "signature"])
def test_a_hair_leaves_a_blank_row_blank(x: float, seed: int) -> None:
    page = empty_strip(300.0)
    found = measured(page, draw_lines(page, hair(x, row_y(3), seed), width_mm=0.1, darkness=0.5))
    assert set(found.statuses()) == {Status.BLANK}


@pytest.mark.parametrize("seed", range(4))
def test_a_hair_is_no_signature(seed: int) -> None:
    rows = tuple(replace(row, signature=Signing.BLANK) if r == 3 else row for r, row in enumerate(signers(1)))
    page = synthetic(rows, FINE, 1)
    found = measured(page, draw_lines(page, hair(145.0, row_y(3), seed), width_mm=0.1, darkness=0.5))
    assert found.measure(3, Role.SIGNATURE).state is not Ink.INKED
    assert found.statuses()[3] in (Status.INCOMPLETE, Status.DOUBTFUL)


@pytest.mark.parametrize("seed", range(3))
def test_the_signature_of_somebody_with_a_fine_pen_is_no_hair(seed: int) -> None:
    signature = np.array([(0.0, 0.0), (6.0, -2.5), (4.0, 2.0), (12.0, -1.5), (16.0, 1.0)])
    rows = tuple(
        replace(row, signature=Signing.BLANK) if r == 3 else row for r, row in enumerate(signers(seed))
    )
    page = synthetic(rows, FINE, seed)
    lines = [np.array([145.0, row_y(3)]) + signature]
    broad = measured(page, draw_lines(page, *lines, width_mm=0.3, darkness=0.8))
    assert broad.measure(3, Role.SIGNATURE).state is Ink.INKED
    blank = synthetic(tuple(None if r == 3 else row for r, row in enumerate(rows)), FINE, seed)
    fine = [np.array([x, row_y(3)]) + signature for x in (30.0, 50.0, 85.0, 105.0, 145.0)]
    found = measured(blank, draw_lines(blank, *fine, width_mm=0.1, darkness=0.5))
    assert found.measure(3, Role.SIGNATURE).state is Ink.INKED


def without_address(seed: int) -> tuple[SyntheticPage, float]:
    """Return a page on which only the address of row 3 is missing, and the y (mm) of that row."""
    rows = tuple(replace(row, address=Entry.BLANK) if r == 3 else row for r, row in enumerate(signers(seed)))
    return synthetic(rows, FINE, seed), row_y(3)


@pytest.mark.parametrize("lean_mm", [0.0, 0.4])
def test_a_piece_of_a_streak_is_no_address(lean_mm: float) -> None:
    """The other pieces of a streak on the glass may be too pale to show that it is one."""
    page, y = without_address(1)
    streak = [(95.0, y - 0.5 * PITCH_MM), (95.0 + lean_mm, y + 0.5 * PITCH_MM)]
    found = measured(page, draw_lines(page, streak, width_mm=0.3, darkness=0.5))
    assert found.measure(3, Role.ADDRESS).state is Ink.UNSURE
    assert found.statuses()[3] is Status.DOUBTFUL
    written = [(x, y + dy) for x, dy in ((96.0, -1.2), (97.0, 1.2), (98.0, -1.2), (99.0, 1.2))]
    found = measured(page, draw_lines(page, streak, written, width_mm=0.3))
    assert found.measure(3, Role.ADDRESS).state is Ink.INKED


@pytest.mark.parametrize("size_mm", [1.2, 2.0])
def test_ditto_marks_between_two_dashes_are_ditto_marks(size_mm: float) -> None:
    page, y = without_address(1)
    dashes = [[(x, y), (x + 1.5 * size_mm, y)] for x in (100.0, 100.0 + 4 * size_mm)]
    pair = [[(100.0 + k * size_mm, y - size_mm), (100.0 + k * size_mm, y)] for k in (2.3, 3.2)]
    found = measured(page, draw_lines(page, *dashes, *pair))
    assert found.measure(3, Role.ADDRESS).mark is Mark.DITTO
    assert found.statuses()[3] is Status.SIGNED


def two_specks(r: int, x: float) -> list[list[tuple[float, float]]]:
    """Return two short strokes, one above the other, with their left end at `x` (mm)."""
    return [[(x, row_y(r) + y), (x + 0.6, row_y(r) + y)] for y in (-1.0, 1.0)]


def test_specks_in_place_of_an_address_are_doubtful() -> None:
    page, _ = without_address(1)
    assert measured(page).statuses()[3] is Status.INCOMPLETE
    assert measured(page, draw_lines(page, *two_specks(3, 100.0))).statuses()[3] is Status.DOUBTFUL


def test_specks_are_not_asked_about_where_other_blank_cells_have_as_many() -> None:
    rows = tuple(replace(row, address=Entry.BLANK) for row in signers(1))
    page = synthetic(rows, FINE, 1)
    specks = [line for r, x in enumerate(np.linspace(85.0, 120.0, 8)) for line in two_specks(r, x)]
    assert set(measured(page, draw_lines(page, *specks)).statuses()) == {Status.INCOMPLETE}


def test_a_whole_row_below_the_threshold_of_noisy_paper_is_doubtful() -> None:
    page = pencilled(1)
    noise = np.random.default_rng(1).normal(0.0, 14.0, page.pixels.shape)
    light = page.pixels.astype(np.float64)
    for role in (Role.NAME, Role.ADDRESS, Role.SIGNATURE):
        own = page.own_ink(3, role)
        light[own] = 250 - (250 - light[own]) * 0.5
    status = measured(page, np.clip(light + noise, 0, 255).astype(np.uint8)).statuses()
    assert status[3] is Status.DOUBTFUL
    assert status[1] is Status.BLANK and status[4] is Status.BLANK


def test_a_fold_through_a_blank_row_asks_nothing() -> None:
    page = pencilled(0)
    scale, pixels = page.mapping.scale, page.pixels.astype(np.float64)
    y = round(row_y(4) * scale)
    pixels[y : y + round(0.6 * scale)] -= 22
    assert measured(page, np.clip(pixels, 0, 255).astype(np.uint8)).statuses()[4] is Status.BLANK
