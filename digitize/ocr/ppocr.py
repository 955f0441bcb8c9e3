"""The recogniser: PP-OCRv6 small, reduced to Latin characters, run by OpenVINO.

The network is PaddlePaddle's PP-OCRv6_rec_small (Apache-2.0).  It ships twice:
as reduced by `samples/build_data/make_model.py`, for print, and trained further
on synthetic handwriting by `samples/training/tune_model.py`.  The second reads
handwriting better, but also finds letters in scribbles over print.
"""

from functools import lru_cache
from importlib import resources
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.errors import ReaderFailed
from digitize.images import Pixels
from digitize.ocr.ctc import LEAST_PROBABILITY, greedy_text, log_softmax
from digitize.ocr.engines import Line, characters_of, model_mark
from digitize.ocr.last_layer import LastLayer, add_features, last_layer_of, replace_last_layer
from digitize.ocr.openvino_offline import openvino

_DATA = Path(str(resources.files("digitize.data")))
HANDWRITING_MODEL, PRINT_MODEL = _DATA / "handwriting.onnx", _DATA / "recogniser.onnx"
INPUT_HEIGHT_PX = 48  # fixed by the network
INPUT_WIDTH_MIN_PX = 320  # the network was trained on this width: narrower input is read worse
INPUT_WIDTH_STEP_PX = 80  # OpenVINO takes 12 ms to prepare each new width, so only few widths are used
INPUT_WIDTH_MAX_PX = 3200  # limits the memory; nothing 67 times as wide as high is a line of text
INPUT_SHAPES = [(1, 3, INPUT_HEIGHT_PX, INPUT_WIDTH_MIN_PX + i * INPUT_WIDTH_STEP_PX) for i in range(2)]

# OpenVINO computes in bfloat16 on processors that support it and in float32 on others, so readings may differ
# in single letters between types of processors; on one type they are reproducible.
# INFERENCE_PRECISION_HINT = "f32" would make them equal everywhere but takes three times as long for a line
# (18 ms instead of 6 ms on a Xeon with AMX) and 60 % longer for a page of 27 filled rows.
# Weights of 8 bits (NNCF) are slower than bfloat16 there, and save at most a fifth of the time where there is
# only float32.  OpenVINO's cache of compiled networks (CACHE_DIR) would save half a second at the start, but
# does not notice when bytes of a cached network change: everything is then misread.
SETTINGS = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1}


class RapidReader:
    """Read lines with a CTC network of the PP-OCR family, in one thread.

    `path` is an ONNX file; its characters, one per line, are in
    `<stem>_characters.txt` beside it.  `last_layer` replaces that of the network and has a mark of its own.
    Raises ReaderFailed if the file is not such a model.
    """

    def __init__(self, path: Path, last_layer: LastLayer | None = None, learned_mark: str = "") -> None:
        mark, characters = model_mark(path), characters_of(path)
        if last_layer is not None and last_layer.base != mark:
            raise ReaderFailed("The learned model belongs to another version of digitize; learn it again.")
        try:
            self._alphabet = "".join(characters.read_text(encoding="utf-8").split("\n")).replace("\r", "")
        except UnicodeDecodeError as error:
            raise ReaderFailed(f"{characters} is not UTF-8 text, one character a line.") from error
        try:
            compiled = _compile(str(path), mark) if last_layer is None else _compiled_with(path, last_layer)
            self._request = compiled.create_infer_request()
        except (RuntimeError, ValueError) as error:
            raise ReaderFailed(f"{path} is not an ONNX model that OpenVINO can run.") from error
        version = openvino.__version__.split("-")[0]
        self._name = f"rapid {learned_mark or mark}, openvino {version}"
        self._check(path, characters)

    @property
    def name(self) -> str:
        return self._name

    def read_line(self, crop: Pixels) -> Line:
        """See `digitize.ocr.engines.Reader`; `log_probs` has one step per 8 px of the scaled crop."""
        if not crop.size:
            return Line("", 0.0)
        tensor = network_input(crop)
        log_probs = self._run(tensor)
        best = log_probs.max(axis=1)[log_probs.argmax(axis=1) > 0]
        confidence = float(np.exp(best.mean())) if best.size else 0.0
        step_px = tensor.shape[3] / len(log_probs) * crop.shape[1] / _scaled_px(crop)
        return Line(greedy_text(log_probs, self._alphabet), confidence, log_probs, self._alphabet, step_px)

    def _run(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        try:
            output = next(iter(self._request.infer({0: tensor}).values()))
        except RuntimeError as error:
            raise ReaderFailed("The recogniser broke down; run the page again or report it.") from error
        return as_log_probs(np.array(output, dtype=np.float32)[0])

    def _check(self, path: Path, characters: Path) -> None:
        """Check that the network accepts lines of 48 px height and has one class per character."""
        try:
            classes = {self._run(np.zeros(shape, np.float32)).shape[1] for shape in INPUT_SHAPES}.pop()
        except (ReaderFailed, ValueError, IndexError) as error:
            raise ReaderFailed(
                f"{path.name} does not read lines of any width, {INPUT_HEIGHT_PX} px high, in three colours, "
                "as models of the PP-OCR family do."
            ) from error
        if classes == len(self._alphabet) + 2:
            self._alphabet += " "  # character lists of the PP-OCR family omit the space
        if classes != len(self._alphabet) + 1:
            raise ReaderFailed(
                f"{path.name} knows {classes - 1} characters, {characters.name} lists {len(self._alphabet)}: "
                "the two do not belong together."
            )


@lru_cache(maxsize=4)
def _compile(path: str, _mark: str) -> "openvino.CompiledModel":
    """Compile the network in `path`, once per process as long as its content (the mark) is the same."""
    core = openvino.Core()
    return core.compile_model(core.read_model(path), "CPU", SETTINGS)


def _compiled_with(path: Path, last_layer: LastLayer) -> "openvino.CompiledModel":
    core = openvino.Core()
    model = core.read_model(str(path))
    replace_last_layer(model, last_layer, openvino.op.Constant)
    return core.compile_model(model, "CPU", SETTINGS)


class FeatureNetwork:
    """The shipped handwriting network without its last layer, to train that further."""

    def __init__(self) -> None:
        core = openvino.Core()
        model = core.read_model(str(HANDWRITING_MODEL))
        self.last_layer = last_layer_of(model, model_mark(HANDWRITING_MODEL))
        self.alphabet = characters_of(HANDWRITING_MODEL).read_text(encoding="utf-8").replace("\n", "")
        add_features(model)
        self._request = core.compile_model(model, "CPU", SETTINGS).create_infer_request()

    def features(self, crop: Pixels) -> NDArray[np.float32]:
        """Return the input of the last layer (steps, features) for the crop of a line."""
        output = list(self._request.infer({0: network_input(crop)}).values())[-1]
        return np.array(output, dtype=np.float32).reshape(-1, output.shape[-1])


def network_input(crop: Pixels) -> NDArray[np.float32]:
    """Return the crop as float32 (1, 3, 48, width), -1 black to 1 white, padded with 0 on the right.

    `crop` is grey uint8 (height, width), not empty.
    """
    scaled_px = _scaled_px(crop)
    interpolation = cv2.INTER_AREA if len(crop) > INPUT_HEIGHT_PX else cv2.INTER_LINEAR
    scaled = cv2.resize(crop, (scaled_px, INPUT_HEIGHT_PX), interpolation=interpolation)
    width_px = max(INPUT_WIDTH_MIN_PX, -(-scaled_px // INPUT_WIDTH_STEP_PX) * INPUT_WIDTH_STEP_PX)
    tensor = np.zeros((1, 3, INPUT_HEIGHT_PX, width_px), np.float32)
    tensor[0, :, :, :scaled_px] = scaled.astype(np.float32) / 127.5 - 1
    return tensor


def _scaled_px(crop: Pixels) -> int:
    """Return the width of the crop when it is as high as the network's input."""
    height, width = map(int, crop.shape)
    return min(max(1, round(width * INPUT_HEIGHT_PX / height)), INPUT_WIDTH_MAX_PX)


def as_log_probs(output: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return natural log-probabilities (steps, classes) of a network's output.

    The output may be log-probabilities, probabilities or unnormalised scores.
    """
    if output.min() >= 0 and np.allclose(output.sum(axis=1), 1, atol=0.01):
        return np.asarray(np.log(np.maximum(output, LEAST_PROBABILITY)), dtype=np.float32)
    return np.asarray(log_softmax(output), dtype=np.float32)
