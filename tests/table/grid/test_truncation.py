"""Tables cut off by the border of the image are detected; complete ones are never reported."""

import re
from dataclasses import replace

import numpy as np
import pytest

from digitize.errors import UnusablePage
from digitize.images import Pixels
from digitize.ocr.open_reader import open_reader
from digitize.page.detect_tables import trace_tables
from digitize.page.pipeline import digitize_page
from digitize.records import PageId
from digitize.table.grid import cut_sides, find_lattices
from digitize.table.straighten import straighten
from samples.synthetic import ACAT, DESIGNS, LOOK_ALIKES, Design, Mode, Paper, Photo, SyntheticPage
from tests.ink.inks import tools
from tests.table.tables import LOW, exact_page, print_reader, scan_of, synthetic, with_boxes

ASKEW = Paper(dpi=150.0, skew_deg=2.5, bed=0.8)
PHOTO = Paper(dpi=150.0, skew_deg=-2.0, mode=Mode.COLOUR, photo=Photo(0.04, 2.0))


def cropped(page: SyntheticPage, left: float = 0, right: float = 0, top: float = 0, low: float = 0) -> Pixels:
    """Return the scan without some shares of the table's width or height and everything beyond."""
    quad = np.array(page.truth.table_quad)
    (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
    height, width = page.pixels.shape[:2]
    columns = slice(
        int(x0 + left * (x1 - x0)) if left else 0, int(x1 - right * (x1 - x0)) if right else width
    )
    rows = slice(int(y0 + top * (y1 - y0)) if top else 0, int(y1 - low * (y1 - y0)) if low else height)
    return np.ascontiguousarray(page.pixels[rows, columns])


def sides_cut(page: SyntheticPage, pixels: Pixels | None = None) -> tuple[str, ...]:
    scan = scan_of(page, pixels)
    if page.truth.skew_deg:
        draft, lattices = trace_tables(straighten(scan, print_reader()))
    else:
        draft = exact_page(page, pixels)
        lattices = find_lattices(draft)
    return cut_sides(scan, draft, lattices[0])


@pytest.mark.parametrize(
    ("share", "told"),
    [
        ({"left": 0.03}, ("left",)),
        ({"right": 0.3}, ("right",)),
        ({"top": 0.3}, ("top",)),
        ({"low": 0.03}, ("bottom",)),
        ({"low": 0.5}, ("bottom",)),
        ({"right": 0.2, "low": 0.2}, ("right", "bottom")),
    ],
    ids=str,
)
def test_cut_through_the_table_is_detected(share: dict[str, float], told: tuple[str, ...]) -> None:
    page = synthetic(ACAT[1], LOW)
    assert sides_cut(page, cropped(page, **share)) == told


@pytest.mark.parametrize("share", [{"left": 0.1}, {"low": 0.1}], ids=str)
@pytest.mark.parametrize("paper", [ASKEW, PHOTO], ids=["askew", "photo"])
def test_cut_is_detected_on_a_skewed_sheet(paper: Paper, share: dict[str, float]) -> None:
    page = synthetic(ACAT[1], paper)
    assert {"low": "bottom"}.get(*share, *share) in sides_cut(page, cropped(page, **share))


@pytest.mark.parametrize(
    ("design", "paper"),
    [
        *((design, LOW) for design in (*ACAT, *LOOK_ALIKES)),
        (ACAT[1], ASKEW),
        (ACAT[1], PHOTO),
        (DESIGNS["it-dotted"][0], ASKEW),
    ],
    ids=lambda value: f"{value.form} {value.kind}" if isinstance(value, Design) else f"{value.skew_deg}",
)
def test_complete_table_is_not_reported(design: Design, paper: Paper) -> None:
    assert sides_cut(synthetic(design, paper)) == ()


def test_streaks_from_the_middle_of_the_page_to_its_end_are_no_cut_columns() -> None:
    page = synthetic(ACAT[1], LOW)
    height = page.pixels.shape[0]
    streaked = page.pixels.copy()
    for x_mm in (165.0, 172.0):
        x = round(x_mm * page.mapping.scale)
        streaked[round(0.3 * height) :, x : x + 2] = 70
    assert sides_cut(page, streaked) == ()
    (lattice, *_) = find_lattices(exact_page(page, streaked))
    assert len(lattice.columns) == len(page.layout.x_mm)


@pytest.mark.parametrize(("share", "told"), [(-0.004, ()), (0.004, ("left", "right"))])
@pytest.mark.parametrize("mode", [Mode.GREY, Mode.BITONAL])
def test_a_table_is_cut_where_its_rules_reach_the_border_not_where_paper_shows_before_it(
    share: float, told: tuple[str, ...], mode: Mode
) -> None:
    """Frames of 0.7 mm of paper beside a table, or without the outermost 0.7 mm of it."""
    page = synthetic(ACAT[1], Paper(dpi=200.0, mode=mode))
    assert sides_cut(page, cropped(page, left=share, right=share)) == told
    assert sides_cut(page, cropped(page, low=share)) == (("bottom",) if told else ())


def test_cut_margins_are_not_reported() -> None:
    """A scanner that cuts off the margins costs no row."""
    page = synthetic(ACAT[1], LOW)
    assert sides_cut(page, cropped(page, left=-0.03, right=-0.03, top=-0.02, low=-0.02)) == ()


def test_cut_writing_is_detected_without_vertical_rules() -> None:
    design = replace(DESIGNS["it-dotted"][0], row_count=12)
    page = synthetic(design, LOW, share=1.0)
    assert sides_cut(page, cropped(page, low=0.13)) == ("bottom",)


@pytest.mark.parametrize(
    ("design", "share", "told"),
    [
        (ACAT[1], {"right": 0.3}, "right"),
        (ACAT[1], {"left": 0.1}, "left"),
        (ACAT[1], {"low": 0.1}, "bottom"),
        (ACAT[0], {"low": 0.3}, "bottom"),
        (DESIGNS["de-plain"][0], {"low": 0.1}, "bottom"),
    ],
    ids=str,
)
def test_page_with_a_cut_table_is_rejected(design: Design, share: dict[str, float], told: str) -> None:
    page = synthetic(design, LOW)
    with pytest.raises(UnusablePage, match=rf"outside the picture \({told}\): scan the whole sheet again"):
        digitize_page(scan_of(page, cropped(page, **share)), PageId("x", 1), tools(open_reader("rapid")))


@pytest.mark.parametrize(("top_mm", "low_mm", "lost"), [(215.0, 297.0, r"\d\d-30"), (0.0, 75.0, "scan")])
def test_torn_sheet_is_rejected_or_noted(top_mm: float, low_mm: float, lost: str) -> None:
    """On a white background only the form's row numbers show that rows are missing."""
    page = synthetic(ACAT[1], LOW)
    torn = with_boxes(page, (0.0, top_mm, 210.0, low_mm))
    try:
        _, outcome = digitize_page(scan_of(page, torn), PageId("x", 1), tools(open_reader("rapid")))
    except UnusablePage as error:
        assert re.search(lost, str(error))
    else:
        assert outcome.rows == () and outcome.notes
