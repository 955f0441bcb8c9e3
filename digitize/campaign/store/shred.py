"""Overwrite and delete files."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Shredded:
    """How much was deleted."""

    files: int = 0
    size_bytes: int = 0

    def __add__(self, other: "Shredded") -> "Shredded":
        return Shredded(self.files + other.files, self.size_bytes + other.size_bytes)


def shred_folder(folder: Path) -> Shredded:
    """Shred all files below a folder and delete the folder; a link to a folder is only deleted."""
    done = Shredded()
    if folder.is_symlink():
        folder.unlink()
        return done
    for root, folders, names in os.walk(folder, topdown=False):
        done += shred(Path(root) / name for name in names)
        for name in folders:
            inner = Path(root) / name
            inner.unlink() if inner.is_symlink() else inner.rmdir()
    if folder.is_dir():
        folder.rmdir()
    return done


def shred(paths: Iterable[Path]) -> Shredded:
    """Overwrite files with zeros and delete them.

    On a hard disk the old bytes are then gone.  On flash memory, and on file systems that keep old
    versions, only encryption of the whole disk helps.  Of a link, only the link is deleted.
    """
    files = size_bytes = 0
    for path in paths:
        if not path.is_symlink():
            stat = path.stat()
            files, size_bytes = files + 1, size_bytes + stat.st_size
            if stat.st_nlink == 1:  # a file with other names is somebody else's as well
                _overwrite(path, stat.st_size)
        path.unlink()
    return Shredded(files, size_bytes)


def _overwrite(path: Path, size_bytes: int) -> None:
    path.chmod(0o600)
    with path.open("r+b") as file:
        for at in range(0, size_bytes, CHUNK_BYTES):
            file.write(bytes(min(CHUNK_BYTES, size_bytes - at)))
        file.flush()
        os.fsync(file.fileno())
