"""Words that were crossed out and written again."""

import cv2
import pytest

from digitize.images import Pixels
from digitize.ocr.crossed_out_word import without_crossed_out_word
from digitize.ocr.split_lines import split_lines
from tests.ocr.written import PX_PER_MM, written


def crop_of(text: str, *, crossed_out: int = 0, rise: float = 0.0) -> Pixels:
    """Return the crop of a written line with its first `crossed_out` letters crossed out."""
    ((crop,),) = split_lines(written(text, font="patrick-hand"), PX_PER_MM)
    height, width = crop.shape
    if crossed_out:
        end, middle = width * crossed_out // len(text), int(0.55 * height)
        tilt = int(rise * end / 2)
        cv2.line(crop, (0, middle + tilt), (end, middle - tilt), 20, 4)
    return crop


@pytest.mark.parametrize("rise", [0.0, 0.2, -0.2])
@pytest.mark.parametrize(
    ("read", "kept"), [("Meier Meyer Anna", "Meyer Anna"), ("eye Meyer Anna", "Meyer Anna")]
)
def test_crossed_out_word_that_is_repeated_is_removed(read: str, kept: str, rise: float) -> None:
    crop = crop_of(read, crossed_out=read.index(" "), rise=rise)
    assert without_crossed_out_word(read, crop, PX_PER_MM) == kept


@pytest.mark.parametrize("text", ["Jean Jeanneret", "Peter Peters", "Martin Marti"])
def test_similar_names_without_a_line_are_kept(text: str) -> None:
    assert without_crossed_out_word(text, crop_of(text), PX_PER_MM) == text


@pytest.mark.parametrize("text", ["Anna Meyer", "Li Lin Wei"])
def test_crossed_out_word_that_is_not_repeated_or_too_short_is_kept(text: str) -> None:
    crop = crop_of(text, crossed_out=text.index(" "))
    assert without_crossed_out_word(text, crop, PX_PER_MM) == text
