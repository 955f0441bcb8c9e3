"""Parts of a line: cut where the recogniser saw them, checked path by path."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.ocr.ctc import greedy_text
from digitize.ocr.engines import Line
from digitize.ocr.line_slices import first_steps, part_of
from tests.ocr.spelled import spelled


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """Short lines of two characters, with any probabilities."""
    text = draw(st.text("ab", min_size=1, max_size=3))
    steps = draw(st.integers(2 * len(text), 6))
    table = np.array(draw(st.lists(st.floats(0.01, 1), min_size=3 * steps, max_size=3 * steps)))
    table = table.reshape(steps, 3)
    return Line(text, 1.0, np.log(table / table.sum(axis=1, keepdims=True)).astype(np.float32), "ab")


def begins_of(path: tuple[int, ...]) -> tuple[list[int], list[int]]:
    """Labels and first steps of the characters on a path."""
    firsts = [i for i, label in enumerate(path) if label and (i == 0 or path[i - 1] != label)]
    return [path[i] for i in firsts], firsts


@given(lines())
def test_characters_begin_where_they_do_on_the_likeliest_path(line: Line) -> None:
    assert line.log_probs is not None
    labels = ["ab".index(character) + 1 for character in line.text]
    found = []
    for path in product(range(3), repeat=len(line.log_probs)):
        said, firsts = begins_of(path)
        if said == labels:
            found.append((sum(line.log_probs[i, label] for i, label in enumerate(path)), firsts))
    best = max(score for score, _ in found)
    assert first_steps(line) in [firsts for score, firsts in found if score > best - 1e-4]


def test_parts_show_their_own_characters() -> None:
    line = spelled("Bachweg 3, 6460 Altdorf")
    for start, end in ((0, 11), (11, 15), (16, 23), (0, 23)):
        part = part_of(line, start, end)
        assert part.log_probs is not None
        assert part.text == line.text[start:end] == greedy_text(part.log_probs, part.alphabet)


def test_a_part_is_as_sure_as_its_own_characters() -> None:
    line = spelled("Bachweg 3, 6460 Altdorf", clear=11, doubt=0.6)
    street, place = part_of(line, 0, 11), part_of(line, 11, 23)
    assert street.confidence > 0.99 and place.confidence < 0.7
    assert place.confidence < line.confidence < street.confidence


def test_characters_that_the_recogniser_does_not_know_are_passed_over() -> None:
    seen = spelled("StraBe 7")
    line = replace(seen, text="Straße 7")
    assert first_steps(line) == first_steps(seen)[:4] + first_steps(seen)[5:6] + first_steps(seen)[5:]
    assert part_of(line, 7, 8).text == "7"


@pytest.mark.parametrize("text", ["", "xyz"])
def test_engines_without_probabilities_and_texts_without_characters(text: str) -> None:
    assert part_of(Line("Bachweg 3", 0.7), 0, 7) == Line("Bachweg", 0.7)
    if text:
        assert part_of(spelled(text), 1, 1).text == ""
