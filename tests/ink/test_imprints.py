"""A line of print from top to bottom is no ink of the rows; signatures one below the other are."""

import cv2
import numpy as np
import pytest

from digitize.images import Pixels
from digitize.records import Role, Status
from samples.synthetic import Paper, SyntheticPage
from tests.ink.inks import measured, signers, synthetic

FINE = Paper(dpi=300.0)
TEXT = "0000417 CH-3001 0000418"
ROWS = tuple(row if r < 2 else None for r, row in enumerate(signers(3)))


def imprinted(page: SyntheticPage, x_mm: float, top_mm: float = 18.0, text: str = TEXT) -> Pixels:
    """Return the page with a line of print that runs down it from this point of the sheet."""
    scale, pixels = page.mapping.scale, page.pixels.copy()
    line = np.full((round(4 * scale), round(70 * scale)), 255, np.uint8)
    cv2.putText(line, text, (0, round(3 * scale)), cv2.FONT_HERSHEY_SIMPLEX, 2.2 * scale / 22, (70,), 3)
    turned = line.T
    top, left = round(top_mm * scale), round(x_mm * scale)
    part = pixels[top : top + turned.shape[0], left : left + turned.shape[1]]
    part[:] = np.minimum(part, turned[: part.shape[0]])
    return pixels


@pytest.mark.parametrize("x_mm", [60.0, 100.0, 170.0], ids=["name", "address", "signature"])
def test_an_imprinted_line_leaves_blank_rows_blank(x_mm: float) -> None:
    page = synthetic(ROWS, FINE, 3)
    found = measured(page, imprinted(page, x_mm)).statuses()
    assert found[2:] == [Status.BLANK] * 6
    assert all(status in (Status.SIGNED, Status.DOUBTFUL) for status in found[:2])


def test_signatures_and_numbers_one_below_the_other_are_no_imprint() -> None:
    page = synthetic(signers(4), FINE, 4)
    assert set(measured(page).statuses()) == {Status.SIGNED}
    assert all(measured(page).measure(r, Role.SIGNATURE).stroke_mm > 10 for r in range(8))
