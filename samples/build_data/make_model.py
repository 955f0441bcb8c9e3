"""Make recogniser.onnx from PP-OCRv6 small (run by a maintainer).

    pip download --no-deps rapidocr==3.10.0
    python -m samples.build_data.make_model rapidocr-3.10.0-py3-none-any.whl

This needs the package `onnx`.  The wheel contains PP-OCRv6_rec_small.onnx
(Apache-2.0, 21 MB, 18,710 classes), most of whose classes are not Latin letters.
The last layer is reduced to the characters below: the texts stay the same for
Latin writing, no Chinese dash is read for a 1, and the file has half the size.
Weights are stored as 16-bit floats, which are cast back when the model is
loaded, and the final softmax becomes a log-softmax, because decoding adds
logarithms.  The characters, in the order of the classes after the CTC blank, are
written beside the model.

This model is for print.  The one for handwriting is trained from it by
`samples/training/tune_model.py`.
"""

import sys
import zipfile
from importlib import resources
from pathlib import Path

import numpy as np
import onnx  # type: ignore[import-not-found, import-untyped, unused-ignore]
from onnx import helper, numpy_helper

MODEL_IN_WHEEL = "rapidocr/models/PP-OCRv6_rec_small.onnx"
DATA = Path(str(resources.files("digitize.data")))
MODEL = DATA / "recogniser.onnx"
CHARACTERS = DATA / "recogniser_characters.txt"

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ACCENTED = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿß"
NEIGHBOURS = "ŒœŠšČčĆćŽžĐđĞğİıŞşŁł"  # names from the Balkans, Turkey and Poland are common in Switzerland
MARKS = "'’-–.,;:()&+@#\"°/_!?*= "
KEPT = "0123456789" + LETTERS + ACCENTED + NEIGHBOURS + MARKS

MIN_SIZE = 64  # smaller tensors stay as they are: shapes, axes, single factors


def reduce_classes(model: "onnx.ModelProto") -> "onnx.ModelProto":
    """Return the network with the classes of KEPT only and log-probabilities as its output."""
    stored = {entry.key: entry.value for entry in model.metadata_props}["character"].split("\n")
    classes = [0] + [1 + [*stored, " "].index(character) for character in KEPT]
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    softmax = model.graph.node[-1]
    assert softmax.op_type == "Softmax"
    for name in ("linear_8.w_0", "linear_8.b_0"):
        whole = numpy_helper.to_array(weights[name])
        weights[name].CopyFrom(numpy_helper.from_array(whole[..., classes].copy(), name))
    softmax.op_type = "LogSoftmax"
    model.graph.output[0].type.tensor_type.shape.dim[2].dim_value = len(classes)
    return model


def store_as_float16(model: "onnx.ModelProto") -> None:
    """Store the weights as float16 and cast them to float32 before their first use."""
    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < MIN_SIZE:
            continue
        name, half = tensor.name, f"{tensor.name}.half"
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), half))
        casts.append(helper.make_node("Cast", [half], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def main(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        model = reduce_classes(onnx.load_model_from_string(archive.read(MODEL_IN_WHEEL)))
    store_as_float16(model)
    del model.metadata_props[:]
    onnx.checker.check_model(model)
    MODEL.write_bytes(model.SerializeToString())
    CHARACTERS.write_text("".join(f"{character}\n" for character in KEPT), encoding="utf-8")
    print(f"{MODEL.name}: {MODEL.stat().st_size / 1e6:.1f} MB, {len(KEPT)} characters")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
