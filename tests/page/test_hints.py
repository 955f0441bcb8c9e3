"""A page is read as a person says: turned, with another form, from the corners of its table."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from digitize.errors import UnusablePage
from digitize.geometry import Point
from digitize.images import Scan
from digitize.load import load_page
from digitize.page.hints import apply_hints
from digitize.page.pipeline import Settings, digitize_file
from digitize.records import PageHints, SheetPage

SAMPLE = Path(__file__).parent.parent.parent / "samples" / "list-bitonal.tif"
TILT_DEG = 20.0  # digitize looks for up to 12 degrees by itself
DOT = (70, 40)  # x and y in px


def scan_with_dot() -> Scan:
    """Return a white scan of 200 x 300 px with one black dot."""
    pixels = np.full((300, 200), 255, np.uint8)
    cv2.circle(pixels, DOT, 3, (0,), -1)
    return Scan("a.png", 1, pixels, 100.0)


def dot_of(scan: Scan) -> Point:
    """Return where the dot is."""
    rows, columns = np.nonzero(scan.pixels < 128)
    return float(columns.mean()) + 0.5, float(rows.mean()) + 0.5


@pytest.mark.parametrize(
    "hints",
    [
        *(PageHints(turn) for turn in (0, 90, 180, 270)),
        PageHints(corners=((0.2, 0.1), (0.8, 0.12), (0.9, 0.9), (0.1, 0.8))),
        PageHints(corners=((0.8, 0.1), (0.8, 0.9), (0.1, 0.9), (0.1, 0.1))),  # lies on its side
        PageHints(corners=((0.45, 0.1), (0.55, 0.1), (1.0, 0.9), (0.0, 0.9))),  # strong perspective
    ],
)
def test_positions_lead_back_to_the_scan(hints: PageHints) -> None:
    scan = scan_with_dot()
    prepared, to_scan = apply_hints(scan, hints)
    assert prepared.upright
    [(x, y)] = to_scan.apply([dot_of(prepared)])
    assert (x, y) == pytest.approx((DOT[0] + 0.5, DOT[1] + 0.5), abs=2.0)  # perspective moves its centre
    assert max(prepared.pixels.shape) <= 2 * max(scan.pixels.shape)


def test_nothing_said_changes_nothing() -> None:
    scan = scan_with_dot()
    assert apply_hints(scan, PageHints())[0] is scan


def test_corners_that_enclose_nothing_are_refused() -> None:
    with pytest.raises(UnusablePage, match="corners"):
        apply_hints(scan_with_dot(), PageHints(corners=((0.5, 0.1), (0.54, 0.1), (0.54, 0.14), (0.5, 0.14))))


def tilt(folder: Path, tables: SheetPage) -> tuple[Path, tuple[Point, ...]]:
    """Save the sample tilted too far; return its path and the corners of the table as shares."""
    scan = load_page(SAMPLE, 1)
    height, width = scan.pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), TILT_DEG, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = int(height * sin + width * cos), int(height * cos + width * sin)
    matrix[:, 2] += (size[0] / 2 - width / 2, size[1] / 2 - height / 2)
    tilted = cv2.warpAffine(scan.pixels, matrix, size, borderValue=(255, 255, 255))
    path = folder / "tilted.png"
    Image.fromarray(np.asarray(tilted)).save(path, dpi=(scan.dpi, scan.dpi))
    quad = tables.to_scan.to_scan(tables.tables[0].box.corners)
    points = [matrix @ np.array([x, y, 1.0]) for x, y in quad]
    return path, tuple((float(x) / size[0], float(y) / size[1]) for x, y in points)


@pytest.mark.slow
def test_a_sheet_that_lies_too_crooked_is_read_from_its_corners(tmp_path: Path) -> None:
    straight = digitize_file(str(SAMPLE), 1, Settings()).outcome
    assert isinstance(straight, SheetPage) and straight.rows
    path, corners = tilt(tmp_path, straight)
    alone = digitize_file(str(path), 1, Settings()).outcome
    assert not (isinstance(alone, SheetPage) and alone.rows)
    hand = np.random.default_rng(1).uniform(-0.004, 0.004, (4, 2))  # nobody hits a corner exactly
    marked = tuple((x + float(a), y + float(b)) for (x, y), (a, b) in zip(corners, hand, strict=True))
    helped = digitize_file(str(path), 1, Settings(hints=PageHints(corners=marked))).outcome
    assert isinstance(helped, SheetPage)
    assert [(row.number, row.status) for row in helped.rows] == [
        (row.number, row.status) for row in straight.rows
    ]


@pytest.mark.slow
def test_a_turn_by_hand_is_taken_at_its_word() -> None:
    usual = digitize_file(str(SAMPLE), 1, Settings()).outcome
    assert isinstance(usual, SheetPage)
    right = digitize_file(str(SAMPLE), 1, Settings(hints=PageHints(-usual.rotation_deg % 360))).outcome
    wrong = digitize_file(str(SAMPLE), 1, Settings(hints=PageHints((180 - usual.rotation_deg) % 360))).outcome
    assert isinstance(right, SheetPage) and len(right.rows) == len(usual.rows)
    assert isinstance(wrong, SheetPage) and not wrong.rows
