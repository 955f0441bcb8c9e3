"""The crop that is read: the cell's writing, faint letters too, and nothing of rules and neighbours."""

import numpy as np

from digitize.images import Pixels
from digitize.records import Role
from tests.inks import empty_strip, measured, penned

ROW = 2
BLACK, FAINT = 0.85, 0.09  # darkness of a pen that is ink, and of one whose letters mostly are none

Word = list[tuple[float, float]]


def name_cell_mm() -> tuple[float, float, float]:
    """Left, top and bottom of the name's cell; the strip lies straight, so mm of page and sheet are one."""
    empty = measured(empty_strip())
    column = next(c for c in empty.table.columns if c.role is Role.NAME)
    box, scale = empty.table.cell_box(ROW, column), empty.page.px_per_mm
    return box.left / scale, box.top / scale, box.bottom / scale


def word(left: float, top: float, strokes: int, height: float = 3.0) -> Word:
    """A zigzag, 1 mm a stroke."""
    return [(left + i, top + (height if i % 2 else 0.0)) for i in range(strokes + 1)]


def crop(pixels: Pixels) -> Pixels:
    found = measured(empty_strip(), pixels)
    cell = found.inks[ROW].cells[found.forged.truth.roles.index(Role.NAME)]
    assert cell.writing is not None
    return cell.writing


def test_faint_letters_beside_clear_ones_are_in_the_crop() -> None:
    left, top, _ = name_cell_mm()
    clear = [word(left + at, top + 3, 4) for at in (4, 12)]
    between = word(left + 9.5, top + 3, 1)
    pixels = penned(empty_strip(), *clear)
    without = crop(pixels)
    faint = np.minimum(pixels, penned(empty_strip(), between, darkness=FAINT))
    added = without.astype(int) - crop(faint)
    assert (added > 10).sum() > 25  # a stroke of 3 mm, 0.4 mm wide, is 75 px; its edges are fainter


def test_rules_beside_the_writing_are_not() -> None:
    left, _, bottom = name_cell_mm()
    pixels = penned(empty_strip(), word(left + 1.2, bottom - 4.2, 12, height=3.4))
    seen = crop(pixels)
    assert (seen[-8:] < 250).mean() < 0.15  # the rule below runs through all of the crop's width
    assert (seen[:, :8] < 250).mean() < 0.15


def test_a_neighbours_strokes_are_not() -> None:
    left, top, _ = name_cell_mm()
    own = word(left + 4, top + 1.4, 12, height=4)
    above = word(left + 5, top - 5, 10, height=5.7)  # its feet stand in this row, between the own letters
    alone = crop(penned(empty_strip(), own))
    beside = crop(penned(empty_strip(), own, above))
    assert beside.shape == alone.shape
    assert np.abs(beside.astype(int) - alone).max() < 60  # the soft edge of a foot, no foot
