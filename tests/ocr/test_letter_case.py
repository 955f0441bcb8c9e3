"""Upper and lower case are joined before decoding and restored afterwards."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitize.ocr.letter_case import align, consistent_case, fold_case, restore_case


def test_probabilities_of_both_cases_are_added() -> None:
    alphabet, symbols = "aAb1", " ab1"
    probabilities = np.array([[0.1, 0.2, 0.3, 0.25, 0.15]], dtype=np.float32)
    folded = fold_case(probabilities, alphabet, symbols)
    assert folded == pytest.approx(np.array([[0.1, 0.0, 0.5, 0.25, 0.15]]))


def test_part_of_a_b_may_be_a_sharp_s() -> None:
    probabilities = np.array([[0.1, 0.6, 0.3]], dtype=np.float32)
    folded = fold_case(probabilities, "Bb", "bß")
    assert folded == pytest.approx(np.array([[0.1, 0.9, 0.63]]))


@pytest.mark.parametrize(
    ("path", "text"), [("Ana", "Ana"), ("ANA", "ANA"), ("ANa", "ANA"), ("anA", "ana"), ("aNa aNA", "ana ANA")]
)
def test_words_get_the_case_in_which_they_were_seen(path: str, text: str) -> None:
    alphabet, symbols = "anAN ", "an "
    probabilities = np.full((2 * len(path), len(alphabet) + 1), 0.01, dtype=np.float32)
    for index, character in enumerate(path):
        probabilities[2 * index, alphabet.index(character) + 1] = 0.9
        probabilities[2 * index + 1, 0] = 0.9
    folded = fold_case(probabilities, alphabet, symbols)
    assert restore_case(path.lower(), folded, probabilities, alphabet, symbols) == text


@pytest.mark.parametrize(
    ("decoded", "expected"),
    [("MOUHEß", "MOUHEB"), ("STRAßE", "STRAßE"), ("Weiß", "Weiß"), ("GroBe", "Große")],
)
def test_sharp_s_in_capitals_is_a_b_except_in_strasse(decoded: str, expected: str) -> None:
    assert consistent_case(decoded) == expected


def test_alignment_follows_the_most_probable_path() -> None:
    path = [0, 1, 1, 0, 2, 0, 2, 2]
    folded: NDArray[np.float32] = (np.eye(3)[path] * 0.9 + 0.03).astype(np.float32)
    assert align("ann", folded, "an") == [slice(1, 3), slice(4, 5), slice(6, 8)]
