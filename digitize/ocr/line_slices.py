"""Cut a line into parts, with the steps of the recogniser's output that show each part."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitize.ocr.ctc import BLANK
from digitize.ocr.engines import Line

IMPOSSIBLE = -1e9  # log-probability of a path that cannot be; finite, so that sums stay defined


def slice_line(line: Line, start: int, end: int) -> Line:
    """Return `line.text[start:end]` as a line with its own probabilities and confidence.

    Without `log_probs` the part keeps the confidence of the whole line.
    """
    text = line.text[start:end]
    if line.log_probs is None or (start, end) == (0, len(line.text)):
        return replace(line, text=text)
    first = first_steps(line)
    output = line.log_probs[first[start] if start else 0 : first[end] if end < len(first) else None]
    best = output.max(axis=1)[output.argmax(axis=1) != BLANK] if len(output) else np.zeros(0)
    confidence = float(np.exp(best.mean())) if best.size else 0.0
    return Line(text, confidence, output, line.alphabet)


def first_steps(line: Line) -> list[int]:
    """Return the step at which each character of a line's text begins.

    Uses the most probable way to spread the text over the steps (Viterbi's
    algorithm on the states of Graves et al. 2006).  A character that the
    recogniser does not know begins together with the one after it.
    """
    assert line.log_probs is not None
    labels = [line.alphabet.find(character) + 1 for character in line.text]
    known = [label for label in labels if label]
    classes = np.full(2 * len(known) + 1, BLANK)
    classes[1::2] = known
    states = _best_path(line.log_probs.astype(np.float64), classes)
    starts = [int(np.searchsorted(states, 2 * index + 1)) for index in range(len(known))] + [len(states)]
    position = np.cumsum([0, *(bool(label) for label in labels)])
    return [starts[position[index]] for index in range(len(labels))]


def _best_path(log_probs: NDArray[np.float64], classes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the state at each step of the most probable path; states alternate blank and character."""
    may_skip = (classes[2:] != BLANK) & (classes[2:] != classes[:-2])  # the blank between two characters
    reached = np.full(len(classes), IMPOSSIBLE)
    reached[:2] = log_probs[0][classes[:2]]
    moves = np.zeros((len(log_probs), len(classes)), dtype=np.intp)  # states advanced since the last step
    for step in range(1, len(log_probs)):
        ways = np.full((3, len(classes)), IMPOSSIBLE)
        ways[0], ways[1, 1:] = reached, reached[:-1]
        ways[2, 2:] = np.where(may_skip, reached[:-2], IMPOSSIBLE)
        moves[step] = ways.argmax(axis=0)
        reached = ways.max(axis=0) + log_probs[step][classes]
    states = np.zeros(len(log_probs), dtype=np.intp)
    states[-1] = len(classes) - 1 - int(len(classes) > 1 and reached[-2] > reached[-1])
    for step in range(len(log_probs) - 1, 0, -1):
        states[step - 1] = states[step] - moves[step, states[step]]
    return states
