"""Scans come out upright and level, whatever way the sheet was put in."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.images import Page
from digitize.table.straighten import WORKING_PX_PER_MM, straighten
from samples.synthetic import ACAT, DESIGNS, NO_TABLE, Design, Mode, Paper, Photo, SyntheticPage, blank_back
from tests.doubles import BabblingReader, MuteReader
from tests.table.tables import LOW, recogniser, scan_of, synthetic

LEVEL_DEG = 0.12  # over the width of A4 that is 0.4 mm: the tracing follows it easily

DE_LANDSCAPE = DESIGNS["de-wide"][0]


def angles_deg(page: SyntheticPage, draft: Page) -> tuple[float, float]:
    """Where the draft's x and y axes point on the sheet, measured from the sheet's own axes, clockwise."""
    x, y = draft.width_px / 2, draft.height_px / 2
    mid, right, low = np.array(
        page.mapping.to_sheet(draft.to_scan.to_scan([(x, y), (x + 100, y), (x, y + 100)]))
    )
    across, down = right - mid, low - mid
    return (
        float(np.degrees(np.arctan2(across[1], across[0]))),
        float(np.degrees(np.arctan2(-down[0], down[1]))),
    )


def assert_upright(page: SyntheticPage, draft: Page) -> None:
    assert draft.rotation_deg == page.truth.rotation_deg
    assert draft.skew_deg == pytest.approx(page.truth.skew_deg, abs=LEVEL_DEG)
    assert angles_deg(page, draft) == pytest.approx((0, 0), abs=LEVEL_DEG)


@pytest.mark.parametrize("rotation_deg", [90, 180, 270])
@pytest.mark.parametrize(
    ("design", "share"),
    [(ACAT[0], 1.0), (ACAT[1], 0.7), (ACAT[1], 0.0), (DE_LANDSCAPE, 0.5)],
    ids=["letter", "list", "empty list", "landscape"],
)
def test_quarter_turns_are_undone(design: Design, share: float, rotation_deg: int) -> None:
    page = synthetic(design, replace(LOW, rotation_deg=rotation_deg, skew_deg=0.7), share)
    assert_upright(page, straighten(scan_of(page), recogniser()))


@pytest.mark.parametrize("skew_deg", [-10.0, -5.4, -1.6, 0.0, 0.25, 3.1, 7.4, 10.0])
def test_skew_is_taken_out(skew_deg: float) -> None:
    bed = 0.12 if skew_deg > 2 else None  # a black bed's edges are slanted as the sheet is
    page = synthetic(ACAT[1], Paper(dpi=150.0, skew_deg=skew_deg, bed=bed, bed_mm=25.0), 0.8)
    assert_upright(page, straighten(scan_of(page), recogniser()))


@pytest.mark.parametrize("paper", [Paper(mode=Mode.BITONAL, dust=60), Paper(dpi=300.0, mode=Mode.COLOUR)])
def test_skewed_and_upside_down_in_every_mode(paper: Paper) -> None:
    page = synthetic(ACAT[1], replace(paper, skew_deg=-3.3, rotation_deg=180), 0.3)
    assert_upright(page, straighten(scan_of(page), recogniser()))


def test_a_photo_is_turned_upright() -> None:
    paper = Paper(dpi=150.0, mode=Mode.COLOUR, rotation_deg=270, skew_deg=3.0, photo=Photo(0.06, 2.0))
    page = synthetic(DESIGNS["fr-plain"][0], paper)
    draft = straighten(scan_of(page), recogniser())
    assert draft.rotation_deg == 270
    assert np.abs(angles_deg(page, draft)).max() < 6, "perspective is left to the grid"


def test_the_draft_has_its_resolution_and_shows_what_the_scan_shows() -> None:
    page = synthetic(ACAT[1], Paper(skew_deg=2.0, rotation_deg=90), 0.3)
    draft = straighten(scan_of(page), recogniser())
    assert draft.px_per_mm == WORKING_PX_PER_MM
    assert draft.pixels.ndim == 2
    sheet = np.array(page.mapping.to_sheet(draft.to_scan.to_scan([(300, 600), (900, 600), (300, 1200)])))
    assert np.hypot(*(sheet[1] - sheet[0])) == pytest.approx(100, rel=2e-3)
    assert np.hypot(*(sheet[2] - sheet[0])) == pytest.approx(100, rel=2e-3)
    to_draft = np.linalg.solve(
        np.column_stack([sheet, np.ones(3)]), np.array([(300, 600), (900, 600), (300, 1200)])
    )
    xs, ys = page.layout.x_mm, page.layout.y_mm
    for x_mm in xs[:2]:  # beside the rules it is white, on them dark
        middle = (ys[5] + ys[6]) / 2
        x, y = np.array([x_mm, middle, 1.0]) @ to_draft
        on, beside = (
            int(draft.pixels[round(y), round(x) + a : round(x) + b].min()) for a, b in ((-2, 2), (5, 8))
        )
        assert on < 150
        assert beside > 225


def test_a_page_that_says_nothing_stays_as_it_is() -> None:
    page = blank_back(Paper(dpi=150.0, bed=0.9), 3)
    draft = straighten(scan_of(page), recogniser())
    assert draft.rotation_deg == 0
    assert draft.width_px == pytest.approx(page.truth.width_px, rel=0.3)


@pytest.mark.parametrize("reader", [MuteReader(), BabblingReader()])
def test_whatever_the_reader_says_the_page_comes_out_level(reader: MuteReader | BabblingReader) -> None:
    page = synthetic(ACAT[1], Paper(dpi=150.0, skew_deg=-2.0), 0.3)
    draft = straighten(scan_of(page), reader)
    assert draft.skew_deg == pytest.approx(-2.0, abs=LEVEL_DEG)
    assert draft.rotation_deg in (0, 180), "print lies along the page: it cannot be a quarter turn"


def test_a_text_without_a_table_is_set_upright_too() -> None:
    page = synthetic(NO_TABLE, Paper(dpi=150.0, rotation_deg=180, skew_deg=1.0), 0.0)
    assert_upright(page, straighten(scan_of(page), recogniser()))
