"""A page on which writing would be lost in the grain says so, and its incomplete rows are asked about."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitize.images import Pixels
from digitize.page.pipeline import Settings, digitize_file
from digitize.records import NoteCode, Role, SheetPage, Status
from digitize.table.visibility import is_lost_in_grain
from samples.synthetic import ACAT, DESIGNS, Mode, SyntheticPage
from tests.page.test_denoised_look import pale
from tests.table.tables import LOW, exact_page, found_table, synthetic

LIST = ACAT[1]


def page_of_twelve() -> SyntheticPage:
    """A page of twelve rows, all filled in."""
    design = replace(DESIGNS["de-plain"][0], row_count=12)
    return synthetic(design, replace(LOW, mode=Mode.GREY, dpi=200.0), 1.0)


def read(pixels: Pixels | NDArray[np.bool_], dpi: float, folder: Path) -> SheetPage:
    """Read a page as a scan with these pixels."""
    Image.fromarray(pixels).save(folder / "page.tif", dpi=(dpi, dpi))
    outcome = digitize_file(str(folder / "page.tif"), 1, Settings()).outcome
    assert isinstance(outcome, SheetPage)
    return outcome


@pytest.mark.parametrize(
    ("share", "grain", "lost"), [(1.0, 0.0, False), (0.5, 12.0, False), (0.3, 3.0, False), (0.2, 12.0, True)]
)
def test_pale_print_counts_by_the_grain_around_it(share: float, grain: float, lost: bool) -> None:
    page, result = found_table(LIST)
    assert result.table is not None
    assert is_lost_in_grain(exact_page(page, pale(page, share, grain)), result.table) is lost


def test_a_black_and_white_page_has_no_grain() -> None:
    page, result = found_table(LIST, replace(LOW, mode=Mode.BITONAL))
    assert result.table is not None
    assert not is_lost_in_grain(replace(exact_page(page), bitonal=True), result.table)


@pytest.mark.parametrize(("share", "is_noted"), [(0.2, True), (0.8, False)])
def test_no_row_of_a_page_lost_in_grain_is_left_out_without_a_word(
    share: float, is_noted: bool, tmp_path: Path
) -> None:
    page = synthetic(LIST, LOW, 0.6)
    outcome = read(pale(page, share, 12.0), LOW.dpi, tmp_path)
    assert (NoteCode.PALE_PAGE in {note.code for note in outcome.notes}) is is_noted
    assert (Status.INCOMPLETE in {row.status for row in outcome.rows}) is not is_noted


@pytest.mark.parametrize(("weak", "is_noted"), [(2, False), (4, True)])
def test_a_page_with_rows_reduced_to_specks_is_noted_as_others_may_be_lost(
    weak: int, is_noted: bool, tmp_path: Path
) -> None:
    page = page_of_twelve()
    black = page.pixels < 160
    for r in range(2, 2 + weak):
        for role in (Role.NAME, Role.ADDRESS, Role.SIGNATURE):
            ink = page.own_ink(r, role)
            black[ink] = page.pixels[ink] <= np.quantile(page.pixels[ink], 0.06)
    outcome = read(~black, 200.0, tmp_path)
    assert [row.status for row in outcome.rows[2 : 2 + weak]] == [Status.DOUBTFUL] * weak
    assert (NoteCode.PALE_PAGE in {note.code for note in outcome.notes}) is is_noted


@pytest.mark.parametrize(("broken", "is_noted"), [(0, False), (6, True), (12, False)], ids=str)
def test_a_page_on_which_some_rows_broke_up_into_specks_is_noted_as_others_may_be_lost(
    broken: int, is_noted: bool, tmp_path: Path
) -> None:
    """Where all rows did, it is dust or a coarse scan."""
    page = page_of_twelve()
    black, rng = page.pixels < 160, np.random.default_rng(0)
    for r in range(broken):
        for role in (Role.NAME, Role.ADDRESS, Role.SIGNATURE):
            ink = page.own_ink(r, role)
            black[ink] &= rng.random(np.count_nonzero(ink)) < 0.45
    outcome = read(~black, 200.0, tmp_path)
    assert (NoteCode.PALE_PAGE in {note.code for note in outcome.notes}) is is_noted
