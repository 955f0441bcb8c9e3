"""The last layer of the handwriting network, which can be trained further for one campaign.

The layers before it find strokes and their combinations; the last one tells which letters they mean.  It is
small enough to be trained in a minute on what people corrected, and to be kept with the campaign.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from digitize.errors import ReaderFailed

if TYPE_CHECKING:
    from digitize.ocr.openvino_offline import openvino

Weights = NDArray[np.float32]


@dataclass(frozen=True)
class LastLayer:
    """Weights (features, classes) and bias (classes,) of the layer that gives the scores of all classes.

    `base` is the mark of the network that it belongs to, see `model_mark`.
    """

    weights: Weights
    bias: Weights
    base: str

    def save(self, path: Path) -> None:
        """Write it to a file, which replaces an earlier one at once.  Raises OSError."""
        unfinished = path.with_name(f".{path.name}.unfinished")
        with unfinished.open("wb") as file:
            np.savez(file, weights=self.weights, bias=self.bias, base=np.array(self.base))
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> "LastLayer":
        """Read it from a file; raises ReaderFailed if the file holds none."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                layer = cls(stored["weights"], stored["bias"], str(stored["base"]))
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise ReaderFailed(
                f"{path} is not what digitize learn wrote; delete it, or run digitize learn again."
            ) from error
        if layer.weights.ndim != 2 or layer.bias.shape != layer.weights.shape[1:]:
            raise ReaderFailed(f"{path} is damaged; delete it, or run digitize learn again.")
        return layer


def last_layer_of(model: "openvino.Model", base: str) -> LastLayer:
    """Return the last layer of a network of the PP-OCR family as it is."""
    product, total = _operations(model)
    return LastLayer(_constant(product), _constant(total), base)


def replace_last_layer(
    model: "openvino.Model", layer: LastLayer, constant: "type[openvino.op.Constant]"
) -> None:
    """Put another last layer into the network; `constant` is OpenVINO's class of constants.

    Raises ValueError if its shape is not that of the present one.
    """
    product, total = _operations(model)
    for operation, values in ((product, layer.weights), (total, layer.bias)):
        if _constant(operation).shape != values.shape:
            raise ValueError(f"the last layer has the shape {_constant(operation).shape}, not {values.shape}")
        operation.input(1).replace_source_output(constant(values.astype(np.float32)).output(0))


def add_features(model: "openvino.Model") -> None:
    """Let the network also give the input of its last layer, as its last output (1, steps, features)."""
    product, _ = _operations(model)
    model.add_outputs([product.input(0).get_source_output()])


def _operations(model: "openvino.Model") -> "tuple[openvino.Node, openvino.Node]":
    """Return the multiplication with the weights of the last layer, and the addition of its bias."""
    product = [each for each in model.get_ordered_ops() if each.get_type_name() == "MatMul"][-1]
    [following] = product.output(0).get_target_inputs()
    return product, following.get_node()


def _constant(operation: "openvino.Node") -> Weights:
    """Return the constant second operand, which may be stored with half precision."""
    source = operation.input(1).get_source_output().get_node()
    while source.get_type_name() != "Constant":
        source = source.input(0).get_source_output().get_node()
    return np.array(source.data, dtype=np.float32)
