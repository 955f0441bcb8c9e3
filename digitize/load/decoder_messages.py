"""What decoders written in C report on stderr while they go on with a damaged picture."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

MESSAGES_MAX_BYTES = 100_000  # libtiff may complain about every row; the first complaints are enough
# Messages of libtiff and libjpeg after which part of a picture is missing or displaced.  Others,
# such as those about unknown tags, do not matter.
DAMAGE = re.compile(
    r"decode|bad code word|premature e|corrupt jpeg|bad huffman|line length mismatch|read error|"
    r"not enough data|unexpected end",
    re.IGNORECASE,
)


class Messages:
    """The lines that were written to stderr; filled when `captured_stderr` ends."""

    def __init__(self) -> None:
        self.lines: tuple[str, ...] = ()

    @property
    def damage(self) -> tuple[str, ...]:
        """The lines that report damaged image data."""
        return tuple(line for line in self.lines if DAMAGE.search(line))


@contextmanager
def captured_stderr() -> Iterator[Messages]:
    """Collect what C libraries write to the process's stderr instead of showing it."""
    messages = Messages()
    with _memory_file() as file:
        try:
            before: int | None = os.dup(2)
        except OSError:  # stderr is closed
            before = None
        os.dup2(file.fileno(), 2)
        try:
            yield messages
        finally:
            if before is None:
                os.close(2)
            else:
                os.dup2(before, 2)
                os.close(before)
            file.seek(0)
            messages.lines = tuple(file.read(MESSAGES_MAX_BYTES).decode("utf-8", "replace").splitlines())


def _memory_file() -> BinaryIO:
    """Return a file in memory where the system has such files: a full disk must not hide a message."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("decoder-messages"), "w+b")
    return tempfile.TemporaryFile()
