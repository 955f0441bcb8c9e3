"""Match the lines of a cell with the lines of its text."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from digitize.learning.known_cells import KnownCell
from digitize.ocr.ctc import ctc_log_likelihoods, labels_of
from digitize.ocr.ppocr import FeatureNetwork
from digitize.ocr.split_lines import split_lines
from digitize.ocr.train_last_layer import SETTINGS, KnownLine, line_log_probs

# What stands in one line may have been typed in two, with or without a comma in between.
JOINTS = (", ", " ", ",")


def known_lines(cell: KnownCell, network: FeatureNetwork) -> list[KnownLine]:
    """Return the lines of a cell with what stands in each; none where the text does not fit the writing.

    That happens where a person typed something else than what is written, such as the address that ditto
    marks stand for.
    """
    best: list[KnownLine] = []
    least = SETTINGS.max_loss
    for crops in split_lines(cell.writing, cell.px_per_mm):
        features = [network.features(crop) for crop in crops]
        for texts in _ways_to_break(cell.text.split("\n"), len(crops)):
            loss, lines = _matched(features, texts, network)
            if loss < least:
                best, least = lines, loss
    return best


def _ways_to_break(lines: Sequence[str], count: int) -> Iterator[Sequence[str]]:
    if len(lines) == count:
        yield lines
    elif count == 1:
        for joint in JOINTS:
            yield [joint.join(lines)]


def _matched(
    features: Sequence[NDArray[np.float32]], texts: Sequence[str], network: FeatureNetwork
) -> tuple[float, list[KnownLine]]:
    """Return the largest loss per character of these lines, inf if they cannot read so, and the lines."""
    lines, losses = [], []
    for of_line, text in zip(features, texts, strict=True):
        labels = labels_of(text, network.alphabet)
        if not labels:
            return float("inf"), []
        [likelihood] = ctc_log_likelihoods(line_log_probs(network.last_layer, of_line), [labels])
        lines.append(KnownLine(of_line, tuple(labels)))
        losses.append(-likelihood / len(labels))
    return max(losses), lines
