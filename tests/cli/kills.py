"""Kill commands at random moments: `python -m tests.cli.kills FOLDER KILLS SEED SECONDS`.

What they leave is made up for and compared with what they would have done.  Children are forked
from a process that has imported everything, so that a kill costs a fraction of a second.  Ends
after so many kills or seconds.  Prints one JSON object: how many kills of each command, and every
violation in words.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TextIO

from digitize import batch, cli, inbox
from digitize.campaign.decisions import Decision, Field
from digitize.campaign.store import open_campaign
from digitize.campaign.store.backup_file import BackupFile
from digitize.records import RowKey
from digitize.tally import NAMES
from tests.campaign.store.deciding import in_step
from tests.cli import kill_doubles

FILES = {"a.pdf": "3 a", "b.pdf": "1 b", "c.pdf": "2 c", "again.pdf": "1 b", "d.pdf": "2 d"}
MOST_KILLS = 5  # of one campaign before it may finish
BUSY_S, PATIENCE_S = 20.0, 60.0
ENDINGS = (0, 130, -signal.SIGKILL, -signal.SIGINT)
DECISIONS = 30


@dataclass
class Result:
    """What was tried and what went wrong."""

    kills: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


class Child:
    """A command in a process of its own, in the session of which its workers are too."""

    def __init__(self, call: Callable[[], None], folder: Path) -> None:
        self.errors = folder / "stderr"
        self.pid = os.fork()
        if not self.pid:
            code = 130
            try:  # nothing may leave this block, or two processes would go on with the trials
                os.setsid()
                signal.signal(signal.SIGINT, signal.default_int_handler)
                code = 70
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                os.dup2(os.open(self.errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
                call()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
            except KeyboardInterrupt:
                code = 130
            finally:
                sys.stderr.flush()
                os._exit(code)

    def wait(self, limit_s: float) -> int | None:
        """Return the exit code, None if it is still running."""
        end_s = time.monotonic() + limit_s
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() >= end_s:
                return None
            time.sleep(0.002)

    def kill(self, how: str) -> int:
        number = signal.SIGINT if how == "Ctrl-C" else signal.SIGKILL
        try:
            if how == "kill -9 of one process":
                os.kill(self.pid, number)
            else:
                os.killpg(self.pid, number)
        except ProcessLookupError:  # it has not begun its session yet
            os.kill(self.pid, number)
        code = self.wait(PATIENCE_S)
        if code is None:  # hangs
            os.kill(self.pid, signal.SIGKILL)
            self.wait(PATIENCE_S)
            return 99
        return code


def command(*arguments: str) -> Callable[[], None]:
    def call() -> None:
        sys.argv = ["digitize", *arguments]
        cli.main()

    return call


class Trials:
    """Kills one command again and again, each time lets the campaign finish, and compares its tables."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.result = Result()
        self.scans = folder / "scans"
        self.scans.mkdir(parents=True)
        for name, content in FILES.items():
            (self.scans / name).write_text(content)
            os.utime(self.scans / name, (1.7e9, 1.7e9))
        self._seconds: dict[str, float] = {}
        self._expected: dict[str, dict[str, bytes]] = {}

    def of(self, name: str, prepare: Callable[[Path], None], *arguments: str) -> None:
        """Make one campaign of this kind that is killed some times."""
        if name not in self._expected:
            self._measure(name, prepare, *arguments)
        out = self._fresh(prepare)
        for _ in range(self.random.randint(1, MOST_KILLS)):
            child = Child(command(*arguments, str(out)), self.folder)
            code = child.wait(self.random.uniform(0, 1.1) * self._seconds[name])
            if code is None:
                how = self.random.choice(["kill -9", "kill -9 of one process", "Ctrl-C"])
                code = child.kill(how)
                self.result.kills[f"{name}, {how}"] += 1
            self._check_end(name, code, child)
            self._check_tables(name, out, whole=False)
            if code == 0:
                break
        self._finish(name, out, *arguments)
        self._check_tables(name, out, whole=True)

    def deciding(self) -> None:
        """Kill a process that makes decisions: all that it was told are stored, each once."""
        out = self._fresh(self._complete)
        told = self.folder / "told"
        told.write_text("")
        for _ in range(self.random.randint(1, MOST_KILLS)):
            child = Child(partial(decide, out, told, self.random.randrange(1000)), self.folder)
            if child.wait(self.random.uniform(0, 0.4)) is None:
                child.kill("kill -9")
                self.result.kills["decisions, kill -9"] += 1
        stored, backed_up = trail(out)
        wanted = told.read_text().split()
        if not set(wanted) <= set(stored) or len(stored) != len(set(stored)):
            self.result.violations.append("decisions: lost or doubled")
        if stored != backed_up:
            different = sorted(set(stored) ^ set(backed_up))[:MOST_KILLS]
            self.result.violations.append(f"decisions: the backup differs: {different}")
        if len(stored) - len(wanted) > MOST_KILLS:
            self.result.violations.append("decisions: some that nobody made")

    def watched(self, out: Path) -> None:
        (out / "inbox").mkdir(parents=True)
        for path in sorted(self.scans.iterdir()):
            shutil.copy2(path, out / "inbox")

    def _complete(self, out: Path) -> None:
        """Give the folder a finished campaign without its tables."""
        template = self.folder / "complete"
        if not template.exists():
            Child(
                command("run", str(self.scans), "--workers", "0", "--out", str(template)), self.folder
            ).wait(PATIENCE_S)
        shutil.copytree(template, out)
        for name in NAMES:
            (out / name).unlink(missing_ok=True)

    def _fresh(self, prepare: Callable[[Path], None]) -> Path:
        out = self.folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        prepare(out)
        return out

    def _measure(self, name: str, prepare: Callable[[Path], None], *arguments: str) -> None:
        out = self._fresh(prepare)
        start_s = time.monotonic()
        code = Child(command(*arguments, str(out)), self.folder).wait(PATIENCE_S)
        self._seconds[name] = time.monotonic() - start_s
        if code:
            raise AssertionError(f"{name} ends with {code}")
        self._expected[name] = tables(out)

    def _finish(self, name: str, out: Path, *arguments: str) -> None:
        end_s = time.monotonic() + BUSY_S
        while True:
            child = Child(command(*arguments, str(out)), self.folder)
            code = child.wait(PATIENCE_S)
            if code != 6 or time.monotonic() > end_s:  # the workers of a killed run may be ending
                break
            time.sleep(0.2)
        if code:
            self.result.violations.append(f"{name}: the last run ends with {code}: {read(child.errors)}")

    def _check_end(self, name: str, code: int, child: Child) -> None:
        said = read(child.errors)
        busy = code == 6 and ("Another run" in said or "Another digitize" in said)
        if (code not in ENDINGS and not busy) or "Traceback" in said:
            self.result.violations.append(f"{name}: ends with {code}: {said}")

    def _check_tables(self, name: str, out: Path, *, whole: bool) -> None:
        found, expected = tables(out), self._expected[name]
        if whole and found != expected:
            different = [each for each in NAMES if found.get(each) != expected[each]]
            self.result.violations.append(f"{name}: other tables: {different}")
        half = [each for each, data in found.items() if not data.endswith(b"\r\n")]
        if half:
            self.result.violations.append(f"{name}: half of {half}")


def decide(out: Path, told: Path, seed: int) -> None:
    """Decide at random and write down each decision when it is stored."""
    dice = random.Random(seed)
    with open_campaign(out) as campaign, told.open("a") as file:
        for _ in range(DECISIONS):
            key = RowKey(dice.randint(1, 3), 1, 2)
            made = campaign.review.decide(key, Field.STATUS, dice.choice(["signed", "struck"]), "ann")
            tell(file, made)
            if dice.random() < 0.2 and (undone := campaign.review.undo("ann")):
                tell(file, undone)


def tell(file: TextIO, made: Decision) -> None:
    file.write(f"{made.id}:{made.at.isoformat()}\n")
    file.flush()


def trail(out: Path) -> tuple[list[str], list[str]]:
    """Return id and time of all decisions as stored and as backed up."""
    with open_campaign(out) as campaign:
        stored = [f"{line.id}:{line.at.isoformat()}" for line in campaign.review.trail()]
        assert in_step(campaign)
    lines = [line.entry for line in BackupFile(out).lines() if line]
    made = [(line["id"], line["at"]) for line in lines if line["what"] == "decision"]
    return stored, [f"{number}:{datetime.fromisoformat(at).isoformat()}" for number, at in made]


def tables(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in NAMES if (out / name).exists()}


def read(path: Path) -> str:
    return path.read_text(errors="replace") if path.exists() else ""


def _leave_empty(_out: Path) -> None:
    """A run makes its folder itself."""


def main(folder: Path, kills: int, seed: int, limit_s: float) -> Result:
    end_s = time.monotonic() + limit_s
    batch.run = partial(batch.run, digitize_file=kill_doubles.digitize, count_pages=kill_doubles.count_pages)
    inbox.STEP_S = 0.05
    inbox.Inbox = partial(inbox.Inbox, settled_s=0.1, run=batch.run)  # type: ignore[misc]
    trials = Trials(folder, seed)
    run = ("run", str(trials.scans), "--received", "2025-01-17", "--deadline", "2025-01-20")
    while sum(trials.result.kills.values()) < kills and time.monotonic() < end_s:
        if trials.result.violations:
            print(dict(trials.result.kills), trials.result.violations, file=sys.stderr, flush=True)
        kind = trials.random.choice(["run", "run", "run", "tally", "tally", "deciding", "workers", "watch"])
        if kind == "run":
            trials.of("run", _leave_empty, *run, "--workers", "0", "--out")
        elif kind == "workers":
            trials.of("run with workers", _leave_empty, *run, "--workers", "2", "--out")
        elif kind == "tally":
            trials.of("tally", trials._complete, "tally")
        elif kind == "watch":
            trials.of("watch", trials.watched, "watch", "--once", "--workers", "0")
        else:
            trials.deciding()
    return trials.result


if __name__ == "__main__":
    done = main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
    print(json.dumps({"kills": done.kills, "violations": done.violations}, indent=1))
