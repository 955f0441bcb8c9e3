"""Kill -9 of workers, nannies, the scheduler or the client at random moments: afterwards the same tables."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from digitize.campaign.store import PICTURES
from digitize.errors import ExitCode
from digitize.tally import NAMES
from tests.batch.dask_processes import PATIENCE_S, ROOT, Processes, dask_processes

KILLS = int(os.environ.get("DIGITIZE_TEST_CLUSTER_KILLS", "20"))
FEW = 3
PAGES = 40  # of each of two files
VICTIMS = ("worker", "nanny", "scheduler", "client")


class Trials:
    """A cluster and a client that are killed and started again."""

    def __init__(self, folder: Path, processes: Processes, seed: int) -> None:
        self.dice = random.Random(seed)
        self.processes = processes
        self.scans, self.folder = folder / "scans", folder
        self.scans.mkdir()
        for name in "ab":
            (self.scans / f"{name}.pdf").write_text(f"{PAGES} {name}")
            os.utime(self.scans / f"{name}.pdf", (1.7e9, 1.7e9))
        self.expected = self.tables(self.run(folder / "expected", "--workers", "0"), folder / "expected")
        self.workers = [processes.worker(), processes.worker()]
        self.killed: Counter[str] = Counter()

    def run(self, out: Path, *how: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.cli.stubbed", "run", str(self.scans), "--out", str(out), *how]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        with (self.folder / "client.log").open("wb") as errors:
            return subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=errors
            )

    def tables(self, process: "subprocess.Popen[bytes]", out: Path) -> dict[str, bytes]:
        code = process.wait(timeout=PATIENCE_S)
        assert code == 0, (code, (self.folder / "client.log").read_text(), self.processes.logs())
        return {name: (out / name).read_bytes() for name in NAMES}

    def trial(self, victim: str) -> None:
        out = self.folder / f"out{self.killed.total()}"
        client = self.run(out, "--cluster", self.processes.address)
        pages = self.dice.randrange(2 * PAGES - 10)
        while client.poll() is None and len(list((out / PICTURES).glob("*"))) < pages:
            time.sleep(0.01)
        self.killed[victim if client.poll() is None else "too late"] += 1
        self.kill(victim, client)
        code = client.wait(timeout=PATIENCE_S)
        allowed = {"scheduler": {0, ExitCode.BAD_CLUSTER}, "client": {0, -signal.SIGKILL}}.get(victim, {0})
        assert code in allowed, (victim, code, (self.folder / "client.log").read_text())
        if code == ExitCode.BAD_CLUSTER:
            assert "Traceback" not in (self.folder / "client.log").read_text()
        assert self.tables(self.run(out, "--cluster", self.processes.address), out) == self.expected

    def kill(self, victim: str, client: "subprocess.Popen[bytes]") -> None:
        worker = self.dice.choice(self.workers)
        if victim == "client":
            client.kill()
        elif victim == "worker":  # its nanny starts another
            for child in children(worker.pid):
                if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text():
                    os.kill(child, signal.SIGKILL)
        elif victim == "nanny":
            worker.kill()
            self.workers.remove(worker)
            self.workers.append(self.processes.worker())
        else:
            scheduler = self.processes.schedulers[-1]
            scheduler.kill()
            scheduler.wait()
            self.processes.scheduler()
            for each in self.workers:
                each.kill()
            self.workers = [self.processes.worker(), self.processes.worker()]


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in found for child in path.read_text().split()]


def check(folder: Path, kills: int, seed: int) -> None:
    with dask_processes(folder / "dask") as processes:
        trials = Trials(folder, processes, seed)
        for number in range(kills):
            trials.trial(VICTIMS[number % len(VICTIMS)])
        print(dict(trials.killed))
        assert "a.pdf" not in processes.logs()
        for _ in range(200):
            if not processes.left_behind():
                return
            time.sleep(0.1)
        assert processes.left_behind() == []


@pytest.mark.slow
def test_a_few_kills(tmp_path: Path) -> None:
    check(tmp_path, FEW, 1)


@pytest.mark.campaign
def test_campaign_of_kills(tmp_path: Path) -> None:
    check(tmp_path, KILLS, 2)
