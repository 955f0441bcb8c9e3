"""Scans come out upright and deskewed, whichever way the sheet was scanned."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.images import INK_SHARE, WORKING_PX_PER_MM, Page, Pixels
from digitize.ocr.engines import Line
from digitize.table.straighten import straighten
from samples.synthetic import ACAT, DESIGNS, NO_TABLE, Design, Mode, Paper, Photo, SyntheticPage, blank_back
from tests.doubles import BabblingReader, MuteReader
from tests.table.tables import LOW, print_reader, scan_of, synthetic, with_boxes

LEVEL_DEG = 0.12  # 0.4 mm over the width of A4, which rule tracing follows easily

DE_LANDSCAPE = DESIGNS["de-wide"][0]


def angles_deg(page: SyntheticPage, draft: Page) -> tuple[float, float]:
    """Return where the axes of the working copy point on the sheet, clockwise from the sheet's own axes."""
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
    assert_upright(page, straighten(scan_of(page), print_reader()))


@pytest.mark.parametrize("rotation_deg", [90, 180, 270])
def test_pieces_of_worn_rules_do_not_pass_for_words(rotation_deg: int) -> None:
    page = synthetic(ACAT[1], replace(LOW, rotation_deg=rotation_deg), 0.0)
    (left, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    bare = replace(page, pixels=with_boxes(page, *((left - 1, y - 0.8, right + 1, y + 0.8) for y in ys)))
    pieces = [(x, y - 0.7, x + 35, y + 0.7) for y in ys for x in (30.0, 75.0, 120.0)]
    scan = scan_of(page, with_boxes(bare, *pieces, grey=90))
    assert_upright(page, straighten(scan, print_reader()))


@pytest.mark.parametrize("skew_deg", [-10.0, -5.4, -1.6, 0.0, 0.25, 3.1, 7.4, 10.0])
def test_skew_is_removed(skew_deg: float) -> None:
    bed = 0.12 if skew_deg > 2 else None  # the edges of a black bed are slanted like the sheet
    page = synthetic(ACAT[1], Paper(dpi=150.0, skew_deg=skew_deg, bed=bed, bed_mm=25.0), 0.8)
    assert_upright(page, straighten(scan_of(page), print_reader()))


@pytest.mark.parametrize("paper", [Paper(mode=Mode.BITONAL, dust=60), Paper(dpi=300.0, mode=Mode.COLOUR)])
def test_skewed_and_upside_down_in_every_mode(paper: Paper) -> None:
    page = synthetic(ACAT[1], replace(paper, skew_deg=-3.3, rotation_deg=180), 0.3)
    assert_upright(page, straighten(scan_of(page), print_reader()))


class Counting:
    """A reader of print that counts what it reads."""

    name = "counting"

    def __init__(self) -> None:
        self.reader, self.read = print_reader(), 0

    def read_line(self, crop: Pixels) -> Line:
        self.read += 1
        return self.reader.read_line(crop)


@pytest.mark.parametrize(("rotation_deg", "read"), [(0, 3), (180, 6)])
def test_clear_words_that_stand_upright_are_not_read_upside_down(rotation_deg: int, read: int) -> None:
    page = synthetic(ACAT[1], Paper(dpi=300.0, rotation_deg=rotation_deg), 0.3)
    reader = Counting()
    assert straighten(scan_of(page), reader).rotation_deg == rotation_deg
    assert reader.read == read


def test_photo_is_turned_upright() -> None:
    paper = Paper(dpi=150.0, mode=Mode.COLOUR, rotation_deg=270, skew_deg=3.0, photo=Photo(0.06, 2.0))
    page = synthetic(DESIGNS["fr-plain"][0], paper)
    draft = straighten(scan_of(page), print_reader())
    assert draft.rotation_deg == 270
    assert np.abs(angles_deg(page, draft)).max() < 6, "perspective is removed later"


def test_working_copy_maps_back_to_the_scan() -> None:
    page = synthetic(ACAT[1], Paper(skew_deg=2.0, rotation_deg=90), 0.3)
    draft = straighten(scan_of(page), print_reader())
    assert draft.px_per_mm == WORKING_PX_PER_MM
    assert draft.pixels.ndim == 2
    sheet = np.array(page.mapping.to_sheet(draft.to_scan.to_scan([(300, 600), (900, 600), (300, 1200)])))
    assert np.hypot(*(sheet[1] - sheet[0])) == pytest.approx(600 / WORKING_PX_PER_MM, rel=2e-3)
    assert np.hypot(*(sheet[2] - sheet[0])) == pytest.approx(600 / WORKING_PX_PER_MM, rel=2e-3)
    to_draft = np.linalg.solve(
        np.column_stack([sheet, np.ones(3)]), np.array([(300, 600), (900, 600), (300, 1200)])
    )
    xs, ys = page.layout.x_mm, page.layout.y_mm
    for x_mm in xs[:2]:  # dark on the rules, white next to them
        middle = (ys[5] + ys[6]) / 2
        x, y = np.array([x_mm, middle, 1.0]) @ to_draft
        on, beside = (
            int(draft.pixels[round(y), round(x) + a : round(x) + b].min()) for a, b in ((-2, 2), (5, 8))
        )
        assert on < 150
        assert beside > 255 * INK_SHARE


def test_page_without_text_keeps_its_orientation() -> None:
    page = blank_back(Paper(dpi=150.0, bed=0.9), 3)
    draft = straighten(scan_of(page), print_reader())
    assert draft.rotation_deg == 0
    assert draft.width_px == pytest.approx(page.truth.width_px, rel=0.3)


@pytest.mark.parametrize("reader", [MuteReader(), BabblingReader()])
def test_page_is_deskewed_even_if_nothing_can_be_read(reader: MuteReader | BabblingReader) -> None:
    page = synthetic(ACAT[1], Paper(dpi=150.0, skew_deg=-2.0), 0.3)
    draft = straighten(scan_of(page), reader)
    assert draft.skew_deg == pytest.approx(-2.0, abs=LEVEL_DEG)
    assert draft.rotation_deg in (0, 180), "print runs along the page, so it cannot be a quarter turn"


def test_page_without_a_table_is_turned_upright() -> None:
    page = synthetic(NO_TABLE, Paper(dpi=150.0, rotation_deg=180, skew_deg=1.0), 0.0)
    assert_upright(page, straighten(scan_of(page), print_reader()))


def test_a_dark_strip_along_the_border_is_not_taken_for_print() -> None:
    """As a scanner leaves it beside a sheet that lies askew: it is straight, and the print is not."""
    page = synthetic(DESIGNS["it-dotted"][0], replace(LOW, skew_deg=2.6, mode=Mode.BITONAL), 0.0)
    pixels = page.pixels.copy()
    pixels[:, -20:] = 0
    pixels[::3, -40:-20] = 0
    assert straighten(scan_of(page, pixels), print_reader()).skew_deg == pytest.approx(2.6, abs=0.1)
