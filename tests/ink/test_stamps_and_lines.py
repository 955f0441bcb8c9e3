"""Frames of stamps, what lies inside them, and long lines are told from writing."""

import numpy as np
import pytest

from digitize.ink.stamps_and_lines import StampsAndLines, find_stamps_and_lines
from digitize.ink.strokes import Strokes
from tests.ink.drawn_strokes import PX_PER_MM, Line, draw_mask, labels_on, strokes_of

SIZE_MM = (120.0, 90.0)
CENTRE = np.array([50.0, 45.0])  # mm


def find(*lines: Line) -> tuple[Strokes, StampsAndLines]:
    strokes = strokes_of(draw_mask(*lines, size_mm=SIZE_MM))
    return strokes, find_stamps_and_lines(strokes, PX_PER_MM)


def marked(strokes: Strokes, marks: np.ndarray, line: Line) -> bool:
    """Return whether all strokes on a line are marked; they must agree."""
    labels = labels_on(strokes, draw_mask(line, size_mm=SIZE_MM))
    found = {bool(marks[i]) for i in labels}
    assert len(found) == 1
    return found.pop()


def arc(radius_mm: float, start_deg: float = 0.0, end_deg: float = 360.0) -> Line:
    angle = np.deg2rad(np.linspace(start_deg, end_deg, 120))
    points = CENTRE + radius_mm * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return [(x, y) for x, y in points.tolist()]


def rectangle(width_mm: float, height_mm: float, turn_deg: float) -> Line:
    turn, (w, h) = np.deg2rad(turn_deg), (width_mm / 2, height_mm / 2)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    corners = np.array([(-w, -h), (w, -h), (w, h), (-w, h), (-w, -h)]) @ axes + CENTRE
    return [(x, y) for x, y in corners.tolist()]


def letter(x_mm: float, y_mm: float) -> Line:
    """Return a letter like N, 3 mm high."""
    return [(x_mm, y_mm + 3), (x_mm, y_mm), (x_mm + 2, y_mm + 3), (x_mm + 2, y_mm)]


INSIDE, OUTSIDE = letter(49, 44), letter(100, 44)


@pytest.mark.parametrize(
    "frame",
    [
        [arc(9.0)],
        [arc(25.0)],
        [arc(15.0, k * 120, k * 120 + 110) for k in range(3)],
        [arc(17.0, k * 60, k * 60 + 38) for k in range(6)],
    ],
    ids=["small", "large", "in pieces", "in short pieces"],
)
def test_a_round_frame_is_found_and_the_writing_inside_it(frame: list[Line]) -> None:
    strokes, found = find(*frame, INSIDE, OUTSIDE)
    assert all(marked(strokes, found.frame, piece) for piece in frame)
    assert marked(strokes, found.in_stamp, INSIDE) and not marked(strokes, found.in_stamp, OUTSIDE)
    assert not marked(strokes, found.frame, INSIDE) and not marked(strokes, found.frame, OUTSIDE)


def test_the_pieces_of_a_second_ring_belong_to_the_frame() -> None:
    inner = [arc(11.0, k * 90, k * 90 + 60) for k in range(4)]
    _, found = find(arc(15.0), *inner)
    assert found.frame[1:].all()


@pytest.mark.parametrize("turn_deg", [0.0, 12.0, -30.0])
def test_a_rectangular_frame_is_found_however_it_is_rotated(turn_deg: float) -> None:
    frame = rectangle(40, 20, turn_deg)
    strokes, found = find(frame, INSIDE, OUTSIDE)
    assert marked(strokes, found.frame, frame)
    assert marked(strokes, found.in_stamp, INSIDE) and not marked(strokes, found.in_stamp, OUTSIDE)


@pytest.mark.parametrize(
    "line",
    [arc(4.0), arc(15.0, 0, 150), rectangle(8, 5, 0)],
    ids=["a small ring", "a bent flourish", "a small box"],
)
def test_other_bent_strokes_are_not_frames(line: Line) -> None:
    _, found = find(line, INSIDE)
    assert not found.frame.any() and not found.in_stamp.any()


def test_long_straight_lines_are_lines_and_dashes_are_not() -> None:
    long, dash = [(10.0, 10.0), (35.0, 12.0)], [(10.0, 30.0), (25.0, 31.0)]
    strokes, found = find(long, dash)
    assert marked(strokes, found.line, long) and not marked(strokes, found.line, dash)
    assert not found.broken_line.any() and not found.frame.any()


def pieces(
    count: int, slope: float = 0.3, gap_mm: float = 2.0, step_mm: float = 0.0, width_mm: float = 12.0
) -> list[Line]:
    """Return pieces of a line, each `step_mm` lower than the line through the one before it."""
    found: list[Line] = []
    for k in range(count):
        x = 10.0 + k * (width_mm + gap_mm)
        y = 10.0 + slope * (x - 10.0) + k * step_mm
        found.append([(x, y), (x + width_mm, y + width_mm * slope)])
    return found


def test_pieces_of_a_slanted_line_are_one_line() -> None:
    _, found = find(*pieces(4))
    assert found.broken_line[1:].all() and found.line[1:].all()


@pytest.mark.parametrize(
    "lines",
    [pieces(2, width_mm=18.0), pieces(4, slope=0.0), pieces(4, gap_mm=6.0), pieces(4, step_mm=3.0)],
    ids=["too few", "horizontal", "far apart", "beside each other"],
)
def test_other_straight_strokes_are_not_pieces_of_a_line(lines: list[Line]) -> None:
    _, found = find(*lines)
    assert not found.broken_line.any() and not found.line.any()


def test_a_signature_is_neither_stamp_nor_line() -> None:
    xs = np.linspace(20, 55, 200)
    signature = np.stack([xs + 2 * np.sin(xs), 40 + 5 * np.cos(1.7 * xs)], axis=1)
    _, found = find([(x, y) for x, y in signature.tolist()])
    assert not (found.frame | found.in_stamp | found.line).any()
