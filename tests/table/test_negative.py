"""Negatives are told from positives, also on dark paper and on a black scanner bed."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.form.definition import AUTO, Form
from digitize.images import Pixels, to_grey
from digitize.page.detect_tables import find_tables
from digitize.records import Note, NoteCode
from digitize.table.negative import as_positive, is_negative
from samples.synthetic import ACAT, DESIGNS, Design, Mode
from tests.table.tables import LOW, print_reader, scan_of, synthetic


def on_black(pixels: Pixels, share: float) -> Pixels:
    """The sheet in a corner of black glass of which it covers `share` of each side."""
    grey = to_grey(pixels)
    height, width = grey.shape
    glass = np.full((round(height / share), round(width / share)), 8, np.uint8)
    glass[:height, :width] = grey
    return glass


@pytest.mark.parametrize("mode", [Mode.GREY, Mode.BITONAL, Mode.COLOUR])
@pytest.mark.parametrize(
    "design", [*ACAT, DESIGNS["de-wide"][0]], ids=lambda design: f"{design.form} {design.kind}"
)
def test_a_negative_is_told_from_a_positive(design: Design, mode: Mode) -> None:
    scan = scan_of(synthetic(design, replace(LOW, mode=mode), 0.9))
    assert not is_negative(scan)
    assert is_negative(as_positive(scan))


@pytest.mark.parametrize("share", [0.9, 0.7, 0.5])
def test_a_sheet_on_a_black_bed_is_no_negative(share: float) -> None:
    page = synthetic(ACAT[1])
    assert not is_negative(scan_of(page, on_black(page.pixels, share)))


def test_dark_paper_is_no_negative() -> None:
    page = synthetic(ACAT[1])
    dark = (to_grey(page.pixels) * 0.35).astype(np.uint8)
    assert not is_negative(scan_of(page, dark))


def test_the_negative_of_an_empty_table_of_hairlines_is_told() -> None:
    page = synthetic(ACAT[1], LOW, 0.0)
    pale = (255 - (255 - to_grey(page.pixels).astype(np.float64)) * 0.5).astype(np.uint8)
    pale[pale > 240] = 255
    assert is_negative(as_positive(scan_of(page, pale)))


def test_a_picture_of_nothing_is_no_negative() -> None:
    page = synthetic(ACAT[1])
    noise = np.random.default_rng(0).normal(8, 6, page.pixels.shape[:2])
    assert not is_negative(scan_of(page, np.clip(noise, 0, 255).astype(np.uint8)))


def test_a_negative_is_read_and_told() -> None:
    page = synthetic(ACAT[0])
    found = find_tables(as_positive(scan_of(page)), Form(AUTO), print_reader())
    assert found.notes == (Note(NoteCode.NEGATIVE),)
    assert len(found.tables[0].row_edges_px) == 4
