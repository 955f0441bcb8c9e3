"""Crops show the requested box with a dimmed margin."""

from pathlib import Path

import numpy as np
import pytest

from digitize.geometry import Box
from digitize.images import Pixels, decode, encode
from digitize.web.page_pictures import (
    MARGIN_BRIGHTNESS,
    PICTURES_KEPT,
    ROW,
    Pictures,
    RecentlyUsed,
)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    page = np.full((700, 2600), 250, np.uint8)
    page[300:400, 1000:2000] = 100
    path = tmp_path / "000001-p001-0123456789.jpg"
    path.write_bytes(encode(page, ".jpg", 95))
    return path


def cut(picture: Path, box: Box) -> Pixels:
    return decode(Pictures().row(picture, box))


def test_a_row_has_a_dimmed_margin_of_its_neighbours(picture: Path) -> None:
    shown = cut(picture, Box(1000, 300, 2000, 400))
    around = 100 * ROW.margin_share
    assert shown.shape == (round(100 + 2 * around), round(1000 + 2 * around))
    assert abs(int(shown[shown.shape[0] // 2, shown.shape[1] // 2]) - 100) < 5
    assert abs(int(shown[3, 3]) - 250 * MARGIN_BRIGHTNESS) < 5


def test_a_wide_row_is_scaled_to_the_screen(picture: Path) -> None:
    assert cut(picture, Box(0, 300, 2600, 400)).shape[1] == ROW.width_px


def test_a_box_at_the_edge_is_clipped_to_the_page(picture: Path) -> None:
    assert cut(picture, Box(2500, 650, 2700, 750)).shape[0] < 150


def test_a_box_outside_the_page_and_a_damaged_page_are_errors(picture: Path) -> None:
    with pytest.raises(ValueError, match="outside"):
        cut(picture, Box(3000, 10, 3100, 20))
    picture.write_bytes(b"\xff\xd8 broken")
    with pytest.raises(ValueError, match="not an image"):
        Pictures().thumbnail(picture)


def test_a_thumbnail_is_small(picture: Path) -> None:
    assert max(decode(Pictures().thumbnail(picture)).shape) <= 2600 / 8 + 1


def test_only_the_values_used_last_are_kept() -> None:
    made: list[int] = []
    kept = RecentlyUsed[int](2)

    def get(key: int) -> int:
        return kept.get(key, lambda: made.append(key) or key)  # type: ignore[func-returns-value]

    assert [get(key) for key in (1, 2, 1, 3, 1, 2)] == [1, 2, 1, 3, 1, 2]
    assert made == [1, 2, 3, 2]
    assert PICTURES_KEPT > 2
