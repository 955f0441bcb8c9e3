"""Parts of a line are cut where the recogniser saw them, checked path by path."""

from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digitize.ocr.ctc import greedy_text
from digitize.ocr.engines import Line
from digitize.ocr.line_slices import first_steps, slice_line
from tests.ocr.spelled import spelled


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """Draw short lines of two characters with any probabilities."""
    text = draw(st.text("ab", min_size=1, max_size=3))
    steps = draw(st.integers(2 * len(text), 6))
    table = np.array(draw(st.lists(st.floats(0.01, 1), min_size=3 * steps, max_size=3 * steps)))
    table = table.reshape(steps, 3)
    return Line(text, 1.0, np.log(table / table.sum(axis=1, keepdims=True)).astype(np.float32), "ab")


def starts_of(path: tuple[int, ...]) -> tuple[list[int], list[int]]:
    """Return labels and first steps of the characters on a path."""
    firsts = [i for i, label in enumerate(path) if label and (i == 0 or path[i - 1] != label)]
    return [path[i] for i in firsts], firsts


@given(lines())
def test_characters_begin_where_the_most_probable_path_has_them(line: Line) -> None:
    assert line.log_probs is not None
    labels = ["ab".index(character) + 1 for character in line.text]
    found = []
    for path in product(range(3), repeat=len(line.log_probs)):
        path_labels, firsts = starts_of(path)
        if path_labels == labels:
            found.append((sum(line.log_probs[i, label] for i, label in enumerate(path)), firsts))
    best = max(score for score, _ in found)
    assert first_steps(line) in [firsts for score, firsts in found if score > best - 1e-4]


def test_slice_has_the_output_of_its_own_characters() -> None:
    line = spelled("Bachweg 3, 6460 Altdorf")
    for start, end in ((0, 11), (11, 15), (16, 23), (0, 23)):
        part = slice_line(line, start, end)
        assert part.log_probs is not None
        assert part.text == line.text[start:end] == greedy_text(part.log_probs, part.alphabet)


def test_confidence_of_a_slice_is_that_of_its_own_characters() -> None:
    line = spelled("Bachweg 3, 6460 Altdorf", clear=11, doubt=0.6)
    street, place = slice_line(line, 0, 11), slice_line(line, 11, 23)
    assert street.confidence > 0.99 and place.confidence < 0.7
    assert place.confidence < line.confidence < street.confidence


def test_character_that_the_recogniser_does_not_know_begins_with_the_next_one() -> None:
    seen = spelled("StraBe 7")
    line = replace(seen, text="Straße 7")
    assert first_steps(line) == first_steps(seen)[:4] + first_steps(seen)[5:6] + first_steps(seen)[5:]
    assert slice_line(line, 7, 8).text == "7"


def test_slice_without_probabilities_keeps_the_confidence_of_the_line() -> None:
    assert slice_line(Line("Bachweg 3", 0.7), 0, 7) == Line("Bachweg", 0.7)


def test_empty_slice_has_no_text_and_no_confidence() -> None:
    part = slice_line(spelled("xyz"), 1, 1)
    assert (part.text, part.confidence) == ("", 0.0)
