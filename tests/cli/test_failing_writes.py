"""Every write of a command fails once: it stops with one sentence, and the next run makes up for it.

strace makes the system calls fail, so that the calls of SQLite fail as well as those of Python.
"""

import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from digitize.campaign.store import open_campaign
from digitize.campaign.store.backup_file import BackupFile
from digitize.errors import ExitCode
from digitize.tally import NAMES
from tests.campaign.store.deciding import in_step
from tests.cli.terminal import ROOT, scan

# System calls that change a folder, and how they fail.  A disk that is full stays full; of `write` only one
# fails, as the sentence has to be written too.
FAILURES = {
    "write": "ENOSPC:when={}",
    "pwrite64": "ENOSPC:when={}+",
    "fsync": "EIO:when={}",
    "fdatasync": "EIO:when={}",
    "ftruncate": "EROFS:when={}",
    "rename": "EROFS:when={}",
    "mkdir": "EDQUOT:when={}",
    "openat": "EROFS:when={}",
    "unlink": "EROFS:when={}",
}
THINNED = {"pwrite64": 4}  # only every fourth: those of one transaction of SQLite fail alike
SAMPLE = 5  # writes of each command that fail in the quick test
PATIENCE_S = 120.0

RUN = ("run", "scans", "--out", "out", "--workers", "0", "--received", "2025-01-17")
COMMANDS = {"run": RUN, "tally": ("tally", "out"), "decide": ("decide", "out")}
DECISIONS = 3  # that `decide` makes, the one that undoes another included


@dataclass(frozen=True)
class Write:
    """The n-th call of this name."""

    call: str
    number: int


def start(folder: Path, *arguments: str, tracing: tuple[str, ...] = ()) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*tracing, sys.executable, "-m", "tests.cli.stubbed", *arguments],
        cwd=folder,
        env=environment,
        timeout=PATIENCE_S,
        check=False,
        capture_output=True,
        text=True,
    )


def writes(folder: Path, command: tuple[str, ...]) -> list[Write]:
    """Return the calls of a command that change its results folder."""
    trace = folder / "trace"
    tracing = (
        "strace",
        "-y",
        "-qq",
        "--seccomp-bpf",
        "-f",
        f"--output={trace}",
        f"--trace={','.join(FAILURES)}",
    )
    assert start(folder, *command, tracing=tracing).returncode == ExitCode.OK
    seen: Counter[str] = Counter()
    found = []
    main = trace.read_text().split(maxsplit=1)[0]
    for line in trace.read_text().splitlines():
        match = re.match(rf"{main} +(\w+)\(", line)
        if match is None:
            continue
        call = match[1]
        seen[call] += 1
        changes = call != "openat" or "O_CREAT" in line
        if changes and re.search(r'(/out[/>"]|"out[/"])', line):
            found.append(Write(call, seen[call]))
    return found


def check(folder: Path, name: str, write: Write, expected: dict[str, bytes]) -> list[str]:
    """Let one call fail; return what is wrong, in words."""
    failure = f"--inject={write.call}:error={FAILURES[write.call].format(write.number)}"
    tracing = ("strace", "-qq", "--seccomp-bpf", "-f", "--output=/dev/null", f"--trace={write.call}", failure)
    done = start(folder, *COMMANDS[name], tracing=tracing)
    wrong = []
    told = done.stderr.strip().splitlines()
    if done.returncode == ExitCode.OK and not is_complete(folder / "out", name, expected):
        wrong.append("went on without a word")
    elif done.returncode not in (ExitCode.OK, ExitCode.PAGES_FAILED, ExitCode.BAD_STORE):
        wrong.append(f"ends with {done.returncode}")
    if done.returncode == ExitCode.BAD_STORE and (len(told) != 1 or not told[0].startswith("Error: ")):
        wrong.append(f"says {told}")
    if "Traceback" in done.stderr:
        wrong.append("shows a traceback")
    again = start(folder, *COMMANDS[name])
    if again.returncode != ExitCode.OK:
        wrong.append(f"cannot go on: {again.returncode} {again.stderr}")
    elif name == "decide":
        wrong += unequal(folder / "out")
    elif not is_complete(folder / "out", name, expected):
        wrong.append("other tables")
    return [f"{name}, {write.call} {write.number}: {each}" for each in wrong]


def is_complete(out: Path, name: str, expected: dict[str, bytes]) -> bool:
    """Return whether the command has done all that it should."""
    if name == "decide":
        with open_campaign(out) as campaign:
            return len(list(campaign.review.trail())) == DECISIONS
    return {each: (out / each).read_bytes() for each in NAMES} == expected


def unequal(out: Path) -> list[str]:
    """Return whether backup and database differ."""
    with open_campaign(out) as campaign:
        stored = [line.id for line in campaign.review.trail()]
        states = in_step(campaign)
    lines = [line.entry for line in BackupFile(out).lines() if line]
    backed_up = list(dict.fromkeys(entry["id"] for entry in lines if entry["what"] == "decision"))
    return [] if stored == backed_up and states else ["backup and database differ"]


def prepare(folder: Path, name: str) -> None:
    """Make the campaign on which the command works: for a run, one that has some scans already."""
    scan(folder, "scans/a.pdf", "2 a")
    assert start(folder, *RUN).returncode == ExitCode.OK
    if name == "run":
        scan(folder, "scans/b.pdf", "2 b")
        os.utime(folder / "scans" / "b.pdf", (1.7e9, 1.7e9))
    elif name == "tally":
        start(folder, "decide", "out")


def fail(name: str, tmp_path: Path, sample: int | None) -> tuple[int, list[str]]:
    """Let writes of a command fail one by one; return how many did, and what went wrong."""
    folder, original = tmp_path / "work", tmp_path / "original"
    folder.mkdir()
    prepare(folder, name)
    shutil.copytree(folder, original)
    found = writes(folder, COMMANDS[name])
    expected = {each: (folder / "out" / each).read_bytes() for each in NAMES}
    chosen = [write for write in found if write.number % THINNED.get(write.call, 1) == 0]
    if sample is not None:
        chosen = random.Random(11).sample(chosen, sample)
    wrong = []
    for write in chosen:
        shutil.rmtree(folder)
        shutil.copytree(original, folder)  # at the same place: the campaign knows where its scans are
        wrong += check(folder, name, write, expected)
    return len(chosen), wrong


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_failing_write_stops_with_a_sentence_and_is_made_up_for(name: str, tmp_path: Path) -> None:
    assert fail(name, tmp_path, SAMPLE) == (SAMPLE, [])


@pytest.mark.campaign
@pytest.mark.parametrize("name", COMMANDS)
def test_campaign_of_failing_writes(name: str, tmp_path: Path) -> None:
    tried, wrong = fail(name, tmp_path, None)
    print(f"{name}: {tried} writes, violations: {wrong}")
    assert wrong == []
