"""Flattened pages show the table parallel to the axes at the scan's resolution and map back to the scan."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.images import to_grey
from digitize.table.flatten import MAX_PX_PER_MM, Flat, cut_plain, is_bent
from samples.synthetic import ACAT, DESIGNS, NO_TABLE, Mode, Paper, Photo, SyntheticPage
from tests.table.tables import LOW, TableResult, corner_errors_mm, find_table, found_table, scan_of, synthetic

CURLED = Paper(dpi=150.0, skew_deg=-3.0, photo=Photo(0.05, 3.5), mode=Mode.COLOUR)
SKEWED = Paper(skew_deg=4.0, bed=0.12, bed_mm=20.0)


def flat_of(result: TableResult) -> Flat:
    assert result.flat is not None
    return result.flat


def rule_offsets_px(flat: Flat) -> list[float]:
    """Return, at many places, how far the darkest part of each row rule lies from its straight edge."""
    grey = flat.page.grey.astype(np.float64)
    left, right = flat.grids[0].column_edges_px[0], flat.grids[0].column_edges_px[-1]
    offsets = []
    for y in flat.grids[0].row_edges_px:
        for x in np.arange(left + 10, right - 10, 23).astype(int):
            at = round(y)
            profile = grey[at - 6 : at + 7, x]
            dark = np.clip(np.median(profile) - 30 - profile, 0, None)
            if dark.sum() > 60:
                offsets.append(float((dark * (np.arange(at - 6, at + 7) + 0.5)).sum() / dark.sum()) - y)
    return offsets


@pytest.mark.parametrize(("paper", "limit_mm"), [(LOW, 0.15), (SKEWED, 0.2), (CURLED, 0.5)])
def test_rules_are_parallel_to_the_axes(paper: Paper, limit_mm: float) -> None:
    flat = flat_of(found_table(ACAT[1], paper)[1])
    offsets = np.array(rule_offsets_px(flat)) / flat.page.px_per_mm
    assert len(offsets) > 500
    assert np.abs(np.percentile(offsets, [3, 97])).max() < limit_mm


@pytest.mark.parametrize(("paper", "limit_mm"), [(SKEWED, 0.3), (CURLED, 1.0)])
def test_edges_map_back_to_the_scan(paper: Paper, limit_mm: float) -> None:
    page, result = found_table(ACAT[1], paper)
    flat = flat_of(result)
    errors = corner_errors_mm(page, flat.page, flat.grids[0].column_edges_px, flat.grids[0].row_edges_px)
    assert errors.max() < limit_mm


def test_pixels_equal_those_of_the_scan_where_the_mesh_points() -> None:
    page, result = found_table(ACAT[1], replace(SKEWED, rotation_deg=90))
    flat, scan = flat_of(result).page, to_grey(page.pixels).astype(int)
    dice = np.random.default_rng(1)
    points = [(float(x), float(y)) for x, y in dice.uniform((150, 150), (1400, 2000), (400, 2))]
    there = np.array(flat.to_scan.to_scan(points))
    shown = np.array([int(flat.grey[int(y), int(x)]) for x, y in points])
    nearby = np.array([scan[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3] for x, y in there])
    inside = (nearby.min(axis=(1, 2)) - 12 <= shown) & (shown <= nearby.max(axis=(1, 2)) + 12)
    assert inside.mean() > 0.99


@pytest.mark.parametrize(("dpi", "want"), [(150.0, 150 / 25.4), (330.0, MAX_PX_PER_MM)])
def test_page_has_the_resolution_of_the_scan_up_to_a_limit(dpi: float, want: float) -> None:
    page, result = found_table(DESIGNS["de-wide"][0], Paper(dpi=dpi, skew_deg=0.6))
    flat = flat_of(result)
    assert flat.page.px_per_mm == pytest.approx(want)
    widths_mm = np.diff(flat.grids[0].column_edges_px) / flat.page.px_per_mm
    heights_mm = np.diff(flat.grids[0].row_edges_px) / flat.page.px_per_mm
    assert widths_mm == pytest.approx(np.diff(page.layout.x_mm), abs=0.2)
    assert heights_mm == pytest.approx(np.diff(page.layout.y_mm), abs=0.2)


def test_colour_and_metadata_are_kept() -> None:
    _, result = found_table(ACAT[1], CURLED)
    assert flat_of(result).page.pixels.shape[2] == 3
    _, result = found_table(ACAT[1], replace(SKEWED, rotation_deg=90))
    page = flat_of(result).page
    assert (page.file, page.page, page.rotation_deg, page.bitonal) == ("synthetic", 1, 90, False)
    assert page.skew_deg == pytest.approx(4.0, abs=0.2)


def test_lattice_of_the_result_is_not_bent() -> None:
    def bent(page: SyntheticPage) -> bool:
        result = find_table(page)
        assert result.lattice is not None
        return is_bent(result.lattice, result.draft.px_per_mm)

    assert not bent(synthetic(DESIGNS["fr-plain"][0], LOW))
    assert not bent(synthetic(ACAT[1], CURLED)), "it was traced again on a flat copy"


def test_page_without_a_table_is_rendered_as_it_lies() -> None:
    page = synthetic(NO_TABLE, Paper(skew_deg=2.0, rotation_deg=180), 0.0)
    result = find_table(page)
    assert result.lattice is None
    plain = cut_plain(scan_of(page), result.draft)
    assert plain.px_per_mm == pytest.approx(200 / 25.4)
    corners = [(100.0, 100.0), (1100.0, 100.0)]
    left, right = np.array(page.mapping.to_sheet(plain.to_scan.to_scan(corners)))
    assert right - left == pytest.approx((1000 / plain.px_per_mm, 0.0), abs=0.3)
