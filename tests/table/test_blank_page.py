"""Blank backs are told from pages with content, whatever the scanner adds."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitize.geometry import px_per_mm
from digitize.table.blank_page import is_blank
from digitize.table.straighten import straighten
from samples.synthetic import (
    ACAT,
    DESIGNS,
    NO_TABLE,
    Design,
    Mode,
    Paper,
    SyntheticPage,
    blank_back,
    make_page,
)
from tests.table.tables import LOW, exact_page, print_reader, scan_of, synthetic, with_strokes


def is_blank_scan(page: SyntheticPage) -> bool:
    return is_blank(straighten(scan_of(page), print_reader()))


BACKS = {
    "white": Paper(dpi=150.0),
    "dusty": Paper(dpi=150.0, dust=120, holes=4, staple=True),
    "on a black bed": Paper(dpi=150.0, bed=0.12, skew_deg=2.0, holes=2),
    "folded and noisy": Paper(dpi=150.0, folds=2, noise=9.0, jpeg_quality=55, uneven=0.3, white=0.9),
    "streaked": Paper(dpi=150.0, streak=True, torn=True),
    "bitonal": Paper(mode=Mode.BITONAL, dust=80, holes=2),
}


@pytest.mark.parametrize("paper", BACKS.values(), ids=BACKS)
def test_empty_back_is_blank(paper: Paper) -> None:
    assert is_blank_scan(blank_back(paper, 4))


@pytest.mark.parametrize("shine", [0.06, 0.14, 0.25])
def test_back_with_bleed_through_is_blank(shine: float) -> None:
    """The filled list shines through, mirrored and pale."""
    front = ACAT[1]
    page = synthetic(front, LOW, 0.9)
    back = blank_back(LOW, 6)
    mirrored = (255 - page.pixels[:, ::-1].astype(float)) * shine
    through = (back.pixels - mirrored).clip(0, 255).astype("uint8")
    assert is_blank(straighten(scan_of(back, through), print_reader()))


@pytest.mark.parametrize(
    "design", [NO_TABLE, ACAT[0], ACAT[1], DESIGNS["de-lines"][0]], ids=lambda d: d.form or "text"
)
def test_printed_page_is_not_blank(design: Design) -> None:
    assert not is_blank_scan(make_page(design, (), Paper(dpi=150.0, toner=0.55), 3))


def test_short_note_leaves_a_back_blank_but_a_text_does_not() -> None:
    back = blank_back(LOW, 8)
    page = exact_page(back, with_strokes(back, ((150, 20), (156, 24), (160, 20)), ((162, 20), (170, 23))))
    assert is_blank(page)
    lines = [((30 + 5 * i, 60 + 9 * j), (33 + 5 * i, 63 + 9 * j)) for i in range(10) for j in range(3)]
    assert not is_blank(exact_page(back, with_strokes(back, *lines)))


def test_image_smaller_than_the_ignored_margins_is_blank() -> None:
    page = exact_page(blank_back(LOW, 8))
    scrap = page.pixels[: round(20 * px_per_mm(150)), :200]
    assert is_blank(exact_page(blank_back(LOW, 8), scrap))


@pytest.mark.parametrize("contrast", [0.35, 0.6])
def test_pale_print_is_not_blank(contrast: float) -> None:
    page = exact_page(synthetic(ACAT[1], LOW))
    pale = (255 - (255.0 - page.grey) * contrast).astype(np.uint8)
    assert not is_blank(replace(page, pixels=pale))


@pytest.mark.parametrize("blur_mm", [0.6, 0.65])
def test_blurred_print_is_not_blank(blur_mm: float) -> None:
    page = exact_page(synthetic(ACAT[1], LOW))
    blurred = np.asarray(cv2.GaussianBlur(page.grey, (0, 0), page.px(blur_mm)), dtype=np.uint8)
    assert not is_blank(replace(page, pixels=blurred))
