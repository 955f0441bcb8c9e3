"""Beam search sums over paths and weighs them with the language model."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitize.ocr.beam import BeamSettings, _search, decode, decode_views, search
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
    found = [search(line, names, WITHOUT_LANGUAGE) for line in (unclear, unclear, clear)]
    assert decode_views(found[:1], names, WITHOUT_LANGUAGE).text == "Mario"
    assert decode_views(found, names, WITHOUT_LANGUAGE).text == "Maria"


def test_single_view_decodes_as_the_line_alone(names: CharacterModel) -> None:
    line = line_of(*steps_of("Mart"), {"i": 0.5, "e": 0.49}, *steps_of("n"))
    assert decode_views([search(line, names)], names).text == decode(line, names).text


def plainly(folded: NDArray[np.float32], names: CharacterModel) -> dict[str, float]:
    """The scores of the same search without anything remembered, in logarithms."""
    settings = BeamSettings()
    beams = {"": (0.0, -np.inf)}  # log-probability of ending on a blank, and on the last character
    for step in np.log(folded.astype(np.float64)):
        grown: dict[str, tuple[float, float]] = {}

        def add(text: str, blank: float, last: float, grown: dict[str, tuple[float, float]] = grown) -> None:
            before = grown.get(text, (-np.inf, -np.inf))
            grown[text] = float(np.logaddexp(before[0], blank)), float(np.logaddexp(before[1], last))

        for text, (blank, last) in beams.items():
            both = float(np.logaddexp(blank, last))
            repeated = last + step[names.symbols.index(text[-1]) + 1] if text else -np.inf
            add(text, both + step[0], repeated)
            for label in np.flatnonzero(np.exp(step) > settings.least_share):
                symbol = names.symbols[label - 1]
                if label == 0 or step[0] >= np.log(settings.blank_share):
                    continue
                if symbol == " " and text[-1:] in ("", " "):
                    continue
                start = blank if text[-1:] == symbol else both
                prior = settings.language_weight * names.log_row(text)[label - 1] + settings.bonus(symbol)
                add(text + symbol, -np.inf, start + step[label] + prior)
        kept = sorted(grown, key=lambda text: -np.logaddexp(*grown[text]))[: settings.width]
        beams = {text: grown[text] for text in kept}
    return {text: float(np.logaddexp(*ends)) for text, ends in beams.items()}


@pytest.mark.parametrize("seed", range(12))
def test_the_search_finds_the_same_as_one_that_remembers_nothing(names: CharacterModel, seed: int) -> None:
    dice = np.random.default_rng(seed)
    symbols = [names.symbols.index(symbol) + 1 for symbol in "anelis "]
    folded = np.full((14, len(names.symbols) + 1), 1e-4, np.float32)
    for step in folded:
        step[[0, *symbols]] += dice.dirichlet(np.full(len(symbols) + 1, 0.3)).astype(np.float32)
    expected = plainly(folded, names)
    end = names.symbols.index(" ")
    found = dict(_search(folded, names, BeamSettings(known_bonus=0.0)))
    for text, score in expected.items():
        if text.endswith(" ") or text + " " in expected:
            continue  # its score is that of the better of both
        ending = BeamSettings().language_weight * names.log_row(text)[end] if text else 0.0
        assert found[text] == pytest.approx(score + ending, abs=1e-6)
    assert len(found) >= 8


@pytest.mark.parametrize("text", ["Strasse1", "Rue 11a,"])
def test_house_numbers_are_kept_without_a_space_and_with_a_letter(text: str) -> None:
    assert decode(line_of(*steps_of(text)), model(Role.ADDRESS)).text == text
