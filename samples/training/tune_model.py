"""Make handwriting.onnx: train the recogniser further on synthetic handwriting (run by a maintainer).

    pip install torch==2.13.0 onnx fonttools mimesis==22.2.0 faker==40.54.0
    python -m samples.training.fonts | xargs npm install
    python -m samples.training.tune_model node_modules/@fontsource digitize/data/handwriting.onnx

Takes half an hour on two cores.  It starts from the model that
`samples/build_data/make_model.py` makes and writes one with the same layers,
characters and size.  The lines are drawn by `samples.training.lines` with fonts of
@fontsource (names and licences in `samples.training.fonts`); no scan and no real
handwriting is used.  Fonts are more regular than handwriting, so the new weights are
averaged with the old ones (Wortsman et al. 2022, "Robust fine-tuning of zero-shot
models"), which keeps what the old ones know about real handwriting.
Results differ in the last bits between processors.
"""

import math
import multiprocessing
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx  # type: ignore[import-not-found, import-untyped, unused-ignore]
import torch  # type: ignore[import-not-found, unused-ignore]
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from digitize.ocr.ppocr import network_input
from samples.build_data.make_model import KEPT, MODEL
from samples.training.fonts import HANDS, PRINTS
from samples.training.lines import Lines, faces

SEED = 12
STEPS = 492
BATCH_PX = 20 * 320  # total width of the lines in a batch
WIDEST_PX = 640
NARROW_PX = 160  # half of the narrower lines are left out, because they are mostly padding
STEP_PX = 8  # of the input per step of the output
LEARNING_RATE = 8e-5
WARM_UP = 40  # steps until the learning rate is reached
LAST_SHARE = 0.03  # of the learning rate, in the last step
MAX_LOSS = 1.5  # per character; lines above it are illegible and would teach nothing
MAX_GRADIENT = 2.0  # norm
SMOOTHING = 0.99  # of the moving average of the weights
BLEND = 0.5  # share of the new weights; 0.35 to 1 read much alike, above 0.8 faint writing gets worse

Batch = tuple[NDArray[np.float32], list[list[int]]]
Tensor = Any  # torch is not a dependency of the project, and mypy may run without it


class Network(torch.nn.Module):  # type: ignore[misc, unused-ignore]
    """The recogniser's ONNX graph, run by torch so that its weights can be trained.

    The statistics of the batch normalisations are not changed.
    """

    def __init__(self, model: "onnx.ModelProto") -> None:
        super().__init__()
        stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
        alias: dict[str, str] = {}
        self._nodes: list[tuple[str, list[str], str, dict[str, Any]]] = []
        for node in model.graph.node:
            inputs = [alias.get(name, name) for name in node.input]
            if node.op_type in ("Cast", "Identity"):  # float16 weights are loaded as float32
                alias[node.output[0]] = inputs[0]
                continue
            values = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
            self._nodes.append((node.op_type, inputs, node.output[0], values))
        norms = [inputs for kind, inputs, *_ in self._nodes if kind == "BatchNormalization"]
        frozen = {name for inputs in norms for name in inputs[3:]}
        self.weights = torch.nn.ParameterDict()
        self._constants: dict[str, Tensor] = {}
        for name, values in stored.items():
            if values.dtype.kind == "f" and values.size >= 8 and name not in frozen:
                self.weights[key_of(name)] = torch.nn.Parameter(torch.tensor(values.astype(np.float32)))
            else:
                kind = np.float32 if values.dtype.kind == "f" else np.int64
                self._constants[name] = torch.tensor(values.astype(kind))

    def forward(self, lines: Tensor) -> Tensor:
        """Return log-probabilities (lines, steps, classes)."""
        values = {"x": lines}
        for kind, inputs, output, settings in self._nodes:
            values[output] = OPERATIONS[kind]([self._value(name, values) for name in inputs], settings)
        return values[self._nodes[-1][2]]

    def _value(self, name: str, values: dict[str, Tensor]) -> Tensor:
        if name in values:
            return values[name]
        return self.weights[key_of(name)] if key_of(name) in self.weights else self._constants[name]


def key_of(name: str) -> str:
    return name.replace(".", "_")  # torch does not allow dots


def _convolve(inputs: list[Tensor], settings: dict[str, Any]) -> Tensor:
    image, weights = inputs
    pads = settings.get("pads", [0, 0])[:2]
    if settings.get("auto_pad") == b"SAME_UPPER":
        high, wide = settings["kernel_shape"]
        image = torch.nn.functional.pad(image, (0, wide - 1, 0, high - 1))
    return torch.nn.functional.conv2d(image, weights, None, settings["strides"], pads, 1, settings["group"])


def _reshape(inputs: list[Tensor], _: dict[str, Any]) -> Tensor:
    sides = inputs[1].tolist()
    return inputs[0].reshape([inputs[0].shape[i] if side == 0 else side for i, side in enumerate(sides)])


def _slice(inputs: list[Tensor], _: dict[str, Any]) -> Tensor:
    values, start, end, axis = inputs[0], *(int(number.reshape(-1)[0]) for number in inputs[1:4])
    return values.narrow(axis, start, end - start)


def _normalise(inputs: list[Tensor], settings: dict[str, Any]) -> Tensor:
    image, weight, bias, mean, variance = inputs
    epsilon = settings["epsilon"]
    return torch.nn.functional.batch_norm(image, mean, variance, weight, bias, False, 0.0, epsilon)


def _max_pool(inputs: list[Tensor], _: dict[str, Any]) -> Tensor:
    padded = torch.nn.functional.pad(inputs[0], (0, 1, 0, 1), value=-math.inf)
    return torch.nn.functional.max_pool2d(padded, 2, 1)


OPERATIONS: dict[str, Callable[[list[Tensor], dict[str, Any]], Tensor]] = {
    "Add": lambda x, _: x[0] + x[1],
    "Sub": lambda x, _: x[0] - x[1],
    "Mul": lambda x, _: x[0] * x[1],
    "Div": lambda x, _: x[0] / x[1],
    "Pow": lambda x, _: x[0] ** x[1],
    "Sqrt": lambda x, _: x[0].sqrt(),
    "Erf": lambda x, _: x[0].erf(),
    "Relu": lambda x, _: x[0].relu(),
    "Sigmoid": lambda x, _: x[0].sigmoid(),
    "HardSigmoid": lambda x, _: torch.nn.functional.hardsigmoid(x[0]),
    "MatMul": lambda x, _: x[0] @ x[1],
    "Softmax": lambda x, settings: x[0].softmax(settings["axis"]),
    "LogSoftmax": lambda x, settings: x[0].log_softmax(settings["axis"]),
    "Transpose": lambda x, settings: x[0].permute(settings["perm"]),
    "Squeeze": lambda x, settings: x[0].squeeze(tuple(settings["axes"])),
    "Unsqueeze": lambda x, settings: x[0].unsqueeze(settings["axes"][0]),
    "ReduceMean": lambda x, settings: x[0].mean(settings["axes"], keepdim=bool(settings.get("keepdims", 1))),
    "Concat": lambda x, settings: torch.cat(x, settings["axis"]),
    "Shape": lambda x, _: torch.tensor(x[0].shape),
    "AveragePool": lambda x, settings: torch.nn.functional.avg_pool2d(x[0], settings["kernel_shape"]),
    "MaxPool": _max_pool,
    "Conv": _convolve,
    "Slice": _slice,
    "Reshape": _reshape,
    "BatchNormalization": _normalise,
}


def make_batches(fonts: Path, batches: "multiprocessing.Queue[Batch]") -> None:
    """Put batches of lines of similar width and their classes into the queue, until the process is ended."""
    cv2.setNumThreads(1)
    rng = np.random.default_rng(SEED)
    lines = Lines(faces(fonts, HANDS), faces(fonts, PRINTS), rng)
    waiting: dict[int, list[tuple[NDArray[np.float32], list[int]]]] = {}
    while True:
        crop, text = lines.line()
        width_px = max(1, round(crop.shape[1] * 48 / crop.shape[0]))
        if width_px > WIDEST_PX or (width_px < NARROW_PX and rng.random() < 0.5):
            continue
        classes = [1 + KEPT.index(character) for character in text]
        doubled = sum(one == following for one, following in pairwise(classes))
        if len(classes) + doubled >= width_px // STEP_PX:
            continue  # more classes than CTC steps
        tensor = network_input(crop)
        batch = waiting.setdefault(tensor.shape[-1], [])
        batch.append((tensor[0, :1], classes))
        if len(batch) * tensor.shape[-1] >= BATCH_PX:
            batches.put((np.stack([image for image, _ in batch]), [label for _, label in batch]))
            batch.clear()


def loss_of(network: Network, batch: Batch) -> Tensor:
    """Return the mean CTC loss per character of a batch."""
    images, labels = batch
    log_probs = network(torch.from_numpy(images).expand(-1, 3, -1, -1)).permute(1, 0, 2)
    lengths = torch.tensor([len(label) for label in labels])
    classes = torch.tensor([number for label in labels for number in label])
    steps = torch.full_like(lengths, log_probs.shape[0])
    losses = torch.nn.functional.ctc_loss(
        log_probs, classes, steps, lengths, reduction="none", zero_infinity=True
    )
    return (losses / lengths).clamp(max=MAX_LOSS).mean()


def train(network: Network, batches: "multiprocessing.Queue[Batch]") -> dict[str, Tensor]:
    """Train for STEPS batches and return the moving average of the weights."""
    average = {key: value.detach().clone() for key, value in network.weights.items()}
    optimiser = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=0.0, betas=(0.9, 0.98))
    for step in range(STEPS):
        decay = LAST_SHARE + (1 - LAST_SHARE) * (1 + math.cos(math.pi * step / STEPS)) / 2
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * decay * min(1.0, (step + 1) / WARM_UP)
        loss = loss_of(network, batches.get())
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), MAX_GRADIENT)
        optimiser.step()
        for key, value in network.weights.items():
            average[key].lerp_(value.detach(), 1 - min(SMOOTHING, (1 + step) / (10 + step)))
        if step % 50 == 0:
            print(f"step {step}: loss {float(loss.detach()):.3f}", flush=True)
    return average


def blend(model: "onnx.ModelProto", tuned: dict[str, Tensor], share: float) -> None:
    """Move the model's weights by `share` towards the tuned ones, keeping their types."""
    for tensor in model.graph.initializer:
        if key_of(tensor.name) in tuned:
            old = numpy_helper.to_array(tensor)
            new = (1 - share) * old.astype(np.float32) + share * tuned[key_of(tensor.name)].numpy()
            tensor.CopyFrom(numpy_helper.from_array(new.astype(old.dtype), tensor.name))


def main(fonts: Path, target: Path) -> None:
    torch.manual_seed(SEED)
    model = onnx.load(MODEL)
    batches: multiprocessing.Queue[Batch] = multiprocessing.Queue(12)
    generator = multiprocessing.Process(target=make_batches, args=(fonts, batches), daemon=True)
    generator.start()
    tuned = train(Network(model), batches)
    generator.terminate()
    blend(model, tuned, BLEND)
    onnx.checker.check_model(model)
    target.write_bytes(model.SerializeToString())
    print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
