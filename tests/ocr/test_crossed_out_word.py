"""Words that were struck out and written again."""

import cv2
import numpy as np
import pytest

from digitize.ocr.crossed_out_word import without_crossed_out_word
from digitize.ocr.split_lines import split_lines
from tests.ocr.written import PX_PER_MM, written


def line_of(text: str, *, struck: int = 0, rise: float = 0.0) -> np.ndarray:
    """The crop of a written line, its first `struck` letters crossed out."""
    ((crop,),) = split_lines(written(text, font="patrick-hand"), PX_PER_MM)
    height, width = crop.shape
    if struck:
        end, middle = width * struck // len(text), int(0.55 * height)
        tilt = int(rise * end / 2)
        cv2.line(crop, (0, middle + tilt), (end, middle - tilt), 20, 4)
    return crop


@pytest.mark.parametrize("rise", [0.0, 0.2, -0.2])
@pytest.mark.parametrize(
    ("read", "kept"), [("Meier Meyer Anna", "Meyer Anna"), ("eye Meyer Anna", "Meyer Anna")]
)
def test_a_struck_word_written_again_is_left_out(read: str, kept: str, rise: float) -> None:
    crop = line_of(read, struck=read.index(" "), rise=rise)
    assert without_crossed_out_word(read, crop, PX_PER_MM) == kept


@pytest.mark.parametrize("text", ["Jean Jeanneret", "Peter Peters", "Martin Marti"])
def test_names_that_only_resemble_each_other_stay(text: str) -> None:
    assert without_crossed_out_word(text, line_of(text), PX_PER_MM) == text


def test_a_line_through_another_name_is_no_correction() -> None:
    text = "Anna Meyer"
    assert without_crossed_out_word(text, line_of(text, struck=4), PX_PER_MM) == text
