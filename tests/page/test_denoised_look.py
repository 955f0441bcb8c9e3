"""Rows are found on pages whose print is pale and lost in grain, and judged by what the scan shows."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from digitize.form.definition import AUTO, Form
from digitize.images import Pixels, resample
from digitize.page import find_rows as module
from digitize.page import looks
from digitize.page.find_rows import find_rows
from digitize.records import NoteCode
from digitize.table.denoise import denoised
from samples.synthetic import ACAT, NO_TABLE, SyntheticPage, blank_back, make_page
from tests.page.test_find_rows import codes_of, rows_of
from tests.table.tables import LOW, print_reader, scan_of, synthetic

LETTER, LIST = ACAT
WHITE = 230.0
GRAIN = 20.0  # standard deviation, in grey levels
PALE = 0.26  # of the contrast of good print


def pale(page: SyntheticPage, share: float = PALE, grain: float = GRAIN, *, mirrored: bool = False) -> Pixels:
    """Return the scan with its print at `share` of its contrast, and grain."""
    shown = page.pixels[:, ::-1] if mirrored else page.pixels
    noise = np.random.default_rng(3).normal(0, grain, shown.shape)
    return np.clip(WHITE - (255.0 - shown) * share + noise, 0, 255).astype(np.uint8)


def test_rows_of_a_pale_and_grainy_page_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    page = synthetic(LIST, LOW, 0.0)
    scan = scan_of(page, pale(page))
    found = find_rows(scan, Form(AUTO), print_reader())
    assert (rows_of(found), codes_of(found)) == ([tuple(range(4, 31))], [])
    shown = resample(scan.pixels, found.page.to_scan, found.page.width_px, found.page.height_px)
    assert np.array_equal(found.page.pixels, shown)  # not the denoised picture
    monkeypatch.setattr(looks, "denoised", lambda _: None)
    assert not rows_of(find_rows(scan, Form(AUTO), print_reader()))


@pytest.mark.parametrize(("lost", "numbers"), [(0, range(4, 31)), (1, range(1, 27))])
def test_numbers_that_only_a_denoised_look_shows_are_taken_for_as_many_rows(
    lost: int, numbers: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unnumbered(view: looks.View) -> looks.FoundRows:
        found = looks.plainly(view)
        if view.original is not None:
            return found
        (one,) = found.tables
        count = len(one.numbering.numbers) - lost
        numbering = replace(one.numbering, numbers=tuple(range(1, count + 1)), printed=False, doubt=None)
        return replace(found, tables=(replace(one, numbering=numbering, doubts=()),))

    monkeypatch.setattr(module, "plainly", unnumbered)
    page = synthetic(LIST, LOW, 0.0)
    found = find_rows(scan_of(page, pale(page, 0.6, 6.0)), Form(AUTO), print_reader())
    assert rows_of(found) == [tuple(numbers)]


@pytest.mark.parametrize("grain", [6.0, 12.0])
def test_rows_of_a_page_that_looks_blank_are_found(grain: float) -> None:
    page = synthetic(LETTER, LOW, 0.0)
    found = find_rows(scan_of(page, pale(page, 0.18, grain)), Form(AUTO), print_reader())
    assert rows_of(found) == [(1, 2, 3)]


@pytest.mark.parametrize(("mirrored", "codes"), [(False, [NoteCode.NO_TABLE]), (True, [])])
@pytest.mark.parametrize("grain", [0.0, 12.0])
def test_pale_print_is_not_blank_but_what_shines_through_is(
    mirrored: bool, codes: list[NoteCode], grain: float
) -> None:
    page = make_page(NO_TABLE, (), LOW, 3)
    scan = scan_of(page, pale(page, 0.2, grain, mirrored=mirrored))
    found = find_rows(scan, Form(AUTO), print_reader())
    assert (rows_of(found), codes_of(found), found.blank) == ([], codes, mirrored)


def bitonal(page: SyntheticPage, speckled: float = 0.0) -> Pixels:
    """Return a page in black and white, with this share of its px black as in a dithered scan."""
    black = np.random.default_rng(1).random(page.pixels.shape) < speckled
    return np.where(black | (page.pixels < 128), np.uint8(0), np.uint8(255))


@pytest.mark.parametrize(
    "change",
    [lambda page: page.pixels, bitonal, lambda page: bitonal(page, 0.2)],
    ids=["clear", "bitonal", "dithered"],
)
def test_a_clear_page_is_not_denoised(change: Callable[[SyntheticPage], Pixels]) -> None:
    page = synthetic(LIST, LOW, 0.6)
    assert denoised(scan_of(page, change(page))) is None


@pytest.mark.parametrize(("share", "grain"), [(PALE, 0.0), (1.0, GRAIN), (PALE, GRAIN)])
def test_print_gets_dark_and_paper_even(share: float, grain: float) -> None:
    page = synthetic(LIST, LOW, 0.6)
    clean = denoised(scan_of(page, pale(page, share, grain)))
    assert clean is not None
    assert clean.pixels.shape == page.pixels.shape
    assert np.percentile(clean.pixels, 0.5) < 100
    paper = clean.pixels[page.pixels > 250]
    assert np.std(paper.astype(float)) < 12


def test_a_grainy_back_stays_blank() -> None:
    page = blank_back(LOW, 3)
    assert find_rows(scan_of(page, pale(page)), Form(AUTO), print_reader()).blank


@pytest.mark.parametrize(("share", "grain"), [(PALE, GRAIN), (0.14, 12.0)])
def test_no_filled_page_is_blank_however_pale(share: float, grain: float) -> None:
    page = synthetic(LIST, LOW, 0.6)
    assert not find_rows(scan_of(page, pale(page, share, grain)), Form(AUTO), print_reader()).blank
