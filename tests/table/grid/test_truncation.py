"""A table that runs out of the picture is told by its sides; one that lies whole on it never."""

import re
from dataclasses import replace

import numpy as np
import pytest

from digitize.errors import UnusablePage
from digitize.images import Pixels
from digitize.ocr.engines import open_reader
from digitize.page.detect_tables import traced
from digitize.page.pipeline import digitize_page
from digitize.records import PageId
from digitize.table.grid import cut_sides, find_lattices
from digitize.table.straighten import straighten
from samples.synthetic import ACAT, DESIGNS, LOOK_ALIKES, Design, Mode, Paper, Photo, SyntheticPage
from tests.ink.inks import tools
from tests.table.tables import LOW, exact_page, print_reader, scan_of, synthetic, with_boxes

ASKEW = Paper(dpi=150.0, skew_deg=2.5, bed=0.8)
PHOTO = Paper(dpi=150.0, skew_deg=-2.0, mode=Mode.COLOUR, photo=Photo(0.04, 2.0))


def cut_through(
    page: SyntheticPage, left: float = 0, right: float = 0, top: float = 0, low: float = 0
) -> Pixels:
    """The scan without so much of the table (share of its width or height) and all that lies beyond."""
    quad = np.array(page.truth.table_quad)
    (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
    height, width = page.pixels.shape[:2]
    columns = slice(
        int(x0 + left * (x1 - x0)) if left else 0, int(x1 - right * (x1 - x0)) if right else width
    )
    rows = slice(int(y0 + top * (y1 - y0)) if top else 0, int(y1 - low * (y1 - y0)) if low else height)
    return np.ascontiguousarray(page.pixels[rows, columns])


def sides(page: SyntheticPage, pixels: Pixels | None = None) -> tuple[str, ...]:
    scan = scan_of(page, pixels)
    if page.truth.skew_deg:
        draft, lattices = traced(straighten(scan, print_reader()))
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
def test_a_cut_through_the_table_is_told(share: dict[str, float], told: tuple[str, ...]) -> None:
    page = synthetic(ACAT[1], LOW)
    assert sides(page, cut_through(page, **share)) == told


@pytest.mark.parametrize("share", [{"left": 0.1}, {"low": 0.1}], ids=str)
@pytest.mark.parametrize("paper", [ASKEW, PHOTO], ids=["askew", "photo"])
def test_so_it_is_where_the_sheet_lies_askew(paper: Paper, share: dict[str, float]) -> None:
    page = synthetic(ACAT[1], paper)
    assert {"low": "bottom"}.get(*share, *share) in sides(page, cut_through(page, **share))


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
def test_a_whole_table_is_not_accused(design: Design, paper: Paper) -> None:
    assert sides(synthetic(design, paper)) == ()


def test_the_sheet_may_be_cut_where_the_table_is_not() -> None:
    """A scanner that cuts the margins off costs no row."""
    page = synthetic(ACAT[1], LOW)
    assert sides(page, cut_through(page, left=-0.03, right=-0.03, top=-0.02, low=-0.02)) == ()


def test_writing_that_is_cut_tells_where_no_upright_rule_does() -> None:
    design = replace(DESIGNS["it-dotted"][0], row_count=12)
    page = synthetic(design, LOW, share=1.0)
    assert sides(page, cut_through(page, low=0.13)) == ("bottom",)


def test_such_a_page_is_to_be_scanned_again() -> None:
    page = synthetic(ACAT[1], LOW)
    with pytest.raises(UnusablePage, match=r"out of the picture \(right\): scan the whole sheet again"):
        digitize_page(
            scan_of(page, cut_through(page, right=0.3)), PageId("x", 1), tools(open_reader("rapid"))
        )


@pytest.mark.parametrize(("top_mm", "low_mm", "lost"), [(215.0, 297.0, r"\d\d-30"), (0.0, 75.0, "scan")])
def test_a_sheet_that_is_torn_is_to_be_scanned_again(top_mm: float, low_mm: float, lost: str) -> None:
    """On white ground nothing but the form's row numbers tells that rows are missing."""
    page = synthetic(ACAT[1], LOW)
    torn = with_boxes(page, (0.0, top_mm, 210.0, low_mm))
    try:
        _, outcome = digitize_page(scan_of(page, torn), PageId("x", 1), tools(open_reader("rapid")))
    except UnusablePage as error:
        assert re.search(lost, str(error))
    else:
        assert outcome.rows == () and "scan" in outcome.note
