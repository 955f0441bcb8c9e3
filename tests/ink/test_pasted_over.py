"""Cells that something was pasted over are questions, even if nothing can be seen in them."""

import cv2
import numpy as np
import pytest

from digitize.images import Pixels
from digitize.records import FlagCode, Mark, Role, Status
from samples.synthetic import Mode, Paper, SyntheticPage
from tests.ink.inks import COLUMN_EDGES_MM, NAME, NUMBER, SIGNATURE, measured, row_y, signers, synthetic

HALF = tuple(row if r % 2 else None for r, row in enumerate(signers(2)))


def with_strip(page: SyntheticPage, rows: tuple[float, float], columns: tuple[int, int]) -> Pixels:
    """Return the page with white paper over rows and columns (the first and the last of each)."""
    scale, pixels = page.mapping.scale, page.pixels.copy()
    top, bottom = (round(row_y(r) * scale) for r in (rows[0] - 0.6, rows[1] + 0.6))
    left = round((COLUMN_EDGES_MM[columns[0]] - 1.0) * scale)
    right = round((COLUMN_EDGES_MM[columns[1] + 1] - 2.0) * scale)
    pixels[top:bottom, left:right] = pixels.max()
    return pixels


@pytest.mark.parametrize("mode", [Mode.GREY, Mode.BITONAL])
@pytest.mark.parametrize("rows", [(2, 2), (4, 5)])
def test_rows_under_a_pasted_strip_are_questions_and_no_others(mode: Mode, rows: tuple[int, int]) -> None:
    page = synthetic(HALF, Paper(dpi=200.0, mode=mode), seed=2)
    before = measured(page).statuses()
    found = measured(page, with_strip(page, rows, (NUMBER, SIGNATURE))).rows()
    for r, row in enumerate(found):
        covered = rows[0] <= r <= rows[1]
        assert (FlagCode.COVERED in {flag.code for flag in row.flags}) == covered
        if covered:
            assert row.status is Status.DOUBTFUL
        elif r not in (rows[0] - 1, rows[1] + 1):  # beside it the strip may hide ends of letters
            assert row.status is before[r]


def test_a_name_under_a_label_is_a_question() -> None:
    page = synthetic(HALF, Paper(dpi=200.0), seed=2)
    found = measured(page, with_strip(page, (3, 3), (NAME, NAME)))
    assert found.measure(3, Role.NAME).mark is Mark.COVERED
    assert found.rows()[3].status is Status.DOUBTFUL


def test_a_name_under_a_label_that_lies_askew_is_a_question() -> None:
    page = synthetic(HALF, Paper(dpi=200.0), seed=2)
    scale, pixels = page.mapping.scale, page.pixels.copy()
    left, right = (COLUMN_EDGES_MM[i] for i in (NAME, NAME + 1))
    top, low = row_y(2.5), row_y(3.5)
    corners = [(left + 1, top - 2.6), (right - 1, top + 1.8), (right - 1, low + 4.4), (left + 1, low - 1.2)]
    cv2.fillPoly(pixels, [np.round(np.array(corners) * scale).astype(np.int32)], int(pixels.max()))
    assert measured(page, pixels).measure(3, Role.NAME).mark is Mark.COVERED


def test_gaps_in_worn_rules_cover_nothing() -> None:
    page = synthetic(HALF, Paper(dpi=200.0), seed=2)
    rng, pixels, scale = np.random.default_rng(3), page.pixels.copy(), page.mapping.scale
    for r in range(9):
        y, x = round(row_y(r - 0.5) * scale), round(rng.uniform(25, 160) * scale)
        pixels[y - 3 : y + 4, x : x + round(15 * scale)] = pixels.max()
    assert measured(page, pixels).statuses() == measured(page).statuses()
