"""The gradient of the CTC loss agrees with the loss itself, and with the likelihood used for reading."""

import numpy as np
import pytest

from digitize.ocr.ctc import ctc_log_likelihood
from digitize.ocr.ctc_gradient import ctc_gradient

LABELS = [[1, 1, 2], [3], [], [2, 1]]
STEPS = [7, 4, 5, 2]


def log_softmax(scores: np.ndarray) -> np.ndarray:
    return scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))


@pytest.fixture
def scores() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(4, 7, 5))


def test_loss_is_the_negative_log_likelihood(scores: np.ndarray) -> None:
    log_probs = log_softmax(scores)
    loss, _ = ctc_gradient(log_probs, STEPS, LABELS)
    for i, (steps, labels) in enumerate(zip(STEPS, LABELS, strict=True)):
        assert loss[i] == pytest.approx(-ctc_log_likelihood(log_probs[i, :steps], labels))


def test_gradient_agrees_with_differences(scores: np.ndarray) -> None:
    _, gradient = ctc_gradient(log_softmax(scores), STEPS, LABELS)
    tiny = 1e-5
    for line, step, of_class in np.ndindex(*scores.shape):
        moved = scores.copy()
        moved[line, step, of_class] += tiny
        more, _ = ctc_gradient(log_softmax(moved), STEPS, LABELS)
        moved[line, step, of_class] -= 2 * tiny
        less, _ = ctc_gradient(log_softmax(moved), STEPS, LABELS)
        assert gradient[line, step, of_class] == pytest.approx((more - less)[line] / (2 * tiny), abs=1e-5)


def test_text_that_does_not_fit_has_no_gradient(scores: np.ndarray) -> None:
    loss, gradient = ctc_gradient(log_softmax(scores[:1]), [2], [[1, 1, 2]])
    assert loss[0] == np.inf
    assert not gradient.any()
