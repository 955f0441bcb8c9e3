"""Render a page of an original scan in a process with limits on memory and time."""

import sys
from pathlib import Path

import cv2
import numpy as np

from digitize.batch.worker_pool import run_tasks
from digitize.errors import DigitizeError, TooLargeScan
from digitize.images import encode
from digitize.load import load_page

QUALITY = 65  # of JPEG: the scan is only looked at beside the straightened page
LONG_SIDE_PX = 2400
MEMORY_MAX_BYTES = 3 << 30  # address space: 1.3 GB for 149 megapixels, and the libraries
TIME_LIMIT_S = 60.0

Task = tuple[str, int]  # path and page number


def render_preview(path: str, page: int) -> bytes:
    """Return a page as a JPEG of at most LONG_SIDE_PX; raises DigitizeError.

    A scan may come from anybody, and decoding it can take any amount of memory or
    time or crash the decoder, so it never happens in this process.
    """
    ((_, result),) = run_tasks([(path, page)], _render, 1, TIME_LIMIT_S)
    if isinstance(result, bytes):
        return result
    raise TooLargeScan(f"Page {page} of {Path(path).name} cannot be shown; open the file in another program.")


def _render(task: Task) -> bytes | None:
    """Return the JPEG, or None if the page cannot be rendered within the limits."""
    _limit_memory()
    try:
        pixels = load_page(Path(task[0]), task[1]).pixels
        scale = min(1.0, LONG_SIDE_PX / max(pixels.shape[:2]))
        size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
        small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        return encode(small, ".jpg", QUALITY)
    except (DigitizeError, MemoryError, OSError, ValueError, cv2.error):
        return None


def _limit_memory() -> None:
    if sys.platform == "win32":
        return  # no such limit; the pixel limit of loading still holds
    import resource  # noqa: PLC0415 (does not exist on Windows)

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY_MAX_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_MAX_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
