"""The backup beside the database: a file of JSON lines that are only ever added.

Every line holds its number, the series of lines that it belongs to, and a checksum, so that damage is
noticed and told apart from the backup of another campaign.  What the lines say is up to `backup`.
"""

import json
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

BACKUP = "decisions.jsonl"
ASIDE = "decisions-{}.jsonl"
BACKUPS = "decisions*.jsonl"  # with those that were set aside

PRIVATE_MODE = 0o600
TAIL_BYTES = 8192  # more than any line but one with very long names of files

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """Names one line: the series, the number of the line from 1, and its checksum."""

    series: str
    number: int
    check: str

    def __str__(self) -> str:
        return f"{self.series} {self.number} {self.check}"

    @classmethod
    def of(cls, text: str) -> "Mark":
        series, number, check = text.split(" ")
        return cls(series, int(number), check)


@dataclass(frozen=True, slots=True)
class Line:
    """One undamaged line."""

    mark: Mark
    entry: Entry


class BackupFile:
    """The backup of one campaign.  All methods may raise OSError."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / BACKUP

    def last(self) -> Mark | None:
        """Return the mark of the last complete line, None if there is none or it is damaged."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                lines: list[bytes] = []
                wanted = TAIL_BYTES
                while len(lines) < 3 and wanted < 2 * max(size, TAIL_BYTES):
                    file.seek(max(0, size - wanted))
                    lines = file.read().split(b"\n")
                    wanted *= 2
        except FileNotFoundError:
            return None
        line = _line_of(lines[-2]) if len(lines) > 1 else None  # what follows the last newline is incomplete
        return line.mark if line else None

    def lines(self) -> Iterator[Line | None]:
        """Yield all lines, None for each damaged one."""
        try:
            with self.path.open("rb") as file:
                for text in file:
                    if text.endswith(b"\n"):
                        yield _line_of(text[:-1])
        except FileNotFoundError:
            return

    def append(self, entries: Iterable[Entry], after: Mark | None, durable: bool) -> Mark:
        """Add entries after the line `after`; None starts a new series in a new file.

        If `durable`, they are on the disk when this returns.  If it fails, the file is as before.
        """
        series, number = (after.series, after.number) if after else (secrets.token_hex(4), 0)
        text = bytearray()
        check = after.check if after else ""
        for number, entry in enumerate(entries, start=number + 1):  # noqa: B020 (goes on counting)
            body = json.dumps({"line": number, "series": series, **entry}, ensure_ascii=False)
            check = _check(body.encode("utf-8", "surrogatepass"))
            text += f'{body[:-1]}, "check": "{check}"}}\n'.encode("utf-8", "surrogatepass")
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, PRIVATE_MODE)
        try:
            start = _complete_bytes(descriptor)
            os.ftruncate(descriptor, start)  # an incomplete line belongs to nothing that was committed
            try:
                os.lseek(descriptor, start, os.SEEK_SET)
                written = 0
                while written < len(text):
                    written += os.write(descriptor, text[written:])
                if durable:
                    os.fsync(descriptor)
            except BaseException:
                os.ftruncate(descriptor, start)
                raise
        finally:
            os.close(descriptor)
        return Mark(series, number, check)

    def size(self) -> int:
        """Return the size in bytes, 0 if there is no file."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def shorten(self, size: int) -> None:
        """Take back what was added since the file had this size."""
        if self.size() > size:
            os.truncate(self.path, size)

    def set_aside(self) -> Path | None:
        """Give the file another name, because it belongs to another database or is damaged."""
        if not self.path.exists():
            return None
        stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        names = (ASIDE.format(f"{stamp}{more}") for more in ("", *(f"-{count}" for count in range(2, 1000))))
        target = next(path for name in names if not (path := self.path.with_name(name)).exists())
        self.path.rename(target)
        return target


def _line_of(text: bytes) -> Line | None:
    body, found, rest = text.rpartition(b', "check": "')
    try:
        if not found or rest != f'{_check(body + b"}")}"}}'.encode():
            return None
        entry = json.loads((body + b"}").decode("utf-8", "surrogatepass"))
        return Line(Mark(entry.pop("series"), entry.pop("line"), rest[:-2].decode()), entry)
    except (ValueError, KeyError, AttributeError, RecursionError):
        return None


def _check(body: bytes) -> str:
    return f"{zlib.crc32(body):08x}"


def _complete_bytes(descriptor: int) -> int:
    """Return the size of the file without an incomplete last line."""
    size = end = os.fstat(descriptor).st_size
    while end > 0:
        start = max(0, end - TAIL_BYTES)
        at = os.pread(descriptor, end - start, start).rfind(b"\n")
        if at >= 0:
            return start + at + 1
        end = start
    return 0 if size else size
