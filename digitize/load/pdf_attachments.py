"""Files attached to a PDF that are scans themselves, as in portfolios and forwarded mail."""

from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from pypdf import PdfReader

from digitize.load.file_types import HEAD_BYTES, SUFFIXES, type_of
from digitize.load.pdf_reader import opened

NAMES_MAX = 1000  # attachments that are looked at; more are no scans of sheets
DEPTH_MAX = 10  # of the tree of their names


def attached_scans(path: Path) -> list[str]:
    """Return the names of the attached PDF files and pictures, in their order.

    Damaged files raise whatever pypdf raises.
    """
    with opened(path) as reader:
        files = [*_embedded(reader), *_pinned(reader)]
        return [name for name, data in files[:NAMES_MAX] if _is_scan(name, data)]


def _is_scan(name: str, data: bytes) -> bool:
    return type_of(data[:HEAD_BYTES]) is not None or PurePath(name.lower()).suffix in SUFFIXES


def _embedded(reader: PdfReader) -> Iterator[tuple[str, bytes]]:
    """Yield the files that belong to the document as a whole."""
    names = _get(_get(reader.trailer.get("/Root"), "/Names"), "/EmbeddedFiles")
    yield from _in_tree(names, 0)


def _in_tree(node: Any, depth: int) -> Iterator[tuple[str, bytes]]:
    pairs = _get(node, "/Names") or []
    for specification in pairs[1::2]:
        yield from _file(specification)
    if depth < DEPTH_MAX:
        for kid in _get(node, "/Kids") or []:
            yield from _in_tree(kid, depth + 1)


def _pinned(reader: PdfReader) -> Iterator[tuple[str, bytes]]:
    """Yield the files that are attached to places on the pages."""
    for page in reader.pages:
        for annotation in _get(page, "/Annots") or []:
            if _get(annotation, "/Subtype") == "/FileAttachment":
                yield from _file(_get(annotation, "/FS"))


def _file(specification: Any) -> Iterator[tuple[str, bytes]]:
    name = _get(specification, "/UF") or _get(specification, "/F") or "attachment"
    streams = _get(specification, "/EF")
    stream = _get(streams, "/F") or _get(streams, "/UF")
    if stream is not None:
        yield str(name), stream.get_data()


def _get(holder: Any, key: str) -> Any:
    """Return a value of a dictionary, with references followed, None where there is none."""
    found = _followed(holder)
    return _followed(found.get(key)) if hasattr(found, "get") else None


def _followed(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value
