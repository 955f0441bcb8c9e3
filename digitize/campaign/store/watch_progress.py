"""The progress of the watched folder: a small JSON file that any program may read."""

import json
import time
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

from digitize.campaign.store.scan_folders import INBOX, SCANS, files_in
from digitize.problems import restored, stored

PROGRESS = "progress.json"
BEAT_S = 5.0  # longest interval between two writes of a watcher at work
STALE_S = 30.0  # an older file was left by a watcher that ended


class Work(StrEnum):
    """What the watcher is doing."""

    OFF = "off"  # there is no watcher
    IDLE = "idle"
    WORKING = "working"
    FINISHING = "finishing"  # all pages are stored, the tables are being written
    BUSY = "busy"  # waiting for another run to release the campaign
    STOPPED = "stopped"  # `sentence` says why; somebody must restart it


class Stage(StrEnum):
    """How far a file has come."""

    ARRIVING = "arriving"  # in the inbox, perhaps still growing
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class QueuedFile:
    """A file in the queue; `name` is its path below the inbox, `pages` of it are finished."""

    name: str
    stage: Stage
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of the watcher.

    `pages` are to be done in this run; `seconds_left` is None while unknown.  `files` lists the
    files in the queue, then those finished last.
    """

    work: Work = Work.OFF
    sentence: str = ""
    pages: int = 0
    pages_done: int = 0
    seconds_left: float | None = None
    files: tuple[QueuedFile, ...] = ()
    written_s: float = field(default_factory=time.time)  # seconds since the epoch


def write_progress(folder: Path, progress: Progress) -> None:
    """Replace the file; readers see either the old or the new version."""
    unfinished = folder / f".{PROGRESS}.unfinished"
    unfinished.write_text(
        json.dumps(asdict(progress) | {"sentence": stored(progress.sentence)}), encoding="utf-8"
    )
    unfinished.replace(folder / PROGRESS)


def read_progress(folder: Path) -> Progress:
    """Return what the watcher wrote last; without a watcher, `Work.OFF` with the files that wait."""
    try:
        kept = json.loads((folder / PROGRESS).read_text(encoding="utf-8"))
        files = tuple(
            QueuedFile(file["name"], Stage(file["stage"]), file["pages"]) for file in kept.pop("files")
        )
        progress = Progress(
            **(kept | {"work": Work(kept["work"]), "files": files, "sentence": restored(kept["sentence"])})
        )
    except (OSError, ValueError, KeyError, TypeError):
        progress = Progress(written_s=0.0)
    if progress.work is not Work.OFF and abs(time.time() - progress.written_s) < STALE_S:
        return progress
    return Progress(files=waiting_files(folder))


def waiting_files(folder: Path) -> tuple[QueuedFile, ...]:
    """Return the files in the folders that are not finished."""
    places = ((SCANS, Stage.WAITING), (INBOX, Stage.ARRIVING))
    return tuple(
        QueuedFile(path.relative_to(folder / place).as_posix(), stage)
        for place, stage in places
        for path in files_in(folder, place)
    )
