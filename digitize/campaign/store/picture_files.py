"""Write picture files next to the database, each whole or not at all."""

import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from digitize.records import Digitized

UNFINISHED = ".unfinished"
UNFINISHED_MIN_AGE_S = 600.0  # a table takes seconds to write
STEM_MAX_BYTES = 100  # of the name of a scan in that of a crop: file systems take 255 for the whole
PRIVATE_UMASK = 0o077
_UNSAFE = re.compile(r"[^\w.-]+")  # characters that some system does not allow in file names


@contextmanager
def private_files() -> Iterator[None]:
    """Within, new files and folders of this process and its workers are for their owner alone."""
    before = os.umask(PRIVATE_UMASK)
    try:
        yield
    finally:
        os.umask(before)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a sudden end leaves the old version, the new one or none, but never a part."""
    unfinished = path.with_name(f".{path.name}{UNFINISHED}")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def picture_name(input_id: int, page: int, data: bytes) -> str:
    """Return a name that depends on the content, so that no picture in use is ever overwritten."""
    digest = hashlib.sha256(data).hexdigest()[:10]
    return f"{input_id:06d}-p{page:03d}-{digest}{_extension(data)}"


def sweep(folder: Path, wanted: Iterable[str]) -> None:
    """Delete the pictures that are not wanted: a run that was killed left them behind."""
    keep = set(wanted)
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_file() and path.name not in keep:
            path.unlink(missing_ok=True)


def sweep_unfinished(folder: Path) -> None:
    """Delete files that a program was writing when it was killed, and no other is writing just now."""
    for path in folder.glob(f".*{UNFINISHED}") if folder.is_dir() else ():
        if (
            abs(time.time() - path.stat().st_mtime) > UNFINISHED_MIN_AGE_S
        ):  # or from the future: clocks are set
            path.unlink(missing_ok=True)


def write_crops(folder: Path, input_id: int, result: Digitized, *, replaces: bool) -> None:
    """Write one picture per numbered row; those of an earlier result of the page are deleted.

    They are only looked for if the page `replaces` one, as the folder may hold millions.
    """
    page = result.outcome.id.page
    if replaces and folder.is_dir():
        for old in folder.glob(f"*-{input_id:06d}-p{page:03d}-row*"):
            old.unlink(missing_ok=True)
    if not result.crops:
        return
    folder.mkdir(exist_ok=True)
    stem = _UNSAFE.sub("_", Path(result.outcome.id.file).stem)
    stem = stem.encode()[:STEM_MAX_BYTES].decode("utf-8", "ignore")
    for row, data in result.crops:
        name = f"{stem}-{input_id:06d}-p{page:03d}-row{row:03d}{_extension(data)}"
        write_whole(folder / name, data)


def _extension(data: bytes) -> str:
    return ".png" if data.startswith(b"\x89PNG") else ".jpg"
