"""Lines with recogniser output, made from a text and how clearly each character is seen."""

import numpy as np

from digitize.ocr.engines import Line

ALPHABET = "abcdefghijklmnopqrstuvwxyzäöüéèABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,'-"
RIVALS = {"o": "a", "e": "c", "a": "o", "n": "u", "r": "v", "l": "t", "t": "l", "s": "z", "6": "5", "d": "a"}
CLEAR = 0.999  # probability of a character that is seen clearly


def spelled(text: str, clear: int | None = None, doubt: float = 0.5) -> Line:
    """Return a line of `text` with one step for each character, each followed by a blank.

    Characters from index `clear` on have the probability `doubt`; the rest of it
    goes to a rival that looks like them.
    """
    steps = np.full((2 * len(text), len(ALPHABET) + 1), 1e-6)
    for index, character in enumerate(text):
        probability = CLEAR if clear is None or index < clear else doubt
        steps[2 * index, ALPHABET.index(character) + 1] = probability
        steps[2 * index, ALPHABET.index(RIVALS.get(character, "x")) + 1] += 1 - probability
        steps[2 * index + 1, 0] = CLEAR
    steps /= steps.sum(axis=1, keepdims=True)
    best = steps.max(axis=1)[::2]
    return Line(text, float(np.exp(np.log(best).mean())), np.log(steps).astype(np.float32), ALPHABET)
