"""Find the scans under the given paths and register them in the campaign."""

import hashlib
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from digitize.campaign.collate import natural_key
from digitize.campaign.store import Campaign, Input
from digitize.debug_log import describe
from digitize.errors import DigitizeError, MissingProgram, NoInput, UnreadableScan
from digitize.records import Failure, PageId

CountPages = Callable[[Path], int]

_log = logging.getLogger(__name__)

STAGE = "load"  # stage reported for a file that cannot be opened


@dataclass(frozen=True, slots=True)
class Found:
    """Scans in natural order without repetitions, and the files in folders that are not scans."""

    scans: tuple[Path, ...]
    not_scans: tuple[Path, ...]


def find(named: Iterable[Path], suffixes: Iterable[str], output: Path) -> Found:
    """Return the given files and the scans in the given folders and their subfolders.

    A file that is named explicitly is included whatever its suffix, so that it
    is reported as a result or as a failure.  In folders, hidden files and the
    output folder are skipped, and files with other suffixes are returned as
    `not_scans`.  Raises NoInput.
    """
    known = {suffix.lower() for suffix in suffixes}
    seen: set[Path] = set()
    scans: list[Path] = []
    others: list[Path] = []
    named = list(named)
    for path in named:
        inside = list(_walk(path, output.resolve())) if path.is_dir() else [path]
        for file in inside:
            real = file.resolve()
            if real in seen:
                continue
            seen.add(real)
            is_scan = not path.is_dir() or file.suffix.lower() in known
            (scans if is_scan else others).append(Path(os.path.abspath(file)))  # noqa: PTH100 (keeps links)
    if not scans:
        places = ", ".join(str(path) for path in named)
        kinds = " ".join(sorted(known))
        raise NoInput(f"There is no scan in {places}; name files or folders that hold {kinds}.")
    return Found(tuple(scans), tuple(others))


def _walk(folder: Path, output: Path) -> Iterator[Path]:
    entries = [path for path in folder.iterdir() if not path.name.startswith(".")]
    for path in sorted(entries, key=lambda path: natural_key(path.name)):
        if path.is_dir():
            if path.resolve() != output and not path.is_symlink():  # a link may form a loop
                yield from _walk(path, output)
        elif path.is_file():
            yield path


@dataclass(frozen=True, slots=True)
class Registered:
    """A scan that is in the campaign; `failure` is set if it could not be opened."""

    input: Input
    failure: Failure | None = None


def register(
    campaign: Campaign, scan: Path, count_pages: CountPages, received: date | None = None
) -> Registered:
    """Add a scan to the campaign unless it is already there.

    A file whose content has changed becomes a new input; a file that was renamed
    keeps its results.  `received` is the day of receipt of new scans; None takes
    the day on which the file was last modified.  Raises BadStore, MissingProgram.
    """
    try:
        entry = _add(campaign, scan, received)
    except OSError as error:
        entry = campaign.inputs.at(str(scan)) or campaign.inputs.add(
            str(scan), "", 0, 0, received or date.today()
        )
        return Registered(entry, _failure(scan, UnreadableScan.kind, f"cannot be read: {error.strerror}"))
    if entry.pages is None:
        return _count_pages(campaign, entry, scan, count_pages)
    return Registered(entry)


def _add(campaign: Campaign, scan: Path, received: date | None) -> Input:
    path, stat, inputs = str(scan), scan.stat(), campaign.inputs
    known = inputs.at(path)
    if known and (known.size_bytes, known.modified_ns) == (stat.st_size, stat.st_mtime_ns):
        return known
    sha256 = _sha256(scan)
    if known and known.sha256 != sha256:
        inputs.remove(known.id)
    elif known:
        inputs.move(known.id, path, stat.st_mtime_ns)
        return known
    for twin in inputs.with_content(sha256):
        if not Path(twin.path).exists():
            inputs.move(twin.id, path, stat.st_mtime_ns)
            return replace(twin, path=path)
    day = received or date.fromtimestamp(stat.st_mtime)
    return inputs.add(path, sha256, stat.st_size, stat.st_mtime_ns, day)


def _count_pages(campaign: Campaign, entry: Input, scan: Path, count_pages: CountPages) -> Registered:
    twins = (twin.pages for twin in campaign.inputs.with_content(entry.sha256) if twin.pages is not None)
    try:
        pages = next(twins, None) or count_pages(scan)
    except MissingProgram:
        raise  # would fail for every scan of this kind: stop the run
    except DigitizeError as error:
        return Registered(entry, Failure(PageId(entry.path, 0), STAGE, error.kind, str(error)))
    except Exception as error:
        _log.error("%s cannot be opened: %s", scan.name, describe(error))
        # Libraries raise anything on damaged files; one file must not end the batch.
        reason = f"cannot be opened ({type(error).__name__}); save or scan it again"
        return Registered(entry, _failure(scan, UnreadableScan.kind, reason))
    campaign.inputs.set_pages(entry.id, pages)
    return Registered(replace(entry, pages=pages))


def _failure(scan: Path, kind: str, reason: str) -> Failure:
    return Failure(PageId(str(scan), 0), STAGE, kind, f"{scan.name} {reason}.")


def _sha256(scan: Path) -> str:
    with scan.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
