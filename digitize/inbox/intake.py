"""Which files are there for good, and where a finished one belongs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from digitize.campaign.store import Campaign, Input
from digitize.campaign.store.scan_folders import DONE, FAILED, INBOX, SCANS, TAKEN, files_in, put_away, take
from digitize.records import PageKind

SETTLED_S = 4.0  # scanners that write a file page by page pause for a second or two
EMPTY_S = 60.0  # a file is often created long before its first page is scanned

_HELD = "{} cannot be taken out of the inbox ({}); close it in other programs, or look at the rights."

Size = tuple[int, int]  # bytes and time of change


@dataclass(frozen=True, slots=True)
class _Seen:
    size: Size
    since_s: float


class Settling:
    """Watches files grow and takes those that have stopped."""

    def __init__(
        self, folder: Path, settled_s: float = SETTLED_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder, self._settled_s, self._clock = folder, settled_s, clock
        self._seen: dict[Path, _Seen] = {}
        self.trouble = ""  # a sentence about a file that could not be taken

    def take(self) -> list[Path]:
        """Move the files that have stopped growing to the scans; returns where they lie now."""
        now_s = self._clock()
        seen: dict[Path, _Seen] = {}
        taken = []
        self.trouble = ""
        for path in files_in(self._folder, INBOX):
            size = size_of(path)
            if size is None:
                continue
            before = self._seen.get(path)
            seen[path] = before if before and before.size == size else _Seen(size, now_s)
            needed_s = self._settled_s if size[0] else max(EMPTY_S, self._settled_s)
            if now_s - seen[path].since_s >= needed_s:
                try:
                    taken.append(take(self._folder, path))
                    del seen[path]
                except OSError as error:  # another program may hold it: tried again at every look
                    self.trouble = _HELD.format(path.name, error.strerror)
        self._seen = seen
        return taken


def size_of(path: Path) -> Size | None:
    """None where the file is gone."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def settle(campaign: Campaign, path: Path, failed_too: bool = True) -> str | None:
    """Move a scan whose pages are all stored to done or failed; returns which, None where it stays.

    It stays as well when it has changed since it was read.  The file goes first:
    a kill in between leaves what `find_again` mends.
    """
    entry = campaign.inputs.at(str(path))
    if entry is None or size_of(path) != (entry.size_bytes, entry.modified_ns):
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
        return DONE  # its content is counted under another name
    if len(kinds) < entry.pages:
        return None
    return FAILED if all(kind is PageKind.FAILED for kind in kinds) else DONE


def find_again(campaign: Campaign) -> None:
    """Tell the campaign where scans lie that were moved without its knowledge.

    That is so where a kill came between moving a file and noting it, where
    staff moved a file from one of the folders to another, and where the whole
    folder was moved.
    """
    lying = {
        path.relative_to(campaign.folder / place): path
        for place in TAKEN
        for path in files_in(campaign.folder, place)
    }
    for entry in campaign.inputs.all():
        path = Path(entry.path)
        if path.exists():
            continue
        below = next((i for i, part in enumerate(path.parts) if part in TAKEN), None)
        found = lying.get(Path(*path.parts[below + 1 :])) if below is not None else None
        if found is not None and size_of(found) == (entry.size_bytes, entry.modified_ns):
            campaign.inputs.move(entry.id, str(found), entry.modified_ns)


def tidy(campaign: Campaign) -> None:
    """Bring files and campaign in step after a sudden end: called before anything new is taken."""
    find_again(campaign)
    for path in files_in(campaign.folder, SCANS):
        settle(campaign, path, failed_too=False)
