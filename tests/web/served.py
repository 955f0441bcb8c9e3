"""`digitize serve` in its own process, as a user starts it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LINK = re.compile(r"https?://\S+/\?token=\S+")
ENDS_WITHIN_S = 60.0  # it writes the tables, on a machine that runs other tests


class Served:
    """The process and its link."""

    def __init__(self, folder: Path, process: "subprocess.Popen[str]") -> None:
        self.folder, self.process = folder, process
        self.before_link = ""  # what was printed before
        self.link = self._link()

    def _link(self) -> str:
        while line := self.line():
            if found := LINK.search(line):
                return found.group()
            self.before_link += line
        raise AssertionError(f"digitize serve ended without a link: {self.before_link}")

    def line(self) -> str:
        """Return the next line that is printed, empty at the end."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def workers(self) -> list[int]:
        """Return the ids of all descendants of the server, parents before children."""
        found, generation = [], [self.process.pid]
        while generation:
            generation = [child for parent in generation for child in children(parent)]
            found += generation
        return found


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    try:
        return [int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()]
    except OSError:  # has just ended
        return []


@contextmanager
def served(folder: Path, *options: str, ends_within_s: float = ENDS_WITHIN_S) -> Iterator[Served]:
    """Run the server until the block ends, then stop it as Ctrl-C does; it then writes the tables."""
    command = [sys.executable, "-W", "ignore", "-m", "digitize", "serve", str(folder), *options]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    server: Served | None = None
    try:
        server = Served(folder, process)
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        try:
            rest, _ = process.communicate(timeout=ends_within_s)
            assert "Traceback" not in rest, rest
        finally:
            if server is not None and process.poll() is None:  # its children would go on without it
                for worker in server.workers():
                    with suppress(ProcessLookupError):
                        os.kill(worker, signal.SIGKILL)
            process.kill()
            process.wait()
