"""Part of a coffee ring is no signature, and hides none without a word."""

import numpy as np
import pytest

from digitize.records import Ink, Mark, Role, Status
from tests.ink.inks import draw_lines, empty_strip, measured, ownership_of, row_y, zigzag

ROW = 3
# Part of a ring (mm), from the address cells of the rows below through the signature cell of this row.
ANGLES = np.deg2rad(np.linspace(200.0, 340.0, 200))
RING = np.array([150.0, row_y(ROW) + 28.0]) + 30.0 * np.column_stack([np.cos(ANGLES), np.sin(ANGLES)])
DASH = [(142.0, row_y(ROW) + 2.5), (150.0, row_y(ROW) + 2.5)]


def word(x: float) -> np.ndarray:
    return zigzag(x, row_y(ROW), 24.0, 0.8)


@pytest.mark.parametrize(
    ("signature", "mark", "statuses"),
    [
        ([], Mark.COVERED, {Status.DOUBTFUL}),
        ([DASH], Mark.DASH, {Status.INCOMPLETE, Status.DOUBTFUL}),
        ([word(138.0)], Mark.WRITING, {Status.SIGNED, Status.DOUBTFUL}),
    ],
    ids=["nothing", "dash", "signature"],
)
def test_part_of_a_ring_is_no_signature(
    signature: list[np.ndarray], mark: Mark, statuses: set[Status]
) -> None:
    page = empty_strip()
    written = draw_lines(page, word(28.0), word(80.0), *signature)
    pixels = np.minimum(written, draw_lines(page, RING, width_mm=1.5, darkness=0.21))
    found = measured(page, pixels)
    assert ownership_of(page, pixels).stains.sum() == (0 if mark is Mark.WRITING else 1)
    assert found.measure(ROW, Role.SIGNATURE).mark is mark
    assert found.statuses()[ROW] in statuses


@pytest.mark.parametrize("width_mm", [0.4, 0.9])
def test_what_a_pen_drew_is_no_stain(width_mm: float) -> None:
    page = empty_strip()
    found = ownership_of(page, draw_lines(page, word(28.0), RING, width_mm=width_mm, darkness=0.5))
    assert not found.stains.any()


def test_blank_rows_under_a_ring_stay_blank() -> None:
    page = empty_strip()
    found = measured(page, draw_lines(page, RING, width_mm=1.5, darkness=0.21))
    assert Status.SIGNED not in found.statuses()
    assert Ink.INKED not in {found.measure(r, Role.SIGNATURE).state for r in range(8)}
