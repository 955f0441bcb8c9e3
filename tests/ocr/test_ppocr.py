"""The shipped recogniser on handwriting fonts, and models supplied by the user."""

import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from digitize.errors import ReaderFailed
from digitize.ocr.ctc import ctc_log_likelihood, greedy_text, labels_of
from digitize.ocr.engines import Reader
from digitize.ocr.open_reader import open_reader
from digitize.ocr.ppocr import RapidReader, as_log_probs, network_input
from tests.ocr.written import written


@pytest.fixture(scope="module")
def reader() -> Reader:
    return open_reader("rapid")


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("Zoé Häberli-Küng", "arimo-regular"),
        ("8400 Winterthur", "patrick-hand"),
        ("Françoise Dürrenmatt", "kalam"),
        ("BERNASCONI", "architects-daughter"),
        ("Via Cantonale 12", "indie-flower"),
    ],
)
def test_handwriting_is_read(reader: Reader, text: str, font: str) -> None:
    line = reader.read_line(written(text, font=font)[15:80])
    assert Levenshtein.normalized_distance(line.text, text) <= 0.1
    assert line.confidence > 0.8


def test_log_probabilities_fit_the_text(reader: Reader) -> None:
    line = reader.read_line(written("Regula Gut")[15:80])
    assert line.log_probs is not None
    assert line.log_probs.dtype == np.float32
    assert line.log_probs.shape[1] == len(line.alphabet) + 1
    assert np.exp(line.log_probs).sum(axis=1) == pytest.approx(1, abs=0.02)
    assert greedy_text(line.log_probs, line.alphabet) == line.text
    right, wrong = (labels_of(text, line.alphabet) for text in (line.text, "Regula Hut"))
    assert right and wrong
    assert ctc_log_likelihood(line.log_probs, right) >= line.log_probs.max(axis=1).sum() - 1e-3
    assert ctc_log_likelihood(line.log_probs, right) > ctc_log_likelihood(line.log_probs, wrong) + 1


def test_name_contains_model_and_engine(reader: Reader) -> None:
    assert reader.name.startswith("rapid handwriting ")
    assert "openvino" in reader.name
    assert reader.name == open_reader("rapid").name


@pytest.mark.parametrize("shape", [(0, 10), (10, 0), (1, 1), (2, 900), (900, 2), (48, 5000)])
def test_blank_crop_of_any_shape_reads_empty(reader: Reader, shape: tuple[int, int]) -> None:
    assert reader.read_line(np.full(shape, 255, dtype=np.uint8)).text == ""


def test_input_is_scaled_and_padded() -> None:
    tensor = network_input(np.zeros((24, 200), dtype=np.uint8))
    assert tensor.shape == (1, 3, 48, 400)
    assert (tensor[..., :400] == -1).all()
    narrow = network_input(np.full((96, 100), 255, dtype=np.uint8))
    assert narrow.shape == (1, 3, 48, 320)
    assert (narrow[..., :50] == 1).all()
    assert (narrow[..., 50:] == 0).all()


def test_any_kind_of_output_becomes_log_probabilities() -> None:
    scores = np.array([[1.0, 2.0, -3.0], [0.5, 0.0, 4.0]], dtype=np.float32)
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    expected = np.log(probabilities)
    for output in (scores, probabilities, expected):
        assert as_log_probs(output.astype(np.float32)) == pytest.approx(expected, abs=1e-5)


def copied_model(folder: Path, characters: str) -> Path:
    shipped = Path(str(resources.files("digitize.data") / "recogniser.onnx"))
    shutil.copy(shipped, folder / "own.onnx")
    (folder / "own_characters.txt").write_text(characters, encoding="utf-8")
    return folder / "own.onnx"


def shipped_characters() -> str:
    return (resources.files("digitize.data") / "recogniser_characters.txt").read_text(encoding="utf-8")


def test_model_whose_character_list_lacks_the_space_is_accepted(tmp_path: Path) -> None:
    """Lists of the PP-OCR family omit the space, their last character."""
    path = copied_model(tmp_path, shipped_characters().removesuffix(" \n"))
    line = RapidReader(path).read_line(written("Regula Gut")[15:80])
    assert line.text == "Regula Gut"


def test_model_without_its_characters_is_refused(tmp_path: Path) -> None:
    path = copied_model(tmp_path, "a\nb\n")
    with pytest.raises(ReaderFailed, match=r"163 characters.*lists 2"):
        RapidReader(path)
    (tmp_path / "own_characters.txt").unlink()
    with pytest.raises(ReaderFailed, match=r"needs .*own.onnx and own_characters.txt"):
        RapidReader(path)


def test_file_that_is_not_a_model_is_refused(tmp_path: Path) -> None:
    path = copied_model(tmp_path, shipped_characters())
    path.write_bytes(b"not a model")
    with pytest.raises(ReaderFailed, match="not an ONNX model"):
        RapidReader(path)


def test_unknown_reader_is_refused() -> None:
    with pytest.raises(ValueError, match="rapid, tesseract"):
        open_reader("oracle")
