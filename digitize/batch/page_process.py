"""A process that digitizes pages for the worker of a cluster.

The worker itself never opens a scan, so a page that crashes or hangs costs this process and nothing else; the
worker stays in touch with its scheduler.  `multiprocessing` cannot be used: a worker is often a daemon
process, which may have no children of that kind.
"""

import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from digitize.batch.worker_pool import ONE_THREAD, READY, Died, Hung, one_thread, serve_tasks, silence

START_LIMIT_S = 120.0  # importing everything takes seconds on a busy machine
_MAIN = "from digitize.batch.page_process import main; main()"


class PageProcess:
    """A running process for one kind of work, a pickled function of the task.

    `folder` is private and for its temporary files.
    """

    def __init__(self, folder: Path, work: bytes) -> None:
        self.work = work
        self._pipe, theirs = Pipe()
        environment = os.environ | ONE_THREAD
        environment |= {"TMPDIR": str(folder), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _MAIN, str(theirs.fileno()), str(folder)],
                stdin=subprocess.PIPE,  # its end tells that the worker is gone
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                pass_fds=(theirs.fileno(),),
            )
        self._ready = False
        self.running = True

    def start(self) -> bool:
        """Wait until it is ready, everything imported; return whether it is."""
        if not self._ready:
            with suppress(OSError):  # it has died
                self._pipe.send_bytes(self.work)
            self._ready = self._received(START_LIMIT_S) == READY
        return self._ready

    def answer(self, task: object, limit_s: float) -> Any:
        """Return the result of a task, or Died or Hung, after which the process must be ended."""
        try:
            self._pipe.send(task)
        except OSError:
            return Died()
        return self._received(limit_s)

    def end(self) -> None:
        """Kill the process."""
        self.running = False
        self._process.kill()
        self._process.wait()
        self._pipe.close()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _received(self, limit_s: float) -> Any:
        end_s = time.monotonic() + limit_s
        try:
            return self._pipe.recv() if self._pipe.poll(max(0.0, end_s - time.monotonic())) else Hung()
        except (EOFError, OSError):
            return Died()


def main() -> None:
    """Take tasks from the pipe named on the command line, until the worker ends this process."""
    pipe: Connection[Any, Any] = Connection(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: the worker decides how to stop
    threading.Thread(target=_end_with_worker, args=(Path(sys.argv[2]),), daemon=True).start()
    silence()
    one_thread()
    work: Callable[[Any], Any] = pickle.loads(pipe.recv_bytes())
    serve_tasks(pipe, work)


def _end_with_worker(folder: Path) -> None:
    """End when the worker does, however it does, and leave nothing of the scans behind."""
    sys.stdin.buffer.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)
