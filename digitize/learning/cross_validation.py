"""Train the last layer on known cells, and measure on other sheets whether it reads better.

Cross-validation by sheet: the sheets are dealt into folds; each is read by a layer trained on the others.
How long to train is chosen anew for every fold, on sheets set aside from those it is trained on, so that no
sheet has a say in how it is read.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rapidfuzz.distance import Levenshtein

from digitize.campaign.store.picture_files import private_files
from digitize.learning.known_cells import KnownCell
from digitize.learning.known_lines import known_lines
from digitize.learning.learned_file import FILE
from digitize.learning.state import SHEETS_MIN, TEXTS_MIN, Progress
from digitize.ocr.ctc import greedy_labels
from digitize.ocr.handwriting import read_cell
from digitize.ocr.language import LanguageModel
from digitize.ocr.last_layer import LastLayer
from digitize.ocr.ppocr import HANDWRITING_MODEL, FeatureNetwork, RapidReader
from digitize.ocr.train_last_layer import KnownLine, checkpoints, line_log_probs
from digitize.records import Role

FOLDS = 5
STEPS = (10, 20, 40, 60, 80, 120)
RESAMPLES = 2000
SURE_SHARE = 0.95  # of the resamples in which it must read better to be offered
_SEED = 7


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How well cells were read: edits and characters of the texts, exact texts, and cells."""

    edits: int = 0
    characters: int = 0
    exact: int = 0
    cells: int = 0

    @property
    def error_share(self) -> float:
        """Character error rate."""
        return self.edits / max(1, self.characters)

    @property
    def exact_share(self) -> float:
        return self.exact / max(1, self.cells)


@dataclass(frozen=True)
class Learned:
    """What was learned, and how names and addresses of unseen sheets were read before and after."""

    layer: LastLayer
    before: Mapping[Role, Accuracy]
    after: Mapping[Role, Accuracy]
    sheets: int
    lines: int
    better_share: float  # of the resamples of sheets in which `after` has fewer edits

    @property
    def is_better(self) -> bool:
        """Whether it surely reads better."""
        return self.better_share >= SURE_SHARE


@dataclass(frozen=True)
class _Sheet:
    cells: tuple[KnownCell, ...]
    lines: tuple[KnownLine, ...]


def learn(cells: Sequence[KnownCell], language: LanguageModel, progress: Progress) -> Learned | None:
    """Train and measure; None if there are too few sheets or cells."""
    network = FeatureNetwork()
    sheets = _sheets(cells, network)
    if len(sheets) < SHEETS_MIN or sum(len(sheet.cells) for sheet in sheets) < TEXTS_MIN:
        return None
    folds = [sheets[i::FOLDS] for i in range(FOLDS)]
    usual = RapidReader(HANDWRITING_MODEL)
    before: list[dict[Role, Accuracy]] = []
    after: list[dict[Role, Accuracy]] = []
    chosen = []
    for i, unseen in enumerate(folds):
        progress(i, FOLDS + 1)
        seen = [sheet for fold in folds[:i] + folds[i + 1 :] for sheet in fold]
        steps = _steps(network.last_layer, seen)
        reader = RapidReader(HANDWRITING_MODEL, _trained(network.last_layer, seen, steps), "learned")
        chosen.append(steps)
        for sheet in unseen:
            before.append(_accuracy(sheet.cells, usual, language))
            after.append(_accuracy(sheet.cells, reader, language))
    progress(FOLDS, FOLDS + 1)
    layer = _trained(network.last_layer, sheets, int(np.median(chosen)))
    progress(FOLDS + 1, FOLDS + 1)
    lines = sum(len(sheet.lines) for sheet in sheets)
    return Learned(layer, _sum(before), _sum(after), len(sheets), lines, _better_share(before, after))


def keep(learned: Learned, folder: Path) -> None:
    """Read the campaign in `folder` with what was learned from now on."""
    with private_files():
        learned.layer.save(folder / FILE)


def _sheets(cells: Sequence[KnownCell], network: FeatureNetwork) -> list[_Sheet]:
    """Return the sheets in an order independent of their names, without cells that do not fit."""
    found: dict[str, _Sheet] = {}
    for cell in cells:
        lines = known_lines(cell, network)
        if lines:
            sheet = found.get(cell.sheet, _Sheet((), ()))
            found[cell.sheet] = _Sheet((*sheet.cells, cell), (*sheet.lines, *lines))
    sheets = [found[name] for name in sorted(found)]
    return [sheets[i] for i in np.random.default_rng(_SEED).permutation(len(sheets))]


def _steps(layer: LastLayer, sheets: Sequence[_Sheet]) -> int:
    """Return how long to train: the number of steps after which sheets set aside are read best."""
    aside, rest = sheets[::4], [sheet for i, sheet in enumerate(sheets) if i % 4]
    known = [line for sheet in rest for line in sheet.lines]
    edits = {
        steps: sum(_edits(trained, line) for sheet in aside for line in sheet.lines)
        for steps, trained in checkpoints(layer, known, STEPS)
    }
    return min(edits, key=lambda steps: (edits[steps], steps))


def _trained(layer: LastLayer, sheets: Sequence[_Sheet], steps: int) -> LastLayer:
    [(_, trained)] = checkpoints(layer, [line for sheet in sheets for line in sheet.lines], (steps,))
    return trained


def _edits(layer: LastLayer, line: KnownLine) -> int:
    return Levenshtein.distance(greedy_labels(line_log_probs(layer, line.features)), line.labels)


def _accuracy(
    cells: Sequence[KnownCell], reader: RapidReader, language: LanguageModel
) -> dict[Role, Accuracy]:
    """Read the cells of a sheet as every page is read."""
    counted: dict[Role, Counter[str]] = {}
    for cell in cells:
        read = read_cell(cell.writing, cell.role, cell.px_per_mm, reader, language, cell.whole)
        text, truth = _comparable(read.reading.text), _comparable(cell.text)
        count = counted.setdefault(cell.role, Counter())
        count.update(
            edits=Levenshtein.distance(text, truth), characters=len(truth), exact=text == truth, cells=1
        )
    return {role: Accuracy(**count) for role, count in counted.items()}


def _comparable(text: str) -> str:
    """Return a text in one line without commas, which people set as they like."""
    return " ".join(text.replace(",", " ").split())


def _sum(sheets: Sequence[Mapping[Role, Accuracy]]) -> dict[Role, Accuracy]:
    total: dict[Role, Accuracy] = {}
    for sheet in sheets:
        for role, one in sheet.items():
            so_far = total.get(role, Accuracy())
            total[role] = Accuracy(
                so_far.edits + one.edits,
                so_far.characters + one.characters,
                so_far.exact + one.exact,
                so_far.cells + one.cells,
            )
    return total


def _better_share(
    before: Sequence[Mapping[Role, Accuracy]], after: Sequence[Mapping[Role, Accuracy]]
) -> float:
    """Return in which share of the resamples of sheets (bootstrap, Efron 1979) there are fewer edits."""
    saved = np.array(
        [
            sum(one.edits for one in old.values()) - sum(one.edits for one in new.values())
            for old, new in zip(before, after, strict=True)
        ]
    )
    drawn = np.random.default_rng(_SEED).integers(0, len(saved), (RESAMPLES, len(saved)))
    return float((saved[drawn].sum(axis=1) > 0).mean())
