"""The writing of a cell is split into lines that are cropped closely."""

import numpy as np
import pytest

from digitize.images import Pixels
from digitize.ocr.split_lines import split_lines, without_strays
from tests.ocr.written import PX_PER_MM, written


def inked_rows(crop: Pixels) -> int:
    return int((crop < 128).any(axis=1).sum())


@pytest.mark.parametrize("font", ["kalam", "caveat", "patrick-hand", "indie-flower", "architects-daughter"])
@pytest.mark.parametrize("slope", [0.0, 0.05, -0.05])
@pytest.mark.parametrize(
    "lines",
    [("Gerbergasse 17",), ("Gerbergasse 17", "8402 Jägglingen"), ("c/o Egg", "Im Rain 3", "4051 Basel")],
)
def test_every_line_is_found(lines: tuple[str, ...], slope: float, font: str) -> None:
    pitch_px = 60 if font != "caveat" else 50
    ways = split_lines(written(*lines, font=font, pitch_px=pitch_px, slope=slope), PX_PER_MM)
    assert len(lines) in {len(way) for way in ways}
    assert len(ways) <= 2


def test_no_ink_is_lost_between_overlapping_lines() -> None:
    """Descenders of the upper line reach below the ascenders of the lower one."""
    crop = written("Gygax, Zug", "Pfäffikon", size_px=44, pitch_px=42)
    *_, way = split_lines(crop, PX_PER_MM)
    assert len(way) == 2
    dark = sum(int((line < 100).sum()) for line in way)
    assert dark >= 0.98 * int((crop < 100).sum())


def test_descenders_stay_with_their_line() -> None:
    crop = written("Gygax", "Thun", size_px=44, pitch_px=52)
    (alone,) = split_lines(written("Gygax", size_px=44), PX_PER_MM)
    (way,) = split_lines(crop, PX_PER_MM)
    assert abs(inked_rows(way[0]) - inked_rows(alone[0])) <= 2


def test_long_descender_stays_whole_with_its_line() -> None:
    crop = np.full((200, 400), 255, dtype=np.uint8)
    for left in range(40, 340, 20):
        crop[60:90, left : left + 8] = 0
        crop[114:144, left : left + 8] = 0
    crop[60:118, 352:358] = 0  # ends below the top of the lower line's letters
    ((upper, lower),) = split_lines(crop, PX_PER_MM)
    assert inked_rows(upper) == 58
    assert inked_rows(lower) == 30


def test_line_is_cropped_to_its_ink_with_a_small_margin() -> None:
    crop = np.full((200, 600), 255, dtype=np.uint8)
    crop[80:120, 100:400:4] = 20
    ((line,),) = split_lines(crop, PX_PER_MM)
    assert line.shape[0] == pytest.approx(40, abs=6)
    assert line.shape[1] == pytest.approx(297, abs=6)
    assert (line < 128).sum() == (crop < 128).sum()


def test_faint_pencil_is_cropped_like_dark_ink() -> None:
    crop = (255 - (255 - written("Gerbergasse 17").astype(np.int16)) // 4).astype(np.uint8)
    ((line,),) = split_lines(crop, PX_PER_MM)
    ((dark,),) = split_lines(written("Gerbergasse 17"), PX_PER_MM)
    assert np.abs(np.subtract(line.shape, dark.shape)).max() <= 3


def test_isolated_speck_does_not_widen_the_crop() -> None:
    crop = np.pad(written("Thun"), ((0, 0), (0, 400)), constant_values=255)
    (clean,) = split_lines(crop, PX_PER_MM)
    crop[10:12, 500:502] = 0  # 0.17 mm wide, 30 mm away
    (dusty,) = split_lines(crop, PX_PER_MM)
    assert dusty[0].shape == clean[0].shape


def test_spots_far_from_the_writing_do_not_enlarge_the_crop() -> None:
    clean = np.pad(written("Marina Bajardi"), ((60, 60), (0, 300)), constant_values=255)
    ((line,),) = split_lines(clean, PX_PER_MM)
    spotted = clean.copy()
    for y, x in ((4, 500), (-9, 640), (-9, 3)):
        spotted[y : y + 6, x : x + 6] = 20  # half a millimetre
    ((cropped,),) = split_lines(spotted, PX_PER_MM)
    assert cropped.shape == line.shape


def test_full_stop_and_distant_initial_are_kept() -> None:
    ((line,),) = split_lines(written("Zwahlen  .   J."), PX_PER_MM)
    dark = int((line < 100).sum())
    assert dark == int((written("Zwahlen  .   J.") < 100).sum())


@pytest.mark.parametrize("shape", [(1, 1), (40, 3), (3, 40), (60, 400)])
def test_blank_paper_has_no_lines(shape: tuple[int, int]) -> None:
    assert split_lines(np.full(shape, 255, dtype=np.uint8), PX_PER_MM) == []


def test_solid_ink_is_one_line() -> None:
    ((line,),) = split_lines(np.zeros((30, 30), dtype=np.uint8), PX_PER_MM)
    assert (line < 128).sum() == 900


def test_strays_above_and_below_are_removed() -> None:
    clean = written("Viale della Posta 12", font="patrick-hand")
    ((line,),) = split_lines(clean, PX_PER_MM)
    height = line.shape[0]
    stained = np.pad(line, ((height, height), (0, 0)), constant_values=255)
    stained[:8, :12] = 90  # the end of a rule, far above
    stained[-6:, 200:215] = 90  # a speck far below
    cropped = without_strays(stained, PX_PER_MM)
    assert cropped is not None
    assert cropped.shape[0] == pytest.approx(height, abs=4)
    assert int((cropped < 100).sum()) == pytest.approx(int((line < 100).sum()), rel=0.02)


def test_line_without_strays_gives_no_other_crop() -> None:
    for text in ("Üetlibergstraße 5", "Gygax, Zug", "Ägeri"):
        ((line,),) = split_lines(written(text, font="kalam"), PX_PER_MM)
        assert without_strays(line, PX_PER_MM) is None
