"""Take files that have been written completely, and move finished ones to their folder."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from digitize.campaign.store import Campaign, Input
from digitize.campaign.store.scan_folders import DONE, FAILED, INBOX, SCANS, TAKEN, files_in, put_away, take
from digitize.problems import LOCKED, problem
from digitize.records import PageKind

SETTLED_S = 4.0  # scanners that write page by page pause for a second or two
EMPTY_S = 60.0  # files are often created long before the first page is scanned

Version = tuple[int, int]  # size in bytes and modification time in ns


@dataclass(frozen=True, slots=True)
class _Seen:
    version: Version
    since_s: float


class Arrivals:
    """Moves files out of the inbox once they have stopped changing."""

    def __init__(
        self, folder: Path, settled_s: float = SETTLED_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder, self._settled_s, self._clock = folder, settled_s, clock
        self._seen: dict[Path, _Seen] = {}
        self.problem = ""  # a sentence about a file that could not be moved

    def take(self) -> list[Path]:
        """Move the files that have stopped changing to the scans; return their new paths."""
        now_s = self._clock()
        seen: dict[Path, _Seen] = {}
        taken = []
        self.problem = ""
        for path in files_in(self._folder, INBOX):
            version = version_of(path)
            if version is None:
                continue
            before = self._seen.get(path)
            seen[path] = before if before and before.version == version else _Seen(version, now_s)
            needed_s = self._settled_s if version[0] else max(EMPTY_S, self._settled_s)
            if now_s - seen[path].since_s >= needed_s:
                try:
                    taken.append(take(self._folder, path))
                    del seen[path]
                except OSError as error:  # another program may hold the file; tried again in the next step
                    self.problem = problem(LOCKED, file=path.name, reason=error.strerror)
        self._seen = seen
        return taken


def version_of(path: Path) -> Version | None:
    """Return size and modification time, or None if the file is gone."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def move_finished(campaign: Campaign, path: Path, failed_too: bool = True) -> str | None:
    """Move a scan whose pages are all stored to done or failed; return which, or None if it stays.

    A scan that has changed since it was read also stays.  The file is moved before
    the campaign is updated; `relocate` repairs a crash in between.
    """
    entry = campaign.inputs.at(str(path))
    if entry is None or version_of(path) != (entry.size_bytes, entry.modified_ns):
        return None
    place = _place(campaign, entry)
    if place is None or (place == FAILED and not failed_too):
        return None
    target = put_away(campaign.folder, path, place, lambda at: campaign.inputs.at(str(at)) is not None)
    campaign.inputs.move(entry.id, str(target), entry.modified_ns)
    return place


def _place(campaign: Campaign, entry: Input) -> str | None:
    kinds = campaign.pages.kinds(entry.id)
    if entry.pages is None:
        return FAILED if kinds else None
    if campaign.inputs.is_duplicate(entry.id):
        return DONE  # same content as another scan that is counted
    if len(kinds) < entry.pages:
        return None
    return FAILED if all(kind is PageKind.FAILED for kind in kinds) else DONE


def relocate(campaign: Campaign) -> None:
    """Update the paths of scans that were moved without the campaign being told.

    This happens when the process was killed between moving a file and storing its
    new path, when somebody moved a file from one folder to another, and when the
    whole campaign folder was moved.
    """
    present = {
        path.relative_to(campaign.folder / place): path
        for place in TAKEN
        for path in files_in(campaign.folder, place)
    }
    for entry in campaign.inputs.all():
        path = Path(entry.path)
        if path.exists():
            continue
        below = next((i for i, part in enumerate(path.parts) if part in TAKEN), None)
        found = present.get(Path(*path.parts[below + 1 :])) if below is not None else None
        if found is not None and version_of(found) == (entry.size_bytes, entry.modified_ns):
            campaign.inputs.move(entry.id, str(found), entry.modified_ns)


def recover(campaign: Campaign) -> None:
    """Reconcile files and campaign after a crash; called before anything new is taken."""
    relocate(campaign)
    for path in files_in(campaign.folder, SCANS):
        move_finished(campaign, path, failed_too=False)
