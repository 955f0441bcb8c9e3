"""One PDF kept open in pypdf, as its pages are read one after the other."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from pypdf import PdfReader


@contextmanager
def opened(path: Path) -> Iterator[PdfReader]:
    """Open a PDF, or use the one that is open: the list of its pages is read only once.

    The objects that were read are forgotten afterwards: those of thousands of pages fill the memory.
    Damaged files raise whatever pypdf raises.
    """
    status = path.stat()
    reader = _kept(path, status.st_size, status.st_mtime_ns)
    try:
        yield reader
    except Exception:
        _kept.cache_clear()
        raise
    finally:
        reader.resolved_objects.clear()


@lru_cache(maxsize=1)
def _kept(path: Path, _size_bytes: int, _modified_ns: int) -> PdfReader:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it prints every repair to stderr
    return PdfReader(path.open("rb"))
