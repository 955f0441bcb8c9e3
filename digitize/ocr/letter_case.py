"""Upper and lower case around a decoder that works without case.

Before decoding, the probabilities of both cases of a letter are added up, so
that the language model helps block capitals as much as other writing.
Afterwards the decoded text gets the case in which it was written.
"""

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from digitize.ocr.ctc import BLANK, LEAST_PROBABILITY

Probabilities = NDArray[np.float32]

# The recogniser does not know ß and reads these letters instead; the share is how much of their probability
# may be a ß.  Measured on German street and place names by nine writers; on nine others it gained as much
# (1 to 2 words in a hundred).
SHARP_S_SHARES = {"B": 1.0, "b": 0.1, "p": 0.03}
_SHARP_S_AS_B = re.compile(r"(?<=[a-zäöü])B")  # no word continues with a capital B: StraBe
_CAPITAL_AS_SHARP_S = re.compile(r"(?<!stra)ß", re.IGNORECASE)  # in capitals it is a B, except in STRAßE


def fold_case(probabilities: Probabilities, alphabet: str, symbols: str) -> Probabilities:
    """Return the probabilities (steps, 1 + symbols) of characters without case, the CTC blank first."""
    lower, upper = _case_labels(alphabet, symbols)
    padded = np.pad(probabilities, ((0, 0), (0, 1)))  # the last column stands for "not in the alphabet"
    folded = padded[:, lower] + padded[:, upper]
    if "ß" in symbols:
        for letter, share in SHARP_S_SHARES.items():
            if letter in alphabet:
                folded[:, symbols.index("ß") + 1] += share * probabilities[:, alphabet.index(letter) + 1]
    return folded


@lru_cache(maxsize=8)
def _case_labels(alphabet: str, symbols: str) -> tuple[list[int], list[int]]:
    """Return for every symbol its label in lower and in upper case, -1 where there is none."""
    lower, upper = [BLANK], [-1]
    for symbol in symbols:
        label = alphabet.find(symbol) + 1
        capital = alphabet.find(symbol.upper()) + 1 if len(symbol.upper()) == 1 else 0
        lower.append(label or -1)
        upper.append(capital if capital and capital != label else -1)
    return lower, upper


def restore_case(
    text: str, folded: Probabilities, probabilities: Probabilities, alphabet: str, symbols: str
) -> str:
    """Return `text` in the case in which it was written.

    Each character takes the case that is more probable at its own steps.  Then
    every word is made consistent: all capitals, or a capital at its start only.
    """
    cased = []
    for character, steps in zip(text, align(text, folded, symbols), strict=True):
        upper = alphabet.find(character.upper()) + 1 if len(character.upper()) == 1 else 0
        lower = alphabet.find(character) + 1
        is_capital = (
            upper and upper != lower and probabilities[steps, upper].max() > probabilities[steps, lower].max()
        )
        cased.append(character.upper() if is_capital else character)
    return " ".join(consistent_case(word) for word in "".join(cased).split(" "))


def consistent_case(word: str) -> str:
    """Return `word` in capitals if most of its letters are, else with a capital at most at its start."""
    letters = [character for character in word if character.isalpha()]
    capitals = sum(character.isupper() for character in letters)
    if len(letters) > 1 and capitals > len(letters) / 2:
        return "ß".join(part.upper() for part in _CAPITAL_AS_SHARP_S.sub("B", word).split("ß"))
    word = _SHARP_S_AS_B.sub("ß", word)
    return re.sub(r"(?<=[^\W\d_])[^\W\d_]+", lambda rest: rest.group().lower(), word)


def align(text: str, folded: Probabilities, symbols: str) -> list[slice]:
    """Return the steps of each character of `text` on its most probable CTC path (Viterbi algorithm)."""
    labels = [symbols.index(character) + 1 for character in text]
    states = np.array([BLANK] + [state for label in labels for state in (label, BLANK)])
    emitted = np.log(np.maximum(folded[:, states], LEAST_PROBABILITY)).astype(np.float64)
    skip = np.full(len(states), -np.inf)
    skip[2:][(states[2:] != BLANK) & (states[2:] != states[:-2])] = 0.0
    reached = np.full(len(states) + 2, -np.inf)  # state s in element s + 2
    reached[2:4] = emitted[0, :2]
    score = reached[2:]
    moves = np.zeros(emitted.shape, dtype=np.int64)
    for step in range(1, len(emitted)):
        from_previous, from_last_but_one = reached[1:-1], reached[:-2] + skip
        best = np.maximum(score, from_previous)
        moves[step] = np.where(from_last_but_one > best, 2, from_previous > score)
        score[:] = np.maximum(best, from_last_but_one) + emitted[step]
    state = len(states) - 1 if len(states) == 1 or score[-1] >= score[-2] else len(states) - 2
    path = np.zeros(len(emitted), dtype=np.int64)
    for step in range(len(emitted) - 1, -1, -1):
        path[step] = state
        state -= int(moves[step, state])
    return [_steps_of(path, 2 * index + 1) for index in range(len(text))]


def _steps_of(path: NDArray[np.int64], state: int) -> slice:
    steps = np.flatnonzero(path == state)
    return slice(int(steps[0]), int(steps[-1]) + 1) if steps.size else slice(0, 1)
