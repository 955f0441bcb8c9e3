"""Decode the recogniser's output with a language model.

Prefix beam search over CTC output (Hannun et al. 2014, "First-pass large
vocabulary continuous speech recognition using bi-directional recurrent DNNs")
with a character model in place of a word list.  The search ignores case; the
case is restored at the end (see `letter_case`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from digitize.ocr.ctc import BLANK, LEAST_PROBABILITY, ctc_log_likelihoods
from digitize.ocr.engines import Line
from digitize.ocr.language import CONTEXT_OF_NOTHING, CharacterModel, next_context
from digitize.ocr.letter_case import fold_case, restore_case

# Probability of the paths for a text that end on a blank, and of those that end on its last character, both
# with the factors of the language model; the label of that character (0 for the empty text); the end of the
# text that the language model looks at.  A plain tuple: thousands are made for every line.
_Prefix = tuple[float, float, int, str]
_FACTORS_KEPT = 30_000  # contexts of each language model, about 15 MB


@dataclass(frozen=True)
class BeamSettings:
    """Weights and limits of the search, tuned together."""

    width: int = 16  # texts kept at each step; more gains nothing
    finalists: int = 8  # texts of each view that are compared across all views
    language_weight: float = 0.4  # exponent of the language model's probability
    length_bonus: float = 1.5  # per character (natural log); offsets the model's preference for short texts
    space_bonus: float = -0.5  # in place of `length_bonus`
    # Per letter of a known word, natural logarithm.  Up to here names that are not known are read as well as
    # without a list; with 0.8, one in forty is turned into a known one that the ink resembles.
    known_bonus: float = 0.5
    proposals: int = 4  # texts with a kind of street of which the score is worked out
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


@dataclass(frozen=True)
class Searched:
    """The texts found for one line that has `log_probs`, without case and with their log scores, best first.

    `probabilities` are those of the line's characters, `folded` those of the model's symbols.
    """

    line: Line
    probabilities: NDArray[np.float32]
    folded: NDArray[np.float32]
    texts: Sequence[tuple[str, float]]

    @property
    def margin(self) -> float:
        """The score of the best text above that of the next one."""
        return self.texts[0][1] - self.texts[1][1] if len(self.texts) > 1 else np.inf


def search(line: Line, model: CharacterModel, settings: BeamSettings = DEFAULT) -> Searched:
    """Find the most likely texts of a line that has `log_probs`."""
    assert line.log_probs is not None
    probabilities = np.exp(line.log_probs)
    folded = fold_case(probabilities, line.alphabet, model.symbols)
    texts = _search(folded, model, settings)
    return Searched(line, probabilities, folded, _with_kinds_of_streets(texts, folded, model, settings))


def decode(line: Line, model: CharacterModel, settings: BeamSettings = DEFAULT) -> Decoded:
    """Return the most likely text of a line that has `log_probs`, in the case in which it was written."""
    return best_text(search(line, model, settings), model)


def best_text(found: Searched, model: CharacterModel) -> Decoded:
    """Return the most likely text in the case in which it was written."""
    (best, score), *others = found.texts
    cased = restore_case(best, found.folded, found.probabilities, found.line.alphabet, model.symbols)
    return Decoded(cased, score, others[0][1] if others else -np.inf)


def decode_views(
    views: Sequence[Searched], model: CharacterModel, settings: BeamSettings = DEFAULT
) -> Decoded:
    """Return the most likely text given what was found in several views of the same writing.

    The probabilities of a text are averaged over the views: a clear view
    outweighs several unclear ones, and two that agree outweigh one that differs.
    """
    texts = sorted({text for view in views for text, _ in view.texts[: settings.finalists]})
    labels = [[model.symbols.index(character) + 1 for character in text] for text in texts]
    fits = np.array(
        [ctc_log_likelihoods(np.log(np.maximum(view.folded, LEAST_PROBABILITY)), labels) for view in views]
    )
    language = np.array([_language_score(text, model, settings) for text in texts])
    scores = np.logaddexp.reduce(fits, axis=0) - log(len(views)) + language
    first, *others = np.argsort(-scores)
    clearest = views[int(fits[:, first].argmax())]
    cased = restore_case(
        texts[first], clearest.folded, clearest.probabilities, clearest.line.alphabet, model.symbols
    )
    return Decoded(cased, float(scores[first]), float(scores[others[0]]) if others else -np.inf)


def _with_kinds_of_streets(
    texts: list[tuple[str, float]],
    folded: NDArray[np.float32],
    model: CharacterModel,
    settings: BeamSettings,
) -> list[tuple[str, float]]:
    """Return the texts with the best one that has a kind of street where theirs has an unknown word."""
    known = {text for text, _ in texts}
    proposed = [
        text
        for text in dict.fromkeys(model.known.with_kind_of_street(texts[0][0]))
        if text not in known and set(text) <= set(model.symbols)
    ]
    if not proposed:
        return texts
    labels = [[model.symbols.index(character) + 1 for character in text] for text in proposed]
    fits = ctc_log_likelihoods(np.log(np.maximum(folded, LEAST_PROBABILITY)), labels)
    likeliest = sorted(zip(fits, proposed, strict=True), reverse=True)[: settings.proposals]
    scores = [fit + _language_score(text, model, settings) for fit, text in likeliest]
    score, (_, best) = max(zip(scores, likeliest, strict=True))
    return sorted([*texts, (best, score)], key=lambda found: -found[1])


def _language_score(text: str, model: CharacterModel, settings: BeamSettings) -> float:
    """Return what `_search` adds to the logarithm of a text's own probability."""
    bonus = sum(settings.bonus(symbol) for symbol in text) + _known_bonus(text, model, settings)
    rows = [model.log_row(text[:i])[model.symbols.index(symbol)] for i, symbol in enumerate(text + " ")]
    return bonus + settings.language_weight * float(sum(rows[: len(text) + bool(text)]))


def _known_bonus(text: str, model: CharacterModel, settings: BeamSettings) -> float:
    return settings.known_bonus * model.known.letters(text)


def _search(
    folded: NDArray[np.float32], model: CharacterModel, settings: BeamSettings
) -> list[tuple[str, float]]:
    """Return texts without case and their log scores, best first."""
    beams: dict[str, _Prefix] = {"": (1.0, 0.0, BLANK, CONTEXT_OF_NOTHING)}
    scale = 0.0  # logarithm of what was divided out so that the probabilities stay near 1
    factors, width = _factors(model, settings), settings.width
    grows = folded[:, BLANK] < settings.blank_share
    growing: list[list[int]] = [[] for _ in folded]  # the labels that may follow at each step
    for at, label in np.argwhere((folded[:, 1:] > settings.least_share) & grows[:, None]).tolist():
        growing[at].append(label + 1)
    # Plain Python floats: looking up a million array elements would take longer than the arithmetic.
    for step, labels in zip(folded.tolist(), growing, strict=True):
        blank = step[BLANK]
        grown = {
            text: ((on_blank + on_last) * blank, on_last * step[last], last, context)
            for text, (on_blank, on_last, last, context) in beams.items()
        }
        if not labels:
            beams = grown  # no more texts than before, and all about as likely as they were
            continue
        # A new text less likely than all known ones is not kept.
        least = min(prefix[0] + prefix[1] for prefix in grown.values()) if len(grown) >= width else 0.0
        _grow(grown, beams, [(model.symbols[i - 1], i, step[i]) for i in labels], factors, least)
        best = sorted(grown.items(), key=_total, reverse=True)[:width]
        top = _total(best[0])
        scale += log(top)
        beams = {
            text: (on_blank / top, on_last / top, last, context)
            for text, (on_blank, on_last, last, context) in best
        }
    return _with_word_end(beams, model, settings, scale)


def _total(found: tuple[str, _Prefix]) -> float:
    return found[1][0] + found[1][1]


def _grow(
    grown: dict[str, _Prefix],
    beams: dict[str, _Prefix],
    candidates: list[tuple[str, int, float]],
    factors: "_Factors",
    least: float,
) -> None:
    """Add to `grown` every text of `beams` followed by one of the candidates, if it gets more than `least`.

    A candidate is a symbol, its label, and its probability at this step.
    """
    for text, (on_blank, on_last, last, context) in beams.items():
        known, space_ends_word = factors[context], text and not text.endswith(" ")
        total = on_blank + on_last
        for symbol, label, probability in candidates:
            start = on_blank if label == last else total  # a repeated letter needs a blank
            if start == 0.0 or (symbol == " " and not space_ends_word):
                continue
            factor = known.get(label)
            if factor is None:
                factor = known[label] = factors.of(context, label)
            longer = text + symbol
            gain = start * probability * factor
            before = grown.get(longer)
            if before is not None:
                grown[longer] = (before[0], before[1] + gain, label, before[3])
            elif gain > least:
                grown[longer] = (0.0, gain, label, next_context(context, symbol))


class _Factors(dict[str, dict[int, float]]):
    """What a text's probability is multiplied with when a label follows a context, by context and label."""

    def __init__(self, model: CharacterModel, settings: BeamSettings) -> None:
        self._model, self._weight = model, settings.language_weight
        self._bonuses = [0.0, *(settings.bonus(symbol) for symbol in model.symbols)]

    def __missing__(self, context: str) -> dict[int, float]:
        if len(self) >= _FACTORS_KEPT:
            self.clear()
        return self.setdefault(context, {})

    def of(self, context: str, label: int) -> float:
        share = float(self._model.log_row(context)[label - 1])
        return exp(self._weight * share + self._bonuses[label])


@lru_cache(maxsize=4)
def _factors(model: CharacterModel, settings: BeamSettings) -> _Factors:
    return _Factors(model, settings)


def _with_word_end(
    beams: dict[str, _Prefix], model: CharacterModel, settings: BeamSettings, scale: float
) -> list[tuple[str, float]]:
    """Return texts without trailing spaces and their scores including the last word's end and known words."""
    end = model.symbols.index(" ")
    scores: dict[str, float] = {}
    for text, prefix in beams.items():
        total = prefix[0] + prefix[1]
        if total <= 0:
            continue
        needs_end = text and not text.endswith(" ")
        ending = settings.language_weight * float(model.log_row(text)[end]) if needs_end else 0.0
        stripped = text.rstrip(" ")
        score = scale + log(total) + ending + _known_bonus(stripped, model, settings)
        scores[stripped] = max(score, scores.get(stripped, -np.inf))
    return sorted(scores.items(), key=lambda item: -item[1])
