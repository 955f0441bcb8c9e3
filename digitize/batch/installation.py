"""What decides how a page is read, apart from the page and the settings: compared between machines.

A count must not depend on which machine read a page.
"""

import hashlib
import platform
from collections.abc import Iterator
from functools import lru_cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path

import digitize
from digitize.errors import DigitizeError
from digitize.form.definition import is_built_in
from digitize.ocr.engines import model_mark
from digitize.ocr.open_reader import open_reader
from digitize.page.pipeline import Settings

Installation = tuple[tuple[str, str], ...]  # (what, which), most telling first

MARK_LENGTH = 12  # characters of a hash that are shown
LIBRARIES = ("openvino", "opencv-python", "numpy", "pillow", "pypdf")  # on which readings depend
_SHIPPED = (".py", ".onnx", ".txt", ".tsv", ".gz", ".npz", ".toml", ".json")
MISSING = "none"


@lru_cache(maxsize=8)
def installation(form: str, reader: str, model: str) -> Installation:
    """Describe this machine; `form`, `reader` and `model` are those of the settings."""
    described = [("digitize", digitize.__version__), ("files of digitize", _package())]
    described += [(name, _version(name)) for name in LIBRARIES]
    if reader != Settings().reader:
        described.append(("reader", _reader(reader)))
    if not is_built_in(form):
        described.append((f"form {form}", _content(Path(form))))
    if model:
        described.append((f"model {model}", _model(Path(model))))
    return tuple(described)


def difference(ours: Installation, theirs: Installation) -> str:
    """Return what a machine has that differs from ours, empty if nothing does."""
    other = dict(theirs)
    for what, which in ours:
        found = other.get(what, MISSING)
        if found != which:
            return f"{what} {found}, this machine {what} {which}"
    return ""


def host() -> str:
    """Return the name of this machine."""
    return platform.node()


def _package() -> str:
    digest = hashlib.sha256()
    for name, file in sorted(_files(resources.files(digitize), "")):
        digest.update(f"{name}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:MARK_LENGTH]


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _files(entry, name)
        elif name.endswith(_SHIPPED):
            yield name, entry


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return MISSING


def _reader(name: str) -> str:
    try:
        return open_reader(name, None).name
    except DigitizeError:
        return MISSING


def _content(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:MARK_LENGTH]
    except OSError:
        return MISSING


def _model(path: Path) -> str:
    try:
        return model_mark(path)
    except DigitizeError:
        return MISSING
