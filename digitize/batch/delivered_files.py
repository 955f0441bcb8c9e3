"""Scans that came with a task, because the folder they lie in cannot be seen from here."""

import hashlib
import os
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

KEPT_MAX_BYTES = 512 << 20  # of files that no task is using; the pages of a file come one after the other


class DeliveredFiles:
    """Files by the SHA-256 of their content, in a private folder; used by several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._sizes: dict[str, int] = {}  # the file used last is the last
        self._users: Counter[str] = Counter()
        self._paths: dict[str, Path] = {}

    def add(self, sha256: str, name: str, content: bytes) -> None:
        """Keep a file under its name, which stands in sentences about it."""
        with self._lock:
            if sha256 in self._sizes:
                return
            folder = self._folder / sha256
            folder.mkdir(mode=0o700, exist_ok=True)
            path = folder / name
            part = folder / ".part"
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
            part.replace(path)
            self._sizes[sha256], self._paths[sha256] = len(content), path
            self._users[sha256] += 1  # not dropped before its first use
            self._make_room()
            self._users[sha256] -= 1

    @contextmanager
    def using(self, sha256: str) -> Iterator[Path | None]:
        """Keep a file for the length of the block; None if it is not here."""
        with self._lock:
            found = sha256 in self._sizes
            if found:
                self._sizes[sha256] = self._sizes.pop(sha256)
                self._users[sha256] += 1
        try:
            yield self._paths[sha256] if found else None
        finally:
            if found:
                with self._lock:
                    self._users[sha256] -= 1

    def _make_room(self) -> None:
        for sha256 in list(self._sizes):
            if sum(self._sizes.values()) <= KEPT_MAX_BYTES:
                return
            if not self._users[sha256]:
                shutil.rmtree(self._folder / sha256, ignore_errors=True)
                del self._sizes[sha256], self._paths[sha256], self._users[sha256]


def has_content(path: Path, sha256: str) -> bool:
    """Return whether the file at a path can be read from here and has this content."""
    try:
        status = path.stat()
        return _sha256(path, status.st_ino, status.st_size, status.st_mtime_ns) == sha256
    except (OSError, ValueError):
        return False


@lru_cache(maxsize=1024)
def _sha256(path: Path, *_state: int) -> str:
    """Hash a file once for as long as it stays the same: it may have hundreds of pages."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
