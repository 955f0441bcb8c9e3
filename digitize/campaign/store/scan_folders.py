"""Where scans lie from the post to the count: folders of the campaign that staff may look into.

A file dropped into `inbox` is moved to `scans` when it is taken, and to `done`
or `failed` when all its pages are stored.  So the folders are the queue: what a
sudden end leaves behind tells by its place what is still to be done.
"""

import errno
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePath

from digitize.campaign.store.database import as_sentence
from digitize.errors import BadStore

INBOX = "inbox"  # dropped or uploaded, perhaps still growing
SCANS = "scans"  # taken: waiting for recognition, or being recognised
DONE = "done"
FAILED = "failed"  # could not be opened, or no page could be processed
TAKEN = (SCANS, DONE, FAILED)

PRIVATE_MODE = 0o600
NAME_MOST = 120  # characters of a name: file systems take 255 bytes
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')  # forbidden on one system or another
UNFINISHED = (".unfinished", ".part", ".partial", ".crdownload", ".tmp")  # what programs call half a file


def receive(folder: Path, name: str, chunks: Iterable[bytes]) -> str:
    """Store an upload in the inbox, whole or not at all; returns the name it was given.

    `name` comes from outside: only its last part is used, made fit for a file,
    and a name that is there already is never overwritten.  Raises BadStore when
    the disk is full or the folder cannot be written.
    """
    inbox = folder / INBOX
    with as_sentence(folder):
        inbox.mkdir(exist_ok=True)
        unfinished = inbox / f".{os.urandom(8).hex()}.unfinished"
        try:
            with unfinished.open("xb") as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            return _named(unfinished, inbox, fit_name(name)).name
        finally:
            unfinished.unlink(missing_ok=True)


def fit_name(name: str) -> str:
    """The last part of a name from outside, as a file can be called on any system."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    fit = _UNFIT.sub("_", last.encode("utf-8", "replace").decode()).strip(" .")
    stem, dot, suffix = fit.rpartition(".")
    kept = f"{stem[:NAME_MOST]}{dot}{suffix[:10]}" if dot else fit[:NAME_MOST]
    return kept or "scan"


def _named(unfinished: Path, inbox: Path, name: str) -> Path:
    """Give a finished file the first name that is free; two uploads at once get two."""
    for path in numbered(inbox / name):
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            continue
        unfinished.replace(path)
        return path
    raise AssertionError("names never end")


def numbered(path: Path) -> Iterator[Path]:
    """scan.pdf, scan (2).pdf, scan (3).pdf, ..."""
    yield path
    number = 2
    while True:
        yield path.with_name(f"{path.stem} ({number}){path.suffix}")
        number += 1


def files_in(folder: Path, place: str) -> list[Path]:
    """Files of one of the folders and below it, oldest first; links, hidden and half files are left out."""
    found = []
    for root, folders, names in os.walk(folder / place):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(root) / name for name in names if not name.startswith("."))
        found += [path for path in paths if not path.name.lower().endswith(UNFINISHED) and _is_file(path)]
    return sorted(found, key=_age)


def take(folder: Path, path: Path) -> Path:
    """Move a file of the inbox to the scans, under a name no scan of the campaign has; returns its new path.

    Raises OSError when another program holds the file, or the disk is full.
    """
    target = free_place(folder, SCANS, _as_utf_8(path.relative_to(folder / INBOX)))
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _bring_over(path, target)
    with suppress(OSError):  # it may belong to somebody else
        target.chmod(PRIVATE_MODE)
    return target


def _as_utf_8(path: Path) -> Path:
    """The path with what is not UTF-8 in it replaced: the database keeps paths as text."""
    return Path(os.fsencode(path).decode("utf-8", "replace"))


def _bring_over(path: Path, target: Path) -> None:
    """Move from another disk: the inbox may be a folder of the network.

    A kill before the end leaves the scan in both places; then it is taken again
    and counted once, as its content is known.
    """
    unfinished = target.with_name(f".{target.name}.unfinished")
    shutil.copy2(path, unfinished)
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(target)
    path.unlink()


def put_away(
    folder: Path, path: Path, place: str, is_known: Callable[[Path], bool] = lambda _: False
) -> Path:
    """Move a file of the scans to `done` or `failed`; its name is free there since it was taken.

    `is_known` tells whether the campaign knows a scan by this path.
    """
    target = folder / place / path.relative_to(folder / SCANS)
    if target.exists() or is_known(target):  # somebody put a file there by hand, or took one away
        target = free_place(folder, place, path.relative_to(folder / SCANS), is_known)
    target.parent.mkdir(parents=True, exist_ok=True)
    path.rename(target)
    return target


def place_of(folder: Path, path: str) -> PurePath:
    """The path of a scan of the campaign, the same in whichever of its folders it lies just now."""
    for start in {os.path.abspath(folder), os.path.realpath(folder)}:  # noqa: PTH100 (with and without links)
        if PurePath(path).is_relative_to(start):
            place, *below = PurePath(path).relative_to(start).parts or ("",)
            return PurePath(start, SCANS, *below) if place in TAKEN and below else PurePath(path)
    return PurePath(path)


def free_place(
    folder: Path, place: str, name: Path, is_known: Callable[[Path], bool] = lambda _: False
) -> Path:
    """A path in `place` whose name is taken in none of the folders."""
    for candidate in numbered(name):
        here = folder / place / candidate
        if not any((folder / taken / candidate).exists() for taken in TAKEN) and not is_known(here):
            return here
    raise BadStore("There is no free name.")


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _age(path: Path) -> tuple[int, str]:
    try:
        return path.stat().st_mtime_ns, str(path)
    except OSError:  # gone in this moment
        return 0, str(path)
