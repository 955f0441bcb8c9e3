"""Blur is measured on the printed rules in mm, and a page that is too blurred is rejected."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitize.errors import UnusablePage
from digitize.form.definition import AUTO, Form
from digitize.page.detect_tables import find_tables
from digitize.table.sharpness import BLUR_MM, Sharpness, measure_sharpness
from samples.synthetic import TIDY, Paper, random_fill
from tests.ink.inks import STRIP, exact_table, flat_page, synthetic
from tests.table.tables import print_reader, scan_of

FILL = random_fill(STRIP, 3, 0.6, TIDY)


def sharpness(paper: Paper, blur_mm: float = 0.0) -> Sharpness:
    page = synthetic(FILL, paper, 4)
    flat = flat_page(page)
    if blur_mm:
        blurred = cv2.GaussianBlur(flat.grey, (0, 0), flat.px(blur_mm))
        flat = replace(flat, pixels=np.asarray(blurred, dtype=np.uint8))
    found = measure_sharpness(flat, exact_table(page))
    assert found is not None
    return found


def test_edge_width_grows_with_blur() -> None:
    widths = [sharpness(Paper(dpi=200.0), blur_mm).edge_mm for blur_mm in (0.0, 0.15, 0.3, 0.5)]
    assert widths == sorted(widths) and widths[0] < 0.25 and widths[-1] > BLUR_MM


@pytest.mark.parametrize("dpi", [150.0, 300.0])
def test_edge_width_does_not_depend_on_the_resolution(dpi: float) -> None:
    assert sharpness(Paper(dpi=dpi), 0.3).edge_mm == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize(
    "paper",
    [
        Paper(dpi=150.0, noise=10.0, blur_px=0.9, jpeg_quality=50, toner=0.5),
        Paper(dpi=100.0),
        Paper(dpi=200.0, faint_patches=True, gaps=40),
    ],
    ids=["poor", "coarse", "worn"],
)
def test_poor_but_sharp_scans_are_accepted(paper: Paper) -> None:
    assert not sharpness(paper).too_blurred


def test_blurred_page_is_rejected() -> None:
    page = synthetic(FILL, Paper(dpi=200.0, blur_px=3.2), 4)
    with pytest.raises(UnusablePage, match="too blurred"):
        find_tables(scan_of(page), Form(AUTO), print_reader())
