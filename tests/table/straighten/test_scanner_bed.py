"""A black scanner bed around a sheet is found, and neither paper nor print is taken for one."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.images import Pixels, to_grey
from digitize.table.straighten.scanner_bed import find_bed
from samples.synthetic import ACAT, DESIGNS, Design, Mode, Paper, SyntheticPage
from tests.table.tables import LOW, find_table, synthetic

ACAT_LIST = ACAT[1]
MARGIN_MM = 105.0  # an A4 sheet in the middle of the long side of A3 glass


def on_black_glass(page: SyntheticPage, margin_mm: float = MARGIN_MM) -> Pixels:
    """The page on larger glass, black and noisy at the left, at the right and below."""
    margin = round(margin_mm * page.mapping.scale)
    height, width = page.pixels.shape[:2]
    noise = np.random.default_rng(3).normal(12, 12, (height + margin, width + 2 * margin))
    glass = np.clip(noise, 0, 255).astype(np.uint8)
    glass[:height, margin : margin + width] = to_grey(page.pixels)
    return glass


@pytest.mark.parametrize("skew_deg", [0.0, 1.3, -1.3])
def test_rows_of_a_sheet_on_large_black_glass(skew_deg: float) -> None:
    # With a bed of its own, so that the sheet and not only its print is turned.
    page = synthetic(ACAT_LIST, replace(LOW, skew_deg=skew_deg, bed=0.0, bed_mm=5.0))
    result = find_table(page, on_black_glass(page))
    assert result.table is not None
    assert len(result.table.row_edges_px) == len(page.layout.y_mm) - 1
    assert result.draft.skew_deg == pytest.approx(skew_deg, abs=0.1)


def test_the_bed_ends_at_the_sheet() -> None:
    page = synthetic(ACAT_LIST)
    scale = page.mapping.scale
    bed = find_bed(on_black_glass(page), scale)
    assert bed is not None
    margin, inset = round(MARGIN_MM * scale), round(4 * scale)
    height, width = page.pixels.shape[:2]
    assert not bed[inset : height - inset, margin + inset : margin + width - inset].any()
    assert bed[:, : margin - inset].all() and bed[height + inset :].all()


@pytest.mark.parametrize(
    "paper", [LOW, replace(LOW, mode=Mode.BITONAL), Paper(dpi=150.0, bed=0.8, bed_mm=25.0)]
)
@pytest.mark.parametrize("design", [ACAT_LIST, DESIGNS["de-wide"][0]], ids=lambda design: design.form)
def test_paper_is_no_bed(design: Design, paper: Paper) -> None:
    page = synthetic(design, paper, 1.0)
    assert find_bed(to_grey(page.pixels), page.mapping.scale) is None
