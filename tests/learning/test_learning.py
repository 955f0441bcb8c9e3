"""Learning from corrections pays where a hand is unlike all others, and is not offered where it does not."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitize.images import Pixels
from digitize.learning.cross_validation import Learned, learn
from digitize.learning.known_cells import KnownCell
from digitize.learning.known_lines import known_lines
from digitize.learning.state import SHEETS_MIN, TEXTS_MIN
from digitize.ocr.language import load_language_model
from digitize.ocr.last_layer import LastLayer
from digitize.ocr.ppocr import FeatureNetwork
from digitize.records import Role

PX_PER_MM = 8.0
GIVEN = ("Anna", "Beat", "Claudia", "Dominik", "Erika", "Fabian", "Gian", "Hanna", "Iwan", "Jana", "Nina")
FAMILY = ("Ammann", "Bianchi", "Cantieni", "Egli", "Tanner", "Gerber", "Hunn", "Imhof", "Jenni", "Lenz")
AS_WRITTEN = str.maketrans("n", "u")  # as many people do


def written(text: str, dice: np.random.Generator) -> Pixels:
    """Write one line."""
    scale, thickness = 1.0, 2
    (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SCRIPT_COMPLEX, scale, thickness)
    page = np.full((height + below + 30, width + 120), 255, np.uint8)
    at = 60, height + 15
    cv2.putText(page, text, at, cv2.FONT_HERSHEY_SCRIPT_COMPLEX, scale, 0, thickness, cv2.LINE_AA)
    slant = 0.35 + dice.uniform(-0.03, 0.03)
    turned = np.array([[1.0, slant, -slant * page.shape[0] / 2], [dice.uniform(-0.01, 0.01), 1.0, 0.0]])
    size = page.shape[1], page.shape[0]
    return np.asarray(cv2.warpAffine(page, turned, size, borderValue=255.0), dtype=np.uint8)


def names(sheets: int, of_each: int) -> Iterator[KnownCell]:
    """Yield names in a hand whose n looks like u."""
    dice = np.random.default_rng(5)
    for sheet in range(sheets):
        for _ in range(of_each):
            text = f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}"
            picture = written(text.translate(AS_WRITTEN), dice)
            yield KnownCell(f"{sheet}.pdf", Role.NAME, text, picture, None, PX_PER_MM)


def trained(cells: Sequence[KnownCell]) -> Learned | None:
    return learn(cells, load_language_model(), lambda _done, _parts: None)


@pytest.fixture(scope="module")
def learned() -> Learned:
    found = trained(list(names(SHEETS_MIN, -(-TEXTS_MIN // SHEETS_MIN) + 1)))
    assert found is not None
    return found


def test_unseen_sheets_are_read_better(learned: Learned) -> None:
    before, after = learned.before[Role.NAME], learned.after[Role.NAME]
    assert before.cells == after.cells >= TEXTS_MIN
    assert before.error_share > 0.05, "the hand is hard to read"
    assert after.error_share < 0.7 * before.error_share
    assert learned.is_better


def test_texts_that_nobody_wrote_teach_nothing() -> None:
    cells = list(names(SHEETS_MIN, 8))
    others = [replace(cell, text=cells[i - 5].text) for i, cell in enumerate(cells)]
    found = trained(others)
    assert found is None or not found.is_better


def test_little_is_too_little() -> None:
    assert trained(list(names(SHEETS_MIN - 1, 20))) is None
    assert trained(list(names(SHEETS_MIN, 2))) is None


def test_two_typed_lines_may_stand_in_one() -> None:
    dice = np.random.default_rng(1)
    cell = KnownCell(
        "a", Role.ADDRESS, "Hauptweg 2\n3000 Bern", written("Hauptweg 2, 3000 Bern", dice), None, 8.0
    )
    network = FeatureNetwork()
    [line] = known_lines(cell, network)
    assert "".join(network.alphabet[label - 1] for label in line.labels) == "Hauptweg 2, 3000 Bern"
    assert known_lines(replace(cell, text="Somebody else"), network) == []


def test_what_was_learned_is_stored_and_found_again(learned: Learned, tmp_path: Path) -> None:
    path = tmp_path / "learned.npz"
    learned.layer.save(path)
    found = LastLayer.load(path)
    assert np.array_equal(found.weights, learned.layer.weights)
    assert found.base == learned.layer.base
