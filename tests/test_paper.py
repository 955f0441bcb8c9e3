"""The brightness of the paper: a tint is divided out, and what is written on it stays."""

import cv2
import numpy as np
import pytest

from digitize.paper import Grey, even_paper

PX_PER_MM = 10.0
WHITE, PEN = 250, 60


def sheet(size_mm: tuple[float, float] = (80.0, 40.0)) -> Grey:
    """Return an empty sheet of this width and height."""
    width, height = (round(side * PX_PER_MM) for side in size_mm)
    return np.full((height, width), WHITE, np.uint8)


def fill(grey: Grey, box_mm: tuple[float, float, float, float], level: float) -> Grey:
    """Darken a rectangle (left, top, right, bottom) with blurred edges to a share of its brightness."""
    left, top, right, bottom = (round(side * PX_PER_MM) for side in box_mm)
    share = np.ones(grey.shape, np.float32)
    share[top:bottom, left:right] = level
    return np.asarray(grey * cv2.GaussianBlur(share, (0, 0), 1.5), dtype=np.uint8)


def write(grey: Grey, y_mm: float, pen_mm: float = 0.5) -> Grey:
    """Draw a line of writing, a zigzag, across the sheet."""
    x = np.arange(5.0, grey.shape[1] / PX_PER_MM - 5, 2.0)
    y = y_mm + np.where(np.arange(len(x)) % 2, 1.2, -1.2)
    points = np.round(np.stack([x, y], axis=1) * PX_PER_MM).astype(np.int32)
    return np.asarray(
        cv2.polylines(grey.copy(), [points], False, (PEN,), round(pen_mm * PX_PER_MM), cv2.LINE_AA), np.uint8
    )


def dark_share(even: Grey) -> float:
    return float((even < 225).mean())


@pytest.mark.parametrize("level", [0.5, 0.7, 0.85])
@pytest.mark.parametrize("height_mm", [3.0, 5.0, 12.0])
def test_a_bar_of_marker_becomes_paper_and_the_writing_on_it_stays_ink(
    level: float, height_mm: float
) -> None:
    middle = 20.0
    bar = (0.0, middle - height_mm / 2, 80.0, middle + height_mm / 2)
    marked = fill(write(sheet(), middle), bar, level)
    plain = even_paper(write(sheet(), middle), PX_PER_MM) < 128
    found = even_paper(marked, PX_PER_MM)
    assert dark_share(even_paper(fill(sheet(), bar, level), PX_PER_MM)) < 0.001
    assert (found < 128)[plain].mean() > 0.9
    assert dark_share(found) < 1.4 * plain.mean()


def test_a_watermark_of_thick_letters_becomes_paper() -> None:
    mark = sheet((160.0, 100.0))
    cv2.putText(mark, "COPY", (60, 800), cv2.FONT_HERSHEY_SIMPLEX, 18.0, (205,), 70)
    assert dark_share(mark) > 0.1
    assert dark_share(even_paper(mark, PX_PER_MM)) < 0.002


def test_a_dark_bar_stays_dark() -> None:
    even = even_paper(fill(sheet(), (20.0, 17.0, 60.0, 22.0), 0.1), PX_PER_MM)
    assert even[180:210, 230:570].max() < 80


@pytest.mark.parametrize("pen_mm", [0.4, 1.0, 1.8])
def test_the_strokes_of_a_thick_pen_are_no_tint(pen_mm: float) -> None:
    grey = write(sheet(), 20.0, pen_mm)
    assert (even_paper(grey, PX_PER_MM) < 128).mean() == pytest.approx((grey < 128).mean(), rel=0.02)


def test_the_blots_of_a_scribble_are_no_tint() -> None:
    grey = sheet()
    cv2.ellipse(grey, (400, 200), (35, 18), 10.0, 0.0, 360.0, (PEN,), -1)  # 7 by 3.6 mm
    assert (even_paper(grey, PX_PER_MM) < 128).mean() == pytest.approx((grey < 128).mean(), rel=0.02)
