"""Text from the output of a CTC recogniser, and how well a given text fits it.

In connectionist temporal classification (Graves et al. 2006) a recogniser
gives, for every narrow step of the picture, a probability for each character
and for "no character here" (the blank, class 0).  The probability of a text is
the sum over all ways to spread its characters over the steps.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LogProbs = NDArray[np.float32]
FloatArray = NDArray[np.float64]

BLANK = 0
LEAST_PROBABILITY = 1e-12  # stands for 0 where a logarithm is taken
# Probabilities of texts above this are exact when they are computed without logarithms: what has fallen below
# the smallest float on the way is smaller by a factor of 1e50.
SAFE_PROBABILITY = 1e-250


def log_softmax(scores: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return natural log-probabilities of unnormalised scores, whose last axis has the classes."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def greedy_labels(log_probs: LogProbs) -> list[int]:
    """Return the most probable class of every step, without blanks and repetitions."""
    best = log_probs.argmax(axis=1)
    changed = np.concatenate([[True], best[1:] != best[:-1]])
    return [int(label) for label in best[changed & (best != BLANK)]]


def greedy_text(log_probs: LogProbs, alphabet: str) -> str:
    """Return the text of `greedy_labels`; class i is the character `alphabet[i - 1]`."""
    return "".join(alphabet[label - 1] for label in greedy_labels(log_probs))


def ctc_log_likelihood(log_probs: LogProbs, labels: Sequence[int]) -> float:
    """Return the natural logarithm of the probability that the line reads `labels`.

    `log_probs` is (steps, classes), `labels` are classes other than the blank.
    The result is -inf if the labels do not fit into the steps.
    """
    return ctc_log_likelihoods(log_probs, [labels])[0]


def ctc_log_likelihoods(log_probs: LogProbs, candidates: Sequence[Sequence[int]]) -> list[float]:
    """Return `ctc_log_likelihood` of many candidates in one pass over the steps.

    All candidates are padded to the longest and advance together: twenty cost
    little more than one.  Forward algorithm of Graves et al. 2006, section 4.1;
    with plain probabilities, and with logarithms for texts that are too
    improbable for that.
    """
    if not candidates:
        return []
    output = np.asarray(log_probs, dtype=np.float64)
    lengths = np.array([len(labels) for labels in candidates])
    states = 2 * int(lengths.max()) + 1
    classes = np.full((len(candidates), states), BLANK)
    for row, labels in enumerate(candidates):
        classes[row, 1 : 2 * len(labels) : 2] = labels
    # A character may follow another one without a blank between them only if the two differ.
    skips = np.zeros(classes.shape)
    skips[:, 2:][(classes[:, 2:] != BLANK) & (classes[:, 2:] != classes[:, :-2])] = 1.0
    skips[:, 1:2] = 1.0  # the first character may also come without a leading blank

    reached = np.zeros((len(candidates), states + 2))  # state s in column s + 2
    reached[:, 1] = 1.0  # "before the first step"
    for emitted in np.exp(output)[:, classes]:
        moved = reached[:, :-2] * skips
        moved += reached[:, 1:-1]
        reached[:, 2:] += moved
        reached[:, 2:] *= emitted
        reached[:, 1] = 0.0
    rows = np.arange(len(candidates))
    total = reached[rows, 2 * lengths + 2] + np.where(lengths, reached[rows, 2 * lengths + 1], 0.0)
    exact = total > SAFE_PROBABILITY
    scores = np.log(total, out=np.zeros_like(total), where=exact)
    if not exact.all():
        scores[~exact] = _in_logarithms(output, classes[~exact], skips[~exact], lengths[~exact])
    return [float(score) for score in scores]


def _in_logarithms(
    log_probs: FloatArray, classes: NDArray[np.intp], skips: FloatArray, lengths: NDArray[np.intp]
) -> list[float]:
    """Return the same with logarithms: several times slower, but nothing is too small for them."""
    with np.errstate(divide="ignore"):
        skips = np.log(skips)
    reached = np.full((len(classes), classes.shape[1] + 2), -np.inf)
    reached[:, 1] = 0.0
    for step in log_probs:
        from_same_or_previous = np.logaddexp(reached[:, 2:], reached[:, 1:-1])
        reached[:, 2:] = np.logaddexp(from_same_or_previous, reached[:, :-2] + skips) + step[classes]
        reached[:, 1] = -np.inf
    return [_end(reached[row, 2:], 2 * int(length)) for row, length in enumerate(lengths)]


def _end(reached: NDArray[np.float64], last: int) -> float:
    """Return the log-probability of ending on the last character or on the blank after it."""
    return float(np.logaddexp(reached[last], reached[last - 1])) if last else float(reached[0])


def labels_of(text: str, alphabet: str) -> list[int] | None:
    """Return the classes that spell `text`, None if a character is not in the alphabet."""
    labels = [alphabet.find(character) + 1 for character in text]
    return labels if all(labels) else None
