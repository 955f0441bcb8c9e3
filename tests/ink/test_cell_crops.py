"""The crop shows the cell's writing, faint letters included, without rules and neighbours' strokes."""

from dataclasses import replace

import numpy as np

from digitize.geometry import Box
from digitize.images import Pixels
from digitize.ink.cell_crops import SETTINGS, crop_cell
from digitize.records import Role
from tests.ink.inks import draw_lines, empty_strip, flat_page, measured, ownership_of

ROW = 2
FAINT = 0.09  # darkness of a pen most of whose strokes are below the ink threshold

Word = list[tuple[float, float]]


def name_cell_mm() -> tuple[float, float, float]:
    """Return left, top and bottom of the name cell."""
    empty = measured(empty_strip())
    column = next(c for c in empty.table.columns if c.role is Role.NAME)
    box, scale = empty.table.cell_box(ROW, column), empty.page.px_per_mm
    return box.left / scale, box.top / scale, box.bottom / scale


def word(left: float, top: float, strokes: int, height: float = 3.0) -> Word:
    """Return a zigzag with strokes 1 mm apart."""
    return [(left + i, top + (height if i % 2 else 0.0)) for i in range(strokes + 1)]


def crop(pixels: Pixels) -> Pixels:
    """Return the crop of the name cell."""
    found = measured(empty_strip(), pixels)
    cell = found.inks[ROW].cells[found.synthetic.truth.roles.index(Role.NAME)]
    assert cell.writing is not None
    return cell.writing


def test_faint_letters_beside_clear_ones_are_shown() -> None:
    left, top, _ = name_cell_mm()
    clear = [word(left + at, top + 3, 4) for at in (4, 12)]
    between = word(left + 9.5, top + 3, 1)
    pixels = draw_lines(empty_strip(), *clear)
    without = crop(pixels)
    faint = np.minimum(pixels, draw_lines(empty_strip(), between, darkness=FAINT))
    added = without.astype(int) - crop(faint)
    assert (added > 10).sum() > 25  # a stroke of 3 by 0.4 mm has 75 px; those at its edges are fainter


def test_rules_beside_the_writing_are_not_shown() -> None:
    left, _, bottom = name_cell_mm()
    pixels = draw_lines(empty_strip(), word(left + 1.2, bottom - 4.2, 12, height=3.4))
    seen = crop(pixels)
    assert (seen[-8:] < 250).mean() < 0.15  # the rule below crosses the whole width of the crop
    assert (seen[:, :8] < 250).mean() < 0.15


def test_strokes_of_a_neighbour_are_not_shown() -> None:
    left, top, _ = name_cell_mm()
    own = word(left + 4, top + 1.4, 12, height=4)
    above = word(left + 5, top - 5, 10, height=5.7)  # its feet reach into this row, between the letters
    alone = crop(draw_lines(empty_strip(), own))
    beside = crop(draw_lines(empty_strip(), own, above))
    assert beside.shape == alone.shape
    assert np.abs(beside.astype(int) - alone).max() < 60  # at most the soft edge of a foot


def test_the_whole_paper_shows_faint_letters_far_from_clear_ones_but_no_rules() -> None:
    left, top, bottom = name_cell_mm()
    clear = [word(left + at, top + 3, 4) for at in (4, 30)]
    between = word(left + 16, top + 3, 4)
    pixels = draw_lines(empty_strip(), *clear)
    faint = np.minimum(pixels, draw_lines(empty_strip(), between, darkness=FAINT))
    found = measured(empty_strip(), faint)
    cell, px = found.inks[ROW].cells[1], found.page.px_per_mm
    assert cell.writing is not None and cell.whole is not None
    assert cell.whole.shape == cell.writing.shape
    x, y = round(13 * px), round(3 * px)  # the crop begins 1 mm left of and above the first letter
    shown, own = (picture[y - 20 : y + 20, x : x + 32].min() for picture in (cell.whole, cell.writing))
    assert shown < 245 and own == 255
    low = draw_lines(empty_strip(), word(left + 4, bottom - 4.2, 12, height=3.4))
    whole = measured(empty_strip(), low).inks[ROW].cells[1].whole
    assert whole is not None and (whole[-6:] < 200).mean() < 0.05  # the rule below crosses all of it


def grey_on_rule(width_mm: float, high_mm: float = 2.0) -> float:
    """Return the mean grey, in the crop, of ink on the cell's left rule that is joined to a letter."""
    left, top, _ = name_cell_mm()
    pixels = draw_lines(empty_strip(), word(left + 2, top + 3, 8))
    page, ownership = flat_page(empty_strip(), pixels), ownership_of(empty_strip(), pixels)
    strokes, px = ownership.strokes, page.px_per_mm
    box = ownership.table.cell_box(ROW, ownership.table.columns[1])
    assert abs(box.left - left * px) < 2
    own = np.flatnonzero(ownership.owned_px[:, ROW, 1])
    rule = Box(box.left - width_mm / 2 * px, box.top + 3 * px, box.left + width_mm / 2 * px, 0)
    rule = replace(rule, bottom=rule.top + high_mm * px)
    rows, columns = rule.slices()
    strokes.labels[
        rows.start - strokes.top : rows.stop - strokes.top,
        columns.start - strokes.left : columns.stop - strokes.left,
    ] = own[0]
    page.even[rows, columns] = 30
    seen = crop_cell(page, ownership, own, box).writing
    corner = box.expanded(page.px(SETTINGS.margin_mm)).slices()
    y, x = rows.start - corner[0].start, columns.start - corner[1].start
    return float(seen[y : y + int(rule.height), x : x + max(1, int(rule.width))].mean())


def test_a_remnant_of_a_vertical_rule_joined_to_a_letter_is_not_shown() -> None:
    assert grey_on_rule(width_mm=0.35) > 230


def test_a_straight_remnant_of_a_blurred_rule_is_not_shown() -> None:
    assert grey_on_rule(width_mm=0.62) > 230


def test_a_stem_on_the_rule_and_a_stroke_across_it_are_shown() -> None:
    assert grey_on_rule(width_mm=0.8) < 128
    assert grey_on_rule(width_mm=0.35, high_mm=0.5) < 128
