"""One PDF kept open in pypdf, as its pages are read one after the other."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pypdf import PdfReader


@dataclass(frozen=True, slots=True)
class _OpenFile:
    identity: tuple[Path, int, int]  # path, size in bytes, time of change
    file: BinaryIO
    reader: PdfReader


_kept: list[_OpenFile] = []  # one at most


@contextmanager
def opened(path: Path) -> Iterator[PdfReader]:
    """Open a PDF, or use the one that is open: the list of its pages is read only once.

    The objects that were read are forgotten afterwards: those of thousands of pages fill the memory.
    Damaged files raise whatever pypdf raises.
    """
    status = path.stat()
    identity = path, status.st_size, status.st_mtime_ns
    if not _kept or _kept[0].identity != identity:
        _close()
        _kept.append(_open(path, identity))
    reader = _kept[0].reader
    try:
        yield reader
    except Exception:
        _close()
        raise
    finally:
        reader.resolved_objects.clear()


def _open(path: Path, identity: tuple[Path, int, int]) -> _OpenFile:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it prints every repair to stderr
    file = path.open("rb")
    try:
        return _OpenFile(identity, file, PdfReader(file))
    except Exception:
        file.close()
        raise


def _close() -> None:
    while _kept:
        _kept.pop().file.close()
