"""Lines as a recogniser gives them, made from a text and how clearly each character is seen."""

import numpy as np

from digitize.ocr.engines import Line

ALPHABET = "abcdefghijklmnopqrstuvwxyzäöüéèABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,'-"
RIVALS = {"o": "a", "e": "c", "a": "o", "n": "u", "r": "v", "l": "t", "t": "l", "s": "z", "6": "5", "d": "a"}
CLEAR = 0.999


def spelled(text: str, clear: int | None = None, doubt: float = 0.5) -> Line:
    """A line of `text`: a step for each character and a blank behind it.

    Characters from index `clear` on are seen with probability `doubt`, and
    look as much like a rival.
    """
    steps = np.full((2 * len(text), len(ALPHABET) + 1), 1e-6)
    for index, character in enumerate(text):
        surely = CLEAR if clear is None or index < clear else doubt
        steps[2 * index, ALPHABET.index(character) + 1] = surely
        steps[2 * index, ALPHABET.index(RIVALS.get(character, "x")) + 1] += 1 - surely
        steps[2 * index + 1, 0] = CLEAR
    steps /= steps.sum(axis=1, keepdims=True)
    best = steps.max(axis=1)[::2]
    return Line(text, float(np.exp(np.log(best).mean())), np.log(steps).astype(np.float32), ALPHABET)
