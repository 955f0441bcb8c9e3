"""The sheet on a photo is found by its outline, and seen as if from straight above."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.form.definition import AUTO, Form
from digitize.images import WORKING_PX_PER_MM, Page, Pixels, Scan
from digitize.ocr.engines import Reader
from digitize.page import looks
from digitize.page.find_rows import find_rows
from digitize.table.straighten import straighten
from digitize.table.straighten.sheet_outline import find_outline, straighten_by_outline
from samples.synthetic import ACAT, Design, Mode, Paper, SyntheticPage
from samples.synthetic.paper import Photo
from tests.page.test_find_rows import rows_of
from tests.table.tables import print_reader, scan_of, synthetic

LETTER, LIST = ACAT
A4_MM = 210.0, 297.0
CORNERS_MM = [(0.0, 0.0), (210.0, 0.0), (210.0, 297.0), (0.0, 297.0)]
STEEP = Paper(dpi=150.0, mode=Mode.COLOUR, skew_deg=4.0, photo=Photo(tilt=0.16, margin=0.2))


def photo_of(page: SyntheticPage, pixels: Pixels | None = None) -> Scan:
    """Return the scan of a picture that says nothing about its resolution."""
    return replace(scan_of(page, pixels), dpi=None)


def seen_corners(page: SyntheticPage) -> np.ndarray:
    return np.array(page.mapping.to_scan(CORNERS_MM))


def off_mm(corners: np.ndarray, page: SyntheticPage) -> float:
    """Return the distance of the worst corner from where it is, whichever of them is the first."""
    true = seen_corners(page)
    turns = (np.linalg.norm(np.roll(corners, i, axis=0) - true, axis=1).max() for i in range(4))
    return float(min(turns)) / page.mapping.scale


@pytest.mark.parametrize("design", ACAT, ids=["letter", "list"])
@pytest.mark.parametrize("curl_mm", [0.0, 3.0])
def test_the_corners_of_the_sheet_are_found(design: Design, curl_mm: float) -> None:
    paper = replace(STEEP, photo=Photo(tilt=0.12, margin=0.2, curl_mm=curl_mm))
    page = synthetic(design, paper)
    corners = find_outline(photo_of(page))
    assert corners is not None
    assert off_mm(corners, page) < 3 + 2 * curl_mm


def test_a_torn_corner_is_completed() -> None:
    page = synthetic(LETTER, STEEP)
    pixels = page.pixels.copy()
    ys, xs = np.mgrid[: pixels.shape[0], : pixels.shape[1]]
    (x, y), reach = seen_corners(page)[3], 25 * page.mapping.scale
    torn = (np.abs(xs - x) + np.abs(ys - y)) < reach
    pixels[torn] = pixels[5, 5]
    corners = find_outline(photo_of(page, pixels))
    assert corners is not None
    assert off_mm(corners, page) < 5


def test_nothing_is_an_outline_where_no_sheet_lies_on_a_surface() -> None:
    scan = synthetic(LETTER, Paper(dpi=150.0))
    assert find_outline(photo_of(scan)) is None
    empty = np.random.default_rng(1).normal(90, 8, scan.pixels.shape).clip(0, 255).astype(np.uint8)
    assert find_outline(photo_of(scan, empty)) is None
    square = empty.copy()
    square[400:1200, 200:1000] = 240
    assert find_outline(photo_of(scan, square)) is None


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
def test_the_working_copy_is_upright_and_without_perspective(rotation_deg: int) -> None:
    page = synthetic(LETTER, replace(STEEP, rotation_deg=rotation_deg))
    found = straighten_by_outline(photo_of(page), print_reader())
    assert found is not None
    draft, scan = found
    assert draft.px_per_mm == WORKING_PX_PER_MM
    assert draft.rotation_deg == rotation_deg
    assert scan.dpi == pytest.approx(150, rel=0.25)
    points = [(300, 400), (900, 400), (300, 1200), (900, 1200)]
    sheet_mm = np.array(page.mapping.to_sheet(draft.to_scan.to_scan(points)))
    flat_mm = np.array(points) / WORKING_PX_PER_MM
    assert np.abs(np.diff(sheet_mm, axis=0) - np.diff(flat_mm, axis=0)).max() < 4


def without_table(scan: Scan, reader: Reader) -> Page:
    """Return a working copy on which no rules can be traced, as if they were steeper than the text."""
    draft = straighten(scan, reader)
    pixels = draft.pixels.copy()
    pixels[draft.height_px // 2 :] = 255
    return replace(draft, pixels=pixels)


def test_rows_are_found_where_only_the_outline_tells_how_the_sheet_lies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looks, "straighten", without_table)
    page = synthetic(LETTER, STEEP)
    assert rows_of(find_rows(photo_of(page), Form(AUTO), print_reader())) == [(1, 2, 3)]
    monkeypatch.setattr(looks, "straighten_by_outline", lambda *_: None)
    assert not rows_of(find_rows(photo_of(page), Form(AUTO), print_reader()))
