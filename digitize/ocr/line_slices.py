"""A part of a line as a line of its own: which steps of the recogniser's output show it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitize.ocr.ctc import BLANK
from digitize.ocr.engines import Line

LEAST_LOG = -1e9  # a path that cannot be


def part_of(line: Line, start: int, end: int) -> Line:
    """What shows `line.text[start:end]`, with its own probabilities and confidence.

    Engines without `log_probs` give the text with the whole line's confidence.
    """
    text = line.text[start:end]
    if line.log_probs is None or (start, end) == (0, len(line.text)):
        return replace(line, text=text)
    begins = first_steps(line)
    shown = line.log_probs[begins[start] if start else 0 : begins[end] if end < len(begins) else None]
    best = shown.max(axis=1)[shown.argmax(axis=1) != BLANK] if len(shown) else np.zeros(0)
    confidence = float(np.exp(best.mean())) if best.size else 0.0
    return Line(text, confidence, shown, line.alphabet)


def first_steps(line: Line) -> list[int]:
    """The step at which each character of a line's text begins.

    The likeliest way to spread the text over the steps (Viterbi's algorithm on
    the states of Graves et al. 2006).  Characters that the recogniser does not
    know begin with the one after them.
    """
    assert line.log_probs is not None
    labels = [line.alphabet.find(character) + 1 for character in line.text]
    known = [label for label in labels if label]
    classes = np.full(2 * len(known) + 1, BLANK)
    classes[1::2] = known
    states = _likeliest_states(line.log_probs.astype(np.float64), classes)
    begins = [int(np.searchsorted(states, 2 * index + 1)) for index in range(len(known))] + [len(states)]
    position = np.cumsum([0, *(bool(label) for label in labels)])
    return [begins[position[index]] for index in range(len(labels))]


def _likeliest_states(log_probs: NDArray[np.float64], classes: NDArray[np.intp]) -> NDArray[np.intp]:
    """The state at each step on the likeliest path, never falling; states are blank, character, blank, ..."""
    may_skip = (classes[2:] != BLANK) & (classes[2:] != classes[:-2])  # the blank between two characters
    reached = np.full(len(classes), LEAST_LOG)
    reached[:2] = log_probs[0][classes[:2]]
    came = np.zeros((len(log_probs), len(classes)), dtype=np.intp)  # how many states on from the last step
    for step in range(1, len(log_probs)):
        ways = np.full((3, len(classes)), LEAST_LOG)
        ways[0], ways[1, 1:], ways[2, 2:] = reached, reached[:-1], np.where(may_skip, reached[:-2], LEAST_LOG)
        came[step] = ways.argmax(axis=0)
        reached = ways.max(axis=0) + log_probs[step][classes]
    states = np.zeros(len(log_probs), dtype=np.intp)
    states[-1] = len(classes) - 1 - int(len(classes) > 1 and reached[-2] > reached[-1])
    for step in range(len(log_probs) - 1, 0, -1):
        states[step - 1] = states[step] - came[step, states[step]]
    return states
