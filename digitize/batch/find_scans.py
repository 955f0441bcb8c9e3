"""From the paths a person names to the scans of a campaign."""

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

STAGE = "load"  # stage of the failures of whole files


@dataclass(frozen=True, slots=True)
class Found:
    """Scans in natural order, each once, and the files of a folder that are none."""

    scans: tuple[Path, ...]
    not_scans: tuple[Path, ...]


def find(named: Iterable[Path], suffixes: Iterable[str], output: Path) -> Found:
    """Expand files and folders (searched through).

    A file that was named goes in whatever its suffix, so that it ends as a
    result or a failure; in folders hidden files and the output folder are left
    out and other kinds of files listed.  Raises NoInput.
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
            if path.resolve() != output and not path.is_symlink():  # a link may lead in circles
                yield from _walk(path, output)
        elif path.is_file():
            yield path


@dataclass(frozen=True, slots=True)
class Registered:
    """A scan in the campaign; `failure` says why it could not be opened."""

    input: Input
    failure: Failure | None = None


def register(
    campaign: Campaign, scan: Path, count_pages: CountPages, received: date | None = None
) -> Registered:
    """Enter a scan into the campaign, or recognise that it is there already.

    A file that now holds something else is a new input; a file that was renamed
    keeps its results.  `received` is the day on which new scans came in, None:
    that on which the file was written.  Raises BadStore, MissingProgram.
    """
    try:
        entry = _entered(campaign, scan, received)
    except OSError as error:
        entry = campaign.inputs.at(str(scan)) or campaign.inputs.add(
            str(scan), "", 0, 0, received or date.today()
        )
        return Registered(entry, _failure(scan, UnreadableScan.kind, f"cannot be read: {error.strerror}"))
    if entry.pages is None:
        return _opened(campaign, entry, scan, count_pages)
    return Registered(entry)


def _entered(campaign: Campaign, scan: Path, received: date | None) -> Input:
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


def _opened(campaign: Campaign, entry: Input, scan: Path, count_pages: CountPages) -> Registered:
    twins = (twin.pages for twin in campaign.inputs.with_content(entry.sha256) if twin.pages is not None)
    try:
        pages = next(twins, None) or count_pages(scan)
    except MissingProgram:
        raise  # the same for every scan of this kind: mend that first
    except DigitizeError as error:
        return Registered(entry, Failure(PageId(entry.path, 0), STAGE, error.kind, str(error)))
    except Exception as error:
        _log.error("%s cannot be opened: %s", scan.name, describe(error))
        # Libraries meet damaged files with any exception; one file must not end the batch.
        what = f"cannot be opened ({type(error).__name__}); save or scan it again"
        return Registered(entry, _failure(scan, UnreadableScan.kind, what))
    campaign.inputs.set_pages(entry.id, pages)
    return Registered(replace(entry, pages=pages))


def _failure(scan: Path, kind: str, what: str) -> Failure:
    return Failure(PageId(str(scan), 0), STAGE, kind, f"{scan.name} {what}.")


def _sha256(scan: Path) -> str:
    with scan.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
