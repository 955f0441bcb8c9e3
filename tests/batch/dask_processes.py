"""A scheduler and workers of Dask as processes of their own, as on several machines."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE_S = 300.0  # other programs may be using the machine
QUICK = {
    "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "10s",
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "10s",
    "DASK_DISTRIBUTED__WORKER__PROFILE__INTERVAL": "10s",
}


class Processes:
    """What has been started; `folder` receives logs and the workers' files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        (folder / "tmp").mkdir(exist_ok=True)
        self.started: list[subprocess.Popen[bytes]] = []
        self.schedulers: list[subprocess.Popen[bytes]] = []
        self._count = 0
        self.port = 0

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def scheduler(self) -> "subprocess.Popen[bytes]":
        """Start a scheduler and wait until it listens; a second one takes the same port."""
        self._count += 1
        file = self.folder / f"scheduler{self._count}.json"
        process = self.start(
            *("scheduler", "--no-dashboard", "--host", "127.0.0.1", "--port", str(self.port)),
            *("--scheduler-file", str(file)),
        )
        self.schedulers.append(process)
        end_s = time.monotonic() + PATIENCE_S
        while not file.exists() or not file.read_text().strip():
            assert time.monotonic() < end_s and process.poll() is None, self.logs()
            time.sleep(0.05)
        self.port = int(json.loads(file.read_text())["address"].rpartition(":")[2])
        return process

    def worker(self, *arguments: str, **environment: str) -> "subprocess.Popen[bytes]":
        """Start a worker with one thread and a nanny, unless the arguments say otherwise."""
        usual = ("--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")
        folder = ("--local-directory", str(self.folder / "tmp"))
        return self.start("worker", self.address, *usual, *folder, *arguments, **environment)

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[bytes]":
        """Start a command of Dask in a session of its own."""
        self._count += 1
        temporary = {"TMPDIR": str(self.folder / "tmp"), "PYTHONPATH": str(ROOT)}
        with (self.folder / f"{self._count}-{arguments[0]}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                env=os.environ | QUICK | temporary | environment,
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def wait_for_log(self, text: str, times: int = 1) -> None:
        """Wait until the logs contain a text so many times."""
        end_s = time.monotonic() + PATIENCE_S
        while self.logs().count(text) < times:
            assert time.monotonic() < end_s, self.logs()
            time.sleep(0.05)

    def left_behind(self) -> list[str]:
        """What is left of scans in the folder for temporary files."""
        return [path.name for path in (self.folder / "tmp").glob("digitize-*/**/*")]


@contextmanager
def dask_processes(folder: Path) -> Iterator[Processes]:
    """Start with a scheduler; nothing is left running when the block ends."""
    processes = Processes(folder)
    try:
        processes.scheduler()
        yield processes
    finally:
        for process in processes.started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
