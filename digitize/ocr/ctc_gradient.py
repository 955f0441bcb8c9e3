"""The gradient of the CTC loss, to train the last layer of a recogniser without a framework."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitize.ocr.ctc import BLANK

Scores = NDArray[np.float64]


def ctc_gradient(
    log_probs: NDArray[np.float32], steps: Sequence[int], labels: Sequence[Sequence[int]]
) -> tuple[Scores, Scores]:
    """Return the CTC loss of each line and its derivative by the scores before the softmax.

    `log_probs` is (lines, steps, classes), of which the first `steps[i]` steps belong to line i; `labels`
    are classes other than the blank.  The derivative has the shape of `log_probs` and is 0 for steps that
    do not belong to a line, and for lines with more labels than fit into their steps, whose loss is inf.
    Forward-backward algorithm of Graves et al. 2006, "Connectionist temporal classification", section 4.1.
    """
    classes, skips = _states(labels)
    lines, length, _ = log_probs.shape
    emitted = np.take_along_axis(log_probs.astype(np.float64), classes[:, None, :], axis=2)
    ends = np.array([2 * len(label) for label in labels])
    forward = _forward(emitted, skips)
    loss = np.empty(lines)
    gradient = np.zeros(log_probs.shape)
    backward = _backward(emitted, skips, np.asarray(steps), ends)
    for i, (count, end) in enumerate(zip(steps, ends, strict=True)):
        last = forward[i, count - 1]
        likelihood = np.logaddexp(last[end], last[end - 1]) if end else last[0]
        loss[i] = -likelihood
        if not np.isfinite(likelihood):
            continue
        gradient[i, :count] = np.exp(log_probs[i, :count])
        occupied = np.exp(forward[i, :count] + backward[i, :count] - likelihood)
        np.subtract.at(gradient[i].T, classes[i], np.pad(occupied, ((0, length - count), (0, 0))).T)
    return loss, gradient


def _states(labels: Sequence[Sequence[int]]) -> tuple[NDArray[np.intp], Scores]:
    """Return the class of each state, and 0 where it may follow the state before the last, else -inf."""
    states = 2 * max(len(label) for label in labels) + 1
    classes = np.full((len(labels), states), BLANK)
    for row, label in enumerate(labels):
        classes[row, 1 : 2 * len(label) : 2] = label
    skips = np.full(classes.shape, -np.inf)
    skips[:, 2:][(classes[:, 2:] != BLANK) & (classes[:, 2:] != classes[:, :-2])] = 0.0
    return classes, skips


def _forward(emitted: Scores, skips: Scores) -> Scores:
    """Return the log-probability of all ways to each state, its own emission included."""
    lines, length, states = emitted.shape
    reached = np.full((lines, length, states), -np.inf)
    reached[:, 0, :2] = emitted[:, 0, :2]
    for step in range(1, length):
        before = reached[:, step - 1]
        ways = before.copy()
        ways[:, 1:] = np.logaddexp(ways[:, 1:], before[:, :-1])
        ways[:, 2:] = np.logaddexp(ways[:, 2:], before[:, :-2] + skips[:, 2:])
        reached[:, step] = ways + emitted[:, step]
    return reached


def _backward(emitted: Scores, skips: Scores, steps: NDArray[np.intp], ends: NDArray[np.intp]) -> Scores:
    """Return the log-probability of all ways from each state to the end, its own emission left out."""
    lines, length, states = emitted.shape
    left = np.full((lines, length, states), -np.inf)
    rows = np.arange(lines)
    for step in range(length - 1, -1, -1):
        if step + 1 < length:
            after = left[:, step + 1] + emitted[:, step + 1]
            ways = after.copy()
            ways[:, :-1] = np.logaddexp(ways[:, :-1], after[:, 1:])
            ways[:, :-2] = np.logaddexp(ways[:, :-2], after[:, 2:] + skips[:, 2:])
            left[:, step] = ways
        last = steps == step + 1
        left[rows[last], step] = -np.inf
        left[rows[last], step, ends[last]] = 0.0
        written = last & (ends > 0)
        left[rows[written], step, ends[written] - 1] = 0.0
    return left
