"""Poppler's programs, each call with limits on time and memory and with all that it reports."""

import resource
import subprocess
import time
from dataclasses import dataclass

from digitize.errors import MissingProgram, TooLargeScan

PAGE_MAX_S = 60.0  # a scan takes 0.2 s; a page that takes a minute was built to hang the renderer
MEMORY_MAX_GIB = 4.0  # a page of the largest size that is rendered takes 1.5
MESSAGES_MAX_BYTES = 100_000

NO_POPPLER = (
    "PDF scans need pdfinfo and pdftoppm of poppler: install them (Debian: apt install poppler-utils)."
)


class Deadline:
    """The time that the programs may take for one page or file, all calls together."""

    def __init__(self, where: str, limit_s: float | None = None) -> None:
        self.where = where
        self.limit_s = PAGE_MAX_S if limit_s is None else limit_s
        self._end_s = time.monotonic() + self.limit_s

    @property
    def left_s(self) -> float:
        return max(0.0, self._end_s - time.monotonic())

    def exceeded(self) -> TooLargeScan:
        return TooLargeScan(
            f"{self.where} takes more than {self.limit_s:.0f} seconds to draw; "
            "print it as pictures at 300 dpi."
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What a program wrote to stdout and to stderr."""

    output: bytes
    messages: str


def run(program: str, *arguments: str, deadline: Deadline) -> Result:
    """Run a program of poppler; raises MissingProgram or TooLargeScan."""
    try:
        process = subprocess.Popen(
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise MissingProgram(NO_POPPLER) from error
    _limit_memory(process.pid)
    with process:
        try:
            output, messages = process.communicate(timeout=deadline.left_s)
        except subprocess.TimeoutExpired:
            process.kill()
            raise deadline.exceeded() from None
        except BaseException:
            process.kill()
            raise
    text = messages[:MESSAGES_MAX_BYTES].decode("utf-8", "replace")
    # Without memory, pdftoppm ends with success and a picture of a single pixel.
    if "bad_alloc" in text or "Out of memory" in text:
        raise TooLargeScan(
            f"{deadline.where} takes more than {MEMORY_MAX_GIB:g} GB of memory to draw; "
            "print it as pictures at 300 dpi."
        )
    return Result(output, text)


def _limit_memory(pid: int) -> None:
    """Set the limit from outside: code between fork and exec is not safe beside threads."""
    if not hasattr(resource, "prlimit"):
        return
    limit = int(MEMORY_MAX_GIB * 2**30)
    try:
        resource.prlimit(pid, resource.RLIMIT_AS, (limit, limit))
    except (OSError, ValueError):  # it has ended already, or a lower limit is set
        return
