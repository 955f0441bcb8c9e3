"""Recogniser output given step by step, for tests of the decoder."""

import numpy as np

from digitize.ocr.ctc import greedy_text
from digitize.ocr.engines import Line

ALPHABET = "abeilmnorstuABEILMNORSTUß -1,"

Step = dict[str, float]


def line_of(*steps: Step) -> Line:
    """Return a line whose steps give characters these probabilities; "" is the blank and gets the rest."""
    table = np.full((len(steps), len(ALPHABET) + 1), 1e-7)
    for row, step in zip(table, steps, strict=True):
        for character, share in step.items():
            row[ALPHABET.index(character) + 1 if character else 0] = share
        row[0] += max(0.0, 1 - row.sum())
    log_probs = np.log(table / table.sum(axis=1, keepdims=True)).astype(np.float32)
    return Line(greedy_text(log_probs, ALPHABET), 0.9, log_probs, ALPHABET)


def steps_of(text: str, share: float = 0.97) -> list[Step]:
    """Return a step for each character, seen with probability `share`, and a blank after each."""
    return [step for character in text for step in ({character: share}, {"": 0.99})]
