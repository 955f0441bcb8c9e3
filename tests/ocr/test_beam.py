"""Beam search sums over paths and weighs them with the language model."""

import numpy as np
import pytest

from digitize.ocr.beam import BeamSettings, decode, decode_views
from digitize.ocr.ctc import ctc_log_likelihood
from digitize.ocr.language import CharacterModel, load_language_model
from digitize.ocr.letter_case import fold_case
from digitize.records import Role
from tests.ocr.outputs import ALPHABET, Step, line_of, steps_of

WITHOUT_LANGUAGE = BeamSettings(language_weight=0.0)


@pytest.fixture(scope="module")
def names() -> CharacterModel:
    return model(Role.NAME)


def model(role: Role) -> CharacterModel:
    found = load_language_model().of(role)
    assert found is not None
    return found


def test_beam_finds_the_text_that_greedy_decoding_misses(names: CharacterModel) -> None:
    """The blank wins each step (0.6 * 0.6 = 0.36), the character wins the sum over paths (0.64)."""
    line = line_of({"": 0.6, "a": 0.4}, {"": 0.6, "a": 0.4})
    assert line.text == ""
    assert decode(line, names, WITHOUT_LANGUAGE).text.lower() == "a"


def test_score_without_language_model_is_the_ctc_likelihood(names: CharacterModel) -> None:
    line = line_of({"a": 0.7, "n": 0.2}, {"n": 0.6, "a": 0.3}, {"": 0.5, "n": 0.3})
    decoded = decode(line, names, BeamSettings(language_weight=0.0, length_bonus=0.0))
    assert line.log_probs is not None
    folded = np.log(np.maximum(fold_case(np.exp(line.log_probs), ALPHABET, names.symbols), 1e-12))
    labels = [names.symbols.index(character) + 1 for character in decoded.text.lower()]
    assert labels
    assert decoded.score == pytest.approx(ctc_log_likelihood(folded, labels), abs=0.02)


@pytest.mark.parametrize(
    ("before", "seen", "after", "expected"),
    [("Ma", {"n": 0.5, "r": 0.45}, "tin", "Martin"), ("MA", {"N": 0.5, "R": 0.45}, "TIN", "MARTIN")],
)
def test_language_model_corrects_a_letter_in_any_case(
    names: CharacterModel, before: str, seen: Step, after: str, expected: str
) -> None:
    line = line_of(*steps_of(before), seen, *steps_of(after))
    assert line.text != expected
    assert decode(line, names).text == expected


def test_clearly_seen_letters_are_kept(names: CharacterModel) -> None:
    assert decode(line_of(*steps_of("Mantin", 0.9999)), names).text == "Mantin"


def test_spaces_between_spaced_capitals_are_dropped(names: CharacterModel) -> None:
    gap = {" ": 0.8, "": 0.2}
    line = line_of(*(step for letter in "MARTIN" for step in (*steps_of(letter), gap)))
    assert line.text.strip() == "M A R T I N"
    assert decode(line, names).text == "MARTIN"


@pytest.mark.parametrize(("read", "decoded"), [("StraBe", "Straße"), ("1B", "1B")])
def test_sharp_s_is_told_from_b(read: str, decoded: str) -> None:
    assert decode(line_of(*steps_of(read)), model(Role.ADDRESS)).text == decoded


def test_margin_over_the_runner_up_shows_how_certain_the_text_is(names: CharacterModel) -> None:
    certain = decode(line_of(*steps_of("Martin", 0.999)), names)
    uncertain = decode(line_of(*steps_of("Mart"), {"i": 0.5, "e": 0.49}, *steps_of("n")), names)
    assert certain.score - certain.runner_up > uncertain.score - uncertain.runner_up >= 0


def test_line_of_blanks_decodes_to_nothing(names: CharacterModel) -> None:
    assert decode(line_of({"": 1.0}, {"": 1.0}), names).text == ""


def test_views_of_one_line_are_averaged(names: CharacterModel) -> None:
    """One clear view outweighs two unclear ones that read something else."""
    unclear = line_of(*steps_of("Mari"), {"o": 0.5, "a": 0.45})
    clear = line_of(*steps_of("Mari"), {"a": 0.999})
    assert decode_views([unclear], names, WITHOUT_LANGUAGE).text == "Mario"
    assert decode_views([unclear, unclear, clear], names, WITHOUT_LANGUAGE).text == "Maria"


def test_single_view_decodes_as_the_line_alone(names: CharacterModel) -> None:
    line = line_of(*steps_of("Mart"), {"i": 0.5, "e": 0.49}, *steps_of("n"))
    assert decode_views([line], names).text == decode(line, names).text
