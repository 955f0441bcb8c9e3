"""Enter files into a campaign, or recognise that they are there already."""

import hashlib
import logging
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from digitize.campaign.store import Campaign, Input
from digitize.debug_log import describe
from digitize.errors import DigitizeError, MissingProgram, UnreadableScan
from digitize.load.file_types import READABLE
from digitize.records import Failure, PageId

CountPages = Callable[[Path], int]

STAGE = "load"  # stage of the failures of whole files
LEFT_OUT = "not-a-scan"  # kind of the failure of a file in a folder that is no scan
NO_CONTENT = ""  # checksum of what could not be read, or was not

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Registered:
    """A scan in the campaign; `failure` says why it could not be opened."""

    input: Input
    failure: Failure | None = None


@dataclass
class _Content:
    """What the campaign knows of a content: its pages, and inputs whose files are no longer there."""

    pages: int | None = None
    gone: list[Input] = field(default_factory=list)


class Register:
    """Enters the files of one run.

    `received` is the day on which new scans came in, None: that on which each
    file was written.  All methods may raise BadStore.
    """

    def __init__(self, campaign: Campaign, count_pages: CountPages, received: date | None = None) -> None:
        self._inputs = campaign.inputs
        self._count_pages = count_pages
        self._received = received
        self._contents: dict[str, _Content] = {}

    def forget_missing(self) -> None:
        """Forget files that were never read and are no longer there, unless people decided about them."""
        for entry in self._inputs.all():
            gone = entry.sha256 == NO_CONTENT and not os.path.lexists(entry.path)
            if gone and not self._inputs.is_decided(entry.id):
                self._inputs.remove(entry.id)

    def enter(self, scan: Path) -> Registered:
        """Enter a scan.

        A file that now holds something else is a new input; a file that was
        renamed keeps its results.  Raises MissingProgram.
        """
        if reason := _unusable(scan):
            return self._unread(scan, UnreadableScan.kind, reason)
        try:
            entry = self._entered(scan)
        except OSError as error:
            reason = f"cannot be read ({error.strerror}); bring it back, or look at the rights"
            return self._unread(scan, UnreadableScan.kind, reason)
        return self._opened(entry, scan) if entry.pages is None else Registered(entry)

    def leave_out(self, path: Path) -> Registered:
        """Enter a file of a folder that is no scan, so that it stands in the tables with the reason."""
        if reason := _unusable(path):
            return self._unread(path, UnreadableScan.kind, reason)
        return self._unread(path, LEFT_OUT, f"was left out: it is not a {READABLE} file")

    def _unread(self, path: Path, kind: str, reason: str) -> Registered:
        text = _storable(path)
        entry = self._inputs.at(text) or self._inputs.add(
            text, NO_CONTENT, 0, 0, self._received or date.today()
        )
        return Registered(entry, _failure(text, kind, reason))

    def _entered(self, scan: Path) -> Input:
        path, status = str(scan), scan.stat()
        known = self._inputs.at(path)
        if known and known.sha256 and _has(known, status):
            return known
        sha256 = _sha256(scan)
        if known and known.sha256 != sha256:
            self._inputs.remove(known.id)
        elif known:
            self._inputs.move(known.id, path, status.st_mtime_ns)
            return replace(known, modified_ns=status.st_mtime_ns)
        content = self._content(sha256)
        if content.gone:
            twin = content.gone.pop(0)
            self._inputs.move(twin.id, path, status.st_mtime_ns)
            return replace(twin, path=path, modified_ns=status.st_mtime_ns)
        day = self._received or date.fromtimestamp(status.st_mtime)
        return self._inputs.add(path, sha256, status.st_size, status.st_mtime_ns, day)

    def _content(self, sha256: str) -> _Content:
        """Look a content up once: there may be thousands of files with the same."""
        if sha256 not in self._contents:
            twins = self._inputs.with_content(sha256)
            pages = next((twin.pages for twin in twins if twin.pages is not None), None)
            gone = [twin for twin in twins if not os.path.exists(twin.path)]  # noqa: PTH110
            self._contents[sha256] = _Content(pages, gone)
        return self._contents[sha256]

    def _opened(self, entry: Input, scan: Path) -> Registered:
        content = self._content(entry.sha256)
        try:
            pages = content.pages or self._count_pages(scan)
        except MissingProgram:
            raise  # the same for every scan of this kind: mend that first
        except DigitizeError as error:
            return Registered(entry, Failure(PageId(entry.path, 0), STAGE, error.kind, str(error)))
        except Exception as error:
            _log.error("%s cannot be opened: %s", scan.name, describe(error))
            # Libraries meet damaged files with any exception; one file must not end the batch.
            reason = f"cannot be opened ({type(error).__name__}); save or scan it again"
            return Registered(entry, _failure(entry.path, UnreadableScan.kind, reason))
        content.pages = pages
        self._inputs.set_pages(entry.id, pages)
        return Registered(replace(entry, pages=pages))


def is_unchanged(entry: Input) -> bool:
    """Return whether a scan is still the file that was entered."""
    try:
        return _has(entry, Path(entry.path).stat())
    except OSError:
        return False


def _has(entry: Input, status: os.stat_result) -> bool:
    return (entry.size_bytes, entry.modified_ns) == (status.st_size, status.st_mtime_ns)


def _unusable(path: Path) -> str:
    """Return why a file cannot even be looked at, empty where it can."""
    if _storable(path) != str(path):
        return "has a name that is not UTF-8; rename it"
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return f"is not there or cannot be reached ({error.strerror}); bring it back, or remove the link"
    if stat.S_ISDIR(mode):
        return "is a folder that cannot be read; look at its rights and the length of its path"
    return "" if stat.S_ISREG(mode) else "is a pipe or device; save the scan as a file"


def _storable(path: Path) -> str:
    """Return the path as text, with what is not UTF-8 in it spelled out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _failure(path: str, kind: str, reason: str) -> Failure:
    return Failure(PageId(path, 0), STAGE, kind, f"{Path(path).name} {reason}.")


def _sha256(scan: Path) -> str:
    with scan.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
