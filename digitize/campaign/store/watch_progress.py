"""How far the watched folder is: a small file written whole, which any program may read."""

import json
import time
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

from digitize.campaign.store.scan_folders import INBOX, SCANS, files_in

PROGRESS = "progress.json"
BEAT_S = 5.0  # the watcher writes at least so often
STALE_S = 30.0  # an older file was left by a watcher that ended


class Work(StrEnum):
    """What the watcher is at."""

    OFF = "off"  # nobody watches the folder
    IDLE = "idle"
    WORKING = "working"
    FINISHING = "finishing"  # all pages are stored, the tables are written
    BUSY = "busy"  # another run holds the campaign; this one waits for it
    STOPPED = "stopped"  # `sentence` says why; somebody must restart it


class Stage(StrEnum):
    """Where a file is on its way."""

    ARRIVING = "arriving"  # in the inbox, perhaps still growing
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class QueuedFile:
    """`name` is the file's path below the inbox; `pages` of it are finished."""

    name: str
    stage: Stage
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """`pages` are to be done in this run, `seconds_left` is None where that is not known yet.

    `files` lists what is on its way and, behind that, what was finished last.
    """

    work: Work = Work.OFF
    sentence: str = ""
    pages: int = 0
    pages_done: int = 0
    seconds_left: float | None = None
    files: tuple[QueuedFile, ...] = ()
    written_s: float = field(default_factory=time.time)  # seconds of the epoch


def write_progress(folder: Path, progress: Progress) -> None:
    """Replace the file; a reader sees the old or the new one."""
    unfinished = folder / f".{PROGRESS}.unfinished"
    unfinished.write_text(json.dumps(asdict(progress)), encoding="utf-8")
    unfinished.replace(folder / PROGRESS)


def read_progress(folder: Path) -> Progress:
    """What the watcher told last; OFF with the files that wait where nobody watches."""
    try:
        told = json.loads((folder / PROGRESS).read_text(encoding="utf-8"))
        files = tuple(QueuedFile(one["name"], Stage(one["stage"]), one["pages"]) for one in told.pop("files"))
        progress = Progress(**(told | {"work": Work(told["work"]), "files": files}))
    except (OSError, ValueError, KeyError, TypeError):
        progress = Progress(written_s=0.0)
    if progress.work is not Work.OFF and abs(time.time() - progress.written_s) < STALE_S:
        return progress
    return Progress(files=waiting_files(folder))


def waiting_files(folder: Path) -> tuple[QueuedFile, ...]:
    """What lies in the folders and is not finished."""
    places = ((SCANS, Stage.WAITING), (INBOX, Stage.ARRIVING))
    return tuple(
        QueuedFile(path.relative_to(folder / place).as_posix(), stage)
        for place, stage in places
        for path in files_in(folder, place)
    )
