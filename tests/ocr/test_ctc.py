"""CTC decoding against its definition, path by path."""

from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from digitize.ocr.ctc import (
    ctc_log_likelihood,
    ctc_log_likelihoods,
    greedy_labels,
    greedy_text,
    labels_of,
)

CLASSES = 3  # the blank and two characters


def collapse(path: tuple[int, ...]) -> list[int]:
    return [label for label, _ in groupby(path) if label]


def by_all_paths(log_probs: NDArray[np.float32], labels: list[int]) -> float:
    """Return the sum over every path that collapses to the labels, which is the definition."""
    probabilities = np.exp(log_probs.astype(np.float64))
    total = sum(
        float(np.prod([probabilities[step, label] for step, label in enumerate(path)]))
        for path in product(range(log_probs.shape[1]), repeat=len(log_probs))
        if collapse(path) == labels
    )
    return float(np.log(total)) if total else -np.inf


@st.composite
def outputs(draw: st.DrawFn) -> NDArray[np.float32]:
    """Draw log-probabilities of 1 to 5 steps over three classes."""
    steps = draw(st.integers(1, 5))
    weights = draw(st.lists(st.integers(1, 1000), min_size=steps * CLASSES, max_size=steps * CLASSES))
    table = np.array(weights, dtype=np.float64).reshape(steps, CLASSES)
    return np.log(table / table.sum(axis=1, keepdims=True)).astype(np.float32)


@given(outputs(), st.lists(st.integers(1, CLASSES - 1), max_size=6))
def test_likelihood_is_the_sum_over_all_paths(log_probs: NDArray[np.float32], labels: list[int]) -> None:
    expected = by_all_paths(log_probs, labels)
    assert ctc_log_likelihood(log_probs, labels) == pytest.approx(expected, abs=1e-5)


@given(outputs(), st.lists(st.lists(st.integers(1, CLASSES - 1), max_size=6), min_size=1, max_size=6))
def test_candidates_together_score_as_each_alone(
    log_probs: NDArray[np.float32], candidates: list[list[int]]
) -> None:
    alone = [ctc_log_likelihood(log_probs, labels) for labels in candidates]
    assert ctc_log_likelihoods(log_probs, candidates) == pytest.approx(alone)


@given(outputs())
def test_probabilities_of_all_texts_sum_to_one(log_probs: NDArray[np.float32]) -> None:
    texts = {tuple(collapse(path)) for path in product(range(CLASSES), repeat=len(log_probs))}
    scores = ctc_log_likelihoods(log_probs, [list(text) for text in texts])
    assert np.exp(scores).sum() == pytest.approx(1, abs=1e-4)


def test_labels_that_do_not_fit_into_the_steps_are_impossible() -> None:
    log_probs = np.log(np.full((3, 2), 0.5, dtype=np.float32))
    assert ctc_log_likelihood(log_probs, [1, 1]) > -np.inf  # just enough steps for a blank between the two
    assert ctc_log_likelihood(log_probs, [1, 1, 1]) == -np.inf
    assert ctc_log_likelihoods(log_probs, []) == []


@pytest.mark.parametrize("least", [1e-2, 1e-6, 1e-12])
def test_texts_too_improbable_for_plain_floats_score_as_by_logarithms(least: float) -> None:
    """Of 60 steps that all show an a, texts without any a have a probability of about `least` ** 60."""
    shares = np.full((60, CLASSES), least)
    shares[:, 1] = 1 - (CLASSES - 1) * least
    log_probs = np.log(shares).astype(np.float32)
    for labels in ([1], [2], [1, 2], [2, 1, 2], [2] * 20, []):
        expected = by_logarithms(log_probs, labels)
        assert ctc_log_likelihood(log_probs, labels) == pytest.approx(expected, rel=1e-9)


def by_logarithms(log_probs: NDArray[np.float32], labels: list[int]) -> float:
    """The forward algorithm, state by state."""
    states = [0] + [state for label in labels for state in (label, 0)]
    reached = [-np.inf] * len(states)
    for t, step in enumerate(log_probs.astype(np.float64)):
        before, reached = reached, [-np.inf] * len(states)
        for s, label in enumerate(states):
            ways = [before[s]] + [before[s - 1]] * (s >= 1)
            if s >= 2 and label and label != states[s - 2]:
                ways.append(before[s - 2])
            start = 0.0 if t == 0 and s <= 1 else np.logaddexp.reduce(ways)
            reached[s] = float(start + step[label])
    return float(np.logaddexp.reduce(reached[-2:]))


def test_greedy_decoding_joins_repetitions_and_keeps_double_letters() -> None:
    path = [0, 1, 1, 0, 1, 2, 2, 0]
    log_probs = np.log(np.eye(3, dtype=np.float32)[path] * 0.9 + 0.03)
    assert greedy_labels(log_probs) == [1, 1, 2]
    assert greedy_text(log_probs, "an") == "aan"


def test_text_outside_the_alphabet_has_no_labels() -> None:
    assert labels_of("nan", "an") == [2, 1, 2]
    assert labels_of("Anna", "an") is None
