"""Decode the recogniser's output with a language model.

Prefix beam search over CTC output (Hannun et al. 2014, "First-pass large
vocabulary continuous speech recognition using bi-directional recurrent DNNs")
with a character model in place of a word list.  The search ignores case; the
case is restored at the end (see `letter_case`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from digitize.ocr.ctc import BLANK, LEAST_PROBABILITY, ctc_log_likelihoods
from digitize.ocr.engines import Line
from digitize.ocr.language import CharacterModel
from digitize.ocr.letter_case import fold_case, restore_case

# Probability of the paths for a text that end on a blank, and of those that end on its last character; both
# include the factors of the language model.  A plain tuple of floats: thousands are made for every line.
_Prefix = tuple[float, float]


@dataclass(frozen=True)
class BeamSettings:
    """Weights and limits of the search, tuned together."""

    width: int = 16  # texts kept at each step; more gains nothing
    finalists: int = 8  # texts of each view that are compared across all views
    language_weight: float = 0.4  # exponent of the language model's probability
    length_bonus: float = 1.5  # per character (natural log); offsets the model's preference for short texts
    space_bonus: float = -0.5  # in place of `length_bonus`
    least_share: float = 0.003  # characters with less probability at a step are not followed
    blank_share: float = 0.998  # a step with at least this probability of the blank adds no character

    def bonus(self, symbol: str) -> float:
        """Return the bonus for appending `symbol` to a text (natural logarithm)."""
        return self.space_bonus if symbol == " " else self.length_bonus


DEFAULT = BeamSettings()


@dataclass(frozen=True)
class Decoded:
    """A text and how well it fits.

    `score` is the natural logarithm of its weighted probability, `runner_up`
    that of the best different text, -inf if there was none.
    """

    text: str
    score: float
    runner_up: float


def decode(line: Line, model: CharacterModel, settings: BeamSettings = DEFAULT) -> Decoded:
    """Return the most likely text of a line that has `log_probs`, in the case in which it was written."""
    assert line.log_probs is not None
    probabilities = np.exp(line.log_probs)
    folded = fold_case(probabilities, line.alphabet, model.symbols)
    (best, score), *others = _search(folded, model, settings)
    cased = restore_case(best, folded, probabilities, line.alphabet, model.symbols)
    return Decoded(cased, score, others[0][1] if others else -np.inf)


def decode_views(views: Sequence[Line], model: CharacterModel, settings: BeamSettings = DEFAULT) -> Decoded:
    """Return the most likely text given several views of the same writing, each with `log_probs`.

    The probabilities of a text are averaged over the views: a clear view
    outweighs several unclear ones, and two that agree outweigh one that differs.
    """
    probabilities = [np.exp(view.log_probs) for view in views if view.log_probs is not None]
    folded = [
        fold_case(output, view.alphabet, model.symbols)
        for output, view in zip(probabilities, views, strict=True)
    ]
    texts = sorted(
        {text for output in folded for text, _ in _search(output, model, settings)[: settings.finalists]}
    )
    labels = [[model.symbols.index(character) + 1 for character in text] for text in texts]
    fits = np.array(
        [ctc_log_likelihoods(np.log(np.maximum(output, LEAST_PROBABILITY)), labels) for output in folded]
    )
    language = np.array([_language_score(text, model, settings) for text in texts])
    scores = np.logaddexp.reduce(fits, axis=0) - log(len(views)) + language
    first, *others = np.argsort(-scores)
    clearest = int(fits[:, first].argmax())
    cased = restore_case(
        texts[first], folded[clearest], probabilities[clearest], views[clearest].alphabet, model.symbols
    )
    return Decoded(cased, float(scores[first]), float(scores[others[0]]) if others else -np.inf)


def _language_score(text: str, model: CharacterModel, settings: BeamSettings) -> float:
    """Return what `_search` adds to the logarithm of a text's own probability."""
    bonus = sum(settings.bonus(symbol) for symbol in text)
    rows = [model.log_row(text[:i])[model.symbols.index(symbol)] for i, symbol in enumerate(text + " ")]
    return bonus + settings.language_weight * float(sum(rows[: len(text) + bool(text)]))


def _search(
    folded: NDArray[np.float32], model: CharacterModel, settings: BeamSettings
) -> list[tuple[str, float]]:
    """Return texts without case and their log scores, best first."""
    beams: dict[str, _Prefix] = {"": (1.0, 0.0)}
    scale = 0.0  # logarithm of what was divided out so that the probabilities stay near 1
    label_of = {symbol: label for label, symbol in enumerate(model.symbols, start=1)}
    may_grow = (folded[:, BLANK] < settings.blank_share).tolist()
    # Plain Python floats: looking up a million array elements would take longer than the arithmetic.
    for step, grows in zip(folded.tolist(), may_grow, strict=True):
        labels = [i for i, share in enumerate(step) if share > settings.least_share and i] if grows else []
        grown = {text: _without_growth(text, prefix, step, label_of) for text, prefix in beams.items()}
        if labels:
            _grow(grown, beams, [(model.symbols[i - 1], i - 1, step[i]) for i in labels], model, settings)
        kept = sorted(grown.items(), key=_total, reverse=True)[: settings.width]
        top = _total(kept[0])
        scale += log(top)
        beams = {text: (on_blank / top, on_last / top) for text, (on_blank, on_last) in kept}
    return _with_word_end(beams, model, settings, scale)


def _grow(
    grown: dict[str, _Prefix],
    beams: dict[str, _Prefix],
    candidates: list[tuple[str, int, float]],
    model: CharacterModel,
    settings: BeamSettings,
) -> None:
    """Add to `grown` every text of `beams` followed by one of the candidates.

    A candidate is a symbol, its index in the model, and its probability at this step.
    """
    weight = settings.language_weight
    with_bonus = [(*candidate, settings.bonus(candidate[0])) for candidate in candidates]
    for text, (on_blank, on_last) in beams.items():
        last, row = text[-1:], model.log_row(text)
        for symbol, index, probability, bonus in with_bonus:
            start = on_blank if symbol == last else on_blank + on_last  # a repeated letter needs a blank
            if start == 0.0 or (symbol == " " and last in ("", " ")):
                continue
            factor = exp(weight * float(row[index]) + bonus)
            b, n = grown.get(text + symbol, (0.0, 0.0))
            grown[text + symbol] = (b, n + start * probability * factor)


def _without_growth(text: str, prefix: _Prefix, step: list[float], label_of: dict[str, int]) -> _Prefix:
    """Return the probabilities of a text after a step that adds no character to it."""
    on_blank, on_last = prefix
    repeated = on_last * step[label_of[text[-1]]] if text else 0.0
    return (on_blank + on_last) * step[BLANK], repeated


def _total(item: tuple[str, _Prefix]) -> float:
    on_blank, on_last = item[1]
    return on_blank + on_last


def _with_word_end(
    beams: dict[str, _Prefix], model: CharacterModel, settings: BeamSettings, scale: float
) -> list[tuple[str, float]]:
    """Return texts without trailing spaces and their scores including the end of the last word."""
    end = model.symbols.index(" ")
    scores: dict[str, float] = {}
    for text, prefix in beams.items():
        total = sum(prefix)
        if total <= 0:
            continue
        needs_end = text and not text.endswith(" ")
        ending = settings.language_weight * float(model.log_row(text)[end]) if needs_end else 0.0
        stripped = text.rstrip(" ")
        scores[stripped] = max(scale + log(total) + ending, scores.get(stripped, -np.inf))
    return sorted(scores.items(), key=lambda item: -item[1])
