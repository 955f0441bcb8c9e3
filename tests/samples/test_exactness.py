"""The truth agrees with the pixels: rules, quads, ink, and the mapping both ways."""

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitize.geometry import Point
from digitize.images import Pixels, to_grey
from digitize.records import Role
from samples.synthetic import ACAT, DESIGNS, TIDY, Mode, Paper, Photo, Signing, make_page, random_fill
from samples.synthetic.mapping import Mapping
from samples.synthetic.paper import mapping_of

A4 = (210.0, 297.0)
REACH_PX = 5  # distance from the true position within which a rule is searched

PAPERS = {
    "straight": Paper(dpi=150.0),
    "clockwise": Paper(dpi=150.0, skew_deg=3.1, bed=0.9),
    "counter-clockwise on black": Paper(dpi=200.0, skew_deg=-7.5, bed=0.1, bed_mm=20.0),
    "lying": Paper(dpi=150.0, skew_deg=0.8, rotation_deg=90),
    "upside down": Paper(dpi=150.0, rotation_deg=180),
    "lying left": Paper(dpi=150.0, skew_deg=-2.0, rotation_deg=270),
    "bitonal": Paper(dpi=200.0, mode=Mode.BITONAL, skew_deg=1.0),
    "photo": Paper(dpi=200.0, mode=Mode.COLOUR, skew_deg=4.0, photo=Photo(tilt=0.08, curl_mm=4.0)),
}


def rule_offsets(grey: Pixels, at: list[Point], across: Point) -> list[float]:
    """Return how far (px) the rule is from the points `at`, along the unit vector `across`."""
    steps = np.arange(-REACH_PX, REACH_PX + 0.01, 0.25)
    offsets = []
    for x, y in at:
        xs = (x + across[0] * steps - 0.5).astype(np.float32)[None]
        ys = (y + across[1] * steps - 0.5).astype(np.float32)[None]
        profile = cv2.remap(grey, xs, ys, cv2.INTER_LINEAR)[0].astype(np.float64)
        dark = np.clip(np.median(profile) - 25 - profile, 0, None)
        if dark.sum() > 60:
            offsets.append(float((dark * steps).sum() / dark.sum()))
    return offsets


@pytest.mark.parametrize("name", PAPERS)
def test_rules_are_where_the_truth_says(name: str) -> None:
    page = make_page(ACAT[1], (), PAPERS[name], 5)
    grey, plan = to_grey(page.pixels), page.layout
    lines = [((plan.x_mm[0], y), (plan.x_mm[-1], y)) for y in plan.y_mm]
    lines += [((x, plan.y_mm[0]), (x, plan.y_mm[-1])) for x in plan.x_mm]
    for start, end in lines:
        # Between the crossings, where no other rule affects the measurement.
        shares = (0.11, 0.17, 0.39, 0.53, 0.68, 0.91)
        along = [(start[0] + s * (end[0] - start[0]), start[1] + s * (end[1] - start[1])) for s in shares]
        horizontal = start[1] == end[1]
        if not horizontal:  # keep to the middle of the rows
            middles = [(a + b) / 2 for a, b in pairwise(plan.y_mm)]
            along = [(start[0], y) for y in middles[2::5]]
        beside = [(x, y + 1.0) if horizontal else (x + 1.0, y) for x, y in along]
        at, near = page.mapping.to_scan(along), page.mapping.to_scan(beside)
        vector = np.mean(np.array(near) - np.array(at), axis=0)
        vector /= np.hypot(*vector)
        offsets = rule_offsets(grey, at, (float(vector[0]), float(vector[1])))
        assert len(offsets) >= len(at) - 1, "a rule is missing"
        limit = 0.5 if name == "bitonal" else 0.2
        assert abs(np.median(offsets)) < limit, (start, end, offsets)


@pytest.mark.parametrize("name", PAPERS)
def test_quads_run_clockwise_around_the_printed_cells(name: str) -> None:
    page = make_page(ACAT[0], (), PAPERS[name], 6)
    truth, plan = page.truth, page.layout
    assert page.pixels.shape[:2] == (truth.height_px, truth.width_px)
    for i, row in enumerate(truth.rows):
        for j, cell in enumerate(row.cells):
            corners = np.array(cell.quad, dtype=np.float32)
            assert cv2.contourArea(corners, oriented=True) > 0  # clockwise in an image
            back = page.mapping.to_sheet(cell.quad)
            expected = [(plan.x_mm[j + a], plan.y_mm[1 + i + b]) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))]
            np.testing.assert_allclose(back, expected, atol=1e-6)
    assert truth.table_quad is not None and truth.header_quad is not None
    assert truth.table_quad[:2] == truth.header_quad[:2] == (truth.row_lines[0][0], truth.row_lines[0][1])
    assert truth.table_quad[2:] == (truth.row_lines[-1][1], truth.row_lines[-1][0])
    assert truth.column_lines[0] == (truth.table_quad[0], truth.table_quad[3])


points = st.lists(st.tuples(st.floats(0, 210), st.floats(0, 297)), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(
    skew=st.floats(-12, 12),
    turns=st.integers(0, 3),
    tilt=st.floats(0, 0.12),
    curl_mm=st.floats(0, 6),
    photo=st.booleans(),
    where=points,
)
def test_mapping_to_the_scan_and_back_is_exact(
    skew: float, turns: int, tilt: float, curl_mm: float, photo: bool, where: list[Point]
) -> None:
    paper = Paper(skew_deg=skew, bed=0.5, photo=Photo(tilt=tilt, curl_mm=curl_mm) if photo else None)
    mapping = mapping_of(paper, A4, np.random.default_rng(1)).turned(turns)
    back = mapping.to_sheet(mapping.to_scan(where))
    assert np.abs(np.array(back) - np.array(where)).max() * mapping.scale < 0.1  # px


def test_quarter_turns_are_exact() -> None:
    upright = make_page(ACAT[0], random_fill(ACAT[0], 3, 1.0), Paper(dpi=100.0, skew_deg=1.0), 3)
    turned = make_page(
        ACAT[0], random_fill(ACAT[0], 3, 1.0), Paper(dpi=100.0, skew_deg=1.0, rotation_deg=90), 3
    )
    np.testing.assert_array_equal(np.rot90(upright.pixels, -1), turned.pixels)
    height = upright.truth.height_px
    for before, after in zip(upright.truth.rows, turned.truth.rows, strict=True):
        np.testing.assert_allclose([(height - y, x) for x, y in before.quad], after.quad)


@pytest.mark.parametrize("paper", [PAPERS["photo"], Paper(dpi=150.0, skew_deg=40.0, bed=0.5)])
def test_warped_pixels_and_mapping_agree(paper: Paper) -> None:
    """A dot on the flat sheet is on the scan where the mapping says."""
    mapping: Mapping = mapping_of(paper, A4, np.random.default_rng(2))
    dots = [(50.3, 70.7), (150.2, 100.1), (104.9, 148.6), (65.5, 210.4), (140.1, 225.8)]
    flat = np.zeros((mapping.flat_size[1], mapping.flat_size[0]), dtype=np.uint8)
    for x, y in dots:
        centre = (round(x * mapping.scale * 16 - 8), round(y * mapping.scale * 16 - 8))
        cv2.circle(flat, centre, 64, 255, -1, cv2.LINE_AA, 4)
    seen = mapping.warp(flat, 0)
    for x, y in mapping.to_scan(dots):
        window = seen[round(y) - 9 : round(y) + 9, round(x) - 9 : round(x) + 9].astype(np.float64)
        ys, xs = np.mgrid[round(y) - 9 : round(y) + 9, round(x) - 9 : round(x) + 9]
        found = ((xs + 0.5) * window).sum() / window.sum(), ((ys + 0.5) * window).sum() / window.sum()
        assert np.hypot(found[0] - x, found[1] - y) < 0.15


@pytest.mark.parametrize("form", ["acat", "de-wide", "fr-plain", "it-dotted"])
def test_ink_is_in_its_cell(form: str) -> None:
    design = DESIGNS[form][-1]
    paper = Paper(dpi=150.0, skew_deg=1.4)
    page = make_page(design, random_fill(design, 8, 0.8, TIDY), paper, 8)
    dark = to_grey(page.pixels) < 238  # paper is 251 with a noise of 1.5
    checked = 0
    for row in page.truth.rows:
        for cell in row.cells:
            ink = page.own_ink(row.index, cell.role)
            assert bool(ink.any()) == cell.inked
            if not cell.inked:
                continue
            inside = np.zeros(ink.shape, dtype=np.uint8)
            cv2.fillPoly(inside, [np.array(cell.quad).round().astype(np.int32)], 1)
            least = 0.6 if cell.role is Role.SIGNATURE else 0.8
            assert (ink & (inside > 0)).sum() >= least * ink.sum(), (row.number, cell.role)
            assert (ink & dark).sum() >= 0.8 * ink.sum(), "the mask is not on the ink"
            checked += 1
    assert checked > 10
    drawn = page.owner > 0
    assert drawn.sum() == sum(
        page.own_ink(row.index, role).sum() for row in page.truth.rows for role in page.truth.roles
    )


def test_a_joint_signature_reaches_over_two_rows() -> None:
    design = ACAT[1]
    first, second = random_fill(design, 9, 0.2, TIDY)[:2]
    assert first is not None and second is not None
    rows = (
        replace(first, signature=Signing.JOINT),
        replace(second, signature=Signing.JOINT_BELOW),
    )
    page = make_page(design, rows, Paper(dpi=150.0), 9)
    ink = page.own_ink(0, Role.SIGNATURE)
    border = page.truth.row_lines[2][0][1]
    ys = np.flatnonzero(ink.any(axis=1))
    assert ys[0] < border - 8 and ys[-1] > border + 8
    assert [row.ambiguous for row in page.truth.rows[:3]] == [True, True, False]
    assert page.truth.rows[1].cells[-1].inked
