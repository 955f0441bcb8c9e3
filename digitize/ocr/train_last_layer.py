"""Train the last layer of the recogniser on lines whose text is known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ocr.ctc import log_softmax
from digitize.ocr.ctc_gradient import ctc_gradient
from digitize.ocr.last_layer import LastLayer


@dataclass(frozen=True)
class KnownLine:
    """The input of the last layer (steps, features) for one line, and the classes of its characters."""

    features: NDArray[np.float32]
    labels: tuple[int, ...]


@dataclass(frozen=True)
class TrainingSettings:
    """Adam (Kingma and Ba 2015) with a moving average of the weights, as in `samples/training`."""

    learning_rate: float = 3e-3
    warm_up: int = 10  # steps until the learning rate is reached
    batch: int = 16  # lines
    first_decay: float = 0.9
    second_decay: float = 0.98
    smoothing: float = 0.95  # of the moving average
    max_loss: float = 4.0  # per character; more is a text that is not what stands there
    seed: int = 16


SETTINGS = TrainingSettings()


def checkpoints(
    layer: LastLayer, lines: Sequence[KnownLine], steps: Sequence[int]
) -> Iterator[tuple[int, LastLayer]]:
    """Train and yield (steps, layer) after each number of steps in `steps`, which ascend from 1."""
    rng = np.random.default_rng(SETTINGS.seed)
    values = np.vstack([layer.weights, layer.bias]).astype(np.float64)
    average, first, second = values.copy(), np.zeros_like(values), np.zeros_like(values)
    waiting: list[int] = []
    for step in range(1, max(steps) + 1):
        while len(waiting) < min(SETTINGS.batch, len(lines)):
            waiting += [int(i) for i in rng.permutation(len(lines))]
        batch = [lines[i] for i in waiting[: SETTINGS.batch]]
        del waiting[: SETTINGS.batch]
        gradient = _gradient(values, batch)
        first = SETTINGS.first_decay * first + (1 - SETTINGS.first_decay) * gradient
        second = SETTINGS.second_decay * second + (1 - SETTINGS.second_decay) * gradient**2
        mean, spread = first / (1 - SETTINGS.first_decay**step), second / (1 - SETTINGS.second_decay**step)
        rate = SETTINGS.learning_rate * min(1.0, step / SETTINGS.warm_up)
        values = values - rate * mean / (np.sqrt(spread) + 1e-8)
        average = SETTINGS.smoothing * average + (1 - SETTINGS.smoothing) * values
        if step in steps:
            rounded = average.astype(np.float32)
            yield step, LastLayer(rounded[:-1], rounded[-1], layer.base)


def line_log_probs(layer: LastLayer, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the log-probabilities (steps, classes) that the network gives with this last layer."""
    return log_softmax(features @ layer.weights + layer.bias).astype(np.float32)


def _gradient(values: NDArray[np.float64], batch: Sequence[KnownLine]) -> NDArray[np.float64]:
    """Return the derivative of the mean loss per character by weights and bias."""
    steps = [len(line.features) for line in batch]
    inputs = np.zeros((len(batch), max(steps), len(values)))
    for i, line in enumerate(batch):
        inputs[i, : steps[i], :-1] = line.features
        inputs[i, : steps[i], -1] = 1.0  # for the bias
    log_probs = log_softmax(inputs @ values)
    loss, gradient = ctc_gradient(log_probs.astype(np.float32), steps, [line.labels for line in batch])
    characters = np.array([max(1, len(line.labels)) for line in batch])
    weight = np.where(loss / characters <= SETTINGS.max_loss, 1.0 / characters, 0.0) / len(batch)
    return np.asarray(np.einsum("lsf,lsc->fc", inputs, gradient * weight[:, None, None], optimize=True))
