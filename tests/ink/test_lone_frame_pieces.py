"""An arc or a side of a stamp's frame is told from writing where the rest of the frame is not seen."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitize.ink.lone_frame_pieces import is_arc_of_frame, is_side_of_frame
from digitize.ink.strokes import Strokes
from tests.ink.drawn_strokes import PX_PER_MM, Line, draw_mask, strokes_of

SIZE_MM = (80.0, 60.0)


def arc(radius_mm: float, from_deg: float, to_deg: float) -> Line:
    angles = np.deg2rad(np.linspace(from_deg, to_deg, 40))
    return [(40 + radius_mm * float(np.cos(a)), 30 + radius_mm * float(np.sin(a))) for a in angles]


def all_of(*lines: Line) -> tuple[Strokes, NDArray[np.intp]]:
    strokes = strokes_of(draw_mask(*lines, size_mm=SIZE_MM))
    return strokes, np.arange(1, len(strokes.area_px))


@pytest.mark.parametrize(
    ("lines", "is_arc"),
    [
        ([arc(15.0, 20, 70)], True),
        ([arc(20.0, -40, -10)], True),
        ([arc(12.0, 20, 55), arc(12.0, 65, 100)], True),  # in two pieces
        ([arc(4.0, 30, 330)], False),  # a C
        ([[(10.0, 20.0), (30.0, 20.5)]], False),  # a dash
        ([[(10.0, 20.0), (18.0, 26.0), (30.0, 21.0)]], False),
        ([arc(15.0, 20, 70), [(30.0, 30.0), (32.0, 36.0), (34.0, 30.0), (36.0, 36.0)]], False),
        ([[(10 + 2.0 * k, 30 + 3.0 * (-1) ** k) for k in range(10)]], False),
    ],
)
def test_an_arc_is_one_of_a_stamp_if_it_is_large_and_alone(lines: list[Line], is_arc: bool) -> None:
    strokes, ids = all_of(*lines)
    assert is_arc_of_frame(strokes, ids, PX_PER_MM) is is_arc


@pytest.mark.parametrize(
    ("lines", "is_side"),
    [
        ([[(10.0, 20.0), (40.0, 20.5)]], True),
        ([[(10.0, 20.0), (25.0, 20.2)], [(28.0, 20.3), (40.0, 20.5)]], True),
        ([[(10.0, 20.0), (20.0, 20.5)]], False),
        ([[(10 + 2.0 * k, 30 + 3.0 * (-1) ** k) for k in range(12)]], False),
    ],
)
def test_a_side_is_one_level_line(lines: list[Line], is_side: bool) -> None:
    strokes, ids = all_of(*lines)
    assert is_side_of_frame(strokes, ids, PX_PER_MM) is is_side
