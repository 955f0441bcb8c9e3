"""Beam search: it sums paths, listens to the language, and gives back the case."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitize.ocr.beam import _word_case, align, decode, fold_case
from digitize.ocr.ctc import ctc_log_likelihood, greedy_text
from digitize.ocr.engines import Line
from digitize.ocr.language import CharacterModel, load_language_model
from digitize.records import Role


def model() -> CharacterModel:
    found = load_language_model().of(Role.NAME)
    assert found is not None
    return found


ALPHABET = "abeilmnorstuABEILMNORSTUß -1"


def line(*steps: dict[str, float]) -> Line:
    """A line whose steps give these characters these probabilities ("" is the blank, it takes the rest)."""
    table = np.full((len(steps), len(ALPHABET) + 1), 1e-7)
    for row, step in zip(table, steps, strict=True):
        for character, share in step.items():
            row[ALPHABET.index(character) + 1 if character else 0] = share
        row[0] += max(0.0, 1 - row.sum())
    log_probs = np.log(table / table.sum(axis=1, keepdims=True)).astype(np.float32)
    return Line(greedy_text(log_probs, ALPHABET), 0.9, log_probs, ALPHABET)


def spelled(text: str, share: float = 0.97) -> list[dict[str, float]]:
    return [step for character in text for step in ({character: share}, {"": 0.99})]


def test_beam_finds_the_text_that_greedy_misses() -> None:
    """The classic case: blank wins each step (0.6 * 0.6), the character wins the sum (1 - 0.36)."""
    seen = line({"": 0.6, "a": 0.4}, {"": 0.6, "a": 0.4})
    assert seen.text == ""
    assert decode(seen, model(), weight=0.0).text.lower() == "a"


def test_without_language_the_score_is_the_ctc_likelihood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitize.ocr.beam.LENGTH_BONUS", 0.0)
    seen = line({"a": 0.7, "n": 0.2}, {"n": 0.6, "a": 0.3}, {"": 0.5, "n": 0.3})
    found = decode(seen, model(), weight=0.0)
    assert seen.log_probs is not None
    symbols = model().symbols
    folded = np.log(np.maximum(fold_case(np.exp(seen.log_probs), ALPHABET, symbols), 1e-12))
    labels = [symbols.index(character) + 1 for character in found.text.lower()]
    assert labels
    assert found.score == pytest.approx(ctc_log_likelihood(folded, labels), abs=0.02)


def test_language_mends_a_letter() -> None:
    seen = line(*spelled("M"), *spelled("a"), {"n": 0.5, "r": 0.45}, *spelled("tin"))
    assert seen.text == "Mantin"
    assert decode(seen, model()).text == "Martin"


def test_what_is_clearly_seen_stays() -> None:
    seen = line(*spelled("Mantin", 0.9999))
    assert decode(seen, model()).text == "Mantin"


def test_capitals_profit_as_much_and_stay_capitals() -> None:
    seen = line(*spelled("MA"), {"N": 0.5, "R": 0.45}, *spelled("TIN"))
    assert decode(seen, model()).text == "MARTIN"


def test_spaces_between_spaced_capitals_go() -> None:
    gap = {" ": 0.8, "": 0.2}
    steps = [step for letter in "MARTIN" for step in (*spelled(letter), gap)]
    seen = line(*steps)
    assert seen.text.strip() == "M A R T I N"
    assert decode(seen, model()).text == "MARTIN"


def test_sharp_s_is_told_from_b() -> None:
    addresses = load_language_model().of(Role.ADDRESS)
    assert addresses is not None
    assert decode(line(*spelled("StraBe")), addresses).text == "Straße"
    assert decode(line(*spelled("1B")), addresses).text == "1B"


@pytest.mark.parametrize(
    ("decoded", "written"), [("MOUHEß", "MOUHEB"), ("STRAßE", "STRAßE"), ("Weiß", "Weiß"), ("GroBe", "Große")]
)
def test_among_capitals_a_sharp_s_is_a_b_but_in_street(decoded: str, written: str) -> None:
    assert _word_case(decoded) == written


def test_the_margin_tells_how_sure_it_is() -> None:
    sure = decode(line(*spelled("Martin", 0.999)), model())
    torn = decode(line(*spelled("Mart"), {"i": 0.5, "e": 0.49}, *spelled("n")), model())
    assert sure.score - sure.runner_up > torn.score - torn.runner_up >= 0


def test_empty_line_reads_empty() -> None:
    assert decode(line({"": 1.0}, {"": 1.0}), model()).text == ""


def test_alignment_follows_the_likeliest_path() -> None:
    symbols = "an"
    path = [0, 1, 1, 0, 2, 0, 2, 2]
    folded: NDArray[np.float32] = (np.eye(3)[path] * 0.9 + 0.03).astype(np.float32)
    assert align("ann", folded, symbols) == [slice(1, 3), slice(4, 5), slice(6, 8)]
