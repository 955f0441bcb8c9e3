"""The likeliest text of a line, weighing what the recogniser saw against the language.

Prefix beam search over CTC output (Hannun et al. 2014, "First-pass large
vocabulary continuous speech recognition using bi-directional recurrent DNNs")
with a character model in place of a word list.  Search runs without
case, so block capitals profit as much; the case is put back at the end.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from digitize.ocr.ctc import BLANK, ctc_log_likelihoods
from digitize.ocr.engines import Line
from digitize.ocr.language import CharacterModel

BEAM = 16  # texts kept at each step; more gains nothing
FINALISTS = 8  # texts of each look that are compared in all of them
LANGUAGE_WEIGHT = 0.4  # exponent of the language model's probability
LENGTH_BONUS = 1.5  # per character, makes up for the language model's preference for short texts
SPACE_BONUS = -0.5  # in place of LENGTH_BONUS
LEAST_SHARE = 0.003  # characters less likely than this at a step are not followed
EMPTY_STEP = 0.998  # a step this surely blank adds no character
# The recogniser does not know ß and takes it for these: so much of their probability may be ß.  Compared on
# German street and place names of nine writers; nine others gained as much (1 to 2 words of a hundred).
SHARP_S_SHARES = {"B": 1.0, "b": 0.1, "p": 0.03}
SHARP_S_AS_B = re.compile(r"(?<=[a-zäöü])B")  # no word goes on with a capital B: StraBe

CAPITAL_AS_SHARP_S = re.compile(r"(?<!stra)ß", re.IGNORECASE)  # among capitals it is a B, but in STRAßE


@dataclass(frozen=True)
class Decoded:
    """A text and how well it fits.

    `score` is the logarithm of its weighted probability, `runner_up` that of
    the best different text (-inf where there was none).
    """

    text: str
    score: float
    runner_up: float


def decode(line: Line, model: CharacterModel, weight: float = LANGUAGE_WEIGHT) -> Decoded:
    """The text of a line that has `log_probs`, in the case it was written in."""
    assert line.log_probs is not None
    probabilities = np.exp(line.log_probs)
    folded = fold_case(probabilities, line.alphabet, model.symbols)
    beams = _search(folded, model, weight)
    (best, score), *others = beams
    cased = restore_case(best, folded, probabilities, line.alphabet, model.symbols)
    return Decoded(cased, score, others[0][1] if others else -np.inf)


def decode_looks(looks: Sequence[Line], model: CharacterModel, weight: float = LANGUAGE_WEIGHT) -> Decoded:
    """The text that several looks at the same writing make likeliest, each with `log_probs`.

    The looks' probabilities of a text are averaged: one clear look outvotes several
    unclear ones, and two that agree gain over one that differs.
    """
    probabilities = [np.exp(look.log_probs) for look in looks if look.log_probs is not None]
    folded = [
        fold_case(seen, look.alphabet, model.symbols) for seen, look in zip(probabilities, looks, strict=True)
    ]
    texts = sorted({text for look in folded for text, _ in _search(look, model, weight)[:FINALISTS]})
    labels = [[model.symbols.index(character) + 1 for character in text] for text in texts]
    fits = np.array([ctc_log_likelihoods(np.log(np.maximum(look, 1e-12)), labels) for look in folded])
    language = np.array([_language_score(text, model, weight) for text in texts])
    scores = np.logaddexp.reduce(fits, axis=0) - log(len(looks)) + language
    first, *others = np.argsort(-scores)
    seen = int(fits[:, first].argmax())
    cased = restore_case(texts[first], folded[seen], probabilities[seen], looks[seen].alphabet, model.symbols)
    return Decoded(cased, float(scores[first]), float(scores[others[0]]) if others else -np.inf)


def _language_score(text: str, model: CharacterModel, weight: float) -> float:
    """What `_search` adds to a text's own probability."""
    bonus = sum(SPACE_BONUS if symbol == " " else LENGTH_BONUS for symbol in text)
    rows = [model.log_row(text[:i])[model.symbols.index(symbol)] for i, symbol in enumerate(text + " ")]
    return bonus + weight * float(sum(rows[: len(text) + bool(text)]))


def _search(folded: NDArray[np.float32], model: CharacterModel, weight: float) -> list[tuple[str, float]]:
    """Folded texts with their log scores, the best first.

    Each text carries two probabilities: that it ended on a blank, and that it
    ended on its last character; the language model's factor is in both.
    """
    beams: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}
    scale = 0.0
    place = {symbol: i for i, symbol in enumerate(model.symbols, start=1)}
    may_grow = (folded[:, BLANK] < EMPTY_STEP).tolist()
    # Python's own numbers: a million look-ups in arrays would take longer than the sums.
    for step, grows in zip(folded.tolist(), may_grow, strict=True):
        likely = [i for i, share in enumerate(step) if share > LEAST_SHARE and i] if grows else ()
        followed = [(model.symbols[i - 1], i - 1, step[i]) for i in likely]
        grown = {text: _stayed(text, parts, step, place) for text, parts in beams.items()}
        for text, (on_blank, on_last) in beams.items() if followed else ():
            last, row = text[-1:], model.log_row(text)
            for symbol, i, probability in followed:
                start = on_blank if symbol == last else on_blank + on_last
                if start == 0.0 or (symbol == " " and last in ("", " ")):
                    continue
                bonus = SPACE_BONUS if symbol == " " else LENGTH_BONUS
                factor = exp(weight * float(row[i]) + bonus)
                b, n = grown.get(text + symbol, (0.0, 0.0))
                grown[text + symbol] = (b, n + start * probability * factor)
        kept = sorted(grown.items(), key=_weight, reverse=True)[:BEAM]
        top = _weight(kept[0])
        scale += log(top)
        beams = {text: (b / top, n / top) for text, (b, n) in kept}
    return _finished(beams, model, weight, scale)


def _stayed(
    text: str, parts: tuple[float, float], step: list[float], place: dict[str, int]
) -> tuple[float, float]:
    """A text's two probabilities after a step that adds no character to it."""
    on_blank, on_last = parts
    repeated = on_last * step[place[text[-1]]] if text else 0.0
    return (on_blank + on_last) * step[BLANK], repeated


def _weight(item: tuple[str, tuple[float, float]]) -> float:
    on_blank, on_last = item[1]
    return on_blank + on_last


def _finished(
    beams: dict[str, tuple[float, float]], model: CharacterModel, weight: float, scale: float
) -> list[tuple[str, float]]:
    """Scores with the last word's end, trailing spaces dropped."""
    end = model.symbols.index(" ")
    scores: dict[str, float] = {}
    for text, parts in beams.items():
        if sum(parts) <= 0:
            continue
        ending = 0.0 if text.endswith(" ") or not text else weight * float(model.log_row(text)[end])
        score = scale + log(sum(parts)) + ending
        stripped = text.rstrip(" ")
        scores[stripped] = max(score, scores.get(stripped, -np.inf))
    return sorted(scores.items(), key=lambda item: -item[1])


def fold_case(probabilities: NDArray[np.float32], alphabet: str, symbols: str) -> NDArray[np.float32]:
    """(steps, 1 + symbols): upper and lower case of a character taken together, the blank first."""
    lower, upper = _cases(alphabet, symbols)
    padded = np.pad(probabilities, ((0, 0), (0, 1)))  # the last column stands for "not in the alphabet"
    folded = padded[:, lower] + padded[:, upper]
    if "ß" in symbols:
        for letter, share in SHARP_S_SHARES.items():
            if letter in alphabet:
                folded[:, symbols.index("ß") + 1] += share * probabilities[:, alphabet.index(letter) + 1]
    return folded


@lru_cache(maxsize=8)
def _cases(alphabet: str, symbols: str) -> tuple[list[int], list[int]]:
    """For every symbol its class in lower and in upper case (-1: none)."""
    lower, upper = [BLANK], [-1]
    for symbol in symbols:
        label = alphabet.find(symbol) + 1
        capital = alphabet.find(symbol.upper()) + 1 if len(symbol.upper()) == 1 else 0
        lower.append(label or -1)
        upper.append(capital if capital and capital != label else -1)
    return lower, upper


def restore_case(
    text: str,
    folded: NDArray[np.float32],
    probabilities: NDArray[np.float32],
    alphabet: str,
    symbols: str,
) -> str:
    """`text` in the case in which it was written.

    Every character is traced to its steps; the more probable case there wins.
    Then words are made sensible: capitals throughout or only at their start.
    """
    written = []
    for character, steps in zip(text, align(text, folded, symbols), strict=True):
        upper = alphabet.find(character.upper()) + 1 if len(character.upper()) == 1 else 0
        lower = alphabet.find(character) + 1
        capital = (
            upper and upper != lower and probabilities[steps, upper].max() > probabilities[steps, lower].max()
        )
        written.append(character.upper() if capital else character)
    return " ".join(_word_case(word) for word in "".join(written).split(" "))


def _word_case(word: str) -> str:
    letters = [character for character in word if character.isalpha()]
    capitals = sum(character.isupper() for character in letters)
    if len(letters) > 1 and capitals > len(letters) / 2:
        return "ß".join(part.upper() for part in CAPITAL_AS_SHARP_S.sub("B", word).split("ß"))
    word = SHARP_S_AS_B.sub("ß", word)
    return re.sub(r"(?<=[^\W\d_])[^\W\d_]+", lambda rest: rest.group().lower(), word)


def align(text: str, folded: NDArray[np.float32], symbols: str) -> list[slice]:
    """The steps at which each character of `text` stands on the likeliest path (Viterbi)."""
    labels = [symbols.index(character) + 1 for character in text]
    states = np.array([BLANK] + [state for label in labels for state in (label, BLANK)])
    emitted = np.log(np.maximum(folded[:, states], 1e-12)).astype(np.float64)
    skip = np.full(len(states), -np.inf)
    skip[2:][(states[2:] != BLANK) & (states[2:] != states[:-2])] = 0.0
    reached = np.full(len(states) + 2, -np.inf)  # state s in element s + 2
    reached[2:4] = emitted[0, :2]
    score = reached[2:]
    moves = np.zeros(emitted.shape, dtype=np.int64)
    for at in range(1, len(emitted)):
        one, two = reached[1:-1], reached[:-2] + skip
        best = np.maximum(score, one)
        moves[at] = np.where(two > best, 2, one > score)
        score[:] = np.maximum(best, two) + emitted[at]
    state = len(states) - 1 if len(states) == 1 or score[-1] >= score[-2] else len(states) - 2
    path = np.zeros(len(emitted), dtype=np.int64)
    for at in range(len(emitted) - 1, -1, -1):
        path[at] = state
        state -= int(moves[at, state])
    return [_span(path, 2 * i + 1) for i in range(len(text))]


def _span(path: NDArray[np.int64], state: int) -> slice:
    steps = np.flatnonzero(path == state)
    return slice(int(steps[0]), int(steps[-1]) + 1) if steps.size else slice(0, 1)
